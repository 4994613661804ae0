//! Temporary copies of functions, so that what production uses is not touched.

use super::{FunctionState, RemoteError};
use crate::coldstart::Variant;
use crate::names::FunctionName;

/// One copy to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyOrder {
    /// The function to copy.
    pub source: FunctionName,
    /// What to call the copy.
    pub name: FunctionName,
    /// Its description, by which it is known as ours.
    pub description: String,
    /// What to take and what to change.
    pub variant: Variant,
}

/// Who calls a function by other ways than its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Callers {
    /// It has aliases.
    pub has_aliases: bool,
    /// It has event source mappings.
    pub has_event_sources: bool,
}

/// Lambda, as far as copies need it.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait Copies {
    /// `GetFunction`, the download of its package, and `CreateFunction` with the same code, settings, role, layers and
    /// log group. Environment variables go from one to the other without being kept; a package that is too large for the
    /// request goes through the artifact bucket.
    async fn copy(&self, order: &CopyOrder) -> Result<FunctionState, RemoteError>;
    /// `DeleteFunction`, all versions included. The caller has made sure that it is a copy of ours.
    async fn delete_copy(&self, copy: &FunctionName) -> Result<(), RemoteError>;
    /// First pages of `ListAliases` and `ListEventSourceMappings`.
    async fn callers(&self, function: &FunctionName) -> Result<Callers, RemoteError>;
}
