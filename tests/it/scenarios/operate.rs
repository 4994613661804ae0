//! Looking at what is deployed and using it: outputs, invocations, logs.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use serde_json::Value;

use crate::world::{Ran, World};

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: python3.13, Handler: app.handler, CodeUri: code/}
Resources:
  Orders: {Type: AWS::Serverless::Function}
  Other: {Type: AWS::Serverless::Function}
Outputs:
  OrdersName: {Value: !Ref Orders}
  Odd: {Value: 'a \"b\" $HOME'}
";

/// Answers with what it gets, and fails when it is told to.
const CODE: &str = r#"
import json
def handler(event, context):
    print(json.dumps({"level": "ERROR" if "fail" in event else "INFO", "message": "an order", "order": event.get("order")}))
    if "fail" in event:
        raise ValueError(event["fail"])
    return {"got": event}
"#;

fn world(name: &str) -> World {
    let world = World::beside_others();
    world.write(&format!("{name}/template.yaml"), TEMPLATE);
    world.write(&format!("{name}/code/app.py"), CODE);
    world.on_local_aws(&["deploy", "--project", name]).assert_exit(0);
    world
}

#[test]
fn outputs_are_for_people_programs_and_shells() {
    let world = world("outputs");
    let run =
        |arguments: &[&str]| world.on_local_aws(&[&["outputs", "--project", "outputs"], arguments].concat());
    let one = run(&["OrdersName"]).assert_exit(0);
    let all = run(&["--format", "json"]).assert_exit(0).json();
    assert_eq!(all["schema"], "slsx/outputs/1");
    assert_eq!(all["outputs"]["OrdersName"], one.stdout.trim_end());
    // A shell reads back what was written.
    let dotenv = run(&["--format", "dotenv"]).assert_exit(0).stdout;
    let script = format!("{dotenv}\nprintf '%s' \"$Odd\"");
    let read = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&read.stdout), "a \"b\" $HOME");
    let near = run(&["OrderName"]).assert_exit(2);
    assert!(near.stderr.contains("did you mean OrdersName?"), "{}", near.stderr);
    world.on_local_aws(&["destroy", "--project", "outputs", "--yes"]).assert_exit(0);
    run(&[]).assert_exit(3);
}

#[test]
fn an_invocation_shows_answer_log_and_figures_and_its_failure_is_an_exit_code() {
    let world = world("invoke");
    let run =
        |arguments: &[&str]| world.on_local_aws(&[&["invoke", "--project", "invoke"], arguments].concat());
    world.write("event.json", r#"{"order": 7}"#);
    let event = world.path("event.json");
    let event = event.to_str().unwrap();
    let human = run(&["Orders", "--event", event]).assert_exit(0);
    assert_eq!(human.stdout.trim_end(), r#"{"got": {"order": 7}}"#);
    assert!(human.stderr.contains("INFO  an order  order=7"), "{}", human.stderr);
    assert!(
        human.stderr.contains("Orders answered in") && human.stderr.contains("cold start"),
        "{}",
        human.stderr
    );
    let json = run(&["Orders", "-e", event, "--format", "json"]).assert_exit(0).json();
    assert_eq!((&json["schema"], &json["payload"]["got"]["order"]), (&"slsx/invoke/1".into(), &7.into()));
    assert!(json["duration_ms"].as_f64().unwrap() > 0.0 && json["init_ms"].is_null(), "{json:#}");

    let failed = piped(&world, r#"{"fail": "no such order"}"#);
    let failed = failed.assert_exit(1);
    assert!(failed.stdout.contains("no such order") && failed.stderr.contains("failed"), "{}", failed.all());

    world.write("event.json", "{\"order\": }");
    let wrong = run(&["Orders", "--event", event]).assert_exit(2);
    assert!(wrong.stderr.contains("event.json:1:11: not JSON"), "{}", wrong.stderr);
    let which = run(&[]).assert_exit(2);
    assert!(which.stderr.contains("name one of them: Orders, Other"), "{}", which.stderr);
    world.on_local_aws(&["destroy", "--project", "invoke", "--yes"]).assert_exit(0);
}

/// Invokes with an event from standard input.
fn piped(world: &World, event: &str) -> Ran {
    let arguments =
        ["invoke", "Orders", "--event", "-", "--project", "invoke", "--local", "--instance", "tests"];
    let mut command = world.command(&arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(event.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap(), &arguments)
}

#[test]
fn logs_are_merged_searched_and_followed() {
    let world = world("logs");
    let run = |arguments: &[&str]| world.on_local_aws(&[arguments, &["--project", "logs"]].concat());
    let empty = run(&["logs"]).assert_exit(0);
    assert!(empty.stdout.is_empty() && empty.stderr.contains("Nothing was logged"), "{}", empty.all());
    let event = |text: &str| {
        world.write("event.json", text);
        world.path("event.json")
    };
    let invoke = |function: &str, text: &str, exit| {
        run(&["invoke", function, "--event", event(text).to_str().unwrap()]).assert_exit(exit);
    };
    invoke("Orders", r#"{"order": 7}"#, 0);
    invoke("Other", r#"{"order": 8, "fail": "no"}"#, 1);
    let human =
        patient(&|| run(&["logs"]).assert_exit(0).stdout, &|text| text.matches("REPORT").count() == 2);
    let (first, second) = (human.find("order=7").unwrap(), human.find("order=8").unwrap());
    assert!(first < second && human.contains("Orders  ") && human.contains("Other   "), "{human}");

    let errors =
        run(&["logs", "--filter", "{ $.level = \"ERROR\" }", "--format", "json"]).assert_exit(0).stdout;
    let lines: Vec<Value> = errors.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1, "{errors}");
    assert_eq!((&lines[0]["function"], &lines[0]["message"]["order"]), (&"Other".into(), &8.into()));
    assert!(!run(&["logs", "Orders"]).assert_exit(0).stdout.contains("order=8"));
    run(&["logs", "--filter", "{ $.level"]).assert_exit(3);
    run(&["logs", "--since", "yesterday"]).assert_exit(2);

    follow(&world, &|| invoke("Orders", r#"{"order": 9}"#, 0));
    world.on_local_aws(&["destroy", "--project", "logs", "--yes"]).assert_exit(0);
}

/// Follows the logs while something is logged; whoever reads ends it.
fn follow(world: &World, act: &dyn Fn()) {
    let arguments = ["logs", "--follow", "--since", "1s", "--project", "logs", "--format", "json"];
    let mut child = world.start_on_local_aws(&arguments);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    act();
    let seen = lines.by_ref().map(Result::unwrap).find(|line| line.contains("\"order\":9"));
    assert!(seen.is_some());
    drop(lines);
    act();
    // With nobody who reads, there is nothing left to do.
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Local AWS takes a moment to write logs, as AWS does.
fn patient(look: &dyn Fn() -> String, is_enough: &dyn Fn(&str) -> bool) -> String {
    for _ in 0..50 {
        let text = look();
        if is_enough(&text) {
            return text;
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    panic!("not seen within 10 s: {}", look());
}
