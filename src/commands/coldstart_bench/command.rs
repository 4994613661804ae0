//! The command itself: arguments to settings, events to lines, Ctrl-C to a wish, the report to its format.

use super::explaining::deployed;
use super::history;
use super::machine;
use super::targets;
use super::wishes::Wishes;
use super::{Bench, Cancel, Interruption, Settings};
use crate::aws::functions::LambdaFunctions;
use crate::aws::session::Session;
use crate::cli::{BenchFormat, ColdstartBenchArgs, StrategyArg};
use crate::coldstart::plan::{Plan, Wanted};
use crate::coldstart::{Report, Strategy, Target, mark};
use crate::commands::consent::{Consent, ask};
use crate::commands::context::written;
use crate::commands::{Context, Failure, Project, event, runtime};
use crate::exit::Exit;
use crate::host::clock::SystemClock;
use crate::host::journals::FolderJournals;
use crate::host::signals::{Signal, Signals};
use crate::ports::{Clock, Copies, Functions, Journals};
use crate::render::{coldstart as render, coldstart_progress};

/// Samples of each function, unless somebody says otherwise.
const SAMPLES: Wanted = Wanted { of_package: 50, of_image: 100 };
/// As many at most where the precision decides.
const MOST_UNTIL_PRECISE: Wanted = Wanted::each(400);

/// Measures the functions the arguments mean.
///
/// # Errors
/// See [`super::Failure`]; whatever happens, the functions are put back or the message names `slsx recover`.
pub fn run(args: &ColdstartBenchArgs, context: &mut Context) -> Result<Exit, Failure> {
    let wishes = Wishes::of(args, context)?;
    let payload = event::read(args.payload.as_deref(), context)?;
    let project = Project::of(context, &args.on, &[])?;
    let is_deployed = args.clone || !args.explain;
    if args.local_runtime || !is_deployed {
        if args.dry_run {
            return Err(Failure::Usage {
                message: "--explain starts functions of the template on this machine, which changes nothing"
                    .into(),
                help: "leave --dry-run away, or look into a copy of the deployed function with --clone"
                    .into(),
            });
        }
        return runtime()?.block_on(machine::run(args, &wishes, &project, payload, context));
    }
    runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        if let Some(since) = args.from_logs {
            let since_ms = since.at(SystemClock::start().now_ms());
            return history::run(args, since_ms, &wishes, &project, &session, context).await;
        }
        wishes.check(strategy(args), &session.place())?;
        if args.explain {
            return deployed::run(args, &wishes, &project, &session, payload, context).await;
        }
        let functions = LambdaFunctions::new(&session);
        let targets = targets::of(args, &wishes.variants, &project, &session, &functions).await?;
        let settings = settings(args, targets.all, &session, payload);
        if args.dry_run {
            return told_plan(args, &functions, &settings, context).await;
        }
        let report = measured(args, &functions, &settings, context).await?;
        wishes.finish(args.format, report, &targets.pairs, context)
    })
}

/// Shows what a run would do.
pub(super) async fn told_plan(
    args: &ColdstartBenchArgs,
    functions: &LambdaFunctions,
    settings: &Settings,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let (journals, cancel) = (FolderJournals::new(context.folders.journals()), Cancel::default());
    let clock = &SystemClock::start();
    let bench = Bench { functions, journals: &journals, clock, cancel: &cancel, settings };
    let plan = bench.plan().await?;
    written(match args.format {
        BenchFormat::Human | BenchFormat::Csv | BenchFormat::Markdown => {
            render::plan(&plan, context.style, &mut context.out)
        }
        BenchFormat::Json => render::plan_json(&plan, &mut context.out),
    })?;
    Ok(Exit::Done)
}

/// Runs, and puts everything back; somebody must agree to what may cost much.
pub(super) async fn measured(
    args: &ColdstartBenchArgs,
    functions: &LambdaFunctions,
    settings: &Settings,
    context: &mut Context,
) -> Result<Report, Failure> {
    let (journals, cancel) = (FolderJournals::new(context.folders.journals()), Cancel::default());
    let clock = &SystemClock::start();
    let bench = Bench { functions, journals: &journals, clock, cancel: &cancel, settings };
    let plan = bench.plan().await?;
    if plan.is_dear() {
        written(render::plan(&plan, context.err_style, &mut context.err))?;
        let what = "a bench that may cost so much";
        if ask(context, args.yes, what, "Measure at this cost?")? == Consent::Refused {
            return Err(Failure::Usage {
                message: "nothing was measured and nothing changed".into(),
                help: "measure fewer functions, or fewer cold starts with -n".into(),
            });
        }
    }
    interruptible(&bench, plan, context).await
}

/// The first signal asks the run to stop and restore; the second leaves at once, with the journals in place.
async fn interruptible<F: Functions + Copies, J: Journals, C: Clock>(
    bench: &Bench<'_, F, J, C>,
    plan: Plan,
    context: &mut Context,
) -> Result<Report, Failure> {
    let mut signals = Signals::listen()?;
    let style = context.err_style;
    let mut emit = |event| {
        if let Some(line) = coldstart_progress::line(&event, style) {
            context.say(&line);
        }
    };
    let run = bench.carry_out(plan, &mut emit);
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

/// What the arguments want measured.
pub(super) fn settings(
    args: &ColdstartBenchArgs,
    targets: Vec<Target>,
    session: &Session,
    payload: Vec<u8>,
) -> Settings {
    let most = if args.until_ci.is_some() { MOST_UNTIL_PRECISE } else { SAMPLES };
    Settings {
        targets,
        samples: args.samples.map_or(most, Wanted::each),
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
