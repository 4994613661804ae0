//! Sends commands, and watches meanwhile how soon some aggregates show them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;

use super::Driver;
use crate::commands::verify::stage::PATIENCE;
use crate::commands::verify::traffic::at_a_time;
use crate::ports::{Clock, Web};
use crate::promise::read_model::{Observed, Sighting};
use crate::promise::web::Request;

/// Aggregates that are watched. More would be asked so often that asking is what is measured.
const WATCHED: usize = 8;

/// Between two looks at one aggregate.
const LOOK: Duration = Duration::from_millis(25);

/// A watcher that sees nothing new for so long, or as long as the promise waits, sees nothing any more.
const NOTHING_NEW: Duration = Duration::from_secs(20);

/// Sends every command, and sees what it makes of some aggregates.
pub(super) async fn command(driver: &Driver<'_>) -> Observed {
    let observed = RefCell::new(Observed::default());
    let is_done = Cell::new(false);
    let watched: Vec<String> = driver.plan.all_aggregates().take(WATCHED).collect();
    let watching = async {
        let watchers = watched.iter().map(|aggregate| watch(driver, aggregate.clone(), &observed, &is_done));
        futures_util::future::join_all(watchers).await.concat()
    };
    let ((), sightings) = futures_util::future::join(send_all(driver, &observed, &is_done), watching).await;
    Observed { watched, sightings, ..observed.into_inner() }
}

async fn send_all(driver: &Driver<'_>, observed: &RefCell<Observed>, is_done: &Cell<bool>) {
    let commands = &driver.promise.commands;
    let clock = &driver.stage.clock;
    let start = clock.elapsed();
    let send = async |index: usize| {
        let command = driver.plan.command(index);
        let values = driver.plan.values(&command.aggregate);
        let request = Request::of(&driver.base, &commands.request, Some(command.body), &values);
        let answer = driver.web.send(&request, PATIENCE).await;
        (command.aggregate, answer.ok().map(|answer| answer.status))
    };
    let most = usize::try_from(commands.connections).unwrap_or(usize::MAX);
    let mut answers = std::pin::pin!(at_a_time(0..driver.plan.count, most, send));
    while let Some((aggregate, status)) = answers.next().await {
        let mut observed = observed.borrow_mut();
        observed.answers.count(status);
        if status.is_some_and(|status| commands.accepted.contains(&status)) {
            *observed.accepted.entry(aggregate).or_default() += 1;
        }
    }
    observed.borrow_mut().seconds = clock.elapsed().saturating_sub(start).as_secs_f64();
    is_done.set(true);
}

/// Looks at one aggregate again and again until it shows everything that was accepted.
async fn watch(
    driver: &Driver<'_>,
    aggregate: String,
    observed: &RefCell<Observed>,
    is_done: &Cell<bool>,
) -> Vec<Sighting> {
    let Some(pointer) = driver.promise.version_pointer() else { return Vec::new() };
    let clock = &driver.stage.clock;
    let patience = NOTHING_NEW.min(Duration::from_secs(driver.promise.checks.within_seconds));
    let accepted = || count_of(&observed.borrow().accepted, &aggregate);
    let (mut sightings, mut newest) = (Vec::new(), 0);
    let mut last_news = clock.elapsed();
    loop {
        let (_, content) = driver.ask(&aggregate).await;
        let version = content.pointer(pointer).and_then(version_of).unwrap_or_default();
        if version > newest {
            (newest, last_news) = (version, clock.elapsed());
            sightings.push(Sighting { aggregate: aggregate.clone(), version, at_ms: clock.now_ms() });
        }
        let is_hopeless = clock.elapsed().saturating_sub(last_news) >= patience;
        if is_done.get() && (newest >= accepted() || is_hopeless) {
            return sightings;
        }
        clock.sleep(LOOK).await;
    }
}

fn count_of(counts: &BTreeMap<String, u64>, aggregate: &str) -> u64 {
    counts.get(aggregate).copied().unwrap_or_default()
}

/// A version, which some languages write as 3.0.
fn version_of(value: &serde_json::Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_f64().map(|version| version.max(0.0) as u64))
}
