//! CloudFormation and SAM templates and IAM policy files: read, looked into and edited in place.
//!
//! It knows what a template says, with the place of every value, and never what is right or wrong about
//! it; and it touches no disk. Every input is strange until it is read, so every walk has a budget.

mod arena;
mod classify;
mod document;
mod edit;
mod effective;
mod function;
mod intrinsic;
mod invocation;
mod node;
mod parse;
mod pointer;
mod position;
mod resolve;
mod resource;

pub use arena::{NodeId, ScalarStyle};
pub use classify::Classification;
pub use document::{Document, Format};
pub use edit::{Edit, EditError, NewValue, apply};
pub use effective::Effective;
pub use function::{Code, EventView, FunctionView, Role};
pub use intrinsic::{Function, Intrinsic};
pub use invocation::{How, Invocation, Invocations};
pub use node::{Entry, Kind, NodeRef};
pub use parse::{
    MAX_BYTES, MAX_DEPTH, MAX_DIRECTIVES, MAX_NODES, ParseError, Reason, mentions_template, parse,
};
pub use position::{Position, Span};
pub use resolve::{Part, Reference, Resolved, Target, Text};
pub use resource::{Parameter, Resource};
