//! What a project's template needs of a machine: by its runtimes, and by how its code is built.

use std::collections::{BTreeMap, BTreeSet};

use crate::names::LogicalId;
use crate::package::platform::{Architecture, Platform};
use crate::package::recipe::Recipe;

/// Tools, and the functions and layers that need each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// pip or uv: their packages are installed.
    pub python_packages: BTreeSet<LogicalId>,
    /// npm, and Node.js with it.
    pub npm: BTreeSet<LogicalId>,
    /// cargo.
    pub cargo: BTreeSet<LogicalId>,
    /// What cargo needs beside it to build for Lambda's processors.
    pub cross: BTreeMap<Architecture, BTreeSet<LogicalId>>,
    /// Node.js, where local AWS runs the functions.
    pub node: BTreeSet<LogicalId>,
    /// Python, which is what local AWS itself runs on.
    pub is_local: bool,
}

impl Needs {
    /// Adds what building for a function or layer takes.
    pub fn add_recipe(&mut self, recipe: &Recipe, user: &LogicalId) {
        let tool = match recipe {
            Recipe::AsIs => return,
            Recipe::Python(_) => &mut self.python_packages,
            Recipe::NodeModules(_) | Recipe::Esbuild(_) => &mut self.npm,
            Recipe::Cargo(cargo) => {
                if let Platform::Lambda { architecture, .. } = cargo.platform {
                    self.cross.entry(architecture).or_default().insert(user.clone());
                }
                &mut self.cargo
            }
        };
        tool.insert(user.clone());
    }

    /// Adds what running a function here takes.
    pub fn add_runtime(&mut self, runtime: &str, user: &LogicalId) {
        if self.is_local && runtime.starts_with("nodejs") {
            self.node.insert(user.clone());
        }
    }
}
