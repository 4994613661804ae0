//! Where the binaries are that cargo made, from what it said. It touches no file but to see whether it is there.

use std::path::PathBuf;

use serde::Deserialize;

use super::Wanted;

/// Where the binaries are.
pub(super) enum Made {
    /// In folders of their names.
    Named(PathBuf),
    /// Where cargo told.
    Told(Vec<Artifact>),
}

impl Made {
    pub(super) fn binary(&self, wanted: &Wanted<'_>) -> Option<PathBuf> {
        match self {
            Self::Named(folder) => {
                Some(folder.join(&wanted.recipe.binary).join("bootstrap")).filter(|path| path.is_file())
            }
            Self::Told(artifacts) => {
                let named = || artifacts.iter().filter(|artifact| artifact.name == wanted.recipe.binary);
                // Members of a workspace may have binaries of the same name.
                let own = named().find(|artifact| artifact.manifest.parent() == Some(&wanted.folder));
                own.or_else(|| named().next()).map(|artifact| artifact.executable.clone())
            }
        }
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
}
