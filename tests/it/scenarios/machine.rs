//! Functions of a template started as processes of this machine, without AWS: times that are known beforehand are
//! found, and what takes them is named.

use serde_json::Value;

use crate::world::World;

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.13, Handler: app.handler, MemorySize: 1769}}
Resources:
  Quick: {Type: AWS::Serverless::Function, Properties: {CodeUri: quick/}}
  Pausing:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: pausing/
      Environment: {Variables: {PAUSE: '0.3', TABLE: !Ref Table}}
  Busy:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: busy/, Runtime: nodejs22.x, Handler: index.handler}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
";

fn project() -> World {
    let world = World::new();
    world.write("here/template.yaml", TEMPLATE);
    world.write("here/quick/app.py", "def handler(event, context):\n    return {}\n");
    world.write(
        "here/pausing/app.py",
        "import orders\n\n\ndef handler(event, context):\n    return orders.TABLE\n",
    );
    world.write("here/pausing/orders/__init__.py", "import os\nimport slow\nTABLE = os.environ['TABLE']\n");
    world.write("here/pausing/slow.py", "import os\nimport time\ntime.sleep(float(os.environ['PAUSE']))\n");
    world.write(
        "here/busy/node_modules/busy/index.js",
        "function busy() { const end = Date.now() + 200; while (Date.now() < end); }\nbusy();\n",
    );
    world.write("here/busy/index.js", "require('busy');\nexports.handler = async () => ({});\n");
    world
}

fn bench(world: &World, arguments: &[&str], exit: i32) -> Value {
    let common = ["coldstart-bench", "--project", "here", "--format", "json"];
    world.slsx(&[&common, arguments].concat()).assert_exit(exit).json()
}

#[test]
fn a_pause_of_known_length_is_found_and_breaks_the_gate() {
    let world = project();
    let html = ["--html", "report.html", "--svg", "plots"];
    let arguments = ["Pausing", "--local-runtime", "--against", "Quick", "-n", "8", "--gate", "p50<=+20%"];
    let found = bench(&world, &[&arguments[..], &html].concat(), 1);
    let comparison = &found["report"]["comparisons"][0]["comparison"];
    let shift = comparison["shift"].as_f64().unwrap();
    assert!((280.0..400.0).contains(&shift), "a pause of 300 ms made {shift} ms: {comparison:#}");
    let functions = found["report"]["functions"].as_array().unwrap();
    let summary = |function: &Value, what: &str| function[what]["p50"]["value"].as_f64().unwrap();
    for function in functions {
        assert_eq!(function["n"], 8, "{function:#}");
        if cfg!(target_os = "linux") {
            // A pause is no work.
            assert!(summary(function, "cpu") < summary(function, "init"), "{function:#}");
            assert!(summary(function, "cpu") < 250.0, "{function:#}");
        }
    }
    assert_eq!(found["report"]["page_cache"], "warm");
    let page = std::fs::read_to_string(world.path("report.html")).unwrap();
    assert!(page.contains("Pausing") && page.contains("<svg"), "{page}");
    assert!(world.path("plots/coldstart-ecdf.svg").exists());

    // Against an earlier run, only large differences are told.
    world.write("baseline.json", &found.to_string());
    let again =
        ["Pausing", "--local-runtime", "-n", "8", "--baseline", "baseline.json", "--gate", "p50<=+20%"];
    let same = bench(&world, &again, 0);
    let compared = &same["report"]["comparisons"][0];
    assert_eq!(compared["saved_ms"], found["report"]["started_ms"], "{compared:#}");
    assert_eq!(compared["comparison"]["is_significant"], false, "{compared:#}");
    let template = std::fs::read_to_string(world.path("here/template.yaml")).unwrap();
    world.write("here/template.yaml", &template.replace("'0.3'", "'0.5'"));
    assert_eq!(bench(&world, &again, 1)["report"]["gates"][0]["is_kept"], false);
    let absent = ["coldstart-bench", "Busy", "-n", "2", "--local-runtime", "--project", "here"];
    let absent = world.slsx(&[&absent[..], &again[4..]].concat()).assert_exit(2);
    assert!(absent.stderr.contains("was held against nothing"), "{}", absent.all());
    let burst = ["coldstart-bench", "--baseline", "baseline.json", "--project", "here"];
    let other = world.on_local_aws(&burst).assert_exit(2);
    assert!(other.stderr.contains("compare bursts with bursts"), "{}", other.all());

    // A share of a processor makes the same work last longer.
    let share = bench(&world, &["Quick", "--local-runtime", "--set", "memory=256", "-n", "3"], 0);
    let init: Vec<f64> = share["report"]["functions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|function| summary(function, "init"))
        .collect();
    assert!(init[1] > 2.0 * init[0], "a seventh of the memory: {init:?}");
}

#[test]
fn what_takes_the_time_is_named_and_what_can_be_tried_is_tried() {
    let world = project();
    let found = bench(&world, &["Pausing", "Busy", "--explain"], 0);
    assert_eq!(found["schema"], "slsx/coldstart-explain/1");
    let python = &found["functions"][0];
    let slow =
        python["packages"].as_array().unwrap().iter().find(|package| package["name"] == "slow").unwrap();
    assert!(slow["own_ms"].as_f64().unwrap() >= 300.0, "{python:#}");
    assert_eq!(slow["asked_by"], "orders");
    let tree = &python["imports"];
    assert_eq!(
        (&tree["module"], &tree["imports"][0]["module"]),
        (&"app".into(), &"orders".into()),
        "{tree:#}"
    );
    let suggestions = python["suggestions"].as_array().unwrap();
    assert_eq!(suggestions[0]["kind"], "own_code", "{suggestions:#?}");
    assert!(suggestions.iter().any(|one| one["kind"] == "byte_code" && one["basis"] == "measured"));

    let node = found["functions"][1]["packages"].as_array().unwrap();
    let busy = node.iter().find(|package| package["name"] == "busy").unwrap();
    let took = busy["own_ms"].as_f64().unwrap();
    assert!((120.0..300.0).contains(&took), "200 ms of work: {node:#?}");

    let tried = bench(&world, &["Quick", "--explain", "--try", "-n", "4"], 0);
    let compared = &tried["report"]["comparisons"][0];
    assert_eq!(compared["other"], "Quick (with byte code)", "{tried:#}");
    assert_eq!(tried["functions"][0]["function"], "Quick");
}

#[test]
fn what_cannot_be_started_is_one_clear_error() {
    let world = project();
    let refused = |arguments: &[&str]| {
        let common = ["coldstart-bench", "--local-runtime", "--project", "here"];
        world.slsx(&[&common, arguments].concat())
    };
    let wrong = world.slsx(&["coldstart-bench", "--set", "memory=64", "--project", "here"]).assert_exit(2);
    assert!(wrong.stderr.contains("no memory size"), "asked before anything else: {}", wrong.all());
    let unknown = refused(&["Pausin"]).assert_exit(2);
    assert!(unknown.stderr.contains("did you mean Pausing?"), "{}", unknown.all());
    world.write("here/pausing/slow.py", "import not_there\n");
    let broken = refused(&["Pausing", "-n", "2"]).assert_exit(3);
    assert!(broken.stderr.contains("No module named 'not_there'"), "{}", broken.all());
    world.write("mine.html", "my notes");
    let kept = refused(&["Quick", "--html", "mine.html"]).assert_exit(2);
    assert!(kept.stderr.contains("slsx did not write it"), "{}", kept.all());
    assert_eq!(std::fs::read_to_string(world.path("mine.html")).unwrap(), "my notes");
}
