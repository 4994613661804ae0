use super::{History, of};
use crate::coldstart::Gate;
use crate::journal::{Place, Target};
use crate::logs::LogEvent;

fn event(stream: &str, message: &str) -> LogEvent {
    LogEvent { id: String::new(), timestamp_ms: 0, stream: stream.into(), message: message.into() }
}

fn report(rest: &str) -> String {
    format!("REPORT RequestId: 8f5e2a10\tDuration: 2.00 ms\tBilled Duration: 3 ms\t{rest}\n")
}

#[test]
fn versions_are_told_apart_and_rates_counted() {
    let json = r#"{"time":"t","type":"platform.report","record":{"requestId":"r","status":"success","metrics":{"durationMs":5.0,"initDurationMs":310.5}}}"#;
    let events = [
        event("2026/11/27/[7]aa", "INIT_START Runtime Version: python:3.13.v9\tRuntime Version ARN: arn"),
        event("2026/11/27/[7]aa", &report("Init Duration: 200.00 ms\t")),
        event("2026/11/27/[7]aa", &report("")),
        event("2026/11/27/[7]aa", &report("Status: error\tError Type: Runtime.ExitError\t")),
        event("2026/11/27/[7]aa", "said by the handler"),
        event("2026/11/27/[7]bb", json),
        event(
            "2026/11/27/[$LATEST]cc",
            &report("Restore Duration: 500.00 ms\tBilled Restore Duration: 3 ms\t"),
        ),
    ];
    let found = of("Read", "up-read", &events);
    assert_eq!(found.len(), 2);
    let (latest, seventh) = (&found[0], &found[1]);
    assert_eq!((latest.version.as_str(), latest.cold, latest.cold_rate), ("$LATEST", 1, 1.0));
    assert_eq!(latest.starts.as_ref().unwrap().max, 500.0);
    assert_eq!((seventh.invocations, seventh.cold, seventh.failed, seventh.proactive), (4, 2, 1, 0));
    assert_eq!((seventh.cold_rate, seventh.starts.as_ref().unwrap().max), (0.5, 310.5));
}

#[test]
fn an_environment_that_was_ready_before_its_first_request_is_no_cold_start() {
    let events = [
        event("2026/11/27/[1]aa", "INIT_START Runtime Version: python:3.13.v9"),
        event("2026/11/27/[1]aa", &report("")),
        // Of this one, only the later life is in the window.
        event("2026/11/27/[1]bb", &report("")),
    ];
    let found = of("f", "f", &events);
    assert_eq!((found[0].proactive, found[0].cold, found[0].starts.as_ref()), (1, 0, None));
}

#[test]
fn a_group_that_functions_share_is_read_for_one_of_them() {
    let events = [
        event("2026/11/27/mine[1]aa", &report("")),
        event("2026/11/27/other[1]bb", &report("")),
        event("not a stream of Lambda", &report("")),
    ];
    assert_eq!(of("f", "mine", &events)[0].invocations, 1);
}

#[test]
fn limits_are_kept_or_broken_by_each_version() {
    let versions = of("f", "f", &[event("2026/11/27/[1]aa", &report("Init Duration: 200.00 ms\t"))]);
    let place = Place { account: "1".into(), region: "r".into(), target: Target::Aws };
    let mut history = History { place, since_ms: 0, until_ms: 1, versions, gates: Vec::new() };
    let judged = |history: &mut History, gate: &str| {
        history.judge(&[gate.parse::<Gate>().unwrap()]);
        (history.gates[0].function.clone(), history.gates[0].is_kept)
    };
    assert_eq!(judged(&mut history, "p95<=250ms"), ("f:1".to_owned(), true));
    assert!(!judged(&mut history, "p95<=150ms").1);
}
