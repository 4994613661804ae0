//! `slsx destroy`: shows what would be lost, asks, empties what blocks, deletes, and follows to the end.

use std::collections::{BTreeMap, BTreeSet};

use super::consent::{Consent, ask_for_name};
use super::deploy::stack::Target;
use super::deploy::{exit_of, place, tell};
use super::follow::{Ended, Pace};
use super::progress::Progress;
use super::{Context, Failure, Project, runtime};
use crate::aws::buckets::S3Buckets;
use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{DestroyArgs, Format};
use crate::deploy::destroy::{DestroyPlan, Holding, plan};
use crate::deploy::diagnosis::diagnose;
use crate::deploy::report::DestroyReport;
use crate::deploy::{Stack, StackResource};
use crate::exit::Exit;
use crate::host::clock::{Stopwatch, SystemClock};
use crate::names::LogicalId;
use crate::ports::{Buckets, RemoteError, Stacks};
use crate::render::deploy as render;
use crate::template;

/// Deletes the project's stack. A deletion that fails is an exit code with its cause, not an error.
///
/// # Errors
/// When AWS refuses, or consent is missing.
pub fn run(args: &DestroyArgs, context: &mut Context) -> Result<Exit, Failure> {
    let stopwatch = Stopwatch::start();
    let project = Project::find(context, &args.project, &args.target, args.stack.as_deref(), &[])?;
    let mut report = runtime()?.block_on(async {
        let session = context.connect(&args.target, Some(&project.settings)).await?;
        destroy(args, &project, &session, context).await
    })?;
    report.elapsed_ms = stopwatch.elapsed_ms();
    match args.format {
        Format::Human => render::destroy_outcome(&mut context.out, context.style, &report)?,
        Format::Json => render::destroy_json(&mut context.out, &report)?,
    }
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
    let mut report = DestroyReport { place, plan: None, outcome: None, elapsed_ms: 0, diagnosis: None };
    let Some(stack) = stacks.describe(name.as_str()).await? else { return Ok(report) };
    let plan = read_plan(&stack, &stacks, &buckets).await?;
    if args.format == Format::Human {
        render::destroy_plan(&mut context.out, context.style, &plan)?;
    }
    let is_refused_by_aws = plan.has_termination_protection;
    report.plan = Some(plan.clone());
    if is_refused_by_aws {
        return Err(Failure::TerminationProtected { stack: name.to_string() });
    }
    let is_given = args.yes || session.is_local() && !project.settings.is_protected;
    if ask_for_name(context, is_given, &format!("deleting stack {name}"), name.as_str())? == Consent::Refused
    {
        return Ok(report);
    }
    for bucket in plan.buckets_to_empty() {
        let removed = buckets.empty(bucket).await?;
        context.say(&format!("Emptied {bucket}: {removed} objects and older versions."));
    }
    let ended = delete(&stack, &stacks, &plan, session, context).await?;
    report.diagnosis = diagnose(&ended.events, &ended.scope);
    report.outcome = Some(ended.outcome);
    Ok(report)
}

/// Reads what the stack holds; nothing is changed.
async fn read_plan(
    stack: &Stack,
    stacks: &impl Stacks,
    buckets: &impl Buckets,
) -> Result<DestroyPlan, Failure> {
    let resources = stacks.resources(stack.id.as_str()).await?;
    let mut holdings = BTreeMap::new();
    for resource in &resources {
        if let Some(holding) = holding(resource, buckets).await? {
            holdings.insert(resource.logical_id.clone(), holding);
        }
    }
    let template = match stacks.template(stack.id.as_str()).await {
        Ok(template) => template,
        // A stack that is only under review has none yet.
        Err(RemoteError::NotFound { .. } | RemoteError::Rejected { .. }) => String::new(),
        Err(error) => return Err(error.into()),
    };
    Ok(plan(stack, &resources, &retained(&template), &holdings))
}

/// Resources that stay in the account because their deletion policy says so.
fn retained(template: &str) -> BTreeSet<LogicalId> {
    // What is deployed was read by CloudFormation, but a template made by a macro may be longer than we read.
    let Ok(document) = template::parse(template.as_bytes()) else { return BTreeSet::new() };
    let stays = |policy: &str| matches!(policy, "Retain" | "RetainExceptOnCreate");
    document
        .resources()
        .filter(|resource| {
            resource.attribute("DeletionPolicy").and_then(|policy| policy.as_str()).is_some_and(stays)
        })
        .map(|resource| resource.logical_id())
        .collect()
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

async fn delete(
    stack: &Stack,
    stacks: &CloudFormationStacks,
    plan: &DestroyPlan,
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
    };
    let mut progress = Progress::start(context, plan.deleted.len());
    let ended = target.delete(&stack.id, &mut |news| tell(&news, &mut progress)).await;
    progress.finish();
    Ok(ended?)
}
