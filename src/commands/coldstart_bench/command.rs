//! The command itself: arguments to settings, events to lines, Ctrl-C to a wish, the report to its format.

use super::{Bench, Cancel, Interruption, Settings};
use crate::aws::functions::LambdaFunctions;
use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{ColdstartBenchArgs, Format};
use crate::coldstart::{Report, mark};
use crate::commands::context::written;
use crate::commands::{Context, Failure, Project, event, runtime, stack_functions};
use crate::exit::Exit;
use crate::host::clock::SystemClock;
use crate::host::journals::FolderJournals;
use crate::host::signals::{Signal, Signals};
use crate::ports::{Clock, Functions, Journals};
use crate::render::{coldstart as render, coldstart_progress};

/// Measures the functions the arguments mean.
///
/// # Errors
/// See [`super::Failure`]; whatever happens, the functions are put back or the message names `slsx recover`.
pub fn run(args: &ColdstartBenchArgs, context: &mut Context) -> Result<Exit, Failure> {
    let payload = event::read(args.payload.as_deref(), context)?;
    let project = Project::of(context, &args.on, &[])?;
    runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        let settings = settings(args, &project, &session, payload).await?;
        let functions = LambdaFunctions::new(&session);
        let journals = FolderJournals::new(context.folders.journals());
        let (clock, cancel) = (SystemClock::start(), Cancel::default());
        let bench = Bench {
            functions: &functions,
            journals: &journals,
            clock: &clock,
            cancel: &cancel,
            settings: &settings,
        };
        if args.dry_run { plan(args, &bench, context).await } else { measure(args, &bench, context).await }
    })
}

async fn plan<F: Functions, J: Journals, C: Clock>(
    args: &ColdstartBenchArgs,
    bench: &Bench<'_, F, J, C>,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let plan = bench.plan().await?;
    written(match args.format {
        Format::Human => render::plan(&plan, context.style, &mut context.out),
        Format::Json => render::plan_json(&plan, &mut context.out),
    })?;
    Ok(Exit::Done)
}

async fn measure<F: Functions, J: Journals, C: Clock>(
    args: &ColdstartBenchArgs,
    bench: &Bench<'_, F, J, C>,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let report = interruptible(bench, context).await?;
    written(match args.format {
        Format::Human => render::human(&report, context.style, &mut context.out),
        Format::Json => render::json(&report, &mut context.out),
    })?;
    Ok(Exit::Done)
}

/// The first signal asks the run to stop and restore; the second leaves at once, with the journals in place.
async fn interruptible<F: Functions, J: Journals, C: Clock>(
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

async fn settings(
    args: &ColdstartBenchArgs,
    project: &Project,
    session: &Session,
    payload: Vec<u8>,
) -> Result<Settings, Failure> {
    let stack = &project.settings.stack;
    let known = stack_functions::known(&args.functions, &CloudFormationStacks::new(session), stack).await?;
    Ok(Settings {
        functions: stack_functions::choose(&args.functions, stack, known.as_deref())?,
        samples: args.samples,
        payload,
        seed: args.seed.unwrap_or_else(|| fastrand::u64(..)),
        run: mark::run_id(fastrand::u64(..)),
        place: session.place(),
    })
}
