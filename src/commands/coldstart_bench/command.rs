//! The command itself: arguments to settings, events to lines, Ctrl-C to a wish, the report to its format.

use super::history;
use super::machine;
use super::targets::{self, Targets};
use super::wishes::Wishes;
use super::{Bench, Cancel, Interruption, Settings};
use crate::aws::functions::LambdaFunctions;
use crate::aws::session::Session;
use crate::cli::{BenchFormat, ColdstartBenchArgs, StrategyArg};
use crate::coldstart::{Report, Strategy, Target, mark};
use crate::commands::context::written;
use crate::commands::{Context, Failure, Project, event, runtime};
use crate::exit::Exit;
use crate::host::clock::SystemClock;
use crate::host::journals::FolderJournals;
use crate::host::signals::{Signal, Signals};
use crate::ports::{Clock, Copies, Functions, Journals};
use crate::render::{coldstart as render, coldstart_progress};

/// Samples of each function, unless somebody says otherwise.
const SAMPLES: u32 = 50;
/// As many at most where the precision decides.
const MOST_UNTIL_PRECISE: u32 = 400;

/// Measures the functions the arguments mean.
///
/// # Errors
/// See [`super::Failure`]; whatever happens, the functions are put back or the message names `slsx recover`.
pub fn run(args: &ColdstartBenchArgs, context: &mut Context) -> Result<Exit, Failure> {
    let wishes = Wishes::of(args, context)?;
    let payload = event::read(args.payload.as_deref(), context)?;
    let project = Project::of(context, &args.on, &[])?;
    if args.local_runtime || args.explain {
        return runtime()?.block_on(machine::run(args, &wishes, &project, payload, context));
    }
    runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        if let Some(since) = args.from_logs {
            let since_ms = since.at(SystemClock::start().now_ms());
            return history::run(args, since_ms, &wishes, &project, &session, context).await;
        }
        wishes.check(strategy(args), &session.place())?;
        let functions = LambdaFunctions::new(&session);
        let targets = targets::of(args, &wishes.variants, &project, &session, &functions).await?;
        let settings = settings(args, &targets, &session, payload);
        let journals = FolderJournals::new(context.folders.journals());
        let (clock, cancel) = (SystemClock::start(), Cancel::default());
        let bench = Bench {
            functions: &functions,
            journals: &journals,
            clock: &clock,
            cancel: &cancel,
            settings: &settings,
        };
        if args.dry_run {
            plan(args, &bench, context).await
        } else {
            measure(args, &bench, &targets.pairs, &wishes, context).await
        }
    })
}

async fn plan<F: Functions + Copies, J: Journals, C: Clock>(
    args: &ColdstartBenchArgs,
    bench: &Bench<'_, F, J, C>,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let plan = bench.plan().await?;
    written(match args.format {
        BenchFormat::Human | BenchFormat::Csv | BenchFormat::Markdown => {
            render::plan(&plan, context.style, &mut context.out)
        }
        BenchFormat::Json => render::plan_json(&plan, &mut context.out),
    })?;
    Ok(Exit::Done)
}

async fn measure<F: Functions + Copies, J: Journals, C: Clock>(
    args: &ColdstartBenchArgs,
    bench: &Bench<'_, F, J, C>,
    pairs: &[(Target, Target)],
    wishes: &Wishes,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let report = interruptible(bench, context).await?;
    wishes.finish(args.format, report, pairs, context)
}

/// The first signal asks the run to stop and restore; the second leaves at once, with the journals in place.
async fn interruptible<F: Functions + Copies, J: Journals, C: Clock>(
    bench: &Bench<'_, F, J, C>,
    context: &mut Context,
) -> Result<Report, Failure> {
    let mut signals = Signals::listen()?;
    let style = context.err_style;
    let mut emit = |event| {
        if let Some(line) = coldstart_progress::line(&event, style) {
            context.say(&line);
        }
    };
    let run = bench.run(&mut emit);
    tokio::pin!(run);
    let mut wishes = 0;
    loop {
        tokio::select! {
            report = &mut run => return Ok(report?),
            signal = signals.next() => {
                wishes += 1;
                if wishes > 1 {
                    return Err(Failure::LeftAtOnce { command: bench.settings.place.recover_command() });
                }
                bench.cancel.request(match signal {
                    Signal::Interrupt => Interruption::Interrupted,
                    Signal::Terminate => Interruption::Terminated,
                });
            }
        }
    }
}

fn settings(args: &ColdstartBenchArgs, targets: &Targets, session: &Session, payload: Vec<u8>) -> Settings {
    let most = if args.until_ci.is_some() { MOST_UNTIL_PRECISE } else { SAMPLES };
    Settings {
        targets: targets.all.clone(),
        samples: args.samples.unwrap_or(most),
        strategy: strategy(args),
        precision: args.until_ci,
        payload,
        seed: args.seed.unwrap_or_else(|| fastrand::u64(..)),
        run: mark::run_id(fastrand::u64(..)),
        place: session.place(),
    }
}

const fn strategy(args: &ColdstartBenchArgs) -> Strategy {
    match args.strategy {
        StrategyArg::Version | StrategyArg::Clone => Strategy::Version,
        StrategyArg::Serial => Strategy::Serial,
        StrategyArg::Tenant => Strategy::Tenant,
    }
}
