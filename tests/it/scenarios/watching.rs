//! `slsx deploy --watch`: what is saved is deployed, what is wrong waits for the next save.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{ChildStdout, Command};

use serde_json::{Value, json};

use crate::http;
use crate::world::World;

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: greet/}
Outputs:
  Greet: {Value: !Ref Greet}
";

/// What a watching slsx tells while it happens.
struct Stream {
    lines: Lines<BufReader<ChildStdout>>,
}

impl Stream {
    /// The next line of a type; those before it are read over.
    fn next(&mut self, wanted: &str) -> Value {
        for line in &mut self.lines {
            let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
            assert_eq!(line["schema"], "slsx/events/1");
            if line["type"] == wanted {
                return line;
            }
        }
        panic!("it ended before it told of a {wanted}");
    }

    /// How the next deployment ends; afterwards slsx watches.
    fn deployed(&mut self) -> Value {
        let result = self.next("result")["result"].take();
        self.watching();
        result
    }

    fn watching(&mut self) {
        while !self.next("message")["text"].as_str().unwrap().starts_with("Watching") {}
    }
}

fn says(world: &World, word: &str) {
    world.write("watched/greet/app.py", &format!("def handler(event, context):\n    return \"{word}\"\n"));
}

#[test]
fn what_is_saved_is_deployed() {
    let world = World::beside_others();
    world.write("watched/template.yaml", TEMPLATE);
    says(&world, "one");
    let arguments = ["deploy", "--watch", "--format", "ndjson", "--project", "watched"];
    let mut child = world.start_on_local_aws(&arguments);
    let mut stream = Stream { lines: BufReader::new(child.stdout.take().unwrap()).lines() };
    assert_eq!(stream.next("lane")["lane"]["name"], "stack");
    assert_eq!(stream.next("changes")["changes"].as_array().unwrap().len(), 2, "a function and its role");
    assert_eq!(stream.next("resource")["status"], "CREATE_IN_PROGRESS");
    let first = stream.deployed();
    assert_eq!((&first["conclusion"], &first["mode"]), (&json!("succeeded"), &json!("STANDARD")));

    says(&world, "two");
    let second = stream.deployed();
    assert_eq!((&second["conclusion"], &second["lane"]["name"]), (&json!("code-given"), &json!("hot")));
    let name = second["outputs"][0]["value"].as_str().unwrap();
    let url = format!("{}/2015-03-31/functions/{name}/invocations", world.endpoint());
    assert_eq!(http::post(&url, "lambda", &json!({})), "two");

    world.write("watched/template.yaml", "Resources: [");
    let error = stream.next("error");
    assert_eq!(error["exit_code"], 2, "{error}");
    stream.watching();
    // What is no part of the project wakes nobody: the next to be told is what comes after it.
    world.write("watched/notes.txt", "not deployed");
    world.write("watched/template.yaml", TEMPLATE);
    assert_eq!(stream.deployed()["conclusion"], "no-changes");

    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    world.on_local_aws(&["destroy", "--yes", "--project", "watched"]).assert_exit(0);
}

#[test]
fn a_protected_stage_is_not_watched() {
    let world = World::beside_others();
    world.write("watched/template.yaml", TEMPLATE);
    world.write("watched/slsx.toml", "[stage.dev]\nprotected = true\n");
    let refused = world.on_local_aws(&["deploy", "--watch", "--yes", "--project", "watched"]).assert_exit(2);
    assert!(refused.stderr.contains("stage dev is protected"), "{}", refused.stderr);
}
