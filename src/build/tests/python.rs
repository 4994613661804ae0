//! Python packages, by uv or pip.

use super::*;
use crate::package::native::{System, native};
use crate::package::recipe::{Places, PythonRecipe};

fn python(platform: Platform, version: &str) -> Recipe {
    Recipe::Python(PythonRecipe {
        version: version.into(),
        platform,
        files: vec!["requirements.txt".into()],
        places: Places::None,
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
