use super::*;
use crate::promise::workflow::history::tests::retried;
use crate::promise::{Conclusion, Promise};

const PROMISE: &str = r#"
version = 1
kind = "workflow"
machine = "Machine"
[[execution]]
name = "late"
input = '{}'
retries = { state = "Transcode", at_least_seconds = 10.0, times = 1 }
visits = ["Email"]
avoids = ["Compensate"]
callback = { state = "Transcode", output = '{}' }
[checks]
within_seconds = 60
"#;

fn promise() -> Workflow {
    let Ok(Promise::Workflow(promise)) = Promise::parse(PROMISE) else { panic!("not read") };
    promise
}

fn good() -> ExecutionSeen {
    ExecutionSeen {
        name: "late".into(),
        ending: Some(Ending { status: "SUCCEEDED".into(), error: None, cause: None }),
        history: History::of(&retried()),
        sight: Sight::Whole,
        was_answered: Some(true),
    }
}

fn judged(seen: ExecutionSeen) -> Verdict {
    judge("v1", &promise(), vec![seen])
}

#[test]
fn a_late_retry_and_an_answered_task_keep_the_promise() {
    let verdict = judged(good());
    assert_eq!(verdict.conclusion(), Conclusion::Kept, "{verdict:#?}");
    assert_eq!((verdict.checks[2].measured, verdict.checks[2].limit), (Some(10_100.0), Some(10_000.0)));
}

fn visit(seen: &mut ExecutionSeen, state: &str) {
    seen.history.visits.push(Visit { state: state.into(), entered_ms: 0, left_ms: None, attempts: vec![] });
}

/// A violation, the check it breaks and what is said about it.
type Planted = (fn(&mut ExecutionSeen), CheckKind, &'static str);

#[test]
fn each_violation_breaks_its_own_check_and_is_named() {
    let failed = |seen: &mut ExecutionSeen| {
        let why = |text: &str| Some(text.to_owned());
        seen.ending = Some(Ending { status: "FAILED".into(), error: why("Boom"), cause: why("no file") });
    };
    let planted: [Planted; 9] = [
        (failed, CheckKind::Endings, "late: ended FAILED instead of SUCCEEDED (Boom: no file)"),
        (|seen| seen.ending = None, CheckKind::Endings, "late: has not ended in time, last in Email"),
        (|seen| drop(seen.history.visits.pop()), CheckKind::Path, "late: never entered Email"),
        (
            |seen| visit(seen, "Compensate"),
            CheckKind::Path,
            "late: entered Compensate, which it should avoid",
        ),
        (
            |seen| seen.history.visits[0].attempts[1].scheduled_ms -= 9_000,
            CheckKind::Retries,
            "late: Transcode was tried again after 1.1 s, at least 10 s promised",
        ),
        (
            |seen| drop(seen.history.visits[0].attempts.pop()),
            CheckKind::Retries,
            "late: Transcode was tried again 0 times instead of 1",
        ),
        (
            |seen| seen.was_answered = Some(false),
            CheckKind::Callbacks,
            "late: Transcode never waited with a task token to answer",
        ),
        (
            |seen| seen.was_answered = None,
            CheckKind::Callbacks,
            "late: Transcode never waited with a task token to answer",
        ),
        (
            |seen| seen.history.visits[0].left_ms = None,
            CheckKind::Callbacks,
            "late: Transcode was answered and not left",
        ),
    ];
    for (plant, kind, sentence) in planted {
        let mut seen = good();
        plant(&mut seen);
        let verdict = judged(seen);
        let broken: Vec<&Check> =
            verdict.checks.iter().filter(|check| check.outcome == Outcome::Broken).collect();
        assert_eq!(broken.len(), 1, "{sentence}: {broken:?}");
        assert_eq!((broken[0].kind, broken[0].problems[0].to_string().as_str()), (kind, sentence));
    }
}

#[test]
fn what_an_express_execution_hides_is_not_kept() {
    let mut seen = good();
    seen.sight = Sight::Functions { hidden: vec!["Compensate".into()] };
    let verdict = judged(seen.clone());
    assert!(matches!(verdict.checks[1].outcome, Outcome::Inconclusive(_)));
    assert_eq!(verdict.conclusion(), Conclusion::Inconclusive);
    seen.sight = Sight::Functions { hidden: vec![] };
    assert_eq!(judged(seen).conclusion(), Conclusion::Kept);
}

#[test]
fn what_is_not_promised_is_not_checked() {
    let text = PROMISE
        .lines()
        .filter(|line| !["retries", "visits", "avoids", "callback"].iter().any(|key| line.starts_with(key)));
    let Ok(Promise::Workflow(promise)) = Promise::parse(&text.collect::<Vec<_>>().join("\n")) else {
        panic!("not read")
    };
    let verdict = judge("v1", &promise, vec![good()]);
    assert!(verdict.checks[1..].iter().all(|check| matches!(check.outcome, Outcome::Skipped(_))));
    assert_eq!(verdict.conclusion(), Conclusion::Kept);
}

#[test]
fn an_execution_fails_with_the_error_it_should() {
    let text = PROMISE.replacen("input = '{}'", "input = '{}'\nstatus = \"FAILED\"\nerror = \"Denied\"", 1);
    let Ok(Promise::Workflow(promise)) = Promise::parse(&text) else { panic!("not read") };
    let ended = |error: &str| {
        let ending = Ending { status: "FAILED".into(), error: Some(error.into()), cause: None };
        judge("v1", &promise, vec![ExecutionSeen { ending: Some(ending), ..good() }])
    };
    assert_eq!(ended("Denied").conclusion(), Conclusion::Kept);
    let problem = &ended("States.Timeout").checks[0].problems[0];
    assert_eq!(problem.to_string(), "late: failed with States.Timeout instead of Denied");
    let wrong = Promise::parse(&text.replace("FAILED", "SUCCEEDED")).unwrap_err();
    assert_eq!(wrong.to_string(), "execution.error can only be with status = \"FAILED\"");
}
