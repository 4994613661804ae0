//! The stack lane: change set, consent, execution followed to its end.

use std::time::Duration;

use super::stack::{Ready, Target};
use super::survey::Survey;
use super::unswept::Unswept;
use super::{Scene, in_progress, show, stoppable, tell};
use super::{hot, ready, request};
use crate::aws::functions::LambdaFunctions;
use crate::aws::session::Session;
use crate::cli::DeployArgs;
use crate::commands::consent::{Consent, ask};
use crate::commands::follow::{Ended, Pace};
use crate::commands::{Context, Failure, timings};
use crate::config::Settings;
use crate::deploy::difference::Difference;
use crate::deploy::garbage::{Deployed, deployed_key};
use crate::deploy::hot::Note;
use crate::deploy::mode::{self, ChosenMode};
use crate::deploy::report::{Conclusion, DeployReport};
use crate::deploy::state_machine::{BeforeExecution, Outcome, before_execution};
use crate::deploy::{ChangeSet, ChangeSetKind, Mode, Problem, Stack, eta};
use crate::ports::{Buckets, ChangeSetRequest, Clock, Stacks};
use crate::render::deploy as render;
use crate::render::deploy::events::Happening;

/// Shorter waits need no warning.
const WORTH_SAYING: Duration = Duration::from_secs(2);

/// Everything it takes.
pub(super) struct ByChangeSet<'a, S, B, C> {
    pub(super) scene: &'a Scene<'a, S, B, C>,
    pub(super) settings: &'a Settings,
    pub(super) session: &'a Session,
}

impl<S: Stacks, B: Buckets, C: Clock> ByChangeSet<'_, S, B, C> {
    /// Brings the stack to what the template says, from what is left of earlier attempts to its end.
    ///
    /// # Errors
    /// When AWS refuses or consent is missing.
    pub(super) async fn go(
        &self,
        report: DeployReport,
        context: &mut Context,
    ) -> Result<DeployReport, Failure> {
        let Scene { args, is_given, survey, stacks, buckets, clock } = self.scene;
        let Survey { prepared, template, bucket, store, .. } = survey;
        let token = prepared.token(template, self.settings);
        let name = &self.settings.stack;
        let mut deployment = Deployment {
            args,
            is_local: self.session.is_local(),
            is_given: *is_given,
            target: Target {
                stacks: *stacks,
                clock: *clock,
                name,
                token: &token,
                pace: Pace::of(self.session.is_local()),
                is_protected: self.settings.is_protected,
                may_delete: *is_given && !args.dry_run,
            },
            difference: survey.chosen.difference.as_ref(),
            mode: mode::choose(self.settings.is_express, self.settings.is_protected, self.session.is_local()),
            report,
        };
        // The status first: a stack that cannot be deployed to must not cost an upload.
        if let Some(kind) = deployment.ready(context).await? {
            let unswept = Unswept::begin(prepared, *buckets, *clock, store).await?;
            deployment.report.packages = prepared.upload(*buckets, store, context).await?;
            let existing = stacks.describe(name.as_str()).await?;
            let delivered = prepared.deliver(template, *buckets, store).await?;
            let known = &survey.parameters;
            let mode = deployment.mode.mode();
            let request =
                request::make(self.settings, known, existing.as_ref(), kind, delivered, token.clone(), mode);
            deployment.go(&request, existing.as_ref(), &unswept, context).await?;
        }
        let stack = deployment.conclude().await?;
        let is_as_the_template_says = deployment.report.conclusion == Conclusion::Ended(Outcome::Succeeded);
        let ends_early = deployment.report.mode == Some(Mode::Express);
        if let Some(stack) = stack.as_ref().filter(|_| is_as_the_template_says && ends_early) {
            self.wait_for_functions(stack, &mut deployment.report, context).await?;
        }
        if is_as_the_template_says {
            self.note(context).await?;
        }
        // What functions were given without CloudFormation is in its template by now.
        let is_noted = survey.chosen.note.as_ref().is_some_and(|note| !note.is_empty());
        if let Some(stack) = stack.filter(|_| is_noted && is_as_the_template_says) {
            hot::write(*buckets, bucket, &stack, &Note::about(&stack)).await?;
        }
        Ok(deployment.report)
    }

    /// Notes what the stack was deployed with, so that this and what came before survive a sweep.
    async fn note(&self, context: &mut Context) -> Result<(), Failure> {
        let Survey { prepared, bucket, store, .. } = self.scene.survey;
        let keys = prepared.contents(store)?.into_keys();
        let digests: Vec<String> = keys.collect();
        if digests.is_empty() {
            return Ok(());
        }
        let key = deployed_key(self.settings.stack.as_str());
        let before = self.scene.buckets.get(bucket, &key).await.unwrap_or_default();
        let note = Deployed::after(before.as_deref(), digests);
        if let Err(error) = self.scene.buckets.put(bucket, &key, note.text(), Some("application/json")).await
        {
            // The stack is deployed; only `slsx gc` will know less of it.
            context.say(&format!("Cannot note what was deployed: {error}"));
        }
        Ok(())
    }

    /// Express mode ends before functions can be called, and what comes next calls them.
    async fn wait_for_functions(
        &self,
        stack: &Stack,
        report: &mut DeployReport,
        context: &mut Context,
    ) -> Result<(), Failure> {
        let resources = self.scene.stacks.resources(stack.id.as_str()).await?;
        let changed = ready::changed(&report.changes, &resources);
        if !changed.is_empty() {
            context.say("Waiting until the functions can be called ...");
        }
        let functions = LambdaFunctions::new(self.session);
        for (id, reason) in ready::wait(&functions, self.scene.clock, &changed).await? {
            context.say(&format!("{id} cannot be called yet: {reason}"));
            report.warnings.push(Problem::warning(id, reason));
        }
        Ok(())
    }
}

/// One deployment on its way.
struct Deployment<'a, S, C> {
    args: &'a DeployArgs,
    is_local: bool,
    /// Consent was given beforehand.
    is_given: bool,
    target: Target<'a, S, C>,
    /// What differs from the deployed template.
    difference: Option<&'a Difference>,
    mode: ChosenMode,
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
                    self.end(&ended).await;
                    return Ok(None);
                }
                Ready::MustDelete(resources) => {
                    self.report.removed_first = resources;
                    let (name, left) = (self.target.name, &self.report.removed_first);
                    show::plan(context, self.args.format.plain(), self.will_ask(), |out, style| {
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
    async fn go<B: Buckets>(
        &mut self,
        request: &ChangeSetRequest,
        existing: Option<&Stack>,
        unswept: &Unswept<'_, B, C>,
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
        self.change(&change_set, request.kind, is_new, unswept, context).await
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
            self.end(&ended).await;
        }
        Ok(is_back)
    }

    /// Shows the change set, asks, executes it and follows it to its end.
    async fn change<B: Buckets>(
        &mut self,
        change_set: &ChangeSet,
        kind: ChangeSetKind,
        is_new: bool,
        unswept: &Unswept<'_, B, C>,
        context: &mut Context,
    ) -> Result<(), Failure> {
        self.report.changes.clone_from(&change_set.changes);
        context.tell(Happening::Changes(&change_set.changes));
        self.settle_mode(change_set, context);
        self.report.warnings = self.target.found_in(change_set).await;
        show::plan(context, self.args.format.plain(), self.will_ask(), |out, style| {
            render::change_set(out, style, &change_set.changes, self.difference)?;
            render::warnings(out, style, &self.report.warnings)
        })?;
        if let Some(least) = eta::at_least(&change_set.changes, &context.estimates)
            && least >= WORTH_SAYING
        {
            let seconds = least.as_secs();
            context.say(&format!(
                "This takes about {seconds} s or more: the typical time of its slowest change."
            ));
        }
        let allowed = self.allows(context, "executing this change set", "Execute it?");
        if !matches!(allowed, Ok(true)) {
            self.target.discard(change_set, is_new).await?;
            self.report.conclusion = Conclusion::Previewed;
            return allowed.map(drop);
        }
        unswept.restore(context).await?;
        let target = &self.target;
        let operated = target.start(change_set, kind).await?;
        if self.args.detach {
            self.report.conclusion = Conclusion::Started;
            return Ok(());
        }
        let (id, expected) = (&operated.stack_id, change_set.changes.len());
        let ended = stoppable::follow(target, id, kind.operation(), expected, context, async |progress| {
            target.follow(&operated, &mut |news| tell(&news, progress)).await
        })
        .await?;
        timings::learn(context, self.is_local, &ended);
        self.end(&ended).await;
        Ok(())
    }

    /// Says in which mode the change set works: what CloudFormation has not confirmed is not claimed.
    fn settle_mode(&mut self, change_set: &ChangeSet, context: &mut Context) {
        if self.mode == ChosenMode::Express && change_set.mode != Some(Mode::Express) {
            self.mode = ChosenMode::StandardRefused;
        }
        context.say(&format!("Mode: {}.", self.mode));
        self.report.mode = Some(self.mode.mode());
    }

    /// Whether somebody is about to be asked.
    const fn will_ask(&self) -> bool {
        !self.is_given && !self.args.dry_run
    }

    /// A dry run allows nothing; else whoever runs the command does, beforehand or now.
    fn allows(&self, context: &mut Context, what: &str, question: &str) -> Result<bool, Failure> {
        Ok(!self.args.dry_run && ask(context, self.is_given, what, question)? == Consent::Given)
    }

    async fn end(&mut self, ended: &Ended) {
        self.report.conclusion = Conclusion::Ended(ended.outcome);
        self.report.status = ended.stack.as_ref().map(|stack| stack.status.clone());
        self.report.diagnosis = ended.diagnosis(self.target.stacks).await;
    }

    /// Reports the stack as it is now.
    async fn conclude(&mut self) -> Result<Option<Stack>, Failure> {
        let stack = self.target.stacks.describe(self.target.name.as_str()).await?;
        if let Some(stack) = &stack {
            self.report.status = Some(stack.status.clone());
            self.report.outputs.clone_from(&stack.outputs);
        }
        Ok(stack)
    }
}
