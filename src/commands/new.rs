//! `slsx new`: a project from a pattern, written as a whole or not at all.

use std::path::{Path, PathBuf};

use super::{Context, Failure};
use crate::cli::{Format, NewArgs};
use crate::exit::Exit;
use crate::host::files::{self, FileError};
use crate::pattern::{self, PatternError, ProjectName, WritePlan};
use crate::render;

/// What is to be made, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Id of the pattern.
    pub pattern: String,
    /// Name of the project and its folder; none for the pattern's id.
    pub name: Option<String>,
    /// Language of the functions; none for the pattern's first.
    pub language: Option<String>,
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
    let made = make(&Request {
        pattern: args.pattern.clone().unwrap_or_default(),
        name: args.name.clone(),
        language: args.language.clone(),
        answers: args.answers.clone(),
        parent: context.current_dir.clone(),
        is_dry_run: args.dry_run,
    })?;
    let target = made.target.to_string_lossy();
    let view = render::new::View { plan: &made.plan, target: &target, is_written: made.is_written };
    match args.format {
        Format::Human => render::new::human(&view, context.style, &mut context.out)?,
        Format::Json => render::new::json(&view, &mut context.out)?,
    }
    Ok(Exit::Done)
}

/// Plans the project and, unless it is a dry run, makes its folder appear with everything in it.
///
/// # Errors
/// When the request does not fit the pattern, the target exists in any form, or the disk is full:
/// then nothing new is left.
pub fn make(request: &Request) -> Result<Made, NewError> {
    let pattern = pattern::find(&request.pattern)?;
    let name = ProjectName::parse(request.name.as_deref().unwrap_or(&pattern.manifest.id))
        .map_err(PatternError::from)?;
    let plan = pattern::plan(
        &pattern,
        &pattern::Request { name: &name, language: request.language.as_deref(), answers: &request.answers },
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
