//! Temporary copies: made after their journal is on the disk, deleted on every exit.

use std::time::Duration;

use super::control::{POLL, backoff, is_passing};
use super::failure::Failure;
use super::restore::NotUndone;
use super::{Bench, Track};
use crate::journal::undo::is_the_copy;
use crate::journal::{Entry, Undone};
use crate::ports::{Clock, Copies, CopyOrder, FunctionState, Functions, Journals, RemoteError};

/// How long the deletion of a copy is tried.
const LIMIT: Duration = Duration::from_secs(120);
/// How often to look for a copy whose creation may still be on its way, a second apart.
const LOOKS: u32 = 3;

impl<F: Functions + Copies, J: Journals, C: Clock> Bench<'_, F, J, C> {
    /// Makes the copy of a track that is one, and waits until it can be invoked.
    pub(super) async fn make_copy(&self, track: &mut Track) -> Result<(), Failure> {
        let Some(copy) = track.plan.copy.clone() else { return Ok(()) };
        let order = CopyOrder {
            source: track.plan.subject.function.clone(),
            name: copy.name.clone(),
            description: track.entry.description.clone(),
            variant: copy.variant,
        };
        let mut attempt = 0;
        loop {
            self.check_interruption()?;
            match self.functions.copy(&order).await {
                Ok(_) => break,
                // Perhaps it is ours already, made by a request whose reply was lost.
                Err(error @ RemoteError::Busy { .. }) => {
                    match self.functions.describe(&copy.name, None).await {
                        Ok(state) if is_the_copy(&track.entry, &state.description) => break,
                        Ok(_) | Err(_) => self.wait_out(&copy.name, error, &mut attempt).await?,
                    }
                }
                Err(error) => {
                    track.has_lost_reply |=
                        matches!(error, RemoteError::Unknown { .. } | RemoteError::Unreachable { .. });
                    self.wait_out(&order.source, error, &mut attempt).await?;
                }
            }
        }
        track.is_made = true;
        track.has_lost_reply = false;
        let state = self.active(&copy.name, None).await?;
        track.become_copy(state);
        Ok(())
    }
}

impl Track {
    fn become_copy(&mut self, state: FunctionState) {
        self.expected.clone_from(&state.description);
        self.revision = Some(state.revision.clone());
        self.before = state;
    }

    /// Whether a copy was asked for and nobody knows whether it was made.
    pub(super) const fn may_appear(&self) -> bool {
        self.plan.copy.is_some() && self.has_lost_reply && !self.is_made
    }
}

/// The state that a copy will have, as far as its original tells.
pub(super) fn expected_copy(original: FunctionState, entry: &Entry) -> FunctionState {
    FunctionState {
        name: entry.function.clone(),
        arn: entry.arn.clone(),
        description: entry.description.clone(),
        ..original
    }
}

/// Deletes a copy, and looks again until it is gone.
///
/// # Errors
/// When it is still there; the same call later goes on.
pub(super) async fn delete<F: Functions + Copies, C: Clock>(
    functions: &F,
    clock: &C,
    entry: &Entry,
    may_appear: bool,
) -> Result<Undone, NotUndone> {
    let deadline = clock.elapsed() + LIMIT;
    let mut undone = Undone::default();
    let (mut attempt, mut looks) = (0, 0);
    loop {
        let outcome = match functions.describe(&entry.function, None).await {
            Ok(state) if state.arn == entry.arn && is_the_copy(entry, &state.description) => {
                functions.delete_copy(&entry.function).await.map(|()| undone.has_deleted_copy = true)
            }
            // Somebody made it their own.
            Ok(_) => return Ok(undone),
            Err(RemoteError::NotFound { .. }) => {
                looks += 1;
                if undone.has_deleted_copy || !may_appear || looks >= LOOKS {
                    let is_function_gone = !undone.has_deleted_copy;
                    return Ok(Undone { is_function_gone, ..undone });
                }
                clock.sleep(Duration::from_secs(1)).await;
                Ok(())
            }
            Err(error) => Err(error),
        };
        match outcome {
            Ok(()) => {}
            Err(RemoteError::NotFound { .. }) => {}
            Err(error) if is_passing(&error) && clock.elapsed() < deadline => {
                clock.sleep(backoff(attempt)).await;
                attempt += 1;
            }
            Err(error) => return Err(error.into()),
        }
        if clock.elapsed() >= deadline {
            return Err(NotUndone::NotInTime);
        }
        if undone.has_deleted_copy {
            clock.sleep(POLL).await;
        }
    }
}
