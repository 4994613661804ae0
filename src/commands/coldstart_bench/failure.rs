//! Every way a bench can fail, and the exit code of each.

use super::cancel::Interruption;
use super::preflight::Refusal;
use crate::exit::Exit;
use crate::journal::Unreadable;
use crate::names::FunctionName;
use crate::ports::{JournalError, RemoteError};

/// Why there is no report.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum Failure {
    /// The function cannot be measured as it is.
    #[error("cannot measure {function}: {refusal}")]
    Refused {
        /// Which function.
        function: FunctionName,
        /// Why.
        #[source]
        #[diagnostic_source]
        refusal: Refusal,
    },
    /// AWS did not do what it was asked.
    #[error("{function}: {error}")]
    Remote {
        /// Which function.
        function: FunctionName,
        /// What AWS said.
        #[source]
        #[diagnostic_source]
        error: RemoteError,
    },
    /// Another run measures the function, or the disk refuses journals; nothing was changed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A journal of this function could never be obeyed, so nothing was changed.
    #[error("cannot measure {function}: a journal of it could not be obeyed later, because {reason}")]
    #[diagnostic(help("the function must be in the account and region of the credentials"))]
    NotJournaled {
        /// Which function.
        function: FunctionName,
        /// Why.
        reason: Unreadable,
    },
    /// A journal of an earlier run cannot be obeyed.
    #[error("{function} has a journal of an earlier run that is not obeyed, because {reason}")]
    #[diagnostic(help("`{command}` tells its name and what to do about it"))]
    JournalUnreadable {
        /// What looks at it.
        command: String,
        /// Which function.
        function: FunctionName,
        /// Why.
        reason: Unreadable,
    },
    /// An earlier run was interrupted, and its changes could not be undone now.
    #[error("{function} still carries changes of an earlier run, and undoing them failed: {reason}")]
    #[diagnostic(help("run `{command}` when this is solved"))]
    NotRecovered {
        /// What recovers it.
        command: String,
        /// Which function.
        function: FunctionName,
        /// Why.
        reason: String,
    },
    /// What a copy wrote did not arrive.
    #[error("the logs of {function} do not hold what its temporary copy wrote when it started")]
    #[diagnostic(help(
        "may its role write to its log group? Without --clone, --explain looks at a start on this machine"
    ))]
    NothingWritten {
        /// Which function.
        function: FunctionName,
    },
    /// Lambda could not apply an update or create a version.
    #[error("Lambda could not prepare a fresh version of {function}: {reason}")]
    NotPrepared {
        /// Which function.
        function: FunctionName,
        /// In Lambda's words.
        reason: String,
    },
    /// Lambda takes too long.
    #[error("{function}: no fresh version after {seconds} s")]
    NotInTime {
        /// Which function.
        function: FunctionName,
        /// How long we waited.
        seconds: u64,
    },
    /// Somebody changed the function during the run.
    #[error("{function} was changed by somebody else during the run, so the figures would mix two functions")]
    #[diagnostic(help("their change is kept and ours is undone; run again when the function is at rest"))]
    ChangedMeanwhile {
        /// Which function.
        function: FunctionName,
    },
    /// Every call of the first round failed.
    #[error("every call to {function} failed: {reason}")]
    #[diagnostic(help("give it an event it accepts with --payload FILE"))]
    EveryCallFailed {
        /// Which function.
        function: FunctionName,
        /// The last reason.
        reason: String,
    },
    /// The runtime could not start the function's code, whatever it was given.
    #[error("{function} does not start: {reason}")]
    #[diagnostic(help(
        "its code, its handler setting or its package is at fault; correct and deploy it first"
    ))]
    DoesNotStart {
        /// Which function.
        function: FunctionName,
        /// In the runtime's words.
        reason: String,
    },
    /// Not one cold start came back.
    #[error("{calls} {} to {function} brought no cold start: {reasons}", if *calls == 1 { "call" } else { "calls" })]
    NothingCold {
        /// Which function.
        function: FunctionName,
        /// How many calls.
        calls: u32,
        /// Why replies were dropped.
        reasons: String,
    },
    /// Ctrl-C or SIGTERM; everything is as it was.
    #[error("interrupted; every function is as it was before")]
    Interrupted {
        /// Which signal.
        why: Interruption,
    },
    /// Something is left changed.
    #[error("not everything could be put back: {functions}{}", because(cause.as_deref()))]
    #[diagnostic(help("run `{command}`: the journal of what is left is on this machine"))]
    NotRestored {
        /// What recovers it.
        command: String,
        /// Functions and reasons.
        functions: String,
        /// Why the run had ended, if not by itself.
        cause: Option<Box<Failure>>,
    },
}

fn because(cause: Option<&Failure>) -> String {
    cause.map(|cause| format!(" (the run had ended because: {cause})")).unwrap_or_default()
}

impl Failure {
    /// The exit code; every new way to fail must choose one.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Refused { refusal, .. } => refusal.exit(),
            Self::Remote { error: RemoteError::Busy { .. }, .. }
            | Self::Journal(JournalError::Held { .. }) => Exit::Busy,
            Self::Remote { .. }
            | Self::NotPrepared { .. }
            | Self::NotInTime { .. }
            | Self::NothingWritten { .. }
            | Self::ChangedMeanwhile { .. }
            | Self::EveryCallFailed { .. }
            | Self::DoesNotStart { .. }
            | Self::NothingCold { .. } => Exit::Remote,
            Self::Journal(JournalError::Storage { .. }) | Self::NotJournaled { .. } => Exit::Usage,
            Self::JournalUnreadable { .. } | Self::NotRecovered { .. } | Self::NotRestored { .. } => {
                Exit::NeedsRecovery
            }
            Self::Interrupted { why: Interruption::Interrupted } => Exit::Interrupted,
            Self::Interrupted { why: Interruption::Terminated } => Exit::Terminated,
        }
    }
}
