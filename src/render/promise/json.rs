//! A verdict as JSON; the field names are a promise, so views stand between them and the domain.

use std::io::{self, Write};

use serde::Serialize;

use crate::promise::{Check, Conclusion, Execution, Outcome, Problem, Verdict};

#[derive(Serialize)]
struct VerifyView<'a> {
    schema: &'static str,
    stack: &'a str,
    local: bool,
    object_key: &'a str,
    conclusion: &'static str,
    figures: Option<FiguresView>,
    checks: Vec<CheckView<'a>>,
    executions: Vec<ExecutionView<'a>>,
}

#[derive(Serialize)]
struct FiguresView {
    makespan_ms: f64,
    longest_ms: f64,
    sum_ms: f64,
    start_skew_ms: f64,
    overlap: Option<f64>,
}

#[derive(Serialize)]
struct CheckView<'a> {
    check: &'static str,
    outcome: &'static str,
    reason: Option<&'static str>,
    measured: Option<f64>,
    limit: Option<f64>,
    problems: Vec<ProblemView<'a>>,
}

#[derive(Default, Serialize)]
struct ProblemView<'a> {
    problem: &'static str,
    worker: &'a str,
    request_id: Option<&'a str>,
    runs: Option<usize>,
    expected: Option<usize>,
    messages: Option<u64>,
}

#[derive(Serialize)]
struct ExecutionView<'a> {
    worker: &'a str,
    request_id: &'a str,
    start_ms: u64,
    duration_ms: Option<f64>,
    init_ms: Option<f64>,
    failed: Option<bool>,
    has_result: bool,
}

/// Writes a verdict on a stack as `slsx/verify/1`.
pub fn verify_json(out: &mut impl Write, stack: &str, verdict: &Verdict, is_local: bool) -> io::Result<()> {
    let view = VerifyView {
        schema: "slsx/verify/1",
        stack,
        local: is_local,
        object_key: &verdict.timeline.object_key,
        conclusion: match verdict.conclusion() {
            Conclusion::Kept => "kept",
            Conclusion::Broken => "broken",
            Conclusion::Inconclusive => "inconclusive",
        },
        figures: verdict.figures.map(|figures| FiguresView {
            makespan_ms: figures.makespan_ms,
            longest_ms: figures.longest_ms,
            sum_ms: figures.sum_ms,
            start_skew_ms: figures.start_skew_ms,
            overlap: figures.overlap,
        }),
        checks: verdict.checks.iter().map(check).collect(),
        executions: verdict.timeline.executions.iter().map(execution).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &view)?;
    writeln!(out)
}

fn check(check: &Check) -> CheckView<'_> {
    let (outcome, reason) = match check.outcome {
        Outcome::Kept => ("kept", None),
        Outcome::Broken => ("broken", None),
        Outcome::Inconclusive(reason) => ("inconclusive", Some(reason)),
        Outcome::Skipped(reason) => ("skipped", Some(reason)),
    };
    CheckView {
        check: check.kind.as_str(),
        outcome,
        reason,
        measured: check.measured,
        limit: check.limit,
        problems: check.problems.iter().map(problem).collect(),
    }
}

fn problem(problem: &Problem) -> ProblemView<'_> {
    let none = ProblemView::default();
    match problem {
        Problem::Missing { worker, runs, expected } => {
            ProblemView { problem: "missing", worker, runs: Some(*runs), expected: Some(*expected), ..none }
        }
        Problem::Repeated { worker, runs, expected } => {
            ProblemView { problem: "repeated", worker, runs: Some(*runs), expected: Some(*expected), ..none }
        }
        Problem::Failed { worker, request_id } => {
            ProblemView { problem: "failed", worker, request_id: Some(request_id), ..none }
        }
        Problem::Unreported { worker, request_id } => {
            ProblemView { problem: "unreported", worker, request_id: Some(request_id), ..none }
        }
        Problem::NoResult { worker, request_id } => {
            ProblemView { problem: "no-result", worker, request_id: Some(request_id), ..none }
        }
        Problem::DeadLetters { worker, messages } => {
            ProblemView { problem: "dead-letters", worker, messages: Some(*messages), ..none }
        }
    }
}

fn execution(execution: &Execution) -> ExecutionView<'_> {
    ExecutionView {
        worker: &execution.worker,
        request_id: &execution.request_id,
        start_ms: execution.start_ms,
        duration_ms: execution.report.map(|report| report.duration_ms),
        init_ms: execution.report.and_then(|report| report.init_ms),
        failed: execution.report.map(|report| report.has_failed),
        has_result: execution.has_result,
    }
}
