//! Whether functions report what they execute: without its START and REPORT lines nobody can tell what one does.

use super::check::figure;
use super::{Check, CheckKind, Problem};

/// What a function has reported since the run began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Its logical id.
    pub function: String,
    /// Executions with a START and a REPORT.
    pub executions: usize,
}

/// Judges it: every function was needed, so each has something to report.
#[must_use]
pub fn check(reported: &[Reported]) -> Check {
    let silent = reported.iter().filter(|one| one.executions == 0);
    let problems: Vec<Problem> =
        silent.map(|one| Problem::Silent { function: one.function.clone() }).collect();
    let well = reported.len().saturating_sub(problems.len());
    Check::by_problems(CheckKind::Reports, problems).with(figure(well), figure(reported.len()))
}

#[cfg(test)]
mod tests {
    use super::{Problem, Reported, check};
    use crate::promise::Outcome;

    #[test]
    fn a_function_without_a_report_is_named() {
        let reported = |function: &str, executions| Reported { function: function.into(), executions };
        assert_eq!(check(&[reported("Create", 3), reported("Read", 1)]).outcome, Outcome::Kept);
        let silent = check(&[reported("Create", 3), reported("Read", 0)]);
        assert_eq!(silent.outcome, Outcome::Broken);
        assert_eq!(silent.problems, [Problem::Silent { function: "Read".into() }]);
    }
}
