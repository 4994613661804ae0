//! The steps of an API and the figures of its load.

use std::io::{self, Write};

use super::{answers, rate_unit, unit, worker_name};
use crate::promise::api::{LoadSeen, Seen, StepSeen};
use crate::promise::{Check, CheckKind};
use crate::render::style::Style;

/// Writes each step with its answer.
pub(super) fn steps(out: &mut impl Write, style: Style, seen: &Seen, is_local: bool) -> io::Result<()> {
    let width = |text: fn(&StepSeen) -> &str| {
        seen.steps.iter().map(|step| text(step).chars().count()).max().unwrap_or_default()
    };
    let names = width(|step| &step.name);
    let requests = width(|step| &step.request).min(style.width.saturating_sub(names + 28).max(16));
    let unit = unit(is_local);
    for step in &seen.steps {
        let mark = if step.wrong.is_empty() { style.passed() } else { style.failed() };
        let status = step.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        let took = step.took_ms.map(|took_ms| format!("{took_ms:.0} {unit}")).unwrap_or_default();
        let (name, request) = (worker_name(&step.name), worker_name(&step.request));
        let request = style.cut(&request, requests);
        writeln!(out, "{mark} {name:<names$}  {request:<requests$}  {status:>3}  {took:>11}")?;
    }
    Ok(())
}

/// What a check found, one line for each thought.
pub(super) fn facts(check: &Check, seen: &Seen, is_local: bool) -> Vec<String> {
    let answered = |after_load| {
        let count = seen.steps.iter().filter(|step| step.after_load == after_load).count();
        let steps = if count == 1 { "step" } else { "steps" };
        vec![format!("{count} {steps} answered as promised")]
    };
    match (check.kind, &seen.load) {
        (CheckKind::Contract, _) => answered(false),
        (CheckKind::UnknownRoute, _) => {
            vec![format!("answered {}", seen.unknown_route.unwrap_or_default())]
        }
        (CheckKind::Survival, _) => answered(true),
        (CheckKind::Rate, Some(load)) => rate(load, is_local),
        (CheckKind::Latency, Some(load)) => latency(load, is_local),
        _ => Vec::new(),
    }
}

fn rate(load: &LoadSeen, is_local: bool) -> Vec<String> {
    let unit = rate_unit(is_local);
    let (rate, offered, promised) = (load.rate(), load.offered_rate, load.limits.minimum_rate);
    vec![
        format!("{rate:.1} {unit} answered well of {offered} offered, at least {promised} promised"),
        format!("{} in {:.1} s: {}", load.answers.total(), load.seconds, answers(&load.answers)),
    ]
}

fn latency(load: &LoadSeen, is_local: bool) -> Vec<String> {
    let Some(latency) = &load.latency else { return Vec::new() };
    let unit = unit(is_local);
    let (p50, p95, p99) = (latency.p50.value, latency.p95.value, latency.p99.value);
    let (max, promised) = (latency.max, load.limits.maximum_p99_ms);
    vec![format!(
        "p50 {p50:.0}, p95 {p95:.0}, p99 {p99:.0}, longest {max:.0} {unit}; p99 at most {promised} ms promised"
    )]
}
