use std::collections::BTreeMap;

use super::*;
use crate::package::plan::local_code;
use crate::package::platform::Architecture;
use crate::template::parse;

/// A folder in memory.
pub(super) struct Folder(BTreeMap<String, String>);

impl Folder {
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, content)| ((*path).to_owned(), (*content).to_owned())).collect())
    }
}

impl Look for Folder {
    fn text(&self, path: &str) -> Option<String> {
        self.0.get(path).cloned()
    }

    fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let names = self.0.keys().filter_map(|path| path.strip_prefix(&start)?.split('/').next());
        let mut names: Vec<String> = names.map(ToOwned::to_owned).collect();
        names.dedup();
        names
    }
}

/// The recipe of a function with these properties and this metadata, in flow style.
fn of(properties: &str, metadata: &str, files: &[(&str, &str)]) -> Result<Recipe, RecipeError> {
    let template = format!(
        "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Metadata: {{{metadata}}}\n    Properties: {{CodeUri: code/, {properties}}}\n"
    );
    let code = local_code(&parse(template.as_bytes()).unwrap(), &BTreeMap::new()).unwrap().remove(0);
    recipe(&code.first, &Folder::of(files), false)
}

fn layer(metadata: &str, files: &[(&str, &str)]) -> Result<Recipe, RecipeError> {
    let template = format!(
        "Resources:\n  L:\n    Type: AWS::Serverless::LayerVersion\n    Metadata: {{{metadata}}}\n    Properties: {{ContentUri: layer/}}\n"
    );
    let code = local_code(&parse(template.as_bytes()).unwrap(), &BTreeMap::new()).unwrap().remove(0);
    recipe(&code.first, &Folder::of(files), false)
}

fn lambda(runtime: &str, architecture: Architecture) -> Platform {
    Platform::Lambda { runtime: runtime.into(), architecture }
}

const POWERTOOLS: (&str, &str) = ("requirements.txt", "aws-lambda-powertools==3.0.0 --hash=sha256:0\n");

#[test]
fn python_with_missing_packages_is_built_for_its_runtime_and_processor() {
    let python = "Runtime: python3.13, Handler: app.handler";
    let built = of(&format!("{python}, Architectures: [arm64]"), "", &[POWERTOOLS, ("app.py", "")]).unwrap();
    let expected = Recipe::Python(PythonRecipe {
        version: "3.13".into(),
        platform: lambda("python3.13", Architecture::Arm),
        files: vec!["requirements.txt".into()],
        places: Places::None,
        requires_hashes: true,
        prefix: None,
    });
    assert_eq!(built, expected);
    let vendored = [POWERTOOLS, ("aws_lambda_powertools-3.0.0.dist-info/RECORD", "")];
    assert_eq!(of(python, "", &vendored), Ok(Recipe::AsIs));
    assert_eq!(of(python, "", &[("app.py", "")]), Ok(Recipe::AsIs));
    assert!(matches!(of(python, "BuildMethod: python3.13", &vendored), Ok(Recipe::Python(_))));
}

#[test]
fn nothing_is_built_for_a_processor_that_is_guessed() {
    let unknown = "Runtime: python3.13, Handler: app.handler, Architectures: [!If [Arm, arm64, x86_64]]";
    let error = of(unknown, "", &[POWERTOOLS]).unwrap_err();
    assert_eq!(*error.reason, Reason::UnknownArchitecture);
    assert_eq!(of(unknown, "", &[("app.py", "")]), Ok(Recipe::AsIs), "Python itself runs on both");
    let misspelt = of("Runtime: python3.13, Handler: a.b, Architectures: [arm]", "", &[POWERTOOLS]);
    assert_eq!(*misspelt.unwrap_err().reason, Reason::UnknownArchitecture);
}

#[test]
fn on_this_machine_the_named_processor_does_not_matter() {
    let template = "Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: a, Runtime: python3.13, Architectures: [arm64]}}\n";
    let code = local_code(&parse(template.as_bytes()).unwrap(), &BTreeMap::new()).unwrap().remove(0);
    let Recipe::Python(built) = recipe(&code.first, &Folder::of(&[POWERTOOLS]), true).unwrap() else {
        panic!()
    };
    assert_eq!(built.platform, Platform::Host);
}

#[test]
fn node_with_dependencies_is_installed_unless_it_is_already() {
    let node = "Runtime: nodejs22.x, Handler: index.handler";
    let manifest = ("package.json", r#"{"dependencies": {"sharp": "1"}}"#);
    let platform = lambda("nodejs22.x", Architecture::X86);
    let expected = Recipe::NodeModules(NodeRecipe { platform, prefix: None });
    assert_eq!(of(node, "", &[manifest, ("index.js", "")]), Ok(expected));
    assert_eq!(of(node, "", &[manifest, ("node_modules/sharp/index.js", "")]), Ok(Recipe::AsIs));
    let bundled = [("package.json", r#"{"devDependencies": {"esbuild": "1"}}"#), ("index.mjs", "")];
    assert_eq!(of(node, "", &bundled), Ok(Recipe::AsIs));
    let error = of(node, "", &[("package.json", "{")]).unwrap_err();
    assert!(matches!(*error.reason, Reason::BadManifest { .. }), "{error}");
}

#[test]
fn typescript_without_metadata_is_answered_with_the_metadata() {
    let files = [("src/app.ts", ""), ("package.json", "{}")];
    let error = of("Runtime: nodejs24.x, Handler: src/app.handler", "", &files).unwrap_err();
    assert_eq!(error.to_string(), "F: src/app.ts is TypeScript, which the runtime does not run");
    let help = miette::Diagnostic::help(&error).unwrap().to_string();
    assert!(help.contains("Handler: app.handler"), "{help}");
    assert!(help.contains("BuildMethod: esbuild") && help.contains("EntryPoints: [src/app.ts]"), "{help}");
    let compiled = [("src/app.ts", ""), ("src/app.js", "")];
    assert_eq!(of("Runtime: nodejs24.x, Handler: src/app.handler", "", &compiled), Ok(Recipe::AsIs));
}

fn esbuild(properties: &str, files: &[(&str, &str)]) -> Result<EsbuildRecipe, RecipeError> {
    let metadata = format!("BuildMethod: esbuild, BuildProperties: {{{properties}}}");
    let Recipe::Esbuild(recipe) = of("Runtime: nodejs24.x, Handler: app.handler", &metadata, files)? else {
        panic!("another recipe")
    };
    Ok(recipe)
}

#[test]
fn esbuild_has_the_defaults_of_sam() {
    let recipe = esbuild("EntryPoints: [app]", &[("app.ts", ""), ("package.json", "{}")]).unwrap();
    assert_eq!(recipe.entries, ["app.ts"]);
    assert!(recipe.has_manifest);
    assert_eq!(
        recipe.arguments,
        ["--bundle", "--platform=node", "--target=es2020", "--format=cjs", "--minify"]
    );
}

#[test]
fn esbuild_gets_every_property_as_sam_passes_it() {
    let properties = "EntryPoints: [./app.ts], Format: esm, Minify: false, Sourcemap: true, SourcesContent: false, Target: es2022, External: ['@aws-sdk/*', sharp], Loader: [.html=text], MainFields: 'module,main', OutExtension: [.js=.mjs], UseNpmCi: true";
    let recipe = esbuild(properties, &[("app.ts", "")]).unwrap();
    assert!(!recipe.has_manifest);
    assert_eq!(
        recipe.arguments,
        [
            "--bundle",
            "--platform=node",
            "--format=esm",
            "--sourcemap",
            "--sources-content=false",
            "--target=es2022",
            "--external:@aws-sdk/*",
            "--external:sharp",
            "--loader:.html=text",
            "--main-fields=module,main",
            "--out-extension:.js=.mjs",
        ]
    );
}

#[test]
fn source_maps_are_made_for_a_function_that_asks_node_for_them() {
    let properties = "Runtime: nodejs24.x, Handler: app.handler, Environment: {Variables: {NODE_OPTIONS: --enable-source-maps}}";
    let metadata =
        |more: &str| format!("BuildMethod: esbuild, BuildProperties: {{EntryPoints: [app.ts]{more}}}");
    let arguments = |more: &str| {
        let built = of(properties, &metadata(more), &[("app.ts", "")]).unwrap();
        let Recipe::Esbuild(recipe) = built else { panic!("another recipe") };
        recipe.arguments
    };
    assert!(arguments("").contains(&"--sourcemap".into()));
    assert!(!arguments(", Sourcemap: false").contains(&"--sourcemap".into()));
}

#[test]
fn esbuild_properties_that_make_no_sense_are_told_at_their_place() {
    let files = [("app.ts", "")];
    let told = |properties: &str| {
        let error = esbuild(properties, &files).unwrap_err();
        assert!(error.place.position.line == 4, "{error}");
        let help = miette::Diagnostic::help(&error).unwrap().to_string();
        format!("{error}; {}", help.lines().next().unwrap())
    };
    assert_eq!(
        told("EntryPoints: [app.ts], Minfy: true"),
        "F: esbuild has no build property \"Minfy\"; did you mean Minify?"
    );
    assert_eq!(
        told("EntryPoints: [app.ts], Outfile: ../../x"),
        "F: esbuild has no build property \"Outfile\"; leave it away, or build the code yourself"
    );
    assert!(told("Minify: true").starts_with("F: esbuild needs to know the EntryPoints"));
    assert!(told("EntryPoints: app.ts").starts_with("F: EntryPoints must be a list of files"));
    assert!(told("EntryPoints: []").starts_with("F: EntryPoints must be a list of at least one"));
    assert!(told("EntryPoints: [api.ts]").starts_with("F: there is no \"api.ts\" in \"code\""));
    assert!(told("EntryPoints: [../app.ts]").starts_with("F: there is no \"../app.ts\""));
    assert!(told("EntryPoints: [app.ts], Define: {A: B}").starts_with("F: Define must be a flag"));
}

fn cargo(metadata: &str, files: &[(&str, &str)]) -> Result<CargoRecipe, RecipeError> {
    let built = of("Runtime: provided.al2023, Handler: bootstrap", metadata, files)?;
    let Recipe::Cargo(recipe) = built else { panic!("another recipe") };
    Ok(recipe)
}

const CRATE: (&str, &str) = ("Cargo.toml", "[package]\nname = \"orders\"\nversion = \"0.1.0\"\n");

#[test]
fn rust_functions_are_binaries_of_their_crate() {
    let only = cargo("", &[CRATE, ("src/main.rs", "")]).unwrap();
    assert_eq!(
        (only.binary.as_str(), only.platform),
        ("orders", lambda("provided.al2023", Architecture::X86))
    );
    let several = [CRATE, ("src/bin/create.rs", ""), ("src/bin/read.rs", ""), ("src/bin/list/main.rs", "")];
    let metadata = |name: &str| format!("BuildMethod: rust-cargolambda, BuildProperties: {{Binary: {name}}}");
    for name in ["create", "read", "list"] {
        assert_eq!(cargo(&metadata(name), &several).unwrap().binary, name);
    }
    let error = cargo("", &several).unwrap_err();
    assert_eq!(
        error.to_string(),
        "F: the crate has create, list, read, so it must be said which one the function is"
    );
    let error = cargo(&metadata("creat"), &several).unwrap_err();
    assert_eq!(error.to_string(), "F: the crate has no binary \"creat\"");
    assert_eq!(
        miette::Diagnostic::help(&error).unwrap().to_string(),
        "did you mean \"create\"? it has: create, list, read"
    );
}

#[test]
fn binaries_are_found_as_cargo_finds_them() {
    let named = "[package]\nname = \"orders\"\n[[bin]]\nname = \"api\"\npath = \"src/main.rs\"\n";
    assert_eq!(cargo("", &[("Cargo.toml", named), ("src/main.rs", "")]).unwrap().binary, "api");
    let explicit = "[package]\nname = \"orders\"\nautobins = false\n[[bin]]\nname = \"api\"\n";
    let files = [("Cargo.toml", explicit), ("src/main.rs", ""), ("src/bin/other.rs", "")];
    assert_eq!(cargo("", &files).unwrap().binary, "api");
    let workspace = [
        ("Cargo.toml", "[workspace]\nmembers = [\"functions/*\"]\n"),
        ("functions/create/Cargo.toml", "[package]\nname = \"create\"\n"),
        ("functions/create/src/main.rs", ""),
        ("functions/lib/Cargo.toml", "[package]\nname = \"lib\"\n"),
        ("functions/lib/src/lib.rs", ""),
    ];
    assert_eq!(cargo("", &workspace).unwrap().binary, "create");
    let library = cargo("", &[CRATE, ("src/lib.rs", "")]).unwrap_err();
    assert!(library.to_string().contains("no binary that could be found"), "{library}");
}

#[test]
fn rust_metadata_is_checked() {
    let files = [CRATE, ("src/main.rs", "")];
    let with = |properties: &str| {
        cargo(&format!("BuildMethod: rust-cargolambda, BuildProperties: {{{properties}}}"), &files)
    };
    assert_eq!(with("CargoLambdaFlags: [--features fast]").unwrap().arguments, ["--features=fast"]);
    assert!(
        with("CargoLambdaFlags: [--target x]")
            .unwrap_err()
            .to_string()
            .starts_with("F: CargoLambdaFlags must")
    );
    assert!(with("Binry: x").unwrap_err().to_string().contains("no build property \"Binry\""));
    assert!(with("Binary: [x]").unwrap_err().to_string().contains("the name of a binary"));
    let bare = cargo("BuildMethod: rust-cargolambda", &[]).unwrap_err();
    assert_eq!(bare.to_string(), "F: there is no Cargo.toml in \"code\"");
    let broken = cargo("", &[("Cargo.toml", "[package\n")]).unwrap_err();
    assert!(matches!(*broken.reason, Reason::BadManifest { .. }), "{broken}");
}

#[test]
fn a_bootstrap_that_is_there_is_taken_as_it_is() {
    let custom = "Runtime: provided.al2023, Handler: bootstrap";
    assert_eq!(of(custom, "", &[CRATE, ("src/main.rs", ""), ("bootstrap", "")]), Ok(Recipe::AsIs));
    assert_eq!(of(custom, "", &[("main.c", "")]), Ok(Recipe::AsIs), "told after packaging");
}

#[test]
fn what_slsx_does_not_build_is_told() {
    let error = of("Runtime: java21, Handler: x", "", &[("pom.xml", "")]).unwrap_err();
    assert!(error.to_string().starts_with("F: pom.xml is source code"), "{error}");
    let makefile = of("Runtime: provided.al2023", "BuildMethod: makefile", &[]).unwrap_err();
    assert!(matches!(*makefile.reason, Reason::Makefile));
    let unknown = of("Runtime: go1.x", "BuildMethod: go1.x", &[]).unwrap_err();
    assert_eq!(unknown.to_string(), "F: slsx does not build with the method \"go1.x\"");
    let wrong = of("Runtime: python3.13", "BuildMethod: esbuild", &[]).unwrap_err();
    assert_eq!(wrong.to_string(), "F: the method esbuild builds nothing for the runtime python3.13");
    assert_eq!(of("Runtime: ruby3.3", "", &[("Cargo.toml", "")]), Ok(Recipe::AsIs));
}

#[test]
fn layers_get_the_layout_that_their_runtime_looks_into() {
    assert_eq!(layer("", &[POWERTOOLS]), Ok(Recipe::AsIs));
    let Ok(Recipe::Python(python)) = layer("BuildMethod: python3.12", &[POWERTOOLS]) else { panic!() };
    assert_eq!((python.version.as_str(), python.prefix), ("3.12", Some("python")));
    let built_for_arm = "BuildMethod: nodejs22.x, BuildArchitecture: arm64";
    let Ok(Recipe::NodeModules(node)) = layer(built_for_arm, &[("package.json", "{}")]) else { panic!() };
    assert_eq!((node.platform, node.prefix), (lambda("", Architecture::Arm), Some("nodejs")));
    assert!(matches!(*layer("BuildMethod: esbuild", &[]).unwrap_err().reason, Reason::UnknownMethod { .. }));
}

#[test]
fn what_tools_leave_in_the_folder_is_no_input() {
    let esbuild = Recipe::Esbuild(esbuild("EntryPoints: [app.ts]", &[("app.ts", "")]).unwrap());
    assert!(
        esbuild.ignores("node_modules") && esbuild.ignores("lib/node_modules") && !esbuild.ignores("target")
    );
    assert!(!Recipe::AsIs.ignores("node_modules") && !Recipe::AsIs.replaces_sources());
}
