//! The one table of exit codes.

/// How a command ended; the output format never changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Findings at or over the threshold, a broken promise, or a benchmark regression.
    Findings,
    /// Usage, configuration or unreadable input.
    Usage,
    /// AWS refused or cannot be reached, or credentials are missing.
    Remote,
    /// The stack operation failed and was rolled back.
    RolledBack,
    /// Something was left changed; the message names the command that repairs it.
    NeedsRecovery,
    /// Another operation holds the stack or the function.
    Busy,
    /// Interrupted by Ctrl-C, after restoring.
    Interrupted,
    /// Terminated by SIGTERM, after restoring.
    Terminated,
}

impl Exit {
    /// Every way to end, in the order of the codes.
    pub const ALL: [Self; 9] = [
        Self::Done,
        Self::Findings,
        Self::Usage,
        Self::Remote,
        Self::RolledBack,
        Self::NeedsRecovery,
        Self::Busy,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// The process exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Remote => 3,
            Self::RolledBack => 4,
            Self::NeedsRecovery => 5,
            Self::Busy => 6,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// What the code means, as the README's table says it.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done (also: nothing to do)",
            Self::Findings => {
                "findings at or over the threshold, a broken promise, or a benchmark regression"
            }
            Self::Usage => "usage, configuration or unreadable input",
            Self::Remote => "AWS refused or unreachable, or credentials missing",
            Self::RolledBack => "the stack operation failed and was rolled back",
            Self::NeedsRecovery => {
                "something was left changed or needs recovery; the message names the command that repairs it"
            }
            Self::Busy => "another operation holds the stack or the function",
            Self::Interrupted => "interrupted (Ctrl-C), after restoring",
            Self::Terminated => "terminated (SIGTERM), after restoring",
        }
    }
}
