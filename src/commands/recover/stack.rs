//! A stack whose rollback failed: shows what could not be rolled back, asks, and has CloudFormation go on with it.

use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::RecoverArgs;
use crate::commands::consent::{Consent, ask};
use crate::commands::deploy::stack::Target;
use crate::commands::deploy::{show, stoppable, tell};
use crate::commands::follow::Pace;
use crate::commands::{Context, Failure, Project};
use crate::deploy::report::Rollback;
use crate::deploy::state_machine::Outcome;
use crate::deploy::{Operation, StackResource, StackStatus, rollback};
use crate::host::clock::SystemClock;
use crate::names::{StackName, nearest};
use crate::ports::Stacks;
use crate::render::recover as render;

/// Continues the rollback; none when the stack needs nothing of that kind.
///
/// # Errors
/// When AWS refuses, consent is missing, or what is to be skipped is none of what failed.
pub(super) async fn recover(
    args: &RecoverArgs,
    project: &Project,
    session: &Session,
    context: &mut Context,
) -> Result<Option<Rollback>, Failure> {
    let stacks = CloudFormationStacks::new(session);
    let name = &project.settings.stack;
    let Some(stack) = stacks.describe(name.as_str()).await? else { return Ok(None) };
    if stack.status != StackStatus::UpdateRollbackFailed {
        return match args.skip.first() {
            Some(resource) => Err(not_failed(resource, name, &[])),
            None => Ok(None),
        };
    }
    let failed = rollback::failed(&stacks.events(stack.id.as_str(), None).await?);
    if let Some(other) = args
        .skip
        .iter()
        .find(|skipped| !failed.iter().any(|resource| resource.logical_id.as_str() == **skipped))
    {
        return Err(not_failed(other, name, &failed));
    }
    let mut report =
        Rollback { stack: name.clone(), failed, skipped: args.skip.clone(), outcome: None, diagnosis: None };
    show::plan(context, args.format, !args.dry_run, |out, style| render::rollback_plan(out, style, &report))?;
    let is_given = args.yes || session.is_own_local_aws() && !project.settings.is_protected;
    let what = "going on with a rollback";
    if args.dry_run || ask(context, is_given, what, "Go on with the rollback?")? == Consent::Refused {
        return Ok(Some(report));
    }
    let clock = SystemClock::start();
    let target = Target {
        stacks: &stacks,
        clock: &clock,
        name,
        token: &format!("slsx-{:016x}", fastrand::u64(..)),
        pace: Pace::of(session.is_local()),
        is_protected: false,
        may_delete: false,
    };
    let started = target.continue_rollback(&stack.id, &args.skip).await?;
    let ended = stoppable::follow(&target, &stack.id, Operation::Update, 0, context, async |progress| {
        target.follow(&started, &mut |news| tell(&news, progress)).await
    })
    .await?;
    report.outcome = Some(ended.outcome);
    report.diagnosis = ended.diagnosis(&stacks).await.filter(|_| ended.outcome != Outcome::RolledBack);
    Ok(Some(report))
}

fn not_failed(resource: &str, stack: &StackName, failed: &[StackResource]) -> Failure {
    let names: Vec<&str> = failed.iter().map(|resource| resource.logical_id.as_str()).collect();
    let help = match nearest(resource, names.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None if names.is_empty() => {
            format!("no rollback of {stack} has failed; `slsx status` shows how it is")
        }
        None => format!("what failed: {}", names.join(", ")),
    };
    Failure::Usage { message: format!("{resource} did not fail to roll back, so it cannot be skipped"), help }
}
