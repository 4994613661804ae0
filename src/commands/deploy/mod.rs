//! `slsx deploy`: build, package, upload, change set, consent, execution followed to its end.

pub mod artifacts;
mod gather;
mod prepare;
mod request;
pub(in crate::commands) mod show;
pub mod source;
pub mod stack;

use self::prepare::Aim;
use self::source::Source;
use self::stack::{News, Ready, Target};
use super::consent::{Consent, ask};
use super::follow::{Ended, Pace};
use super::progress::Progress;
use super::{Context, Failure, Project, runtime};
use crate::aws::buckets::S3Buckets;
use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{DeployArgs, Format};
use crate::deploy::diagnosis::{Diagnosis, diagnose};
use crate::deploy::report::{Conclusion, DeployReport, Place};
use crate::deploy::state_machine::{BeforeExecution, Outcome, before_execution};
use crate::deploy::{ChangeSet, ChangeSetKind, Stack, eta};
use crate::exit::Exit;
use crate::host::clock::{Stopwatch, SystemClock};
use crate::host::signals::Signals;
use crate::names::StackName;
use crate::ports::{ChangeSetRequest, Clock, Stacks};
use crate::render::deploy as render;

/// Deploys the project. An operation that fails is an exit code with its cause, not an error.
///
/// # Errors
/// When the project cannot be built and packaged, AWS refuses, or consent is missing.
pub fn run(args: &DeployArgs, context: &mut Context) -> Result<Exit, Failure> {
    let stopwatch = Stopwatch::start();
    let project =
        Project::find(context, &args.project, &args.target, args.stack.as_deref(), &args.parameters)?;
    let source = Source::read(&project)?;
    let mut report = runtime()?.block_on(async {
        let session = context.connect(&args.target, Some(&project.settings)).await?;
        deploy(args, &project, &source, &session, context).await
    })?;
    report.elapsed_ms = stopwatch.elapsed_ms();
    if let Some(diagnosis) = &report.diagnosis {
        source.point_at(&diagnosis.cause, context)?;
    }
    show::result(context, |out, style| match args.format {
        Format::Human => render::deploy_outcome(out, style, &report),
        Format::Json => render::deploy_json(out, &report),
    })?;
    Ok(match report.conclusion {
        Conclusion::NoChanges | Conclusion::Previewed => Exit::Done,
        Conclusion::Ended(outcome) => exit_of(outcome),
    })
}

async fn deploy(
    args: &DeployArgs,
    project: &Project,
    source: &Source,
    session: &Session,
    context: &mut Context,
) -> Result<DeployReport, Failure> {
    let (stacks, clock) = (CloudFormationStacks::new(session), SystemClock::start());
    let settings = &project.settings;
    let bucket = artifacts::bucket(session);
    let is_given = args.yes || session.is_own_local_aws() && !settings.is_protected;
    if !is_given && !args.dry_run && !context.is_interactive {
        // Nobody can be asked later, so it is said before anything is waited for, deleted or uploaded.
        return Err(Failure::NeedsConsent { what: format!("deploying stack {}", settings.stack) });
    }
    let prepared = prepare::prepare(source, &Aim::of(session, &args.target, context), context).await?;
    let template = prepared.template(&bucket)?;
    let token = prepared.token(&template, settings);
    let mut deployment = Deployment {
        args,
        is_local: session.is_local(),
        is_given,
        target: Target {
            stacks: &stacks,
            clock: &clock,
            name: &settings.stack,
            token: &token,
            pace: Pace::of(session.is_local()),
            is_protected: settings.is_protected,
            may_delete: is_given && !args.dry_run,
        },
        report: DeployReport::new(place(&settings.stack, session)),
    };
    // The status first: a stack that cannot be deployed to must not cost an upload.
    if let Some(kind) = deployment.ready(context).await? {
        let buckets = S3Buckets::new(session);
        deployment.report.packages = prepared.upload(&buckets, &bucket, context).await?;
        let existing = stacks.describe(settings.stack.as_str()).await?;
        let delivered = prepared.deliver(&template, &buckets, &bucket, session).await?;
        let request =
            request::make(settings, &source.parameters(), existing.as_ref(), kind, delivered, token.clone());
        deployment.go(&request, existing.as_ref(), context).await?;
    }
    deployment.conclude().await
}

/// One deployment on its way.
struct Deployment<'a, S, C> {
    args: &'a DeployArgs,
    is_local: bool,
    /// Consent was given beforehand.
    is_given: bool,
    target: Target<'a, S, C>,
    report: DeployReport,
}

impl<S: Stacks, C: Clock> Deployment<'_, S, C> {
    /// Brings the stack to where a change set can be made; none when the deployment ends before that.
    async fn ready(&mut self, context: &mut Context) -> Result<Option<ChangeSetKind>, Failure> {
        loop {
            let target = &self.target;
            let ready = in_progress(context, 0, async |progress| {
                Ok(target.prepare(&mut |news| tell(&news, progress)).await?)
            });
            match ready.await? {
                Ready::For(kind) => return Ok(Some(kind)),
                Ready::Ended(ended) => {
                    self.end(&ended);
                    return Ok(None);
                }
                Ready::MustDelete(resources) => {
                    self.report.removed_first = resources;
                    let (name, left) = (self.target.name, &self.report.removed_first);
                    show::plan(context, self.args.format, self.will_ask(), |out, style| {
                        render::removal(out, style, name, left)
                    })?;
                    if !self.allows(context, "deleting what is left of the stack", "Delete it?")? {
                        self.report.conclusion = Conclusion::Previewed;
                        return Ok(None);
                    }
                    self.target.may_delete = true;
                }
            }
        }
    }

    /// From the request to the end.
    async fn go(
        &mut self,
        request: &ChangeSetRequest,
        existing: Option<&Stack>,
        context: &mut Context,
    ) -> Result<(), Failure> {
        let is_new = existing.is_none();
        let Some(mut change_set) = self.target.change_set(request, is_new).await? else { return Ok(()) };
        let status = existing.map(|stack| &stack.status);
        let is_blocked = before_execution(status, &change_set) == BeforeExecution::RollBack;
        if let Some(paused) = existing.filter(|_| is_blocked && !self.args.dry_run) {
            if !self.take_back(paused, &change_set, context).await? {
                return Ok(());
            }
            match self.target.change_set(request, is_new).await? {
                Some(anew) => change_set = anew,
                None => return Ok(()),
            }
        }
        self.change(&change_set, request.kind, is_new, context).await
    }

    /// Takes a paused, failed update back, because CloudFormation cannot go on from it. True when it is back.
    async fn take_back(
        &mut self,
        paused: &Stack,
        change_set: &ChangeSet,
        context: &mut Context,
    ) -> Result<bool, Failure> {
        context.say("An earlier update failed and was paused, and CloudFormation replaces nothing from there: it must be rolled back first.");
        let allowed = self.allows(context, "rolling back the paused update", "Roll it back?");
        self.target.discard(change_set, false).await?;
        if !allowed? {
            self.report.conclusion = Conclusion::Previewed;
            return Ok(false);
        }
        let target = &self.target;
        // A question may follow, and there Ctrl-C must end the command as usual.
        let ended = in_progress(context, 0, async |progress| {
            Ok(target.roll_back(&paused.id, &mut |news| tell(&news, progress)).await?)
        })
        .await?;
        let is_back = ended.outcome == Outcome::RolledBack;
        if !is_back {
            self.end(&ended);
        }
        Ok(is_back)
    }

    /// Shows the change set, asks, executes it and follows it to its end.
    async fn change(
        &mut self,
        change_set: &ChangeSet,
        kind: ChangeSetKind,
        is_new: bool,
        context: &mut Context,
    ) -> Result<(), Failure> {
        self.report.changes.clone_from(&change_set.changes);
        show::plan(context, self.args.format, self.will_ask(), |out, style| {
            render::change_set(out, style, &change_set.changes)
        })?;
        if let Some(least) = eta::at_least(&change_set.changes).filter(|_| !self.is_local) {
            context.say(&format!(
                "This takes about {} s or more on AWS: the typical time of its slowest change.",
                least.as_secs()
            ));
        }
        let allowed = self.allows(context, "executing this change set", "Execute it?");
        if !matches!(allowed, Ok(true)) {
            self.target.discard(change_set, is_new).await?;
            self.report.conclusion = Conclusion::Previewed;
            return allowed.map(drop);
        }
        let target = &self.target;
        let ended = executing(context, change_set.changes.len(), async |progress| {
            Ok(target.execute(change_set, kind, &mut |news| tell(&news, progress)).await?)
        })
        .await?;
        self.report.diagnosis = failure_of(&ended);
        self.report.conclusion = Conclusion::Ended(ended.outcome);
        Ok(())
    }

    /// Whether somebody is about to be asked.
    const fn will_ask(&self) -> bool {
        !self.is_given && !self.args.dry_run
    }

    /// A dry run allows nothing; else whoever runs the command does, beforehand or now.
    fn allows(&self, context: &mut Context, what: &str, question: &str) -> Result<bool, Failure> {
        Ok(!self.args.dry_run && ask(context, self.is_given, what, question)? == Consent::Given)
    }

    fn end(&mut self, ended: &Ended) {
        self.report.conclusion = Conclusion::Ended(ended.outcome);
        self.report.status = ended.stack.as_ref().map(|stack| stack.status.clone());
        self.report.diagnosis = failure_of(ended);
    }

    /// The report, with the stack as it is now.
    async fn conclude(mut self) -> Result<DeployReport, Failure> {
        if let Some(stack) = self.target.stacks.describe(self.target.name.as_str()).await? {
            self.report.status = Some(stack.status);
            self.report.outputs = stack.outputs;
        }
        Ok(self.report)
    }
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
            signal = signals.next() => Err(Failure::LeftToAws { signal }),
        }
    })
    .await
}

/// Why an operation failed, if it did.
pub(in crate::commands) fn failure_of(ended: &Ended) -> Option<Diagnosis> {
    (ended.outcome != Outcome::Succeeded).then(|| diagnose(&ended.events, &ended.scope)).flatten()
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
