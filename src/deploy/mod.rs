//! What a CloudFormation deployment is, what to do next, and what its events mean; decides, never calls AWS.

pub mod blockers;
pub mod change_set;
pub mod destroy;
pub mod diagnosis;
pub mod difference;
pub mod drift;
pub mod eta;
pub mod events;
pub mod garbage;
pub mod hot;
pub mod lane;
pub mod mode;
pub mod model;
pub mod permissions;
pub mod problem;
pub mod reach;
pub mod report;
pub mod rollback;
pub mod state_machine;
pub mod status;
pub mod timings;
mod vocabulary;

/// The type of a stack in a stack; events about a stack itself have it too.
pub const STACK_TYPE: &str = "AWS::CloudFormation::Stack";

pub use change_set::{
    Change, ChangeAction, ChangeScope, ChangeSet, ChangeSetKind, ChangeSetStatus, ExecutionStatus,
    PolicyAction, Replacement,
};
pub use mode::Mode;
pub use model::{Operation, Output, Parameter, Stack, StackEvent, StackResource, Tag};
pub use problem::Problem;
pub use status::{Action, ResourceStatus, StackStatus, Stage};
