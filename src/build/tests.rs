//! The real tools, as far as this machine has them; where one is missing, the test says so.

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::host::walk;
use crate::package::native::{System, native};
use crate::package::platform::{Architecture, Platform};
use crate::package::recipe::{CargoRecipe, EsbuildRecipe, NodeRecipe, PythonRecipe};

/// A code folder and a cache of its own.
struct Scene {
    folder: tempfile::TempDir,
    cache: tempfile::TempDir,
}

impl Scene {
    #[expect(clippy::disallowed_methods, reason = "a test makes the files it is about")]
    fn of(files: &[(&str, &str)]) -> Self {
        let scene = Self { folder: tempfile::tempdir().unwrap(), cache: tempfile::tempdir().unwrap() };
        for (path, content) in files {
            let path = scene.folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        scene
    }

    /// What came out, and which tools ran.
    fn build(&self, recipes: &[Recipe]) -> (Result<Vec<Option<PathBuf>>, Failed>, Vec<String>) {
        let orders: Vec<Order> = recipes
            .iter()
            .map(|recipe| Order { recipe: recipe.clone(), folder: self.folder.path().to_owned() })
            .collect();
        let cache = self.cache.path().join("builds");
        let workshop = Workshop { cache, python: None, preferred_python: None };
        let mut tools = Vec::new();
        let mut on_step = |step| {
            if let Step::Started { tools: name, .. } = step {
                tools.push(name);
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let built = runtime.block_on(build(&orders, &workshop, &mut on_step));
        (built, tools)
    }

    /// The files that one recipe gives; built again, without a tool.
    fn files(&self, recipe: &Recipe, tool: &str) -> (PathBuf, Vec<String>) {
        let (built, tools) = self.build(std::slice::from_ref(recipe));
        let folder = built.unwrap().remove(0).unwrap();
        assert_eq!(tools, [tool]);
        let (again, tools) = self.build(std::slice::from_ref(recipe));
        assert_eq!(again.unwrap().remove(0).unwrap(), folder);
        assert_eq!(tools, Vec::<String>::new(), "nothing has changed");
        let tree = walk::tree(&folder, |_, _| false);
        (folder, tree.files.into_iter().map(|file| file.relative).collect())
    }
}

fn is_missing(tool: &str) -> bool {
    let is_missing = programs::find(tool).is_none();
    if is_missing {
        println!("SKIPPED: {tool} is not on this machine");
    }
    is_missing
}

fn lambda(runtime: &str, architecture: Architecture) -> Platform {
    Platform::Lambda { runtime: runtime.into(), architecture }
}

fn python(platform: Platform, version: &str) -> Recipe {
    Recipe::Python(PythonRecipe {
        version: version.into(),
        platform,
        files: vec!["requirements.txt".into()],
        requires_hashes: false,
        prefix: None,
    })
}

/// A package with compiled code, and wheels for every version and processor.
const COMPILED: (&str, &str) = ("requirements.txt", "markupsafe==3.0.3\n");

fn pip() -> &'static str {
    if programs::find("uv").is_some() { "uv" } else { "pip" }
}

#[test]
fn python_packages_are_those_of_the_target_and_not_of_this_machine() {
    if is_missing("python3") {
        return;
    }
    let scene = Scene::of(&[COMPILED]);
    for (architecture, machine) in [(Architecture::Arm, "aarch64"), (Architecture::X86, "x86_64")] {
        let recipe = python(lambda("python3.13", architecture), "3.13");
        let (folder, files) = scene.files(&recipe, pip());
        let compiled = format!("markupsafe/_speedups.cpython-313-{machine}-linux-gnu.so");
        assert!(files.contains(&compiled), "{files:#?}");
        let header = crate::host::files::read(&folder.join(&compiled)).unwrap();
        let found = native(&header).unwrap();
        assert_eq!((found.system, found.architecture), (System::Linux, Some(architecture)));
    }
}

#[test]
fn what_differs_between_installations_is_stripped() {
    if is_missing("python3") {
        return;
    }
    // It has a console script, whose first line names the interpreter.
    let scene = Scene::of(&[("requirements.txt", "jmespath==1.0.1\n")]);
    let (folder, files) = scene.files(&python(Platform::Host, "3.13"), pip());
    assert!(files.contains(&"jmespath/__init__.py".into()), "{files:#?}");
    let varies = |name: &&String| {
        name.contains("__pycache__") || name.starts_with("bin/") || name.ends_with("/INSTALLER")
    };
    assert_eq!(files.iter().find(varies), None);
    let record = crate::host::files::read_to_string(&folder.join("jmespath-1.0.1.dist-info/RECORD")).unwrap();
    let recorded: Vec<&str> = record.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert!(recorded.is_sorted() && recorded.contains(&"jmespath/__init__.py"), "{record}");
    assert!(recorded.iter().all(|path| files.iter().any(|file| file == path)), "{record}");
}

#[test]
fn a_package_that_does_not_exist_is_told_in_the_tools_words() {
    if is_missing("python3") {
        return;
    }
    let scene = Scene::of(&[("requirements.txt", "markupsafe==0.0.0.1\n")]);
    let (built, _) = scene.build(&[python(lambda("python3.13", Architecture::Arm), "3.13")]);
    let error = built.unwrap_err().error;
    assert!(matches!(error, BuildError::Tool { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("markupsafe==0.0.0.1") && text.contains("install"), "{text}");
    let left = crate::host::files::names_in(&scene.cache.path().join("builds")).unwrap();
    assert_eq!(left, ["locks"], "nothing half built");
}

#[test]
fn a_wrong_hash_is_refused() {
    if is_missing("python3") {
        return;
    }
    let zeros = "0".repeat(64);
    let scene = Scene::of(&[("requirements.txt", &format!("markupsafe==3.0.3 --hash=sha256:{zeros}\n"))]);
    let Recipe::Python(recipe) = python(Platform::Host, "3.13") else { panic!("another recipe") };
    let (built, _) = scene.build(&[Recipe::Python(PythonRecipe { requires_hashes: true, ..recipe })]);
    let text = built.unwrap_err().error.to_string();
    assert!(text.to_lowercase().contains("hash"), "{text}");
}

/// The exact versions come from the registry: no lock file of a test needs keeping.
const MANIFEST: (&str, &str) = (
    "package.json",
    r#"{"private": true, "dependencies": {"ms": "2.1.3"}, "devDependencies": {"esbuild": "0.28.2"}}"#,
);

#[test]
fn a_bundle_is_made_by_the_projects_own_esbuild_from_the_folders_files_alone() {
    if is_missing("npm") {
        return;
    }
    let scene = Scene::of(&[
        MANIFEST,
        (
            "src/app.ts",
            "import ms from 'ms';\nexport const handler = async (text: string): Promise<unknown> => ms(text as never);\n",
        ),
        // A developer's own installation, of something else.
        ("node_modules/ms/index.js", "module.exports = () => 'not this one';\n"),
    ]);
    let recipe = Recipe::Esbuild(EsbuildRecipe {
        entries: vec!["src/app.ts".into()],
        arguments: ["--bundle", "--platform=node", "--format=cjs"].map(ToOwned::to_owned).to_vec(),
        has_manifest: true,
    });
    let (folder, files) = scene.files(&recipe, "npm + esbuild");
    assert_eq!(files, ["app.js"]);
    let bundle = crate::host::files::read_to_string(&folder.join("app.js")).unwrap();
    assert!(bundle.contains("// node_modules/ms/index.js"), "no path of this machine: {bundle}");
    assert!(bundle.contains("handler") && !bundle.contains("not this one"));
    // The same packages, another entry: only esbuild runs, and it takes less than npm.
    let other = Scene { folder: scene.folder, cache: scene.cache };
    crate::host::files::create_new(&other.folder.path().join("src/two.ts"), b"export const x = 1;").unwrap();
    let Recipe::Esbuild(recipe) = recipe else { panic!("another recipe") };
    let (_, files) = other.files(
        &Recipe::Esbuild(EsbuildRecipe { entries: vec!["src/two.ts".into()], ..recipe }),
        "npm + esbuild",
    );
    assert_eq!(files, ["two.js"]);
}

#[test]
fn code_that_does_not_compile_is_told_in_esbuilds_words() {
    if is_missing("npm") {
        return;
    }
    let scene = Scene::of(&[MANIFEST, ("app.ts", "export const handler = (;\n")]);
    let (built, _) = scene.build(&[Recipe::Esbuild(EsbuildRecipe {
        entries: vec!["app.ts".into()],
        arguments: vec!["--bundle".into()],
        has_manifest: true,
    })]);
    let text = built.unwrap_err().error.to_string();
    assert!(text.contains("app.ts:1:24") && text.contains("esbuild"), "{text}");
}

#[test]
fn a_project_without_esbuild_is_told_how_to_get_it() {
    if is_missing("npm") || programs::find("esbuild").is_some() {
        return;
    }
    let scene = Scene::of(&[("package.json", r#"{"private": true}"#), ("app.ts", "")]);
    let (built, _) = scene.build(&[Recipe::Esbuild(EsbuildRecipe {
        entries: vec!["app.ts".into()],
        arguments: vec![],
        has_manifest: true,
    })]);
    let error = built.unwrap_err().error;
    let help = miette::Diagnostic::help(&error).unwrap().to_string();
    assert!(help.contains("npm install --save-dev --save-exact esbuild"), "{error}: {help}");
}

#[test]
fn modules_are_those_that_run_and_not_those_that_develop() {
    if is_missing("npm") {
        return;
    }
    let scene = Scene::of(&[MANIFEST]);
    let recipe = |platform| Recipe::NodeModules(NodeRecipe { platform, prefix: None });
    let (_, files) = scene.files(&recipe(lambda("nodejs24.x", Architecture::Arm)), "npm");
    assert!(files.contains(&"node_modules/ms/index.js".into()), "{files:#?}");
    assert!(files.iter().all(|file| file.starts_with("node_modules/ms/")), "{files:#?}");
}

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
