//! What a run tells while it goes on.

use super::plan::Plan;
use super::sample::{DropReason, Sample};
use crate::journal::Undone;
use crate::names::FunctionName;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Nothing is changed yet.
    Planned(Plan),
    /// An earlier run was interrupted; its changes are undone first.
    Recovering {
        /// Which function.
        function: FunctionName,
    },
    /// A round starts: a new version will be published and invoked.
    RoundStarted {
        /// Which function.
        function: FunctionName,
        /// Which round; 0 is the first after the change.
        round: u32,
        /// Concurrent invokes.
        width: u32,
    },
    /// A cold start.
    Sampled {
        /// Which function.
        function: FunctionName,
        /// What was measured.
        sample: Sample,
    },
    /// A reply that does not count.
    Dropped {
        /// Which function.
        function: FunctionName,
        /// Why.
        reason: DropReason,
        /// What Lambda said, if it said something.
        message: Option<String>,
    },
    /// A round is over.
    RoundEnded {
        /// Which function.
        function: FunctionName,
        /// Samples so far, without the first round's.
        accepted: u32,
        /// Samples wanted.
        wanted: u32,
        /// The median so far, milliseconds; none before there are any.
        median_ms: Option<f64>,
    },
    /// Measuring was interrupted; what was changed is now undone.
    Interrupted {
        /// What puts everything back if this run no longer can.
        recover_command: String,
    },
    /// A function is put back.
    Restoring {
        /// Which function.
        function: FunctionName,
    },
    /// A function is as it was.
    Restored {
        /// Which function.
        function: FunctionName,
        /// What was undone.
        undone: Undone,
    },
    /// A function could not be put back; its journal stays.
    NotRestored {
        /// Which function.
        function: FunctionName,
        /// Why.
        reason: String,
    },
}
