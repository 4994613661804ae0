//! `--local-runtime`: functions of the template started as processes of this machine, one for each sample; no AWS.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Failure as BenchFailure;
use super::explaining;
use super::targets;
use super::wishes::Wishes;
use crate::build::Interpreter;
use crate::cli::ColdstartBenchArgs;
use crate::coldstart::explain::{Kind, Layer, ONE_PROCESSOR_MB};
use crate::coldstart::report::{FunctionReport, Gathered, PageCache, Report};
use crate::coldstart::sample::{Sample, Start};
use crate::coldstart::{Schedule, Strategy, Subject, Target, Variant, mark, schedule};
use crate::commands::deploy::artifacts::Prepared;
use crate::commands::deploy::prepare::{Aim, prepare};
use crate::commands::deploy::source::Source;
use crate::commands::{Context, Failure, Project};
use crate::exit::Exit;
use crate::host::clock::SystemClock;
use crate::host::signals::Signals;
use crate::host::temporary::TemporaryFolder;
use crate::host::{files, page_cache, programs};
use crate::journal::{Place, Target as Where};
use crate::local::runtime::{self, Launch, Runtimes, Started, unpack};
use crate::names::{FunctionName, LogicalId, nearest};
use crate::ports::Clock as _;
use crate::render::coldstart::counted;
use crate::template::{Effective, FunctionView, NodeRef};

/// Samples of each function, unless somebody says otherwise.
const SAMPLES: u32 = 20;

/// The template's functions as this machine can start them.
pub(super) struct Machine<'a> {
    pub(super) runtimes: Runtimes,
    pub(super) args: &'a ColdstartBenchArgs,
    source: &'a Source,
    prepared: Prepared<'a>,
    folder: TemporaryFolder,
}

/// One function, or one of its variants, on its way through the rounds.
pub(super) struct Track {
    pub(super) target: Target,
    pub(super) subject: Subject,
    pub(super) handler: String,
    pub(super) launch: Launch,
    cpu_share: f64,
    /// First invocations that ended in an error. The start before them is as good as any other.
    failed: u32,
    gathered: Gathered,
}

/// Measures or explains what the arguments mean.
pub(super) async fn run(
    args: &ColdstartBenchArgs,
    wishes: &Wishes,
    project: &Project,
    payload: Vec<u8>,
    context: &mut Context,
) -> Result<Exit, Failure> {
    wishes.check(Strategy::Serial, &here())?;
    let source = Source::read(project)?;
    let targets = targets::of_template(args, &wishes.variants, functions(args, &source)?)?;
    let runtimes = context.runtimes()?;
    let (python, tag) = runtimes.python();
    let python = Interpreter { executable: python.to_string_lossy().into_owned(), cache_tag: tag.to_owned() };
    let prepared = prepare(&source, &Aim::here(python, context), context).await?;
    let folder = TemporaryFolder::create("slsx-starts-")?;
    let machine = Machine { runtimes, args, source: &source, prepared, folder };
    let tracks =
        targets.all.into_iter().map(|target| machine.track(target)).collect::<Result<Vec<_>, _>>()?;
    if args.explain {
        return explaining::run(&machine, tracks, &payload, wishes, context).await;
    }
    let report = measured(args, tracks, &payload, context).await?;
    wishes.finish(args.format, report, &targets.pairs, context)
}

/// The logical ids that the arguments name; all that have code, without arguments.
fn functions(args: &ColdstartBenchArgs, source: &Source) -> Result<Vec<FunctionName>, Failure> {
    let views = source.document.functions();
    let known: Vec<&str> = views.iter().map(|view| view.id()).collect();
    let unknown = args.functions.iter().chain(&args.against).find(|name| !known.contains(&name.as_str()));
    if let Some(name) = unknown {
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("it has {}", known.join(", ")),
        };
        return Err(Failure::Usage { message: format!("the template has no function {name}"), help });
    }
    let named = args.functions.iter().map(String::as_str);
    let chosen: Vec<&str> = if args.functions.is_empty() { known } else { named.collect() };
    Ok(chosen.into_iter().map(FunctionName::new).collect())
}

impl Machine<'_> {
    fn view(&self, function: &FunctionName) -> Result<FunctionView<'_>, Failure> {
        self.source
            .document
            .function(function.as_str())
            .ok_or_else(|| elsewhere(format!("the template has no function {function}")))
    }

    fn track(&self, target: Target) -> Result<Track, Failure> {
        let function = target.function.clone();
        let view = self.view(&function)?;
        let text = |value: Option<Effective<'_>>| {
            value.and_then(|value| self.source.document.resolve(value.node()).known().map(ToOwned::to_owned))
        };
        let number = |value| text(value).and_then(|text| text.parse::<u32>().ok());
        let runtime = text(view.runtime())
            .ok_or_else(|| elsewhere(format!("{function} has no runtime that the template tells")))?;
        let handler = text(view.handler()).unwrap_or_else(|| "bootstrap".to_owned());
        let own_memory = number(view.memory_size()).unwrap_or(128);
        let memory_mb = target.copy.as_ref().and_then(|variant| variant.memory_mb).unwrap_or(own_memory);
        let timeout = Duration::from_secs(number(view.timeout()).unwrap_or(3).into());
        let code = self
            .unpacked(&id(&function))?
            .ok_or_else(|| elsewhere(format!("{function} has no code beside the template")))?;
        let mut layers = Vec::new();
        for layer in self.own_layers(&function) {
            layers.extend(self.unpacked(&layer)?);
        }
        let variables = variables(view, self.source, memory_mb);
        let launch = Launch::new(&self.runtimes, (&runtime, &handler), &code, &layers, variables, timeout)
            .map_err(|error| elsewhere(format!("{function}: {error}")))?;
        let subject = Subject {
            arn: function.as_str().into(),
            function,
            runtime: Some(runtime),
            architecture: programs::architecture().to_string(),
            memory_mb,
            timeout_s: timeout.as_secs(),
            is_image: false,
            has_snap_start: false,
            in_vpc: false,
            code_sha256: String::new(),
        };
        let share = f64::from(memory_mb) / f64::from(ONE_PROCESSOR_MB);
        let cpu_share = if self.args.full_cpu { 1.0 } else { share.min(1.0) };
        Ok(Track { target, subject, handler, launch, cpu_share, failed: 0, gathered: Gathered::default() })
    }

    /// The folder of a function's code or of a layer that this template makes; each is unpacked once.
    fn unpacked(&self, id: &LogicalId) -> Result<Option<PathBuf>, Failure> {
        let Some(package) = self.prepared.package(id) else { return Ok(None) };
        let target = self.folder.path().join(id.as_str());
        if !target.is_dir() {
            unpack(&package.bytes, &target)?;
        }
        Ok(Some(target))
    }

    /// Unpacks a function's code once more.
    pub(super) fn unpack_again(&self, function: &FunctionName, folder: &Path) -> Result<(), Failure> {
        match self.prepared.package(&id(function)) {
            Some(package) => Ok(unpack(&package.bytes, folder)?),
            None => Ok(()),
        }
    }

    fn own_layers(&self, function: &FunctionName) -> Vec<LogicalId> {
        let mut uses = self.source.code.iter().flat_map(|code| code.uses());
        uses.find(|used| used.user == id(function)).map(|used| used.layers.clone()).unwrap_or_default()
    }

    /// The layers of a function, as the template names them.
    pub(super) fn layers(&self, function: &FunctionName) -> Vec<Layer> {
        let bytes = |id: &LogicalId| self.prepared.package(id).map(|package| package.bytes.len() as u64);
        let own = |id: LogicalId| Layer { bytes: bytes(&id), name: id.to_string() };
        let listed = self.view(function).ok().and_then(|view| view.resource().effective("Layers"));
        let named = listed.map(|layers| layers.items()).unwrap_or_default();
        let elsewhere =
            named.iter().filter_map(|layer| self.arn(*layer)).map(|name| Layer { name, bytes: None });
        self.own_layers(function).into_iter().map(own).chain(elsewhere).collect()
    }

    fn arn(&self, node: NodeRef<'_>) -> Option<String> {
        let value = self.source.document.resolve(node);
        value.known().filter(|text| text.starts_with("arn:")).map(ToOwned::to_owned)
    }

    /// The extensions in these layers: executables in their `extensions` folder
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>).
    pub(super) fn extensions(&self, function: &FunctionName) -> Result<Vec<String>, Failure> {
        let mut names = Vec::new();
        for layer in self.own_layers(function) {
            if let Some(folder) = self.unpacked(&layer)? {
                names.extend(files::names_in(&folder.join("extensions")).unwrap_or_default());
            }
        }
        Ok(names)
    }

    /// Whether the template attaches a function to a VPC.
    pub(super) fn is_in_vpc(&self, function: &FunctionName) -> bool {
        self.view(function).is_ok_and(|view| view.resource().effective("VpcConfig").is_some())
    }
}

fn id(function: &FunctionName) -> LogicalId {
    LogicalId::new(function.as_str())
}

fn elsewhere(message: String) -> Failure {
    Failure::Usage { message, help: "measure it on AWS, or on local AWS: --local".into() }
}

/// What the template tells of a function's variables; what only AWS knows, such as names of resources, has a stand-in.
fn variables(view: FunctionView<'_>, source: &Source, memory_mb: u32) -> BTreeMap<String, String> {
    let document = &source.document;
    let entries = view.environment().map(|environment| environment.entries()).unwrap_or_default();
    let own = entries.into_iter().map(|(name, value)| {
        let known = document.resolve(value.node()).known().map(ToOwned::to_owned);
        (name.to_owned(), known.unwrap_or_else(|| "local".to_owned()))
    });
    own.chain([("AWS_LAMBDA_FUNCTION_MEMORY_SIZE".to_owned(), memory_mb.to_string())]).collect()
}

pub(super) fn does_not_start(function: &FunctionName, reason: &runtime::NotStarted) -> Failure {
    BenchFailure::DoesNotStart { function: function.clone(), reason: reason.to_string() }.into()
}

pub(super) fn here() -> Place {
    Place { account: String::new(), region: String::new(), target: Where::Machine }
}

fn warn_of_load(context: &mut Context) {
    let (load, cores) = (programs::load(), programs::cores());
    if load.is_some_and(|load| load > f64::from(u32::try_from(cores).unwrap_or(u32::MAX))) {
        context.say(
            "This machine is busy: times are longer than they need be; the processor time is less disturbed.",
        );
    }
}

/// Starts each function in turns, as often as is wanted.
pub(super) async fn measured(
    args: &ColdstartBenchArgs,
    mut tracks: Vec<Track>,
    payload: &[u8],
    context: &mut Context,
) -> Result<Report, Failure> {
    let samples = args.samples.unwrap_or(SAMPLES);
    let seed = args.seed.unwrap_or_else(|| fastrand::u64(..));
    let clock = SystemClock::start();
    let (started_ms, began) = (clock.now_ms(), clock.elapsed());
    let functions = counted(tracks.len(), "function");
    context.say(&format!("Starting {functions} {samples} times each on this machine ..."));
    warn_of_load(context);
    let mut signals = Signals::listen()?;
    for round in 0..=samples {
        for index in schedule::order(seed, round, tracks.len()) {
            let Some(track) = tracks.get_mut(index) else { continue };
            if args.cold_cache {
                page_cache::forget(track.launch.folder());
            }
            let started = tokio::select! {
                started = runtime::start(&track.launch, payload, track.cpu_share) => started,
                signal = signals.next() => return Err(Failure::Interrupted { signal }),
            };
            let function = track.subject.function.clone();
            let started = started.map_err(|reason| does_not_start(&function, &reason))?;
            track.take(started, round);
        }
    }
    for track in tracks.iter().filter(|track| track.failed > 0) {
        context.say(&format!(
            "{}: {} of {} first invocations ended in an error, as they may without AWS; the starts count.",
            track.subject.function, track.failed, track.gathered.calls
        ));
    }
    let elapsed = clock.elapsed().saturating_sub(began);
    Ok(Report {
        run: mark::run_id(seed),
        place: here(),
        seed,
        started_ms,
        elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        strategy: Strategy::Serial,
        page_cache: Some(if args.cold_cache { PageCache::Cold } else { PageCache::Warm }),
        functions: tracks.into_iter().map(|track| track.report(samples)).collect(),
        comparisons: Vec::new(),
        gates: Vec::new(),
    })
}

impl Track {
    /// The same function with something that is better.
    pub(super) fn instead(&self, (kind, launch): &(Kind, Launch)) -> Self {
        let with = Some(format!("with {}", kind.word()));
        Self {
            target: Target { copy: Some(Variant { with, ..Variant::default() }), ..self.target.clone() },
            subject: self.subject.clone(),
            handler: self.handler.clone(),
            launch: launch.clone(),
            cpu_share: self.cpu_share,
            failed: 0,
            gathered: Gathered::default(),
        }
    }

    fn take(&mut self, started: Started, round: u32) {
        let milliseconds = |duration: Duration| duration.as_secs_f64() * 1_000.0;
        self.gathered.calls += 1;
        self.gathered.rounds = round + 1;
        self.failed += u32::from(started.has_failed);
        self.gathered.samples.push(Sample {
            request_id: None,
            round,
            start: Start::Init,
            start_ms: milliseconds(started.init),
            cpu_ms: started.init_cpu.map(milliseconds),
            duration_ms: milliseconds(started.invocation),
            billed_ms: None,
            client_ms: milliseconds(started.init + started.invocation),
            max_memory_mb: started.peak_bytes.map(megabytes),
            has_init_timed_out: started.init >= Duration::from_millis(9_900),
        });
    }

    fn report(self, samples: u32) -> FunctionReport {
        let schedule = Schedule::serial(samples);
        FunctionReport::new(self.subject, self.target.copy, schedule, Vec::new(), self.gathered)
    }
}

#[expect(clippy::cast_precision_loss, reason = "megabytes")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}
