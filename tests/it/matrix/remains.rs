//! What a stack is made of, and whether anything of it is left after it was destroyed.

use serde_json::{Value, json};

use super::cell::Project;
use crate::http;
use crate::world::World;

/// The resources of the project's stack: logical id, type and physical id.
pub(super) fn resources(project: &Project) -> Vec<(String, String, String)> {
    let status = project.run(&["status", "--format", "json"]).assert_exit(0).json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let resources = status["resources"].as_array().unwrap().iter();
    resources
        .map(|resource| {
            (text(&resource["logical_id"]), text(&resource["resource_type"]), text(&resource["physical_id"]))
        })
        .collect()
}

/// Logical ids of the resources of one type.
pub(super) fn of_type(project: &Project, wanted: &str) -> Vec<String> {
    let found = resources(project).into_iter().filter(|(_, kind, _)| kind == wanted);
    found.map(|(logical_id, ..)| logical_id).collect()
}

/// Asks each service itself for what a stack is made of: the logical ids that are there, and those that are not.
pub(super) fn look_for(world: &World, stack: &[(String, String, String)]) -> (Vec<String>, Vec<String>) {
    let endpoint = world.endpoint();
    let asked = stack.iter().filter_map(|(logical_id, kind, physical_id)| {
        let names = names(&endpoint, kind)?;
        let is_there =
            names.iter().any(|name| name == physical_id || physical_id.ends_with(&format!("/{name}")));
        Some((logical_id.clone(), is_there))
    });
    let (there, gone): (Vec<_>, Vec<_>) = asked.partition(|(_, is_there)| *is_there);
    let ids = |found: Vec<(String, bool)>| found.into_iter().map(|(logical_id, _)| logical_id).collect();
    (ids(there), ids(gone))
}

/// The names of everything of a type; none for types that nobody can list here.
fn names(endpoint: &str, kind: &str) -> Option<Vec<String>> {
    let strings = |value: &Value, key: &str| -> Vec<String> {
        let items = value.as_array().cloned().unwrap_or_default();
        let texts = items.iter().map(|item| if key.is_empty() { item } else { &item[key] });
        texts.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    Some(match kind {
        "AWS::Lambda::Function" => {
            let text = http::look(&format!("{endpoint}/2015-03-31/functions/?MaxItems=10000"), "lambda").1;
            let all: Value = serde_json::from_str(&text).unwrap();
            strings(&all["Functions"], "FunctionName")
        }
        "AWS::DynamoDB::Table" => {
            let all = http::json(endpoint, "dynamodb", "DynamoDB_20120810.ListTables", &json!({}));
            strings(&all["TableNames"], "")
        }
        "AWS::SQS::Queue" => {
            let all = http::json(endpoint, "sqs", "AmazonSQS.ListQueues", &json!({}));
            strings(&all["QueueUrls"], "")
        }
        "AWS::Logs::LogGroup" => {
            let all = http::json(endpoint, "logs", "Logs_20140328.DescribeLogGroups", &json!({}));
            strings(&all["logGroups"], "logGroupName")
        }
        "AWS::StepFunctions::StateMachine" => {
            let all = http::json(endpoint, "states", "AWSStepFunctions.ListStateMachines", &json!({}));
            strings(&all["stateMachines"], "stateMachineArn")
        }
        "AWS::IAM::Role" => http::elements(&http::query(endpoint, "iam", "ListRoles", &[]), "RoleName"),
        "AWS::SNS::Topic" => http::elements(&http::query(endpoint, "sns", "ListTopics", &[]), "TopicArn"),
        "AWS::S3::Bucket" => http::elements(&http::look(&format!("{endpoint}/"), "s3").1, "Name"),
        "AWS::Lambda::EventSourceMapping" => {
            let text = http::look(&format!("{endpoint}/2015-03-31/event-source-mappings/"), "lambda").1;
            strings(&serde_json::from_str::<Value>(&text).unwrap()["EventSourceMappings"], "UUID")
        }
        "AWS::ApiGatewayV2::Api" => {
            let text = http::look(&format!("{endpoint}/v2/apis"), "apigateway").1;
            strings(&serde_json::from_str::<Value>(&text).unwrap()["items"], "apiId")
        }
        "AWS::ApiGateway::RestApi" => {
            let text = http::look(&format!("{endpoint}/restapis"), "apigateway").1;
            strings(&serde_json::from_str::<Value>(&text).unwrap()["item"], "id")
        }
        "AWS::Events::Rule" => {
            let all = http::json(endpoint, "events", "AWSEvents.ListRules", &json!({}));
            strings(&all["Rules"], "Name")
        }
        "AWS::CloudWatch::Alarm" => {
            http::elements(&http::query(endpoint, "monitoring", "DescribeAlarms", &[]), "AlarmName")
        }
        "AWS::OpenSearchService::Domain" => {
            let all: Value =
                serde_json::from_str(&http::look(&format!("{endpoint}/2021-01-01/domain"), "es").1).unwrap();
            strings(&all["DomainNames"], "DomainName")
        }
        _ => return None,
    })
}
