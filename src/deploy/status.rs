//! The words CloudFormation uses for the status of stacks and resources; holds words, decides nothing.

use super::vocabulary::vocabulary;

vocabulary! {
    /// The status of a whole stack (CloudFormation API reference, `Stack.StackStatus`).
    StackStatus {
        /// Being created.
        CreateInProgress = "CREATE_IN_PROGRESS",
        /// Creation failed and was not rolled back.
        CreateFailed = "CREATE_FAILED",
        /// Created.
        CreateComplete = "CREATE_COMPLETE",
        /// A failed creation is being rolled back.
        RollbackInProgress = "ROLLBACK_IN_PROGRESS",
        /// The rollback of a failed creation failed.
        RollbackFailed = "ROLLBACK_FAILED",
        /// A failed creation was rolled back; the stack can only be deleted.
        RollbackComplete = "ROLLBACK_COMPLETE",
        /// Being deleted.
        DeleteInProgress = "DELETE_IN_PROGRESS",
        /// Deletion failed; some resources are left.
        DeleteFailed = "DELETE_FAILED",
        /// Deleted.
        DeleteComplete = "DELETE_COMPLETE",
        /// Being updated.
        UpdateInProgress = "UPDATE_IN_PROGRESS",
        /// Updated; replaced resources are being removed.
        UpdateCompleteCleanupInProgress = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        /// Updated.
        UpdateComplete = "UPDATE_COMPLETE",
        /// The update failed and was paused, not rolled back.
        UpdateFailed = "UPDATE_FAILED",
        /// A failed update is being rolled back.
        UpdateRollbackInProgress = "UPDATE_ROLLBACK_IN_PROGRESS",
        /// The rollback of a failed update failed.
        UpdateRollbackFailed = "UPDATE_ROLLBACK_FAILED",
        /// A failed update was rolled back; new resources are being removed.
        UpdateRollbackCompleteCleanupInProgress = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        /// A failed update was rolled back; the previous state is in use.
        UpdateRollbackComplete = "UPDATE_ROLLBACK_COMPLETE",
        /// Only a change set exists so far; there are no resources.
        ReviewInProgress = "REVIEW_IN_PROGRESS",
        /// Existing resources are being imported.
        ImportInProgress = "IMPORT_IN_PROGRESS",
        /// Existing resources were imported.
        ImportComplete = "IMPORT_COMPLETE",
        /// A failed import is being rolled back.
        ImportRollbackInProgress = "IMPORT_ROLLBACK_IN_PROGRESS",
        /// The rollback of a failed import failed.
        ImportRollbackFailed = "IMPORT_ROLLBACK_FAILED",
        /// A failed import was rolled back.
        ImportRollbackComplete = "IMPORT_ROLLBACK_COMPLETE",
    }
}

vocabulary! {
    /// The status in one stack event; the stack's own events use some words of [`StackStatus`].
    ResourceStatus {
        /// Being created.
        CreateInProgress = "CREATE_IN_PROGRESS",
        /// Creation failed.
        CreateFailed = "CREATE_FAILED",
        /// Created.
        CreateComplete = "CREATE_COMPLETE",
        /// Being deleted.
        DeleteInProgress = "DELETE_IN_PROGRESS",
        /// Deletion failed.
        DeleteFailed = "DELETE_FAILED",
        /// Deleted.
        DeleteComplete = "DELETE_COMPLETE",
        /// Left alone because of its deletion policy.
        DeleteSkipped = "DELETE_SKIPPED",
        /// Being updated.
        UpdateInProgress = "UPDATE_IN_PROGRESS",
        /// The update failed.
        UpdateFailed = "UPDATE_FAILED",
        /// Updated.
        UpdateComplete = "UPDATE_COMPLETE",
        /// The stack is removing what the update replaced.
        UpdateCompleteCleanupInProgress = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        /// A failed creation is being rolled back.
        RollbackInProgress = "ROLLBACK_IN_PROGRESS",
        /// The rollback failed.
        RollbackFailed = "ROLLBACK_FAILED",
        /// Rolled back.
        RollbackComplete = "ROLLBACK_COMPLETE",
        /// A failed update is being rolled back.
        UpdateRollbackInProgress = "UPDATE_ROLLBACK_IN_PROGRESS",
        /// The rollback of the update failed.
        UpdateRollbackFailed = "UPDATE_ROLLBACK_FAILED",
        /// The update was rolled back.
        UpdateRollbackComplete = "UPDATE_ROLLBACK_COMPLETE",
        /// The stack is removing what the failed update added.
        UpdateRollbackCompleteCleanupInProgress = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        /// Only a change set exists so far.
        ReviewInProgress = "REVIEW_IN_PROGRESS",
        /// Being imported.
        ImportInProgress = "IMPORT_IN_PROGRESS",
        /// The import failed.
        ImportFailed = "IMPORT_FAILED",
        /// Imported.
        ImportComplete = "IMPORT_COMPLETE",
        /// A failed import is being rolled back.
        ImportRollbackInProgress = "IMPORT_ROLLBACK_IN_PROGRESS",
        /// The rollback of the import failed.
        ImportRollbackFailed = "IMPORT_ROLLBACK_FAILED",
        /// The import was rolled back.
        ImportRollbackComplete = "IMPORT_ROLLBACK_COMPLETE",
    }
}

impl StackStatus {
    /// Whether an operation is running, so that no other can start.
    ///
    /// `REVIEW_IN_PROGRESS` is not one: it waits for somebody to execute a change set.
    #[must_use]
    pub fn is_running(&self) -> bool {
        match self {
            Self::CreateInProgress
            | Self::RollbackInProgress
            | Self::DeleteInProgress
            | Self::UpdateInProgress
            | Self::UpdateCompleteCleanupInProgress
            | Self::UpdateRollbackInProgress
            | Self::UpdateRollbackCompleteCleanupInProgress
            | Self::ImportInProgress
            | Self::ImportRollbackInProgress => true,
            Self::CreateFailed
            | Self::CreateComplete
            | Self::RollbackFailed
            | Self::RollbackComplete
            | Self::DeleteFailed
            | Self::DeleteComplete
            | Self::UpdateComplete
            | Self::UpdateFailed
            | Self::UpdateRollbackFailed
            | Self::UpdateRollbackComplete
            | Self::ReviewInProgress
            | Self::ImportComplete
            | Self::ImportRollbackFailed
            | Self::ImportRollbackComplete => false,
            Self::Other(word) => word.ends_with("_IN_PROGRESS"),
        }
    }
}

/// How far one step of a resource has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Under way.
    Running,
    /// Ended well.
    Done,
    /// Ended badly.
    Failed,
}

impl ResourceStatus {
    /// How far the step that this status reports has come.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self {
            Self::CreateInProgress
            | Self::DeleteInProgress
            | Self::UpdateInProgress
            | Self::UpdateCompleteCleanupInProgress
            | Self::RollbackInProgress
            | Self::UpdateRollbackInProgress
            | Self::UpdateRollbackCompleteCleanupInProgress
            | Self::ReviewInProgress
            | Self::ImportInProgress
            | Self::ImportRollbackInProgress => Stage::Running,
            Self::CreateComplete
            | Self::DeleteComplete
            | Self::DeleteSkipped
            | Self::UpdateComplete
            | Self::RollbackComplete
            | Self::UpdateRollbackComplete
            | Self::ImportComplete
            | Self::ImportRollbackComplete => Stage::Done,
            Self::CreateFailed
            | Self::DeleteFailed
            | Self::UpdateFailed
            | Self::RollbackFailed
            | Self::UpdateRollbackFailed
            | Self::ImportFailed
            | Self::ImportRollbackFailed => Stage::Failed,
            Self::Other(word) if word.ends_with("_FAILED") => Stage::Failed,
            Self::Other(word) if word.ends_with("_COMPLETE") => Stage::Done,
            Self::Other(_) => Stage::Running,
        }
    }
}

/// What one step does to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Creates it.
    Create,
    /// Updates it, or takes an update back.
    Update,
    /// Deletes it.
    Delete,
    /// Imports it.
    Import,
    /// Rolls back the creation, update or import of the resource as a whole.
    Rollback,
    /// Something this version does not know.
    Other,
}

impl ResourceStatus {
    /// What the step that this status reports does.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::CreateInProgress | Self::CreateComplete | Self::CreateFailed => Action::Create,
            Self::UpdateInProgress
            | Self::UpdateComplete
            | Self::UpdateCompleteCleanupInProgress
            | Self::UpdateFailed => Action::Update,
            Self::DeleteInProgress | Self::DeleteComplete | Self::DeleteSkipped | Self::DeleteFailed => {
                Action::Delete
            }
            Self::ImportInProgress | Self::ImportComplete | Self::ImportFailed => Action::Import,
            Self::RollbackInProgress
            | Self::RollbackComplete
            | Self::RollbackFailed
            | Self::UpdateRollbackInProgress
            | Self::UpdateRollbackComplete
            | Self::UpdateRollbackCompleteCleanupInProgress
            | Self::UpdateRollbackFailed
            | Self::ImportRollbackInProgress
            | Self::ImportRollbackComplete
            | Self::ImportRollbackFailed => Action::Rollback,
            Self::ReviewInProgress | Self::Other(_) => Action::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_stack_status_reads_back_as_itself() {
        let words: BTreeSet<_> = StackStatus::KNOWN.iter().map(StackStatus::as_str).collect();
        assert_eq!(words.len(), 23);
        for status in StackStatus::KNOWN {
            assert_eq!(&StackStatus::parse(status.as_str()), status);
        }
        assert_eq!(StackStatus::parse("NEW_IN_2030"), StackStatus::Other("NEW_IN_2030".into()));
        assert_eq!(StackStatus::parse("NEW_IN_2030").to_string(), "NEW_IN_2030");
    }

    #[test]
    fn the_words_agree_with_their_classes() {
        for status in StackStatus::KNOWN {
            let word = status.as_str();
            let running = word.ends_with("_IN_PROGRESS") && *status != StackStatus::ReviewInProgress;
            assert_eq!(status.is_running(), running, "{word}");
        }
        for status in ResourceStatus::KNOWN {
            let word = status.as_str();
            let stage = match status.stage() {
                Stage::Running => word.ends_with("_IN_PROGRESS"),
                Stage::Done => word.ends_with("_COMPLETE") || word == "DELETE_SKIPPED",
                Stage::Failed => word.ends_with("_FAILED"),
            };
            assert!(stage, "{word}");
        }
        assert_eq!(ResourceStatus::parse("EXPORT_FAILED").stage(), Stage::Failed);
        assert_eq!(ResourceStatus::parse("EXPORT_COMPLETE").stage(), Stage::Done);
        assert_eq!(ResourceStatus::parse("EXPORT_IN_PROGRESS").stage(), Stage::Running);
    }
}
