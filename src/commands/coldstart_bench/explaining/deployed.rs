//! `--explain --clone`: temporary copies of deployed functions that tell where their Init phase goes, once each.

use std::time::Duration;

use super::telling::Telling;
use super::{conclude, content, imported};
use crate::aws::functions::LambdaFunctions;
use crate::aws::logs::CloudWatchLogs;
use crate::aws::session::Session;
use crate::cli::ColdstartBenchArgs;
use crate::coldstart::explain::start::{self, Start};
use crate::coldstart::explain::{self, Basis, Explanation, Kind, Layer, Suggestion, sizes};
use crate::coldstart::plan::Wanted;
use crate::coldstart::report::FunctionReport;
use crate::coldstart::{Report, Strategy, Target, Variant};
use crate::commands::coldstart_bench::command::{measured, settings, told_plan};
use crate::commands::coldstart_bench::targets::{self, Targets};
use crate::commands::coldstart_bench::wishes::Wishes;
use crate::commands::coldstart_bench::{Failure as BenchFailure, Settings};
use crate::commands::{Context, Failure, Project};
use crate::exit::Exit;
use crate::host::clock::SystemClock;
use crate::host::temporary::TemporaryFolder;
use crate::local::runtime::unpack;
use crate::ports::{Clock, Functions, Logs, Packages};
use crate::render::coldstart::Explanations;

/// What was written is there a few seconds later, seldom more than that.
const LIMIT: Duration = Duration::from_secs(120);
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// Explains the functions that the arguments mean; then measures what can be tried, if that is wanted.
pub(in crate::commands::coldstart_bench) async fn run(
    args: &ColdstartBenchArgs,
    wishes: &Wishes,
    project: &Project,
    session: &Session,
    payload: Vec<u8>,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let functions = LambdaFunctions::new(session);
    let chosen = targets::of(args, &[], project, session, &functions).await?;
    let place = session.place();
    let look = Settings {
        samples: Wanted::each(1),
        strategy: Strategy::Serial,
        ..settings(args, looked_into(chosen), session, payload.clone())
    };
    if args.dry_run {
        return told_plan(args, &functions, &look, context).await;
    }
    let report = measured(args, &functions, &look, context).await?;
    let mut all = Vec::new();
    for function in &report.functions {
        all.push(explain(function, &report, &functions, session, context).await?);
    }
    let tried = if args.try_best { with_more_memory(&report) } else { Targets::default() };
    let told: Vec<&Explanation> = all.iter().collect();
    let telling = Telling { args, wishes, found: Explanations { place: &place, functions: &told } };
    if !telling.before(&tried.pairs, context)? {
        return wishes.verdict(&[]);
    }
    let trial = settings(args, tried.all, session, payload);
    let report = measured(args, &functions, &trial, context).await?;
    telling.after(report, &tried.pairs, context)
}

fn looked_into(targets: Targets) -> Vec<Target> {
    let look = |target: Target| Target {
        copy: Some(Variant { is_looked_into: true, ..target.copy.unwrap_or_default() }),
        ..target
    };
    targets.all.into_iter().map(look).collect()
}

/// Each function as it is and with more memory, where that can help.
fn with_more_memory(report: &Report) -> Targets {
    let mut targets = Targets::default();
    for function in &report.functions {
        let subject = &function.subject;
        let Some(more) = explain::more_memory(subject.memory_mb) else { continue };
        let copy = |variant| Target { function: subject.function.clone(), copy: Some(variant) };
        let base = copy(Variant::default());
        let other = copy(Variant { memory_mb: Some(more), ..Variant::default() });
        targets.all.extend([base.clone(), other.clone()]);
        targets.pairs.push((base, other));
    }
    targets
}

/// Explains one function from what its copy wrote and from its package.
async fn explain(
    report: &FunctionReport,
    run: &Report,
    functions: &LambdaFunctions,
    session: &Session,
    context: &mut Context,
) -> Result<Explanation, Failure> {
    let subject = &report.subject;
    let runtime = subject.runtime.clone().unwrap_or_else(|| "container image".to_owned());
    let sample = report.samples.last().ok_or_else(|| unseen(report))?;
    let group = functions.describe(&subject.function, None).await?.log_group;
    context.say(&format!("Reading what the copy of {} wrote to {group} ...", subject.function));
    let request = sample.request_id.as_deref().unwrap_or_default();
    let start = written(&group, run.started_ms, request, session).await?.ok_or_else(|| unseen(report))?;
    let package = functions.package(&subject.function, None).await?;
    let handler = package.handler.as_deref().and_then(|handler| start.handler(handler));
    let mut explanation = Explanation {
        function: subject.function.to_string(),
        runtime,
        memory_mb: subject.memory_mb,
        layers: package.layers.into_iter().map(|(name, bytes)| Layer { name, bytes: Some(bytes) }).collect(),
        extensions: start.extensions.clone(),
        in_vpc: subject.in_vpc,
        init_ms: sample.start_ms,
        packages: explain::by_package(&start.trees(handler.as_ref())),
        imports: None,
        parts: Vec::new(),
        suggestions: explain::of_memory(subject.memory_mb).into_iter().collect(),
    };
    let folder = TemporaryFolder::create("slsx-package-")?;
    if let Some(bytes) = &package.bytes {
        unpack(bytes, folder.path())?;
        explanation.parts = content::parts(folder.path());
    }
    if let Some(handler) = handler {
        imported(&mut explanation, handler, &content::own_modules(folder.path()));
        explanation.suggestions.extend(byte_code(&explanation.parts));
    }
    conclude(&mut explanation);
    Ok(explanation)
}

/// What is not measured here, because a copy has the code of its original.
fn byte_code(parts: &[sizes::Part]) -> Option<Suggestion> {
    let sources: usize = parts.iter().map(|part| part.sources.saturating_sub(part.compiled)).sum();
    (sources > 0).then(|| Suggestion {
        kind: Kind::ByteCode,
        what: format!(
            "ship byte code with the package: Python compiles its {sources} sources at every start; --explain without \
             --clone measures it"
        ),
        gain_ms: None,
        basis: Basis::Unknown,
    })
}

/// Waits until what an execution environment wrote up to its first request is there.
async fn written(
    group: &str,
    since_ms: u64,
    request: &str,
    session: &Session,
) -> Result<Option<Start>, Failure> {
    let (logs, clock) = (CloudWatchLogs::new(session), SystemClock::start());
    while clock.elapsed() < LIMIT {
        let events = logs.search(group, since_ms, Some(start::PATTERN), &|_| true).await?;
        if let Some(start) = start::of_request(&events, request) {
            return Ok(Some(start));
        }
        clock.sleep(BETWEEN_LOOKS).await;
    }
    Ok(None)
}

fn unseen(report: &FunctionReport) -> Failure {
    BenchFailure::NothingWritten { function: report.subject.function.clone() }.into()
}
