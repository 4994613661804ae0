//! What a request for a command may look like. Knows nothing of what the command does.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::accounts::{Action, Command};
use crate::web::{Fault, Place, Problem, Request, parsed};

const MAXIMUM_AMOUNT: i64 = 1_000_000_000;
/// What a fragment of a URI need not escape (RFC 3986, unreserved).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The command of the request; else a problem that names every error at once.
pub fn command_in(request: &Request) -> Result<Command, Problem> {
    let key = request.headers.get("idempotency-key");
    if key.is_some_and(|key| !(1..=255).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic())) {
        let detail = "must have 1 to 255 printable ASCII characters";
        return Err(Problem::invalid_request(Place::Header("idempotency-key"), detail));
    }
    let content = parsed(request)?;
    let Some(members) = content.as_object() else {
        let place = Place::Pointer("#".to_owned());
        return Err(invalid(vec![Fault { place, detail: "must be an object".to_owned() }]));
    };
    match (action_in(members), amount_in(members), unknown_in(members).as_slice()) {
        // Without a key of its own, each request is a command of its own.
        (Ok(action), Ok(amount), []) => Ok(Command { id: key.unwrap_or(&request.id).clone(), action, amount }),
        (action, amount, unknown) => {
            let known = [action.err(), amount.err()].into_iter().flatten();
            Err(invalid(known.chain(unknown.iter().cloned()).collect()))
        }
    }
}

fn action_in(members: &Map<String, Value>) -> Result<Action, Fault> {
    match members.get("type") {
        None => Err(fault("type", "is required".to_owned())),
        Some(Value::String(name)) if name == "deposit" => Ok(Action::Deposit),
        Some(Value::String(name)) if name == "withdraw" => Ok(Action::Withdraw),
        Some(_) => Err(fault("type", "must be deposit or withdraw".to_owned())),
    }
}

/// A whole number in the range; 1.0 is whole to JSON.
fn amount_in(members: &Map<String, Value>) -> Result<i64, Fault> {
    let value = members.get("amount").ok_or_else(|| fault("amount", "is required".to_owned()))?;
    let whole = value.as_i64().or_else(|| {
        let float = value.as_f64()?;
        (float.fract() == 0.0 && float.abs() <= MAXIMUM_AMOUNT as f64).then_some(float as i64)
    });
    let amount = whole.filter(|amount| (1..=MAXIMUM_AMOUNT).contains(amount));
    amount.ok_or_else(|| fault("amount", format!("must be an integer from 1 to {MAXIMUM_AMOUNT}")))
}

fn unknown_in(members: &Map<String, Value>) -> Vec<Fault> {
    let mut names: Vec<_> = members.keys().filter(|name| !["type", "amount"].contains(&name.as_str())).collect();
    names.sort();
    names.into_iter().map(|name| fault(name, "is not known".to_owned())).collect()
}

fn fault(name: &str, detail: String) -> Fault {
    // A JSON pointer to the member, as the fragment of a URI.
    let escaped = name.replace('~', "~0").replace('/', "~1");
    Fault { place: Place::Pointer(format!("#/{}", utf8_percent_encode(&escaped, ESCAPED))), detail }
}

/// Content that is JSON, but no command.
fn invalid(errors: Vec<Fault>) -> Problem {
    Problem { errors, ..Problem::new(422, "invalid-content", "the content does not have the expected members") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(content: &Value) -> Request {
        Request { id: "request-1".into(), body: content.to_string().into_bytes(), ..Request::default() }
    }

    fn faults(content: &Value) -> Value {
        serde_json::to_value(command_in(&with(content)).unwrap_err().errors).unwrap()
    }

    #[test]
    fn a_command_without_a_key_is_one_of_its_own() {
        let command = command_in(&with(&json!({"type": "deposit", "amount": 5.0}))).unwrap();
        assert_eq!(command, Command { id: "request-1".into(), action: Action::Deposit, amount: 5 });
    }

    #[test]
    fn a_key_is_the_commands_id() {
        let mut request = with(&json!({"type": "withdraw", "amount": 1_000_000_000}));
        request.headers.insert("idempotency-key".into(), "k".into());
        let expected = Command { id: "k".into(), action: Action::Withdraw, amount: 1_000_000_000 };
        assert_eq!(command_in(&request), Ok(expected));
        for key in ["", "a b", &"k".repeat(256)] {
            request.headers.insert("idempotency-key".into(), key.to_owned());
            assert_eq!(command_in(&request).unwrap_err().kind, "invalid-request");
        }
    }

    #[test]
    fn names_every_error_at_once() {
        assert_eq!(
            faults(&json!({"amount": true, "b/": 1, "a": 1})),
            json!([
                {"pointer": "#/type", "detail": "is required"},
                {"pointer": "#/amount", "detail": "must be an integer from 1 to 1000000000"},
                {"pointer": "#/a", "detail": "is not known"},
                {"pointer": "#/b~1", "detail": "is not known"},
            ])
        );
        assert_eq!(faults(&json!([])), json!([{"pointer": "#", "detail": "must be an object"}]));
        for amount in [json!(0), json!(-1), json!(1.5), json!("1"), json!(1_000_000_001), json!(1e300), json!(null)] {
            assert_eq!(faults(&json!({"type": "deposit", "amount": amount})).as_array().unwrap().len(), 1, "{amount}");
        }
    }
}
