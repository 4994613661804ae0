//! Every way a command can fail, and the exit code of each.

use super::audit::AuditError;
use super::coldstart_bench;
use super::deploy::source::TemplateError;
use super::deploy::stack::StackError;
use super::new::NewError;
use super::project::ConfigFileError;
use super::replay::rebuild::ProjectionError;
use super::update::UpdateError;
use super::verify::PromiseFileError;
use crate::aws::session::SessionError;
use crate::config::ConfigError;
use crate::exit::Exit;
use crate::host::files::FileError;
use crate::host::folders::NoHome;
use crate::host::prompt::PromptError;
use crate::host::signals::Signal;
use crate::local::LocalError;
use crate::names::LogicalId;
use crate::package::PackageError;
use crate::package::limits::TemplateLimit;
use crate::ports::{JournalError, RemoteError};

/// Why a command failed.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum Failure {
    /// AWS did not do what it was asked.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Remote(#[from] RemoteError),
    /// There is no connection to AWS.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Session(#[from] SessionError),
    /// Local AWS did not start or stop.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Local(#[from] LocalError),
    /// `slsx.toml` cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(#[from] ConfigError),
    /// `slsx.toml` cannot be used, with the place.
    #[error(transparent)]
    #[diagnostic(transparent)]
    ConfigFile(Box<ConfigFileError>),
    /// `promise.toml` cannot be used, with the place.
    #[error(transparent)]
    #[diagnostic(transparent)]
    PromiseFile(Box<PromiseFileError>),
    /// The template cannot be deployed, with the place.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Template(Box<TemplateError>),
    /// The template is too large.
    #[error(transparent)]
    #[diagnostic(transparent)]
    TemplateLimit(#[from] TemplateLimit),
    /// Code cannot be packaged.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Package(#[from] PackageError),
    /// The stack cannot be brought forward.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Stack(#[from] StackError),
    /// Nothing was scaffolded.
    #[error(transparent)]
    #[diagnostic(transparent)]
    New(#[from] NewError),
    /// Nothing was updated.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Update(#[from] UpdateError),
    /// A question was not answered.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// Nothing was audited.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Audit(#[from] AuditError),
    /// Nothing was measured.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Bench(#[from] coldstart_bench::Failure),
    /// The journals cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The user's folders are unknown.
    #[error(transparent)]
    #[diagnostic(transparent)]
    NoHome(#[from] NoHome),
    /// The result could not be written.
    #[error("cannot write the result: {0}")]
    Output(#[from] std::io::Error),
    /// Something on the command line makes no sense.
    #[error("{message}")]
    #[diagnostic(help("{help}"))]
    Usage {
        /// What.
        message: String,
        /// What to do instead.
        help: String,
    },
    /// A consent is needed and nobody can be asked.
    #[error("{what} needs your consent, and there is no terminal to ask on")]
    #[diagnostic(help("pass --yes to consent"))]
    NeedsConsent {
        /// What would be done.
        what: String,
    },
    /// Lambda did not apply a function's new code.
    #[error("{function}: Lambda did not apply the new code: {reason}")]
    #[diagnostic(help("deploy again: what has its code already is left alone"))]
    CodeNotApplied {
        /// The function.
        function: LogicalId,
        /// Why.
        reason: String,
    },
    /// More than code has changed.
    #[error("new code alone is not enough: {why}")]
    #[diagnostic(help("leave --lane away: CloudFormation does the whole of it"))]
    NotHot {
        /// What else.
        why: String,
    },
    /// There is no such stack.
    #[error("there is no stack {stack}")]
    #[diagnostic(help("deploy it first: `slsx deploy`"))]
    NotDeployed {
        /// The stack.
        stack: String,
    },
    /// CloudFormation would refuse the deletion.
    #[error("stack {stack} has termination protection, so CloudFormation refuses to delete it")]
    #[diagnostic(help("switch it off in the console first, if you are sure"))]
    TerminationProtected {
        /// The stack.
        stack: String,
    },
    /// The stage must not be deployed to this account.
    #[error("account {account} is not one of those that stage `{stage}` allows ({allowed})")]
    #[diagnostic(help("check --profile, or allowed_account_ids in slsx.toml"))]
    WrongAccount {
        /// The account of the credentials.
        account: String,
        /// The stage.
        stage: String,
        /// What slsx.toml allows.
        allowed: String,
    },
    /// The wish to stop, heeded once everything was put back.
    #[error("interrupted; everything is as it was before")]
    Interrupted {
        /// Which wish.
        signal: Signal,
    },
    /// The read model was emptied and not filled again.
    #[error("the read model is not whole: {why}")]
    #[diagnostic(help("`slsx replay --clear` rebuilds it"))]
    NotWhole {
        /// What came between.
        why: String,
    },
    /// A projector did not take its events.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Projection(#[from] ProjectionError),
    /// Messages could not be moved.
    #[error("moving the messages of {queue} ended early: {reason}")]
    #[diagnostic(help("what was not moved is still there; run the same command again"))]
    MoveFailed {
        /// The dead-letter queue.
        queue: String,
        /// What SQS says.
        reason: String,
    },
    /// The wish to stop, while CloudFormation is at work: it goes on without us.
    #[error("stopped following; the operation goes on at AWS")]
    #[diagnostic(help("{help}"))]
    LeftToAws {
        /// Which wish.
        signal: Signal,
        /// How to come back to it.
        help: &'static str,
    },
    /// The wish to stop, before anything was sent.
    #[error("stopped while building; nothing was sent")]
    StoppedBuilding {
        /// Which wish.
        signal: Signal,
    },
    /// A second Ctrl-C: something may be left changed.
    #[error("left at once, so something may be left changed")]
    #[diagnostic(help("run `{command}`: it puts back what is noted in the journals"))]
    LeftAtOnce {
        /// What recovers it.
        command: String,
    },
    /// A step of the demo did not end well.
    #[error("the demo stopped at `{line}`")]
    DemoStep {
        /// The command line.
        line: String,
        /// How it ended.
        exit: Exit,
    },
}

impl Failure {
    /// The exit code; every new way to fail must choose one.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Remote(error)
            | Self::Session(SessionError::Remote(error))
            | Self::Projection(ProjectionError::Remote(error)) => remote_exit(error),
            Self::Local(_)
            | Self::NotDeployed { .. }
            | Self::TerminationProtected { .. }
            | Self::MoveFailed { .. }
            | Self::WrongAccount { .. } => Exit::Remote,
            // Half of the read model is rebuilt; the same command does the whole of it.
            Self::Projection(ProjectionError::Refused(_)) => Exit::NeedsRecovery,
            // Others may have their new code; so does the next deployment.
            Self::CodeNotApplied { .. } => Exit::NeedsRecovery,
            Self::Config(_)
            | Self::ConfigFile(_)
            | Self::PromiseFile(_)
            | Self::Template(_)
            | Self::TemplateLimit(_)
            | Self::Package(_)
            | Self::New(_)
            | Self::Update(_)
            | Self::Audit(_)
            | Self::File(_)
            | Self::NoHome(_)
            | Self::Session(SessionError::NoRegion)
            | Self::NotHot { .. }
            | Self::Usage { .. }
            | Self::NeedsConsent { .. }
            | Self::Journal(JournalError::Storage { .. }) => Exit::Usage,
            Self::Prompt(PromptError::Stopped) => Exit::Interrupted,
            Self::Prompt(PromptError::Terminal(_)) => Exit::Usage,
            Self::Stack(error) => stack_exit(error),
            Self::Bench(error) => error.exit(),
            Self::Journal(JournalError::Held { .. }) => Exit::Busy,
            Self::Output(_) if self.is_broken_pipe() => Exit::Done,
            Self::Output(_) => Exit::Usage,
            Self::LeftToAws { signal, .. }
            | Self::StoppedBuilding { signal }
            | Self::Interrupted { signal } => match signal {
                Signal::Interrupt => Exit::Interrupted,
                Signal::Terminate => Exit::Terminated,
            },
            Self::LeftAtOnce { .. } | Self::NotWhole { .. } => Exit::NeedsRecovery,
            Self::DemoStep { exit, .. } => *exit,
        }
    }

    /// Nobody reads the output any more, which is no reason to complain.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

const fn stack_exit(error: &StackError) -> Exit {
    match error {
        StackError::Remote(error) => remote_exit(error),
        StackError::Stopped(_) => Exit::NeedsRecovery,
        StackError::ChangeSet { .. } => Exit::Usage,
        StackError::ChangeSetSlow { .. } => Exit::Busy,
    }
}

const fn remote_exit(error: &RemoteError) -> Exit {
    match error {
        RemoteError::Busy { .. } => Exit::Busy,
        RemoteError::Credentials { .. }
        | RemoteError::Denied { .. }
        | RemoteError::NotFound { .. }
        | RemoteError::Stale { .. }
        | RemoteError::Throttled { .. }
        | RemoteError::Rejected { .. }
        | RemoteError::Unreachable { .. }
        | RemoteError::Unknown { .. } => Exit::Remote,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaving_an_operation_to_aws_says_which_wish_it_was() {
        let left = |signal| Failure::LeftToAws { signal, help: "" };
        assert_eq!(left(Signal::Interrupt).exit(), Exit::Interrupted);
        assert_eq!(left(Signal::Terminate).exit(), Exit::Terminated);
    }
}
