//! Where the binaries are that cargo made, from what it said. It touches no file but to see whether it is there.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Run, Wanted};
use crate::build::error::BuildError;
use crate::package::platform::Platform;

/// Where the binaries are.
pub(super) enum Made {
    /// In folders of their names.
    Named(PathBuf),
    /// Where cargo told.
    Told(Vec<Artifact>),
}

impl Made {
    /// The binary of a function.
    ///
    /// # Errors
    /// When cargo made none, or put that of another crate in the same place.
    pub(super) fn binary(&self, wanted: &Wanted<'_>) -> Result<PathBuf, BuildError> {
        let name = &wanted.recipe.binary;
        let none = || {
            BuildError::unexpected(
                format!("cargo built no binary {name:?}"),
                "name one of the crate's binaries under Binary in BuildProperties",
            )
        };
        match self {
            Self::Named(folder) => {
                let path = folder.join(name).join("bootstrap");
                path.is_file().then_some(path).ok_or_else(none)
            }
            Self::Told(artifacts) => told(artifacts, name, &wanted.folder)?.ok_or_else(none),
        }
    }
}

impl Made {
    /// Where cargo, working in the folder `target`, wrote what a binary is made from.
    pub(super) fn dep_info(&self, binary: &Path, run: &Run, target: &Path) -> PathBuf {
        match (self, &run.platform) {
            // Its copies lie elsewhere and have another name.
            (Self::Named(_), Platform::Lambda { architecture, .. }) => {
                let profile = run.arguments.iter().find_map(|argument| argument.strip_prefix("--profile="));
                let name = binary.parent().and_then(Path::file_name).unwrap_or_default();
                target
                    .join(format!("{}-unknown-linux-gnu", architecture.linux_name()))
                    .join(match profile.unwrap_or("release") {
                        "dev" | "test" => "debug",
                        other => other,
                    })
                    .join(name)
                    .with_extension("d")
            }
            (Self::Named(_) | Self::Told(_), _) => binary.with_extension("d"),
        }
    }
}

/// The binary of that name, of the crate in the folder if there is one.
fn told(artifacts: &[Artifact], name: &str, folder: &Path) -> Result<Option<PathBuf>, BuildError> {
    let named = || artifacts.iter().filter(|artifact| artifact.name == name);
    let own = named().find(|artifact| artifact.manifest.parent() == Some(folder));
    let Some(found) = own.or_else(|| named().next()) else { return Ok(None) };
    let other =
        named().find(|other| other.executable == found.executable && other.manifest != found.manifest);
    match other {
        None => Ok(Some(found.executable.clone())),
        // Cargo has one place for both, and what was linked last is there.
        Some(other) => Err(BuildError::unexpected(
            format!(
                "two crates of the workspace have a binary {name:?}: {} and {}",
                found.manifest.display(),
                other.manifest.display()
            ),
            "give each binary of a workspace a name of its own, and name it under Binary in BuildProperties",
        )),
    }
}

/// One binary that cargo made.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Artifact {
    pub(super) name: String,
    pub(super) manifest: PathBuf,
    pub(super) executable: PathBuf,
}

/// What cargo says about what it made (The Cargo Book, "External tools", "JSON messages").
pub(super) fn artifacts(stdout: &[u8]) -> Vec<Artifact> {
    #[derive(Deserialize)]
    struct Message {
        target: Target,
        manifest_path: PathBuf,
        executable: Option<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
        kind: Vec<String>,
    }
    let text = String::from_utf8_lossy(stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok());
    messages
        .filter(|message| message.target.kind.iter().any(|kind| kind == "bin"))
        .filter_map(|message| {
            let executable = message.executable?;
            Some(Artifact { name: message.target.name, manifest: message.manifest_path, executable })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binaries_are_read_from_what_cargo_says() {
        let said = br#"{"reason":"compiler-artifact","manifest_path":"/p/a/Cargo.toml","target":{"name":"a","kind":["lib"]},"executable":null}
{"reason":"compiler-artifact","manifest_path":"/p/a/Cargo.toml","target":{"name":"create","kind":["bin"]},"executable":"/t/release/create"}
{"reason":"build-finished","success":true}
"#;
        let expected = Artifact {
            name: "create".into(),
            manifest: "/p/a/Cargo.toml".into(),
            executable: "/t/release/create".into(),
        };
        assert_eq!(artifacts(said), [expected]);
    }

    #[test]
    fn copies_of_cargo_lambda_are_noted_where_cargo_put_the_original() {
        let run = |arguments: &[&str]| Run {
            root: "/p".into(),
            arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
            platform: Platform::Lambda {
                runtime: "provided.al2023".into(),
                architecture: crate::package::platform::Architecture::Arm,
            },
        };
        let named = Made::Named("/t/lambda".into());
        let of = |arguments: &[&str]| {
            named.dep_info(Path::new("/t/lambda/create/bootstrap"), &run(arguments), Path::new("/t"))
        };
        let folder = Path::new("/t/aarch64-unknown-linux-gnu");
        assert_eq!(of(&[]), folder.join("release/create.d"));
        assert_eq!(of(&["--profile=dev"]), folder.join("debug/create.d"));
        let told = Made::Told(vec![]).dep_info(Path::new("/t/x/create"), &run(&[]), Path::new("/t"));
        assert_eq!(told, Path::new("/t/x/create.d"));
    }

    #[test]
    fn binaries_of_one_name_are_told_apart_or_refused() {
        let artifact = |krate: &str, executable: &str| Artifact {
            name: "bootstrap".into(),
            manifest: format!("/p/{krate}/Cargo.toml").into(),
            executable: executable.into(),
        };
        let find = |made: &[Artifact]| told(made, "bootstrap", Path::new("/p/b"));
        let apart = [artifact("a", "/t/a"), artifact("b", "/t/b")];
        assert_eq!(find(&apart).unwrap(), Some("/t/b".into()));
        assert_eq!(find(&apart[..1]).unwrap(), Some("/t/a".into()));
        assert_eq!(find(&[]).unwrap(), None);
        let in_one_place = [artifact("a", "/t/bootstrap"), artifact("b", "/t/bootstrap")];
        let error = find(&in_one_place).unwrap_err().to_string();
        assert!(error.contains("/p/a/Cargo.toml") && error.contains("/p/b/Cargo.toml"), "{error}");
    }
}
