//! What was seen of each kind of promise, as JSON.

use serde::Serialize;

use crate::coldstart::statistics::Summary;
use crate::promise::web::Answers;
use crate::promise::{api, buffer, read_model, workflow};

#[derive(Serialize)]
struct AnswersView {
    status: Option<u16>,
    count: usize,
}

fn answers(answers: &Answers) -> Vec<AnswersView> {
    answers.iter().map(|(status, count)| AnswersView { status, count }).collect()
}

/// Times in milliseconds.
#[derive(Serialize)]
struct TimesView {
    n: usize,
    p50: f64,
    p95: f64,
    p99: f64,
    max: f64,
}

fn times(summary: &Summary) -> TimesView {
    TimesView {
        n: summary.n,
        p50: summary.p50.value,
        p95: summary.p95.value,
        p99: summary.p99.value,
        max: summary.max,
    }
}

#[derive(Serialize)]
pub(super) struct ApiView<'a> {
    steps: Vec<StepView<'a>>,
    unknown_route: Option<u16>,
    load: Option<LoadView>,
}

#[derive(Serialize)]
struct StepView<'a> {
    name: &'a str,
    request: &'a str,
    status: Option<u16>,
    took_ms: Option<f64>,
    after_load: bool,
    wrong: &'a [String],
}

#[derive(Serialize)]
struct LoadView {
    offered_rate: f64,
    rate: f64,
    seconds: f64,
    answers: Vec<AnswersView>,
    latency_ms: Option<TimesView>,
}

impl<'a> ApiView<'a> {
    pub(super) fn of(seen: &'a api::Seen) -> Self {
        let step = |step: &'a api::StepSeen| StepView {
            name: &step.name,
            request: &step.request,
            status: step.status,
            took_ms: step.took_ms,
            after_load: step.after_load,
            wrong: &step.wrong,
        };
        Self {
            steps: seen.steps.iter().map(step).collect(),
            unknown_route: seen.unknown_route,
            load: seen.load.as_ref().map(|load| LoadView {
                offered_rate: load.offered_rate,
                rate: load.rate(),
                seconds: load.seconds,
                answers: answers(&load.answers),
                latency_ms: load.latency.as_ref().map(times),
            }),
        }
    }
}

#[derive(Serialize)]
pub(super) struct BufferView {
    sent: usize,
    duplicates: usize,
    poison: usize,
    answers: Vec<AnswersView>,
    burst_seconds: f64,
    burst_per_second: f64,
    executions: usize,
    most_at_once: usize,
    effects: usize,
    drain_seconds: Option<f64>,
    drain_per_second: Option<f64>,
}

impl BufferView {
    pub(super) fn of(seen: &buffer::Seen) -> Self {
        Self {
            sent: seen.sent,
            duplicates: seen.duplicates,
            poison: seen.poison,
            answers: answers(&seen.answers),
            burst_seconds: seen.burst_seconds,
            burst_per_second: seen.burst_rate(),
            executions: seen.executions,
            most_at_once: seen.most_at_once,
            effects: seen.effects,
            drain_seconds: seen.drain_seconds,
            drain_per_second: seen.drain_rate(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct WorkflowView<'a> {
    executions: Vec<WorkflowExecutionView<'a>>,
}

#[derive(Serialize)]
struct WorkflowExecutionView<'a> {
    name: &'a str,
    status: Option<&'a str>,
    error: Option<&'a str>,
    cause: Option<&'a str>,
    /// `history` or, for Express workflows, the functions' `logs`.
    seen_by: &'static str,
    states: Vec<StateView<'a>>,
}

#[derive(Serialize)]
struct StateView<'a> {
    state: &'a str,
    entered_ms: u64,
    left_ms: Option<u64>,
    attempts: usize,
    retried_after_ms: Vec<u64>,
}

impl<'a> WorkflowView<'a> {
    pub(super) fn of(seen: &'a workflow::Seen) -> Self {
        let state = |visit: &'a workflow::Visit| StateView {
            state: &visit.state,
            entered_ms: visit.entered_ms,
            left_ms: visit.left_ms,
            attempts: visit.attempts.len(),
            retried_after_ms: visit.gaps_ms().collect(),
        };
        let execution = |seen: &'a workflow::ExecutionSeen| WorkflowExecutionView {
            name: &seen.name,
            status: seen.ending.as_ref().map(|ending| ending.status.as_str()),
            error: seen.ending.as_ref().and_then(|ending| ending.error.as_deref()),
            cause: seen.ending.as_ref().and_then(|ending| ending.cause.as_deref()),
            seen_by: match seen.sight {
                workflow::Sight::Whole => "history",
                workflow::Sight::Functions { .. } => "logs",
            },
            states: seen.history.visits.iter().map(state).collect(),
        };
        Self { executions: seen.executions.iter().map(execution).collect() }
    }
}

#[derive(Serialize)]
pub(super) struct ReadModelView {
    commands: usize,
    answers: Vec<AnswersView>,
    per_second: f64,
    events: usize,
    aggregates: usize,
    lag_ms: Option<TimesView>,
    replayed: Option<usize>,
}

impl ReadModelView {
    pub(super) fn of(seen: &read_model::Seen) -> Self {
        Self {
            commands: seen.commands,
            answers: answers(&seen.answers),
            per_second: seen.rate,
            events: seen.events,
            aggregates: seen.aggregates,
            lag_ms: seen.lag.as_ref().map(times),
            replayed: seen.replayed,
        }
    }
}
