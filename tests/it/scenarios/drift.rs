//! What somebody changes behind CloudFormation's back.

use serde_json::json;

use crate::http;
use crate::world::World;

const TEMPLATE: &str = "
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 30}}
  Other: {Type: AWS::SQS::Queue}
Outputs:
  Url: {Value: !Ref Queue}
  OtherUrl: {Value: !Ref Other}
";

#[test]
fn changes_and_deletions_behind_the_stack_are_told() {
    let world = World::beside_others();
    world.write("drift/template.yaml", TEMPLATE);
    let run = |arguments: &[&str]| world.on_local_aws(&[arguments, &["--project", "drift"]].concat());
    run(&["drift"]).assert_exit(3);
    run(&["deploy"]).assert_exit(0);
    let same = run(&["drift", "--exit-code"]).assert_exit(0);
    assert!(same.stdout.contains("is as CloudFormation made it (2 resources compared"), "{}", same.all());

    let url = |output: &str| run(&["outputs", output]).assert_exit(0).stdout.trim_end().to_owned();
    let change = json!({ "QueueUrl": url("Url"), "Attributes": { "VisibilityTimeout": "60" } });
    http::json(&world.endpoint(), "sqs", "AmazonSQS.SetQueueAttributes", &change);
    http::json(&world.endpoint(), "sqs", "AmazonSQS.DeleteQueue", &json!({ "QueueUrl": url("OtherUrl") }));
    let human = run(&["drift"]).assert_exit(0);
    assert!(human.stdout.contains("VisibilityTimeout  30 → 60"), "{}", human.stdout);
    let told = run(&["drift", "--exit-code", "--format", "json"]).assert_exit(1).json();
    assert_eq!((&told["schema"], &told["drifted"]), (&"slsx/drift/1".into(), &true.into()));
    let status = |id: &str| {
        let resources = told["resources"].as_array().unwrap();
        resources.iter().find(|resource| resource["logical_id"] == id).unwrap()["status"].clone()
    };
    assert_eq!((status("Queue"), status("Other")), ("MODIFIED".into(), "DELETED".into()));
    run(&["destroy", "--yes"]).assert_exit(0);
}
