//! Tells code that must be built from code that can be packaged as it is; builds nothing.

use super::SourceFile;

/// What must be done before the folder can be packaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum BuildNeeded {
    /// Python packages that are not in the folder.
    #[error("requirements.txt asks for {package:?}, which is not in the folder")]
    #[diagnostic(help(
        "builders come in a later version; until then: `pip install --requirement requirements.txt --target .` in that folder"
    ))]
    Python {
        /// The first of them.
        package: String,
    },
    /// Node packages that are not in the folder.
    #[error("package.json has dependencies, but the folder has no node_modules")]
    #[diagnostic(help(
        "builders come in a later version; until then: `npm install --omit=dev` in that folder, or bundle the code and point at the bundle"
    ))]
    Node,
    /// A custom runtime without its executable.
    #[error("the runtime starts a file called bootstrap, and the folder has none")]
    #[diagnostic(help(
        "builders come in a later version; until then build the executable yourself, for Rust with `cargo lambda build --release`, and point at the folder it is in"
    ))]
    Bootstrap,
    /// Source code that the runtime cannot run.
    #[error("{file} is source code that has to be compiled")]
    #[diagnostic(help(
        "builders come in a later version; until then compile it yourself and point at the folder or `.jar` that comes out"
    ))]
    Compiled {
        /// The file that tells.
        file: String,
    },
}

/// What must be built, if anything; `runtime` is the function's, where the template tells it.
#[must_use]
pub fn build_needed(runtime: Option<&str>, files: &[SourceFile]) -> Option<BuildNeeded> {
    let runtime = runtime.unwrap_or_default();
    if runtime.starts_with("python") {
        python(files)
    } else if runtime.starts_with("nodejs") {
        node(files)
    } else if runtime.starts_with("provided") {
        (!has(files, "bootstrap")).then_some(BuildNeeded::Bootstrap)
    } else if runtime.starts_with("java") || runtime.starts_with("dotnet") {
        compiled(files)
    } else {
        None
    }
}

fn python(files: &[SourceFile]) -> Option<BuildNeeded> {
    let requirements = text(files, "requirements.txt")?;
    let missing = requirements.lines().filter_map(requirement).find(|name| !is_installed(files, name));
    missing.map(|package| BuildNeeded::Python { package: package.to_owned() })
}

/// The name in one line of a requirements file (PyPA specification "Dependency specifiers").
fn requirement(line: &str) -> Option<&str> {
    let line = line.split('#').next().unwrap_or_default().trim();
    let is_option = line.starts_with('-');
    let name =
        line.split(|character: char| !(character.is_alphanumeric() || "-_.".contains(character))).next()?;
    // The SDK is part of the runtime (Lambda developer guide, "Runtime-included SDK versions").
    let is_in_runtime = matches!(name, "boto3" | "botocore");
    (!name.is_empty() && !is_option && !is_in_runtime).then_some(name)
}

/// `pip install --target` leaves a `NAME-VERSION.dist-info` folder, with `_` for `-` and `.` in the name.
fn is_installed(files: &[SourceFile], name: &str) -> bool {
    let normal = |text: &str| text.to_lowercase().replace(['-', '.'], "_");
    let wanted = normal(name);
    files.iter().any(|file| {
        let folder = file.path.split('/').next().unwrap_or_default();
        let installed = folder.strip_suffix(".dist-info").and_then(|stem| stem.rsplit_once('-'));
        installed.is_some_and(|(installed, _)| normal(installed) == wanted)
    })
}

fn node(files: &[SourceFile]) -> Option<BuildNeeded> {
    #[derive(serde::Deserialize)]
    struct Manifest {
        #[serde(default)]
        dependencies: serde_json::Map<String, serde_json::Value>,
    }
    let manifest: Manifest = serde_json::from_str(text(files, "package.json")?).ok()?;
    let has_modules = files.iter().any(|file| file.path.starts_with("node_modules/"));
    (!manifest.dependencies.is_empty() && !has_modules).then_some(BuildNeeded::Node)
}

fn compiled(files: &[SourceFile]) -> Option<BuildNeeded> {
    let is_source = |path: &str| {
        matches!(path, "pom.xml" | "build.gradle" | "build.gradle.kts") || path.ends_with(".csproj")
    };
    let file = files.iter().find(|file| is_source(&file.path))?;
    Some(BuildNeeded::Compiled { file: file.path.clone() })
}

fn has(files: &[SourceFile], path: &str) -> bool {
    files.iter().any(|file| file.path == path)
}

fn text<'a>(files: &'a [SourceFile], path: &str) -> Option<&'a str> {
    let file = files.iter().find(|file| file.path == path)?;
    std::str::from_utf8(&file.content).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> Vec<SourceFile> {
        files
            .iter()
            .map(|(path, content)| SourceFile {
                path: (*path).into(),
                is_executable: false,
                has_special_bits: false,
                content: content.as_bytes().to_vec(),
            })
            .collect()
    }

    #[test]
    fn python_without_its_packages_needs_a_build() {
        let requirements =
            "# comment\n\nboto3>=1.34\n--index-url https://example.com\nPillow[x] >= 10 # why\n";
        let bare = folder(&[("app.py", ""), ("requirements.txt", requirements)]);
        let needed = BuildNeeded::Python { package: "Pillow".into() };
        assert_eq!(build_needed(Some("python3.13"), &bare), Some(needed));
        let vendored = folder(&[
            ("app.py", ""),
            ("requirements.txt", requirements),
            ("PIL/Image.py", ""),
            ("pillow-11.0.0.dist-info/METADATA", ""),
        ]);
        assert_eq!(build_needed(Some("python3.13"), &vendored), None);
    }

    #[test]
    fn python_that_needs_only_the_sdk_does_not() {
        for requirements in ["", "# nothing\n", "boto3\nbotocore==1.43.0\n"] {
            let files = folder(&[("app.py", ""), ("requirements.txt", requirements)]);
            assert_eq!(build_needed(Some("python3.13"), &files), None, "{requirements:?}");
        }
        assert_eq!(build_needed(Some("python3.13"), &folder(&[("app.py", "")])), None);
    }

    #[test]
    fn node_without_its_modules_needs_a_build() {
        let manifest = ("package.json", r#"{"dependencies": {"sharp": "1"}}"#);
        assert_eq!(build_needed(Some("nodejs22.x"), &folder(&[manifest])), Some(BuildNeeded::Node));
        let installed = folder(&[manifest, ("node_modules/sharp/index.js", "")]);
        assert_eq!(build_needed(Some("nodejs22.x"), &installed), None);
        let bundled =
            folder(&[("package.json", r#"{"devDependencies": {"esbuild": "1"}}"#), ("index.mjs", "")]);
        assert_eq!(build_needed(Some("nodejs22.x"), &bundled), None);
    }

    #[test]
    fn compiled_languages_need_their_executable() {
        let rust = folder(&[("Cargo.toml", ""), ("src/main.rs", "")]);
        assert_eq!(build_needed(Some("provided.al2023"), &rust), Some(BuildNeeded::Bootstrap));
        assert_eq!(build_needed(Some("provided.al2023"), &folder(&[("bootstrap", "")])), None);
        let java = Some(BuildNeeded::Compiled { file: "pom.xml".into() });
        assert_eq!(build_needed(Some("java21"), &folder(&[("pom.xml", "")])), java);
        assert_eq!(build_needed(None, &rust), None);
    }
}
