//! The code of functions, changed without CloudFormation.

use super::{FunctionState, RemoteError};
use crate::names::FunctionName;

/// Lambda, as far as it is about code.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait FunctionCode {
    /// `UpdateFunctionCode` with a package in a bucket; returns before it is applied.
    async fn set(&self, function: &FunctionName, bucket: &str, key: &str) -> Result<(), RemoteError>;
    /// `GetFunction`: what code `$LATEST` has, and whether the last update is applied.
    async fn state(&self, function: &FunctionName) -> Result<FunctionState, RemoteError>;
}
