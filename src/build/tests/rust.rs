//! Rust binaries, by cargo.

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::package::native::native;
use crate::package::recipe::CargoRecipe;

/// Two binaries of a crate without dependencies, so that it compiles in a moment.
fn crate_of_two() -> Scene {
    Scene::of(&[
        ("Cargo.toml", "[package]\nname = \"two\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        ("src/bin/first.rs", "fn main() { println!(\"first\"); }\n"),
        ("src/bin/second.rs", "fn main() { println!(\"second\"); }\n"),
    ])
}

fn binary(name: &str, platform: Platform) -> Recipe {
    Recipe::Cargo(CargoRecipe { binary: name.into(), arguments: vec![], platform })
}

#[test]
fn all_binaries_of_a_crate_are_built_in_one_run() {
    if is_missing("cargo") {
        return;
    }
    let scene = crate_of_two();
    let recipes = [binary("first", Platform::Host), binary("second", Platform::Host)];
    let (built, tools) = scene.build(&recipes);
    assert_eq!(tools, ["cargo"], "one run for both");
    for (folder, name) in built.unwrap().into_iter().zip(["first", "second"]) {
        let bootstrap = folder.unwrap().join("bootstrap");
        let output = std::process::Command::new(&bootstrap).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), name);
    }
    let (_, tools) = scene.build(&recipes);
    assert_eq!(tools, Vec::<String>::new());
    // Only what cargo makes of the change is built again, and cargo's own folder is not an input.
    crate::host::files::create_new(&scene.folder.path().join("src/lib.rs"), b"pub fn f() {}\n").unwrap();
    let (_, tools) = scene.build(&recipes);
    assert_eq!(tools, ["cargo"]);
}

#[test]
fn what_a_crate_includes_from_elsewhere_is_an_input_too() {
    if is_missing("cargo") {
        return;
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let text = elsewhere.path().join("the text");
    crate::host::files::create_new(&text, b"1").unwrap();
    let main = format!("fn main() {{ print!(\"{{}}\", include_str!({:?})); }}\n", text.display().to_string());
    let manifest = "[package]\nname = \"includes\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    let scene = Scene::of(&[("Cargo.toml", manifest), ("src/main.rs", &main)]);
    let recipes = [binary("includes", Platform::Host)];
    let says = |built: Vec<Option<PathBuf>>| {
        let output =
            std::process::Command::new(built[0].as_ref().unwrap().join("bootstrap")).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(says(scene.build(&recipes).0.unwrap()), "1");
    let (_, tools) = scene.build(&recipes);
    assert_eq!(tools, Vec::<String>::new());
    crate::host::files::replace(&text, b"2").unwrap();
    assert_eq!(says(scene.build(&recipes).0.unwrap()), "2");
}

#[test]
fn rust_that_does_not_compile_is_told_in_its_words() {
    if is_missing("cargo") {
        return;
    }
    let scene = Scene::of(&[
        ("Cargo.toml", "[package]\nname = \"bad\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        ("src/main.rs", "fn main() { let x: u32 = \"a\"; }\n"),
    ]);
    let (built, _) = scene.build(&[binary("bad", Platform::Host)]);
    let text = built.unwrap_err().error.to_string();
    assert!(text.contains("mismatched types") && !text.contains("{\"reason\""), "{text}");
}

#[test]
fn for_lambda_a_missing_standard_library_is_told_with_the_command_that_installs_it() {
    let has_other_way = ["cargo-lambda", "cargo-zigbuild"].iter().any(|tool| programs::find(tool).is_some());
    if is_missing("rustc") || has_other_way {
        return;
    }
    let scene = crate_of_two();
    // The architecture that this machine is not.
    let other = match programs::architecture() {
        Architecture::X86 => Architecture::Arm,
        Architecture::Arm => Architecture::X86,
    };
    let (built, tools) = scene.build(&[binary("first", lambda("provided.al2023", other))]);
    let Err(Failed { error, .. }) = built else {
        println!("SKIPPED: the standard library for {other} is on this machine");
        return;
    };
    assert_eq!(tools, Vec::<String>::new(), "before anything is compiled");
    let help = miette::Diagnostic::help(&error).unwrap().to_string();
    let target = format!("{}-unknown-linux-musl", other.linux_name());
    assert!(error.to_string().contains(&target), "{error}");
    assert!(help.contains("cargo-lambda"), "{help}");
}

#[test]
fn two_at_once_build_the_same_only_once() {
    if is_missing("cargo") {
        return;
    }
    let scene = crate_of_two();
    let recipe = [binary("first", Platform::Host)];
    let tools: Vec<String> = std::thread::scope(|scope| {
        let builds: Vec<_> = (0..2).map(|_| scope.spawn(|| scene.build(&recipe))).collect();
        builds
            .into_iter()
            .flat_map(|build| {
                let (built, tools) = build.join().unwrap();
                assert!(built.unwrap().remove(0).unwrap().join("bootstrap").is_file());
                tools
            })
            .collect()
    });
    assert_eq!(tools, ["cargo"]);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test looks at what is left")]
fn whoever_stops_waiting_ends_the_tool_and_leaves_nothing_half_built() {
    if is_missing("cargo") {
        return;
    }
    let scene = Scene::of(&[
        ("Cargo.toml", "[package]\nname = \"slow\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        ("src/main.rs", "fn main() {}\n"),
        (
            "build.rs",
            "fn main() { std::fs::write(std::env::var(\"CARGO_MANIFEST_DIR\").unwrap() + \"/started\", std::process::id().to_string()).unwrap(); std::thread::sleep(std::time::Duration::from_secs(600)); }\n",
        ),
    ]);
    let orders = [Order { recipe: binary("slow", Platform::Host), folder: scene.folder.path().to_owned() }];
    let workshop =
        Workshop { cache: scene.cache.path().join("builds"), python: None, preferred_python: None };
    let started = scene.folder.path().join("started");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut on_step = |_| {};
        let has_started = async {
            while !std::fs::read_to_string(&started).is_ok_and(|text| !text.is_empty()) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            built = build(&orders, &workshop, &mut on_step) => panic!("{built:?}"),
            () = has_started => {}
        }
    });
    let script = std::fs::read_to_string(&started).unwrap();
    let is_there = || {
        std::fs::read_to_string(Path::new("/proc").join(script.trim()).join("stat"))
            .is_ok_and(|stat| !stat.contains(") Z "))
    };
    for _ in 0..100 {
        if !is_there() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(!is_there(), "process {script} is still there");
    let left = crate::host::files::names_in(&scene.cache.path().join("builds")).unwrap();
    assert!(!left.iter().any(|name| name.starts_with("rust-")), "{left:?}");
}

#[test]
fn for_lambda_a_binary_is_cross_compiled_where_a_tool_for_that_is_there() {
    if is_missing("cargo-lambda") {
        return;
    }
    let scene = crate_of_two();
    let recipes = [
        binary("first", lambda("provided.al2023", programs::architecture())),
        binary("second", lambda("provided.al2023", programs::architecture())),
    ];
    let (built, tools) = scene.build(&recipes);
    assert_eq!(tools, ["cargo lambda"]);
    for folder in built.unwrap() {
        let binary = crate::host::files::read(&folder.unwrap().join("bootstrap")).unwrap();
        assert_eq!(native(&binary).unwrap().architecture, Some(programs::architecture()));
    }
}
