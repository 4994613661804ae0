//! What a state machine's definition tells: where a task gets its token, and which function a state calls.

use serde_json::Value;

/// A state machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    /// It keeps no history.
    pub is_express: bool,
    /// Its definition, in the Amazon States Language.
    pub definition: Value,
}

impl Machine {
    /// The state of this name, also inside of parallel branches and maps.
    #[must_use]
    pub fn state(&self, name: &str) -> Option<&Value> {
        let mut open = vec![&self.definition];
        while let Some(part) = open.pop() {
            match part {
                Value::Object(members) => {
                    let states = members.get("States");
                    if let Some(state) = states.and_then(|states| states.get(name)) {
                        return Some(state);
                    }
                    open.extend(members.values());
                }
                Value::Array(items) => open.extend(items),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        None
    }

    /// Name or ARN of the function that a state calls; none when it does something else.
    #[must_use]
    pub fn function_of(&self, state: &str) -> Option<&str> {
        let state = self.state(state)?;
        let resource = state.get("Resource")?.as_str()?;
        if resource.contains(":lambda:") && resource.contains(":function:") {
            return Some(resource);
        }
        if !resource.contains(":states:::lambda:invoke") {
            return None;
        }
        let arguments = state.get("Parameters").or_else(|| state.get("Arguments"))?;
        arguments.get("FunctionName")?.as_str()
    }

    /// The task token among the parameters that a state's task was scheduled with.
    ///
    /// The definition says where it was put; where it is hidden in a text or was made by a function, a member that
    /// is called after it must do.
    #[must_use]
    pub fn token(&self, state: &str, parameters: &str) -> Option<String> {
        let scheduled: Value = serde_json::from_str(parameters).ok()?;
        let arguments =
            self.state(state).and_then(|state| state.get("Parameters").or_else(|| state.get("Arguments")));
        let by_place = arguments.and_then(|arguments| at_place(arguments, &scheduled));
        by_place.or_else(|| by_name(&scheduled))
    }
}

/// The value that stands where the definition says that the token is put.
fn at_place(arguments: &Value, scheduled: &Value) -> Option<String> {
    match arguments {
        Value::Object(members) => members.iter().find_map(|(key, argument)| {
            let value = scheduled.get(key.strip_suffix(".$").unwrap_or(key))?;
            if is_token_path(argument) {
                return value.as_str().map(ToOwned::to_owned);
            }
            at_place(argument, value)
        }),
        Value::Array(items) => items.iter().enumerate().find_map(|(index, argument)| {
            let value = scheduled.get(index)?;
            at_place(argument, value)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// The context object's path in `JSONPath` and in `JSONata`.
fn is_token_path(argument: &Value) -> bool {
    argument.as_str().is_some_and(|text| {
        let text = text.trim_start_matches("{%").trim_end_matches("%}").trim();
        text == "$$.Task.Token" || text == "$states.context.Task.Token"
    })
}

/// A text member whose name speaks of a token, also inside of texts that are JSON themselves.
fn by_name(value: &Value) -> Option<String> {
    match value {
        Value::Object(members) => members.iter().find_map(|(key, value)| {
            let is_named = key.to_ascii_lowercase().contains("token");
            value.as_str().filter(|_| is_named).map(ToOwned::to_owned).or_else(|| by_name(value))
        }),
        Value::Array(items) => items.iter().find_map(by_name),
        Value::String(text) if text.starts_with(['{', '[']) => {
            serde_json::from_str::<Value>(text).ok().as_ref().and_then(by_name)
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Machine;

    fn machine() -> Machine {
        let approve = json!({
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {
                "QueueUrl": "https://q",
                "MessageBody": { "job.$": "$.job", "proof.$": "$$.Task.Token" },
            },
        });
        let modern = json!({
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Arguments": { "FunctionName": "arn:aws:lambda:x:1:function:ask", "Payload": { "t": "{% $states.context.Task.Token %}" } },
        });
        let direct = json!({ "Type": "Task", "Resource": "arn:aws:lambda:x:1:function:work" });
        let branches = json!([{ "States": { "Inner": direct } }]);
        Machine {
            is_express: false,
            definition: json!({ "States": {
                "Approve": approve, "Modern": modern, "Both": { "Type": "Parallel", "Branches": branches },
            }}),
        }
    }

    #[test]
    fn functions_are_found_wherever_a_state_names_them() {
        assert_eq!(machine().function_of("Inner"), Some("arn:aws:lambda:x:1:function:work"));
        assert_eq!(machine().function_of("Modern"), Some("arn:aws:lambda:x:1:function:ask"));
        assert_eq!(machine().function_of("Approve"), None);
        assert_eq!(machine().function_of("Nowhere"), None);
    }

    #[test]
    fn the_token_stands_where_the_definition_puts_it() {
        let token = |state: &str, parameters: &str| machine().token(state, parameters);
        let sent = r#"{"QueueUrl":"https://q","MessageBody":{"job":"token","proof":"AQC"}}"#;
        assert_eq!(token("Approve", sent).as_deref(), Some("AQC"));
        assert_eq!(token("Modern", r#"{"FunctionName":"f","Payload":{"t":"AQD"}}"#).as_deref(), Some("AQD"));
        assert_eq!(token("Inner", r#"{"MessageBody":"{\"TaskToken\":\"AQE\"}"}"#).as_deref(), Some("AQE"));
        assert_eq!(token("Inner", r#"{"job":"AQF"}"#), None);
        assert_eq!(token("Inner", "no JSON"), None);
    }
}
