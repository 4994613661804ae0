//! Somebody who does not want to wait: Ctrl-C once and twice on a terminal, signals without one, `--detach`, and coming
//! back with `attach`.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::terminal;
use crate::world::{Ran, World};

/// An update of `Slow` takes as many seconds as it is told; `Last` comes after it.
const TEMPLATE: &str = r#"
Parameters:
  Seconds: {Type: Number, Default: 0}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}]
  Sleeper:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Timeout: 30
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          import json, time, urllib.request
          def handler(event, context):
              if event["RequestType"] != "Delete":
                  time.sleep(float(event["ResourceProperties"]["Seconds"]))
              answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
              answer.update(Status="SUCCESS", PhysicalResourceId="slow")
              body = json.dumps(answer).encode()
              urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], body, method="PUT"))
  Slow:
    Type: Custom::Slow
    Properties: {ServiceToken: !GetAtt Sleeper.Arn, Seconds: !Ref Seconds}
  Last:
    Type: AWS::SQS::Queue
    DependsOn: Slow
    Properties: {VisibilityTimeout: !Ref Seconds}
"#;

struct Project {
    world: World,
    name: &'static str,
}

impl Project {
    fn new(name: &'static str) -> Self {
        let world = World::beside_others();
        world.write(&format!("{name}/template.yaml"), TEMPLATE);
        Self { world, name }
    }

    fn arguments<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        [arguments, &["--project", self.name]].concat()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.world.on_local_aws(&self.arguments(arguments))
    }

    fn start(&self, arguments: &[&str]) -> Child {
        self.world.start_on_local_aws(&self.arguments(arguments))
    }

    /// Deploys on a terminal.
    fn typed(&self, seconds: &str, steps: &[(&str, &str)]) -> Ran {
        let seconds = format!("Seconds={seconds}");
        let deploy = ["deploy", "--parameter", &seconds, "--local", "--instance", "tests"];
        terminal::run(&self.world.command(&self.arguments(&deploy)), steps)
    }

    fn status(&self) -> String {
        let status = self.run(&["status", "--format", "json"]);
        if status.exit == 3 {
            "gone".to_owned()
        } else {
            status.json()["status"].as_str().unwrap().to_owned()
        }
    }

    fn wait_for(&self, wanted: &str) {
        let start = Instant::now();
        while self.status() != wanted {
            assert!(start.elapsed() < Duration::from_secs(20), "{} is not {wanted}", self.status());
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// What is shown once CloudFormation is at work.
const BUSY: &str = "_IN_PROGRESS";
const DOWN_AND_ENTER: &str = "\x1b[B\r";

fn interrupt(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn ctrl_c_on_a_terminal_asks_and_does_what_is_wanted() {
    let project = Project::new("asked");
    let given_up = project.typed("5", &[(BUSY, "\x03"), ("Stop?", DOWN_AND_ENTER)]).assert_exit(4);
    assert!(given_up.stdout.contains("delete what was created"), "{}", given_up.stdout);
    assert_eq!(project.status(), "gone");

    project.run(&["deploy"]).assert_exit(0);
    let waited = project.typed("2", &[(BUSY, "\x03"), ("Stop?", "\r")]).assert_exit(0);
    assert!(waited.stdout.contains("UPDATE_COMPLETE"), "{}", waited.stdout);
    let cancelled = project.typed("5", &[(BUSY, "\x03"), ("Stop?", DOWN_AND_ENTER)]).assert_exit(4);
    assert!(cancelled.stdout.contains("Cancelled"), "{}", cancelled.stdout);
    assert_eq!(project.status(), "UPDATE_ROLLBACK_COMPLETE");

    let left = project.typed("4", &[(BUSY, "\x03"), ("Stop?", "\x03")]).assert_exit(130);
    assert!(left.stdout.contains("slsx attach"), "{}", left.stdout);
    assert_eq!(project.status(), "UPDATE_IN_PROGRESS");
    let attached = project.run(&["attach", "--format", "json"]).assert_exit(0).json();
    assert_eq!(
        (&attached["conclusion"], &attached["status"]),
        (&"succeeded".into(), &"UPDATE_COMPLETE".into())
    );
    let idle = project.run(&["attach"]).assert_exit(0);
    assert!(idle.stderr.contains("Nothing is in progress"), "{}", idle.all());
    project.run(&["destroy", "--yes"]).assert_exit(0);
    project.run(&["attach"]).assert_exit(3);
}

#[test]
fn signals_without_a_terminal_and_detach_leave_the_operation_to_cloudformation() {
    let project = Project::new("left");
    project.run(&["deploy"]).assert_exit(0);
    for (signal, exit, seconds) in [("-INT", 130, "Seconds=3"), ("-TERM", 143, "Seconds=4")] {
        let child = project.start(&["deploy", "--parameter", seconds]);
        project.wait_for("UPDATE_IN_PROGRESS");
        interrupt(&child, signal);
        let ran = Ran::of(child.wait_with_output().unwrap(), &["deploy"]).assert_exit(exit);
        assert!(ran.stderr.contains("slsx attach"), "{}", ran.stderr);
        project.run(&["attach"]).assert_exit(0);
    }

    let detached: Value = project
        .run(&["deploy", "--parameter", "Seconds=5", "--detach", "--format", "json"])
        .assert_exit(0)
        .json();
    assert_eq!(detached["conclusion"], "started", "{detached:#}");
    assert_eq!(project.status(), "UPDATE_IN_PROGRESS");
    // Whoever deploys meanwhile waits for it; whoever deploys the same follows it to its end.
    let same = project.start(&["deploy", "--parameter", "Seconds=5"]);
    let other = project.run(&["deploy", "--parameter", "Seconds=1"]).assert_exit(0);
    assert!(other.stderr.contains("waiting until that has ended"), "{}", other.stderr);
    let same = Ran::of(same.wait_with_output().unwrap(), &["deploy"]).assert_exit(0);
    assert!(same.stderr.contains("already under way"), "{}", same.stderr);
    project.run(&["destroy", "--yes"]).assert_exit(0);
}
