//! A verdict as JSON; the field names are a promise, so views stand between them and the domain.

mod kinds;

use std::io::{self, Write};

use serde::Serialize;

use self::kinds::{ApiView, BufferView, ReadModelView, WorkflowView};
use crate::promise::fan_out::{self, Execution};
use crate::promise::{Check, Conclusion, Evidence, Outcome, Problem, Verdict};

#[derive(Serialize)]
struct VerifyView<'a> {
    schema: &'static str,
    stack: &'a str,
    local: bool,
    kind: &'static str,
    run: &'a str,
    object_key: Option<&'a str>,
    conclusion: &'static str,
    figures: Option<FiguresView>,
    checks: Vec<CheckView<'a>>,
    executions: Vec<ExecutionView<'a>>,
    refusal: Option<RefusalView<'a>>,
    api: Option<ApiView<'a>>,
    buffer: Option<BufferView>,
    workflow: Option<WorkflowView<'a>>,
    read_model: Option<ReadModelView>,
}

#[derive(Serialize)]
struct FiguresView {
    makespan_ms: f64,
    longest_ms: f64,
    sum_ms: f64,
    start_skew_ms: f64,
    overlap: Option<f64>,
}

/// The upload that every worker must refuse.
#[derive(Serialize)]
struct RefusalView<'a> {
    object_key: &'a str,
    letters: Vec<LettersView<'a>>,
}

#[derive(Serialize)]
struct LettersView<'a> {
    worker: &'a str,
    messages: u64,
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
    subject: Option<&'a str>,
    text: String,
    worker: Option<&'a str>,
    request_id: Option<&'a str>,
    runs: Option<usize>,
    expected: Option<usize>,
    messages: Option<u64>,
    ids: &'a [String],
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
    let mut view = VerifyView {
        schema: "slsx/verify/1",
        stack,
        local: is_local,
        kind: verdict.evidence.kind().as_str(),
        run: &verdict.run,
        object_key: None,
        conclusion: match verdict.conclusion() {
            Conclusion::Kept => "kept",
            Conclusion::Broken => "broken",
            Conclusion::Inconclusive => "inconclusive",
        },
        figures: None,
        checks: verdict.checks.iter().map(check).collect(),
        executions: Vec::new(),
        refusal: None,
        api: None,
        buffer: None,
        workflow: None,
        read_model: None,
    };
    match &verdict.evidence {
        Evidence::FanOut(seen) => {
            view.object_key = Some(&seen.timeline.object_key);
            view.figures = figures(seen);
            view.executions = seen.timeline.executions.iter().map(execution).collect();
            view.refusal = seen.refusal.as_ref().map(refusal);
        }
        Evidence::Api(seen) => view.api = Some(ApiView::of(seen)),
        Evidence::Buffer(seen) => view.buffer = Some(BufferView::of(seen)),
        Evidence::Workflow(seen) => view.workflow = Some(WorkflowView::of(seen)),
        Evidence::ReadModel(seen) => view.read_model = Some(ReadModelView::of(seen)),
    }
    serde_json::to_writer_pretty(&mut *out, &view)?;
    writeln!(out)
}

fn figures(seen: &fan_out::Seen) -> Option<FiguresView> {
    seen.figures.map(|figures| FiguresView {
        makespan_ms: figures.makespan_ms,
        longest_ms: figures.longest_ms,
        sum_ms: figures.sum_ms,
        start_skew_ms: figures.start_skew_ms,
        overlap: figures.overlap,
    })
}

fn refusal(refusal: &fan_out::Refusal) -> RefusalView<'_> {
    let letters = refusal.letters.iter();
    RefusalView {
        object_key: &refusal.object_key,
        letters: letters
            .map(|queue| LettersView { worker: &queue.worker, messages: queue.messages })
            .collect(),
    }
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
    let view = ProblemView {
        problem: problem.code(),
        subject: problem.subject(),
        text: problem.to_string(),
        ..ProblemView::default()
    };
    // The worker, and what else programs may want to have without reading the text.
    let worker = problem.subject();
    match problem {
        Problem::Missing { runs, expected, .. } | Problem::Repeated { runs, expected, .. } => {
            ProblemView { worker, runs: Some(*runs), expected: Some(*expected), ..view }
        }
        Problem::Failed { request_id, .. }
        | Problem::Unreported { request_id, .. }
        | Problem::NoResult { request_id, .. }
        | Problem::NotRefused { request_id, .. } => {
            ProblemView { worker, request_id: Some(request_id), ..view }
        }
        Problem::DeadLetters { messages, .. } | Problem::Letters { messages, .. } => {
            ProblemView { worker, messages: Some(*messages), ..view }
        }
        Problem::Undrained { messages } => ProblemView { messages: Some(*messages), ..view },
        Problem::Ids { ids, .. } => ProblemView { ids, ..view },
        Problem::Step { .. }
        | Problem::Answers { .. }
        | Problem::OverCap { .. }
        | Problem::Execution { .. }
        | Problem::Aggregate { .. }
        | Problem::Silent { .. }
        | Problem::Projector { .. } => view,
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
