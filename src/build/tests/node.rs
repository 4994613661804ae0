//! Bundles and modules, by npm and esbuild.

use super::*;
use crate::package::recipe::{EsbuildRecipe, NodeRecipe};

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
fn what_esbuild_warns_of_is_passed_on() {
    if is_missing("npm") {
        return;
    }
    let scene =
        Scene::of(&[MANIFEST, ("app.ts", "export const handler = (x: unknown) => typeof x === 'nmber';\n")]);
    let recipe = EsbuildRecipe { entries: vec!["app.ts".into()], arguments: vec![], has_manifest: true };
    let orders = [Order { recipe: Recipe::Esbuild(recipe), folder: scene.folder.path().to_owned() }];
    let cache = scene.cache.path().join("builds");
    let workshop = Workshop { cache, python: None, preferred_python: None };
    let mut said = String::new();
    let mut on_step = |step| {
        if let Step::Said { text, .. } = step {
            said.push_str(&text);
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(build(&orders, &workshop, &mut on_step)).unwrap();
    assert!(said.contains("WARNING") && said.contains("app.ts:1"), "{said}");
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
