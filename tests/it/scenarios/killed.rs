//! A deployment that is killed between any two of its requests, and run again: the same stack, and nothing left over.

use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::http;
use crate::relay::{Answer, relay};
use crate::world::World;

const TEMPLATE: &str = "
Parameters:
  Seconds: {Type: Number}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}]
  Greet:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: app.handler, Code: greet/, Role: !GetAtt Role.Arn, Timeout: !Ref Seconds}
Outputs:
  Seconds: {Value: !Ref Seconds}
";

/// Stands between slsx and local AWS, counts requests, and keeps one of them.
struct Gate {
    url: String,
    control: Arc<Mutex<Control>>,
    kept: Receiver<()>,
}

struct Control {
    /// Requests that are passed on before one is kept.
    left: Option<usize>,
    passed: usize,
    tell: Sender<()>,
}

impl Gate {
    fn before(endpoint: &str) -> Self {
        let (tell, kept) = channel();
        let control = Arc::new(Mutex::new(Control { left: None, passed: 0, tell }));
        let shared = Arc::clone(&control);
        let pass = move |_: &str, _: &str| {
            if shared.lock().unwrap().lets_pass() { Answer::PassOn } else { Answer::Keep }
        };
        Self { url: relay(endpoint, pass), control, kept }
    }

    /// Passes on so many requests and keeps the next one.
    fn keep_after(&self, left: Option<usize>) {
        let mut control = self.control.lock().unwrap();
        control.left = left;
        control.passed = 0;
    }

    /// Waits until a request is kept, and kills who sent it. False when it ended before that.
    fn kill(&self, child: &mut Child) -> bool {
        loop {
            if self.kept.recv_timeout(Duration::from_millis(20)).is_ok() {
                child.kill().unwrap();
                child.wait().unwrap();
                return true;
            }
            if child.try_wait().unwrap().is_some() {
                return false;
            }
        }
    }
}

impl Control {
    fn lets_pass(&mut self) -> bool {
        let passes = self.left.is_none_or(|left| self.passed < left);
        if passes {
            self.passed += 1;
        } else {
            let _ = self.tell.send(());
        }
        passes
    }
}

struct Project {
    world: World,
    gate: Gate,
}

impl Project {
    fn start(&self, seconds: &str) -> Child {
        let parameter = format!("Seconds={seconds}");
        let arguments = ["deploy", "--yes", "--project", "killed", "--parameter", &parameter];
        self.world
            .command(&[&arguments[..], &["--endpoint-url", &self.gate.url, "--region", "us-east-1"]].concat())
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs to the end.
    #[track_caller]
    fn deploy(&self, seconds: &str, after: &str) {
        self.gate.keep_after(None);
        let ran = self.start(seconds).wait_with_output().unwrap();
        assert!(ran.status.success(), "{after}: {}", String::from_utf8_lossy(&ran.stderr));
    }

    /// Kills a deployment after so many requests; false when it needs no more and has ended well.
    fn is_killed_after(&self, requests: usize, seconds: &str) -> bool {
        self.gate.keep_after(Some(requests));
        let mut child = self.start(seconds);
        if self.gate.kill(&mut child) {
            return true;
        }
        assert!(child.wait().unwrap().success());
        self.assert_whole(seconds, "nothing");
        false
    }

    /// The stack as it must be, and nothing beside it.
    #[track_caller]
    fn assert_whole(&self, seconds: &str, after: &str) {
        let query = |action: &str, parameters: &[(&str, &str)]| {
            http::query(&self.world.endpoint(), "cloudformation", action, parameters)
        };
        let stack = query("DescribeStacks", &[("StackName", "killed-dev")]);
        assert!(stack.contains(&format!("<OutputValue>{seconds}</OutputValue>")), "{after}: {stack}");
        assert!(stack.contains("_COMPLETE</StackStatus>") && !stack.contains("ROLLBACK"), "{after}: {stack}");
        let change_sets = query("ListChangeSets", &[("StackName", "killed-dev")]);
        let pending = change_sets.matches("<ExecutionStatus>AVAILABLE</ExecutionStatus>").count();
        assert_eq!(pending, 0, "{after}: {change_sets}");
    }
}

#[test]
fn a_deployment_that_is_killed_anywhere_is_finished_by_the_next_one() {
    let world = World::beside_others();
    world.write("killed/template.yaml", TEMPLATE);
    world.write("killed/greet/app.py", "def handler(event, context):\n    return 1\n");
    let gate = Gate::before(&world.endpoint());
    let project = Project { world, gate };
    let destroy = || {
        project.world.on_local_aws(&["destroy", "--yes", "--project", "killed"]).assert_exit(0);
    };
    // How many requests it takes depends on what is in the bucket, so each sweep ends with a deployment that does.
    let mut creates = 0;
    while project.is_killed_after(creates, "3") {
        let after = format!("killed after {creates} requests of a creation");
        project.deploy("3", &after);
        project.assert_whole("3", &after);
        destroy();
        creates += 1;
    }
    let mut updates = 0;
    // Each time another value, so that there is something to change.
    while project.is_killed_after(updates, &(10 + updates).to_string()) {
        let (seconds, after) =
            ((10 + updates).to_string(), format!("killed after {updates} requests of an update"));
        project.deploy(&seconds, &after);
        project.assert_whole(&seconds, &after);
        updates += 1;
    }
    destroy();
    println!("killed between requests: {creates} points of a creation, {updates} of an update");
    assert!(creates >= 15 && updates >= 15, "{creates} and {updates} requests");
}
