//! `slsx new`: a project from a pattern, written as a whole or not at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Context, Failure};
use crate::cli::{Format, NewArgs};
use crate::exit::Exit;
use crate::host::files::{self, FileError};
use crate::pattern::{self, Pattern, PatternError, ProjectName, Record, WritePlan};
use crate::render;

mod questions;
pub mod source;

pub use source::{SourceError, find};

/// What is to be made, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Id of the pattern.
    pub pattern: String,
    /// Name of the project and its folder; none for the pattern's id.
    pub name: Option<String>,
    /// Where the pattern is; none for those built in.
    pub from: Option<String>,
    /// Language of the functions; none for the pattern's first.
    pub language: Option<String>,
    /// Answers by key, which count unless there are others.
    pub kept: BTreeMap<String, String>,
    /// Answers, each as `key=value`.
    pub answers: Vec<String>,
    /// The folder to make the project's folder in.
    pub parent: PathBuf,
    /// Only plan it.
    pub is_dry_run: bool,
}

/// What was made, or would be.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// The files, and what they add up to.
    pub plan: WritePlan,
    /// The project's folder.
    pub target: PathBuf,
    /// False for a dry run.
    pub is_written: bool,
}

/// Why nothing was made.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum NewError {
    /// The pattern cannot be used like this.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Pattern(#[from] PatternError),
    /// There is something of the project's name.
    #[error("{} exists already, and nothing is ever overwritten", path.display())]
    #[diagnostic(help("choose another name: slsx new {pattern} NAME"))]
    Exists {
        /// What exists.
        path: PathBuf,
        /// Id of the pattern.
        pattern: String,
    },
    /// The pattern cannot be read.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Source(#[from] SourceError),
    /// The disk said no.
    #[error(transparent)]
    File(FileError),
}

/// Runs the command.
///
/// # Errors
/// When nothing was made, or the result cannot be printed.
pub fn run(args: &NewArgs, context: &mut Context) -> Result<Exit, Failure> {
    if args.list {
        let patterns = pattern::all().map_err(NewError::from)?;
        match args.format {
            Format::Human => render::new::list_human(&patterns, context.style, &mut context.out)?,
            Format::Json => render::new::list_json(&patterns, &mut context.out)?,
        }
        return Ok(Exit::Done);
    }
    let mut request = request(args, context)?;
    let pattern = found(&request).map_err(NewError::from)?;
    if context.is_interactive && !args.yes {
        questions::ask(&pattern, &mut request)?;
    }
    let made = make_from(&pattern, &request)?;
    let target = made.target.to_string_lossy();
    let view = render::new::View { plan: &made.plan, target: &target, is_written: made.is_written };
    match args.format {
        Format::Human => render::new::human(&view, context.style, &mut context.out)?,
        Format::Json => render::new::json(&view, &mut context.out)?,
    }
    Ok(Exit::Done)
}

/// What the arguments ask for, the answers file included.
fn request(args: &NewArgs, context: &Context) -> Result<Request, Failure> {
    let record = match &args.answers_file {
        Some(path) => {
            let text = files::read_to_string(&context.current_dir.join(path))?;
            Record::parse(&text).map_err(NewError::from)?
        }
        None => Record::default(),
    };
    let kept_language = (!record.language.is_empty()).then(|| record.language.clone());
    Ok(Request {
        pattern: args.pattern.clone().unwrap_or_default(),
        name: args.name.clone(),
        from: args.from.clone(),
        language: args.language.clone().or(kept_language),
        kept: record.texts().map_err(NewError::from)?,
        answers: args.answers.clone(),
        parent: context.current_dir.clone(),
        is_dry_run: args.dry_run,
    })
}

/// Plans the project and, unless it is a dry run, makes its folder appear with everything in it.
///
/// # Errors
/// When the request does not fit the pattern, the target exists in any form, or the disk is full:
/// then nothing new is left.
pub fn make(request: &Request) -> Result<Made, NewError> {
    let pattern = found(request)?;
    make_from(&pattern, request)
}

/// The pattern that is asked for. The project that it will be in has its name unless there is another.
fn found(request: &Request) -> Result<Pattern, SourceError> {
    let project = request.parent.join(request.name.as_deref().unwrap_or(&request.pattern));
    find(&request.pattern, request.from.as_deref(), &request.parent, &project)
}

fn make_from(pattern: &Pattern, request: &Request) -> Result<Made, NewError> {
    let name = ProjectName::parse(request.name.as_deref().unwrap_or(&pattern.manifest.id))
        .map_err(PatternError::from)?;
    let plan = pattern::plan(
        pattern,
        &pattern::Request {
            name: &name,
            language: request.language.as_deref(),
            kept: &request.kept,
            answers: &request.answers,
        },
    )?;
    let target = request.parent.join(name.as_str());
    let explain = |error| explain(error, &request.pattern);
    files::refuse_existing(&target).map_err(explain)?;
    if !request.is_dry_run {
        write(&plan, &target).map_err(explain)?;
    }
    Ok(Made { plan, target, is_written: !request.is_dry_run })
}

/// Writes everything beside the target and renames it into place.
fn write(plan: &WritePlan, target: &Path) -> Result<(), FileError> {
    let staged = files::stage_beside(target)?;
    for (path, content) in &plan.files {
        let path = path.components().fold(staged.path().to_owned(), |folder, name| folder.join(name));
        files::create_new(&path, content)?;
    }
    files::publish_dir(staged, target)
}

fn explain(error: FileError, pattern: &str) -> NewError {
    match error {
        FileError::Exists { path } => NewError::Exists { path, pattern: pattern.to_owned() },
        FileError::NotRegular { .. }
        | FileError::NotUtf8 { .. }
        | FileError::TooLarge { .. }
        | FileError::System { .. } => NewError::File(error),
    }
}
