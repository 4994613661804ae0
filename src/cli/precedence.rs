//! Which AWS is meant when flags and variables name several; what clap's own conflicts cannot tell apart.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, Error, FromArgMatches};

use super::{Cli, Command, StackArgs, TargetArgs};

/// What `--local` excludes.
const OTHERS: [&str; 2] = ["endpoint_url", "profile"];

impl Cli {
    /// Reads a command line, and the `SLSX_*` variables for what it leaves out.
    ///
    /// `--local` wins over variables that name another AWS, as other typed flags win over `SLSX_LOCAL`; only flags
    /// that were typed together exclude each other.
    ///
    /// # Errors
    /// When it makes no sense, or asks for help; clap's error tells which and knows how to end.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Error> {
        let mut command = Self::command();
        let matches = command.try_get_matches_from_mut(arguments)?;
        let chosen = matches.subcommand().map(|(_, verb)| verb);
        let other = chosen.and_then(|verb| OTHERS.into_iter().find(|name| is_typed(verb, name)));
        let is_local_typed = chosen.is_some_and(|verb| is_typed(verb, "local"));
        if let (true, Some(other)) = (is_local_typed, other) {
            let message = format!("--local cannot be used with --{}", other.replace('_', "-"));
            return Err(command.error(ErrorKind::ArgumentConflict, message));
        }
        let mut cli = Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
        if let Some(on) = cli.command.on_mut() {
            settle(&mut on.target, other.is_some());
            on.from_environment = chosen.into_iter().flat_map(from_environment).collect();
        }
        Ok(cli)
    }
}

/// Leaves one AWS: the one that was typed, else local AWS.
fn settle(target: &mut TargetArgs, is_other_typed: bool) {
    if is_other_typed {
        target.local = false;
    }
    if target.local {
        target.endpoint_url = None;
        target.profile = None;
    }
}

/// Typed, not taken from a variable. Verbs without such a flag have not typed it.
fn is_typed(verb: &ArgMatches, name: &str) -> bool {
    matches!(verb.try_contains_id(name), Ok(true))
        && verb.value_source(name) == Some(ValueSource::CommandLine)
}

/// The arguments that a variable sets.
fn from_environment(verb: &ArgMatches) -> impl Iterator<Item = String> {
    let is_set = |id: &&clap::Id| verb.value_source(id.as_str()) == Some(ValueSource::EnvVariable);
    verb.ids().filter(is_set).map(ToString::to_string)
}

impl Command {
    const fn on_mut(&mut self) -> Option<&mut StackArgs> {
        match self {
            Self::Deploy(args) => Some(&mut args.on),
            Self::Package(args) => Some(&mut args.on),
            Self::Diff(args) => Some(&mut args.on),
            Self::Attach(args) => Some(&mut args.on),
            Self::Status(args) => Some(&mut args.on),
            Self::Outputs(args) => Some(&mut args.on),
            Self::Logs(args) => Some(&mut args.on),
            Self::Invoke(args) => Some(&mut args.on),
            Self::Drift(args) => Some(&mut args.on),
            Self::Destroy(args) => Some(&mut args.on),
            Self::Gc(args) => Some(&mut args.on),
            Self::Verify(args) => Some(&mut args.on),
            Self::Redrive(args) => Some(&mut args.on),
            Self::Replay(args) => Some(&mut args.on),
            Self::ColdstartBench(args) => Some(&mut args.on),
            Self::Config(args) => Some(&mut args.on),
            Self::Doctor(args) => Some(&mut args.on),
            Self::Recover(args) => Some(&mut args.on),
            Self::Demo(_)
            | Self::New(_)
            | Self::Update(_)
            | Self::Audit(_)
            | Self::Local(_)
            | Self::Completions(_)
            | Self::Man(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::{Cli, Command, TargetArgs, settle};

    fn read(line: &str) -> Result<Cli, clap::Error> {
        Cli::read(line.split(' ').map(Into::into))
    }

    fn everything() -> TargetArgs {
        TargetArgs {
            local: true,
            instance: "default".into(),
            endpoint_url: Some("http://127.0.0.1:9".into()),
            profile: Some("work".into()),
            region: None,
        }
    }

    #[test]
    fn flags_typed_together_exclude_each_other() {
        for other in ["--profile work", "--endpoint-url http://127.0.0.1:9"] {
            let error = read(&format!("slsx status --local {other}")).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::ArgumentConflict);
        }
        let Command::Status(args) = read("slsx status --profile work").ok().unwrap().command else {
            panic!()
        };
        assert_eq!((args.on.target.local, args.on.target.profile.as_deref()), (false, Some("work")));
        assert!(read("slsx local status").is_ok());
    }

    #[test]
    fn local_wins_over_variables_and_typed_flags_over_local() {
        let mut target = everything();
        settle(&mut target, false);
        assert!(target.local && target.endpoint_url.is_none() && target.profile.is_none());
        let mut target = everything();
        settle(&mut target, true);
        assert!(!target.local && target.profile.is_some());
    }
}
