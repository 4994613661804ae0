//! `--baseline`: an earlier report, read and checked before anything is measured.

use crate::cli::ColdstartBenchArgs;
use crate::coldstart::{Baseline, Report, Strategy};
use crate::commands::{Context, Failure};
use crate::host::files;
use crate::journal::Place;

/// The baseline that the arguments name, if it tells something about such a run.
pub(super) fn of(
    args: &ColdstartBenchArgs,
    strategy: Strategy,
    place: &Place,
    context: &Context,
) -> Result<Option<Baseline>, Failure> {
    let Some(path) = &args.baseline else { return Ok(None) };
    let text = files::read_to_string(&context.current_dir.join(path))?;
    let baseline = Baseline::read(&text).and_then(|found| found.check(strategy, place).map(|()| found));
    baseline.map(Some).map_err(|error| Failure::Usage {
        message: format!("{} cannot be the baseline: {error}", path.display()),
        help: miette::Diagnostic::help(&error).map(|help| help.to_string()).unwrap_or_default(),
    })
}

/// Compares a report with it.
pub(super) fn compare(report: &mut Report, baseline: &Baseline, context: &mut Context) {
    if !baseline.knows_any(report) {
        context.say("The baseline has none of these functions, so nothing is compared.");
    }
    report.compare_with_saved(baseline);
}
