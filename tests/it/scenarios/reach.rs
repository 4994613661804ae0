//! One project in two regions as a stack set. Local AWS has no StackSets, so the ones here are the test's own; the stacks
//! they make, the buckets they take code from and the functions in them are real.

mod stack_sets;

use std::sync::{Arc, Mutex};

use serde_json::Value;

use self::stack_sets::StackSets;
use crate::http;
use crate::relay::relay;
use crate::world::{Ran, World};

const REGIONS: [&str; 2] = ["us-east-1", "eu-west-1"];

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: greet/}
Outputs:
  Greet: {Value: !Ref Greet}
";

struct Project {
    world: World,
    url: String,
    sets: Arc<Mutex<StackSets>>,
}

impl Project {
    fn new() -> Self {
        let world = World::beside_others();
        world.write("reach/template.yaml", TEMPLATE);
        world.write("reach/slsx.toml", "[stage.dev]\nregions = [\"us-east-1\", \"eu-west-1\"]\n");
        let sets = Arc::new(Mutex::new(StackSets::new(world.endpoint())));
        let shared = Arc::clone(&sets);
        let url = relay(&world.endpoint(), move |head, body| shared.lock().unwrap().answer(head, body));
        Self { world, url, sets }
    }

    fn says(&self, word: &str) {
        let code = format!("def handler(event, context):\n    return \"{word}\"\n");
        self.world.write("reach/greet/app.py", &code);
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let place = ["--project", "reach", "--endpoint-url", &self.url, "--region", "us-east-1"];
        let arguments = [arguments, &place].concat();
        let output = self
            .world
            .command(&arguments)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .output()
            .unwrap();
        Ran::of(output, &arguments)
    }

    #[track_caller]
    fn deploy(&self) -> Value {
        self.run(&["deploy", "--all-regions", "--yes", "--format", "json"]).assert_exit(0).json()
    }

    /// What the function answers in each region.
    fn answers(&self) -> Vec<Value> {
        let answer = |region: &&str| {
            let function = self.sets.lock().unwrap().output(region, "Greet");
            http::invoke_in(&self.world.endpoint(), region, &function)
        };
        REGIONS.iter().map(answer).collect()
    }
}

#[test]
fn a_project_is_deployed_to_every_region_of_its_stage() {
    let project = Project::new();
    project.says("one");
    let preview = project.run(&["deploy", "--all-regions", "--dry-run"]).assert_exit(0);
    assert!(preview.stdout.contains("2 stacks, 2 to add; a new stack set"), "{}", preview.stdout);
    let first = project.deploy();
    assert_eq!(
        (&first["is_new"], first["results"].as_array().unwrap().len()),
        (&true.into(), 2),
        "{first:#}"
    );
    assert_eq!(project.answers(), ["one", "one"]);
    assert_eq!(project.deploy()["executed"], false, "nothing differs");

    project.says("two");
    let second = project.deploy();
    assert_eq!((&second["is_new"], &second["is_update"]), (&false.into(), &true.into()));
    assert_eq!(project.answers(), ["two", "two"]);

    // What fails in the first region is not tried in the second one.
    let broken = "  Broken: {Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: 7}}\nOutputs:";
    project.world.write("reach/template.yaml", &TEMPLATE.replace("Outputs:", broken));
    let failed = project.run(&["deploy", "--all-regions", "--yes"]).assert_exit(5);
    assert!(failed.stdout.contains("FAILED") && failed.stdout.contains("CANCELLED"), "{}", failed.all());
    assert_eq!(project.answers(), ["two", "two"]);
    project.world.write("reach/template.yaml", TEMPLATE);

    project.sets.lock().unwrap().is_busy = true;
    let busy = project.run(&["deploy", "--all-regions", "--yes"]).assert_exit(6);
    assert!(busy.stderr.contains("operation console-1"), "{}", busy.stderr);
    project.sets.lock().unwrap().is_busy = false;

    let gone = project.run(&["destroy", "--all-regions", "--yes"]).assert_exit(0);
    assert!(gone.stdout.contains("2 stacks done"), "{}", gone.all());
    assert!(project.sets.lock().unwrap().is_gone());
    project.run(&["destroy", "--all-regions", "--yes"]).assert_exit(0);
}

#[test]
fn a_stage_without_regions_is_told_how_to_list_them() {
    let project = Project::new();
    project.says("one");
    project.world.write("reach/slsx.toml", "");
    let refused = project.run(&["deploy", "--all-regions", "--yes"]).assert_exit(2);
    assert!(
        refused.stderr.contains("lists no regions") && refused.stderr.contains("regions = ["),
        "{}",
        refused.stderr
    );
}
