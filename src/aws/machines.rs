//! The `Machines` port over Step Functions.

use std::time::Duration;

use serde_json::{Value, json};

use super::session::Session;
use super::signed::{Service, Signed};
use crate::names::Arn;
use crate::ports::{Machines, RemoteError};
use crate::promise::workflow::{Ending, HistoryEvent, Machine};

const STATES: Service =
    Service { name: "states", host: "states", target: "AWSStepFunctions", version: "1.0" };
/// Synchronous executions have a host of their own
/// (<https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html>).
const SYNCHRONOUS: Service = Service { host: "sync-states", ..STATES };

/// Most events that one page of a history holds.
const PAGE: u32 = 1000;

/// Step Functions.
pub struct StateMachines {
    caller: Signed,
    synchronous: Signed,
}

impl StateMachines {
    /// Uses the session's credentials, region and endpoint.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self { caller: Signed::new(session, STATES), synchronous: Signed::new(session, SYNCHRONOUS) }
    }
}

impl Machines for StateMachines {
    async fn describe(&self, machine: &Arn) -> Result<Machine, RemoteError> {
        let request = json!({ "stateMachineArn": machine.as_str() });
        let reply = self.caller.call("DescribeStateMachine", &request).await?;
        let definition = reply.get("definition").and_then(Value::as_str).unwrap_or_default();
        Ok(Machine {
            is_express: reply.get("type").and_then(Value::as_str) == Some("EXPRESS"),
            definition: serde_json::from_str(definition).unwrap_or_default(),
        })
    }

    async fn start(&self, machine: &Arn, name: &str, input: &str) -> Result<Arn, RemoteError> {
        let request = json!({ "stateMachineArn": machine.as_str(), "name": name, "input": input });
        let reply = self.caller.call("StartExecution", &request).await?;
        Ok(Arn::new(text(&reply, "executionArn")))
    }

    async fn run(
        &self,
        machine: &Arn,
        name: &str,
        input: &str,
        patience: Duration,
    ) -> Result<Ending, RemoteError> {
        let request = json!({ "stateMachineArn": machine.as_str(), "name": name, "input": input });
        let reply = self.synchronous.call_once("StartSyncExecution", &request, patience).await?;
        Ok(ending(&reply))
    }

    async fn ending(&self, execution: &Arn) -> Result<Option<Ending>, RemoteError> {
        let request = json!({ "executionArn": execution.as_str() });
        let reply = self.caller.call("DescribeExecution", &request).await?;
        let found = ending(&reply);
        let runs = matches!(found.status.as_str(), "RUNNING" | "PENDING_REDRIVE");
        Ok((!runs).then_some(found))
    }

    async fn history(&self, execution: &Arn) -> Result<Vec<HistoryEvent>, RemoteError> {
        let mut request = json!({
            "executionArn": execution.as_str(), "maxResults": PAGE, "includeExecutionData": true,
        });
        let mut events = Vec::new();
        loop {
            let reply = self.caller.call("GetExecutionHistory", &request).await?;
            let page = reply.get("events").and_then(Value::as_array);
            events.extend(page.into_iter().flatten().filter_map(HistoryEvent::read));
            match (reply.get("nextToken").and_then(Value::as_str), &mut request) {
                (Some(token), Value::Object(members)) => members.insert("nextToken".into(), token.into()),
                _ => return Ok(events),
            };
        }
    }

    async fn succeed(&self, token: &str, output: &str) -> Result<(), RemoteError> {
        let request = json!({ "taskToken": token, "output": output });
        self.caller.call_once("SendTaskSuccess", &request, super::signed::ATTEMPT_LIMIT).await.map(drop)
    }

    async fn stop(&self, execution: &Arn) -> Result<(), RemoteError> {
        let request = json!({
            "executionArn": execution.as_str(), "error": "slsx.Verify",
            "cause": "slsx verify has stopped waiting for it",
        });
        self.caller.call("StopExecution", &request).await.map(drop)
    }
}

fn ending(reply: &Value) -> Ending {
    let own = |key: &str| reply.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
    Ending { status: text(reply, "status"), error: own("error"), cause: own("cause") }
}

fn text(reply: &Value, key: &str) -> String {
    reply.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}
