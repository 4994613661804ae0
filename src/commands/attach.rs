//! `slsx attach`: follows an operation that is in progress, whoever started it, to its end.

use super::deploy::source::Source;
use super::deploy::stack::Target;
use super::deploy::{exit_of, place, show, stoppable, tell};
use super::follow::{Ended, Pace};
use super::{Context, Failure, Project, runtime, timings};
use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{AttachArgs, StreamFormat};
use crate::deploy::report::{Conclusion, DeployReport, DestroyReport};
use crate::deploy::{Operation, Stack, StackStatus};
use crate::exit::Exit;
use crate::host::clock::{Stopwatch, SystemClock};
use crate::ports::Stacks;
use crate::render::deploy as render;
use crate::render::deploy::events::Happening;

/// Follows what is in progress. An operation that fails is an exit code with its cause, not an error.
///
/// # Errors
/// When there is no such stack, or AWS refuses.
pub fn run(args: &AttachArgs, context: &mut Context) -> Result<Exit, Failure> {
    show::streamed(args.format, context, |context| followed(args, context))
}

fn followed(args: &AttachArgs, context: &mut Context) -> Result<Exit, Failure> {
    let stopwatch = Stopwatch::start();
    let project = Project::of(context, &args.on, &[])?;
    runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        let stacks = CloudFormationStacks::new(&session);
        let name = &project.settings.stack;
        let Some(stack) = stacks.describe(name.as_str()).await? else {
            return Err(Failure::NotDeployed { stack: name.to_string() });
        };
        let operation = operation(&stack.status);
        let ended = match operation {
            Some(operation) => Some(follow(&stack, operation, &stacks, &session, context).await?),
            None => {
                context.say("Nothing is in progress.");
                None
            }
        };
        let mut report = report(&stack, ended.as_ref(), &session, stopwatch.elapsed_ms());
        if let Some(ended) = &ended {
            report.diagnosis = ended.diagnosis(&stacks).await;
        }
        report.requests = session.requests();
        if let Some(diagnosis) = &report.diagnosis
            && let Ok(source) = Source::read(&project)
        {
            source.point_at(&diagnosis.cause, context)?;
        }
        if let Some(ended) = &ended {
            timings::learn(context, session.is_local(), ended);
        }
        let is_deletion = operation == Some(Operation::Delete);
        let deletion = is_deletion.then(|| deletion(&report));
        context.tell(match &deletion {
            None => Happening::Deployed(&report),
            Some(deletion) => Happening::Destroyed(deletion),
        });
        show::result(context, |out, style| match (args.format, &deletion) {
            (StreamFormat::Human, None) => render::deploy_outcome(out, style, &report),
            (StreamFormat::Json, None) => render::deploy_json(out, &report),
            (StreamFormat::Human, Some(deletion)) => render::destroy_outcome(out, style, deletion),
            (StreamFormat::Json, Some(deletion)) => render::destroy_json(out, deletion),
            (StreamFormat::Ndjson, _) => Ok(()),
        })?;
        Ok(ended.map_or(Exit::Done, |ended| exit_of(ended.outcome)))
    })
}

/// What is being done to a stack; nothing when it is at rest.
fn operation(status: &StackStatus) -> Option<Operation> {
    let running = if matches!(status, StackStatus::CreateInProgress | StackStatus::RollbackInProgress) {
        Operation::Create
    } else if *status == StackStatus::DeleteInProgress {
        Operation::Delete
    } else {
        Operation::Update
    };
    status.is_running().then_some(running)
}

async fn follow(
    stack: &Stack,
    operation: Operation,
    stacks: &CloudFormationStacks,
    session: &Session,
    context: &mut Context,
) -> Result<Ended, Failure> {
    let clock = SystemClock::start();
    let target = Target {
        stacks,
        clock: &clock,
        name: &stack.name,
        token: &format!("slsx-{:016x}", fastrand::u64(..)),
        pace: Pace::of(session.is_local()),
        is_protected: false,
        may_delete: false,
    };
    stoppable::follow(&target, &stack.id, operation, 0, context, async |progress| {
        target.attach(&stack.id, operation, &mut |news| tell(&news, progress)).await
    })
    .await
}

fn report(stack: &Stack, ended: Option<&Ended>, session: &Session, elapsed_ms: u64) -> DeployReport {
    let now = ended.map_or(Some(stack), |ended| ended.stack.as_ref());
    let mut report = DeployReport::new(place(&stack.name, session));
    report.conclusion = ended.map_or(Conclusion::NoChanges, |ended| Conclusion::Ended(ended.outcome));
    report.status = now.map(|stack| stack.status.clone());
    report.outputs = now.map(|stack| stack.outputs.clone()).unwrap_or_default();
    report.elapsed_ms = elapsed_ms;
    report
}

fn deletion(report: &DeployReport) -> DestroyReport {
    let outcome = match report.conclusion {
        Conclusion::Ended(outcome) => Some(outcome),
        Conclusion::NoChanges | Conclusion::Previewed | Conclusion::CodeGiven | Conclusion::Started => None,
    };
    DestroyReport {
        place: report.place.clone(),
        plan: None,
        outcome,
        blockers: Vec::new(),
        elapsed_ms: report.elapsed_ms,
        diagnosis: report.diagnosis.clone(),
    }
}
