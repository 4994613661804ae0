//! Requests to the control plane: which errors pass by themselves, how long to wait, when to give up.

use std::time::Duration;

use super::failure::Failure;
use super::preflight::{self, Refusal};
use super::{Bench, Track};
use crate::coldstart::{Mark, Target};
use crate::journal::Target as Place;
use crate::names::{FunctionName, Qualifier};
use crate::ports::{
    Clock, Concurrency, Copies, FunctionState, Functions, Journals, Lifecycle, RemoteError, UpdateStatus,
};

/// `GetFunction` has a quota of its own, 100 requests a second
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
pub(super) const POLL: Duration = Duration::from_millis(200);
/// Local AWS has no quotas, and is done sooner.
const LOCAL_POLL: Duration = Duration::from_millis(10);
/// Images and VPC functions take about 25 s, SnapStart versions up to 2 minutes.
const PREPARATION_LIMIT: Duration = Duration::from_secs(300);
/// How long somebody else's update may take before we say that the function is busy.
const FOREIGN_UPDATE_LIMIT: Duration = Duration::from_secs(60);
const ATTEMPTS: u32 = 6;

/// Whether the same request may succeed a little later, or has already.
pub(super) const fn is_passing(error: &RemoteError) -> bool {
    match error {
        RemoteError::Stale { .. }
        | RemoteError::Busy { .. }
        | RemoteError::Throttled { .. }
        | RemoteError::Unreachable { .. }
        | RemoteError::Unknown { .. } => true,
        RemoteError::Credentials { .. }
        | RemoteError::Denied { .. }
        | RemoteError::NotFound { .. }
        | RemoteError::Rejected { .. } => false,
    }
}

/// 0.2 s, 0.4 s, 0.8 s, … up to 3.2 s.
pub(super) fn backoff(attempt: u32) -> Duration {
    POLL.saturating_mul(1 << attempt.min(4))
}

impl<F: Functions + Copies, J: Journals, C: Clock> Bench<'_, F, J, C> {
    pub(super) fn check_interruption(&self) -> Result<(), Failure> {
        self.cancel.requested().map_or(Ok(()), |why| Err(Failure::Interrupted { why }))
    }

    const fn between_looks(&self) -> Duration {
        match self.settings.place.target {
            Place::Local { .. } => LOCAL_POLL,
            Place::Aws | Place::Endpoint { .. } | Place::Machine => POLL,
        }
    }

    /// Waits, unless the run is interrupted.
    pub(super) async fn pause(&self, duration: Duration) -> Result<(), Failure> {
        tokio::select! {
            biased;
            why = self.cancel.wait() => Err(Failure::Interrupted { why }),
            () = self.clock.sleep(duration) => Ok(()),
        }
    }

    /// Reads until there is an answer or the error is final.
    async fn read<T>(
        &self,
        function: &FunctionName,
        mut request: impl AsyncFnMut() -> Result<T, RemoteError>,
    ) -> Result<T, Failure> {
        let mut attempt = 0;
        loop {
            self.check_interruption()?;
            match request().await {
                Ok(answer) => return Ok(answer),
                Err(error) => self.wait_out(function, error, &mut attempt).await?,
            }
        }
    }

    /// Waits a little longer each time, unless the error is final or has come too often.
    pub(super) async fn wait_out(
        &self,
        function: &FunctionName,
        error: RemoteError,
        attempt: &mut u32,
    ) -> Result<(), Failure> {
        *attempt += 1;
        if !is_passing(&error) || *attempt >= ATTEMPTS {
            return Err(Failure::Remote { function: function.clone(), error });
        }
        self.pause(backoff(*attempt)).await
    }

    async fn latest(&self, function: &FunctionName) -> Result<FunctionState, Failure> {
        self.read(function, async || self.functions.describe(function, None).await).await
    }

    /// Reads a function and its free concurrency, and refuses what cannot be measured.
    pub(super) async fn inspect(
        &self,
        target: &Target,
    ) -> Result<(FunctionState, Option<Concurrency>), Failure> {
        let function = &target.function;
        let qualifier = target.copy.as_ref().and_then(|variant| variant.qualifier.as_ref());
        let state = self.at_rest(function, qualifier).await?;
        let concurrency = match self.read(function, async || self.functions.concurrency(function).await).await
        {
            Ok(concurrency) => Some(concurrency),
            // Not everybody may read the account's settings; small bursts do without.
            Err(Failure::Remote { error: RemoteError::Denied { .. }, .. }) => None,
            Err(failure) => return Err(failure),
        };
        // What is reserved for the original is nothing to its copy.
        let concurrency = concurrency.map(|found| match &target.copy {
            Some(_) => Concurrency { reserved: None, ..found },
            None => found,
        });
        match preflight::refusal(&state, concurrency) {
            Some(refusal) => Err(Failure::Refused { function: function.clone(), refusal }),
            None => Ok((state, concurrency)),
        }
    }

    /// Whether others call it by an alias or an event source. Not everybody may ask, and then nobody is told.
    pub(super) async fn is_in_use(&self, function: &FunctionName) -> Result<bool, Failure> {
        match self.read(function, async || self.functions.callers(function).await).await {
            Ok(callers) => Ok(callers.has_aliases || callers.has_event_sources),
            Err(Failure::Remote {
                error: RemoteError::Denied { .. } | RemoteError::Rejected { .. }, ..
            }) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// The function when no update of it is in progress any more.
    pub(super) async fn at_rest(
        &self,
        function: &FunctionName,
        qualifier: Option<&Qualifier>,
    ) -> Result<FunctionState, Failure> {
        let start = self.clock.elapsed();
        loop {
            let state =
                self.read(function, async || self.functions.describe(function, qualifier).await).await?;
            if state.update != UpdateStatus::InProgress {
                return Ok(state);
            }
            if self.clock.elapsed().saturating_sub(start) > FOREIGN_UPDATE_LIMIT {
                return Err(Failure::Refused {
                    function: function.clone(),
                    refusal: Refusal::UpdateInProgress,
                });
            }
            self.pause(self.between_looks()).await?;
        }
    }

    /// Writes the mark into the description, as a compare-and-set on a read that showed what we expect.
    pub(super) async fn mark(&self, track: &mut Track, mark: &Mark) -> Result<(), Failure> {
        let (text, function) = (mark.to_string(), track.before.name.clone());
        let mut attempt = 0;
        loop {
            self.check_interruption()?;
            let revision = match track.revision.take() {
                Some(revision) => revision,
                None => {
                    let state = self.at_rest(&function, None).await?;
                    if state.description == text {
                        // Our own write, whose reply was lost.
                        break;
                    }
                    track.check_unchanged(&state)?;
                    state.revision
                }
            };
            match self.functions.set_description(&function, &text, &revision).await {
                Ok(_) => break,
                Err(error) => {
                    // Also when it could not be sent: that is said of the last retry only.
                    track.has_lost_reply |=
                        matches!(error, RemoteError::Unknown { .. } | RemoteError::Unreachable { .. });
                    self.wait_out(&function, error, &mut attempt).await?;
                }
            }
        }
        track.expected = text;
        Ok(())
    }

    /// Waits until the mark is applied: until then, invokes still use the configuration before it
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html>).
    async fn applied(&self, track: &Track) -> Result<FunctionState, Failure> {
        let function = &track.before.name;
        let start = self.clock.elapsed();
        loop {
            let state = self.latest(function).await?;
            track.check_unchanged(&state)?;
            match state.update {
                UpdateStatus::Successful => return Ok(state),
                UpdateStatus::Failed => return Err(not_prepared(&state)),
                UpdateStatus::InProgress => self.poll(function, start).await?,
            }
        }
    }

    /// Publishes a version at the revision that was read with our mark on it.
    pub(super) async fn publish(&self, track: &mut Track) -> Result<Qualifier, Failure> {
        let mut attempt = 0;
        loop {
            let state = self.applied(track).await?;
            match self.functions.publish(&state.name, &state.revision).await {
                Ok(version) if track.is_own(&version) => return Ok(version.version),
                Ok(_) => return Err(Failure::ChangedMeanwhile { function: state.name }),
                // A second PublishVersion without a change in between returns the version of the first.
                Err(error) => self.wait_out(&state.name, error, &mut attempt).await?,
            }
        }
    }

    /// Waits until a new version or a new function can be invoked.
    pub(super) async fn active(
        &self,
        function: &FunctionName,
        version: Option<&Qualifier>,
    ) -> Result<FunctionState, Failure> {
        let start = self.clock.elapsed();
        loop {
            let read = self.read(function, async || self.functions.describe(function, version).await).await;
            match read {
                Ok(state) => match (state.lifecycle, state.update) {
                    (Lifecycle::Failed, _) | (_, UpdateStatus::Failed) => return Err(not_prepared(&state)),
                    (Lifecycle::Active, UpdateStatus::Successful) => return Ok(state),
                    (Lifecycle::Pending | Lifecycle::Inactive | Lifecycle::Other | Lifecycle::Active, _) => {}
                },
                // A version just published need not be visible everywhere yet.
                Err(Failure::Remote { error: RemoteError::NotFound { .. }, .. }) => {}
                Err(failure) => return Err(failure),
            }
            self.poll(function, start).await?;
        }
    }

    async fn poll(&self, function: &FunctionName, start: Duration) -> Result<(), Failure> {
        if self.clock.elapsed().saturating_sub(start) > PREPARATION_LIMIT {
            let seconds = PREPARATION_LIMIT.as_secs();
            return Err(Failure::NotInTime { function: function.clone(), seconds });
        }
        self.pause(self.between_looks()).await
    }
}

impl Track {
    /// Whether a version holds the code and the mark of this round.
    fn is_own(&self, version: &FunctionState) -> bool {
        version.description == self.expected && version.code_sha256 == self.before.code_sha256
    }

    /// Somebody else's edit ends the run: the next samples would be those of another function.
    fn check_unchanged(&self, state: &FunctionState) -> Result<(), Failure> {
        if state.description == self.expected && preflight::is_same_configuration(&self.before, state) {
            Ok(())
        } else {
            Err(Failure::ChangedMeanwhile { function: self.before.name.clone() })
        }
    }
}

fn not_prepared(state: &FunctionState) -> Failure {
    let reason = state.reason.clone().unwrap_or_else(|| "it gives no reason".to_owned());
    Failure::NotPrepared { function: state.name.clone(), reason }
}
