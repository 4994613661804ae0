//! `slsx update`: merges a newer version of its pattern into a project that may have been changed since.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::new::{self, SourceError};
use super::{Context, Failure};
use crate::cli::{ConflictArg, Format, UpdateArgs};
use crate::exit::Exit;
use crate::host::{files, git};
use crate::package::{SourceFile, archive};
use crate::pattern::{
    self, ANSWERS_FILE, BASE_FILE, Change, ChangeKind, ConflictStyle, Pattern, PatternError, ProjectName,
    REJECTED, Record, RelativePath, Sides, WritePlan,
};
use crate::render::update as render;

/// Why a project is not updated.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum UpdateError {
    /// It was not made by `slsx new`.
    #[error("no project made by `slsx new` here: neither {} nor a folder above it has {ANSWERS_FILE}", path.display())]
    #[diagnostic(help("name its folder with --project"))]
    NoProject {
        /// Where the search began.
        path: PathBuf,
    },
    /// Its changes are not committed.
    #[error("the project has changes that are not committed")]
    #[diagnostic(help("commit or stash them first, so that you can see and undo what the update does"))]
    NotCommitted,
    /// A link leads out of the project.
    #[error("{path} is behind a link that leads out of the project")]
    #[diagnostic(help("replace the link with a folder; an update writes inside of the project only"))]
    Outside {
        /// The file of the pattern.
        path: String,
    },
    /// The pattern or the record cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Source(#[from] SourceError),
}

impl From<PatternError> for UpdateError {
    fn from(error: PatternError) -> Self {
        Self::Source(error.into())
    }
}

/// Runs the command.
///
/// # Errors
/// When nothing was updated, or the result cannot be printed.
pub fn run(args: &UpdateArgs, context: &mut Context) -> Result<Exit, Failure> {
    let start = args
        .project
        .as_ref()
        .map_or_else(|| context.current_dir.clone(), |given| context.current_dir.join(given));
    let folder = nearest(&start)?;
    let record =
        Record::parse(&files::read_to_string(&folder.join(ANSWERS_FILE))?).map_err(UpdateError::from)?;
    // What is recorded is seen from the project, what is given from where we are.
    let (from, seen_from) = match &args.from {
        Some(given) => (Some(given.as_str()), &context.current_dir),
        None => (record.from.as_deref(), &folder),
    };
    let pattern = new::find(&record.pattern, from, seen_from, &folder).map_err(UpdateError::from)?;
    let plan = planned(&pattern, &record, &args.answers)?;
    let changes = changes(&folder, &record, &plan, args.conflict)?;
    let is_written = !args.dry_run && !is_same(&folder, &changes, &plan);
    if is_written {
        write(&folder, &record, &changes, &plan)?;
    }
    let view = render::View { record: &record, plan: &plan, changes: &changes, is_written };
    match args.format {
        Format::Human => render::human(&view, context.style, &mut context.out)?,
        Format::Json => render::json(&view, &mut context.out)?,
    }
    let has_conflict = changes.iter().any(|change| change.kind == ChangeKind::Conflict);
    Ok(if has_conflict { Exit::Findings } else { Exit::Done })
}

fn nearest(start: &Path) -> Result<PathBuf, UpdateError> {
    let is_project = |folder: &&Path| folder.join(ANSWERS_FILE).is_file();
    let found = start.ancestors().find(is_project).map(Path::to_owned);
    found.ok_or_else(|| UpdateError::NoProject { path: start.to_owned() })
}

/// The project as the pattern makes it today.
fn planned(pattern: &Pattern, record: &Record, answers: &[String]) -> Result<WritePlan, Failure> {
    let name = ProjectName::parse(&record.project).map_err(PatternError::from).map_err(UpdateError::from)?;
    let mut kept = record.texts().map_err(UpdateError::from)?;
    // A question that the new version asks no more has no answer to keep.
    kept.retain(|key, _| pattern.manifest.questions.iter().any(|question| question.key() == key));
    let language = Some(record.language.as_str()).filter(|language| !language.is_empty());
    let request = pattern::Request { name: &name, language, kept: &kept, answers };
    Ok(pattern::plan(pattern, &request).map_err(UpdateError::from)?)
}

fn changes(
    folder: &Path,
    record: &Record,
    plan: &WritePlan,
    conflict: ConflictArg,
) -> Result<Vec<Change>, Failure> {
    let base = match files::read(&folder.join(BASE_FILE)) {
        Ok(bytes) => pattern::read_base(&bytes).map_err(UpdateError::from)?,
        // Without it only files that one side changed can be updated; the rest are conflicts.
        Err(error) if error.is_not_found() => BTreeMap::new(),
        Err(error) => return Err(error.into()),
    };
    let mut ours = BTreeMap::new();
    let named = record.files.keys().filter_map(|path| RelativePath::parse(path).ok());
    for path in named.chain(plan.files.keys().cloned()) {
        match files::read(&place(folder, &path)) {
            Ok(content) => drop(ours.insert(path.to_string(), content)),
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error.into()),
        }
    }
    let sides = Sides { record, base: &base, ours: &ours, theirs: &plan.files };
    let style = match conflict {
        ConflictArg::Inline => ConflictStyle::Inline,
        ConflictArg::Reject => ConflictStyle::Reject,
    };
    Ok(pattern::merge(&sides, style))
}

/// Nothing to write, not even a record of the new version.
fn is_same(folder: &Path, changes: &[Change], plan: &WritePlan) -> bool {
    let is_recorded =
        plan.files.iter().filter(|(path, _)| path.as_str() == ANSWERS_FILE).all(|(path, content)| {
            files::read(&place(folder, path)).is_ok_and(|written| written == *content)
        });
    changes.is_empty() && is_recorded
}

/// Writes the files, and the record last: an update that was interrupted is not taken for a finished one.
fn write(folder: &Path, record: &Record, changes: &[Change], plan: &WritePlan) -> Result<(), Failure> {
    stay_inside(folder, changes)?;
    match git::has_changes(folder, ANSWERS_FILE) {
        Some(true) => return Err(UpdateError::NotCommitted.into()),
        Some(false) => {}
        None => keep_originals(folder, record, changes)?,
    }
    for change in changes {
        let path = place(folder, &change.path);
        if let Some(content) = &change.content {
            files::replace(&path, content)?;
        } else if change.kind == ChangeKind::Delete {
            files::remove_file(&path)?;
        }
        if let Some(rejected) = &change.rejected {
            files::replace(&beside(&path), rejected)?;
        }
    }
    for name in [BASE_FILE, ANSWERS_FILE] {
        let entry = plan.files.iter().find(|(path, _)| path.as_str() == name);
        if let Some((path, content)) = entry {
            files::replace(&place(folder, path), content)?;
        }
    }
    Ok(())
}

/// Outside of version control, what an update overwrites or deletes is kept in a zip beside the record.
fn keep_originals(folder: &Path, record: &Record, changes: &[Change]) -> Result<(), Failure> {
    let mut originals = Vec::new();
    let mut keep = |name: String, path: &Path| match files::read(path) {
        Ok(content) => {
            let file = SourceFile { path: name, content, is_executable: false, has_special_bits: false };
            originals.push(file);
            Ok(())
        }
        Err(error) if error.is_not_found() => Ok(()),
        Err(error) => Err(error),
    };
    for change in changes {
        let path = place(folder, &change.path);
        if change.content.is_some() || change.kind == ChangeKind::Delete {
            keep(change.path.to_string(), &path)?;
        }
        if change.rejected.is_some() {
            keep(format!("{}{REJECTED}", change.path), &beside(&path))?;
        }
    }
    if originals.is_empty() {
        return Ok(());
    }
    Ok(files::create_new(&free_name(folder, &record.version)?, &archive(&originals)?.bytes)?)
}

/// Where a rejected change is put: beside the file, as patch(1) does it.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!("{name}{REJECTED}"))
}

/// Where originals are kept; those of an earlier update from the same version stay. The version comes from a foreign
/// pattern, so it is checked like every path.
fn free_name(folder: &Path, version: &str) -> Result<PathBuf, Failure> {
    let mut name = format!("before-{version}.zip");
    let mut number = 1;
    loop {
        let path = RelativePath::parse(&format!(".slsx/{name}")).map_err(UpdateError::from)?;
        let path = place(folder, &path);
        if !path.exists() {
            return Ok(path);
        }
        number += 1;
        name = format!("before-{version}-{number}.zip");
    }
}

/// Nothing is written through a link in the project that leads out of it.
fn stay_inside(folder: &Path, changes: &[Change]) -> Result<(), Failure> {
    let root = files::canonical(folder)?;
    for change in changes {
        let path = place(folder, &change.path);
        let above = path.ancestors().skip(1).find(|above| above.exists()).unwrap_or(folder);
        if !files::canonical(above)?.starts_with(&root) {
            return Err(UpdateError::Outside { path: change.path.to_string() }.into());
        }
    }
    Ok(())
}

fn place(folder: &Path, path: &RelativePath) -> PathBuf {
    path.components().fold(folder.to_owned(), |folder, name| folder.join(name))
}
