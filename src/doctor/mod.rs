//! What a machine lacks for slsx, for one project or in general. It judges what was found; it looks at nothing itself.

mod checks;
mod needs;
#[cfg(test)]
mod tests;

pub use checks::judge;
pub use needs::Needs;

use crate::exit::Exit;

/// What was found on the machine; none is what is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Python 3.10 or newer.
    pub python: Option<Interpreter>,
    /// Version lines of programs.
    pub tools: Tools,
    /// Processors, as Linux names them, that Rust's musl target is installed for.
    pub musl: Vec<String>,
    /// Local AWS.
    pub local: LocalAws,
    /// AWS; none where it was not asked.
    pub aws: Option<Aws>,
}

/// A Python.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interpreter {
    /// Its path, and such as `cpython-311`.
    pub version: String,
    /// `python -m venv` works.
    pub has_venv: bool,
    /// `python -m pip` works.
    pub has_pip: bool,
}

/// The first line that each program prints for its version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tools {
    /// uv.
    pub uv: Option<String>,
    /// Node.js.
    pub node: Option<String>,
    /// npm.
    pub npm: Option<String>,
    /// cargo.
    pub cargo: Option<String>,
    /// cargo-lambda.
    pub cargo_lambda: Option<String>,
    /// cargo-zigbuild.
    pub cargo_zigbuild: Option<String>,
    /// git.
    pub git: Option<String>,
}

/// How local AWS is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LocalAws {
    /// Not on this machine yet.
    #[default]
    NotInstalled,
    /// Installed, and does not run.
    Stopped,
    /// Runs, but does not answer.
    Unresponsive,
    /// Answers at this address.
    Running(String),
}

/// What AWS said, within a few seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aws {
    /// It said who asks.
    Known(Caller),
    /// No region is set.
    NoRegion,
    /// There are no credentials, or AWS does not take them.
    NoCredentials(String),
    /// It did not answer.
    Unreachable(String),
}

/// Who asks AWS, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// Twelve digits.
    pub account: String,
    /// ARN.
    pub arn: String,
    /// Region.
    pub region: String,
    /// Seconds that this machine's clock is ahead of AWS's; none where AWS told no time.
    pub ahead_seconds: Option<i64>,
    /// The artifact bucket, and whether it is there; none where nobody may know.
    pub bucket: (String, Option<bool>),
}

/// What is wanted of this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Project {
    /// There is no project here.
    #[default]
    None,
    /// There is one, and it cannot be used.
    Unusable(String),
    /// There is one.
    Usable {
        /// Its folder.
        folder: String,
        /// What its template needs.
        needs: Needs,
        /// Accounts that its stage allows; empty allows every one.
        accounts: Vec<String>,
    },
}

/// One thing that was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Such as `node`.
    pub name: &'static str,
    /// How it stands.
    pub verdict: Verdict,
    /// What was found, or what is wrong.
    pub found: String,
    /// What it is for: parts of the project where these need it, else of slsx.
    pub needed_for: String,
    /// How to get it; none where nothing is to be done.
    pub remedy: Option<String>,
}

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is there.
    Ok,
    /// It is not there, and this project does not need it.
    Optional,
    /// It is not there, and this project needs it.
    Missing,
    /// AWS would not let this project be deployed with it.
    Refused,
}

/// The exit code of a diagnosis.
#[must_use]
pub fn exit(checks: &[Check]) -> Exit {
    match checks.iter().map(|check| check.verdict).max() {
        Some(Verdict::Missing) => Exit::Usage,
        Some(Verdict::Refused) if checks.iter().any(|check| check.verdict == Verdict::Missing) => Exit::Usage,
        Some(Verdict::Refused) => Exit::Remote,
        Some(Verdict::Ok | Verdict::Optional) | None => Exit::Done,
    }
}
