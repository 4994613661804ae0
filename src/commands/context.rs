//! What every command is given: where to write, how it may look, and which folders are the user's.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::aws::session::{Session, Target};
use crate::cli::TargetArgs;
use crate::config::Settings;
use crate::deploy::timings::Estimates;
use crate::host::clock::now_ms;
use crate::host::folders::Folders;
use crate::local;
use crate::render::deploy::events::{Happening, happening};
use crate::render::style::Style;

use super::{Failure, timings};

/// The world as `main` found it.
pub struct Context {
    /// Results go here.
    pub out: Box<dyn Write>,
    /// Everything else goes here.
    pub err: Box<dyn Write>,
    /// What `out` can show.
    pub style: Style,
    /// What `err` can show.
    pub err_style: Style,
    /// Progress may be drawn: `err` is a terminal and nobody asked for quiet.
    pub draws_progress: bool,
    /// Progress is not even printed line by line.
    pub is_quiet: bool,
    /// Questions can be asked: a person sits at both ends.
    pub is_interactive: bool,
    /// Where the user stands.
    pub current_dir: PathBuf,
    /// The user's folders.
    pub folders: Folders,
    /// `SLSX_PYTHON`.
    pub python: Option<String>,
    /// `--format ndjson`: what happens is told on `out` while it happens, one JSON object in each line.
    pub streams: bool,
    /// How long resources take where we are connected to.
    pub estimates: Estimates,
}

/// The result of printing a report: a reader that has left early (`slsx status | head`) changes nothing about how
/// the command ended.
///
/// # Errors
/// Every other reason why the report could not be written.
pub fn written(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

impl Context {
    /// Says something about what is going on, on its own line of `err`.
    pub fn say(&mut self, line: &str) {
        self.tell(Happening::Message(line));
        if !self.is_quiet {
            // A closed stderr must not end the work.
            let _ = writeln!(self.err, "{line}");
        }
    }

    /// Tells programs that read along what happens, if any do.
    pub fn tell(&mut self, what: Happening<'_>) {
        if self.streams {
            // What happens must not depend on who reads.
            let _ = happening(&mut self.out, now_ms(), what);
        }
    }

    /// Opens a connection to the AWS that the arguments mean, starting local AWS if it is asked for.
    ///
    /// # Errors
    /// When local AWS does not start, credentials are missing, or the account is not one of those allowed.
    pub async fn connect(
        &mut self,
        args: &TargetArgs,
        settings: Option<&Settings>,
    ) -> Result<Session, Failure> {
        let target = self.target(args, settings)?;
        let session = Session::open(&target).await?;
        self.estimates = timings::estimates(self, session.is_local());
        if let Some(settings) = settings.filter(|_| !session.is_own_local_aws()) {
            let allowed = &settings.allowed_account_ids;
            if !allowed.is_empty() && !allowed.contains(&session.identity().account) {
                return Err(Failure::WrongAccount {
                    account: session.identity().account.clone(),
                    stage: settings.stage.to_string(),
                    allowed: allowed.join(", "),
                });
            }
        }
        Ok(session)
    }

    fn target(&mut self, args: &TargetArgs, settings: Option<&Settings>) -> Result<Target, Failure> {
        if args.local {
            let state = self.local_up(&args.instance, &local::Options::default())?;
            return Ok(Target {
                endpoint_url: Some(state.endpoint()),
                profile: None,
                // The emulator was started in this region; its account is the same everywhere.
                region: Some(args.region.clone().unwrap_or_else(|| local::REGION.to_owned())),
                local_instance: Some(args.instance.clone()),
            });
        }
        Ok(Target {
            endpoint_url: args.endpoint_url.clone(),
            profile: args.profile.clone().or_else(|| settings.and_then(|settings| settings.profile.clone())),
            region: args.region.clone().or_else(|| settings.and_then(|settings| settings.region.clone())),
            local_instance: None,
        })
    }

    /// Starts local AWS unless it runs, telling what takes time.
    ///
    /// # Errors
    /// See [`local::LocalError`].
    pub fn local_up(
        &mut self,
        name: &str,
        options: &local::Options,
    ) -> Result<local::InstanceState, Failure> {
        let options = local::Options { python: self.python.clone(), ..options.clone() };
        let folders = self.folders.clone();
        Ok(local::up(&folders, name, &options, &mut |step| self.say(&told(step)))?)
    }

    /// What functions are run with on this machine, installed on first use.
    ///
    /// # Errors
    /// See [`local::LocalError`].
    pub fn runtimes(&mut self) -> Result<local::runtime::Runtimes, Failure> {
        let (folders, python) = (self.folders.clone(), self.python.clone());
        Ok(local::runtime::runtimes(&folders, python.as_deref(), &mut |step| self.say(&told(step)))?)
    }
}

fn told(step: local::Step) -> String {
    match step {
        local::Step::Installing { tool } => {
            format!("Installing local AWS with {tool} (once; about 130 MB, half a minute) ...")
        }
        local::Step::Waiting { pid } => {
            format!("Local AWS (process {pid}) does not answer; waiting for it ...")
        }
        local::Step::Restarting { reason } => {
            format!("Restarting local AWS, because {reason}; its state is kept ...")
        }
        local::Step::Starting { port } => format!("Starting local AWS on 127.0.0.1:{port} ..."),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::written;

    #[test]
    fn only_a_reader_that_left_is_no_error() {
        assert!(written(Err(Error::from(ErrorKind::BrokenPipe))).is_ok());
        assert!(written(Err(Error::from(ErrorKind::StorageFull))).is_err());
        assert!(written(Ok(())).is_ok());
    }
}
