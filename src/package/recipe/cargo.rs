//! Which binary of which crate a Rust function is, and which folders decide what cargo makes of it. It runs nothing.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::metadata::{BuildMetadata, Value};
use super::{CargoRecipe, Look, Reason, RecipeError, nearest};
use crate::package::plan::CodeUse;
use crate::package::platform::Platform;

/// The manifest's name.
pub(super) const MANIFEST: &str = "Cargo.toml";

/// Flags of `cargo lambda build` that mean the same to `cargo build`.
const FLAGS: [&str; 4] = ["--all-features", "--features", "--no-default-features", "--profile"];

/// What is read of a `Cargo.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Manifest {
    package: Option<Package>,
    workspace: Option<Workspace>,
    bin: Vec<Binary>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    #[serde(default = "yes")]
    autobins: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Workspace {
    members: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Binary {
    name: Option<String>,
    path: Option<String>,
}

const fn yes() -> bool {
    true
}

pub(super) fn recipe(
    code_use: &CodeUse,
    metadata: Option<&BuildMetadata>,
    look: &dyn Look,
    platform: Platform,
) -> Result<CargoRecipe, RecipeError> {
    let text = look.text(MANIFEST).ok_or_else(|| {
        RecipeError::new(code_use, code_use.place, Reason::NoCargoManifest { folder: code_use.path.clone() })
    })?;
    let manifest = read(code_use, &text)?;
    let known = binaries(code_use, &manifest, look)?;
    let mut arguments = Vec::new();
    let mut wanted = None;
    for property in metadata.into_iter().flat_map(|metadata| &metadata.properties) {
        let wrong = |expected| {
            RecipeError::new(
                code_use,
                property.place,
                Reason::WrongProperty { name: property.name.clone(), expected },
            )
        };
        match (property.name.as_str(), &property.value) {
            ("Binary", Value::Text(name)) => wanted = Some((name.clone(), property.place)),
            ("Binary", _) => return Err(wrong("the name of a binary")),
            ("CargoLambdaFlags", Value::List(flags)) => {
                arguments = self::flags(flags).ok_or_else(|| {
                    wrong("a list of --features, --no-default-features, --all-features and --profile")
                })?;
            }
            ("CargoLambdaFlags", _) => return Err(wrong("a list of flags")),
            (name, _) => {
                return Err(RecipeError::new(
                    code_use,
                    property.place,
                    Reason::UnknownProperty {
                        name: name.to_owned(),
                        method: "rust-cargolambda".into(),
                        suggestion: nearest(name, ["Binary", "CargoLambdaFlags"].into_iter()),
                    },
                ));
            }
        }
    }
    let binary = match wanted {
        Some((name, _)) if known.contains(&name) => name,
        Some((name, place)) => return Err(no_binary(code_use, Some(&name), &known, place)),
        None => match (known.first(), known.len()) {
            (Some(only), 1) => only.clone(),
            _ => return Err(no_binary(code_use, None, &known, code_use.place)),
        },
    };
    Ok(CargoRecipe { binary, arguments, platform })
}

fn no_binary(
    code_use: &CodeUse,
    wanted: Option<&str>,
    known: &BTreeSet<String>,
    place: crate::package::plan::Place,
) -> RecipeError {
    let list = known.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    match wanted {
        Some(wanted) => RecipeError::new(
            code_use,
            place,
            Reason::NoSuchBinary {
                binary: wanted.to_owned(),
                suggestion: nearest(wanted, known.iter().map(String::as_str)),
                known: list,
            },
        ),
        None => RecipeError::new(code_use, place, Reason::WhichBinary { known: list }),
    }
}

/// The flags in one order: only those that do not choose another target, folder or binary behind our back.
fn flags(flags: &[String]) -> Option<Vec<String>> {
    let words: Vec<&str> = flags.iter().flat_map(|flag| flag.split_whitespace()).collect();
    let mut kept = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
        if !FLAGS.contains(&name) {
            return None;
        }
        let takes_value = matches!(name, "--features" | "--profile");
        match (takes_value, value) {
            (false, None) => kept.push(name.to_owned()),
            (false, Some(_)) => return None,
            (true, Some(value)) => kept.push(format!("{name}={value}")),
            (true, None) => kept.push(format!("{name}={}", words.next()?)),
        }
    }
    Some(kept)
}

fn read(code_use: &CodeUse, text: &str) -> Result<Manifest, RecipeError> {
    toml::from_str(text).map_err(|error| {
        RecipeError::new(
            code_use,
            code_use.place,
            Reason::BadManifest { file: MANIFEST.into(), reason: error.message().to_owned() },
        )
    })
}

/// Every binary that `cargo build` in this folder can make: those of its package, or of a virtual workspace's members.
fn binaries(
    code_use: &CodeUse,
    manifest: &Manifest,
    look: &dyn Look,
) -> Result<BTreeSet<String>, RecipeError> {
    let mut found = of_package(manifest, look, "");
    if manifest.package.is_some() {
        return Ok(found);
    }
    let members = manifest.workspace.iter().flat_map(|workspace| &workspace.members);
    for folder in members.flat_map(|member| expanded(member, look)) {
        let Some(text) = look.text(&format!("{folder}/{MANIFEST}")) else { continue };
        found.extend(of_package(&read(code_use, &text)?, look, &folder));
    }
    Ok(found)
}

/// A member is a folder, or all folders of one (`functions/*`); cargo's other globs are rare, and what they would
/// find must be named by hand.
fn expanded(member: &str, look: &dyn Look) -> Vec<String> {
    let member = member.trim_start_matches("./").trim_end_matches('/');
    match (member, member.strip_suffix("/*")) {
        ("*", _) => look.names(""),
        (_, Some(folder)) => look.names(folder).into_iter().map(|name| format!("{folder}/{name}")).collect(),
        (_, None) => vec![member.to_owned()],
    }
}

/// The binaries of one package (The Cargo Book, "Cargo Targets").
fn of_package(manifest: &Manifest, look: &dyn Look, folder: &str) -> BTreeSet<String> {
    let Some(package) = &manifest.package else { return BTreeSet::new() };
    let below = |path: &str| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let mut found: BTreeSet<String> = manifest.bin.iter().filter_map(|binary| binary.name.clone()).collect();
    if !package.autobins {
        return found;
    }
    // A path that an entry names is that entry's, whatever its file is called.
    let is_taken = |path: &str| manifest.bin.iter().any(|binary| binary.path.as_deref() == Some(path));
    if look.has(&below("src/main.rs")) && !is_taken("src/main.rs") {
        found.insert(package.name.clone());
    }
    for name in look.names(&below("src/bin")) {
        let file = format!("src/bin/{name}");
        match name.strip_suffix(".rs") {
            Some(stem) if !is_taken(&file) => drop(found.insert(stem.to_owned())),
            Some(_) => {}
            None if look.has(&below(&format!("{file}/main.rs"))) => drop(found.insert(name)),
            None => {}
        }
    }
    found
}

/// Whether this manifest is the root of a workspace.
#[must_use]
pub fn is_workspace_root(manifest: &str) -> bool {
    toml::from_str::<Manifest>(manifest).is_ok_and(|manifest| manifest.workspace.is_some())
}

/// The paths that a manifest's dependencies and patches name, relative to its folder.
#[must_use]
pub fn path_dependencies(manifest: &str) -> Vec<String> {
    fn collect(table: &toml::Table, found: &mut Vec<String>, depth: usize) {
        for (key, value) in table {
            if let Some(path) = value.as_str().filter(|_| key == "path") {
                found.push(path.to_owned());
            }
            // [target.'cfg(..)'.dependencies.name] is the deepest.
            if let Some(table) = value.as_table().filter(|_| depth < 6) {
                collect(table, found, depth + 1);
            }
        }
    }
    let mut found = Vec::new();
    let table: toml::Table = toml::from_str(manifest).unwrap_or_default();
    collect(&table, &mut found, 0);
    found.retain(|path| !path.ends_with(".rs"));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_flags_that_choose_nothing_else_are_passed_on() {
        let of = |words: &[&str]| flags(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            of(&["--features a,b", "--no-default-features"]),
            Some(vec!["--features=a,b".into(), "--no-default-features".into()])
        );
        assert_eq!(of(&["--profile", "small"]), Some(vec!["--profile=small".into()]));
        for refused in [&["--target", "x"][..], &["--features"], &["--all-features=yes"], &["--config=x"]] {
            assert_eq!(of(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn paths_of_dependencies_are_found_wherever_they_stand() {
        let manifest = r#"
[lib]
path = "src/other.rs"
[dependencies]
shared = { path = "../shared" }
[target.'cfg(unix)'.dependencies.deep]
path = "../deep"
[patch.crates-io]
x = { path = "../x" }
"#;
        assert_eq!(path_dependencies(manifest), ["../shared", "../x", "../deep"]);
        assert!(path_dependencies("not = [toml").is_empty());
        assert!(is_workspace_root("[workspace]\n") && !is_workspace_root("[package]\nname = \"x\"\n"));
    }
}
