//! The undo: puts a function back as its journal says, again and again until a look finds nothing of ours.

use std::time::Duration;

use super::control::{POLL, backoff, is_passing};
use super::{Bench, Track, copying};
use crate::coldstart::Event;
use crate::journal::undo::{description_step, is_the_copy, versions_to_delete};
use crate::journal::{DescriptionStep, Entry, Undone};
use crate::names::{Arn, FunctionName, Qualifier};
use crate::ports::{Clock, Copies, FunctionState, Functions, Journals, RemoteError, UpdateStatus};

/// The undo must outlast one update in progress, about 25 s for images and VPC functions.
const LIMIT: Duration = Duration::from_secs(120);
/// How long to wait at the end for Lambda to apply the restored description.
const SETTLE_LIMIT: Duration = Duration::from_secs(10);

/// Why a function could not be put back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotUndone {
    /// AWS did not do what it was asked.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The name now belongs to another function.
    #[error("the journal is about {expected}, and the name now leads to {found}")]
    AnotherFunction {
        /// In the journal.
        expected: Arn,
        /// At AWS.
        found: Arn,
    },
    /// Other changes kept coming, or an update went on for too long.
    #[error("it was still being changed after {} s", LIMIT.as_secs())]
    NotInTime,
}

/// Puts one function back. What does not carry the mark of the journal's run is left alone.
///
/// `must_fence`: a write of the run may still be on its way; see `journal::undo::description_step`.
///
/// # Errors
/// When something of the run is left; the same call later continues where this one ended.
pub async fn undo<F: Functions + Copies, C: Clock>(
    functions: &F,
    clock: &C,
    entry: &Entry,
    must_fence: bool,
) -> Result<Undone, NotUndone> {
    if entry.is_copy {
        return copying::delete(functions, clock, entry, must_fence).await;
    }
    let deadline = clock.elapsed() + LIMIT;
    let mut undoing = Undoing { functions, entry, must_fence, undone: Undone::default() };
    let mut attempt = 0;
    loop {
        match undoing.pass().await {
            Ok(Found::Nothing) => return Ok(undoing.undone),
            Ok(Found::FunctionGone) => return Ok(Undone { is_function_gone: true, ..undoing.undone }),
            // What was written is verified by looking again.
            Ok(Found::Something) => {}
            Ok(Found::UpdateInProgress) => clock.sleep(POLL).await,
            Err(NotUndone::Remote(error)) if is_passing(&error) && clock.elapsed() < deadline => {
                clock.sleep(backoff(attempt)).await;
                attempt += 1;
            }
            Err(error) => return Err(error),
        }
        if clock.elapsed() >= deadline {
            return Err(NotUndone::NotInTime);
        }
    }
}

/// Waits until Lambda has applied the restored description, so that the next command finds the function at rest.
/// Errors and patience do not matter here: everything is put back already.
pub async fn settle<F: Functions + Copies, C: Clock>(functions: &F, clock: &C, function: &FunctionName) {
    let deadline = clock.elapsed() + SETTLE_LIMIT;
    while clock.elapsed() < deadline {
        match functions.describe(function, None).await {
            Ok(state) if state.update == UpdateStatus::InProgress => clock.sleep(POLL).await,
            Ok(_) | Err(_) => return,
        }
    }
}

/// What remains to be undone in a function, without changing it.
///
/// # Errors
/// When AWS does not answer, or the name leads to another function.
pub async fn preview<F: Functions>(functions: &F, entry: &Entry) -> Result<Undone, NotUndone> {
    let state = match functions.describe(&entry.function, None).await {
        Ok(state) => check_identity(entry, state)?,
        Err(RemoteError::NotFound { .. }) => {
            return Ok(Undone { is_function_gone: true, ..Undone::default() });
        }
        Err(error) => return Err(error.into()),
    };
    if entry.is_copy {
        let has_deleted_copy = is_the_copy(entry, &state.description);
        return Ok(Undone { has_deleted_copy, ..Undone::default() });
    }
    let versions = functions.versions(&entry.function).await?;
    Ok(Undone {
        has_restored_description: matches!(
            description_step(entry, &state.description, false),
            DescriptionStep::Write(_)
        ),
        deleted_versions: ours(entry, &versions),
        ..Undone::default()
    })
}

/// What one look found, and acted upon.
enum Found {
    Nothing,
    Something,
    UpdateInProgress,
    FunctionGone,
}

struct Undoing<'a, F> {
    functions: &'a F,
    entry: &'a Entry,
    must_fence: bool,
    undone: Undone,
}

impl<F: Functions> Undoing<'_, F> {
    /// Looks once, and undoes what it sees. The description comes first: its new revision makes a publish of ours
    /// that is still on its way fail, so no version can appear after the versions were listed.
    async fn pass(&mut self) -> Result<Found, NotUndone> {
        let state = match self.functions.describe(&self.entry.function, None).await {
            Ok(state) => check_identity(self.entry, state)?,
            Err(RemoteError::NotFound { .. }) => return Ok(Found::FunctionGone),
            Err(error) => return Err(error.into()),
        };
        let step = description_step(self.entry, &state.description, self.must_fence);
        if step != DescriptionStep::Leave && state.update == UpdateStatus::InProgress {
            return Ok(Found::UpdateInProgress);
        }
        let described = self.write_description(&state, step).await;
        // Versions can be deleted even where the description cannot be written.
        let deleted = self.delete_versions().await;
        Ok(if described? | deleted? { Found::Something } else { Found::Nothing })
    }

    async fn write_description(
        &mut self,
        state: &FunctionState,
        step: DescriptionStep<'_>,
    ) -> Result<bool, RemoteError> {
        let DescriptionStep::Write(original) = step else { return Ok(false) };
        let written = self.functions.set_description(&self.entry.function, original, &state.revision).await;
        // A lost reply counts too: if it was not applied, the next look finds the mark again.
        if matches!(written, Ok(_) | Err(RemoteError::Unknown { .. })) {
            self.undone.has_restored_description |= state.description != original;
        }
        self.must_fence &= written.is_err();
        written.map(|_| true)
    }

    async fn delete_versions(&mut self) -> Result<bool, RemoteError> {
        let versions = self.functions.versions(&self.entry.function).await?;
        let mut left = None;
        let mut has_deleted = false;
        for version in ours(self.entry, &versions) {
            if self.undone.adopted_versions.contains(&version) {
                continue;
            }
            match self.functions.delete_version(&self.entry.function, &version).await {
                Ok(()) | Err(RemoteError::NotFound { .. }) => has_deleted |= self.note_deleted(version),
                Err(error) if is_about_an_alias(&error) => self.undone.adopted_versions.push(version),
                Err(error) => left = Some(error),
            }
        }
        left.map_or(Ok(has_deleted), Err)
    }

    fn note_deleted(&mut self, version: Qualifier) -> bool {
        if !self.undone.deleted_versions.contains(&version) {
            self.undone.deleted_versions.push(version);
        }
        true
    }
}

fn ours(entry: &Entry, versions: &[FunctionState]) -> Vec<Qualifier> {
    versions_to_delete(entry, versions.iter().map(|state| (&state.version, state.description.as_str())))
}

fn check_identity(entry: &Entry, state: FunctionState) -> Result<FunctionState, NotUndone> {
    if state.arn == entry.arn {
        Ok(state)
    } else {
        Err(NotUndone::AnotherFunction { expected: entry.arn.clone(), found: state.arn })
    }
}

/// Lambda refuses to delete a version that an alias points to, with the same code as an update in progress.
fn is_about_an_alias(error: &RemoteError) -> bool {
    matches!(error, RemoteError::Busy { message, .. } if message.to_lowercase().contains("alias"))
}

impl<F: Functions + Copies, J: Journals, C: Clock> Bench<'_, F, J, C> {
    /// Puts every function back and removes its journal; says of which ones it could not.
    pub(super) async fn restore(&self, tracks: &[Track], emit: &mut dyn FnMut(Event)) -> Vec<String> {
        let mut left = Vec::new();
        for track in tracks {
            let function = track.before.name.clone();
            emit(Event::Restoring { function: function.clone() });
            let undone = undo(self.functions, self.clock, &track.entry, track.has_lost_reply).await;
            let ended = match undone {
                Ok(_) if track.may_appear() => {
                    Err("its creation got no reply, so it may still appear".to_owned())
                }
                Ok(undone) => {
                    self.journals.remove(&track.journal).map(|()| undone).map_err(|error| error.to_string())
                }
                Err(error) => Err(error.to_string()),
            };
            match ended {
                Ok(undone) => emit(Event::Restored { function, undone }),
                Err(reason) => {
                    left.push(format!("{function}: {reason}"));
                    emit(Event::NotRestored { function, reason });
                }
            }
        }
        for track in tracks.iter().filter(|track| !track.entry.is_copy) {
            settle(self.functions, self.clock, &track.before.name).await;
        }
        left
    }
}
