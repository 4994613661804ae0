//! Deployments that take the shortest way: nothing where nothing differs, code alone where only code does.

use serde_json::{Value, json};

use crate::http;
use crate::world::{Ran, World};

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Parameters:
  Level: {Type: String, Default: INFO}
Globals:
  Function: {Runtime: python3.13, Handler: app.handler}
Resources:
  First: {Type: AWS::Serverless::Function, Properties: {CodeUri: first/}}
  Second: {Type: AWS::Serverless::Function, Properties: {CodeUri: second/}}
  Published: {Type: AWS::Serverless::Function, Properties: {CodeUri: published/, AutoPublishAlias: live}}
Outputs:
  First: {Value: !Ref First}
";

/// A project whose functions say what they are told to.
struct Project {
    world: World,
    name: &'static str,
}

impl Project {
    fn new(name: &'static str) -> Self {
        let project = Self { world: World::beside_others(), name };
        project.template(TEMPLATE);
        for function in ["first", "second", "published"] {
            project.says(function, "one");
        }
        project
    }

    fn template(&self, text: &str) {
        self.world.write(&format!("{}/template.yaml", self.name), text);
    }

    fn says(&self, function: &str, word: &str) {
        let code = format!("def handler(event, context):\n    return \"{word}\"\n");
        self.world.write(&format!("{}/{function}/app.py", self.name), &code);
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.world.on_local_aws(&[arguments, &["--project", self.name]].concat())
    }

    /// Deploys, and returns what it says of itself.
    #[track_caller]
    fn deploy(&self, more: &[&str]) -> Value {
        self.run(&[&["deploy", "--format", "json"], more].concat()).assert_exit(0).json()
    }

    /// What the function that comes first answers.
    fn answer(&self) -> Value {
        let status = self.run(&["status", "--format", "json"]).assert_exit(0).json();
        let name = status["outputs"][0]["value"].as_str().unwrap();
        let url = format!("{}/2015-03-31/functions/{name}/invocations", self.world.endpoint());
        http::post(&url, "lambda", &json!({}))
    }

    fn destroy(&self) {
        self.run(&["destroy", "--yes"]).assert_exit(0);
    }
}

#[track_caller]
fn assert_lane(report: &Value, name: &str, functions: &[&str]) {
    assert_eq!(
        (&report["lane"]["name"], &report["lane"]["functions"]),
        (&json!(name), &json!(functions)),
        "{report:#}"
    );
}

#[test]
fn code_that_changed_is_given_to_lambda_and_later_deployments_know() {
    let project = Project::new("lanes");
    let first = project.deploy(&[]);
    assert_lane(&first, "stack", &[]);
    assert_eq!(first["lane"]["reason"], "there is no stack yet");
    let nothing = project.deploy(&[]);
    assert_lane(&nothing, "noop", &[]);
    assert_eq!(nothing["conclusion"], "no-changes");
    assert!(nothing["requests"].as_u64().unwrap() <= 4, "{nothing:#}");
    assert_eq!(nothing["outputs"], first["outputs"]);

    project.says("first", "two");
    let dry = project.run(&["deploy", "--dry-run"]).assert_exit(0);
    assert!(dry.stdout.contains("new code"), "{}", dry.all());
    assert_eq!(project.answer(), "one");
    let hot = project.deploy(&[]);
    assert_lane(&hot, "hot", &["First"]);
    assert_eq!(project.answer(), "two");
    assert_lane(&project.deploy(&[]), "noop", &[]);

    // CloudFormation's template still names the first package: going back to it must not be taken for nothing.
    project.says("first", "one");
    assert_lane(&project.deploy(&[]), "hot", &["First"]);
    assert_eq!(project.answer(), "one");

    // What CloudFormation has to do takes the code with it, and nothing is left to do.
    project.says("first", "three");
    assert_lane(&project.deploy(&[]), "hot", &["First"]);
    let level = project.deploy(&["--parameter", "Level=DEBUG"]);
    assert_lane(&level, "stack", &[]);
    assert_eq!(level["lane"]["reason"], "the parameter Level has another value");
    assert_eq!(project.answer(), "three");
    assert_lane(&project.deploy(&[]), "noop", &[]);
    project.destroy();
}

#[test]
fn what_code_alone_would_make_wrong_goes_through_cloudformation() {
    let project = Project::new("cold");
    project.deploy(&[]);
    project.says("published", "two");
    let refused = project.run(&["deploy", "--lane", "hot"]).assert_exit(2);
    assert!(refused.stderr.contains("versions of Published are part of the stack"), "{}", refused.stderr);
    assert!(refused.stderr.contains("leave --lane away"), "{}", refused.stderr);
    let published = project.deploy(&[]);
    assert_lane(&published, "stack", &[]);

    // A protected stage changes by change sets only.
    project.says("first", "two");
    project.world.write("cold/slsx.toml", "[stage.dev]\nprotected = true\n");
    let guarded = project.deploy(&["--yes"]);
    assert_eq!(guarded["lane"]["reason"], "the stage is protected");
    assert_eq!(project.answer(), "two");

    // Back to the code that CloudFormation knows, behind its back, and then protected: it would see no difference.
    project.world.write("cold/slsx.toml", "");
    project.says("first", "three");
    assert_lane(&project.deploy(&[]), "hot", &["First"]);
    project.says("first", "two");
    project.world.write("cold/slsx.toml", "[stage.dev]\nprotected = true\n");
    assert_lane(&project.deploy(&["--yes"]), "stack", &[]);
    assert_eq!(project.answer(), "two");
    project.world.write("cold/slsx.toml", "");
    project.destroy();
}
