//! What differs between what CloudFormation made and what is there now.

use super::vocabulary::vocabulary;
use crate::names::LogicalId;

vocabulary! {
    /// What became of a resource since CloudFormation made it.
    DriftStatus {
        /// It is as it was made.
        InSync = "IN_SYNC",
        /// Somebody changed it.
        Modified = "MODIFIED",
        /// Somebody deleted it.
        Deleted = "DELETED",
        /// CloudFormation does not look at this type.
        NotChecked = "NOT_CHECKED",
        /// CloudFormation could not look.
        Unknown = "UNKNOWN",
    }
}

/// How far a detection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detection {
    /// CloudFormation is looking.
    Running,
    /// It has looked at everything it can.
    Complete,
    /// It could not look at everything.
    Failed {
        /// In its words.
        reason: String,
    },
}

/// A value that is not as CloudFormation made it.
#[derive(Clone, PartialEq, Eq)]
pub struct Deviation {
    /// Where it is, such as `/VisibilityTimeout`.
    pub path: String,
    /// What was made; none for what somebody added.
    pub expected: Option<String>,
    /// What is there; none for what somebody removed.
    pub actual: Option<String>,
}

impl std::fmt::Debug for Deviation {
    /// Values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deviation").field("path", &self.path).finish_non_exhaustive()
    }
}

/// One resource that CloudFormation looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceDrift {
    /// Its name in the template.
    pub logical_id: LogicalId,
    /// Its name in the account.
    pub physical_id: Option<String>,
    /// Its type.
    pub resource_type: String,
    /// What became of it.
    pub status: DriftStatus,
    /// The values that differ.
    pub deviations: Vec<Deviation>,
}

impl ResourceDrift {
    /// Whether it is not as it was made.
    #[must_use]
    pub fn has_drifted(&self) -> bool {
        matches!(self.status, DriftStatus::Modified | DriftStatus::Deleted)
    }
}
