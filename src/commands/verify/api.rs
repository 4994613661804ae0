//! Drives an API: its steps one after the other, the load in the middle, a route that does not exist at the end.

use std::time::Duration;

use super::stage::{PATIENCE, Stage};
use super::traffic::{Shot, open_loop};
use crate::aws::web::WebClient;
use crate::coldstart::statistics::Summary;
use crate::commands::{Context, Failure};
use crate::ports::{Clock, Web};
use crate::promise::api::schema::{Limits, Load};
use crate::promise::api::{self, Api, LoadSeen, Seen, Step, StepSeen};
use crate::promise::web::Request;
use crate::promise::{Values, Verdict};

/// Proves it.
pub(super) async fn prove(
    promise: &Api,
    stage: &Stage<'_>,
    context: &mut Context,
) -> Result<Verdict, Failure> {
    let (base, web) = stage.api(&promise.url)?;
    let mut values = Values::from([("run".to_owned(), stage.run.clone())]);
    let (later, first): (Vec<&Step>, Vec<&Step>) = promise.steps.iter().partition(|step| step.after_load);
    context.say(&format!("Taking {} steps at {base} ...", first.len()));
    let mut steps = Vec::new();
    for step in first {
        steps.push(take(step, &base, &web, &stage.clock, &mut values).await);
    }
    let is_well = steps.iter().all(|step| step.wrong.is_empty());
    let load = match (&promise.load, &promise.checks) {
        (Some(load), Some(limits)) if is_well => {
            Some(drive(load, limits, &base, &web, &values, stage, context).await)
        }
        _ => None,
    };
    for step in later {
        steps.push(take(step, &base, &web, &stage.clock, &mut values).await);
    }
    let unknown = Request {
        method: "GET".into(),
        url: format!("{base}/slsx-verify-{}/unknown", stage.run),
        headers: Vec::new(),
        body: None,
    };
    let unknown_route = web.send(&unknown, PATIENCE).await.ok().map(|answer| answer.status);
    Ok(api::judge(&stage.run, Seen { steps, unknown_route, load }, promise.load.is_some()))
}

async fn take(step: &Step, base: &str, web: &impl Web, clock: &impl Clock, values: &mut Values) -> StepSeen {
    let mut seen = StepSeen {
        name: step.name.clone(),
        request: step.request.to_string(),
        status: None,
        took_ms: None,
        after_load: step.after_load,
        wrong: Vec::new(),
    };
    if let Some(name) = step.missing(values) {
        seen.wrong.push(format!("not tried, because an earlier step did not save {name}"));
        return seen;
    }
    let start = clock.elapsed();
    match web.send(&step.request(base, values), PATIENCE).await {
        Ok(answer) => {
            seen.took_ms = Some(milliseconds(clock.elapsed().saturating_sub(start)));
            seen.status = Some(answer.status);
            seen.wrong = step.take(&answer, values);
        }
        Err(error) => seen.wrong.push(format!("no answer: {error}")),
    }
    seen
}

async fn drive(
    load: &Load,
    limits: &Limits,
    base: &str,
    web: &WebClient,
    values: &Values,
    stage: &Stage<'_>,
    context: &mut Context,
) -> LoadSeen {
    let rate = load.rate * stage.load;
    let seconds = Duration::from_secs(load.seconds.into()).as_secs_f64();
    let requests: Vec<Request> =
        load.requests.iter().map(|line| Request::of(base, line, None, values)).collect();
    let count = count_of(rate, seconds);
    context.say(&format!("Sending {count} requests, {rate} each second ..."));
    let shots = open_loop(web, &stage.clock, &requests, rate, count, PATIENCE).await;
    let last = shots.iter().map(|shot| shot.ended).max().unwrap_or_default();
    LoadSeen {
        offered_rate: rate,
        seconds: last.as_secs_f64().max(seconds),
        answers: shots.iter().map(|shot| shot.status).collect(),
        latency: Summary::of(shots.iter().map(lateness)),
        limits: Limits { minimum_rate: limits.minimum_rate * stage.load, ..limits.clone() },
    }
}

/// From the moment the request was due.
fn lateness(shot: &Shot) -> f64 {
    milliseconds(shot.ended.saturating_sub(shot.due))
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive count")]
fn count_of(rate: f64, seconds: f64) -> usize {
    ((rate * seconds).round() as usize).max(1)
}
