//! `slsx destroy`: shows what would be lost, asks, empties what blocks, deletes, and follows to the end.

use std::collections::{BTreeMap, BTreeSet};

use super::consent::{Consent, ask, ask_for_name};
use super::deploy::stack::Target;
use super::deploy::{executing, exit_of, place, show, tell};
use super::follow::Pace;
use super::progress::Progress;
use super::{Context, Failure, Project, runtime, timings};
use crate::aws::buckets::S3Buckets;
use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{DestroyArgs, StreamFormat};
use crate::deploy::blockers::{blockers, lacks_reason, with_reasons};
use crate::deploy::destroy::{DestroyPlan, Holding, plan};
use crate::deploy::report::DestroyReport;
use crate::deploy::state_machine::Outcome;
use crate::deploy::{Stack, StackResource, StackStatus};
use crate::exit::Exit;
use crate::host::clock::{Stopwatch, SystemClock};
use crate::names::{LogicalId, nearest};
use crate::ports::{Buckets, Clock, RemoteError, Stacks, TemplateStage};
use crate::render::deploy as render;
use crate::render::deploy::events::Happening;
use crate::template::{self, Classification, Resource};

/// Deletes the project's stack. A deletion that fails is an exit code with its cause, not an error.
///
/// # Errors
/// When AWS refuses, or consent is missing.
pub fn run(args: &DestroyArgs, context: &mut Context) -> Result<Exit, Failure> {
    if args.all_regions {
        return super::deploy::reach::destroy(args, context);
    }
    show::streamed(args.format, context, |context| reported(args, context))
}

fn reported(args: &DestroyArgs, context: &mut Context) -> Result<Exit, Failure> {
    let stopwatch = Stopwatch::start();
    let project = Project::of(context, &args.on, &[])?;
    let mut report = runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        destroy(args, &project, &session, context).await
    })?;
    report.elapsed_ms = stopwatch.elapsed_ms();
    context.tell(Happening::Destroyed(&report));
    show::result(context, |out, style| match args.format {
        StreamFormat::Human => render::destroy_outcome(out, style, &report),
        StreamFormat::Json => render::destroy_json(out, &report),
        StreamFormat::Ndjson => Ok(()),
    })?;
    Ok(report.outcome.map_or(Exit::Done, exit_of))
}

async fn destroy(
    args: &DestroyArgs,
    project: &Project,
    session: &Session,
    context: &mut Context,
) -> Result<DestroyReport, Failure> {
    let (stacks, buckets) = (CloudFormationStacks::new(session), S3Buckets::new(session));
    let name = &project.settings.stack;
    let place = place(name, session);
    let mut report =
        DestroyReport { place, plan: None, outcome: None, blockers: vec![], elapsed_ms: 0, diagnosis: None };
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
    // CloudFormation deletes nothing while it is at work, and what it is at work on needs what is in the buckets.
    let Some(stack) = settled(&target, context).await? else { return Ok(report) };
    let plan = read_plan(&stack, &stacks, &buckets).await?;
    if args.resume {
        can_resume(&stack, &plan, &args.retain)?;
    }
    let is_given = args.yes || session.is_own_local_aws() && !project.settings.is_protected;
    show::plan(context, args.format.plain(), !is_given && context.is_interactive, |out, style| {
        render::destroy_plan(out, style, &plan)
    })?;
    let is_refused_by_aws = plan.has_termination_protection;
    report.plan = Some(plan.clone());
    if is_refused_by_aws {
        return Err(Failure::TerminationProtected { stack: name.to_string() });
    }
    let what = format!("deleting stack {name}");
    let consent = if args.resume {
        // The name was typed before the deletion that is gone on with.
        ask(context, is_given, &what, "Go on with the deletion?")?
    } else {
        ask_for_name(context, is_given, &what, name.as_str())?
    };
    if consent == Consent::Refused {
        return Ok(report);
    }
    still_at_rest(&stack, &stacks).await?;
    for bucket in plan.buckets_to_empty(&args.retain) {
        let removed = buckets.empty(bucket).await?;
        context.say(&format!("Emptied {bucket}: {removed} objects and older versions."));
    }
    let ended = executing(context, plan.deleted.len(), async |progress| {
        Ok(target.delete(&stack.id, &args.retain, &mut |news| tell(&news, progress)).await?)
    })
    .await?;
    timings::learn(context, session.is_local(), &ended);
    report.diagnosis = ended.diagnosis(&stacks).await;
    report.outcome = Some(ended.outcome);
    if let Some(left) = ended.stack.as_ref().filter(|_| ended.outcome != Outcome::Succeeded) {
        let resources = stacks.resources(left.id.as_str()).await?;
        report.blockers = blockers(&with_reasons(resources, &ended.events));
    }
    Ok(report)
}

/// Only a deletion that failed can be gone on with, and only what it could not delete can be kept.
fn can_resume(stack: &Stack, plan: &DestroyPlan, retained: &[String]) -> Result<(), Failure> {
    if stack.status != StackStatus::DeleteFailed {
        return Err(Failure::Usage {
            message: format!("{} is {}: no deletion of it has failed", stack.name, stack.status),
            help: "leave --resume away to delete the stack".into(),
        });
    }
    let names: Vec<&str> = plan.blockers.iter().map(|blocker| blocker.logical_id.as_str()).collect();
    match retained.iter().find(|kept| !names.contains(&kept.as_str())) {
        None => Ok(()),
        Some(other) => Err(Failure::Usage {
            message: format!("{other} is none of what could not be deleted"),
            help: match nearest(other, names.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("these could not be deleted: {}", names.join(", ")),
            },
        }),
    }
}

/// Reads what the stack holds; nothing is changed.
async fn read_plan(
    stack: &Stack,
    stacks: &impl Stacks,
    buckets: &impl Buckets,
) -> Result<DestroyPlan, Failure> {
    let mut resources = stacks.resources(stack.id.as_str()).await?;
    if resources.iter().any(lacks_reason) {
        resources = with_reasons(resources, &stacks.events(stack.id.as_str(), None).await?);
    }
    let mut holdings = BTreeMap::new();
    for resource in &resources {
        if let Some(holding) = holding(resource, buckets).await? {
            holdings.insert(resource.logical_id.clone(), holding);
        }
    }
    let retained = match stacks.template(stack.id.as_str(), TemplateStage::Processed).await {
        // A stack that is only under review has no template yet.
        _ if resources.is_empty() => Some(BTreeSet::new()),
        Ok(template) => retained(&template),
        Err(RemoteError::NotFound { .. } | RemoteError::Rejected { .. } | RemoteError::Denied { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(plan(stack, &resources, retained.as_ref(), &holdings))
}

/// Resources that stay in the account because their deletion policy says so; none when the template cannot be read.
///
/// Whatever is not literally `Delete` may keep the resource: an intrinsic function says so only when it is resolved.
fn retained(template: &str) -> Option<BTreeSet<LogicalId>> {
    let document = template::parse(template.as_bytes()).ok()?;
    if document.classify() != Classification::Template {
        return None;
    }
    let stays = |resource: &Resource<'_>| {
        resource.attribute("DeletionPolicy").is_some_and(|policy| policy.as_str() != Some("Delete"))
    };
    Some(document.resources().filter(stays).map(|resource| resource.logical_id()).collect())
}

async fn holding(resource: &StackResource, buckets: &impl Buckets) -> Result<Option<Holding>, Failure> {
    let Some(bucket) =
        resource.physical_id.as_deref().filter(|_| resource.resource_type == "AWS::S3::Bucket")
    else {
        return Ok(None);
    };
    match buckets.contents(bucket).await {
        Ok(contents) => Ok(Some(Holding::Objects { entries: contents.entries, bytes: contents.bytes })),
        // Deleted by hand already.
        Err(RemoteError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Waits for whatever runs on the stack; none when there is none.
async fn settled<S: Stacks, C: Clock>(
    target: &Target<'_, S, C>,
    context: &mut Context,
) -> Result<Option<Stack>, Failure> {
    let mut progress = Progress::start(context, 0);
    let stack = target.settled(&mut |news| tell(&news, &mut progress)).await;
    progress.finish();
    Ok(stack?)
}

/// A question can take its time: nothing is emptied under an operation that has begun since.
async fn still_at_rest(stack: &Stack, stacks: &impl Stacks) -> Result<(), Failure> {
    let now = stacks.describe(stack.id.as_str()).await?.map(|stack| stack.status);
    match now.filter(|status| status.is_running() && *status != StackStatus::DeleteInProgress) {
        None => Ok(()),
        Some(status) => Err(Failure::Remote(RemoteError::Busy {
            operation: "cloudformation:DeleteStack".into(),
            message: format!("{} is {status} by now; nothing was emptied or deleted", stack.name),
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_literal_delete_lets_go() {
        let template = "
Resources:
  Plain: {Type: 'AWS::S3::Bucket'}
  Deleted: {Type: 'AWS::S3::Bucket', DeletionPolicy: Delete}
  Kept: {Type: 'AWS::S3::Bucket', DeletionPolicy: Retain}
  Chosen:
    Type: AWS::S3::Bucket
    DeletionPolicy: !If [IsProduction, Retain, Delete]
";
        let kept = retained(template).unwrap();
        assert_eq!(kept, BTreeSet::from(["Kept".into(), "Chosen".into()]));
    }

    #[test]
    fn a_template_that_cannot_be_read_keeps_who_knows_what() {
        assert_eq!(retained("Resources: ["), None);
        assert_eq!(retained(""), None);
    }
}
