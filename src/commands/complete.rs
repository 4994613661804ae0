//! What a shell completes while somebody types: names of this project and this machine, from files alone.
//!
//! The shell runs slsx with `COMPLETE` set for each press of Tab, so nothing here talks to anybody, starts anything or
//! reads more than settings, a template and the names in one folder; what cannot be read has no candidates.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Command, CommandFactory};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::CompleteEnv;

use super::project::nearest;
use crate::audit;
use crate::cli::Cli;
use crate::config::{FILE_NAME, File, TEMPLATE_NAMES, stages};
use crate::host::files;
use crate::host::folders::Folders;
use crate::pattern;
use crate::template::{self, Document};

/// The variable that the shell sets; without it this is an ordinary run.
pub(super) const VARIABLE: &str = "COMPLETE";

/// Answers the shell if it asks: true when it did, and there is nothing else to do.
///
/// # Errors
/// When the shell is not one that is known, or the answer cannot be written.
pub fn answer(arguments: impl Iterator<Item = OsString>, current_dir: &Path) -> Result<bool, clap::Error> {
    let arguments: Vec<OsString> = arguments.collect();
    let command = || {
        let place = Arc::new(Place::of(&arguments, current_dir));
        with_candidates(Cli::command(), &place)
    };
    CompleteEnv::with_factory(command)
        .var(VARIABLE)
        .completer("slsx")
        .try_complete(arguments.clone(), Some(current_dir))
}

/// Where the names come from.
struct Place {
    /// The project's folder, if there is one.
    project: Option<PathBuf>,
}

type Names = fn(&Place) -> Option<Vec<String>>;

/// The arguments whose values are names, by their ids.
static ARGUMENTS: [(&str, Names); 9] = [
    ("stage", Place::stages),
    ("stack", Place::stacks),
    ("function", Place::functions),
    ("functions", Place::functions),
    ("skip", Place::resources),
    ("pattern", |_| Place::patterns()),
    ("instance", |_| Place::instances()),
    ("select", |_| Some(Place::rules())),
    ("ignore", |_| Some(Place::rules())),
];

/// The command line with candidates for names.
fn with_candidates(mut command: Command, place: &Arc<Place>) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, |verb| with_candidates(verb, place));
    }
    // An argument that is changed goes to the end of the list, where it would be another positional.
    let positionals: Vec<_> = command.get_positionals().map(|argument| argument.get_id().clone()).collect();
    for (index, id) in (1..).zip(positionals) {
        command = command.mut_arg(id, |argument| argument.index(index));
    }
    for (id, names) in ARGUMENTS {
        if command.get_arguments().any(|argument| argument.get_id() == id) {
            let place = Arc::clone(place);
            let candidates = ArgValueCandidates::new(move || -> Vec<CompletionCandidate> {
                names(&place).unwrap_or_default().into_iter().map(CompletionCandidate::new).collect()
            });
            command = command.mut_arg(id, |argument| argument.add(candidates));
        }
    }
    command
}

impl Place {
    /// The project that the line names so far, else the nearest one.
    fn of(arguments: &[OsString], current_dir: &Path) -> Self {
        let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
        let after = words.windows(2).find_map(|pair| match pair {
            ["--project", folder] => Some(*folder),
            _ => None,
        });
        let named = after.or_else(|| words.iter().find_map(|word| word.strip_prefix("--project=")));
        let project = match named {
            Some(folder) => Some(current_dir.join(folder)),
            None => nearest(current_dir),
        };
        Self { project }
    }

    fn file(&self) -> Option<File> {
        let path = self.project.as_ref()?.join(FILE_NAME);
        File::parse(&files::read_to_string(&path).ok()?).ok()
    }

    fn stages(&self) -> Option<Vec<String>> {
        Some(stages(&self.file()?))
    }

    /// The stacks of all stages.
    fn stacks(&self) -> Option<Vec<String>> {
        let (file, folder) = (self.file()?, self.project.as_ref()?.file_name()?.to_string_lossy());
        let stack = |stage: String| {
            let overrides = crate::config::Overrides { stage: Some(stage), ..Default::default() };
            Some(file.clone().settings(overrides, &folder).ok()?.stack.to_string())
        };
        Some(stages(&file).into_iter().filter_map(stack).collect())
    }

    fn document(&self) -> Option<Document> {
        let folder = self.project.as_ref()?;
        let named = self.file().and_then(|file| file.template).map(|name| folder.join(name));
        let usual = || TEMPLATE_NAMES.iter().map(|name| folder.join(name)).find(|path| path.is_file());
        template::parse(&files::read(&named.or_else(usual)?).ok()?).ok()
    }

    fn functions(&self) -> Option<Vec<String>> {
        Some(self.document()?.functions().iter().map(|function| function.id().to_owned()).collect())
    }

    fn resources(&self) -> Option<Vec<String>> {
        Some(self.document()?.resources().map(|resource| resource.id().to_owned()).collect())
    }

    fn patterns() -> Option<Vec<String>> {
        Some(pattern::all().ok()?.into_iter().map(|pattern| pattern.manifest.id).collect())
    }

    /// Instances of local AWS that were ever started, and the one that is meant when none is named.
    fn instances() -> Option<Vec<String>> {
        let folder = Folders::of_user().ok()?.local_instances();
        let mut names = files::names_in(&folder).unwrap_or_default();
        names.push("default".to_owned());
        names.sort();
        names.dedup();
        Some(names)
    }

    fn rules() -> Vec<String> {
        audit::rules::ALL.iter().map(|rule| rule.meta().id.to_owned()).collect()
    }
}
