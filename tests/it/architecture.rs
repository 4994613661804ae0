//! The dependency rule of `src/lib.rs`, held on every file of `src`.

mod names;

use std::path::{Path, PathBuf};

use names::Names;

const DOMAIN: [&str; 17] = [
    "audit",
    "coldstart",
    "config",
    "deploy",
    "doctor",
    "exit",
    "iam",
    "journal",
    "logs",
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
        ("tokio", world(&["aws", "build", "commands", "host", "local", "main"])),
        ("rustix", world(&["host", "local"])),
        ("ureq", world(&["local"])),
        ("annotate_snippets", world(&["render"])),
        ("comfy_table", world(&["render"])),
        ("plotters", world(&["render"])),
        ("hyper", world(&["local"])),
        ("indicatif", world(&["render"])),
    ]
}

/// The top-level module a file belongs to.
fn room(path: &Path) -> String {
    let first = path.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The module that a file is, as names from the root of the crate.
fn module(path: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        path.with_extension("").iter().map(|name| name.to_string_lossy().into_owned()).collect();
    names.pop_if(|last| ["mod", "lib", "main"].contains(&last.as_str()));
    names
}

/// Everything that is wrong with one file, given its path below `src`.
fn violations(path: &Path, source: &str) -> Vec<String> {
    let room = room(path);
    let mut found = Vec::new();
    let mut complain = |what: String| found.push(format!("{}: {what}", path.display()));
    if !source.starts_with("//!") {
        complain("does not open with a `//!` sentence".into());
    }
    let names = Names::of(&syn::parse_file(source).unwrap(), module(path));
    if names.has_async && DOMAIN.contains(&room.as_str()) {
        complain("async in the domain".into());
    }
    for name in &names.paths {
        // Everything of the root is everything of every room.
        if name == "crate::*" && !["lib", "main"].contains(&room.as_str()) {
            complain(format!("{room} names {name}"));
        }
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

/// The files below a folder of this repository that have one of the endings.
fn files_below(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|one| ending == *one)) {
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
    let files = files_below("src", &["rs"]);
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

/// Why a file is too long, if it is.
fn too_long(path: &Path, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > MAXIMUM_LINES).then(|| format!("{}: {lines} lines, more than {MAXIMUM_LINES}", path.display()))
}

#[test]
fn no_file_is_long() {
    let mut long = Vec::new();
    for folder in ["src", "tests", "benches", "patterns", "examples"] {
        let files = files_below(folder, &["rs", "py", "js", "mjs"]);
        assert!(!files.is_empty(), "nothing in {folder}");
        long.extend(files.iter().filter_map(|file| too_long(file, &std::fs::read_to_string(file).unwrap())));
    }
    assert!(long.is_empty(), "\n{}", long.join("\n"));
    assert_eq!(too_long(Path::new("x.rs"), &"\n".repeat(MAXIMUM_LINES)), None);
    assert!(too_long(Path::new("x.rs"), &"\n".repeat(MAXIMUM_LINES + 1)).is_some());
}

/// A file's path, what it says, and what must be said about it.
const PLANTED: [(&str, &str, &str); 39] = [
    ("deploy/x.rs", "use crate::aws::session::Session;", "deploy names crate::aws::session::Session"),
    ("deploy/x.rs", "use crate::{names, ports::Stacks};", "deploy names crate::ports::Stacks"),
    ("deploy/mod.rs", "use super::aws::session::Session;", "deploy names crate::aws::session::Session"),
    ("deploy/mod.rs", "use self::super::host::files;", "deploy names crate::host::files"),
    ("deploy/mod.rs", "use super::*;", "deploy names crate::*"),
    ("names.rs", "fn f(x: super::local::Instance) {}", "names names crate::local::Instance"),
    ("render/deploy/x.rs", "use super::super::super::ports;", "render names crate::ports"),
    ("render/x.rs", "mod a { fn f() { super::super::super::aws::g() } }", "render names crate::aws::g"),
    ("render/x.rs", "use crate as root;\nfn f() { root::aws::g() }", "render names crate::aws::g"),
    ("render/x.rs", "use crate::ports::Logs;", "render names crate::ports::Logs"),
    ("aws/x.rs", "fn f() { crate::host::files::read(); }", "aws names crate::host::files::read"),
    ("ports.rs", "use crate::commands::Context;", "ports names crate::commands::Context"),
    ("cli.rs", "use crate::names::Stage;", "cli names crate::names::Stage"),
    ("audit/rules/x.rs", "use std::{fmt, fs};", "audit names std::fs"),
    ("commands/x.rs", "use std::fs::File;", "commands names std::fs::File"),
    ("render/x.rs", "use std::process::Command;", "render names std::process::Command"),
    ("template/x.rs", "fn f() { g!(std::env::temp_dir()) }", "template names std::env::temp_dir"),
    ("commands/x.rs", "use std::net::TcpStream;", "commands names std::net::TcpStream"),
    ("aws/x.rs", "fn f() { std::thread::sleep(g()) }", "aws names std::thread::sleep"),
    ("coldstart/x.rs", "fn f() { std::time::Instant::now() }", "coldstart names std::time::Instant::now"),
    ("journal/x.rs", "use std::time::SystemTime;", "journal names std::time::SystemTime"),
    ("aws/x.rs", "use std::time;\nfn f(t: time::SystemTime) {}", "aws names std::time::SystemTime"),
    ("render/x.rs", "fn f() { std::io::stdout() }", "render names std::io::stdout"),
    ("render/x.rs", "use std::io::{self};\nfn f() { io::stdout() }", "render names std::io::stdout"),
    ("commands/x.rs", "use std::io;\nfn f() { io::stderr() }", "commands names std::io::stderr"),
    ("commands/x.rs", "use std::io as wire;\nfn f() { wire::stdin() }", "commands names std::io::stdin"),
    ("commands/x.rs", "use aws_sdk_lambda::Client;", "commands names aws_sdk_lambda::Client"),
    ("render/x.rs", "use clap::Parser;", "render names clap::Parser"),
    ("promise/x.rs", "pub async fn f() {}", "async in the domain"),
    ("journal/x.rs", "use tokio::time::sleep;", "journal names tokio::time::sleep"),
    ("aws/x.rs", "use rustix::fs::flock;", "aws names rustix::fs::flock"),
    ("commands/x.rs", "use ureq::Agent;", "commands names ureq::Agent"),
    ("commands/x.rs", "use annotate_snippets::Level;", "commands names annotate_snippets::Level"),
    ("deploy/x.rs", "use comfy_table::Table;", "deploy names comfy_table::Table"),
    ("commands/x.rs", "use plotters::prelude::Text;", "commands names plotters::prelude::Text"),
    ("aws/x.rs", "use hyper::Request;", "aws names hyper::Request"),
    ("commands/x.rs", "use indicatif::ProgressBar;", "commands names indicatif::ProgressBar"),
    ("build/x.rs", "use crate::render::style;", "build names crate::render::style"),
    ("local/x.rs", "use crate::aws::session;", "local names crate::aws::session"),
];

#[test]
fn every_kind_of_violation_is_caught() {
    for (path, code, expected) in PLANTED {
        let found = violations(Path::new(path), &format!("//! A file.\n{code}"));
        assert_eq!(found, [format!("{path}: {expected}")], "{code}");
    }
    for (outside, _) in reserved() {
        let is_planted = PLANTED.iter().any(|(.., expected)| expected.contains(&format!(" names {outside}")));
        assert!(is_planted, "no violation with {outside} is planted");
    }
    assert_eq!(violations(Path::new("names.rs"), "struct A;").len(), 1, "a missing module sentence");
}

#[test]
fn what_stays_in_the_room_is_no_violation() {
    for (path, code) in [
        ("deploy/x.rs", "use super::events::Event;"),
        ("deploy/x/y.rs", "use super::super::events::*;"),
        ("deploy/x.rs", "mod aws { pub fn f() {} }\nfn g() { self::aws::f() }"),
        ("render/x.rs", "use std::io;\nfn f(out: &mut impl io::Write) {}"),
        ("commands/mod.rs", "use super::render::style;"),
    ] {
        assert!(violations(Path::new(path), &format!("//! A file.\n{code}")).is_empty(), "{code}");
    }
}

#[test]
fn tests_inside_a_module_may_touch_the_world() {
    let source = "//! A file.\n#[cfg(test)]\nmod tests { use std::fs; use crate::aws::Session; }";
    assert!(violations(Path::new("deploy/x.rs"), source).is_empty());
}
