//! What is shown of each kind of promise.

use super::*;
use crate::coldstart::statistics::Summary;
use crate::promise::api::schema::Limits;
use crate::promise::api::{self, LoadSeen, StepSeen};
use crate::promise::workflow::{self, Attempt, AttemptEnd, Ending, ExecutionSeen, History, Sight, Visit};
use crate::promise::{Check, Problem, buffer, read_model};

fn answered(statuses: &[(Option<u16>, usize)]) -> Answers {
    statuses.iter().flat_map(|(status, count)| vec![*status; *count]).collect()
}

fn with(evidence: Evidence, checks: Vec<Check>) -> Verdict {
    Verdict { run: "v0123456789a".into(), checks, evidence }
}

fn human(verdict: &Verdict, is_local: bool) -> String {
    shown(|out| super::super::verdict(out, UNICODE, verdict, is_local))
}

fn json(verdict: &Verdict) -> serde_json::Value {
    serde_json::from_str(&shown(|out| verify_json(out, "app-dev", verdict, true))).unwrap()
}

fn api_seen() -> api::Seen {
    let step = |name: &str, request: &str, status, wrong: &[&str], after_load| StepSeen {
        name: name.into(),
        request: request.into(),
        status,
        took_ms: status.map(|_| 12.4),
        after_load,
        wrong: wrong.iter().map(|text| (*text).to_owned()).collect(),
    };
    api::Seen {
        steps: vec![
            step("create", "POST /orders", Some(201), &[], false),
            step(
                "read a page of them",
                "GET /orders?limit=5&next=${next}",
                Some(500),
                &["answered 500 instead of 200"],
                false,
            ),
            step("still there", "GET /orders/${id}", Some(200), &[], true),
        ],
        unknown_route: Some(404),
        load: Some(LoadSeen {
            offered_rate: 100.0,
            seconds: 10.04,
            answers: answered(&[(Some(200), 990), (Some(429), 8), (None, 2)]),
            latency: Summary::of((1..=100).map(f64::from)),
            limits: Limits { minimum_rate: 95.0, maximum_p99_ms: 3000.0 },
        }),
    }
}

#[test]
fn an_api() {
    let verdict = api::judge("v0123456789a", api_seen(), true);
    insta::assert_snapshot!(human(&verdict, true), @r"
        ✓ create               POST /orders                      201  12 ms local
        ✗ read a page of them  GET /orders?limit=5&next=${next}  500  12 ms local
        ✓ still there          GET /orders/${id}                 200  12 ms local
        ✗ contract       read a page of them: answered 500 instead of 200
        ✓ no such route  answered 404
        ✓ rate           98.6 each second local answered well of 100 offered, at least 95 promised
                         1000 in 10.0 s: no answer x 2, 200 x 990, 429 x 8
        ✓ latency        p50 50, p95 95, p99 99, longest 100 ms local; p99 at most 3000 ms promised
        ✓ after load     1 step answered as promised
        promise broken: contract
        ");
    let json = json(&verdict);
    assert_eq!((&json["kind"], &json["run"]), (&"api".into(), &"v0123456789a".into()));
    assert_eq!(json["checks"][0]["problems"][0]["subject"], "read a page of them");
    assert_eq!(json["api"]["load"]["answers"][0]["status"], serde_json::Value::Null);
    assert_eq!(json["api"]["load"]["latency_ms"]["p99"], 99.01);
}

#[test]
fn a_buffer() {
    let seen = buffer::Seen {
        sent: 10_103,
        duplicates: 100,
        poison: 3,
        answers: answered(&[(Some(200), 10_103)]),
        burst_seconds: 12.5,
        executions: 1_021,
        most_at_once: 7,
        cap: 5,
        effects: 10_000,
        drain_seconds: Some(40.0),
    };
    let lost: Vec<String> = (0..20).map(|index| format!("v0123456789a-{index:07}")).collect();
    let over = Problem::OverCap { executions: 7, cap: 5, at_ms: 1 };
    let checks = vec![
        Check::by_problems(CheckKind::Accepted, vec![]),
        Check::by_problems(CheckKind::Concurrency, vec![over]).with(7.0, 5.0),
        Check::by_problems(
            CheckKind::Effect,
            Problem::ids("lost", "accepted webhooks without effect", lost).into_iter().collect(),
        ),
        Check::by_problems(CheckKind::Poison, vec![]).with(3.0, 3.0),
        Check::by_problems(CheckKind::Drained, vec![]),
    ];
    let verdict = with(Evidence::Buffer(seen), checks);
    insta::assert_snapshot!(human(&verdict, true), @r"
        ✓ accepted      10103 webhooks (100 of them twice, 3 of them poison): 200 x 10103
                        burst of 12.5 s local, 808 each second local
        ✗ concurrency   7 executions at once, 5 at most promised
        ✗ effect        accepted webhooks without effect: 20 (v0123456789a-0000000, v0123456789a-0000001, v0123456789a-0000002, v0123456789a-0000003, v0123456789a-0000004, ...)
        ✓ poison        3 of 3 poison messages in the dead-letter queue
        ✓ drained       queue empty, worked off in 40.0 s local, 250 each second local
        promise broken: concurrency, effect
        ");
    let json = json(&verdict);
    assert_eq!(json["buffer"]["drain_per_second"], 250.0);
    assert_eq!(json["checks"][1]["problems"][0]["problem"], "over-cap");
    assert_eq!(json["checks"][2]["problems"][0]["ids"].as_array().unwrap().len(), 5);
}

fn attempt(scheduled_ms: u64, ended_ms: u64, end: AttemptEnd) -> Attempt {
    Attempt { scheduled_ms, end: Some((ended_ms, end)), parameters: None }
}

fn execution() -> ExecutionSeen {
    let visit = |state: &str, entered_ms, left_ms, attempts| Visit {
        state: state.into(),
        entered_ms,
        left_ms,
        attempts,
    };
    let start = 1_795_387_561_000;
    let tries = vec![
        attempt(start + 100, start + 900, AttemptEnd::Failed),
        attempt(start + 10_900, start + 12_000, AttemptEnd::Succeeded),
    ];
    ExecutionSeen {
        name: "late-upload".into(),
        ending: Some(Ending { status: "SUCCEEDED".into(), error: None, cause: None }),
        history: History {
            visits: vec![
                visit("Transcode", start + 100, Some(start + 12_000), tries),
                visit(
                    "Email",
                    start + 12_000,
                    Some(start + 12_300),
                    vec![attempt(start + 12_000, start + 12_300, AttemptEnd::Succeeded)],
                ),
                visit("Done", start + 12_300, None, vec![]),
            ],
            started_ms: Some(start),
            last_ms: Some(start + 12_400),
        },
        sight: Sight::Whole,
        was_answered: None,
    }
}

#[test]
fn a_workflow() {
    let checks = vec![
        Check::by_problems(CheckKind::Endings, vec![]).with(1.0, 1.0),
        Check::by_problems(CheckKind::Path, vec![]),
        Check::by_problems(CheckKind::Retries, vec![]).with(10_000.0, 10_000.0),
        Check::undecided(CheckKind::Callbacks, Outcome::Skipped("the promise names no callback")),
    ];
    let seen = workflow::Seen { executions: vec![execution()] };
    let verdict = with(Evidence::Workflow(seen), checks);
    insta::assert_snapshot!(human(&verdict, true), @r"
        late-upload  SUCCEEDED, 12.4 s local
          Transcode  ██░░░░░░░░░░░░░░░░░░░░░░░░░░░░███    0.1 - 12.0 s local, 2 attempts
          Email                                       █   12.0 - 12.3 s local
          Done                                         █  12.3 - 12.4 s local, not left
        ✓ endings       1 of 1 executions ended as promised
        ✓ path          every state that should be entered was, and no other was
        ✓ retries       tried again after 10.0 s local at the earliest, at least 10 s promised
        – callbacks     the promise names no callback
        promise kept
        ");
    let json = json(&verdict);
    let states = &json["workflow"]["executions"][0]["states"];
    assert_eq!((&states[0]["attempts"], &states[0]["retried_after_ms"][0]), (&2.into(), &10_000.into()));
    assert_eq!(json["workflow"]["executions"][0]["seen_by"], "history");
}

#[test]
fn timelines_fit_every_width() {
    let mut foreign = execution();
    foreign.history.visits[0].state = "A state with a very long name and a bell \u{7}".into();
    let seen = workflow::Seen { executions: vec![foreign] };
    for width in 60..140 {
        let style = Style { color: false, unicode: true, width };
        let text = shown(|out| super::super::workflow::timelines(out, style, &seen, true));
        for line in text.lines() {
            assert!(line.chars().count() <= width && !line.contains('\u{7}'), "{width}: {line:?}");
        }
        assert_eq!(text.lines().count(), 4);
    }
}

#[test]
fn a_read_model() {
    let seen = read_model::Seen {
        commands: 1000,
        answers: answered(&[(Some(201), 990), (Some(409), 10)]),
        rate: 123.4,
        events: 990,
        aggregates: 50,
        lag: Summary::of((1..=100).map(f64::from)),
        replayed: Some(990),
    };
    let wrong = Problem::Aggregate {
        aggregate: "v0123456789a-00007".into(),
        code: "difference",
        what: "/balance is 13, the fold of the events is 8".into(),
    };
    let no_limit = Outcome::Skipped("the promise names no limit");
    let checks = vec![
        Check::by_problems(CheckKind::Commands, vec![]),
        Check::by_problems(CheckKind::Fold, vec![]).with(50.0, 50.0),
        Check::by_problems(CheckKind::Queries, vec![]).with(1.0, 1.0),
        Check { measured: Some(99.0), ..Check::undecided(CheckKind::Lag, no_limit) },
        Check::by_problems(CheckKind::Duplicate, vec![wrong]),
        Check::undecided(
            CheckKind::OutOfOrder,
            Outcome::Inconclusive("the read model did not catch up before"),
        ),
        Check::by_problems(CheckKind::Replay, vec![]).with(50.0, 50.0),
    ];
    let verdict = with(Evidence::ReadModel(seen), checks);
    insta::assert_snapshot!(human(&verdict, true), @r"
        ✓ commands      1000 commands made 990 events: 201 x 990, 409 x 10
                        123 each second local
        ✓ fold          50 of 50 aggregates answer the fold of their events
        ✓ queries       1 of 1 other queries are answered
        – lag           p50 50, p99 99 ms local from event to answer, 100 events watched
                        the promise names no limit
        ✗ duplicate     v0123456789a-00007: /balance is 13, the fold of the events is 8
        ? out of order  the read model did not catch up before
        ✓ replay        990 events into an empty read model: 50 of 50 aggregates answer as before
        promise broken: duplicate
        ");
    let json = json(&verdict);
    assert_eq!(json["checks"][5]["reason"], "the read model did not catch up before");
    assert_eq!(
        (&json["read_model"]["replayed"], &json["read_model"]["lag_ms"]["n"]),
        (&990.into(), &100.into())
    );
}

#[test]
fn nothing_that_could_be_checked_is_no_promise_kept() {
    let seen = workflow::Seen { executions: vec![] };
    let skipped = Check::undecided(CheckKind::Path, Outcome::Skipped("the promise names no states"));
    assert_eq!(with(Evidence::Workflow(seen), vec![skipped]).conclusion(), Conclusion::Inconclusive);
}
