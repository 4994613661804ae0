//! What to do with a stack in a given status, and what a final status means; total, and never calls AWS.

use super::{ChangeAction, ChangeSet, ChangeSetKind, Operation, PolicyAction, Replacement, StackStatus};

/// What must be known beside the status to choose the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The stack still has resources.
    pub has_resources: bool,
    /// The running operation carries the request token of this very deployment.
    pub is_ours: bool,
    /// The stage is protected: nothing is deleted without consent.
    pub is_protected: bool,
    /// The stack was once created successfully, so it may hold data.
    pub was_created: bool,
}

/// What a deployment does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Create a change set of this kind and show it.
    CreateChangeSet(ChangeSetKind),
    /// Wait for somebody else's operation, then read the status and decide anew.
    WaitThenDecide(Operation),
    /// The creation never succeeded: show what is left, delete the stack, then create it.
    DeleteThenCreate,
    /// The running operation is this deployment's own: follow it to its end.
    ContinueOurs(Operation),
    /// Stop: somebody must decide or repair first.
    StopWith(Stop),
}

/// Why a deployment cannot go on by itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum Stop {
    /// The rollback of an update failed.
    #[error("the rollback of an earlier update failed")]
    #[diagnostic(help(
        "run `slsx recover`: it shows what could not be rolled back and goes on with it; then deploy again"
    ))]
    ContinueRollback,
    /// The rollback of an import failed; CloudFormation cannot continue it.
    #[error("the rollback of an earlier import failed")]
    #[diagnostic(help(
        "CloudFormation cannot continue this by itself: repair the named resources, then import again"
    ))]
    ImportRollback,
    /// A deletion failed.
    #[error("an earlier deletion failed and left resources behind")]
    #[diagnostic(help(
        "run `slsx destroy --resume`: it shows what is left and why, and goes on with the deletion"
    ))]
    ResumeDestroy,
    /// The stack must be deleted first, but its stage is protected.
    #[error("the stack was never created successfully and must be deleted first, but its stage is protected")]
    #[diagnostic(help("look at what is left with `slsx status`, then run `slsx destroy` and deploy again"))]
    ProtectedStage,
    /// The status makes no sense together with what the stack holds, or is newer than this program.
    #[error("the stack is in the unexpected status {0}")]
    #[diagnostic(help("look at the stack in the CloudFormation console; nothing was changed"))]
    Unexpected(String),
}

/// Chooses the next step of a deployment from the stack's status on entry.
#[must_use]
pub fn next_step(status: Option<&StackStatus>, facts: Facts) -> NextStep {
    let Some(status) = status else { return NextStep::CreateChangeSet(ChangeSetKind::Create) };
    match status {
        StackStatus::DeleteComplete => NextStep::CreateChangeSet(ChangeSetKind::Create),
        StackStatus::ReviewInProgress if facts.has_resources => unexpected(status),
        StackStatus::ReviewInProgress => NextStep::CreateChangeSet(ChangeSetKind::Create),
        StackStatus::CreateComplete
        | StackStatus::UpdateComplete
        | StackStatus::UpdateFailed
        | StackStatus::UpdateRollbackComplete
        | StackStatus::ImportComplete
        | StackStatus::ImportRollbackComplete => NextStep::CreateChangeSet(ChangeSetKind::Update),
        StackStatus::RollbackComplete | StackStatus::CreateFailed | StackStatus::RollbackFailed => {
            delete_then_create(facts)
        }
        StackStatus::DeleteFailed if facts.was_created => NextStep::StopWith(Stop::ResumeDestroy),
        StackStatus::DeleteFailed => delete_then_create(facts),
        StackStatus::UpdateRollbackFailed => NextStep::StopWith(Stop::ContinueRollback),
        StackStatus::ImportRollbackFailed => NextStep::StopWith(Stop::ImportRollback),
        StackStatus::CreateInProgress | StackStatus::RollbackInProgress => follow(Operation::Create, facts),
        StackStatus::UpdateInProgress
        | StackStatus::UpdateCompleteCleanupInProgress
        | StackStatus::UpdateRollbackInProgress
        | StackStatus::UpdateRollbackCompleteCleanupInProgress => follow(Operation::Update, facts),
        // Deployments execute no import, so one in progress is never ours.
        StackStatus::ImportInProgress | StackStatus::ImportRollbackInProgress => {
            NextStep::WaitThenDecide(Operation::Update)
        }
        // Even our own deletion was only the way to a creation.
        StackStatus::DeleteInProgress => NextStep::WaitThenDecide(Operation::Delete),
        StackStatus::Other(_) => unexpected(status),
    }
}

fn unexpected(status: &StackStatus) -> NextStep {
    NextStep::StopWith(Stop::Unexpected(status.as_str().to_owned()))
}

/// Deleting an empty stack loses nothing, so only what is left makes a protected stage stop.
const fn delete_then_create(facts: Facts) -> NextStep {
    if facts.is_protected && facts.has_resources {
        NextStep::StopWith(Stop::ProtectedStage)
    } else {
        NextStep::DeleteThenCreate
    }
}

const fn follow(operation: Operation, facts: Facts) -> NextStep {
    if facts.is_ours { NextStep::ContinueOurs(operation) } else { NextStep::WaitThenDecide(operation) }
}

/// What must come before a change set is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeforeExecution {
    /// Nothing.
    Nothing,
    /// `RollbackStack`: a paused update cannot go forward over a replacement.
    RollBack,
}

/// Decides whether a paused, failed update must be rolled back before this change set is executed.
///
/// CloudFormation refuses a replacement "when the stack is in a `UPDATE_FAILED` state"
/// (CloudFormation user guide, "Choose how to handle failures when provisioning resources").
#[must_use]
pub fn before_execution(status: Option<&StackStatus>, change_set: &ChangeSet) -> BeforeExecution {
    let is_paused = status == Some(&StackStatus::UpdateFailed);
    let has_replacement = change_set.changes.iter().any(|change| {
        change.action == ChangeAction::Modify
            && (matches!(change.replacement, Some(Replacement::True | Replacement::Conditional))
                || is_replacing(change.policy_action.as_ref()))
    });
    if is_paused && has_replacement { BeforeExecution::RollBack } else { BeforeExecution::Nothing }
}

const fn is_replacing(action: Option<&PolicyAction>) -> bool {
    matches!(
        action,
        Some(
            PolicyAction::ReplaceAndDelete
                | PolicyAction::ReplaceAndRetain
                | PolicyAction::ReplaceAndSnapshot
        )
    )
}

/// What a status means for the operation that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It did what it set out to do.
    Succeeded,
    /// It failed, and the stack is as it was before.
    RolledBack,
    /// It failed and left the stack where it stopped; the next deployment goes on from there.
    Failed,
    /// It failed and blocks what comes next until it is repaired.
    NeedsRecovery,
    /// It has not ended, or has not begun.
    StillRunning,
}

/// What a status of the stack means for an operation that was started on it.
///
/// The status must be newer than the operation: right after the start, `DescribeStacks` can still tell how the
/// operation before it ended. [`super::events::Progress::status`] only knows statuses of the operation itself.
#[must_use]
pub fn outcome(operation: Operation, status: &StackStatus) -> Outcome {
    match operation {
        Operation::Create => after_create(status),
        Operation::Update => after_update(status),
        Operation::Delete => after_delete(status),
    }
}

fn after_create(status: &StackStatus) -> Outcome {
    match status {
        StackStatus::CreateComplete => Outcome::Succeeded,
        // DELETE_COMPLETE: the creation ran with OnStackFailure=DELETE.
        StackStatus::RollbackComplete | StackStatus::DeleteComplete => Outcome::RolledBack,
        StackStatus::CreateFailed | StackStatus::RollbackFailed | StackStatus::DeleteFailed => {
            Outcome::Failed
        }
        StackStatus::UpdateRollbackFailed | StackStatus::ImportRollbackFailed => Outcome::NeedsRecovery,
        // Somebody else already did something after the creation: what it came to cannot be told from here.
        StackStatus::UpdateComplete
        | StackStatus::UpdateFailed
        | StackStatus::UpdateRollbackComplete
        | StackStatus::ImportComplete
        | StackStatus::ImportRollbackComplete => Outcome::Failed,
        StackStatus::ReviewInProgress
        | StackStatus::CreateInProgress
        | StackStatus::RollbackInProgress
        | StackStatus::DeleteInProgress
        | StackStatus::UpdateInProgress
        | StackStatus::UpdateCompleteCleanupInProgress
        | StackStatus::UpdateRollbackInProgress
        | StackStatus::UpdateRollbackCompleteCleanupInProgress
        | StackStatus::ImportInProgress
        | StackStatus::ImportRollbackInProgress => Outcome::StillRunning,
        StackStatus::Other(_) => unknown(status),
    }
}

fn after_update(status: &StackStatus) -> Outcome {
    match status {
        StackStatus::UpdateComplete => Outcome::Succeeded,
        StackStatus::UpdateRollbackComplete => Outcome::RolledBack,
        // The last three: somebody deleted the stack meanwhile, or made another of that name.
        StackStatus::UpdateFailed
        | StackStatus::CreateFailed
        | StackStatus::RollbackComplete
        | StackStatus::RollbackFailed
        | StackStatus::DeleteComplete
        | StackStatus::ReviewInProgress => Outcome::Failed,
        StackStatus::UpdateRollbackFailed | StackStatus::ImportRollbackFailed | StackStatus::DeleteFailed => {
            Outcome::NeedsRecovery
        }
        // An update never ends like this: it has not begun.
        StackStatus::CreateComplete | StackStatus::ImportComplete | StackStatus::ImportRollbackComplete => {
            Outcome::StillRunning
        }
        StackStatus::CreateInProgress
        | StackStatus::RollbackInProgress
        | StackStatus::DeleteInProgress
        | StackStatus::UpdateInProgress
        | StackStatus::UpdateCompleteCleanupInProgress
        | StackStatus::UpdateRollbackInProgress
        | StackStatus::UpdateRollbackCompleteCleanupInProgress
        | StackStatus::ImportInProgress
        | StackStatus::ImportRollbackInProgress => Outcome::StillRunning,
        StackStatus::Other(_) => unknown(status),
    }
}

fn after_delete(status: &StackStatus) -> Outcome {
    match status {
        StackStatus::DeleteComplete => Outcome::Succeeded,
        StackStatus::DeleteFailed => Outcome::NeedsRecovery,
        // A deletion never ends like any of these: it has not begun.
        StackStatus::CreateComplete
        | StackStatus::CreateFailed
        | StackStatus::RollbackComplete
        | StackStatus::RollbackFailed
        | StackStatus::UpdateComplete
        | StackStatus::UpdateFailed
        | StackStatus::UpdateRollbackComplete
        | StackStatus::UpdateRollbackFailed
        | StackStatus::ReviewInProgress
        | StackStatus::ImportComplete
        | StackStatus::ImportRollbackComplete
        | StackStatus::ImportRollbackFailed => Outcome::StillRunning,
        StackStatus::CreateInProgress
        | StackStatus::RollbackInProgress
        | StackStatus::DeleteInProgress
        | StackStatus::UpdateInProgress
        | StackStatus::UpdateCompleteCleanupInProgress
        | StackStatus::UpdateRollbackInProgress
        | StackStatus::UpdateRollbackCompleteCleanupInProgress
        | StackStatus::ImportInProgress
        | StackStatus::ImportRollbackInProgress => Outcome::StillRunning,
        StackStatus::Other(_) => unknown(status),
    }
}

/// A final status this version does not know is never a success.
fn unknown(status: &StackStatus) -> Outcome {
    if status.is_running() { Outcome::StillRunning } else { Outcome::NeedsRecovery }
}

#[cfg(test)]
mod tests;
