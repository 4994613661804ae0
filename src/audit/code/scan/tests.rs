use super::*;

fn names(text: &str, language: Language) -> Vec<&'static str> {
    scan(text, language).imports.iter().map(|import| import.framework.name).collect()
}

fn paths(text: &str, language: Language) -> Vec<String> {
    scan(text, language).routes.into_iter().map(|route| route.path).collect()
}

#[test]
fn python_imports_are_found_in_every_form() {
    for text in [
        "import flask\n",
        "import os, flask as f\n",
        "from flask import Flask\n",
        "from flask.views import View\n",
        "try:\n    import flask\nexcept ImportError: pass\n",
        "import os; import flask\n",
    ] {
        assert_eq!(names(text, Language::Python), ["Flask"], "{text}");
    }
}

#[test]
fn python_text_that_only_speaks_of_flask_is_no_import() {
    for text in [
        "# import flask\n",
        "\"\"\"\nimport flask\n\"\"\"\n",
        "print('import flask')\n",
        "import flask_like\nfrom . import flask\n",
        "from x import flask\n",
        "from aws_lambda_powertools import Logger, Tracer\n",
    ] {
        assert_eq!(names(text, Language::Python), [""; 0], "{text}");
    }
}

#[test]
fn javascript_imports_are_found_in_every_form() {
    for text in [
        "const express = require('express');",
        "import express from \"express\";",
        "import * as express from 'express'\n",
        "import {\n  Router,\n  json\n} from 'express'\n",
        "const { default: e } = await import('express')",
        "'use strict'\n\nvar app = require(`express`)()",
    ] {
        assert_eq!(names(text, Language::JavaScript), ["Express"], "{text}");
    }
}

#[test]
fn javascript_text_that_only_speaks_of_express_is_no_import() {
    for text in [
        "// require('express')\n",
        "/* import e from 'express' */",
        "const s = \"require('express')\";",
        "import type { Request } from 'express'",
        "import x from './express'",
        "import x from 'express-session'",
        "import a\nconst s = 'express'",
    ] {
        assert_eq!(names(text, Language::JavaScript), [""; 0], "{text}");
    }
}

#[test]
fn scoped_packages_and_their_subpaths_are_known() {
    assert_eq!(names("require('@vendia/serverless-express')", Language::JavaScript), ["serverless-express"]);
    assert_eq!(names("import { handle } from 'hono/aws-lambda'", Language::JavaScript), ["Hono"]);
    assert_eq!(names("from aws_lambda_powertools.event_handler import X", Language::Python).len(), 1);
}

#[test]
fn routes_are_listed_once_and_clients_are_not_routes() {
    let python = "@app.route('/a')\ndef a(): pass\n@app.get(\"/b\")\ndef b(): pass\n@app.get(\"/b\")\n";
    assert_eq!(paths(python, Language::Python), ["/a", "/b"]);
    let javascript = "app.get('/a', f); router.post('/a', g); app.get(name); axios.get('/c'); m.get('key')";
    assert_eq!(scan(javascript, Language::JavaScript).routes.len(), 2);
}

#[test]
fn routes_of_other_files_are_noticed() {
    assert!(scan("app.use('/users', users)", Language::JavaScript).has_mounts);
    assert!(!scan("app.use(cors())", Language::JavaScript).has_mounts);
    assert!(scan("app.include_router(users)", Language::Python).has_mounts);
}

#[test]
fn odd_text_ends_and_keeps_its_spans_inside() {
    for text in ["'", "\"\"\"", "`", "/*", "'\\", "import", "from", "import {", "é'ü\\", "app.get('/"] {
        for language in [Language::Python, Language::JavaScript] {
            let facts = scan(text, language);
            assert!(facts.imports.is_empty());
            assert!(facts.routes.iter().all(|route| route.span.end <= text.len()));
        }
    }
}
