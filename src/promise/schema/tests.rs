//! Every kind: read whole, and refused with the place.

mod texts;

use self::texts::{API, BUFFER, FAN_OUT, READ_MODEL, WORKFLOW};
use super::*;

#[test]
fn every_kind_is_read_whole() {
    let Promise::FanOut(fan_out) = Promise::parse(FAN_OUT).unwrap() else { panic!("another kind") };
    assert_eq!(fan_out.workers[1].dead_letters, None);
    assert_eq!(fan_out.object_key("7f3a"), "uploads/verify-7f3a.y4m");
    let Promise::Api(api) = Promise::parse(API).unwrap() else { panic!("another kind") };
    assert_eq!(
        (api.steps[0].status.as_slice(), api.steps[1].status.as_slice()),
        ([201].as_slice(), [200, 203].as_slice())
    );
    assert_eq!(api.load.unwrap().requests[1].target, "/orders?limit=5");
    let Promise::Buffer(buffer) = Promise::parse(BUFFER).unwrap() else { panic!("another kind") };
    assert_eq!(buffer.webhooks.request.to_string(), "POST /webhooks");
    let Promise::Workflow(workflow) = Promise::parse(WORKFLOW).unwrap() else { panic!("another kind") };
    assert_eq!(workflow.executions[0].states().collect::<Vec<_>>(), ["Email", "Compensate", "Transcode"]);
    let Promise::ReadModel(model) = Promise::parse(READ_MODEL).unwrap() else { panic!("another kind") };
    assert_eq!(model.version_pointer(), Some("/version"));
    assert_eq!(
        (model.events.at.as_str(), model.checks.replay, model.commands.refused.as_slice()),
        ("at", true, [409, 422].as_slice())
    );
}

#[test]
fn a_fan_out_may_promise_what_it_refuses() {
    let failure = "\n[failure]\nfile = \"events/broken.bin\"\n";
    let error = Promise::parse(&format!("{FAN_OUT}{failure}")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "worker has no dead_letters, where [failure] says its refused upload must end"
    );
    let text =
        FAN_OUT.replace("\"UpdateDbFunction\"", "\"UpdateDbFunction\"\ndead_letters = \"UpdateDbFailures\"");
    let Promise::FanOut(promise) = Promise::parse(&format!("{text}{failure}")).unwrap() else {
        panic!("another kind")
    };
    let failure = promise.failure.clone().unwrap();
    assert_eq!(failure.within_seconds, 600);
    assert_eq!(promise.broken_key("7f3a", &failure), "uploads/verify-7f3a-broken.bin");
    let same = text.replace("UpdateDbFailures", "ThumbnailFailures");
    let error = Promise::parse(&format!("{same}\n[failure]\nfile = \"x\"\n")).unwrap_err();
    assert!(error.to_string().contains("is the queue of another worker too"), "{error}");
}

#[test]
fn unknown_keys_are_refused_with_their_place() {
    for (text, known, unknown) in [
        (FAN_OUT, "overhead_ms", "overhead"),
        (API, "after_load", "afterwards"),
        (BUFFER, "poison_count", "poisons"),
        (WORKFLOW, "at_least_seconds", "least"),
        (READ_MODEL, "aggregates", "agregates"),
    ] {
        let text = text.replacen(known, unknown, 1);
        let error = Promise::parse(&text).unwrap_err();
        assert!(error.to_string().contains(&format!("unknown field `{unknown}`")), "{error}");
        assert_eq!(&text[error.span().unwrap()], unknown);
    }
}

#[test]
fn another_version_or_kind_is_refused_before_anything_else() {
    let error = Promise::parse("version = 2\nkind = \"fan-out\"\nwhatever = 1").unwrap_err();
    assert_eq!(
        error.to_string(),
        "version 2 of promise.toml is not known here; this program reads version 1"
    );
    assert_eq!(error.span(), Some(10..11));
    let error = Promise::parse("version = 1\nkind = \"fanout\"").unwrap_err();
    assert!(error.to_string().contains("expected one of `fan-out`, `api`"), "{error}");
}

/// The change, what is said about it, and what stands at the place that is shown.
type Case = (&'static str, &'static str, &'static str, &'static str);

fn refused(text: &str, cases: &[Case]) {
    for (from, to, message, at) in cases {
        assert!(text.contains(from), "{from}");
        let text = text.replacen(from, to, 1);
        let error = Promise::parse(&text).unwrap_err();
        assert_eq!(error.to_string().trim_end(), *message, "{to}");
        assert_eq!(&text[error.span().unwrap()], *at, "{to}");
    }
}

#[test]
fn values_of_a_fan_out_that_cannot_be_meant() {
    refused(
        FAN_OUT,
        &[
            ("runs_each = 1", "runs_each = 0", "checks.runs_each must be at least 1", "0"),
            ("= 1.5", "= nan", "checks.makespan_factor must be between 1 and 100", "nan"),
            ("= 0.5", "= 0.0", "checks.minimum_overlap must be between 0.01 and 1", "0.0"),
            (
                "within_seconds = 60",
                "within_seconds = 0",
                "checks.within_seconds must be between 1 and 900",
                "0",
            ),
            (
                "events/sample",
                "../sample",
                "upload.file must be a path below the project",
                "\"../sample.y4m\"",
            ),
            (
                "\"events/sample",
                "\"/etc/sample",
                "upload.file must be a path below the project",
                "\"/etc/sample.y4m\"",
            ),
            (
                "\"update-db\"",
                "\"thumbnail\"",
                "worker.name is \"thumbnail\", which another worker is called too",
                "\"thumbnail\"",
            ),
        ],
    );
}

#[test]
fn values_of_an_api_that_cannot_be_meant() {
    refused(
        API,
        &[
            (
                "POST /orders",
                "POST orders",
                "\"POST orders\" is no request such as \"POST /orders\": a method, a blank and a path",
                "\"POST orders\"",
            ),
            (
                "GET /orders/${id}",
                "GET /orders/${other}",
                "step.request uses ${other}, which nothing defines; there is ${id}, ${run}",
                "\"GET /orders/${other}\"",
            ),
            (
                "= \"${run}\"",
                "= \"${id}\"",
                "step.headers.idempotency-key uses ${id}, which nothing defines; there is ${run}",
                "\"${id}\"",
            ),
            (
                "\"first\"}'",
                "\"first\"'",
                "step.body is not JSON: EOF while parsing an object at line 1 column 17",
                "'{\"title\": \"first\"'",
            ),
            ("status = 201", "status = 20", "step.status must be an HTTP status such as 200", "20"),
            ("status = 201", "status = []", "step.status must name at least one status", "[]"),
            (
                "save = { id = \"/id\" }",
                "save = { id = \"id\" }",
                "step.save has \"id\", which is no JSON pointer such as \"/id\"",
                "{ id = \"id\" }",
            ),
            (
                "name = \"read\"",
                "name = \"create\"",
                "step.name is \"create\", which another step is called too",
                "\"create\"",
            ),
            ("rate = 100", "rate = 0", "load.rate must be between 0.1 and 10000", "0"),
            ("= 95.0", "= 101.0", "checks.minimum_rate must be more than 0 and at most load.rate", "101.0"),
        ],
    );
    let without = API.split("[checks]").next().unwrap();
    assert_eq!(
        Promise::parse(without).unwrap_err().to_string(),
        "load needs [checks] with minimum_rate and maximum_p99_ms"
    );
}

#[test]
fn values_of_a_buffer_that_cannot_be_meant() {
    refused(
        BUFFER,
        &[
            (
                "'{\"id\": \"${id}\", \"amount\": 1}'",
                "'{\"amount\": 1}'",
                "webhooks.body must hold ${id}, by which it is found again",
                "'{\"amount\": 1}'",
            ),
            (
                "duplicates = 100",
                "duplicates = 10001",
                "webhooks.duplicates must be between 0 and 10000",
                "10001",
            ),
            ("connections = 64", "connections = 0", "webhooks.connections must be between 1 and 1000", "0"),
            (
                "\"DeadLetters\"",
                "\"Webhooks\"",
                "worker.dead_letters must be another queue than worker.queue",
                "\"Webhooks\"",
            ),
            ("times = \"times\"", "times = \"\"", "effect.times must name an attribute", "\"\""),
        ],
    );
}

#[test]
fn values_of_a_workflow_that_cannot_be_meant() {
    refused(
        WORKFLOW,
        &[
            (
                "\"SUCCEEDED\"",
                "\"DONE\"",
                "execution.status must be one of SUCCEEDED, FAILED, TIMED_OUT, ABORTED",
                "\"DONE\"",
            ),
            (
                "${run}-late",
                "${id}-late",
                "execution.input uses ${id}, which nothing defines; there is ${run}",
                "'{\"job\": \"${id}-late\"}'",
            ),
            ("\"Compensate\"", "\"Email\"", "execution.visits is to be avoided too", "\"Email\""),
            (
                "express = false",
                "express = true",
                "execution.callback cannot be: an Express workflow does not wait for task tokens",
                "{ state = \"Approve\", output = '{\"approved\": true}', after_seconds = 2 }",
            ),
            (
                "name = \"late-upload\"",
                "name = \"late upload\"",
                "execution.name must be 1 to 40 letters, digits, hyphens or underscores",
                "\"late upload\"",
            ),
            ("10.0", "-1.0", "execution.retries.at_least_seconds must be between 0 and 3600", "-1.0"),
        ],
    );
}

#[test]
fn values_of_a_read_model_that_cannot_be_meant() {
    refused(
        READ_MODEL,
        &[
            (
                "sum:amount",
                "average:amount",
                "\"average:amount\" is no fold: count, sum:ATTRIBUTE, last:ATTRIBUTE or max:ATTRIBUTE",
                "\"average:amount\"",
            ),
            (
                "GET /accounts/${id}",
                "GET /accounts",
                "query.request must hold ${id}, the aggregate",
                "\"GET /accounts\"",
            ),
            (
                "aggregates = 50",
                "aggregates = 1001",
                "commands.aggregates must be between 1 and 1000",
                "1001",
            ),
            (
                "[200, 201, 202]",
                "[409]",
                "commands.accepted must hold no status that means a refusal",
                "[409]",
            ),
            (
                "\"/balance\"",
                "\"balance\"",
                "query.fold has \"balance\", which is no JSON pointer such as \"/id\"",
                "{ \"balance\" = \"sum:amount\", \"/version\" = \"count\" }",
            ),
        ],
    );
}
