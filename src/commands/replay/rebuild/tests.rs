use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::*;
use crate::names::Revision;
use crate::ports::{Concurrency, FunctionState, Invocation};
use crate::promise::read_model::event::sequence_number;

/// A table of events and the read model that a projector makes of them, both in memory.
#[derive(Default)]
struct World {
    items: Vec<Item>,
    /// The newest version of each aggregate, in the order it was given.
    model: RefCell<BTreeMap<String, Vec<u64>>>,
    largest_batch: Cell<usize>,
    /// How often the projector wants this version again before it takes it.
    stubborn: RefCell<BTreeMap<u64, u32>>,
    throttled: Cell<u32>,
    fails: bool,
    slept: Cell<Duration>,
}

fn item(aggregate: &str, version: u64) -> Item {
    let item = json!({ "id": { "S": aggregate }, "version": { "N": version.to_string() } });
    item.as_object().unwrap().clone()
}

impl World {
    fn of(aggregates: usize, events: u64) -> Self {
        let mut items = Vec::new();
        for version in 1..=events {
            items.extend((0..aggregates).map(|index| item(&format!("a{index:03}"), version)));
        }
        Self { items, ..Self::default() }
    }

    fn project(&self, payload: &[u8]) -> Value {
        let event: Value = serde_json::from_slice(payload).unwrap();
        if event["replay"] == "clear" {
            self.model.borrow_mut().clear();
            return json!({ "replay": "cleared" });
        }
        let records = event["Records"].as_array().unwrap();
        self.largest_batch.set(self.largest_batch.get().max(records.len()));
        for record in records {
            let image = &record["dynamodb"]["NewImage"];
            let version: u64 = image["version"]["N"].as_str().unwrap().parse().unwrap();
            if let Some(times) = self.stubborn.borrow_mut().get_mut(&version).filter(|times| **times > 0) {
                *times -= 1;
                return json!({ "batchItemFailures": [{ "itemIdentifier": record["dynamodb"]["SequenceNumber"] }] });
            }
            let aggregate = image["id"]["S"].as_str().unwrap().to_owned();
            self.model.borrow_mut().entry(aggregate).or_default().push(version);
        }
        json!({ "batchItemFailures": [] })
    }
}

impl Clock for World {
    fn now_ms(&self) -> u64 {
        1_795_600_800_000
    }

    fn elapsed(&self) -> Duration {
        self.slept.get()
    }

    async fn sleep(&self, duration: Duration) {
        self.slept.set(self.slept.get() + duration);
    }
}

impl Tables for World {
    async fn keys(&self, _: &str) -> Result<TableKeys, RemoteError> {
        Ok(TableKeys { stream_arn: None, partition: "id".into(), sort: Some("version".into()) })
    }

    async fn scan(
        &self,
        _: &str,
        attributes: &[&str],
        _: Option<(&str, &str)>,
        page: &mut dyn FnMut(Vec<Item>),
    ) -> Result<(), RemoteError> {
        assert_eq!(attributes, ["id"]);
        for items in self.items.chunks(7) {
            page(items.to_vec());
        }
        Ok(())
    }

    async fn partition(&self, _: &str, key: &str, value: &Value) -> Result<Vec<Item>, RemoteError> {
        Ok(self.items.iter().filter(|item| &item[key] == value).cloned().collect())
    }
}

impl Functions for World {
    async fn describe(&self, _: &FunctionName, _: Option<&Qualifier>) -> Result<FunctionState, RemoteError> {
        panic!("nobody asks")
    }

    async fn set_description(
        &self,
        _: &FunctionName,
        _: &str,
        _: &Revision,
    ) -> Result<FunctionState, RemoteError> {
        panic!("nobody asks")
    }

    async fn publish(&self, _: &FunctionName, _: &Revision) -> Result<FunctionState, RemoteError> {
        panic!("nobody asks")
    }

    async fn invoke(
        &self,
        _: &FunctionName,
        _: &Qualifier,
        _: Option<&str>,
        payload: &[u8],
    ) -> Result<Invocation, RemoteError> {
        if self.throttled.get() > 0 {
            self.throttled.set(self.throttled.get() - 1);
            return Err(RemoteError::Throttled { operation: "lambda:Invoke".into(), message: "slow".into() });
        }
        let payload = if self.fails { json!({ "errorMessage": "Boom" }) } else { self.project(payload) };
        Ok(Invocation {
            request_id: "r".into(),
            function_error: self.fails.then(|| "Unhandled".into()),
            log_tail: String::new(),
            payload: payload.to_string().into_bytes(),
            client_time: Duration::ZERO,
        })
    }

    async fn versions(&self, _: &FunctionName) -> Result<Vec<FunctionState>, RemoteError> {
        panic!("nobody asks")
    }

    async fn delete_version(&self, _: &FunctionName, _: &Qualifier) -> Result<(), RemoteError> {
        panic!("nobody asks")
    }

    async fn concurrency(&self, _: &FunctionName) -> Result<Concurrency, RemoteError> {
        panic!("nobody asks")
    }
}

fn replayed(world: &World) -> Result<(Counts, Vec<Counts>), ProjectionError> {
    let projector = FunctionName::new("projector");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let projection = Projection::open(world, world, world, "events", &projector, "eu-west-1").await?;
        projection.clear().await?;
        let mut told = Vec::new();
        let counts = projection.replay(&mut |counts| told.push(counts)).await?;
        Ok((counts, told))
    })
}

#[test]
fn every_event_is_given_once_and_in_order_within_its_aggregate() {
    let world = World::of(50, 20);
    let (counts, told) = replayed(&world).unwrap();
    assert_eq!((counts.aggregates, counts.of_aggregates, counts.events), (50, 50, 1000));
    assert_eq!(told.last(), Some(&counts));
    let model = world.model.borrow();
    assert_eq!(model.len(), 50);
    assert!(model.values().all(|versions| versions.iter().copied().eq(1..=20)));
    assert!(counts.invocations <= 50 && world.largest_batch.get() <= BATCH, "{counts:?}");
}

#[test]
fn an_aggregate_with_more_events_than_a_batch_stays_in_order() {
    let world = World::of(1, 250);
    let (counts, _) = replayed(&world).unwrap();
    assert_eq!((counts.events, counts.invocations, world.largest_batch.get()), (250, 3, 100));
    assert!(world.model.borrow()["a000"].iter().copied().eq(1..=250));
}

#[test]
fn what_the_projector_wants_again_it_gets_from_there_on() {
    let world = World::of(3, 5);
    *world.stubborn.borrow_mut() = BTreeMap::from([(2, 2), (4, 1)]);
    let (counts, _) = replayed(&world).unwrap();
    assert_eq!(counts.events, 15);
    assert!(world.model.borrow().values().all(|versions| versions.iter().copied().eq(1..=5)));
}

#[test]
fn an_event_that_is_never_taken_is_named() {
    let world = World::of(1, 3);
    *world.stubborn.borrow_mut() = BTreeMap::from([(2, 99)]);
    let error = replayed(&world).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the projector wants the same event again and again: id {\"S\":\"a000\"}, version {\"N\":\"2\"}"
    );
}

#[test]
fn throttles_are_sat_out_and_errors_are_told() {
    let world = World { throttled: Cell::new(3), ..World::of(1, 1) };
    assert_eq!(replayed(&world).unwrap().0.events, 1);
    assert!(world.slept.get() >= Duration::from_millis(200 + 400 + 800));
    let world = World { throttled: Cell::new(99), ..World::of(1, 1) };
    assert!(matches!(replayed(&world), Err(ProjectionError::Remote(RemoteError::Throttled { .. }))));
    let world = World { fails: true, ..World::of(1, 1) };
    assert_eq!(
        replayed(&world).unwrap_err().to_string(),
        "the projector failed: {\"errorMessage\":\"Boom\"}"
    );
}

#[test]
fn an_empty_table_is_replayed_at_once() {
    let (counts, told) = replayed(&World::default()).unwrap();
    assert_eq!((counts, told), (Counts::default(), vec![]));
    assert_ne!(sequence_number(0), sequence_number(1));
}
