//! Change sets of a stack: asked for, waited for, explained where they are refused, and cleared away.

use std::time::Duration;

use super::stack::{StackError, Target};
use crate::deploy::{ChangeSet, ChangeSetStatus, Mode, Problem, StackStatus, mode};
use crate::names::Arn;
use crate::ports::{ChangeSetRequest, Clock, RemoteError, Stacks};

/// CloudFormation computes most change sets within seconds, SAM transforms included.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

impl<S: Stacks, C: Clock> Target<'_, S, C> {
    /// Makes the change set, or joins in the wait for one that an interrupted run asked for; none when nothing
    /// would change. `is_new_stack` when there was no stack before.
    ///
    /// # Errors
    /// When CloudFormation refuses the template.
    pub async fn change_set(
        &self,
        request: &ChangeSetRequest,
        is_new_stack: bool,
    ) -> Result<Option<ChangeSet>, StackError> {
        let start = self.clock.elapsed();
        let id = match self.make_way(&request.name, start).await? {
            Some(id) => id,
            None => self.ask(request).await?,
        };
        loop {
            let found = self.stacks.describe_change_set(self.name.as_str(), id.as_str()).await?;
            if let Some(change_set) = found {
                match change_set.status {
                    ChangeSetStatus::CreateComplete => return Ok(Some(change_set)),
                    ChangeSetStatus::CreatePending | ChangeSetStatus::CreateInProgress => {}
                    ChangeSetStatus::Failed
                    | ChangeSetStatus::DeletePending
                    | ChangeSetStatus::DeleteInProgress
                    | ChangeSetStatus::DeleteComplete
                    | ChangeSetStatus::DeleteFailed
                    | ChangeSetStatus::Other(_) => {
                        return self.no_change_set(&change_set, is_new_stack).await;
                    }
                }
            }
            self.wait_since(start).await?;
        }
    }

    /// Sees to it that no change set has this name, except one that is just being computed, which will do: the
    /// name is a hash of all that it is made of. One that is computed already may be older than the stack.
    async fn make_way(&self, name: &str, start: Duration) -> Result<Option<Arn>, StackError> {
        let mut is_deleted = false;
        loop {
            let found = self.stacks.describe_change_set(self.name.as_str(), name).await?;
            let Some(found) = found else { return Ok(None) };
            match found.status {
                ChangeSetStatus::CreatePending | ChangeSetStatus::CreateInProgress => {
                    return Ok(Some(found.id));
                }
                ChangeSetStatus::DeleteComplete => return Ok(None),
                ChangeSetStatus::DeletePending | ChangeSetStatus::DeleteInProgress => {}
                ChangeSetStatus::CreateComplete
                | ChangeSetStatus::Failed
                | ChangeSetStatus::DeleteFailed
                | ChangeSetStatus::Other(_) => {
                    if !is_deleted {
                        self.stacks.delete_change_set(self.name.as_str(), &found.id).await?;
                        is_deleted = true;
                        continue;
                    }
                }
            }
            self.wait_since(start).await?;
        }
    }

    async fn wait_since(&self, start: Duration) -> Result<(), StackError> {
        if self.clock.elapsed().saturating_sub(start) > PATIENCE {
            return Err(StackError::ChangeSetSlow { patience: PATIENCE });
        }
        self.clock.sleep(self.pace.first()).await;
        Ok(())
    }

    /// Forgets a change set that nobody wants executed; a stack that was only made for it goes too.
    ///
    /// # Errors
    /// When AWS refuses.
    pub async fn discard(&self, change_set: &ChangeSet, is_new_stack: bool) -> Result<(), StackError> {
        self.stacks.delete_change_set(self.name.as_str(), &change_set.id).await?;
        if !is_new_stack {
            return Ok(());
        }
        let stack = self.stacks.describe(self.name.as_str()).await?;
        if let Some(stack) = stack.filter(|stack| stack.status == StackStatus::ReviewInProgress) {
            self.stacks.delete(stack.id.as_str(), &[], &self.fresh_token()).await?;
        }
        Ok(())
    }

    /// What CloudFormation's validations found in a change set; warnings let it be executed.
    pub async fn found_in(&self, change_set: &ChangeSet) -> Vec<Problem> {
        // They explain a change set, and nothing depends on them.
        self.stacks.problems(self.name.as_str(), Some(&change_set.id)).await.unwrap_or_default()
    }

    /// Asks for the change set; in standard mode where CloudFormation refuses another for this stack.
    async fn ask(&self, request: &ChangeSetRequest) -> Result<Arn, StackError> {
        match self.stacks.create_change_set(request, &self.fresh_token()).await {
            Err(RemoteError::Rejected { message, .. })
                if request.mode != Mode::Standard && mode::is_refusal(&message) =>
            {
                let standard = ChangeSetRequest { mode: Mode::Standard, ..request.clone() };
                Ok(self.stacks.create_change_set(&standard, &self.fresh_token()).await?)
            }
            other => Ok(other?),
        }
    }

    async fn no_change_set(
        &self,
        change_set: &ChangeSet,
        is_new_stack: bool,
    ) -> Result<Option<ChangeSet>, StackError> {
        let reason = change_set.reason.clone().unwrap_or_else(|| change_set.status.to_string());
        // Asked before it goes: what its validations found goes with it.
        let problems = if change_set.is_empty() { Vec::new() } else { self.found_in(change_set).await };
        // A failed change set does no harm where it is; why it failed matters more than that it is still there.
        let _ = self.discard(change_set, is_new_stack).await;
        if change_set.is_empty() { Ok(None) } else { Err(StackError::ChangeSet { reason, problems }) }
    }
}
