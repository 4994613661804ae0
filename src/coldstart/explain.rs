//! Where the Init phase of a function goes, and what would shorten it.

pub mod node;
pub mod python;
pub mod sizes;
pub mod start;

use std::collections::BTreeMap;

use serde::Serialize;

use self::python::Import;
use self::sizes::Part;

/// Less is not worth a change.
const WORTH_MS: f64 = 5.0;
/// Part of the whole that is worth a change.
const WORTH: f64 = 0.04;
/// Packages above this are slow to fetch and to keep; a tenth of what Lambda takes.
const LARGE: u64 = 25 * 1024 * 1024;
/// Memory that has one processor
/// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>).
pub const ONE_PROCESSOR_MB: u32 = 1_769;
/// What Python and Node.js functions get from Lambda without bringing it along.
const OF_LAMBDA: [&str; 5] = ["boto3", "botocore", "s3transfer", "jmespath", "urllib3"];

/// What was found about one function. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The function.
    pub function: String,
    /// Its runtime.
    pub runtime: String,
    /// Memory, MB.
    pub memory_mb: u32,
    /// Its layers.
    pub layers: Vec<Layer>,
    /// Extensions that start with it.
    pub extensions: Vec<String>,
    /// Attached to a VPC.
    pub in_vpc: bool,
    /// The Init phase while it was looked at, which makes it longer.
    pub init_ms: f64,
    /// Time by package or source, most first; none where the language tells nothing.
    pub packages: Vec<Package>,
    /// What Python imported for the handler, as a tree.
    pub imports: Option<Import>,
    /// What is in the package, largest first.
    pub parts: Vec<Part>,
    /// What to do, the greatest gain first.
    pub suggestions: Vec<Suggestion>,
}

/// A layer of a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// Its id in the template, or its ARN.
    pub name: String,
    /// Bytes of its ZIP file, where they are known.
    pub bytes: Option<u64>,
}

/// Time that one package took.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its own time.
    pub own_ms: f64,
    /// Modules of it.
    pub modules: usize,
    /// What asked for it first.
    pub asked_by: Option<String>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    /// Which kind.
    pub kind: Kind,
    /// What to do.
    pub what: String,
    /// What it would gain; none where nobody can tell without trying.
    pub gain_ms: Option<f64>,
    /// Where the gain is known from.
    pub basis: Basis,
}

/// Kinds of suggestions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Import later what not every request needs.
    LazyImport,
    /// Do less in the function's own modules.
    OwnCode,
    /// Ship byte code.
    ByteCode,
    /// Ship compiled code.
    CompileCache,
    /// Make one file of many.
    Bundle,
    /// Leave out what Lambda brings along.
    OfLambda,
    /// Leave out what is large and not used at the start.
    Smaller,
    /// Leave out what starts beside the function.
    Extension,
    /// More memory, which brings more of a processor.
    Memory,
}

impl Kind {
    /// In words.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::LazyImport => "later imports",
            Self::OwnCode => "less at the start",
            Self::ByteCode => "byte code",
            Self::CompileCache => "compile cache",
            Self::Bundle => "bundle",
            Self::OfLambda => "Lambda's own packages",
            Self::Smaller => "smaller package",
            Self::Extension => "fewer extensions",
            Self::Memory => "more memory",
        }
    }
}

/// Where a gain is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Both ways were measured.
    Measured,
    /// At most the time that was seen for it.
    AtMost,
    /// Not known.
    Unknown,
}

/// The time of each package, from the trees of all imports.
#[must_use]
pub fn by_package(roots: &[Import]) -> Vec<Package> {
    let mut packages: BTreeMap<&str, Package> = BTreeMap::new();
    for root in roots {
        root.walk("", &mut |import, asked_by| {
            let package = packages.entry(import.package()).or_insert_with(|| Package {
                name: import.package().to_owned(),
                own_ms: 0.0,
                modules: 0,
                asked_by: (!asked_by.is_empty()).then(|| asked_by.to_owned()),
            });
            package.own_ms += import.own_ms;
            package.modules += 1;
        });
    }
    let mut packages: Vec<Package> = packages.into_values().collect();
    packages.sort_by(|a, b| b.own_ms.total_cmp(&a.own_ms).then_with(|| a.name.cmp(&b.name)));
    packages
}

/// The tree of the handler's module, such as `app` of `app.handler`.
#[must_use]
pub fn of_handler<'a>(roots: &'a [Import], handler: &str) -> Option<&'a Import> {
    let module = handler.rsplit_once('.').map_or(handler, |(module, _)| module).replace('/', ".");
    roots.iter().rev().find(|root| root.module == module)
}

/// Imports of other packages that the function's own modules make at the start, and that cost much.
#[must_use]
pub fn lazy(handler: &Import, own: &[&str]) -> Vec<Suggestion> {
    let mut found: BTreeMap<&str, (f64, &str)> = BTreeMap::new();
    visit_own(handler, own, &mut |asker, import| {
        let entry = found.entry(import.package()).or_insert((0.0, asker.module.as_str()));
        entry.0 += import.total_ms;
    });
    let is_worth = |gain: f64| gain >= WORTH_MS && gain >= WORTH * handler.total_ms;
    found
        .into_iter()
        .filter(|(_, (gain, _))| is_worth(*gain))
        .map(|(package, (gain, asker))| Suggestion {
            kind: Kind::LazyImport,
            what: format!(
                "import {package} where it is used, if not every request needs it (now {asker} imports it)"
            ),
            gain_ms: Some(gain),
            basis: Basis::AtMost,
        })
        .collect()
}

/// The function's own modules that do much at the start themselves, such as making clients.
#[must_use]
pub fn own_code(handler: &Import, own: &[&str]) -> Vec<Suggestion> {
    let mut suggestions = Vec::new();
    handler.walk("", &mut |import, _| {
        let is_own = import.module == handler.module || own.contains(&import.package());
        if is_own && import.own_ms >= WORTH_MS && import.own_ms >= WORTH * handler.total_ms {
            suggestions.push(Suggestion {
                kind: Kind::OwnCode,
                what: format!(
                    "do less when {} is loaded: it makes clients or reads data by itself",
                    import.module
                ),
                gain_ms: Some(import.own_ms),
                basis: Basis::AtMost,
            });
        }
    });
    suggestions
}

/// Every import that one of the function's own modules makes of another package.
fn visit_own<'a>(module: &'a Import, own: &[&str], visit: &mut dyn FnMut(&'a Import, &'a Import)) {
    for import in &module.imports {
        if own.contains(&import.package()) {
            visit_own(import, own, visit);
        } else {
            visit(module, import);
        }
    }
}

/// What the content of the package suggests.
#[must_use]
pub fn of_parts(parts: &[Part], packages: &[Package], is_python: bool) -> Vec<Suggestion> {
    // Libraries that a package brings stand beside it, in `numpy.libs` or `numpy-2.4.dist-info`.
    let is_imported = |name: &str| {
        let name = name.split(['.', '-']).next().unwrap_or_default();
        packages.iter().any(|package| package.name == name)
    };
    let unknown = |kind, what| Suggestion { kind, what, gain_ms: None, basis: Basis::Unknown };
    let mut suggestions = Vec::new();
    for part in parts {
        let megabytes = part.bytes / (1024 * 1024);
        if is_python && OF_LAMBDA.contains(&part.name.as_str()) {
            let what =
                format!("leave {} out of the package, {megabytes} MB: Lambda brings it along", part.name);
            suggestions.push(unknown(Kind::OfLambda, what));
        } else if part.bytes >= LARGE && !packages.is_empty() && !is_imported(&part.name) {
            let what =
                format!("{} has {megabytes} MB and is not imported at the start: is it needed?", part.name);
            suggestions.push(unknown(Kind::Smaller, what));
        }
    }
    suggestions
}

/// What starts beside the function.
#[must_use]
pub fn of_extensions(names: &[String]) -> Vec<Suggestion> {
    let one = |name: &String| Suggestion {
        kind: Kind::Extension,
        what: format!("the Init phase ends when extension {name} is ready too: is it needed?"),
        gain_ms: None,
        basis: Basis::Unknown,
    };
    names.iter().map(one).collect()
}

/// How fast the processor is.
#[must_use]
pub fn of_memory(memory_mb: u32) -> Option<Suggestion> {
    let part = 100.0 * f64::from(memory_mb) / f64::from(ONE_PROCESSOR_MB);
    more_memory(memory_mb).map(|more| Suggestion {
        kind: Kind::Memory,
        what: format!("{memory_mb} MB bring {part:.0} % of a processor: measure it with {more} MB"),
        gain_ms: None,
        basis: Basis::Unknown,
    })
}

/// Twice the memory, as long as that brings more of one processor.
#[must_use]
pub fn more_memory(memory_mb: u32) -> Option<u32> {
    (memory_mb < ONE_PROCESSOR_MB).then(|| (2 * memory_mb).min(ONE_PROCESSOR_MB))
}

/// The greatest known gain first, then what is not known.
pub fn rank(suggestions: &mut [Suggestion]) {
    let gain = |suggestion: &Suggestion| suggestion.gain_ms.unwrap_or(f64::NEG_INFINITY);
    suggestions.sort_by(|a, b| gain(b).total_cmp(&gain(a)).then(a.kind.cmp(&b.kind)));
}

#[cfg(test)]
mod tests;
