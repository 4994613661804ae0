//! Builds packages with each language's own tools, every one once: what was built before from the same inputs is found
//! again. It decides neither what is built nor for what; recipes say that.

mod cache;
mod cargo;
mod error;
mod esbuild;
mod fingerprint;
mod npm;
mod pip;
mod process;
mod sources;
#[cfg(test)]
mod tests;

pub use error::BuildError;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;

use futures_util::{StreamExt as _, stream};

use crate::host::programs;
use crate::host::python::{self, Python};
use crate::package::recipe::Recipe;
use cache::Cache;

/// One thing to build.
#[derive(Clone, Debug)]
pub struct Order {
    /// How.
    pub recipe: Recipe,
    /// The code folder.
    pub folder: PathBuf,
}

/// Where and with what it is built.
#[derive(Clone, Debug)]
pub struct Workshop {
    /// Folder of what was built.
    pub cache: PathBuf,
    /// The interpreter that runs Python functions on this machine; found when it is needed if it is not known.
    pub python: Option<Interpreter>,
    /// Command of the Python whose pip is used; none for the first that is found.
    pub preferred_python: Option<String>,
}

/// A Python interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// Its path.
    pub executable: String,
    /// Such as `cpython-311`.
    pub cache_tag: String,
}

/// What is told while the user waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Tools are about to run for these orders.
    Started {
        /// Indices of the orders.
        orders: Vec<usize>,
        /// Names of the tools.
        tools: String,
    },
    /// A tool did its work and had something to say about the code.
    Said {
        /// Index of the order.
        order: usize,
        /// What.
        text: String,
    },
    /// Another slsx is building with the same tool, which takes one at a time.
    Waiting {
        /// Indices of the orders.
        orders: Vec<usize>,
    },
}

/// The first order that cannot be built.
#[derive(Debug)]
pub struct Failed {
    /// Its index.
    pub order: usize,
    /// Why.
    pub error: BuildError,
}

/// Everything that building one order may use.
struct Shop<'a> {
    workshop: &'a Workshop,
    cache: Cache,
    on_step: RefCell<&'a mut dyn FnMut(Step)>,
    /// Orders that tools have run for.
    built: RefCell<BTreeSet<usize>>,
}

impl Shop<'_> {
    /// Tells, once for each order, that tools are about to run.
    fn started(&self, orders: &[usize], tools: &str) {
        let new: Vec<usize> =
            orders.iter().copied().filter(|order| self.built.borrow_mut().insert(*order)).collect();
        if !new.is_empty() {
            (self.on_step.borrow_mut())(Step::Started { orders: new, tools: tools.to_owned() });
        }
    }

    fn said(&self, order: usize, text: &[u8]) {
        let text = String::from_utf8_lossy(text).trim().to_owned();
        if !text.is_empty() {
            (self.on_step.borrow_mut())(Step::Said { order, text });
        }
    }

    fn waiting(&self, orders: &[usize]) {
        (self.on_step.borrow_mut())(Step::Waiting { orders: orders.to_vec() });
    }

    /// The interpreter that will run Python functions here.
    fn interpreter(&self) -> Result<Interpreter, BuildError> {
        if let Some(known) = &self.workshop.python {
            return Ok(known.clone());
        }
        let Python { executable, cache_tag, .. } = self.python()?;
        Ok(Interpreter { executable, cache_tag })
    }

    fn python(&self) -> Result<Python, BuildError> {
        python::find(self.workshop.preferred_python.as_deref())
            .map_err(|error| BuildError::missing(error.to_string(), python::INSTALL))
    }
}

/// Builds everything that is not built yet: independent orders at the same time, as many as there are cores; cargo
/// alone, because it uses them all by itself. For each order the folder of what was built, none where there was
/// nothing to do.
///
/// When the returned future is dropped, running tools are ended.
///
/// # Errors
/// The first thing that goes wrong; what runs beside it is ended.
pub async fn build(
    orders: &[Order],
    workshop: &Workshop,
    on_step: &mut dyn FnMut(Step),
) -> Result<Vec<Option<PathBuf>>, Failed> {
    let shop = Shop {
        workshop,
        cache: Cache::open(workshop.cache.clone()),
        on_step: RefCell::new(on_step),
        built: RefCell::default(),
    };
    let rust = cargo::plan(&shop, orders).await?;
    let mut built: Vec<Option<PathBuf>> = vec![None; orders.len()];
    let mut waiting = stream::iter(orders.iter().enumerate())
        .map(|(index, order)| {
            let shop = &shop;
            async move {
                let result = one(shop, index, order).await;
                result.map(|folder| (index, folder)).map_err(|error| Failed { order: index, error })
            }
        })
        .buffer_unordered(programs::cores());
    while let Some(result) = waiting.next().await {
        let (index, folder) = result?;
        if let Some(place) = built.get_mut(index) {
            *place = folder;
        }
    }
    drop(waiting);
    for (index, folder) in cargo::all(&shop, rust).await? {
        if let Some(place) = built.get_mut(index) {
            *place = Some(folder);
        }
    }
    // Whoever builds nothing should not spend time on looking what is old.
    if !shop.built.borrow().is_empty() {
        shop.cache.sweep();
    }
    Ok(built)
}

/// Everything but what cargo builds, which is built for several orders at once.
async fn one(shop: &Shop<'_>, index: usize, order: &Order) -> Result<Option<PathBuf>, BuildError> {
    match &order.recipe {
        Recipe::AsIs | Recipe::Cargo(_) => Ok(None),
        Recipe::Python(recipe) => pip::packages(shop, index, recipe, &order.folder).await.map(Some),
        Recipe::NodeModules(recipe) => npm::modules(shop, index, recipe, &order.folder).await.map(Some),
        Recipe::Esbuild(recipe) => esbuild::bundle(shop, index, recipe, &order.folder).await.map(Some),
    }
}
