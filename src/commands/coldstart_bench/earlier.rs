//! `--baseline`: an earlier report, read and checked before anything is measured.

use std::path::PathBuf;

use crate::cli::ColdstartBenchArgs;
use crate::coldstart::baseline::BaselineError;
use crate::coldstart::{Baseline, Report, Strategy};
use crate::commands::{Context, Failure};
use crate::host::files;
use crate::journal::Place;

/// A baseline, and the file it is from.
pub(super) struct Named {
    path: PathBuf,
    baseline: Baseline,
}

/// The baseline that the arguments name.
pub(super) fn read(args: &ColdstartBenchArgs, context: &Context) -> Result<Option<Named>, Failure> {
    let Some(path) = args.baseline.clone() else { return Ok(None) };
    let text = files::read_to_string(&context.current_dir.join(&path))?;
    match Baseline::read(&text) {
        Ok(baseline) => Ok(Some(Named { path, baseline })),
        Err(error) => Err(refused(&path, &error)),
    }
}

fn refused(path: &std::path::Path, error: &BaselineError) -> Failure {
    Failure::Usage {
        message: format!("{} cannot be the baseline: {error}", path.display()),
        help: miette::Diagnostic::help(error).map(|help| help.to_string()).unwrap_or_default(),
    }
}

impl Named {
    /// Refuses one that tells nothing about a run of this kind in this place.
    pub(super) fn check(&self, strategy: Strategy, place: &Place) -> Result<(), Failure> {
        self.baseline.check(strategy, place).map_err(|error| refused(&self.path, &error))
    }

    /// Compares a report with it.
    pub(super) fn compare(&self, report: &mut Report, context: &mut Context) {
        if !self.baseline.knows_any(report) {
            context.say("The baseline has none of these functions, so nothing is compared.");
        }
        report.compare_with_saved(&self.baseline);
    }
}
