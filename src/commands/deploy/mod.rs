//! `slsx deploy`: build, package, upload, change set, consent, execution followed to its end.

pub mod artifacts;
mod by_change_set;
mod by_code;
mod change_sets;
mod gather;
mod hot;
mod lane;
pub(in crate::commands) mod prepare;
mod print_policy;
pub(in crate::commands) mod reach;
mod ready;
mod request;
pub(in crate::commands) mod show;
pub mod source;
pub mod stack;
pub(in crate::commands) mod stoppable;
pub(in crate::commands) mod survey;
mod unswept;
mod watch;

use self::by_change_set::ByChangeSet;
use self::by_code::ByCode;
use self::source::Source;
use self::stack::{News, StackError};
use self::survey::Survey;
use super::progress::Progress;
use super::{Context, Failure, Project, runtime};
use crate::aws::buckets::S3Buckets;
use crate::aws::functions::LambdaFunctions;
use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{DeployArgs, StreamFormat};
use crate::deploy::lane::Lane;
use crate::deploy::report::{Conclusion, DeployReport, Place};
use crate::deploy::state_machine::Outcome;
use crate::exit::Exit;
use crate::host::clock::{Stopwatch, SystemClock};
use crate::host::signals::Signals;
use crate::names::StackName;
use crate::render::deploy as render;
use crate::render::deploy::events::Happening;

/// Deploys the project. An operation that fails is an exit code with its cause, not an error.
///
/// # Errors
/// When the project cannot be built and packaged, AWS refuses, or consent is missing.
pub fn run(args: &DeployArgs, context: &mut Context) -> Result<Exit, Failure> {
    show::streamed(args.format, context, |context| {
        if args.all_regions || !args.accounts.is_empty() {
            reach::run(args, context)
        } else if args.watch {
            watch::run(args, context)
        } else {
            once(args, context)
        }
    })
}

fn once(args: &DeployArgs, context: &mut Context) -> Result<Exit, Failure> {
    let stopwatch = Stopwatch::start();
    let project = Project::of(context, &args.on, &args.parameters)?;
    let mut source = Source::read(&project)?;
    if args.print_policy {
        return print_policy::run(&args.on, &project, &source, context);
    }
    let deployed = runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        let mut report = deploy(args, &project, &mut source, &session, context).await?;
        report.requests = session.requests();
        Ok::<_, Failure>(report)
    });
    if let Err(Failure::Stack(StackError::ChangeSet { problems, .. })) = &deployed {
        for problem in problems {
            source.point_at_problem(problem, context)?;
        }
    }
    let mut report = deployed?;
    report.elapsed_ms = stopwatch.elapsed_ms();
    if let Some(diagnosis) = &report.diagnosis {
        source.point_at(&diagnosis.cause, context)?;
    }
    context.tell(Happening::Deployed(&report));
    show::result(context, |out, style| match args.format {
        StreamFormat::Human => render::deploy_outcome(out, style, &report),
        StreamFormat::Json => render::deploy_json(out, &report),
        StreamFormat::Ndjson => Ok(()),
    })?;
    Ok(match report.conclusion {
        Conclusion::NoChanges | Conclusion::Previewed | Conclusion::CodeGiven | Conclusion::Started => {
            Exit::Done
        }
        Conclusion::Ended(outcome) => exit_of(outcome),
    })
}

async fn deploy(
    args: &DeployArgs,
    project: &Project,
    source: &mut Source,
    session: &Session,
    context: &mut Context,
) -> Result<DeployReport, Failure> {
    let settings = &project.settings;
    let is_given = args.yes || session.is_own_local_aws() && !settings.is_protected;
    if !is_given && !args.dry_run && !context.is_interactive {
        // Nobody can be asked later, so it is said before anything is waited for, deleted or uploaded.
        return Err(Failure::NeedsConsent { what: format!("deploying stack {}", settings.stack) });
    }
    let survey = Survey::of(project, source, session, &args.on.target, context).await?.in_lane(args.lane)?;
    context.say(&survey.chosen.told());
    context.tell(Happening::Lane(&survey.chosen.lane));
    let mut report = DeployReport::new(place(&settings.stack, session));
    report.lane = Some(survey.chosen.lane.clone());
    let scene = Scene {
        args,
        is_given,
        survey: &survey,
        stacks: &CloudFormationStacks::new(session),
        buckets: &S3Buckets::new(session),
        clock: &SystemClock::start(),
    };
    let mut is_over = matches!(survey.chosen.lane, Lane::Noop | Lane::Hot(_));
    if let (Some(stack), functions @ [_, ..]) = (&survey.existing, survey.chosen.functions().as_slice()) {
        let by_code = ByCode { scene: &scene, lambda: LambdaFunctions::new(session), stack };
        let is_given = by_code.give(functions, &mut report, context).await?;
        is_over |= !is_given && !args.dry_run;
    }
    if let (Some(stack), true) = (&survey.existing, is_over) {
        report.status = Some(stack.status.clone());
        report.outputs.clone_from(&stack.outputs);
        return Ok(report);
    }
    ByChangeSet { scene: &scene, settings, session }.go(report, context).await
}

/// What every lane works with.
struct Scene<'a, S, B, C> {
    args: &'a DeployArgs,
    /// Consent was given beforehand.
    is_given: bool,
    survey: &'a Survey<'a>,
    stacks: &'a S,
    buckets: &'a B,
    clock: &'a C,
}

/// Runs something with a spinner that goes away however it ends.
pub(in crate::commands) async fn in_progress<T>(
    context: &mut Context,
    expected: usize,
    work: impl AsyncFnOnce(&mut Progress<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut progress = Progress::start(context, expected);
    let result = work(&mut progress).await;
    progress.finish();
    result
}

/// Follows what AWS is doing. A wish to stop ends only the following: AWS goes on, and the message says so.
pub(in crate::commands) async fn executing<T>(
    context: &mut Context,
    expected: usize,
    work: impl AsyncFnOnce(&mut Progress<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut signals = Signals::listen()?;
    in_progress(context, expected, async |progress| {
        tokio::select! {
            result = work(progress) => result,
            signal = signals.next() => Err(Failure::LeftToAws { signal, help: stoppable::ATTACH }),
        }
    })
    .await
}

/// Where a stack is.
pub fn place(stack: &StackName, session: &Session) -> Place {
    Place { stack: stack.clone(), region: session.identity().region.clone(), is_local: session.is_local() }
}

/// The exit code of an operation's end.
pub const fn exit_of(outcome: Outcome) -> Exit {
    match outcome {
        Outcome::Succeeded => Exit::Done,
        Outcome::RolledBack => Exit::RolledBack,
        Outcome::Failed | Outcome::NeedsRecovery | Outcome::StillRunning => Exit::NeedsRecovery,
    }
}

/// Says what goes on with a stack.
pub fn tell(news: &News<'_>, progress: &mut Progress<'_>) {
    match news {
        News::Event(event, folded) => progress.event(event, folded),
        News::Stand(folded) => progress.look(folded),
        News::Waiting(stack) => {
            progress.say(&format!("{} is {}: waiting until that has ended ...", stack.name, stack.status));
        }
        News::Removing(resources) => progress.say(&format!(
            "The stack was never created successfully: deleting what is left of it ({} resources) first.",
            resources.len()
        )),
        News::Resuming => progress.say("This deployment is already under way: following it to its end."),
    }
}
