//! Change sets as CloudFormation describes them, in our words; holds values, never those of properties.

use super::mode::Mode;
use super::model::Operation;
use super::vocabulary::vocabulary;
use crate::names::{Arn, LogicalId};

vocabulary! {
    /// The status of a change set.
    ChangeSetStatus {
        /// Waiting to be computed.
        CreatePending = "CREATE_PENDING",
        /// Being computed.
        CreateInProgress = "CREATE_IN_PROGRESS",
        /// Computed; see [`ExecutionStatus`].
        CreateComplete = "CREATE_COMPLETE",
        /// Waiting to be deleted.
        DeletePending = "DELETE_PENDING",
        /// Being deleted.
        DeleteInProgress = "DELETE_IN_PROGRESS",
        /// Deleted.
        DeleteComplete = "DELETE_COMPLETE",
        /// Could not be deleted.
        DeleteFailed = "DELETE_FAILED",
        /// Could not be computed, or holds no change; the reason tells which.
        Failed = "FAILED",
    }
}

vocabulary! {
    /// Whether a change set can be executed, or has been.
    ExecutionStatus {
        /// Cannot be executed.
        Unavailable = "UNAVAILABLE",
        /// Can be executed.
        Available = "AVAILABLE",
        /// Being executed.
        ExecuteInProgress = "EXECUTE_IN_PROGRESS",
        /// Executed.
        ExecuteComplete = "EXECUTE_COMPLETE",
        /// The execution failed.
        ExecuteFailed = "EXECUTE_FAILED",
        /// The stack changed since this was computed.
        Obsolete = "OBSOLETE",
    }
}

vocabulary! {
    /// What a change does to its resource.
    ChangeAction {
        /// Creates it.
        Add = "Add",
        /// Changes it, perhaps by replacing it.
        Modify = "Modify",
        /// Removes it from the stack.
        Remove = "Remove",
        /// Takes an existing one into the stack.
        Import = "Import",
        /// Not known before a nested stack or macro is processed.
        Dynamic = "Dynamic",
        /// Makes the stack's record agree with the real resource (drift-aware change sets).
        SyncWithActual = "SyncWithActual",
    }
}

vocabulary! {
    /// Whether a modified resource is replaced by a new one.
    Replacement {
        /// It is.
        True = "True",
        /// It is not.
        False = "False",
        /// That is known only when the change is made.
        Conditional = "Conditional",
    }
}

vocabulary! {
    /// Which part of a resource's definition a change touches.
    ChangeScope {
        /// Its properties.
        Properties = "Properties",
        /// Its metadata.
        Metadata = "Metadata",
        /// Its creation policy.
        CreationPolicy = "CreationPolicy",
        /// Its update policy.
        UpdatePolicy = "UpdatePolicy",
        /// Its deletion policy.
        DeletionPolicy = "DeletionPolicy",
        /// Its update-replace policy.
        UpdateReplacePolicy = "UpdateReplacePolicy",
        /// Its tags.
        Tags = "Tags",
    }
}

vocabulary! {
    /// What happens to the physical resource that a change removes or replaces.
    PolicyAction {
        /// Deleted.
        Delete = "Delete",
        /// Left in the account.
        Retain = "Retain",
        /// A snapshot is taken first.
        Snapshot = "Snapshot",
        /// Replaced; the old one is deleted.
        ReplaceAndDelete = "ReplaceAndDelete",
        /// Replaced; the old one is left in the account.
        ReplaceAndRetain = "ReplaceAndRetain",
        /// Replaced; a snapshot of the old one is taken.
        ReplaceAndSnapshot = "ReplaceAndSnapshot",
    }
}

/// `ChangeSetType` of a change set to be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeSetKind {
    /// For a stack that does not exist yet or has no resources.
    Create,
    /// For a stack that exists.
    Update,
}

impl ChangeSetKind {
    /// The operation its execution performs.
    #[must_use]
    pub const fn operation(self) -> Operation {
        match self {
            Self::Create => Operation::Create,
            Self::Update => Operation::Update,
        }
    }
}

/// A change set with all pages of its changes, as `DescribeChangeSet` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSet {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub id: Arn,
    /// Its status.
    pub status: ChangeSetStatus,
    /// Why the status is what it is, in AWS's words.
    pub reason: Option<String>,
    /// Whether it can be executed.
    pub execution: ExecutionStatus,
    /// The mode its execution works in, where AWS says it.
    pub mode: Option<Mode>,
    /// What it would do, in AWS's order.
    pub changes: Vec<Change>,
}

impl ChangeSet {
    /// Whether it failed only because there is nothing to change.
    ///
    /// CloudFormation has no code for this: an empty change set is `FAILED` with one of these sentences
    /// (the second one when a transform is involved).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        const SENTENCES: [&str; 2] = ["didn't contain changes", "No updates are to be performed"];
        let reason = self.reason.as_deref().unwrap_or_default();
        self.status == ChangeSetStatus::Failed && SENTENCES.iter().any(|sentence| reason.contains(sentence))
    }
}

/// What a change set would do to one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it does.
    pub action: ChangeAction,
    /// Whether the resource is replaced; AWS says so for `Modify` only.
    pub replacement: Option<Replacement>,
    /// The resource's name in the template.
    pub logical_id: LogicalId,
    /// Its name in the account, unless it is new.
    pub physical_id: Option<String>,
    /// Its type.
    pub resource_type: String,
    /// Which parts of its definition change.
    pub scope: Vec<ChangeScope>,
    /// What happens to the old physical resource.
    pub policy_action: Option<PolicyAction>,
    /// Paths of the properties that change, such as `Code.S3Key`; never their values.
    pub properties: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sentences_of_an_empty_change_set_mean_empty() {
        let mut set = ChangeSet {
            name: "slsx".into(),
            id: "arn".into(),
            status: ChangeSetStatus::Failed,
            reason: Some("No updates are to be performed.".into()),
            execution: ExecutionStatus::Unavailable,
            mode: None,
            changes: vec![],
        };
        assert!(set.is_empty());
        set.reason =
            Some("The submitted information didn't contain changes. Submit different information.".into());
        assert!(set.is_empty());
        set.reason = Some("Requires capabilities : [CAPABILITY_IAM]".into());
        assert!(!set.is_empty());
        set.reason = None;
        assert!(!set.is_empty());
        set.reason = Some("No updates are to be performed.".into());
        set.status = ChangeSetStatus::CreateComplete;
        assert!(!set.is_empty());
    }
}
