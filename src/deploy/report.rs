//! What a deployment, a look at a stack or a deletion came to, as values for people and programs to read.

use super::blockers::Blocker;
use super::destroy::DestroyPlan;
use super::diagnosis::Diagnosis;
use super::lane::Lane;
use super::state_machine::Outcome;
use super::{Change, Mode, Output, Problem, Stack, StackResource, StackStatus};
use crate::names::{LogicalId, StackName};

/// Where the stack is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The stack.
    pub stack: StackName,
    /// Its region.
    pub region: String,
    /// It is on local AWS, so no figure says anything about AWS.
    pub is_local: bool,
}

/// How a deployment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// There was nothing to change.
    NoChanges,
    /// The changes were shown and not made.
    Previewed,
    /// The changes were executed.
    Ended(Outcome),
    /// The execution was started, and nobody follows it.
    Started,
    /// Functions have new code, and nothing else changed.
    CodeGiven,
}

/// One package of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The functions and layers that use it.
    pub users: Vec<LogicalId>,
    /// Its key in the artifact bucket.
    pub key: String,
    /// Bytes of the zip file.
    pub bytes: u64,
    /// False when the bucket had it already.
    pub was_uploaded: bool,
}

/// A whole deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployReport {
    /// Where.
    pub place: Place,
    /// How it ended.
    pub conclusion: Conclusion,
    /// How it got to the stack; none when it ended before that was chosen.
    pub lane: Option<Lane>,
    /// Status of the stack afterwards; none when there is no stack.
    pub status: Option<StackStatus>,
    /// Time of the whole command.
    pub elapsed_ms: u64,
    /// Requests to AWS, from the first that asked who we are.
    pub requests: u64,
    /// What is left of a creation that never succeeded, which is deleted before the stack is created anew.
    pub removed_first: Vec<StackResource>,
    /// What was packaged, each package once.
    pub packages: Vec<Package>,
    /// The mode CloudFormation worked in; none where no change set was made.
    pub mode: Option<Mode>,
    /// What its validations warn of.
    pub warnings: Vec<Problem>,
    /// What was changed, or would be.
    pub changes: Vec<Change>,
    /// The stack's outputs afterwards.
    pub outputs: Vec<Output>,
    /// Why it failed, if it did.
    pub diagnosis: Option<Diagnosis>,
}

/// What became of a rollback that had failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollback {
    /// The stack.
    pub stack: StackName,
    /// What could not be rolled back.
    pub failed: Vec<StackResource>,
    /// Logical ids of what is left as it is.
    pub skipped: Vec<String>,
    /// How it ended; none when it was only shown.
    pub outcome: Option<Outcome>,
    /// Why it failed again, if it did.
    pub diagnosis: Option<Diagnosis>,
}

impl DeployReport {
    /// A deployment that has not found anything to do yet.
    #[must_use]
    pub const fn new(place: Place) -> Self {
        Self {
            place,
            conclusion: Conclusion::NoChanges,
            lane: None,
            status: None,
            elapsed_ms: 0,
            requests: 0,
            removed_first: Vec::new(),
            packages: Vec::new(),
            mode: None,
            warnings: Vec::new(),
            changes: Vec::new(),
            outputs: Vec::new(),
            diagnosis: None,
        }
    }
}

/// A stack as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// Where.
    pub place: Place,
    /// The stack; none when there is none.
    pub stack: Option<Stack>,
    /// Its resources.
    pub resources: Vec<StackResource>,
}

/// A whole deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DestroyReport {
    /// Where.
    pub place: Place,
    /// What was planned; none when there was no stack.
    pub plan: Option<DestroyPlan>,
    /// How it ended; none when it was only planned, or there was nothing to delete.
    pub outcome: Option<Outcome>,
    /// What could not be deleted.
    pub blockers: Vec<Blocker>,
    /// Time of the whole command.
    pub elapsed_ms: u64,
    /// Why it failed, if it did.
    pub diagnosis: Option<Diagnosis>,
}
