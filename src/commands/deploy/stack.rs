//! Brings a stack from whatever status it is in to the new template: decide, change set, execute, follow.

use std::time::Duration;

use crate::commands::follow::{Ended, Operated, Pace, Sight, follow};
use crate::deploy::events::{Progress, Scope};
use crate::deploy::state_machine::{self, Facts, NextStep, Outcome, Stop};
use crate::deploy::{
    ChangeSet, ChangeSetKind, Operation, Problem, ResourceStatus, Stack, StackEvent, StackResource,
    StackStatus,
};
use crate::names::{Arn, StackName};
use crate::ports::{Clock, RemoteError, Stacks};

/// What the user is told while the stack is brought forward.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    /// Somebody else's operation must end first.
    Waiting(&'a Stack),
    /// A creation that never succeeded is removed first; these resources are left of it.
    Removing(&'a [StackResource]),
    /// This very deployment was started before; it is followed to its end.
    Resuming,
    /// One event of the operation.
    Event(&'a StackEvent, &'a Progress),
    /// How things stand with it.
    Stand(&'a Progress),
}

/// Why a stack cannot be brought forward.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum StackError {
    /// Somebody must decide or repair first.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Stopped(#[from] Stop),
    /// AWS did not do what it was asked.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Remote(#[from] RemoteError),
    /// CloudFormation cannot compute the change set, or its validations let nobody execute it.
    #[error("CloudFormation refuses the template: {}", reasons(reason, problems))]
    #[diagnostic(help("correct the template; nothing was changed"))]
    ChangeSet {
        /// In AWS's words.
        reason: String,
        /// What its validations found, with places.
        problems: Vec<Problem>,
    },
    /// The change set takes too long.
    #[error("CloudFormation has not computed the change set within {} s", patience.as_secs())]
    #[diagnostic(help("run the same command again: it goes on from here"))]
    ChangeSetSlow {
        /// How long we waited.
        patience: Duration,
    },
}

/// CloudFormation's own reason says no more than where to look when there are problems.
fn reasons(reason: &str, problems: &[Problem]) -> String {
    if problems.is_empty() {
        return reason.to_owned();
    }
    problems.iter().map(Problem::sentence).collect::<Vec<_>>().join("; ")
}

/// What comes next once the stack is ready for it.
#[derive(Debug)]
pub enum Ready {
    /// A change set of this kind can be made.
    For(ChangeSetKind),
    /// The stack was never created successfully and must be deleted first, which nobody has allowed yet; these
    /// resources are left of it.
    MustDelete(Vec<StackResource>),
    /// The deployment was already under way and has ended, or what had to come before it ended badly.
    Ended(Box<Ended>),
}

/// The stack and how to reach it.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a, S, C> {
    /// CloudFormation.
    pub stacks: &'a S,
    /// Time.
    pub clock: &'a C,
    /// Its name.
    pub name: &'a StackName,
    /// Beginning of every request token of this deployment: the same content has the same beginning, so that an
    /// interrupted deployment is found again. The rest is random, because a token must not be used twice.
    pub token: &'a str,
    /// How often to ask.
    pub pace: Pace,
    /// Nothing is deleted without being asked for by name.
    pub is_protected: bool,
    /// A stack that was never created successfully may be deleted on the way.
    pub may_delete: bool,
}

impl<S: Stacks, C: Clock> Target<'_, S, C> {
    /// Waits, removes or resumes until a change set can be made.
    ///
    /// # Errors
    /// When somebody must decide or repair first.
    pub async fn prepare(&self, tell: &mut dyn FnMut(News<'_>)) -> Result<Ready, StackError> {
        loop {
            let stack = self.stacks.describe(self.name.as_str()).await?;
            let status = stack.as_ref().map(|stack| &stack.status);
            let (facts, resources, scope) = self.facts(stack.as_ref()).await?;
            match (state_machine::next_step(status, facts), stack) {
                (NextStep::CreateChangeSet(kind), _) => return Ok(Ready::For(kind)),
                (NextStep::StopWith(stop), _) => return Err(stop.into()),
                (NextStep::WaitThenDecide(operation), Some(stack)) => {
                    tell(News::Waiting(&stack));
                    self.follow_from(&stack.id, operation, scope, None, tell).await?;
                }
                (NextStep::DeleteThenCreate, Some(_)) if !self.may_delete => {
                    return Ok(Ready::MustDelete(resources));
                }
                (NextStep::DeleteThenCreate, Some(stack)) => {
                    tell(News::Removing(&resources));
                    let ended = self.delete(&stack.id, &[], tell).await?;
                    // What could not be deleted once would not be deleted the next time either.
                    if ended.outcome != Outcome::Succeeded {
                        return Ok(Ready::Ended(Box::new(ended)));
                    }
                }
                (NextStep::ContinueOurs(operation), Some(stack)) => {
                    tell(News::Resuming);
                    let ended = self.follow_from(&stack.id, operation, scope, None, tell).await?;
                    return Ok(Ready::Ended(Box::new(ended)));
                }
                // Only a stack that exists can be waited for, deleted or resumed; it has just gone.
                (_, None) => {}
            }
            // Whatever keeps the stack busy, this loop must not.
            self.clock.sleep(self.pace.first()).await;
        }
    }

    /// Waits until no operation runs on the stack but its deletion; none when it is gone.
    ///
    /// # Errors
    /// When AWS refuses to tell.
    pub async fn settled(&self, tell: &mut dyn FnMut(News<'_>)) -> Result<Option<Stack>, StackError> {
        loop {
            let Some(stack) = self.stacks.describe(self.name.as_str()).await? else { return Ok(None) };
            if !stack.status.is_running() || stack.status == StackStatus::DeleteInProgress {
                return Ok(Some(stack));
            }
            tell(News::Waiting(&stack));
            let events = self.stacks.events(stack.id.as_str(), None).await?;
            let scope = Scope::latest(&stack.id, &events);
            self.follow_from(&stack.id, Operation::Update, Some(scope), None, tell).await?;
            self.clock.sleep(self.pace.first()).await;
        }
    }

    /// Deletes the stack, but for what is retained, and waits until it is gone.
    ///
    /// # Errors
    /// When AWS refuses; a deletion that fails is an ending, not an error.
    pub async fn delete(
        &self,
        id: &Arn,
        retained: &[String],
        tell: &mut dyn FnMut(News<'_>),
    ) -> Result<Ended, StackError> {
        let before = self.newest_event(id).await?;
        self.stacks.delete(id.as_str(), retained, &self.fresh_token()).await?;
        self.follow_from(id, Operation::Delete, None, before, tell).await
    }

    /// Takes a paused, failed update back and waits until that has ended.
    ///
    /// # Errors
    /// When AWS refuses; a rollback that fails is an ending, not an error.
    pub async fn roll_back(&self, id: &Arn, tell: &mut dyn FnMut(News<'_>)) -> Result<Ended, StackError> {
        let before = self.newest_event(id).await?;
        self.stacks.roll_back(id.as_str(), &self.fresh_token()).await?;
        self.follow_from(id, Operation::Update, None, before, tell).await
    }

    /// Executes the change set, and returns what is in progress now.
    ///
    /// # Errors
    /// When AWS refuses.
    pub async fn start(&self, change_set: &ChangeSet, kind: ChangeSetKind) -> Result<Operated, StackError> {
        let stack = self.stacks.describe(self.name.as_str()).await?;
        let id = stack.map_or_else(|| Arn::new(self.name.as_str()), |stack| stack.id);
        let before = self.newest_event(&id).await?;
        self.stacks.execute_change_set(self.name.as_str(), &change_set.id, &self.fresh_token()).await?;
        Ok(Operated { stack_id: id, operation: kind.operation(), scope: None, before })
    }

    /// Follows what was started to its end.
    ///
    /// # Errors
    /// When AWS refuses; an operation that fails is an ending, not an error.
    pub async fn follow(
        &self,
        operated: &Operated,
        tell: &mut dyn FnMut(News<'_>),
    ) -> Result<Ended, StackError> {
        let mut on_sight = |sight: Sight<'_>| match sight {
            Sight::Event(event, progress) => tell(News::Event(event, progress)),
            Sight::Stand(progress) => tell(News::Stand(progress)),
        };
        Ok(follow(self.stacks, self.clock, operated, self.pace, &mut on_sight).await?)
    }

    /// Follows what is in progress on the stack, whoever started it.
    ///
    /// # Errors
    /// As [`Self::follow`].
    pub async fn attach(
        &self,
        id: &Arn,
        operation: Operation,
        tell: &mut dyn FnMut(News<'_>),
    ) -> Result<Ended, StackError> {
        let events = self.stacks.events(id.as_str(), None).await?;
        let scope = Scope::latest(id, &events);
        self.follow_from(id, operation, Some(scope), None, tell).await
    }

    /// Has CloudFormation go on with a rollback that failed, without these resources; returns what is in progress now.
    ///
    /// # Errors
    /// When AWS refuses.
    pub async fn continue_rollback(&self, id: &Arn, skip: &[String]) -> Result<Operated, StackError> {
        let before = self.newest_event(id).await?;
        self.stacks.continue_rollback(id.as_str(), skip, &self.fresh_token()).await?;
        Ok(Operated { stack_id: id.clone(), operation: Operation::Update, scope: None, before })
    }

    /// Has a running update rolled back.
    ///
    /// # Errors
    /// When AWS refuses, as it does once the update is over.
    pub async fn cancel(&self, id: &Arn) -> Result<(), StackError> {
        Ok(self.stacks.cancel_update(id.as_str(), &self.fresh_token()).await?)
    }

    async fn facts(
        &self,
        stack: Option<&Stack>,
    ) -> Result<(Facts, Vec<StackResource>, Option<Scope>), StackError> {
        let mut facts = Facts {
            has_resources: false,
            is_ours: false,
            is_protected: self.is_protected,
            was_created: false,
        };
        let Some(stack) = stack else { return Ok((facts, Vec::new(), None)) };
        let resources = self.stacks.resources(stack.id.as_str()).await?;
        facts.has_resources = resources.iter().any(|resource| resource.physical_id.is_some());
        if !stack.status.is_running() && stack.status != StackStatus::DeleteFailed {
            return Ok((facts, resources, None));
        }
        let events = self.stacks.events(stack.id.as_str(), None).await?;
        facts.was_created = was_created(stack, &events);
        let scope = Scope::latest(&stack.id, &events);
        facts.is_ours = scope.token.as_deref().is_some_and(|token| token.starts_with(self.token));
        Ok((facts, resources, Some(scope)))
    }

    pub(super) fn fresh_token(&self) -> String {
        format!("{}-{:016x}", self.token, fastrand::u64(..))
    }

    async fn newest_event(&self, id: &Arn) -> Result<Option<String>, StackError> {
        match self.stacks.newest_event(id.as_str()).await {
            Ok(event) => Ok(event),
            Err(RemoteError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn follow_from(
        &self,
        id: &Arn,
        operation: Operation,
        scope: Option<Scope>,
        before: Option<String>,
        tell: &mut dyn FnMut(News<'_>),
    ) -> Result<Ended, StackError> {
        self.follow(&Operated { stack_id: id.clone(), operation, scope, before }, tell).await
    }
}

/// Whether the stack was ever created successfully. Only a creation that is seen to begin and not to succeed says
/// no: CloudFormation forgets events after 90 days, and what may hold data must not be taken for what never did.
fn was_created(stack: &Stack, events: &[StackEvent]) -> bool {
    let has = |status: &ResourceStatus| {
        events.iter().any(|event| event.is_about_the_stack() && event.status == *status)
    };
    let never_succeeded = has(&ResourceStatus::CreateInProgress) && !has(&ResourceStatus::CreateComplete);
    stack.updated_ms.is_some() || !never_succeeded
}
