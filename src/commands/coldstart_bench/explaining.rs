//! `--explain`: starts each function once more with its language's own means of looking, and says what was seen.

mod content;
pub(super) mod deployed;
mod telling;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use super::machine::{Machine, Track, does_not_start, here, measured as measured_in_turns};
use super::wishes::Wishes;
use crate::coldstart::Target;
use crate::coldstart::explain::python::{self, Import};
use crate::coldstart::explain::{self, Basis, Explanation, Kind, Package, Suggestion, node, sizes};
use crate::commands::{Context, Failure};
use crate::exit::Exit;
use crate::host::files;
use crate::host::temporary::TemporaryFolder;
use crate::local::runtime::{self, Launch, Watched};
use crate::render::coldstart::Explanations;
use telling::Telling;

/// Both ways are started so often, and the quickest start of each counts: what disturbs only makes it longer.
const LOOKS: usize = 3;

/// Runs the bootstrap so that the handler's module is among the import times: those of `importlib` are not.
const WITH_HANDLER: &str = "\
import importlib, runpy, sys
stock = importlib.import_module
importlib.import_module = lambda name, package=None: (
    stock(name, package) if name.startswith('.') else (__import__(name), sys.modules[name])[1])
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name='__main__')
";

/// What was found, and a variant that can be tried at once.
struct Explained {
    explanation: Explanation,
    /// The function with byte code, or with a compile cache.
    better: Option<(Kind, Launch)>,
    _folder: Option<TemporaryFolder>,
}

/// Explains the start of one function.
async fn explain(machine: &Machine<'_>, track: &Track) -> Result<Explained, Failure> {
    let runtime = track.subject.runtime.clone().unwrap_or_default();
    let folder = track.launch.folder();
    let mut explained = Explained {
        explanation: Explanation {
            function: track.subject.function.to_string(),
            runtime: runtime.clone(),
            memory_mb: track.subject.memory_mb,
            layers: machine.layers(&track.subject.function),
            extensions: machine.extensions(&track.subject.function)?,
            in_vpc: machine.is_in_vpc(&track.subject.function),
            init_ms: 0.0,
            packages: Vec::new(),
            imports: None,
            parts: content::parts(folder),
            suggestions: Vec::new(),
        },
        better: None,
        _folder: None,
    };
    if runtime.starts_with("python") {
        of_python(machine, track, &mut explained).await?;
    } else if runtime.starts_with("nodejs") {
        of_node(track, &mut explained).await?;
    } else {
        explained.explanation.init_ms = milliseconds(watched(track, &track.launch).await?.init);
    }
    conclude(&mut explained.explanation);
    Ok(explained)
}

async fn watched(track: &Track, launch: &Launch) -> Result<Watched, Failure> {
    runtime::watch(launch).await.map_err(|reason| does_not_start(&track.subject.function, &reason))
}

async fn of_python(machine: &Machine<'_>, track: &Track, explained: &mut Explained) -> Result<(), Failure> {
    let seen = watched(track, &track.launch.with_options(&["-X", "importtime", "-c", WITH_HANDLER])).await?;
    let roots = python::read(&seen.output);
    let explanation = &mut explained.explanation;
    explanation.init_ms = milliseconds(seen.init);
    explanation.packages = explain::by_package(&roots);
    if let Some(handler) = explain::of_handler(&roots, &track.handler) {
        imported(explanation, handler.clone(), &content::own_modules(track.launch.folder()));
    }
    if explanation.parts.iter().any(sizes::Part::lacks_byte_code) {
        let (folder, better) = with_byte_code(machine, track)?;
        let gain = gain(track, &track.launch, &better).await?;
        let sources: usize =
            explanation.parts.iter().map(|part| part.sources.saturating_sub(part.compiled)).sum();
        let what = format!(
            "ship byte code with the package: Python compiles its {sources} sources at every start, and /var/task is \
             read-only"
        );
        explanation.suggestions.push(measured(Kind::ByteCode, what, gain));
        explained.better = Some((Kind::ByteCode, better));
        explained._folder = Some(folder);
    }
    Ok(())
}

/// What the handler's module imports, and what that suggests.
fn imported(explanation: &mut Explanation, handler: Import, own: &BTreeSet<String>) {
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    explanation.suggestions.extend(explain::lazy(&handler, &own));
    explanation.suggestions.extend(explain::own_code(&handler, &own));
    explanation.imports = Some(handler);
}

/// What is suggested whatever the language, and the order of it all.
fn conclude(explanation: &mut Explanation) {
    let is_python = explanation.runtime.starts_with("python");
    let Explanation { parts, packages, extensions, suggestions, .. } = explanation;
    suggestions.extend(explain::of_parts(parts, packages, is_python));
    suggestions.extend(explain::of_extensions(extensions));
    explain::rank(suggestions);
}

async fn of_node(track: &Track, explained: &mut Explained) -> Result<(), Failure> {
    let folder = TemporaryFolder::create("slsx-profile-")?;
    let place = format!("--cpu-prof-dir={}", folder.path().display());
    // Node.js writes the profile when it ends by itself.
    let ending = "--import=data:text/javascript,process.on('SIGTERM',()=>process.exit(0))";
    let options = ["--cpu-prof", "--cpu-prof-interval=200", &place, ending];
    let seen = watched(track, &track.launch.with_options(&options)).await?;
    let explanation = &mut explained.explanation;
    explanation.init_ms = milliseconds(seen.init);
    let text_of = |path: &str| files::read_to_string(Path::new(path)).ok();
    let profile = files::names_in(folder.path())?.into_iter().find(|name| name.ends_with(".cpuprofile"));
    let spent = profile
        .and_then(|name| files::read_to_string(&folder.path().join(name)).ok())
        .and_then(|text| node::read(&text, &text_of));
    let package =
        |spent: node::Spent| Package { name: spent.source, own_ms: spent.own_ms, modules: 1, asked_by: None };
    explanation.packages = spent.unwrap_or_default().into_iter().map(package).collect();
    let loose = explanation.parts.iter().filter(|part| part.name.starts_with("node_modules/"));
    let files: usize = loose.map(|part| part.files).sum();
    if files > 50 {
        explanation.suggestions.push(Suggestion {
            kind: Kind::Bundle,
            what: format!("bundle: {files} files of node_modules are looked for and read one by one"),
            gain_ms: None,
            basis: Basis::Unknown,
        });
    }
    let cache = TemporaryFolder::create("slsx-compile-cache-")?;
    let better = track.launch.with_variable("NODE_COMPILE_CACHE", &cache.path().to_string_lossy());
    // The first start fills it.
    watched(track, &better.with_options(&[ending])).await?;
    if !files::names_in(cache.path())?.is_empty() {
        let gain = gain(track, &track.launch, &better).await?;
        let what =
            "ship a compile cache with the package and name it in NODE_COMPILE_CACHE (Node.js 22 and newer)";
        explanation.suggestions.push(measured(Kind::CompileCache, what.to_owned(), gain));
        explained.better = Some((Kind::CompileCache, better));
        explained._folder = Some(cache);
    }
    Ok(())
}

const fn measured(kind: Kind, what: String, gain: f64) -> Suggestion {
    Suggestion { kind, what, gain_ms: Some(gain), basis: Basis::Measured }
}

/// How much quicker the second one starts; not negative, since doing nothing is always possible.
async fn gain(track: &Track, before: &Launch, after: &Launch) -> Result<f64, Failure> {
    let (mut slow, mut quick) = (Duration::MAX, Duration::MAX);
    for _ in 0..LOOKS {
        slow = slow.min(started(track, before).await?);
        quick = quick.min(started(track, after).await?);
    }
    Ok(milliseconds(slow.saturating_sub(quick)))
}

async fn started(track: &Track, launch: &Launch) -> Result<Duration, Failure> {
    let started = runtime::start(launch, b"{}", 1.0).await;
    started.map(|started| started.init).map_err(|reason| does_not_start(&track.subject.function, &reason))
}

/// A copy of the package with byte code beside every source, which is not checked against the source: its time is not
/// that of a package on AWS (<https://docs.python.org/3/library/compileall.html>).
fn with_byte_code(machine: &Machine<'_>, track: &Track) -> Result<(TemporaryFolder, Launch), Failure> {
    let folder = TemporaryFolder::create("slsx-byte-code-")?;
    let target = folder.path().join("task");
    machine.unpack_again(&track.subject.function, &target)?;
    machine.runtimes.compile(&target)?;
    Ok((folder, track.launch.in_folder(&target)))
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// Explains every function; then measures what can be done at once, if that is wanted.
pub(super) async fn run(
    machine: &Machine<'_>,
    mut tracks: Vec<Track>,
    payload: &[u8],
    wishes: &Wishes,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let args = machine.args;
    let explained = explain_all(machine, &tracks, context).await?;
    let pairs = if args.try_best { with_better(&mut tracks, &explained) } else { Vec::new() };
    let place = here();
    let all: Vec<&Explanation> = explained.iter().map(|one| &one.explanation).collect();
    let telling = Telling { args, wishes, found: Explanations { place: &place, functions: &all } };
    if telling.before(&pairs, context)? {
        let report = measured_in_turns(args, tracks, payload, context).await?;
        telling.after(report, &pairs, context)
    } else {
        wishes.verdict(&[])
    }
}

/// Adds the variants that can be tried, each to be compared with its function.
fn with_better(tracks: &mut Vec<Track>, explained: &[Explained]) -> Vec<(Target, Target)> {
    let mut pairs = Vec::new();
    for one in explained {
        let Some(better) = &one.better else { continue };
        let is_it = |track: &&Track| track.subject.function.as_str() == one.explanation.function;
        if let Some(track) = tracks.iter().find(is_it).map(|track| track.instead(better)) {
            pairs.push((Target { copy: None, ..track.target.clone() }, track.target.clone()));
            tracks.push(track);
        }
    }
    pairs
}

/// Explains every function, and says so.
async fn explain_all(
    machine: &Machine<'_>,
    tracks: &[Track],
    context: &mut Context,
) -> Result<Vec<Explained>, Failure> {
    let mut all = Vec::new();
    for track in tracks.iter().filter(|track| track.target.copy.is_none()) {
        context.say(&format!("Looking at a start of {} ...", track.subject.function));
        all.push(explain(machine, track).await?);
    }
    Ok(all)
}
