//! The dependency rule of `src/lib.rs`, held on every file of `src`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

const DOMAIN: [&str; 15] = [
    "audit",
    "coldstart",
    "config",
    "deploy",
    "exit",
    "iam",
    "journal",
    "names",
    "package",
    "pattern",
    "pricing",
    "promise",
    "provisioned",
    "source",
    "template",
];
const EDGES: [&str; 4] = ["aws", "build", "host", "local"];
const MAXIMUM_LINES: usize = 400;

/// What each room may name of the others, beside itself.
fn may_name(room: &str) -> Vec<&'static str> {
    let mut allowed: Vec<&str> = match room {
        "cli" => return Vec::new(),
        _ if DOMAIN.contains(&room) => return DOMAIN.to_vec(),
        "ports" | "render" => DOMAIN.to_vec(),
        "aws" => [&DOMAIN[..], &["ports"]].concat(),
        "host" => [&DOMAIN[..], &["ports"]].concat(),
        // Files are touched in `host` alone, so these two go through it.
        "local" | "build" => [&DOMAIN[..], &["ports", "host"]].concat(),
        "commands" => [&DOMAIN[..], &EDGES[..], &["ports", "render", "cli"]].concat(),
        // `main.rs` and `lib.rs` see everything.
        _ => [&DOMAIN[..], &EDGES[..], &["ports", "render", "cli", "commands"]].concat(),
    };
    allowed.sort_unstable();
    allowed
}

/// Outside paths that only some rooms may name: the path's beginning, and the rooms.
fn reserved() -> Vec<(&'static str, Vec<&'static str>)> {
    let world = |rooms: &[&'static str]| rooms.to_vec();
    vec![
        ("aws_", world(&["aws"])),
        ("clap", world(&["cli", "commands", "main"])),
        ("std::fs", world(&["host", "local"])),
        ("std::net", world(&["aws", "local", "host"])),
        ("std::process", world(&["build", "host", "local", "main"])),
        ("std::env", world(&["host", "local", "main"])),
        ("std::time::Instant", world(&["aws", "host", "local"])),
        ("std::time::SystemTime", world(&["host"])),
        ("std::thread", world(&["host", "local"])),
        ("std::io::stdout", world(&["main"])),
        // `host` asks the terminal behind it for its width, and writes nothing.
        ("std::io::stderr", world(&["host", "main"])),
        ("std::io::stdin", world(&["host", "main"])),
        ("tokio", world(&["aws", "build", "commands", "host", "main"])),
        ("rustix", world(&["host", "local"])),
        ("ureq", world(&["local"])),
        ("annotate_snippets", world(&["render"])),
        ("comfy_table", world(&["render"])),
        ("indicatif", world(&["render"])),
    ]
}

#[derive(Default)]
struct Names {
    paths: Vec<String>,
    has_async: bool,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_test(&item.attrs) {
            flatten(&item.tree, String::new(), &mut self.paths);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.paths.push(names.join("::"));
        visit::visit_path(self, path);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.has_async |= signature.asyncness.is_some();
        visit::visit_signature(self, signature);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        token_paths(call.tokens.clone(), &mut self.paths);
        visit::visit_macro(self, call);
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string().contains("test"))
    })
}

fn flatten(tree: &syn::UseTree, before: String, paths: &mut Vec<String>) {
    let join = |name: String| if before.is_empty() { name } else { format!("{before}::{name}") };
    match tree {
        syn::UseTree::Path(path) => flatten(&path.tree, join(path.ident.to_string()), paths),
        syn::UseTree::Name(name) => paths.push(join(name.ident.to_string())),
        syn::UseTree::Rename(rename) => paths.push(join(rename.ident.to_string())),
        syn::UseTree::Glob(_) => paths.push(before),
        syn::UseTree::Group(group) => {
            group.items.iter().for_each(|item| flatten(item, before.clone(), paths))
        }
    }
}

/// Macro bodies are not parsed, so their paths are read off the tokens.
fn token_paths(tokens: TokenStream, paths: &mut Vec<String>) {
    let mut path = String::new();
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                if colons == 2 && !path.is_empty() {
                    let _ = write!(path, "::{ident}");
                } else {
                    paths.push(std::mem::replace(&mut path, ident.to_string()));
                }
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Group(group) => token_paths(group.stream(), paths),
            TokenTree::Punct(_) | TokenTree::Literal(_) => paths.push(std::mem::take(&mut path)),
        }
    }
    paths.push(path);
}

/// The top-level module a file belongs to.
fn room(path: &Path) -> String {
    let first = path.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// Everything that is wrong with one file, given its path below `src`.
fn violations(path: &Path, source: &str) -> Vec<String> {
    let room = room(path);
    let mut found = Vec::new();
    let mut complain = |what: String| found.push(format!("{}: {what}", path.display()));
    if !source.starts_with("//!") {
        complain("does not open with a `//!` sentence".into());
    }
    let lines = source.lines().count();
    if lines > MAXIMUM_LINES {
        complain(format!("{lines} lines, more than {MAXIMUM_LINES}"));
    }
    let mut names = Names::default();
    names.visit_file(&syn::parse_file(source).unwrap());
    if names.has_async && DOMAIN.contains(&room.as_str()) {
        complain("async in the domain".into());
    }
    names.paths.sort_unstable();
    names.paths.dedup();
    for name in &names.paths {
        let other = name.strip_prefix("crate::").and_then(|rest| rest.split("::").next());
        let is_forbidden = |other: &str| other != room && !may_name(&room).contains(&other) && is_room(other);
        if other.is_some_and(is_forbidden) {
            complain(format!("{room} names {name}"));
        }
        for (outside, rooms) in reserved() {
            let begins = name == outside
                || name.starts_with(&format!("{outside}::"))
                || (outside.ends_with('_') && name.starts_with(outside) && name.contains("::"));
            if begins && !rooms.contains(&room.as_str()) {
                complain(format!("{room} names {name}"));
            }
        }
    }
    found
}

fn is_room(name: &str) -> bool {
    DOMAIN.contains(&name) || EDGES.contains(&name) || ["cli", "commands", "ports", "render"].contains(&name)
}

fn source_files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
fn every_file_keeps_to_its_room() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = source_files();
    assert!(files.len() > 20, "only {} files found", files.len());
    let mut all = Vec::new();
    for file in files {
        let below = file.strip_prefix(&root).unwrap();
        // Test modules in files of their own.
        if below.ends_with("tests.rs") || below.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        all.extend(violations(below, &std::fs::read_to_string(&file).unwrap()));
    }
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

#[test]
fn every_kind_of_violation_is_caught() {
    let planted = [
        ("deploy/x.rs", "use crate::aws::session::Session;", "deploy names crate::aws::session::Session"),
        ("deploy/x.rs", "use crate::{names, ports::Stacks};", "deploy names crate::ports::Stacks"),
        ("render/x.rs", "use crate::ports::Logs;", "render names crate::ports::Logs"),
        ("aws/x.rs", "fn f() { crate::host::files::read(); }", "aws names crate::host::files::read"),
        ("ports.rs", "use crate::commands::Context;", "ports names crate::commands::Context"),
        ("cli.rs", "use crate::names::Stage;", "cli names crate::names::Stage"),
        ("audit/rules/x.rs", "use std::{fmt, fs};", "audit names std::fs"),
        (
            "coldstart/x.rs",
            "fn f() { let t = std::time::Instant::now(); }",
            "coldstart names std::time::Instant::now",
        ),
        (
            "template/x.rs",
            "fn f() { format!(\"{}\", std::env::temp_dir().display()) }",
            "template names std::env::temp_dir",
        ),
        ("commands/x.rs", "use aws_sdk_lambda::Client;", "commands names aws_sdk_lambda::Client"),
        ("commands/x.rs", "use std::fs::File;", "commands names std::fs::File"),
        ("render/x.rs", "use std::process::Command;", "render names std::process::Command"),
        ("promise/x.rs", "pub async fn f() {}", "async in the domain"),
        ("journal/x.rs", "use tokio::time::sleep;", "journal names tokio::time::sleep"),
    ];
    for (path, code, expected) in planted {
        let found = violations(Path::new(path), &format!("//! A file.\n{code}"));
        assert_eq!(found, [format!("{path}: {expected}")], "{code}");
    }
    assert_eq!(violations(Path::new("names.rs"), "struct A;").len(), 1, "a missing module sentence");
    let long = format!("//! A file.\n{}", "struct A;\n".repeat(MAXIMUM_LINES));
    assert_eq!(violations(Path::new("names.rs"), &long).len(), 1, "a long file");
}

#[test]
fn tests_inside_a_module_may_touch_the_world() {
    let source = "//! A file.\n#[cfg(test)]\nmod tests { use std::fs; use crate::aws::Session; }";
    assert!(violations(Path::new("deploy/x.rs"), source).is_empty());
}
