//! Least privilege, proven: each action that a pattern's roles grant is taken away in turn, and its promise must break.

use std::io::Write as _;
use std::sync::Mutex;
use std::time::Instant;

use serde_json::Value;

use super::cell::{Cell, Project};
use super::remains;
use crate::http;
use crate::world::World;

/// One action in one statement of one policy of one role.
#[derive(Clone, Debug)]
struct Grant {
    /// Logical id of the role, for messages.
    logical_id: String,
    role: String,
    policy: String,
    document: Value,
    statement: usize,
    action: usize,
}

/// How many cells are stripped at once: they wait more than they compute.
const AT_ONCE: usize = 4;

/// Strips every cell, several at once.
pub(super) fn prove_each_is_used_in(cells: &[Cell]) {
    let left =
        Mutex::new(cells.iter().copied().filter(|cell| cell.missing_tool().is_none()).collect::<Vec<_>>());
    let next = || left.lock().unwrap().pop();
    std::thread::scope(|scope| {
        let work = || {
            while let Some(cell) = next() {
                prove_each_is_used(cell);
            }
        };
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let failed = threads.into_iter().filter_map(|thread| thread.join().err()).count();
        assert_eq!(failed, 0, "see above");
    });
}

/// Takes each grant away in turn.
fn prove_each_is_used(cell: Cell) {
    let start = Instant::now();
    let project = cell.scaffold(World::beside_others(), answers(cell.pattern));
    shorten(&project);
    project.run(&["deploy"]).assert_exit(0);
    let small = ["--load", load(cell.pattern)];
    project.verify(&small);
    let endpoint = project.world.endpoint();
    let grants: Vec<Grant> =
        grants(&project, &endpoint).into_iter().filter(|grant| is_due(cell, grant)).collect();
    assert!(!grants.is_empty(), "{cell} grants nothing");
    let mut unused = Vec::new();
    for grant in &grants {
        grant.put(&endpoint, &grant.reduced());
        if grant.name() == "logs:CreateLogStream" {
            // An environment that has its stream goes on writing to it, as on AWS.
            start_afresh(&project, &endpoint);
        }
        let ran = project.run(&[&["verify", "--format", "json"][..], &small].concat());
        grant.put(&endpoint, &grant.document);
        match ran.exit {
            0 => unused.push(grant.to_string()),
            1 => {}
            _ => drop(ran.assert_exit(1)),
        }
        settle(&project, cell.pattern, &small);
    }
    assert!(unused.is_empty(), "{cell} works without what it grants: {unused:#?}");
    // What was given back must be enough again, or the failures above proved nothing.
    project.verify(&small);
    project.run(&["destroy", "--yes"]).assert_exit(0);
    // Past the capture of the test runner, as the rows of the matrix are.
    let _ = writeln!(
        std::io::stderr(),
        "{cell}: {} permissions taken away in turn, each was missed ({:.0} s)",
        grants.len(),
        start.elapsed().as_secs_f64()
    );
}

/// Small projects, whose failures are seen early.
fn answers(pattern: &str) -> &'static [&'static str] {
    match pattern {
        "fan-out" => &["workers=thumbnail,update-db"],
        "sqs-buffer" => &["timeout=1", "max-receives=2"],
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
    let shorter = |line: &str| match line.split_once('=') {
        Some((key, _)) if key.trim() == "within_seconds" => format!("{key}= 15"),
        Some((key, _)) if key.trim() == "seconds" => format!("{key}= 1"),
        // Poison goes to the dead letters by SQS itself, which needs no grant, after a long time.
        Some((key, _)) if key.trim() == "poison_count" => format!("{key}= 0"),
        _ => line.to_owned(),
    };
    project.edit("promise.toml", |text| text.lines().map(|line| shorter(line) + "\n").collect());
}

/// What a broken run left in queues and streams must not be what breaks the next one.
fn settle(project: &Project, pattern: &str, small: &[&str]) {
    if matches!(pattern, "sqs-buffer" | "cqrs") {
        project.verify(small);
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
        http::put(&url, "lambda", &serde_json::json!({ "MemorySize": memory }));
    }
}

fn grants(project: &Project, endpoint: &str) -> Vec<Grant> {
    let mut grants = Vec::new();
    let roles = remains::resources(project).into_iter().filter(|(_, kind, _)| kind == "AWS::IAM::Role");
    for (logical_id, _, role) in roles {
        let policies = http::query(endpoint, "iam", "ListRolePolicies", &[("RoleName", &role)]);
        for policy in http::elements(&policies, "member") {
            let name = [("RoleName", role.as_str()), ("PolicyName", policy.as_str())];
            let answer = http::query(endpoint, "iam", "GetRolePolicy", &name);
            let document = http::elements(&answer, "PolicyDocument").remove(0);
            let document: Value = serde_json::from_str(&decoded(&document)).unwrap();
            for (statement, found) in document["Statement"].as_array().unwrap().iter().enumerate() {
                for action in 0..actions(found).len() {
                    let (role, policy) = (role.clone(), policy.clone());
                    let (logical_id, document) = (logical_id.clone(), document.clone());
                    grants.push(Grant { logical_id, role, policy, document, statement, action });
                }
            }
        }
    }
    grants
}

fn actions(statement: &Value) -> Vec<String> {
    match &statement["Action"] {
        Value::Array(actions) => actions.iter().map(|action| action.as_str().unwrap().to_owned()).collect(),
        action => vec![action.as_str().unwrap().to_owned()],
    }
}

/// IAM answers with the document in percent encoding (RFC 3986).
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

impl Grant {
    fn name(&self) -> String {
        actions(&self.document["Statement"][self.statement])[self.action].clone()
    }

    /// The document without the action, and without the statement when it was its last.
    fn reduced(&self) -> Value {
        let mut document = self.document.clone();
        let statements = document["Statement"].as_array_mut().unwrap();
        let mut left = actions(&statements[self.statement]);
        left.remove(self.action);
        if left.is_empty() {
            statements.remove(self.statement);
        } else {
            statements[self.statement]["Action"] = left.into();
        }
        document
    }

    fn put(&self, endpoint: &str, document: &Value) {
        let name = [("RoleName", self.role.as_str()), ("PolicyName", self.policy.as_str())];
        if document["Statement"].as_array().unwrap().is_empty() {
            http::query(endpoint, "iam", "DeleteRolePolicy", &name);
        } else {
            let text = document.to_string();
            let parameters = [&name[..], &[("PolicyDocument", text.as_str())]].concat();
            http::query(endpoint, "iam", "PutRolePolicy", &parameters);
        }
    }
}

impl std::fmt::Display for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sid = self.document["Statement"][self.statement]["Sid"].as_str().unwrap_or("-");
        write!(f, "{} {sid}: {}", self.logical_id, self.name())
    }
}
