//! Checks JSON against a JSON schema, as far as the SARIF schema goes.
//!
//! A keyword it does not know is an error, so no part of a schema is passed over. The schema is the one
//! that the crate `serde-sarif` carries; only its file is used.

use std::{path::PathBuf, process::Command};

use serde_json::Value;

/// Keywords that describe and do not constrain.
const ANNOTATIONS: [&str; 6] = ["$schema", "$id", "title", "description", "default", "definitions"];

/// The SARIF 2.1.0 schema.
pub(super) fn sarif() -> Value {
    let host = run("RUSTC", "rustc", &["-vV"]);
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    // Without a platform cargo wants the packages of all of them, and offline it may not have them.
    let arguments = ["metadata", "--format-version=1", "--offline", "--filter-platform", host];
    let metadata: Value = serde_json::from_str(&run("CARGO", "cargo", &arguments)).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap());
    let schema = manifest.parent().unwrap().join("src/schema.json");
    serde_json::from_slice(&std::fs::read(schema).unwrap()).unwrap()
}

fn run(variable: &str, program: &str, arguments: &[&str]) -> String {
    let program = std::env::var_os(variable).unwrap_or_else(|| program.into());
    let output =
        Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Everything in which the value breaks the schema.
pub(super) fn errors(value: &Value, schema: &Value) -> Vec<String> {
    let mut errors = Vec::new();
    check(value, schema, schema, "$", &mut errors);
    errors
}

fn check(value: &Value, rules: &Value, root: &Value, path: &str, errors: &mut Vec<String>) {
    for (keyword, rule) in rules.as_object().into_iter().flatten() {
        let holds = match keyword.as_str() {
            "$ref" => {
                let target = rule.as_str().unwrap().trim_start_matches('#');
                check(value, root.pointer(target).unwrap(), root, path, errors);
                true
            }
            "type" => is_type(value, rule.as_str().unwrap()),
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => value.as_i64().is_none_or(|number| number >= rule.as_i64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
            "uniqueItems" => value.as_array().is_none_or(|items| is_unique(items)),
            "required" => is_complete(value, rule),
            "format" => value.as_str().is_none_or(|text| is_format(text, rule.as_str().unwrap())),
            "pattern" => {
                value.as_str().is_none_or(|text| panic!("{path}: no engine for pattern {rule} of {text}"))
            }
            "anyOf" => passing(value, rule, root) >= 1,
            "oneOf" => passing(value, rule, root) == 1,
            "properties" | "additionalProperties" | "items" => true,
            annotation => {
                assert!(ANNOTATIONS.contains(&annotation), "unknown keyword {annotation}");
                true
            }
        };
        if !holds {
            errors.push(format!("{path}: {keyword} {rule}"));
        }
    }
    check_inside(value, rules, root, path, errors);
}

fn check_inside(value: &Value, rules: &Value, root: &Value, path: &str, errors: &mut Vec<String>) {
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        if let Some(rule) = rules.get("items") {
            check(item, rule, root, &format!("{path}[{index}]"), errors);
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        match (rules.get("properties").and_then(|rules| rules.get(name)), rules.get("additionalProperties")) {
            (Some(rule), _) => check(member, rule, root, &path, errors),
            (None, Some(Value::Bool(false))) => errors.push(format!("{path}: no such property")),
            (None, Some(rule @ Value::Object(_))) => check(member, rule, root, &path, errors),
            (None, _) => {}
        }
    }
}

fn passing(value: &Value, rules: &Value, root: &Value) -> usize {
    let passes = |rule: &&Value| {
        let mut errors = Vec::new();
        check(value, rule, root, "$", &mut errors);
        errors.is_empty()
    };
    rules.as_array().unwrap().iter().filter(passes).count()
}

fn is_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("unknown type {other}"),
    }
}

fn is_unique(items: &[Value]) -> bool {
    items.iter().enumerate().all(|(index, item)| !items[..index].contains(item))
}

fn is_complete(value: &Value, required: &Value) -> bool {
    let names = required.as_array().unwrap();
    value
        .as_object()
        .is_none_or(|object| names.iter().all(|name| object.contains_key(name.as_str().unwrap())))
}

/// RFC 3986 allows these characters, and `%` only before two hexadecimal digits.
fn is_format(text: &str, name: &str) -> bool {
    assert!(matches!(name, "uri" | "uri-reference"), "unknown format {name}");
    let bytes = text.as_bytes();
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(byte);
    let escapes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    let are_escapes_whole = escapes
        .map(|(at, _)| bytes.get(at + 1..at + 3))
        .all(|digits| digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)));
    let has_scheme =
        text.split_once(':').is_some_and(|(scheme, _)| !scheme.is_empty() && !scheme.contains('/'));
    bytes.iter().all(is_allowed) && are_escapes_whole && (name == "uri-reference" || has_scheme)
}
