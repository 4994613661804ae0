//! Least privilege, proven: each action that a pattern grants is taken away in turn, and its promise must break.
//!
//! Not taken away, because nothing is lost with them here:
//! - `logs:*` in TypeScript and Rust: Lambda writes these lines itself, whatever the language; Python shows it.
//! - What the queue policies of fan-out grant to SNS and EventBridge: it is needed only when a function cannot be called
//!   at all. That local AWS asks for it is shown by the tests of its corrections.
//! - Trust policies and Deny statements grant no action.

use std::io::Write as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::cell::{Cell, Project};
use super::policies::{Grant, grants};
use super::remains;
use crate::http;
use crate::world::Beside;

/// How many cells are stripped at once: they wait more than they compute.
const AT_ONCE: usize = 8;

/// Strips every cell, several at once.
pub(super) fn prove_each_is_used_in(cells: &[Cell]) {
    let left =
        Mutex::new(cells.iter().copied().filter(|cell| cell.missing_tool().is_none()).collect::<Vec<_>>());
    let next = || left.lock().unwrap().pop();
    let turn = Beside::others();
    std::thread::scope(|scope| {
        let work = || {
            while let Some(cell) = next() {
                prove_each_is_used(cell, &turn);
            }
        };
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let failed = threads.into_iter().filter_map(|thread| thread.join().err()).count();
        assert_eq!(failed, 0, "see above");
    });
}

/// Pollers of streams and queues ask about a role twice a second; until then they go on with what they heard.
const REMEMBERED: Duration = Duration::from_millis(600);

/// Takes each grant away in turn.
fn prove_each_is_used(cell: Cell, turn: &Beside) {
    let start = Instant::now();
    let project = cell.scaffold(turn.world(), answers(cell.pattern));
    shorten(&project);
    project.run(&["deploy"]).assert_exit(0);
    let endpoint = project.world.endpoint();
    let proof = Proof { project, endpoint, load: load(cell.pattern) };
    proof.assert_nothing_is_missed();
    let mut due = grants(&proof.project, &proof.endpoint);
    due.retain(|grant| is_due(cell, grant));
    assert!(!due.is_empty(), "{cell} grants nothing");
    let mut unused = Vec::new();
    for grant in &due {
        grant.take(&proof.endpoint);
        std::thread::sleep(REMEMBERED);
        let is_missed = proof.misses(grant);
        grant.give_back(&proof.endpoint);
        if !is_missed {
            unused.push(grant.to_string());
        }
        if leaves_traces(cell.pattern, &grant.to_string()) {
            proof.assert_nothing_is_missed();
        }
    }
    assert!(unused.is_empty(), "{cell} works without what it grants: {unused:#?}");
    // What was given back must be enough again, or the failures above proved nothing.
    proof.assert_nothing_is_missed();
    proof.project.run(&["destroy", "--yes"]).assert_exit(0);
    // Past the capture of the test runner, as the rows of the matrix are.
    let _ = writeln!(
        std::io::stderr(),
        "{cell}: {} permissions taken away in turn, each was missed ({:.0} s)",
        due.len(),
        start.elapsed().as_secs_f64()
    );
}

/// Checks about time, which break or cannot be judged because other projects use the machine too.
const ABOUT_TIME: [&str; 5] = ["makespan", "overlap", "rate", "latency", "lag"];

/// A deployed project, and how its promise is proven.
struct Proof {
    project: Project,
    endpoint: String,
    load: &'static str,
}

impl Proof {
    /// The checks that do not hold. Those about time do not count: no permission makes anything slower.
    fn missed(&self) -> Vec<String> {
        let ran = self.project.run(&["verify", "--format", "json", "--load", self.load]);
        assert!(ran.exit <= 1, "{}", ran.all());
        let verdict = ran.json();
        let checks = verdict["checks"].as_array().unwrap().iter();
        checks
            .filter(|check| check["outcome"] != "kept" && check["outcome"] != "skipped")
            .map(|check| check["check"].as_str().unwrap().to_owned())
            .filter(|name| !ABOUT_TIME.contains(&name.as_str()))
            .collect()
    }

    /// Whether anything is lost without the grant, which was taken away.
    fn misses(&self, grant: &Grant) -> bool {
        if grant.name() == "logs:CreateLogStream" {
            // An environment that has its stream goes on writing to it, as on AWS.
            start_afresh(&self.project, &self.endpoint);
        }
        match grant.to_string() {
            name if name == KEEPS_FAILURES => !keeps_failures(&self.project, &self.endpoint),
            name if name.starts_with(DELIVERS_LOGS) => !delivers_logs(&self.project, &self.endpoint),
            _ => !self.missed().is_empty(),
        }
    }

    /// With everything granted, everything holds.
    fn assert_nothing_is_missed(&self) {
        // The first run may still meet what a broken one left: an index without a mapping, messages in flight.
        if !self.missed().is_empty() {
            assert_eq!(self.missed(), Vec::<String>::new(), "{}", self.project.name);
        }
        let (project, endpoint) = (&self.project, &self.endpoint);
        let is_workflow = project.name.starts_with("step-functions");
        assert!(!is_workflow || delivers_logs(project, endpoint), "{} cannot be made", project.name);
        let is_projected = project.name.starts_with("cqrs");
        assert!(!is_projected || keeps_failures(project, endpoint), "{} loses its failures", project.name);
    }
}

/// What the projector gives up on goes to a queue. No command can make such an event, so no promise can.
const KEEPS_FAILURES: &str = "ProjectorRole KeepFailures: sqs:SendMessage";

/// Whether an event that is out of order ends in the failure queue.
fn keeps_failures(project: &Project, endpoint: &str) -> bool {
    let stack = remains::resources(project);
    let id = |wanted: &str| &stack.iter().find(|(logical_id, ..)| logical_id == wanted).unwrap().2;
    let call = |service: &str, target: &str, body: &Value| http::json(endpoint, service, target, body);
    // Its account has no first event.
    let event = json!({
        "aggregate_id": { "S": "gap" }, "version": { "N": "2" }, "type": { "S": "deposited" },
        "amount": { "N": "1" }, "at": { "S": "2026-01-01T00:00:00.000Z" },
        "command_id": { "S": "gap" }, "correlation_id": { "S": "gap" },
    });
    let key = json!({ "TableName": id("Events"), "Key": { "aggregate_id": { "S": "gap" }, "version": { "N": "2" } } });
    // What the runs before left there proves nothing.
    call("sqs", "AmazonSQS.PurgeQueue", &json!({ "QueueUrl": id("ProjectorFailures") }));
    call("dynamodb", "DynamoDB_20120810.PutItem", &json!({ "TableName": id("Events"), "Item": event }));
    let request =
        json!({ "QueueUrl": id("ProjectorFailures"), "WaitTimeSeconds": 5, "VisibilityTimeout": 0 });
    let start = Instant::now();
    let mut is_kept = false;
    while !is_kept && start.elapsed() < Duration::from_secs(15) {
        let received = call("sqs", "AmazonSQS.ReceiveMessage", &request);
        is_kept = received["Messages"].as_array().is_some_and(|messages| !messages.is_empty());
    }
    call("dynamodb", "DynamoDB_20120810.DeleteItem", &key);
    is_kept
}

/// Step Functions asks for these when a workflow with a log is made, and sets up with them what delivers it.
const DELIVERS_LOGS: &str = "WorkflowRole DeliverLogs: ";

/// Whether a workflow with the role and the log of the project's own can be made.
fn delivers_logs(project: &Project, endpoint: &str) -> bool {
    let stack = remains::resources(project);
    let arn = &stack.iter().find(|(logical_id, ..)| logical_id == "Workflow").unwrap().2;
    let target = |action: &str| format!("AWSStepFunctions.{action}");
    let own = json!({ "stateMachineArn": arn });
    let found = http::json(endpoint, "states", &target("DescribeStateMachine"), &own);
    let another = json!({
        "name": format!("{}-another", project.name), "definition": found["definition"], "type": found["type"],
        "roleArn": found["roleArn"], "loggingConfiguration": found["loggingConfiguration"],
    });
    let (status, answer) = http::call(endpoint, "states", &target("CreateStateMachine"), &another);
    if status != 200 {
        assert!(answer.contains("AccessDenied"), "{answer}");
        return false;
    }
    let made: Value = serde_json::from_str(&answer).unwrap();
    let made = json!({ "stateMachineArn": made["stateMachineArn"] });
    http::json(endpoint, "states", &target("DeleteStateMachine"), &made);
    true
}

/// Small projects, whose failures are seen early. A fan-out has two workers with enough to do side by side.
fn answers(pattern: &str) -> &'static [&'static str] {
    match pattern {
        "fan-out" => &["workers=transcode-1080p,transcode-720p,update-db"],
        "sqs-buffer" => &["timeout=3", "max-receives=2"],
        _ => &[],
    }
}

fn load(pattern: &str) -> &'static str {
    match pattern {
        "sqs-buffer" => "0.01",
        "cqrs" => "0.05",
        _ => "0.1",
    }
}

/// The lines that Lambda writes do not depend on the language, so one language is enough for what they need.
fn is_due(cell: Cell, grant: &Grant) -> bool {
    cell.language == "python" || !grant.name().starts_with("logs:")
}

/// A broken promise is known after a few seconds here; on AWS it may take minutes.
fn shorten(project: &Project) {
    let patience = match project.name.split('-').next() {
        // Workflows wait ten seconds before they try again.
        Some("step") => 30,
        Some("cqrs") => 10,
        _ => 15,
    };
    let shorter = |line: &str| match line.split_once('=') {
        Some((key, _)) if key.trim() == "within_seconds" => format!("{key}= {patience}"),
        Some((key, _)) if key.trim() == "seconds" => format!("{key}= 1"),
        // Poison goes to the dead letters by SQS itself, which needs no grant, after a long time.
        Some((key, _)) if key.trim() == "poison_count" => format!("{key}= 0"),
        _ => line.to_owned(),
    };
    project.edit("promise.toml", |text| text.lines().map(|line| shorter(line) + "\n").collect());
    if project.name.starts_with("cqrs") {
        project.edit("template.yaml", |text| {
            text.replace("MaximumRetryAttempts: 10", "MaximumRetryAttempts: 1")
        });
    }
}

/// Whether a run without the grant leaves something in queues or streams.
fn leaves_traces(pattern: &str, grant: &str) -> bool {
    match pattern {
        "sqs-buffer" => true,
        "cqrs" => ["Projector", "ReadModel"].iter().any(|owner| grant.starts_with(owner)),
        _ => false,
    }
}

/// Makes the next invocation of each function start an environment, which a change of the memory does.
fn start_afresh(project: &Project, endpoint: &str) {
    let functions =
        remains::resources(project).into_iter().filter(|(_, kind, _)| kind == "AWS::Lambda::Function");
    for (_, _, name) in functions {
        let url = format!("{endpoint}/2015-03-31/functions/{name}/configuration");
        let configuration: Value = serde_json::from_str(&http::look(&url, "lambda").1).unwrap();
        let memory = configuration["MemorySize"].as_u64().unwrap() ^ 1;
        http::send("PUT", &url, "lambda", &json!({ "MemorySize": memory }));
    }
}
