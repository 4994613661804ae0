//! Each promise must be seen to break: variants of the patterns with the mistake that the pattern is there to avoid.

use super::cell::{Cell, PROJECT, run};

/// A mistake, made by replacing a piece of one file.
struct Sabotage {
    pattern: &'static str,
    answers: &'static [&'static str],
    file: &'static str,
    from: &'static str,
    to: &'static str,
    /// `--load` of the verification.
    load: &'static str,
    /// The check that must tell.
    check: &'static str,
}

impl Sabotage {
    #[track_caller]
    fn breaks(&self) {
        let cell = Cell { pattern: self.pattern, language: "python", answers: self.answers };
        let world = cell.scaffold(&[]);
        let path = format!("{PROJECT}/{}", self.file);
        let text = std::fs::read_to_string(world.path(&path)).unwrap();
        assert!(text.contains(self.from), "{path} has changed: {text}");
        world.write(&path, &text.replace(self.from, self.to));
        run(&world, &["deploy"]).assert_exit(0);
        let verdict = run(&world, &["verify", "--format", "json", "--load", self.load]).assert_exit(1).json();
        assert_eq!(verdict["conclusion"], "broken", "{verdict:#}");
        let checks = verdict["checks"].as_array().unwrap();
        let told = checks.iter().find(|check| check["check"] == self.check);
        assert_eq!(told.unwrap_or_else(|| panic!("{verdict:#}"))["outcome"], "broken", "{verdict:#}");
        run(&world, &["destroy", "--yes"]).assert_exit(0);
    }
}

/// Five workers were promised, and as many as there is work for come.
#[test]
fn a_queue_without_a_cap_hammers_what_lies_behind() {
    Sabotage {
        pattern: "sqs-buffer",
        answers: &["max-receives=2", "timeout=2"],
        file: "template.yaml",
        from: "            ScalingConfig:\n              MaximumConcurrency: 5\n",
        to: "",
        load: "0.2",
        check: "concurrency",
    }
    .breaks();
}

/// Webhooks that come twice take effect twice.
#[test]
fn an_unconditional_write_counts_webhooks_twice() {
    Sabotage {
        pattern: "sqs-buffer",
        answers: &["max-receives=2", "timeout=2"],
        file: "functions/effect.py",
        from: "            ConditionExpression=\"attribute_not_exists(#id)\",\n",
        to: "",
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
        answers: &[],
        file: "workflow.asl.json",
        from: "\"MaxAttempts\": 6",
        to: "\"MaxAttempts\": 0",
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
        answers: &[],
        file: "workflow.asl.json",
        from: "\"IntervalSeconds\": 10,\n          \"BackoffRate\": 1.0",
        to: "\"IntervalSeconds\": 2,\n          \"BackoffRate\": 1.0",
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
        answers: &[],
        file: "workflow.asl.json",
        from: "\"Next\": \"Compensate\"",
        to: "\"Next\": \"Failed\"",
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
        answers: &["read-model=dynamodb"],
        file: "functions/projector.py",
        from: "    accounts, failures = folded(batch, events)\n    written = read_model.write(accounts)\n",
        to: ADDING,
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
        answers: &[],
        file: "functions/update.py",
        from: "    if expected is not None:\n",
        to: "    if False:\n",
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
        answers: &[],
        file: "template.yaml",
        from: "            Method: GET\n            Path: /orders\n",
        to: "            Method: ANY\n            Path: /{proxy+}\n",
        load: "0.2",
        check: "unknown-route",
    }
    .breaks();
}
