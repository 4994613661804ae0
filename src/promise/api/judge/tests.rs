use super::*;
use crate::promise::api::{Api, Step};
use crate::promise::web::Answer;
use crate::promise::{Conclusion, Promise, Values};

const PROMISE: &str = r#"
version = 1
kind = "api"
url = "ApiUrl"
[[step]]
name = "create"
request = "POST /orders?note=${run}"
headers = { "Idempotency-Key" = "${run}", "content-type" = "application/vnd.order+json" }
body = '{"title": "${run}"}'
status = [201, 200]
content_type = "application/json"
expect = { "/title" = "${run}", "/amount" = 1 }
expect_headers = { "location" = "/orders/${id}" }
save = { id = "/id" }
[[step]]
name = "read"
request = "GET /orders/${id}"
status = 200
"#;

fn steps() -> Vec<Step> {
    let Ok(Promise::Api(Api { steps, .. })) = Promise::parse(PROMISE) else { panic!("not read") };
    steps
}

fn run() -> Values {
    Values::from([("run".into(), "v\"1".into())])
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Answer { status, headers, body: body.into() }
}

const GOOD: &str = r#"{"id": 7, "title": "v\"1", "amount": 1.0}"#;

#[test]
fn a_step_asks_with_its_values_and_saves_for_the_next() {
    let steps = steps();
    let request = steps[0].request("http://x", &run());
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", "http://x/orders?note=v%221"));
    assert_eq!(request.body.as_deref(), Some(r#"{"title": "v\"1"}"#));
    let header = |name: &str| request.headers.iter().filter(|(other, _)| other == name).count();
    assert_eq!((header("content-type"), header("idempotency-key")), (1, 1));
    let mut values = run();
    assert_eq!(steps[1].missing(&values).as_deref(), Some("id"));
    let good =
        answer(201, &[("content-type", "application/json; charset=utf-8"), ("location", "/orders/7")], GOOD);
    assert_eq!(steps[0].take(&good, &mut values), Vec::<String>::new());
    assert_eq!(steps[1].missing(&values), None);
    assert_eq!(steps[1].request("http://x", &values).url, "http://x/orders/7");
}

#[test]
fn everything_that_is_other_in_an_answer_is_named() {
    let take = |answer: Answer| steps()[0].take(&answer, &mut run());
    assert_eq!(take(answer(500, &[], "oh no")), ["answered 500 instead of 201 or 200: oh no"]);
    assert_eq!(
        take(answer(200, &[("content-type", "text/html")], "<html>")),
        ["content type is \"text/html\" instead of \"application/json\"", "the answer is not JSON: <html>"]
    );
    let headers = [("content-type", "application/json"), ("location", "/items/7")];
    assert_eq!(
        take(answer(200, &headers, r#"{"id": 7, "title": "other"}"#)),
        [
            "there is no /amount, which should be 1",
            "/title is \"other\" instead of \"v\\\"1\"",
            "header location is \"/items/7\", which does not contain \"/orders/7\"",
        ]
    );
    assert_eq!(
        take(answer(200, &headers[..1], r#"{"id": {}, "title": "v\"1", "amount": 1}"#)),
        [
            "nothing to save at /id of the answer",
            "there is no header location, which should contain \"/orders/${id}\"",
        ]
    );
}

fn step(name: &str, after_load: bool, wrong: &[&str]) -> StepSeen {
    StepSeen {
        name: name.into(),
        request: "GET /".into(),
        status: Some(200),
        took_ms: Some(3.0),
        after_load,
        wrong: wrong.iter().map(|text| (*text).to_owned()).collect(),
    }
}

fn load(statuses: &[(Option<u16>, usize)], seconds: f64, latencies: &[f64]) -> LoadSeen {
    LoadSeen {
        offered_rate: 100.0,
        seconds,
        answers: statuses.iter().flat_map(|(status, count)| vec![*status; *count]).collect(),
        latency: Summary::of(latencies.iter().copied()),
        limits: Limits { minimum_rate: 95.0, maximum_p99_ms: 300.0 },
    }
}

fn good() -> Seen {
    Seen {
        steps: vec![step("create", false, &[]), step("still there", true, &[])],
        unknown_route: Some(404),
        load: Some(load(&[(Some(200), 1000)], 10.0, &[3.0, 4.0, 20.0])),
    }
}

fn outcomes(seen: Seen) -> Vec<(CheckKind, Outcome)> {
    judge("v1", seen, true).checks.iter().map(|check| (check.kind, check.outcome)).collect()
}

fn broken(seen: Seen) -> Vec<CheckKind> {
    let outcomes = outcomes(seen).into_iter();
    outcomes.filter(|(_, outcome)| *outcome == Outcome::Broken).map(|(kind, _)| kind).collect()
}

#[test]
fn an_api_that_does_as_it_says_keeps_its_promise() {
    let verdict = judge("v1", good(), true);
    assert_eq!(verdict.conclusion(), Conclusion::Kept);
    assert_eq!(verdict.checks.len(), 5);
    let rate = &verdict.checks[2];
    assert_eq!((rate.measured, rate.limit), (Some(100.0), Some(95.0)));
}

/// A violation, the check it breaks.
type Planted = (fn(&mut Seen), CheckKind);

#[test]
fn each_violation_breaks_its_own_check() {
    let planted: [Planted; 6] = [
        (|seen| seen.steps[0] = step("create", false, &["answered 500"]), CheckKind::Contract),
        (|seen| seen.unknown_route = Some(200), CheckKind::UnknownRoute),
        (|seen| seen.unknown_route = None, CheckKind::UnknownRoute),
        (|seen| seen.load = Some(load(&[(Some(200), 940), (Some(429), 60)], 10.0, &[3.0])), CheckKind::Rate),
        (|seen| seen.load = Some(load(&[(Some(200), 1000)], 10.0, &[3.0, 900.0])), CheckKind::Latency),
        (|seen| seen.steps[1] = step("still there", true, &["answered 404"]), CheckKind::Survival),
    ];
    for (plant, kind) in planted {
        let mut seen = good();
        plant(&mut seen);
        assert_eq!(broken(seen), [kind]);
    }
}

#[test]
fn answers_that_come_late_lower_the_rate_and_are_counted_by_status() {
    let mut seen = good();
    seen.load = Some(load(&[(Some(200), 990), (None, 10)], 20.0, &[3.0]));
    let verdict = judge("v1", seen, true);
    assert_eq!(verdict.checks[2].outcome, Outcome::Broken);
    assert_eq!(verdict.checks[2].problems, [Problem::Answers { status: None, count: 10 }]);
    assert_eq!(verdict.checks[2].problems[0].to_string(), "10 requests got no answer");
}

#[test]
fn without_a_load_its_checks_are_not_kept() {
    let mut seen = good();
    seen.load = None;
    assert!(
        outcomes(seen.clone())
            .iter()
            .any(|(kind, outcome)| *kind == CheckKind::Rate && matches!(outcome, Outcome::Skipped(_)))
    );
    seen.load = Some(load(&[], 10.0, &[]));
    let outcomes = outcomes(seen);
    assert!(matches!(outcomes[3], (CheckKind::Latency, Outcome::Inconclusive(_))), "{outcomes:?}");
}
