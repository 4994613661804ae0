//! Finds the template of a CDK app: in the cloud assembly that `cdk synth` has left.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::host::files;
use crate::package::assembly::{AssemblyError, AssemblyStack, Assets, Manifest};

/// One stack of an assembly, on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SynthesizedStack {
    /// Its id in the app.
    pub id: String,
    /// Its name in the account.
    pub name: String,
    /// Its template.
    pub template: PathBuf,
    /// The files that list its assets.
    assets: Vec<PathBuf>,
}

/// Where a CDK app is configured.
const CONFIGURATION: &str = "cdk.json";
/// Where it leaves what it makes.
const OUTPUT: &str = "cdk.out";
const MANIFEST: &str = "manifest.json";

/// Whether a folder holds a CDK app, synthesized or not.
pub fn is_app(folder: &Path) -> bool {
    folder.join(CONFIGURATION).is_file() || assembly_in(folder).is_some()
}

/// The assembly of a folder, which may be one itself: those have a file called `cdk.out`.
fn assembly_in(folder: &Path) -> Option<PathBuf> {
    let output = folder.join(OUTPUT);
    if output.join(MANIFEST).is_file() {
        return Some(output);
    }
    (output.is_file() && folder.join(MANIFEST).is_file()).then(|| folder.to_owned())
}

/// All stacks of the app in a folder, those of its stages included; none where nothing was synthesized.
///
/// # Errors
/// When a manifest cannot be read.
pub fn stacks(folder: &Path) -> Result<Vec<SynthesizedStack>, Failure> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = assembly_in(folder).into_iter().collect();
    while let Some(assembly) = waiting.pop() {
        let path = assembly.join(MANIFEST);
        let text = files::read_to_string(&path)?;
        let manifest = Manifest::read(&text).map_err(|error| unreadable(&path, &error))?;
        waiting.extend(manifest.nested.iter().map(|nested| assembly.join(nested)));
        found.extend(manifest.stacks.into_iter().map(|stack| on_disk(&assembly, stack)));
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

fn on_disk(assembly: &Path, stack: AssemblyStack) -> SynthesizedStack {
    let AssemblyStack { id, name, template, assets } = stack;
    let assets = assets.iter().map(|file| assembly.join(file)).collect();
    SynthesizedStack { id, name, template: assembly.join(template), assets }
}

impl SynthesizedStack {
    /// Whether somebody means it who says this.
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || self.name == name
    }

    /// Its assets.
    ///
    /// # Errors
    /// When a list of them cannot be read.
    pub fn assets(&self) -> Result<Assets, Failure> {
        let mut assets = Assets::default();
        for path in &self.assets {
            assets.add(&files::read_to_string(path)?).map_err(|error| unreadable(path, &error))?;
        }
        Ok(assets)
    }
}

fn unreadable(path: &Path, error: &AssemblyError) -> Failure {
    let help = miette::Diagnostic::help(error).map_or_else(String::new, |help| help.to_string());
    Failure::Usage { message: format!("{}: {error}", path.display()), help }
}
