//! What the definition of the workflow says about failures.

use functions::job::TaskError;
use functions::video::VideoError;
use serde_json::{Map, Value, json};

fn states() -> Map<String, Value> {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../workflow.asl.json"));
    let definition: Value = serde_json::from_str(text).unwrap();
    definition["States"].as_object().unwrap().clone()
}

fn tasks() -> Vec<(String, Value)> {
    states().into_iter().filter(|(_, state)| state["Type"] == "Task").collect()
}

/// The first rule for this error, as Step Functions looks for it.
fn rule<'a>(error: &str, rules: &'a Value) -> &'a Value {
    let is_for = |rule: &&Value| ["States.ALL", error].iter().any(|name| names(rule).contains(name));
    rules.as_array().unwrap().iter().find(is_for).unwrap()
}

fn names(rule: &Value) -> Vec<&str> {
    rule["ErrorEquals"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

#[test]
fn a_late_source_and_a_job_that_is_being_undone_are_waited_for() {
    let states = states();
    for error in ["SourceNotReady", "JobNotFree"] {
        let rule = rule(error, &states["Transcode"]["Retry"]);
        assert_eq!((&rule["IntervalSeconds"], &rule["BackoffRate"]), (&json!(10), &json!(1.0)));
        assert!(rule["MaxAttempts"].as_u64().unwrap() >= 3);
    }
}

#[test]
fn what_cannot_get_better_is_not_tried_again() {
    for error in ["InvalidJob", "InvalidVideo", "JobExists"] {
        assert_eq!(rule(error, &states()["Transcode"]["Retry"])["MaxAttempts"], 0, "{error}");
    }
}

#[test]
fn every_error_that_is_named_is_one_of_the_functions() {
    let job = String::new;
    let known = [
        TaskError::InvalidJob(""),
        TaskError::SourceNotReady(job()),
        TaskError::InvalidVideo(VideoError::Empty),
        TaskError::JobExists(job()),
        TaskError::JobNotFree(job()),
    ];
    for (task, state) in tasks() {
        for name in state["Retry"].as_array().into_iter().flatten().flat_map(names) {
            assert!(name == "States.ALL" || known.iter().any(|error| error.name() == name), "{task}: {name}");
        }
    }
}

#[test]
fn every_task_that_gives_up_leads_to_compensation() {
    for (name, state) in tasks().iter().filter(|(name, _)| name != "Compensate") {
        assert_eq!(rule("States.Timeout", &state["Catch"])["Next"], "Compensate", "{name}");
    }
    assert_eq!(rule("InvalidJob", &states()["Transcode"]["Catch"])["Next"], "Failed");
    assert_eq!(states()["Compensate"]["Next"], "Failed");
}

#[test]
fn the_failure_at_the_end_is_as_compensate_hands_it_on() {
    let (compensate, failed) = (&states()["Compensate"], &states()["Failed"]);
    assert_eq!((&failed["ErrorPath"], &failed["CausePath"]), (&json!("$.error.Error"), &json!("$.error.Cause")));
    let handed_on = json!({"Error.$": "$.Payload.error.Error", "Cause.$": "$.Payload.error.Cause"});
    assert_eq!((&compensate["ResultPath"], &compensate["ResultSelector"]), (&json!("$.error"), &handed_on));
}

#[test]
fn no_task_waits_forever() {
    for (name, state) in tasks() {
        let limit = state["TimeoutSeconds"].as_u64();
        assert!(limit.is_some(), "{name}");
        if state["Resource"].as_str().unwrap().ends_with(".waitForTaskToken") {
            assert!(state["HeartbeatSeconds"].as_u64() < limit, "{name}");
        }
    }
}

#[test]
fn every_state_can_be_reached() {
    let states = states();
    for name in states.keys().filter(|name| *name != "Transcode") {
        let leads_there = |state: &Value| {
            let rules = ["Catch", "Choices"].iter().filter_map(|list| state[list].as_array()).flatten();
            [&state["Next"], &state["Default"]]
                .into_iter()
                .chain(rules.map(|rule| &rule["Next"]))
                .any(|next| next == name)
        };
        assert!(states.values().any(leads_there), "{name}");
    }
}
