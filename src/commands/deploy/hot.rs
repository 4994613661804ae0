//! Gives functions new code without CloudFormation: in parallel, each followed until Lambda has applied it, and noted so
//! that later deployments know what the functions have.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{StreamExt as _, stream};
use sha2::{Digest as _, Sha256};

use crate::commands::Failure;
use crate::deploy::Stack;
use crate::deploy::hot::{Note, note_key};
use crate::names::{FunctionName, LogicalId};
use crate::ports::{Buckets, Clock, FunctionCode, RemoteError, UpdateStatus};

/// Functions at once: Lambda takes 15 updating calls each second in an account.
const AT_ONCE: usize = 8;
/// Lambda applies code within seconds; in a VPC, or after long idleness, it may take a minute.
const PATIENCE: Duration = Duration::from_secs(5 * 60);
/// Most updates are applied by then.
const FIRST_GLANCE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

const OTHER_CODE: &str = "it has other code than it was given: somebody else changed it at the same time";
const STILL_BUSY: &str = "Lambda has not applied it within five minutes";
const NO_REASON: &str = "Lambda did not say why";

/// One function and what it gets.
#[derive(Clone, Debug)]
pub(super) struct NewCode {
    /// Its name in the template.
    pub(super) id: LogicalId,
    /// Its name in the account.
    pub(super) function: FunctionName,
    /// The key of the package in the artifact bucket.
    pub(super) key: String,
    /// SHA-256 of the package, as Lambda tells it.
    pub(super) sha256: String,
}

/// What Lambda calls `CodeSha256` of a package.
pub(super) fn code_sha256(package: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(package))
}

/// Where it happens.
#[derive(Clone, Copy)]
pub(super) struct Hot<'a, F, B, C> {
    pub(super) functions: &'a F,
    pub(super) buckets: &'a B,
    pub(super) clock: &'a C,
    pub(super) bucket: &'a str,
    pub(super) stack: &'a Stack,
}

impl<F: FunctionCode, B: Buckets, C: Clock> Hot<'_, F, B, C> {
    /// Gives every function its code.
    ///
    /// # Errors
    /// When Lambda refuses or fails to apply it, or applies something else; the others have theirs by then.
    pub(super) async fn give(&self, new: &[NewCode], mut note: Note) -> Result<(), Failure> {
        // First that nobody knows: whoever comes after a run that was killed must not take old for new.
        new.iter().for_each(|code| note.set(&code.id, None));
        self.write(&note).await?;
        let results: Vec<(&NewCode, Result<(), Failure>)> = stream::iter(new)
            .map(|code| async move { (code, self.give_one(code).await) })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        for (code, _) in results.iter().filter(|(_, result)| result.is_ok()) {
            note.set(&code.id, Some(&code.key));
        }
        self.write(&note).await?;
        results.into_iter().try_for_each(|(_, result)| result)
    }

    async fn write(&self, note: &Note) -> Result<(), RemoteError> {
        write(self.buckets, self.bucket, self.stack, note).await
    }

    async fn give_one(&self, code: &NewCode) -> Result<(), Failure> {
        let start = self.clock.elapsed();
        let mut pause = FIRST_GLANCE;
        loop {
            match self.functions.set(&code.function, self.bucket, &code.key).await {
                // Without a reply, the function itself tells what came of it.
                Ok(()) | Err(RemoteError::Unknown { .. }) => break,
                // Somebody's update of it is under way.
                Err(RemoteError::Busy { .. }) if self.has_time(start) => self.wait(&mut pause).await,
                Err(error) => return Err(error.into()),
            }
        }
        loop {
            let state = match self.functions.state(&code.function).await {
                Err(error) if error.is_passing() && self.has_time(start) => {
                    self.wait(&mut pause).await;
                    continue;
                }
                other => other?,
            };
            match state.update {
                UpdateStatus::InProgress if self.has_time(start) => self.wait(&mut pause).await,
                UpdateStatus::Successful if state.code_sha256 == code.sha256 => return Ok(()),
                UpdateStatus::Successful => return Err(not_applied(code, OTHER_CODE)),
                UpdateStatus::InProgress => return Err(not_applied(code, STILL_BUSY)),
                UpdateStatus::Failed => {
                    return Err(not_applied(code, state.reason.as_deref().unwrap_or(NO_REASON)));
                }
            }
        }
    }

    /// Waits, and a little longer each time.
    async fn wait(&self, pause: &mut Duration) {
        self.clock.sleep(*pause).await;
        *pause = (*pause * 5 / 4).min(LONGEST_PAUSE);
    }

    fn has_time(&self, start: Duration) -> bool {
        self.clock.elapsed().saturating_sub(start) < PATIENCE
    }
}

/// Writes down what is known of a stack's functions.
///
/// # Errors
/// When AWS refuses.
pub(super) async fn write(
    buckets: &impl Buckets,
    bucket: &str,
    stack: &Stack,
    note: &Note,
) -> Result<(), RemoteError> {
    buckets.put(bucket, &note_key(stack), note.text(), Some("application/json")).await
}

fn not_applied(code: &NewCode, reason: &str) -> Failure {
    Failure::CodeNotApplied { function: code.id.clone(), reason: reason.to_owned() }
}

#[cfg(test)]
pub(super) mod tests;
