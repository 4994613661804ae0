//! Each promise must be seen to break: variants of the patterns with the mistake that the pattern is there to avoid.

use super::cell::Cell;
use crate::world::World;

/// A mistake, made by replacing pieces of files.
struct Sabotage {
    pattern: &'static str,
    /// Name of the project, and so of its stack: several are there at once.
    name: &'static str,
    answers: &'static [&'static str],
    /// File, what is in it, and what stands there instead.
    edits: &'static [(&'static str, &'static str, &'static str)],
    /// `--load` of the verification.
    load: &'static str,
    /// The check that must tell.
    check: &'static str,
}

impl Sabotage {
    /// Beside others: only one check is looked at, and it does not come to hold on a busy machine.
    #[track_caller]
    fn breaks(&self) {
        self.breaks_in(World::beside_others());
    }

    #[track_caller]
    fn breaks_in(&self, world: World) {
        let cell = Cell { pattern: self.pattern, language: "python", answers: self.answers };
        let project = cell.scaffold_as(self.name, world, &[]);
        for (file, from, to) in self.edits {
            project.edit(file, |text| text.replace(from, to));
        }
        project.run(&["deploy"]).assert_exit(0);
        let ran = project.run(&["verify", "--format", "json", "--load", self.load]);
        let verdict = ran.assert_exit(1).json();
        assert_eq!(verdict["conclusion"], "broken", "{verdict:#}");
        let checks = verdict["checks"].as_array().unwrap();
        let told = checks.iter().find(|check| check["check"] == self.check);
        assert_eq!(told.unwrap_or_else(|| panic!("{verdict:#}"))["outcome"], "broken", "{verdict:#}");
        project.run(&["destroy", "--yes"]).assert_exit(0);
    }
}

/// A worker that takes its time: with a cap that only means that the queue grows.
const SLOW: (&str, &str, &str) = (
    "functions/worker.py",
    "    return process_partial_response(",
    "    import time; time.sleep(0.5)\n    return process_partial_response(",
);

/// Five workers were promised, and as many as there is work for come.
#[test]
fn a_slow_worker_keeps_its_cap() {
    let cell = Cell { pattern: "sqs-buffer", language: "python", answers: &["max-receives=2", "timeout=2"] };
    let project = cell.scaffold(World::new(), &[]);
    let (file, from, to) = SLOW;
    project.edit(file, |text| text.replace(from, to));
    project.run(&["deploy"]).assert_exit(0);
    project.verify(&["--load", "0.05"]);
    project.run(&["destroy", "--yes"]).assert_exit(0);
}

#[test]
fn a_queue_without_a_cap_hammers_what_lies_behind() {
    Sabotage {
        pattern: "sqs-buffer",
        name: "uncapped",
        answers: &["max-receives=2", "timeout=2"],
        edits: &[
            SLOW,
            ("template.yaml", "            ScalingConfig:\n              MaximumConcurrency: 5\n", ""),
        ],
        load: "0.2",
        check: "concurrency",
    }
    .breaks_in(World::new());
}

/// Webhooks that come twice take effect twice.
#[test]
fn an_unconditional_write_counts_webhooks_twice() {
    Sabotage {
        pattern: "sqs-buffer",
        name: "unconditional",
        answers: &["max-receives=2", "timeout=2"],
        edits: &[(
            "functions/effect.py",
            "            ConditionExpression=\"attribute_not_exists(#id)\",\n",
            "",
        )],
        load: "0.05",
        check: "effect",
    }
    .breaks();
}

/// The source that comes a moment later is given up at once.
#[test]
fn a_workflow_without_a_retry_gives_up() {
    Sabotage {
        pattern: "step-functions",
        name: "no-retry",
        answers: &[],
        edits: &[("workflow.asl.json", "\"MaxAttempts\": 6", "\"MaxAttempts\": 0")],
        load: "1",
        check: "retries",
    }
    .breaks();
}

/// Trying again at once is not waiting ten seconds.
#[test]
fn a_workflow_that_does_not_wait_is_told_by_its_history() {
    Sabotage {
        pattern: "step-functions",
        name: "no-wait",
        answers: &[],
        edits: &[(
            "workflow.asl.json",
            "\"IntervalSeconds\": 10,\n          \"BackoffRate\": 1.0",
            "\"IntervalSeconds\": 2,\n          \"BackoffRate\": 1.0",
        )],
        load: "1",
        check: "retries",
    }
    .breaks();
}

/// What failed for good leaves its traces behind.
#[test]
fn a_workflow_without_compensation_is_told_by_its_path() {
    Sabotage {
        pattern: "step-functions",
        name: "no-compensation",
        answers: &[],
        edits: &[(
            "workflow.asl.json",
            "\"Next\": \"Compensate\"\n        }\n      ],\n      \"Next\": \"NeedsApproval\"",
            "\"Next\": \"Failed\"\n        }\n      ],\n      \"Next\": \"NeedsApproval\"",
        )],
        load: "1",
        check: "path",
    }
    .breaks();
}

/// Adds each record to the document, as if every record came once and in order.
const ADDING: &str = "    accounts, failures = folded(batch, events)
    for account, its in batch.items():
        known = read_model.get(account) or {\"balance\": 0, \"version\": 0}
        amounts = {event.version: event.amount for event in events.of(account)}
        added = sum(amounts[record.version] for record in its)
        at = {\"opened_at\": \"2026-01-01T00:00:00.000Z\", \"updated_at\": \"2026-01-01T00:00:00.000Z\"}
        state = Account(account, known[\"balance\"] + added, known[\"version\"] + len(its), **at)
        accounts = [other for other in accounts if other.id != account] + [state]
    written = read_model.write(accounts)
";

#[test]
fn a_projector_that_adds_counts_duplicates() {
    Sabotage {
        pattern: "cqrs",
        name: "adding",
        answers: &["read-model=dynamodb"],
        edits: &[
            (
                "functions/projector.py",
                "    accounts, failures = folded(batch, events)\n    written = read_model.write(accounts)\n",
                ADDING,
            ),
            // It must know what it adds to.
            ("template.yaml", "Action: [dynamodb:PutItem, ", "Action: [dynamodb:GetItem, dynamodb:PutItem, "),
        ],
        load: "0.1",
        check: "duplicate",
    }
    .breaks();
}

/// The last writer wins, whatever it has seen.
#[test]
fn an_update_without_a_condition_loses_updates() {
    Sabotage {
        pattern: "api-proxy",
        name: "last-writer",
        answers: &[],
        edits: &[("functions/update.py", "    if expected is not None:\n", "    if False:\n")],
        load: "0.2",
        check: "contract",
    }
    .breaks();
}

/// One function for whatever comes answers what nobody has thought of.
#[test]
fn a_proxy_of_all_answers_unknown_routes() {
    Sabotage {
        pattern: "api-proxy",
        name: "proxy-of-all",
        answers: &[],
        edits: &[(
            "template.yaml",
            "            Method: GET\n            Path: /orders\n",
            "            Method: ANY\n            Path: /{proxy+}\n",
        )],
        load: "0.2",
        check: "unknown-route",
    }
    .breaks();
}
