//! The real tools, as far as this machine has them; where one is missing, the test says so.

mod node;
mod python;
mod rust;

use super::*;
use crate::host::walk;
use crate::package::platform::{Architecture, Platform};

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
