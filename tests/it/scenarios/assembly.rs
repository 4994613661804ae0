//! A CDK app that was synthesized elsewhere: deployed without a bootstrap stack, and hot when only code changes.

use serde_json::{Value, json};

use crate::http;
use crate::world::{Ran, World};

const MANIFEST: &str = r#"{"version": "55.0.0", "artifacts": {
  "Shop.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Shop.assets.json"}},
  "Shop": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
    "properties": {"templateFile": "Shop.template.json"}, "dependencies": ["Shop.assets"], "displayName": "Shop"}}}"#;

/// As `cdk synth` writes it, for a function whose asset has this hash.
fn template(hash: &str) -> String {
    let bucket = json!({"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"});
    let assume = json!({"Version": "2012-10-17", "Statement": [
        {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}]});
    let contains = json!({"Fn::Contains": [["1", "2", "3", "4", "5"], {"Ref": "BootstrapVersion"}]});
    serde_json::to_string_pretty(&json!({
        "Resources": {
            "Role1": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": assume}},
            "Greet2": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Code": {"S3Bucket": bucket, "S3Key": format!("{hash}.zip")},
                    "Handler": "app.handler",
                    "Role": {"Fn::GetAtt": ["Role1", "Arn"]},
                    "Runtime": "python3.13"
                },
                "Metadata": {"aws:cdk:path": "Shop/Greet/Resource", "aws:asset:path": format!("asset.{hash}")}
            }
        },
        "Outputs": {"Greet": {"Value": {"Ref": "Greet2"}}},
        "Parameters": {"BootstrapVersion": {
            "Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version"}},
        "Rules": {"CheckBootstrapVersion": {"Assertions": [
            {"Assert": {"Fn::Not": [contains]}, "AssertDescription": "bootstrap"}]}}
    }))
    .unwrap()
}

struct App(World);

impl App {
    /// What `cdk synth` leaves after the function was made to say this.
    fn synthesize(&self, word: &str) {
        let hash = format!("{:0<64}", word.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
        let assets = json!({"version": "55.0.0", "dockerImages": {}, "files": {&hash: {
            "source": {"path": format!("asset.{hash}"), "packaging": "zip"},
            "destinations": {"here": {
                "bucketName": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}",
                "objectKey": format!("{hash}.zip")}}}}});
        let write = |name: &str, text: &str| self.0.write(&format!("app/cdk.out/{name}"), text);
        write("manifest.json", MANIFEST);
        write("Shop.assets.json", &assets.to_string());
        write("Shop.template.json", &template(&hash));
        write(
            &format!("asset.{hash}/app.py"),
            &format!("def handler(event, context):\n    return \"{word}\"\n"),
        );
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.0.on_local_aws(&[arguments, &["--project", "app"]].concat())
    }

    #[track_caller]
    fn deploy(&self) -> Value {
        self.run(&["deploy", "--format", "json"]).assert_exit(0).json()
    }

    fn answer(&self) -> Value {
        let name = self.run(&["outputs", "Greet"]).assert_exit(0).stdout;
        let url = format!("{}/2015-03-31/functions/{}/invocations", self.0.endpoint(), name.trim());
        http::post(&url, "lambda", &json!({}))
    }
}

#[test]
fn a_synthesized_app_is_deployed_without_a_bootstrap() {
    let app = App(World::beside_others());
    app.0.write("app/cdk.json", r#"{"app": "node app.js"}"#);
    let early = app.run(&["deploy"]).assert_exit(2);
    assert!(early.stderr.contains("npx cdk synth"), "{}", early.stderr);

    app.synthesize("one");
    let first = app.deploy();
    assert_eq!((&first["stack"], &first["conclusion"]), (&json!("Shop"), &json!("succeeded")));
    assert_eq!(app.answer(), "one");
    assert_eq!(app.deploy()["lane"]["name"], "noop");

    // Another asset has another name, which is all that differs in the template.
    app.synthesize("two");
    let second = app.deploy();
    assert_eq!((&second["lane"]["name"], &second["conclusion"]), (&json!("hot"), &json!("code-given")));
    assert_eq!(app.answer(), "two");

    let other = app.run(&["deploy", "--stack", "Bill"]).assert_exit(2);
    assert!(other.stderr.contains("It has Shop"), "{}", other.stderr);
    app.run(&["destroy", "--yes"]).assert_exit(0);
}
