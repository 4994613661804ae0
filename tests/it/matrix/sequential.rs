//! A fan-out whose workers run one after the other: their times add up, and `verify` must tell.

use super::cell::Cell;
use crate::world::World;

/// The mistake the pattern is there to avoid: one function that calls the workers one after the other.
const ORCHESTRATOR: &str = "
  Orchestrator:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/orchestrator/
      Handler: app.handler
      Environment:
        Variables:
          WORKERS: !Sub ${ThumbnailFunction},${Transcode720pFunction},${UpdateDbFunction}
      Policies:
        - Version: \"2012-10-17\"
          Statement:
            - Effect: Allow
              Action: lambda:InvokeFunction
              Resource:
                - !GetAtt ThumbnailFunction.Arn
                - !GetAtt Transcode720pFunction.Arn
                - !GetAtt UpdateDbFunction.Arn
      Events:
        Uploaded:
          Type: SNS
          Properties:
            Topic: !Ref UploadTopic
";

const ORCHESTRATOR_CODE: &str = "
import json
import os

import boto3

LAMBDA = boto3.client('lambda')


def handler(event, context):
    for worker in os.environ['WORKERS'].split(','):
        LAMBDA.invoke(FunctionName=worker, Payload=json.dumps(event))
";

#[test]
fn workers_that_run_one_after_the_other_break_the_promise() {
    let workers = ["workers=thumbnail,transcode-720p,update-db"];
    let cell = Cell { pattern: "fan-out", language: "python", answers: &[] };
    let project = cell.scaffold_as("chain", World::beside_others(), &workers);
    project.edit("template.yaml", sequential);
    // AWS waits minutes before it tries again, local AWS a moment.
    project.edit("promise.toml", |text| text.replacen("within_seconds = 600", "within_seconds = 20", 1));
    project.world.lengthen_video("chain");
    project.world.write("chain/functions/orchestrator/app.py", ORCHESTRATOR_CODE);

    project.run(&["deploy"]).assert_exit(0);
    let verified = project.run(&["verify", "--format", "json"]).assert_exit(1).json();
    assert_eq!(verified["conclusion"], "broken", "{verified:#}");
    let outcome = |check: &str| {
        let checks = verified["checks"].as_array().unwrap();
        checks.iter().find(|found| found["check"] == check).unwrap()["outcome"].clone()
    };
    // Every worker did its work; that it took the sum of their times is what is wrong.
    assert_eq!(outcome("runs"), "kept", "{verified:#}");
    assert_eq!(outcome("overlap"), "broken", "{verified:#}");
    let chart = project.run(&["verify"]).assert_exit(1);
    assert!(chart.stdout.contains("promise broken"), "{}", chart.stdout);
    project.run(&["destroy"]).assert_exit(0);
}

/// The template with the workers' own events taken out and an orchestrator in front of them.
fn sequential(template: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut is_in_events = false;
    for line in template.lines() {
        is_in_events = line == "      Events:" || is_in_events && line.starts_with("        ");
        if !is_in_events {
            lines.push(line);
        }
    }
    let changed = lines.join("\n").replace("\nOutputs:\n", &format!("{ORCHESTRATOR}\nOutputs:\n"));
    assert!(changed.contains("Orchestrator:") && changed.matches("Events:").count() == 1, "{changed}");
    changed
}
