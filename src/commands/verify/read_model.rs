//! Drives a read model: commands while some aggregates are watched, then the same events twice, in another order,
//! and all over again.

mod commanding;
mod delivering;

use std::time::Duration;

use futures_util::StreamExt;

use self::commanding::command;
use self::delivering::{duplicate, out_of_order, replay};
use super::stage::{PATIENCE, Stage};
use super::traffic::at_a_time;
use crate::aws::functions::LambdaFunctions;
use crate::aws::tables::DynamoTables;
use crate::aws::web::WebClient;
use crate::commands::replay::rebuild::Projection;
use crate::commands::{Context, Failure};
use crate::names::FunctionName;
use crate::ports::{Clock, Tables, Web};
use crate::promise::Verdict;
use crate::promise::read_model::event::Names;
use crate::promise::read_model::fold::{difference, fold};
use crate::promise::read_model::{self, Comparison, Event, Plan, ReadModel, Replayed};
use crate::promise::web::Request;

/// Proves it.
pub(super) async fn prove(
    promise: &ReadModel,
    stage: &Stage<'_>,
    context: &mut Context,
) -> Result<Verdict, Failure> {
    let (base, web) = stage.api(&promise.url)?;
    let plan = Plan::of(&promise.commands, &stage.run, stage.load);
    let tables = DynamoTables::new(stage.session);
    let functions = LambdaFunctions::new(stage.session);
    let driver = Driver { promise, stage, plan: &plan, base, web };
    context.say(&format!(
        "Sending {} commands to {} aggregates over {} connections ...",
        plan.count, plan.aggregates, promise.commands.connections
    ));
    let mut observed = command(&driver).await;
    let table = stage.physical_id(&promise.events.table)?;
    observed.events = events(promise, &plan, &tables, table).await?;
    context.say(&format!(
        "{} events in {:.1} s; waiting for the read model ...",
        observed.events.len(),
        observed.seconds
    ));
    observed.caught_up = driver.catch_up(&observed.events).await;
    observed.queries = driver.other_queries().await;
    if observed.caught_up.asked > 0 && observed.caught_up.differences.is_empty() {
        let projector = FunctionName::new(stage.physical_id(&promise.projector.function)?);
        let region = &stage.session.identity().region;
        let projection =
            Projection::open(&tables, &functions, &stage.clock, table, &projector, region).await?;
        context.say("Delivering events a second time, then in another order ...");
        observed.duplicate = duplicate(&driver, &projection, &observed.events).await?;
        observed.out_of_order = out_of_order(&driver, &projection, &observed.events).await?;
        observed.replay = match (promise.checks.replay, stage.is_protected) {
            (false, _) => Replayed::Skipped("the promise says that there is none"),
            (true, true) => Replayed::Skipped("the stage is protected, so its read model is not emptied"),
            (true, false) => replay(&driver, &projection, &observed.events, context).await?,
        };
    }
    Ok(read_model::judge(&stage.run, promise, &plan, &observed))
}

/// Everything that is needed again and again.
struct Driver<'a> {
    promise: &'a ReadModel,
    stage: &'a Stage<'a>,
    plan: &'a Plan,
    base: String,
    web: WebClient,
}

impl Driver<'_> {
    /// Asks about an aggregate: the status, and the content if it is JSON.
    async fn ask(&self, aggregate: &str) -> (Option<u16>, serde_json::Value) {
        let values = self.plan.values(aggregate);
        let request = Request::of(&self.base, &self.promise.query.request, None, &values);
        match self.web.send(&request, PATIENCE).await {
            Ok(answer) => (Some(answer.status), serde_json::from_slice(&answer.body).unwrap_or_default()),
            Err(_) => (None, serde_json::Value::Null),
        }
    }

    /// Asks the other queries of the promise, with an aggregate of the run where they name one.
    async fn other_queries(&self) -> Vec<(String, Option<u16>)> {
        let values = self.plan.values(&self.plan.aggregate(0));
        let mut answers = Vec::new();
        for query in &self.promise.query.also {
            let request = Request::of(&self.base, query, None, &values);
            let answer = self.web.send(&request, PATIENCE).await;
            answers.push((query.to_string(), answer.ok().map(|answer| answer.status)));
        }
        answers
    }

    /// Holds the answers about some aggregates against the fold of their events.
    async fn compare(&self, aggregates: Vec<String>, events: &[Event]) -> Comparison {
        let most = usize::try_from(self.promise.commands.connections).unwrap_or(usize::MAX);
        let asked = aggregates.len();
        let one = async |aggregate: String| {
            let own = own_events(&aggregate, events);
            let folded = fold(&self.promise.query.fold, &own);
            let (status, content) = self.ask(&aggregate).await;
            difference(status, &content, &folded, !own.is_empty()).map(|what| (aggregate, what))
        };
        let found = at_a_time(aggregates, most, one).filter_map(std::future::ready);
        let mut differences: Vec<(String, String)> = found.collect().await;
        differences.sort();
        Comparison { asked, differences }
    }

    /// Waits until every answer is the fold of the events, or nothing changes any more.
    async fn catch_up(&self, events: &[Event]) -> Comparison {
        let clock = &self.stage.clock;
        let start = clock.elapsed();
        let patience = Duration::from_secs(self.promise.checks.within_seconds);
        let stalled = self.stage.settling(Duration::from_secs(20), Duration::from_secs(60));
        let mut all = self.compare(self.plan.all_aggregates().collect(), events).await;
        let mut changed = clock.elapsed();
        loop {
            let now = clock.elapsed();
            let is_over = now.saturating_sub(start) >= patience || now.saturating_sub(changed) >= stalled;
            if all.differences.is_empty() || is_over {
                return all;
            }
            clock.sleep(self.stage.settling(Duration::from_millis(300), Duration::from_secs(1))).await;
            // What was right once stays right, or the last look would have found it: only the others are asked again.
            let others = all.differences.iter().map(|(aggregate, _)| aggregate.clone()).collect();
            let mut next = self.compare(others, events).await;
            if next.differences.is_empty() {
                next = self.compare(self.plan.all_aggregates().collect(), events).await;
            }
            if next.differences != all.differences {
                changed = clock.elapsed();
            }
            all = Comparison { asked: self.plan.aggregates, differences: next.differences };
        }
    }

    /// Answers after the projector has been given something; writes may be seen a little later.
    async fn after_delivery(&self, aggregates: Vec<String>, events: &[Event]) -> Comparison {
        let settling = self.stage.settling(Duration::from_millis(1_500), Duration::from_secs(5));
        self.stage.clock.sleep(settling).await;
        self.compare(aggregates, events).await
    }
}

/// The events of one aggregate, in the order of their versions.
fn own_events(aggregate: &str, events: &[Event]) -> Vec<Event> {
    let mut own: Vec<Event> = events.iter().filter(|event| event.aggregate == aggregate).cloned().collect();
    own.sort_by_key(|event| event.version);
    own
}

/// The events of this run.
async fn events(
    promise: &ReadModel,
    plan: &Plan,
    tables: &impl Tables,
    table: &str,
) -> Result<Vec<Event>, Failure> {
    let names = Names {
        aggregate: promise.events.aggregate.clone(),
        version: promise.events.version.clone(),
        at: promise.events.at.clone(),
    };
    let prefix = plan.prefix();
    let mut events = Vec::new();
    let mut page = |items: Vec<crate::ports::Item>| {
        events.extend(items.into_iter().filter_map(|item| Event::read(item, &names)));
    };
    tables.scan(table, &[], Some((&names.aggregate, &prefix)), &mut page).await?;
    Ok(events)
}
