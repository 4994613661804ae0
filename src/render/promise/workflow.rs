//! The ways that executions took, as timelines that fit the width, and the figures of a workflow in words.

use std::io::{self, Write};

use super::checks::of;
use super::{second_unit, worker_name};
use crate::promise::workflow::{Attempt, AttemptEnd, ExecutionSeen, Seen, Sight, Visit};
use crate::promise::{Check, CheckKind};
use crate::render::style::{Paint, Style};

/// Fewer columns than this show nothing.
const NARROWEST: usize = 8;
/// More columns than this add nothing.
const WIDEST: usize = 40;
const LABEL: usize = 28;

/// Writes the way each execution took.
pub(super) fn timelines(out: &mut impl Write, style: Style, seen: &Seen, is_local: bool) -> io::Result<()> {
    for execution in &seen.executions {
        timeline(out, style, execution, is_local)?;
    }
    Ok(())
}

fn timeline(out: &mut impl Write, style: Style, seen: &ExecutionSeen, is_local: bool) -> io::Result<()> {
    let history = &seen.history;
    let start = history.started_ms.unwrap_or_default();
    let end = history.last_ms.unwrap_or(start).max(start);
    let status = seen.ending.as_ref().map_or("not ended", |ending| ending.status.as_str());
    let seen_by = match seen.sight {
        Sight::Whole => "",
        Sight::Functions { .. } => ", by the logs of its functions",
    };
    let (took, unit) = (seconds(end.saturating_sub(start)), second_unit(is_local));
    let name = worker_name(&seen.name);
    writeln!(out, "{}  {}, {took} {unit}{seen_by}", style.bold(&name), worker_name(status))?;
    let figures: Vec<String> = history.visits.iter().map(|visit| figure(visit, start, end, unit)).collect();
    let figure_width = figures.iter().map(String::len).max().unwrap_or_default();
    let names = history.visits.iter().map(|visit| worker_name(&visit.state).chars().count());
    let room = style.width.saturating_sub(figure_width + NARROWEST + 6);
    let label = names.max().unwrap_or_default().min(LABEL).min(style.width / 3).min(room);
    let chart = style.width.saturating_sub(label + figure_width + 6).clamp(NARROWEST, WIDEST);
    let scale = Scale { start, span: end.saturating_sub(start), chart };
    for (visit, figure) in history.visits.iter().zip(&figures) {
        let state = worker_name(&visit.state);
        let state = style.cut(&state, label);
        writeln!(out, "  {state:<label$}  {}  {figure}", draw(visit, end, scale, style))?;
    }
    Ok(())
}

/// Where instants are on the chart.
#[derive(Clone, Copy)]
struct Scale {
    start: u64,
    span: u64,
    chart: usize,
}

impl Scale {
    /// The column of an instant, 0 to the chart's width.
    fn column(self, at_ms: u64) -> usize {
        let offset = u128::from(at_ms.saturating_sub(self.start).min(self.span));
        let column = (offset * self.chart as u128).checked_div(u128::from(self.span)).unwrap_or_default();
        usize::try_from(column).unwrap_or(self.chart).min(self.chart)
    }
}

/// The stay in a state, its attempts drawn darker than the time between them.
fn draw(visit: &Visit, end: u64, scale: Scale, style: Style) -> String {
    let first = scale.column(visit.entered_ms).min(scale.chart - 1);
    let last = scale.column(visit.left_ms.unwrap_or(end)).max(first + 1);
    let mut drawn = " ".repeat(first);
    for column in first..last {
        let attempt = visit.attempts.iter().find(|attempt| covers(attempt, column, end, scale));
        let (paint, cell) = match attempt.map(|attempt| attempt.end) {
            None if visit.attempts.is_empty() => (Paint::Green, style.symbol("█", "#")),
            None => (Paint::Yellow, style.symbol("░", ".")),
            Some(Some((_, AttemptEnd::Failed))) => (Paint::Red, style.symbol("█", "#")),
            Some(_) => (Paint::Green, style.symbol("█", "#")),
        };
        drawn.push_str(&style.paint(paint, cell).to_string());
    }
    drawn.push_str(&" ".repeat(scale.chart.saturating_sub(last)));
    drawn
}

/// Even an attempt that took no time has its column.
fn covers(attempt: &Attempt, column: usize, end: u64, scale: Scale) -> bool {
    let first = scale.column(attempt.scheduled_ms).min(scale.chart - 1);
    let last = scale.column(attempt.end.map_or(end, |(ended_ms, _)| ended_ms)).max(first + 1);
    (first..last).contains(&column)
}

fn figure(visit: &Visit, start: u64, end: u64, unit: &str) -> String {
    let from = seconds(visit.entered_ms.saturating_sub(start));
    let to = seconds(visit.left_ms.unwrap_or(end).saturating_sub(start));
    let retries = visit.retries();
    let tries = if retries > 0 { format!(", {} attempts", retries + 1) } else { String::new() };
    let left = if visit.left_ms.is_none() { ", not left" } else { "" };
    format!("{from} - {to} {unit}{tries}{left}")
}

fn seconds(milliseconds: u64) -> String {
    format!("{:.1}", std::time::Duration::from_millis(milliseconds).as_secs_f64())
}

/// What a check found, one line for each thought.
pub(super) fn facts(check: &Check, _: &Seen, is_local: bool) -> Vec<String> {
    let text = match (check.kind, check.measured, check.limit) {
        (CheckKind::Endings, ..) => format!("{} executions ended as promised", of(check)),
        (CheckKind::Path, ..) => "every state that should be entered was, and no other was".to_owned(),
        (CheckKind::Retries, Some(gap_ms), Some(limit_ms)) => {
            let (gap, limit, unit) = (gap_ms / 1000.0, limit_ms / 1000.0, second_unit(is_local));
            format!("tried again after {gap:.1} {unit} at the earliest, at least {limit} s promised")
        }
        (CheckKind::Retries, ..) => "tried again as often as promised".to_owned(),
        (CheckKind::Callbacks, ..) => "answered with its task token, and resumed".to_owned(),
        _ => return Vec::new(),
    };
    vec![text]
}
