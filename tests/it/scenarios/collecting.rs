//! `slsx gc`: what nothing refers to goes, and what a rollback goes back to stays.

use serde_json::{Value, json};

use crate::http;
use crate::relay::{Answer, relay};
use crate::world::{Ran, World};

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: greet/}
Outputs:
  Greet: {Value: !Ref Greet}
";

/// A queue whose retention is out of range fails in CloudFormation, not before.
const BROKEN: &str =
    "  Broken: {Type: AWS::SQS::Queue, DependsOn: Greet, Properties: {MessageRetentionPeriod: 7}}\n";

struct Project(World);

impl Project {
    fn says(&self, word: &str) {
        let code = format!("def handler(event, context):\n    return \"{word}\"\n");
        self.0.write("collected/greet/app.py", &code);
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.0.on_local_aws(&[arguments, &["--project", "collected"]].concat())
    }

    fn answer(&self) -> Value {
        let name = self.run(&["outputs", "Greet"]).assert_exit(0).stdout;
        let url = format!("{}/2015-03-31/functions/{}/invocations", self.0.endpoint(), name.trim());
        http::post(&url, "lambda", &json!({}))
    }

    /// The key of the function's package after a deployment.
    #[track_caller]
    fn deployed(&self, word: &str, lane: &str) -> String {
        self.says(word);
        let report = self.run(&["deploy", "--lane", lane, "--format", "json"]).assert_exit(0).json();
        report["packages"][0]["key"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn garbage(&self, arguments: &[&str]) -> Vec<String> {
        let report = self.run(&[&["gc", "--format", "json"], arguments].concat()).assert_exit(0).json();
        let keys = report["garbage"].as_array().unwrap().iter();
        keys.map(|object| object["key"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn only_what_nothing_refers_to_is_removed() {
    // Alone: the bucket is everybody's, and others deploy into it.
    let project = Project(World::new());
    project.0.write("collected/template.yaml", TEMPLATE);
    let one = project.deployed("one", "auto");
    assert!(!project.garbage(&["--dry-run"]).contains(&one), "the template names it");
    let two = project.deployed("two", "hot");
    let found = project.garbage(&["--dry-run"]);
    assert!(!found.contains(&one) && !found.contains(&two), "template and function: {found:?}");
    let three = project.deployed("three", "stack");
    let four = project.deployed("four", "stack");

    let removed = project.garbage(&["--yes"]);
    assert!(removed.contains(&one) && removed.contains(&two), "{removed:?}");
    assert!(
        !removed.contains(&three) && !removed.contains(&four),
        "this one and the one before: {removed:?}"
    );
    assert_eq!(project.garbage(&["--yes"]), [""; 0], "nothing is left");

    // An update that fails goes back to a package that is still there.
    project.says("five");
    project.0.write("collected/template.yaml", &TEMPLATE.replace("Outputs:", &format!("{BROKEN}Outputs:")));
    project.run(&["deploy"]).assert_exit(4);
    assert_eq!(project.answer(), "four");

    // What was removed is uploaded again when somebody goes back to it.
    project.0.write("collected/template.yaml", TEMPLATE);
    assert_eq!(project.deployed("one", "auto"), one);
    assert_eq!(project.answer(), "one");
    project.run(&["destroy", "--yes"]).assert_exit(0);
    let after = project.garbage(&["--yes"]);
    assert!(after.contains(&one) && after.contains(&"deployed/collected-dev.json".to_owned()), "{after:?}");
}

#[test]
fn a_deployment_that_a_sweep_crosses_uploads_again_what_is_missing() {
    let project = Project(World::beside_others());
    project.0.write("collected/template.yaml", &TEMPLATE.replace("Greet", "Crossed"));
    project.says("crossed");
    let report = project.run(&["deploy", "--stack", "crossed-dev", "--format", "json"]).assert_exit(0).json();
    let key = report["packages"][0]["key"].as_str().unwrap().to_owned();
    project.run(&["destroy", "--stack", "crossed-dev", "--yes"]).assert_exit(0);

    // The package is there, so it is not uploaded; then it is removed, before the change set is executed.
    let endpoint = project.0.endpoint();
    let bucket = format!("{endpoint}/slsx-artifacts-000000000000-us-east-1");
    let sweep = json!({"schema": "slsx/gc-note/1", "id": "another", "began_ms": 1, "is_over": true});
    let url = relay(&endpoint, move |_, body| {
        if body.contains("Action=CreateChangeSet") {
            http::send("DELETE", &format!("{bucket}/{key}"), "s3", &Value::Null);
            http::send("PUT", &format!("{bucket}/gc/last.json"), "s3", &sweep);
        }
        Answer::PassOn
    });
    let arguments = [
        "deploy",
        "--yes",
        "--project",
        "collected",
        "--stack",
        "crossed-dev",
        "--endpoint-url",
        &url,
        "--region",
        "us-east-1",
    ];
    let output = project
        .0
        .command(&arguments)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .output()
        .unwrap();
    Ran::of(output, &arguments).assert_exit(0);
    project.run(&["destroy", "--stack", "crossed-dev", "--yes"]).assert_exit(0);
}
