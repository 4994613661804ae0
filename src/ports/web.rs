//! HTTP as we need it: one request, one answer, connections kept open between them.

use std::time::Duration;

use super::RemoteError;
use crate::promise::web::{Answer, Request};

/// The world behind URLs.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait Web {
    /// Sends a request once, never again and unsigned, and reads the whole answer.
    async fn send(&self, request: &Request, patience: Duration) -> Result<Answer, RemoteError>;
}
