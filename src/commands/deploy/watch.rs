//! `slsx deploy --watch`: deploys once, and again each time something that is deployed was saved.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::source::Source;
use crate::cli::DeployArgs;
use crate::commands::consent::{Consent, ask};
use crate::commands::{Context, Failure, Project, runtime};
use crate::config::FILE_NAME;
use crate::exit::Exit;
use crate::host::signals::{Signal, Signals};
use crate::host::watch::{Watch, WatchError};
use crate::package::exclusion::is_excluded;
use crate::render::deploy::events::Happening;
use crate::render::diagnostic;

/// What is deployed, as far as it is on this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Places {
    /// Code, layers and definitions: a file, or a folder with all that is in it.
    code: BTreeSet<PathBuf>,
    /// The template and `slsx.toml`.
    files: BTreeSet<PathBuf>,
}

/// Deploys again and again, until somebody stops it. A deployment that fails waits for the next change.
///
/// # Errors
/// When the stage is protected, nobody allows it, or folders cannot be watched.
pub(super) fn run(args: &DeployArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &args.parameters)?;
    let args = allowed(args, &project, context)?;
    let Some(args) = args else { return Ok(Exit::Done) };
    let mut watch = Watch::start().map_err(unwatched)?;
    let mut places = Places::default();
    loop {
        // Before the deployment reads them, so that what is saved meanwhile is seen.
        match Places::of(&args, context) {
            Ok(found) => places = found,
            // The deployment says what is wrong; what was watched so far is worth watching still.
            Err(_) => places.files.extend(project.template.clone()),
        }
        places.files.insert(project.folder.join(FILE_NAME));
        places.watch(&mut watch).map_err(unwatched)?;
        match super::once(&args, context) {
            Ok(_) => {}
            Err(failure) if matches!(failure.exit(), Exit::Interrupted | Exit::Terminated) => {
                return Err(failure);
            }
            Err(failure) => {
                context.tell(Happening::Error(&failure.to_string(), failure.exit().code()));
                diagnostic::write_error(&failure, context.err_style, &mut context.err)?;
            }
        }
        let changed = match runtime()?.block_on(places.next_change(&mut watch, context))? {
            Woken::Changed(changed) => changed,
            Woken::Stopped(Signal::Interrupt) => return Ok(Exit::Interrupted),
            Woken::Stopped(Signal::Terminate) => return Ok(Exit::Terminated),
        };
        context.say(&format!("{} changed.", told(&changed, &project.folder)));
    }
}

/// One consent for all that follows; none when it is refused.
fn allowed(
    args: &DeployArgs,
    project: &Project,
    context: &mut Context,
) -> Result<Option<DeployArgs>, Failure> {
    let settings = &project.settings;
    if settings.is_protected {
        return Err(Failure::Usage {
            message: format!(
                "stage {} is protected: it is not deployed to without being asked",
                settings.stage
            ),
            help: "watch another stage, or leave --watch away".into(),
        });
    }
    let is_given = args.yes || args.on.target.local;
    let what = format!("deploying every change to stack {}", settings.stack);
    let question = format!("Deploy every change to stack {} from now on?", settings.stack);
    let consent = ask(context, is_given, &what, &question)?;
    Ok((consent == Consent::Given).then(|| DeployArgs { yes: true, ..args.clone() }))
}

enum Woken {
    Changed(BTreeSet<PathBuf>),
    Stopped(Signal),
}

impl Places {
    /// As the template has it now.
    fn of(args: &DeployArgs, context: &Context) -> Result<Self, Failure> {
        let project = Project::of(context, &args.on, &args.parameters)?;
        let source = Source::read(&project)?;
        let places = |source: &Source| -> Vec<PathBuf> {
            let code = source.code.iter().map(|code| &code.path);
            let others = source.files.iter().map(|file| &file.path);
            code.chain(others).map(|path| source.path(path)).collect()
        };
        Ok(Self {
            code: source.all().into_iter().flat_map(places).collect(),
            files: project.template.into_iter().collect(),
        })
    }

    fn watch(&self, watch: &mut Watch) -> Result<(), WatchError> {
        for place in &self.code {
            // A file is watched through its folder, because editors put a new one in its place.
            if place.is_dir() { watch.add(place, true)? } else { watch.add(folder_of(place), false)? }
        }
        self.files.iter().try_for_each(|file| watch.add(folder_of(file), false))
    }

    async fn next_change(&self, watch: &mut Watch, context: &mut Context) -> Result<Woken, Failure> {
        // Before it is told, so that the Ctrl-C it invites to is heard.
        let mut signals = Signals::listen()?;
        context.say("Watching for changes; Ctrl-C ends it.");
        loop {
            let changed = tokio::select! {
                signal = signals.next() => return Ok(Woken::Stopped(signal)),
                changed = watch.next() => changed,
            };
            let changed: BTreeSet<PathBuf> = changed.into_iter().filter(|path| self.holds(path)).collect();
            if !changed.is_empty() {
                return Ok(Woken::Changed(changed));
            }
        }
    }

    /// Whether a file is deployed, or says what is.
    fn holds(&self, path: &Path) -> bool {
        let is_code = |place: &PathBuf| {
            path.strip_prefix(place).is_ok_and(|below| below.as_os_str().is_empty() || !is_noise(below))
        };
        self.files.contains(path) || self.code.iter().any(is_code)
    }
}

/// What is never packaged, what builds of the user's own leave, and what editors keep beside a file.
fn is_noise(below: &Path) -> bool {
    let text = below.to_string_lossy();
    let name = below.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let is_build = text.split('/').any(|part| matches!(part, "target" | ".aws-sam" | ".git"));
    // vim tries whether it may write with a file called 4913.
    let is_editors =
        name.ends_with('~') || name.ends_with(".swp") || name.starts_with(".#") || name == "4913";
    is_excluded(&text) || is_build || is_editors
}

fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}

/// The files by their names in the project, the first ones of many.
fn told(changed: &BTreeSet<PathBuf>, project: &Path) -> String {
    const NAMED: usize = 3;
    let name = |path: &PathBuf| path.strip_prefix(project).unwrap_or(path).display().to_string();
    let mut names: Vec<String> = changed.iter().take(NAMED).map(name).collect();
    if changed.len() > NAMED {
        names.push(format!("{} more", changed.len() - NAMED));
    }
    names.join(", ")
}

fn unwatched(error: WatchError) -> Failure {
    Failure::Usage {
        message: error.to_string(),
        help: "on Linux, `sysctl fs.inotify.max_user_watches` says how many folders can be watched; \
               without --watch, deploy by hand"
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_deployed_wakes() {
        let places = Places {
            code: ["/app/functions/read".into(), "/app/machine.asl.json".into()].into(),
            files: ["/app/template.yaml".into(), "/app/slsx.toml".into()].into(),
        };
        for (path, is_deployed) in [
            ("/app/functions/read/app.py", true),
            ("/app/functions/read", true),
            ("/app/functions/read/lib/deep/x.json", true),
            ("/app/template.yaml", true),
            ("/app/slsx.toml", true),
            ("/app/machine.asl.json", true),
            ("/app/README.md", false),
            ("/app/functions/reader/app.py", false),
            ("/app/functions/read/__pycache__/app.cpython-313.pyc", false),
            ("/app/functions/read/.git/index", false),
            ("/app/functions/read/target/debug/x", false),
            ("/app/functions/read/.app.py.swp", false),
            ("/app/functions/read/app.py~", false),
            ("/app/functions/read/4913", false),
        ] {
            assert_eq!(places.holds(Path::new(path)), is_deployed, "{path}");
        }
    }

    #[test]
    fn many_changes_are_counted() {
        let changed = ["a", "b", "c", "d", "e"].map(|name| Path::new("/app").join(name)).into();
        assert_eq!(told(&changed, Path::new("/app")), "a, b, c, 2 more");
    }
}
