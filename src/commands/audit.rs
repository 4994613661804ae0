//! `slsx audit`: gathers files, shows them to the rules, returns the report.
//!
//! Prints nothing, reads no clock, starts no runtime and uses no network.

pub mod command;
mod gather;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::{
    audit::{
        self, Audit, CodeRequest, Document, HandlerFile, Meta, Outcome, Report, Selection, SelectionError,
        Settings, UnknownRule, UnknownThreshold,
    },
    host::files,
};
use gather::{Found, Kind};

/// No template comes near: CloudFormation takes at most 1 MB.
const DOCUMENT_LIMIT: u64 = 4 * 1024 * 1024;

/// A longer handler file is a bundle, in which imports cannot be told from the libraries' own.
const CODE_LIMIT: u64 = 1024 * 1024;

/// What to audit and how.
#[derive(Clone, Debug)]
pub struct Request {
    /// Files and folders; none means the folder itself.
    pub paths: Vec<PathBuf>,
    /// The folder that relative paths and the paths in the report refer to.
    pub folder: PathBuf,
    /// Only these rules; none means all.
    pub select: Vec<String>,
    /// Not these rules.
    pub ignore: Vec<String>,
    /// The day to judge runtimes by.
    pub today: Date,
}

/// Why nothing could be audited.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum AuditError {
    /// `--select` and `--ignore` leave no rule, or name one that does not exist.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Selection(#[from] SelectionError),
    /// `--explain` names no rule.
    #[error(transparent)]
    #[diagnostic(transparent)]
    UnknownRule(#[from] UnknownRule),
    /// `--fail-on` names no severity.
    #[error(transparent)]
    #[diagnostic(transparent)]
    UnknownThreshold(#[from] UnknownThreshold),
    /// Only folders were given and they hold nothing to look at.
    #[error("found no template and no policy document in {folder}")]
    #[diagnostic(help("give the path of a CloudFormation or SAM template, in YAML or JSON"))]
    NothingToAudit {
        /// The folders.
        folder: String,
    },
}

/// Audits files and folders. Every file is on its own: what one holds cannot spoil another.
pub fn audit(request: &Request) -> Result<Report, AuditError> {
    let selection = Selection::new(&request.select, &request.ignore)?;
    let mut audit = Audit::new(Settings { selection, today: request.today });
    for found in gather::gather(&request.paths, &request.folder) {
        match found.kind {
            Kind::Refused(ref reason) => audit.add_unreadable(&found.shown, reason.clone()),
            Kind::Named | Kind::Listed => look_at(&found, &request.folder, &mut audit),
        }
    }
    let report = audit.finish();
    if report.files.iter().any(|file| file.outcome != Outcome::Skipped) || request.names_a_file() {
        return Ok(report);
    }
    Err(AuditError::NothingToAudit { folder: request.folders() })
}

/// The page of a rule.
pub fn explain(rule: &str) -> Result<&'static str, AuditError> {
    Ok(audit::find(rule)?.page)
}

/// Every rule, sorted by id.
#[must_use]
pub fn rules() -> Vec<&'static Meta> {
    audit::rules::ALL.iter().map(|rule| rule.meta()).collect()
}

impl Request {
    fn names_a_file(&self) -> bool {
        self.paths.iter().any(|path| !self.folder.join(path).is_dir())
    }

    fn folders(&self) -> String {
        if self.paths.is_empty() {
            return self.folder.display().to_string();
        }
        let folders: Vec<String> = self.paths.iter().map(|path| path.display().to_string()).collect();
        folders.join(", ")
    }
}

fn look_at(found: &Found, folder: &Path, audit: &mut Audit) {
    let bytes = match files::read_at_most(&found.path, DOCUMENT_LIMIT) {
        Ok(bytes) => bytes,
        Err(error) => return audit.add_unreadable(&found.shown, gather::reason(&error)),
    };
    let document = Document::read(found.shown.clone(), &bytes, found.kind == Kind::Named);
    let wanted = document.code_requests();
    let code: Vec<HandlerFile> =
        wanted.iter().filter_map(|wanted| handler(wanted, &found.path, folder)).collect();
    audit.add(&document, &code);
}

/// The first of the files the handler may be in, if it is inside the audited folder or the template's.
fn handler(wanted: &CodeRequest, template: &Path, folder: &Path) -> Option<HandlerFile> {
    let beside = template.parent()?;
    wanted.candidates.iter().find_map(|candidate| {
        let path = gather::normalized(&beside.join(candidate));
        let is_inside = path.starts_with(gather::normalized(folder)) || path.starts_with(beside);
        if !is_inside || !path.is_file() {
            return None;
        }
        let bytes = files::read_at_most(&path, CODE_LIMIT).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        Some(HandlerFile { function: wanted.function.clone(), path: gather::shown(&path, folder), text })
    })
}
