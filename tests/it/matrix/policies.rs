//! Everything that a stack grants, wherever it stands, action by action.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::cell::Project;
use super::remains;
use crate::http;

/// One action in one statement of one policy.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    /// Logical id of what has the policy, for messages.
    logical_id: String,
    place: Place,
    document: Value,
    statement: usize,
    action: usize,
}

/// Where a policy stands.
#[derive(Clone, Debug)]
enum Place {
    /// Inline in a role: the names of the role and of the policy.
    Role(String, String),
    /// At a function, by its name: what `AWS::Lambda::Permission` adds.
    Function(String),
    /// At a topic, by its ARN.
    Topic(String),
    /// At a search domain, by its name.
    Domain(String),
}

/// Everything that the project's stack grants.
pub(super) fn grants(project: &Project, endpoint: &str) -> Vec<Grant> {
    let mut grants = Vec::new();
    for (logical_id, kind, physical_id) in remains::resources(project) {
        let places = match kind.as_str() {
            "AWS::IAM::Role" => {
                let policies =
                    http::query(endpoint, "iam", "ListRolePolicies", &[("RoleName", &physical_id)]);
                let names = http::elements(&policies, "member").into_iter();
                names.map(|name| Place::Role(physical_id.clone(), name)).collect()
            }
            "AWS::Lambda::Function" => vec![Place::Function(physical_id)],
            "AWS::SNS::Topic" => vec![Place::Topic(physical_id)],
            "AWS::OpenSearchService::Domain" => vec![Place::Domain(physical_id)],
            _ => continue,
        };
        for place in places {
            grants.extend(place.grants(endpoint, &logical_id));
        }
    }
    grants
}

impl Place {
    fn grants(&self, endpoint: &str, logical_id: &str) -> Vec<Grant> {
        let Some(document) = self.read(endpoint) else { return Vec::new() };
        let mut grants = Vec::new();
        for (statement, found) in document["Statement"].as_array().unwrap().iter().enumerate() {
            // The one that every topic has is no grant of the pattern.
            if found["Effect"] != "Allow" || found["Sid"] == "__default_statement_ID" {
                continue;
            }
            for action in 0..actions(found).len() {
                let (logical_id, place, document) = (logical_id.to_owned(), self.clone(), document.clone());
                grants.push(Grant { logical_id, place, document, statement, action });
            }
        }
        grants
    }

    /// The policy, if there is one.
    fn read(&self, endpoint: &str) -> Option<Value> {
        let text = match self {
            Self::Role(role, policy) => {
                let name = [("RoleName", role.as_str()), ("PolicyName", policy.as_str())];
                let answer = http::query(endpoint, "iam", "GetRolePolicy", &name);
                http::decoded(&http::elements(&answer, "PolicyDocument").remove(0))
            }
            Self::Function(name) => {
                let (status, text) = http::look(&permissions(endpoint, name), "lambda");
                if status == 404 {
                    return None;
                }
                text_at(&text, "/Policy")
            }
            Self::Topic(arn) => {
                let answer = http::query(endpoint, "sns", "GetTopicAttributes", &[("TopicArn", arn)]);
                let entries = http::elements(&answer, "entry").into_iter();
                let policy = entries.into_iter().find(|entry| entry.contains("<key>Policy</key>"))?;
                http::elements(&policy, "value").remove(0)
            }
            Self::Domain(name) => text_at(
                &http::look(&configuration(endpoint, name), "es").1,
                "/DomainConfig/AccessPolicies/Options",
            ),
        };
        Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
    }

    /// Puts a policy in the place of the one that is there.
    fn write(&self, endpoint: &str, document: &Value) {
        let text = document.to_string();
        match self {
            Self::Role(role, policy) => {
                let name = [("RoleName", role.as_str()), ("PolicyName", policy.as_str())];
                if document["Statement"].as_array().unwrap().is_empty() {
                    http::query(endpoint, "iam", "DeleteRolePolicy", &name);
                } else {
                    let parameters = [&name[..], &[("PolicyDocument", text.as_str())]].concat();
                    http::query(endpoint, "iam", "PutRolePolicy", &parameters);
                }
            }
            Self::Function(name) => self.permit(endpoint, name, document),
            Self::Topic(arn) => {
                let parameters =
                    [("TopicArn", arn.as_str()), ("AttributeName", "Policy"), ("AttributeValue", &text)];
                http::query(endpoint, "sns", "SetTopicAttributes", &parameters);
            }
            Self::Domain(name) => {
                let body = json!({ "AccessPolicies": text });
                http::send("POST", &configuration(endpoint, name), "es", &body);
            }
        }
    }

    /// Removes and adds the statements that make the difference: a function's policy cannot be written as a whole.
    fn permit(&self, endpoint: &str, name: &str, document: &Value) {
        let url = permissions(endpoint, name);
        let wanted = document["Statement"].as_array().unwrap();
        let there =
            self.read(endpoint).map_or(Vec::new(), |found| found["Statement"].as_array().unwrap().clone());
        let sids = |statements: &[Value]| -> BTreeSet<String> {
            statements.iter().map(|statement| statement["Sid"].as_str().unwrap().to_owned()).collect()
        };
        for sid in sids(&there).difference(&sids(wanted)) {
            http::send("DELETE", &format!("{url}/{sid}"), "lambda", &Value::Null);
        }
        let missing: Vec<String> = sids(wanted).difference(&sids(&there)).cloned().collect();
        for statement in wanted.iter().filter(|statement| missing.iter().any(|sid| statement["Sid"] == **sid))
        {
            let body = json!({
                "StatementId": statement["Sid"], "Action": statement["Action"],
                "Principal": statement["Principal"]["Service"],
                "SourceArn": statement["Condition"]["ArnLike"]["AWS:SourceArn"],
            });
            http::send("POST", &url, "lambda", &body);
        }
    }
}

fn permissions(endpoint: &str, function: &str) -> String {
    format!("{endpoint}/2015-03-31/functions/{function}/policy")
}

fn configuration(endpoint: &str, domain: &str) -> String {
    format!("{endpoint}/2021-01-01/opensearch/domain/{domain}/config")
}

/// A text in a JSON document, or the document there as a text.
fn text_at(json: &str, pointer: &str) -> String {
    let value: Value = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
    match value.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => panic!("no {pointer} in {json}"),
    }
}

fn actions(statement: &Value) -> Vec<String> {
    match &statement["Action"] {
        Value::Array(actions) => actions.iter().map(|action| action.as_str().unwrap().to_owned()).collect(),
        action => vec![action.as_str().unwrap().to_owned()],
    }
}

impl Grant {
    /// The action.
    pub(super) fn name(&self) -> String {
        actions(&self.document["Statement"][self.statement])[self.action].clone()
    }

    /// Takes the action away.
    pub(super) fn take(&self, endpoint: &str) {
        self.place.write(endpoint, &self.reduced());
    }

    /// Leaves everything as it was before.
    pub(super) fn give_back(&self, endpoint: &str) {
        self.place.write(endpoint, &self.document);
    }

    /// The document without the action, and without the statement when it was its last.
    fn reduced(&self) -> Value {
        let mut document = self.document.clone();
        let statements = document["Statement"].as_array_mut().unwrap();
        let mut left = actions(&statements[self.statement]);
        left.remove(self.action);
        if left.is_empty() {
            statements.remove(self.statement);
        } else {
            statements[self.statement]["Action"] = left.into();
        }
        document
    }
}

impl std::fmt::Display for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sid = self.document["Statement"][self.statement]["Sid"].as_str().unwrap_or("-");
        write!(f, "{} {sid}: {}", self.logical_id, self.name())
    }
}
