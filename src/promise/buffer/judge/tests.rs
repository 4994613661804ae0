use super::*;
use crate::promise::executions::Report;
use crate::promise::{Conclusion, Promise};

const PROMISE: &str = r#"
version = 1
kind = "buffer"
url = "ApiUrl"
[webhooks]
request = "POST /webhooks"
body = '{"id": "${id}"}'
poison = '{"id": "${id}", "amount": "none"}'
count = 20
duplicates = 2
poison_count = 2
connections = 4
[worker]
function = "Worker"
queue = "Queue"
dead_letters = "Dead"
maximum_concurrency = 2
[effect]
table = "Effects"
key = "id"
times = "times"
[checks]
within_seconds = 60
"#;

fn promise() -> Buffer {
    let Ok(Promise::Buffer(promise)) = Promise::parse(PROMISE) else { panic!("not read") };
    promise
}

fn plan() -> Plan {
    Plan::of(&promise().webhooks, "v1", 1.0)
}

fn execution(start_ms: u64, duration_ms: Option<f64>) -> PlatformExecution {
    let report = duration_ms.map(|duration_ms| Report { duration_ms, init_ms: None, has_failed: false });
    PlatformExecution { request_id: format!("r{start_ms}"), start_ms, report }
}

fn good() -> Observed {
    let plan = plan();
    Observed {
        answers: (0..plan.total()).map(|_| Some(200)).collect(),
        accepted: (0..plan.count).collect(),
        burst_seconds: 0.5,
        worked_off_seconds: Some(1.0),
        executions: vec![execution(0, Some(100.0)), execution(50, Some(100.0)), execution(100, Some(900.0))],
        effects: (0..plan.count).map(|index| (plan.id(index), 1)).collect(),
        letters: (0..plan.poison).map(|index| plan.poison_id(index)).collect(),
        left: 0,
    }
}

fn judged(observed: &Observed) -> Verdict {
    judge("v1", &promise(), &plan(), observed)
}

fn seen(verdict: &Verdict) -> &Seen {
    let Evidence::Buffer(seen) = &verdict.evidence else { panic!("other evidence") };
    seen
}

#[test]
fn nothing_lost_nothing_twice_and_never_too_many_keeps_the_promise() {
    let verdict = judged(&good());
    assert_eq!(verdict.conclusion(), Conclusion::Kept, "{verdict:#?}");
    let seen = seen(&verdict);
    assert_eq!((seen.sent, seen.most_at_once, seen.burst_rate()), (24, 2, 48.0));
    assert_eq!((seen.drain_seconds, seen.drain_rate()), (Some(1.0), Some(20.0)));
}

/// A violation, the check it breaks and what is said about it.
type Planted = (fn(&mut Observed), CheckKind, &'static str);

#[test]
fn each_violation_breaks_its_own_check_and_is_named() {
    let planted: [Planted; 9] = [
        (|seen| seen.answers.count(Some(429)), CheckKind::Accepted, "1 request was answered with 429"),
        (|seen| seen.answers.count(None), CheckKind::Accepted, "1 request got no answer"),
        (
            |seen| seen.executions.push(execution(80, Some(10.0))),
            CheckKind::Concurrency,
            "3 executions at once, 2 at most promised",
        ),
        (
            |seen| {
                seen.effects.remove("v1-0000003");
            },
            CheckKind::Effect,
            "accepted webhooks without effect: 1 (v1-0000003)",
        ),
        (
            |seen| {
                seen.effects.insert("v1-0000003".into(), 2);
            },
            CheckKind::Effect,
            "webhooks that took effect more than once: 1 (v1-0000003)",
        ),
        (
            |seen| {
                seen.effects.insert("v1-p000001".into(), 1);
            },
            CheckKind::Effect,
            "effects that nobody asked for: 1 (v1-p000001)",
        ),
        (
            |seen| drop(seen.letters.pop()),
            CheckKind::Poison,
            "poison messages that are not in the dead-letter queue: 1 (v1-p000001)",
        ),
        (
            |seen| seen.letters.push("v1-0000009".into()),
            CheckKind::Poison,
            "good webhooks in the dead-letter queue: 1 (v1-0000009)",
        ),
        (|seen| seen.left = 7, CheckKind::Drained, "messages still in the queue: 7"),
    ];
    for (plant, kind, sentence) in planted {
        let mut observed = good();
        plant(&mut observed);
        let verdict = judged(&observed);
        let broken: Vec<&Check> =
            verdict.checks.iter().filter(|check| check.outcome == Outcome::Broken).collect();
        assert_eq!(broken.len(), 1, "{sentence}: {broken:?}");
        assert_eq!((broken[0].kind, broken[0].problems[0].to_string().as_str()), (kind, sentence));
    }
}

#[test]
fn a_webhook_that_was_not_accepted_need_not_take_effect_but_may_not_twice() {
    let mut observed = good();
    observed.accepted.remove(&3);
    observed.effects.remove("v1-0000003");
    assert_eq!(judged(&observed).checks[2].outcome, Outcome::Kept);
    observed.effects.insert("v1-0000003".into(), 2);
    assert_eq!(judged(&observed).checks[2].outcome, Outcome::Broken);
}

#[test]
fn what_cannot_be_told_is_not_kept() {
    let mut observed = good();
    observed.executions = Vec::new();
    assert!(matches!(judged(&observed).checks[1].outcome, Outcome::Inconclusive(_)));
    observed.executions = vec![execution(0, Some(5.0)), execution(9, None)];
    assert!(matches!(judged(&observed).checks[1].outcome, Outcome::Inconclusive(_)));
    assert_eq!(judged(&observed).conclusion(), Conclusion::Inconclusive);
    observed.accepted = BTreeSet::new();
    observed.effects = BTreeMap::new();
    assert!(matches!(judged(&observed).checks[2].outcome, Outcome::Inconclusive(_)));
}

#[test]
fn ids_are_found_in_whatever_wraps_them_and_the_load_scales_the_plan() {
    let plan = plan();
    assert_eq!(plan.id_in(r#"{"detail": "{\"id\": \"v1-p000001\"}"}"#).as_deref(), Some("v1-p000001"));
    assert_eq!(plan.id_in("v2-0000001"), None);
    let tenth = Plan::of(&promise().webhooks, "v1", 0.1);
    assert_eq!((tenth.count, tenth.duplicates, tenth.poison), (2, 0, 2));
    assert_eq!(Plan::of(&promise().webhooks, "v1", 0.001).count, 1);
}
