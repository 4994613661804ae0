//! Nested stacks from files beside the template: packaged with what is in them, followed, and explained when they fail.

use serde_json::{Value, json};

use crate::http;
use crate::world::{Ran, World};

const PARENT: &str = "
Resources:
  Greetings:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: parts/greetings.yaml
Outputs:
  Greet: {Value: !GetAtt Greetings.Outputs.Greet}
";

const CHILD: &str = "
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}]
  Greet:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: app.handler, Code: ../greet, Role: !GetAtt Role.Arn}
Outputs:
  Greet: {Value: !Ref Greet}
";

struct Project(World);

impl Project {
    fn says(&self, word: &str) {
        let code = format!("def handler(event, context):\n    return \"{word}\"\n");
        self.0.write("nested/greet/app.py", &code);
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.0.on_local_aws(&[arguments, &["--project", "nested"]].concat())
    }

    #[track_caller]
    fn deploy(&self) -> Value {
        self.run(&["deploy", "--format", "json"]).assert_exit(0).json()
    }

    fn answer(&self, report: &Value) -> Value {
        let name = report["outputs"][0]["value"].as_str().unwrap();
        let url = format!("{}/2015-03-31/functions/{name}/invocations", self.0.endpoint());
        http::post(&url, "lambda", &json!({}))
    }
}

#[test]
fn nested_templates_are_packaged_followed_and_explained() {
    let project = Project(World::beside_others());
    project.0.write("nested/template.yaml", PARENT);
    project.0.write("nested/parts/greetings.yaml", CHILD);
    project.says("one");
    let first = project.deploy();
    assert_eq!(project.answer(&first), "one");
    assert_eq!(project.deploy()["lane"]["name"], "noop");

    // What is inside is CloudFormation's: the nested template has another address, so the stack has a change.
    project.says("two");
    let second = project.deploy();
    assert_eq!((&second["lane"]["name"], &second["conclusion"]), (&json!("stack"), &json!("succeeded")));
    assert_eq!(project.answer(&second), "two");

    // A queue whose retention is out of range fails in CloudFormation, inside of the nested stack.
    let broken = CHILD.replace(
        "Outputs:",
        "  Broken: {Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: 7}}\nOutputs:",
    );
    project.0.write("nested/parts/greetings.yaml", &broken);
    let failed = project.run(&["deploy"]).assert_exit(4);
    assert!(failed.stdout.contains("Greetings/Broken"), "{}", failed.all());
    assert!(
        failed.stderr.contains("template.yaml:3"),
        "names the line of the nested stack: {}",
        failed.stderr
    );

    project.0.write("nested/parts/greetings.yaml", "Resources:\n  Queue: {Type: AWS::SQS::Queue\n");
    let unreadable = project.run(&["deploy"]).assert_exit(2);
    assert!(unreadable.stderr.contains("parts/greetings.yaml:"), "{}", unreadable.stderr);
    let circle = PARENT.replace("parts/greetings.yaml", "../template.yaml");
    project.0.write("nested/parts/greetings.yaml", &circle);
    let circular = project.run(&["deploy"]).assert_exit(2);
    assert!(circular.stderr.contains("is nested in itself"), "{}", circular.stderr);
    project.run(&["destroy", "--yes"]).assert_exit(0);
}
