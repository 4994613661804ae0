//! `slsx deploy`: package, upload, change set, consent, execution followed to its end.

pub mod artifacts;
mod gather;
pub mod stack;

use self::artifacts::Prepared;
use self::stack::{News, Ready, Target};
use super::consent::{Consent, ask};
use super::follow::{Ended, Pace};
use super::progress::Progress;
use super::{Context, Failure, Project, runtime};
use crate::aws::buckets::S3Buckets;
use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{DeployArgs, Format};
use crate::deploy::diagnosis::diagnose;
use crate::deploy::report::{Conclusion, DeployReport, Place};
use crate::deploy::state_machine::Outcome;
use crate::deploy::{ChangeSet, ChangeSetKind, Stack};
use crate::exit::Exit;
use crate::host::clock::{Stopwatch, SystemClock};
use crate::names::StackName;
use crate::ports::{ChangeSetRequest, Clock, Stacks};
use crate::render::deploy as render;

/// Deploys the project. An operation that fails is an exit code with its cause, not an error.
///
/// # Errors
/// When the project cannot be packaged, AWS refuses, or consent is missing.
pub fn run(args: &DeployArgs, context: &mut Context) -> Result<Exit, Failure> {
    let stopwatch = Stopwatch::start();
    let project =
        Project::find(context, &args.project, &args.target, args.stack.as_deref(), &args.parameters)?;
    let prepared = artifacts::prepare(&project)?;
    let mut report = runtime()?.block_on(async {
        let session = context.connect(&args.target, Some(&project.settings)).await?;
        deploy(args, &project, &prepared, &session, context).await
    })?;
    report.elapsed_ms = stopwatch.elapsed_ms();
    if let Some(diagnosis) = &report.diagnosis {
        prepared.point_at(&diagnosis.cause, context)?;
    }
    match args.format {
        Format::Human => render::deploy_outcome(&mut context.out, context.style, &report)?,
        Format::Json => render::deploy_json(&mut context.out, &report)?,
    }
    Ok(match report.conclusion {
        Conclusion::NoChanges | Conclusion::Previewed => Exit::Done,
        Conclusion::Ended(outcome) => exit_of(outcome),
    })
}

async fn deploy(
    args: &DeployArgs,
    project: &Project,
    prepared: &Prepared,
    session: &Session,
    context: &mut Context,
) -> Result<DeployReport, Failure> {
    let (stacks, clock) = (CloudFormationStacks::new(session), SystemClock::start());
    let name = &project.settings.stack;
    let bucket = artifacts::bucket(session);
    let template = prepared.template(&bucket)?;
    let token = prepared.token(&template, &project.settings);
    let target = Target {
        stacks: &stacks,
        clock: &clock,
        name,
        token: &token,
        pace: Pace::of(session.is_local()),
        is_protected: project.settings.is_protected,
    };
    // The status first: a stack that cannot be deployed to must not cost a build or an upload.
    let ready = in_progress(context, 0, async |progress| {
        Ok(target.prepare(&mut |news| tell(&news, progress)).await?)
    })
    .await?;
    let kind = match ready {
        Ready::For(kind) => kind,
        Ready::Ended(ended) => return Ok(ended_report(place(name, session), &ended)),
    };
    let buckets = S3Buckets::new(session);
    let packages = prepared.upload(&buckets, &bucket, context).await?;
    let existing = stacks.describe(name.as_str()).await?;
    let request = ChangeSetRequest {
        stack: name.clone(),
        name: token.clone(),
        kind,
        template: prepared.deliver(&template, &buckets, &bucket, session).await?,
        parameters: project.settings.parameters.clone().into_iter().collect(),
        kept_parameters: kept_parameters(prepared, project, existing.as_ref(), kind),
        tags: vec![("slsx:stage".into(), project.settings.stage.to_string())],
    };
    let mut report = DeployReport {
        place: place(name, session),
        conclusion: Conclusion::NoChanges,
        status: None,
        elapsed_ms: 0,
        packages,
        changes: Vec::new(),
        outputs: Vec::new(),
        diagnosis: None,
    };
    if let Some(change_set) = target.change_set(&request).await? {
        report.changes.clone_from(&change_set.changes);
        report.conclusion = change(args, &target, &change_set, kind, session, &mut report, context).await?;
    }
    let stack = stacks.describe(name.as_str()).await?;
    report.status = stack.as_ref().map(|stack| stack.status.clone());
    report.outputs = stack.map(|stack| stack.outputs).unwrap_or_default();
    Ok(report)
}

/// Shows the change set, asks, executes it and follows it to its end.
async fn change<S: Stacks, C: Clock>(
    args: &DeployArgs,
    target: &Target<'_, S, C>,
    change_set: &ChangeSet,
    kind: ChangeSetKind,
    session: &Session,
    report: &mut DeployReport,
    context: &mut Context,
) -> Result<Conclusion, Failure> {
    if args.format == Format::Human {
        render::change_set(&mut context.out, context.style, &change_set.changes)?;
    }
    if args.dry_run {
        target.discard(&change_set.name).await?;
        return Ok(Conclusion::Previewed);
    }
    let is_given = args.yes || session.is_local() && !target.is_protected;
    let consent = ask(context, is_given, "executing this change set", "Execute it?");
    if !matches!(consent, Ok(Consent::Given)) {
        target.discard(&change_set.name).await?;
        return consent.map(|_| Conclusion::Previewed);
    }
    let expected = change_set.changes.len();
    let ended = in_progress(context, expected, async |progress| {
        Ok(target.execute(change_set, kind, &mut |news| tell(&news, progress)).await?)
    })
    .await?;
    report.diagnosis = failure_of(&ended);
    Ok(Conclusion::Ended(ended.outcome))
}

/// Runs something with a spinner that goes away however it ends.
async fn in_progress<T>(
    context: &mut Context,
    expected: usize,
    work: impl AsyncFnOnce(&mut Progress<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut progress = Progress::start(context, expected);
    let result = work(&mut progress).await;
    progress.finish();
    result
}

fn failure_of(ended: &Ended) -> Option<crate::deploy::diagnosis::Diagnosis> {
    (ended.outcome != Outcome::Succeeded).then(|| diagnose(&ended.events, &ended.scope)).flatten()
}

fn ended_report(place: Place, ended: &Ended) -> DeployReport {
    DeployReport {
        place,
        conclusion: Conclusion::Ended(ended.outcome),
        status: ended.stack.as_ref().map(|stack| stack.status.clone()),
        elapsed_ms: 0,
        packages: Vec::new(),
        changes: Vec::new(),
        outputs: ended.stack.as_ref().map(|stack| stack.outputs.clone()).unwrap_or_default(),
        diagnosis: failure_of(ended),
    }
}

/// An update keeps the value of every parameter that nobody sets, as the other deploy tools do.
fn kept_parameters(
    prepared: &Prepared,
    project: &Project,
    existing: Option<&Stack>,
    kind: ChangeSetKind,
) -> Vec<String> {
    let Some(existing) = existing.filter(|_| kind == ChangeSetKind::Update) else { return Vec::new() };
    let known = prepared.parameters();
    existing
        .parameters
        .iter()
        .map(|parameter| parameter.key.clone())
        .filter(|key| known.contains(key) && !project.settings.parameters.contains_key(key))
        .collect()
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
