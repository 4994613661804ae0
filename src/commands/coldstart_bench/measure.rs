//! The rounds: a fresh version, a burst of invokes on it, and what their REPORTs say.

use futures_util::stream::{FuturesUnordered, StreamExt as _};

use super::failure::Failure;
use super::{Bench, Track};
use crate::coldstart::plan::WARM_CALLS;
use crate::coldstart::sample::{self, DropReason, Reply};
use crate::coldstart::schedule::{self, Tally};
use crate::coldstart::statistics::median;
use crate::coldstart::{Event, Mark, Strategy, Summary};
use crate::names::{FunctionName, Qualifier};
use crate::ports::{Clock, Copies, FunctionKind, Functions, Invocation, Journals, RemoteError};

/// Few values can agree by chance.
const LEAST_FOR_PRECISION: usize = 20;

impl<F: Functions + Copies, J: Journals, C: Clock> Bench<'_, F, J, C> {
    /// Measures all functions, interleaved: what changes over time then changes all of them alike.
    pub(super) async fn measure(
        &self,
        tracks: &mut [Track],
        emit: &mut dyn FnMut(Event),
    ) -> Result<(), Failure> {
        let mut round = 0;
        while tracks.iter().any(|track| self.next_width(track).is_some()) {
            for index in schedule::order(self.settings.seed, round, tracks.len()) {
                if let Some(track) = tracks.get_mut(index) {
                    self.round(track, emit).await?;
                }
            }
            round += 1;
        }
        for track in tracks {
            self.measure_round_trip(track).await?;
        }
        Ok(())
    }

    /// Width of a function's next round; none when it has enough samples, or they are precise enough.
    fn next_width(&self, track: &Track) -> Option<u32> {
        let is_enough = self.settings.precision.is_some_and(|wanted| track.is_precise(wanted));
        track.next_width().filter(|_| !is_enough)
    }

    async fn round(&self, track: &mut Track, emit: &mut dyn FnMut(Event)) -> Result<(), Failure> {
        let Some(width) = self.next_width(track) else { return Ok(()) };
        let (function, round) = (track.before.name.clone(), track.gathered.rounds);
        emit(Event::RoundStarted { function: function.clone(), round, width });
        let version = self.fresh(track, round).await?;
        let tenants = (0..width).map(|call| self.tenant(track, track.gathered.calls + call)).collect();
        // What is published does not change any more, so the next round is prepared meanwhile.
        let replies = self.burst(&function, &version, tenants);
        let (replies, marked) =
            futures_util::future::join(replies, self.mark_ahead(track, round, width)).await;
        for reply in replies? {
            emit(track.take(reply)?);
        }
        track.check_first_round()?;
        marked?;
        track.version = Some(version);
        track.gathered.rounds += 1;
        let tally = track.tally();
        let counted = track.gathered.samples.iter().filter(|sample| sample.round > 0);
        emit(Event::RoundEnded {
            function,
            accepted: tally.accepted,
            wanted: track.schedule.samples,
            median_ms: median(counted.map(|sample| sample.start_ms)),
        });
        Ok(())
    }

    /// What has no execution environment yet.
    async fn fresh(&self, track: &mut Track, round: u32) -> Result<Qualifier, Failure> {
        match self.settings.strategy {
            // Every call is that of a tenant that has none.
            Strategy::Tenant => Ok(Qualifier::new("$LATEST")),
            Strategy::Version | Strategy::Serial => {
                if track.marked != Some(round) {
                    self.mark(track, &Mark::new(self.settings.run.clone(), round)).await?;
                }
                let version = self.publish(track).await?;
                self.active(&track.before.name, Some(&version)).await?;
                Ok(version)
            }
        }
    }

    /// The tenant of a call, where the function isolates them.
    fn tenant(&self, track: &Track, call: u32) -> Option<String> {
        let is_isolating = track.before.kind == FunctionKind::PerTenant;
        is_isolating.then(|| format!("slsx-{}-{call}", self.settings.run))
    }

    /// Writes the mark of the next round, if there will be one even when every reply of this one counts.
    async fn mark_ahead(&self, track: &mut Track, round: u32, width: u32) -> Result<(), Failure> {
        let accepted = if round == 0 { 0 } else { track.tally().accepted + width };
        match self.settings.strategy {
            Strategy::Version | Strategy::Serial if accepted < track.schedule.samples => {
                self.mark(track, &Mark::new(self.settings.run.clone(), round + 1)).await?;
                track.marked = Some(round + 1);
                Ok(())
            }
            Strategy::Version | Strategy::Serial | Strategy::Tenant => Ok(()),
        }
    }

    /// Invokes a version at once for each of these tenants, or for nobody in particular: it has no environment yet, so
    /// each call needs a fresh one.
    async fn burst(
        &self,
        function: &FunctionName,
        version: &Qualifier,
        tenants: Vec<Option<String>>,
    ) -> Result<Vec<Result<Invocation, RemoteError>>, Failure> {
        let invoke = |tenant: Option<String>| async move {
            self.functions.invoke(function, version, tenant.as_deref(), &self.settings.payload).await
        };
        let calls: FuturesUnordered<_> = tenants.into_iter().map(invoke).collect();
        tokio::select! {
            biased;
            why = self.cancel.wait() => Err(Failure::Interrupted { why }),
            replies = calls.collect() => Ok(replies),
        }
    }

    /// A few warm invokes, one after the other: what they take beyond the handler is the way there and back.
    async fn measure_round_trip(&self, track: &mut Track) -> Result<(), Failure> {
        let Some(version) = track.version.clone() else { return Ok(()) };
        // One that was served already.
        let tenant = self.tenant(track, 0);
        for _ in 0..WARM_CALLS {
            let reply = tokio::select! {
                biased;
                why = self.cancel.wait() => return Err(Failure::Interrupted { why }),
                reply = self.functions.invoke(&track.before.name, &version, tenant.as_deref(), &self.settings.payload) => reply,
            };
            // Without them the report lacks the platform time, which is no reason to lose the rest.
            if let Some(warm) = reply.ok().and_then(|invocation| sample::warm(as_reply(&invocation))) {
                track.gathered.warm_round_trips.push(warm.round_trip_ms);
                track.gathered.warm_durations.push(warm.duration_ms);
            }
        }
        Ok(())
    }
}

impl Track {
    pub(super) fn tally(&self) -> Tally {
        let counted = self.gathered.samples.iter().filter(|sample| sample.round > 0).count();
        Tally {
            rounds: self.gathered.rounds,
            calls: self
                .gathered
                .calls
                .saturating_sub(self.schedule.first_width() * (1 - self.plan.first_round)),
            accepted: u32::try_from(counted).unwrap_or(u32::MAX),
        }
    }

    fn next_width(&self) -> Option<u32> {
        self.schedule.next_width(self.tally())
    }

    /// Whether the median's interval is narrow enough. The width decides and never the difference from anything, so
    /// stopping early does not make differences.
    fn is_precise(&self, wanted: f64) -> bool {
        let counted = self.gathered.samples.iter().filter(|sample| sample.round > 0);
        let Some(summary) = Summary::of(counted.map(|sample| sample.start_ms)) else { return false };
        let median = summary.p50.value;
        summary.n >= LEAST_FOR_PRECISION
            && summary.p50.interval.is_some_and(|interval| {
                let reach = (interval.high - median).max(median - interval.low);
                reach <= wanted * median
            })
    }

    /// Counts one reply, as a sample or as dropped.
    fn take(&mut self, reply: Result<Invocation, RemoteError>) -> Result<Event, Failure> {
        let function = self.before.name.clone();
        let judged = match reply {
            Ok(invocation) => {
                self.start_error = sample::start_error(&invocation.payload);
                sample::judge(as_reply(&invocation), self.gathered.rounds)
                    .map_err(|reason| (reason, sample::error_type(&invocation.payload)))
            }
            Err(error) => match drop_reason(&error) {
                Some(reason) => Err((reason, Some(error.to_string()))),
                None => return Err(Failure::Remote { function, error }),
            },
        };
        self.gathered.calls += 1;
        Ok(match judged {
            Ok(sample) => {
                self.gathered.samples.push(sample.clone());
                Event::Sampled { function, sample }
            }
            Err((reason, message)) => {
                *self.gathered.dropped.entry(reason).or_default() += 1;
                self.last_drop = Some(message.clone().unwrap_or_else(|| reason.text().to_owned()));
                Event::Dropped { function, reason, message }
            }
        })
    }

    /// A function that fails every time will do so in the next rounds too, at a price.
    fn check_first_round(&mut self) -> Result<(), Failure> {
        let failed = [DropReason::FunctionError, DropReason::Refused]
            .iter()
            .filter_map(|reason| self.gathered.dropped.get(reason));
        if self.gathered.calls > 0 && failed.sum::<u32>() == self.gathered.calls {
            let function = self.before.name.clone();
            return Err(match self.start_error.take() {
                Some(reason) => Failure::DoesNotStart { function, reason },
                None => {
                    let reason = self.last_drop.take().unwrap_or_default();
                    Failure::EveryCallFailed { function, reason }
                }
            });
        }
        Ok(())
    }
}

fn as_reply(invocation: &Invocation) -> Reply<'_> {
    Reply {
        request_id: &invocation.request_id,
        has_function_error: invocation.function_error.is_some(),
        log_tail: &invocation.log_tail,
        client_time: invocation.client_time,
    }
}

/// Why a call without a reply does not count; none if no call could ever succeed.
const fn drop_reason(error: &RemoteError) -> Option<DropReason> {
    match error {
        RemoteError::Throttled { .. } => Some(DropReason::Throttled),
        RemoteError::Unknown { .. } => Some(DropReason::NoReply),
        RemoteError::NotFound { .. }
        | RemoteError::Stale { .. }
        | RemoteError::Busy { .. }
        | RemoteError::Rejected { .. }
        | RemoteError::Unreachable { .. } => Some(DropReason::Refused),
        RemoteError::Credentials { .. } | RemoteError::Denied { .. } => None,
    }
}
