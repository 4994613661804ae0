use serde_json::json;

use super::*;

/// Events as AWS writes them, from a type, seconds after a moment, and what led to it.
pub(in crate::promise::workflow) fn event(
    id: u64,
    previous: u64,
    kind: &str,
    second: f64,
    details: (&str, Value),
) -> HistoryEvent {
    let event = json!({
        "id": id, "previousEventId": previous, "type": kind,
        "timestamp": 1_795_387_561.0 + second, details.0: details.1,
    });
    HistoryEvent::read(&event).unwrap()
}

fn entered(id: u64, previous: u64, state: &str, second: f64) -> HistoryEvent {
    event(id, previous, "TaskStateEntered", second, ("stateEnteredEventDetails", json!({ "name": state })))
}

fn plain(id: u64, previous: u64, kind: &str, second: f64) -> HistoryEvent {
    event(id, previous, kind, second, ("taskFailedEventDetails", json!({ "error": "Boom" })))
}

/// A task that fails once, is tried again after ten seconds, and succeeds.
pub(in crate::promise::workflow) fn retried() -> Vec<HistoryEvent> {
    vec![
        event(1, 0, "ExecutionStarted", 0.0, ("executionStartedEventDetails", json!({ "input": "{}" }))),
        entered(2, 0, "Transcode", 0.1),
        event(
            3,
            2,
            "TaskScheduled",
            0.1,
            ("taskScheduledEventDetails", json!({ "parameters": "{\"a\":1}" })),
        ),
        plain(4, 3, "TaskStarted", 0.2),
        plain(5, 4, "TaskFailed", 0.5),
        plain(6, 5, "TaskScheduled", 10.6),
        plain(7, 6, "TaskSucceeded", 11.0),
        event(8, 7, "TaskStateExited", 11.0, ("stateExitedEventDetails", json!({ "name": "Transcode" }))),
        entered(9, 8, "Email", 11.1),
    ]
}

#[test]
fn attempts_gaps_and_stays_are_put_together() {
    let history = History::of(&retried());
    assert_eq!(history.visits.len(), 2);
    let transcode = &history.visits[0];
    assert_eq!((transcode.state.as_str(), transcode.retries()), ("Transcode", 1));
    assert_eq!(transcode.gaps_ms().collect::<Vec<_>>(), [10_100]);
    assert_eq!(transcode.attempts[0].parameters.as_deref(), Some("{\"a\":1}"));
    assert_eq!(transcode.left_ms.unwrap() - transcode.entered_ms, 10_900);
    assert_eq!(history.visits[1].left_ms, None);
    assert!(history.has_failure());
}

#[test]
fn parallel_branches_are_told_apart_by_what_led_to_what() {
    let events = [
        entered(1, 0, "A", 0.0),
        entered(2, 0, "B", 0.0),
        plain(3, 1, "TaskScheduled", 0.1),
        plain(4, 2, "TaskScheduled", 0.1),
        plain(5, 3, "TaskFailed", 0.2),
        plain(6, 4, "TaskSucceeded", 0.3),
        plain(7, 5, "TaskScheduled", 5.2),
    ];
    let history = History::of(&events);
    let retries: Vec<_> =
        history.visits.iter().map(|visit| (visit.state.as_str(), visit.retries())).collect();
    assert_eq!(retries, [("A", 1), ("B", 0)]);
    assert_eq!(history.visits[0].gaps_ms().collect::<Vec<_>>(), [5_000]);
}

#[test]
fn an_emulator_without_a_chain_and_with_texts_for_times_is_read_too() {
    let read = |event: Value| HistoryEvent::read(&event).unwrap();
    let events = [
        read(
            json!({ "id": 1, "type": "TaskStateEntered", "timestamp": "2026-11-25T10:00:00.000Z", "stateEnteredEventDetails": { "name": "A" } }),
        ),
        read(json!({ "id": 2, "type": "TaskScheduled", "timestamp": "2026-11-25T10:00:00.100Z" })),
        read(json!({ "id": 3, "type": "LambdaFunctionTimedOut", "timestamp": "2026-11-25T10:00:01.000Z" })),
        read(json!({ "id": 4, "type": "TaskScheduled", "timestamp": "2026-11-25T10:00:03.500Z" })),
    ];
    assert_eq!(History::of(&events).visits[0].gaps_ms().collect::<Vec<_>>(), [2_500]);
}

#[test]
fn what_is_no_event_is_not_read_and_a_circle_ends() {
    for nonsense in
        [json!({}), json!({ "id": 1, "type": "X" }), json!({ "id": 1, "type": "X", "timestamp": "soon" })]
    {
        assert_eq!(HistoryEvent::read(&nonsense), None);
    }
    let circle = [plain(1, 2, "TaskFailed", 0.0), plain(2, 1, "TaskFailed", 0.0)];
    assert_eq!(History::of(&circle).visits, []);
}
