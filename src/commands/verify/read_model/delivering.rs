//! Hands events to the projector that it has had before: once more, in another order, and all of them again.

use std::time::Duration;

use futures_util::future::FutureExt;

use super::{Driver, own_events};
use crate::commands::replay::rebuild::{Projection, ProjectionError};
use crate::commands::{Context, Failure};
use crate::host::signals::Signals;
use crate::ports::{Clock, Functions, Item, Tables};
use crate::promise::read_model::{Delivery, Event, Replayed};

/// Aggregates whose events are delivered again.
const CHOSEN: usize = 10;

/// The newest event of some aggregates once more: a projector that adds up adds it twice.
pub(super) async fn duplicate(
    driver: &Driver<'_>,
    projection: &Projection<'_, impl Tables, impl Functions, impl Clock>,
    events: &[Event],
) -> Result<Delivery, Failure> {
    let last = |own: Vec<Event>| own.into_iter().last().into_iter().collect();
    deliver(driver, projection, events, last).await
}

/// All but the newest event of some aggregates, the later before the earlier: a projector that keeps what it saw last
/// goes back in time.
pub(super) async fn out_of_order(
    driver: &Driver<'_>,
    projection: &Projection<'_, impl Tables, impl Functions, impl Clock>,
    events: &[Event],
) -> Result<Delivery, Failure> {
    let backwards = |own: Vec<Event>| own.into_iter().rev().skip(1).collect();
    deliver(driver, projection, events, backwards).await
}

async fn deliver(
    driver: &Driver<'_>,
    projection: &Projection<'_, impl Tables, impl Functions, impl Clock>,
    events: &[Event],
    choose: impl Fn(Vec<Event>) -> Vec<Event>,
) -> Result<Delivery, Failure> {
    let mut chosen = Vec::new();
    let mut items: Vec<Item> = Vec::new();
    for aggregate in driver.plan.all_aggregates() {
        let own = own_events(&aggregate, events);
        if own.len() > 1 && chosen.len() < CHOSEN {
            items.extend(choose(own).into_iter().map(|event| event.item));
            chosen.push(aggregate);
        }
    }
    if chosen.is_empty() {
        // Without two events of one aggregate there is no order.
        return Ok(Delivery::Untried);
    }
    match projection.give(&items).await {
        Ok(()) => Ok(Delivery::Taken(items.len(), driver.after_delivery(chosen, events).await)),
        Err(ProjectionError::Refused(what)) => Ok(Delivery::Refused(what)),
        Err(ProjectionError::Remote(error)) => Err(error.into()),
    }
}

/// Empties the read model, looks whether it is empty, and gives the projector every event of the table.
///
/// In between, the read model is nobody's: Ctrl-C waits until it is whole again.
pub(super) async fn replay(
    driver: &Driver<'_>,
    projection: &Projection<'_, impl Tables, impl Functions, impl Clock>,
    events: &[Event],
    context: &mut Context,
) -> Result<Replayed, Failure> {
    context.say("Emptying the read model and replaying every event of the table ...");
    let mut signals = Signals::listen()?;
    let outcome = emptied_and_rebuilt(driver, projection, events).await;
    match &outcome {
        Ok(Replayed::Done(..) | Replayed::NotCleared) => {}
        Ok(_) => {
            context.say("The read model may not be whole: `slsx replay --clear` rebuilds it.");
            return outcome;
        }
        Err(failure) => return Err(Failure::NotWhole { why: failure.to_string() }),
    }
    match signals.next().now_or_never() {
        None => outcome,
        Some(signal) => Err(Failure::Interrupted { signal }),
    }
}

async fn emptied_and_rebuilt(
    driver: &Driver<'_>,
    projection: &Projection<'_, impl Tables, impl Functions, impl Clock>,
    events: &[Event],
) -> Result<Replayed, Failure> {
    match projection.clear().await {
        Ok(()) => {}
        Err(ProjectionError::Refused(what)) => return Ok(Replayed::Refused(what)),
        Err(ProjectionError::Remote(error)) => return Err(error.into()),
    }
    let was_cleared = is_empty(driver).await;
    match projection.replay(&mut |_| ()).await {
        Ok(_) if !was_cleared => Ok(Replayed::NotCleared),
        Ok(counts) => Ok(Replayed::Done(counts.events, driver.catch_up(events).await)),
        Err(ProjectionError::Refused(what)) => Ok(Replayed::Refused(what)),
        Err(ProjectionError::Remote(error)) => Err(error.into()),
    }
}

/// Whether every aggregate has once answered as if it had no events, at the latest after what writes take to be seen.
/// Not all at the same time: what the stream still brings makes some of them anew.
async fn is_empty(driver: &Driver<'_>) -> bool {
    let clock = &driver.stage.clock;
    let start = clock.elapsed();
    let patience = driver.stage.settling(Duration::from_secs(3), Duration::from_secs(15));
    let mut left: Vec<String> = driver.plan.all_aggregates().collect();
    loop {
        let there = driver.compare(left, &[]).await.differences;
        left = there.into_iter().map(|(aggregate, _)| aggregate).collect();
        if left.is_empty() || clock.elapsed().saturating_sub(start) >= patience {
            return left.is_empty();
        }
        clock.sleep(Duration::from_millis(300)).await;
    }
}
