use serde_json::{Value, json};

use super::*;
use crate::promise::read_model::event::Names;
use crate::promise::read_model::fold::{difference, fold as folded};
use crate::promise::{Conclusion, Promise};

const PROMISE: &str = r#"
version = 1
kind = "read-model"
url = "ApiUrl"
[commands]
request = "POST /accounts/${id}/commands"
bodies = ['{"type": "deposit"}', '{"type": "withdraw"}']
count = 5
aggregates = 2
connections = 2
[events]
table = "Events"
aggregate = "aggregate_id"
version = "version"
[projector]
function = "Projector"
[query]
request = "GET /accounts/${id}"
fold = { "/balance" = "sum:amount", "/version" = "count", "/last" = "last:kind", "/most" = "max:amount" }
[checks]
within_seconds = 60
maximum_lag_p99_ms = 2000
"#;

fn promise() -> ReadModel {
    let Ok(Promise::ReadModel(promise)) = Promise::parse(PROMISE) else { panic!("not read") };
    promise
}

fn plan() -> Plan {
    Plan::of(&promise().commands, "v1", 1.0)
}

fn event(aggregate: &str, version: u64, amount: f64) -> Event {
    let item = json!({
        "aggregate_id": { "S": aggregate }, "version": { "N": version.to_string() },
        "at": { "N": (1_000 * version).to_string() }, "amount": { "N": amount.to_string() },
        "kind": { "S": if amount < 0.0 { "withdraw" } else { "deposit" } },
    });
    let names = Names { aggregate: "aggregate_id".into(), version: "version".into(), at: "at".into() };
    Event::read(item.as_object().unwrap().clone(), &names).unwrap()
}

fn events() -> Vec<Event> {
    vec![
        event("v1-00000", 1, 5.0),
        event("v1-00000", 2, -2.0),
        event("v1-00000", 3, 5.0),
        event("v1-00001", 1, 5.0),
        event("v1-00001", 2, -2.0),
    ]
}

fn same(asked: usize) -> Comparison {
    Comparison { asked, differences: vec![] }
}

fn other(asked: usize) -> Comparison {
    Comparison {
        asked,
        differences: vec![("v1-00000".into(), "/balance is 13, the fold of the events is 8".into())],
    }
}

fn good() -> Observed {
    let sighting = |version, at_ms| Sighting { aggregate: "v1-00000".into(), version, at_ms };
    Observed {
        answers: (0..5).map(|_| Some(201)).collect(),
        accepted: BTreeMap::from([("v1-00000".into(), 3), ("v1-00001".into(), 2)]),
        seconds: 0.5,
        events: events(),
        watched: vec!["v1-00000".into()],
        sightings: vec![sighting(1, 1_100), sighting(3, 3_300)],
        caught_up: same(2),
        queries: vec![("GET /accounts?limit=5".into(), Some(200))],
        duplicate: Delivery::Taken(2, same(2)),
        out_of_order: Delivery::Taken(3, same(2)),
        replay: Replayed::Done(5, same(2)),
    }
}

fn judged(observed: &Observed) -> Verdict {
    judge("v1", &promise(), &plan(), observed)
}

#[test]
fn a_read_model_that_is_the_fold_keeps_the_promise() {
    let verdict = judged(&good());
    assert_eq!(verdict.conclusion(), Conclusion::Kept, "{verdict:#?}");
    let Evidence::ReadModel(seen) = &verdict.evidence else { panic!("other evidence") };
    // Version 2 was first seen with version 3, 1,300 ms after it happened.
    assert_eq!(seen.lag.as_ref().map(|lag| (lag.n, lag.min, lag.max)), Some((3, 100.0, 1300.0)));
    assert_eq!((seen.rate, seen.replayed), (10.0, Some(5)));
}

/// A violation, the check it breaks and what is said about it.
type Planted = (fn(&mut Observed), CheckKind, &'static str);

#[test]
fn each_violation_breaks_its_own_check_and_is_named() {
    let difference = "v1-00000: /balance is 13, the fold of the events is 8";
    let planted: [Planted; 13] = [
        (|seen| seen.answers.count(Some(500)), CheckKind::Commands, "1 request was answered with 500"),
        (|seen| drop(seen.events.pop()), CheckKind::Commands, "v1-00001: accepted commands 2, events 1"),
        (
            |seen| seen.events[4] = event("v1-00001", 3, 1.0),
            CheckKind::Commands,
            "v1-00001: its versions are not 1, 2, 3, ...",
        ),
        (|seen| seen.caught_up = other(2), CheckKind::Fold, difference),
        (
            |seen| seen.queries[0].1 = Some(403),
            CheckKind::Queries,
            "GET /accounts?limit=5: answered with 403",
        ),
        (|seen| seen.queries[0].1 = None, CheckKind::Queries, "GET /accounts?limit=5: no answer"),
        (|seen| seen.duplicate = Delivery::Taken(2, other(2)), CheckKind::Duplicate, difference),
        (
            |seen| seen.duplicate = Delivery::Refused("failed: Boom".into()),
            CheckKind::Duplicate,
            "the projector failed: Boom",
        ),
        (|seen| seen.out_of_order = Delivery::Taken(2, other(2)), CheckKind::OutOfOrder, difference),
        (|seen| seen.replay = Replayed::Done(5, other(2)), CheckKind::Replay, difference),
        (
            |seen| seen.replay = Replayed::NotCleared,
            CheckKind::Replay,
            "the projector said that it cleared the read model, which still answers as before",
        ),
        (
            |seen| seen.replay = Replayed::Refused("failed: Boom".into()),
            CheckKind::Replay,
            "the projector failed: Boom",
        ),
        (|seen| seen.sightings[1].at_ms = 9_000, CheckKind::Lag, ""),
    ];
    for (plant, kind, sentence) in planted {
        let mut observed = good();
        plant(&mut observed);
        let verdict = judged(&observed);
        let broken: Vec<&Check> =
            verdict.checks.iter().filter(|check| check.outcome == Outcome::Broken).collect();
        assert_eq!(broken.len(), 1, "{sentence}: {broken:?}");
        assert_eq!(broken[0].kind, kind);
        let told = broken[0].problems.first().map(ToString::to_string).unwrap_or_default();
        assert_eq!(told, sentence);
    }
}

#[test]
fn what_cannot_be_told_is_not_kept() {
    let planted: [fn(&mut Observed); 5] = [
        |seen| seen.watched.push("v1-00001".into()),
        |seen| seen.duplicate = Delivery::Untried,
        |seen| seen.out_of_order = Delivery::Untried,
        |seen| seen.replay = Replayed::Untried,
        |seen| seen.sightings.clear(),
    ];
    for plant in planted {
        let mut observed = good();
        plant(&mut observed);
        assert_eq!(judged(&observed).conclusion(), Conclusion::Inconclusive);
    }
    let nothing = Observed { answers: (0..5).map(|_| Some(409)).collect(), ..Observed::default() };
    assert_eq!(judged(&nothing).conclusion(), Conclusion::Inconclusive);
}

#[test]
fn a_command_without_an_answer_leaves_the_number_of_events_open() {
    let mut observed = good();
    observed.answers.count(None);
    observed.events.push(event("v1-00001", 3, 5.0));
    let verdict = judged(&observed);
    assert_eq!(verdict.checks[0].problems, [Problem::Answers { status: None, count: 1 }]);
}

#[test]
fn folds_and_their_differences() {
    let folds = promise().query.fold;
    let wanted = folded(&folds, &events()[..3]);
    assert_eq!(
        Value::from_iter(wanted.clone()),
        json!({ "/balance": 8.0, "/version": 3, "/last": "deposit", "/most": 5.0 })
    );
    let answer = json!({ "balance": 8, "version": 3.0, "last": "deposit", "most": 5 });
    assert_eq!(difference(Some(200), &answer, &wanted, true), None);
    let differs = |status, content: &Value, has_events| difference(status, content, &wanted, has_events);
    assert_eq!(
        differs(Some(200), &json!({ "version": 3 }), true).as_deref(),
        Some("/balance is missing, the fold of the events is 8.0")
    );
    assert_eq!(differs(Some(404), &Value::Null, true).as_deref(), Some("the query was answered with 404"));
    assert_eq!(differs(Some(404), &Value::Null, false), None);
    assert_eq!(differs(None, &Value::Null, true).as_deref(), Some("the query got no answer"));
}

#[test]
fn a_smaller_load_leaves_every_aggregate_more_than_one_event() {
    let mut commands = promise().commands;
    (commands.count, commands.aggregates) = (1000, 50);
    for (load, count, aggregates) in [(1.0, 1000, 50), (0.05, 50, 25), (0.001, 1, 1), (2.0, 2000, 50)] {
        let plan = Plan::of(&commands, "v1", load);
        assert_eq!((plan.count, plan.aggregates), (count, aggregates), "{load}");
    }
}

#[test]
fn every_aggregate_gets_the_contents_in_turn() {
    let plan = plan();
    let commands: Vec<_> = (0..5).map(|index| plan.command(index)).collect();
    let told: Vec<_> = commands
        .iter()
        .map(|command| (command.aggregate.as_str(), command.body.contains("deposit")))
        .collect();
    assert_eq!(
        told,
        [
            ("v1-00000", true),
            ("v1-00001", true),
            ("v1-00000", false),
            ("v1-00001", false),
            ("v1-00000", true)
        ]
    );
}
