//! What a webhook must look like; knows neither the queue nor the table.

use serde_json::{Map, Value};

const LONGEST_ID: usize = 128;
const LONGEST_TYPE: usize = 100;
const LARGEST_AMOUNT: i64 = 1_000_000_000_000;

/// The body is no webhook, and will not become one by trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWebhook {
    #[error("the body is not JSON")]
    NotJson,
    #[error("the body is not an object")]
    NotAnObject,
    #[error("id must have 1 to {LONGEST_ID} letters, digits or ._:-")]
    Id,
    #[error("type must have 1 to {LONGEST_TYPE} letters, digits or ._:-")]
    Type,
    #[error("amount must be an integer from -{LARGEST_AMOUNT} to {LARGEST_AMOUNT}")]
    Amount,
}

/// One thing that happened elsewhere. Its sender may tell us more than once, always with the same id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    pub id: String,
    pub kind: String,
    pub amount: i64,
}

/// Reads a body; members that nobody knows here are left alone, as senders add some.
pub fn webhook_in(body: &str) -> Result<Webhook, InvalidWebhook> {
    let members = members(body)?;
    Ok(Webhook {
        id: word(members.get("id"), LONGEST_ID).ok_or(InvalidWebhook::Id)?,
        kind: word(members.get("type"), LONGEST_TYPE).ok_or(InvalidWebhook::Type)?,
        amount: members.get("amount").and_then(whole).ok_or(InvalidWebhook::Amount)?,
    })
}

fn members(body: &str) -> Result<Map<String, Value>, InvalidWebhook> {
    match serde_json::from_str(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(InvalidWebhook::NotAnObject),
        Err(_) => Err(InvalidWebhook::NotJson),
    }
}

/// A text of letters, digits and a few marks that begins with a letter or digit.
fn word(value: Option<&Value>, longest: usize) -> Option<String> {
    let text = value?.as_str()?;
    let is_word = text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte))
        && text.len() <= longest;
    is_word.then(|| text.to_owned())
}

/// A whole number in the bounds. JSON has one kind of number, so 1.0 is whole too.
fn whole(value: &Value) -> Option<i64> {
    let bounds = -LARGEST_AMOUNT..=LARGEST_AMOUNT;
    let exact = value.as_i64().or_else(|| {
        let float = value.as_f64()?;
        // Far below 2^53, so the conversion loses nothing.
        (float.fract() == 0.0 && float.abs() <= LARGEST_AMOUNT as f64).then_some(float as i64)
    });
    exact.filter(|number| bounds.contains(number))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(member: &str, value: Value) -> String {
        let mut webhook = json!({"id": "a", "type": "payment", "amount": 1});
        webhook[member] = value;
        webhook.to_string()
    }

    #[test]
    fn reads_id_type_and_amount() {
        let body = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../events/webhook.json"));
        let expected = Webhook { id: "evt-1001".to_owned(), kind: "payment".to_owned(), amount: 4200 };
        assert_eq!(webhook_in(body), Ok(expected));
    }

    #[test]
    fn leaves_unknown_members_alone() {
        assert_eq!(webhook_in(&with("livemode", json!(false))).unwrap().id, "a");
    }

    #[test]
    fn an_integer_may_be_written_with_a_point() {
        assert_eq!(webhook_in(&with("amount", json!(2.0))).unwrap().amount, 2);
    }

    #[test]
    fn the_last_of_two_members_of_one_name_counts() {
        assert_eq!(webhook_in(r#"{"id": 1, "id": "a", "type": "t", "amount": 1}"#).unwrap().id, "a");
    }

    #[test]
    fn refuses_the_sample_of_poison() {
        let body = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../events/poison.json"));
        assert_eq!(webhook_in(body), Err(InvalidWebhook::Amount));
    }

    #[test]
    fn refuses_what_is_no_json_object() {
        for body in ["", "{", r#"{"id": }"#, &"[".repeat(100_000)] {
            assert_eq!(webhook_in(body), Err(InvalidWebhook::NotJson));
        }
        for body in ["[]", "null", r#""a""#, "1"] {
            assert_eq!(webhook_in(body), Err(InvalidWebhook::NotAnObject));
        }
    }

    #[test]
    fn refuses_bad_members_and_names_them() {
        let cases = [
            ("id", InvalidWebhook::Id, json!([null, 1, "", "-a", "a b", "a\n", "ä", "a".repeat(129)])),
            ("type", InvalidWebhook::Type, json!([null, [], "", ".a", "a".repeat(101)])),
            (
                "amount",
                InvalidWebhook::Amount,
                json!([null, "1", true, 1.5, 1_000_000_000_001_i64, -1_000_000_000_001_i64, 1e300, u64::MAX, [1]]),
            ),
        ];
        for (member, error, values) in cases {
            for value in values.as_array().unwrap() {
                assert_eq!(webhook_in(&with(member, value.clone())), Err(error), "{member} {value}");
            }
            assert!(error.to_string().starts_with(&format!("{member} must")));
        }
    }

    #[test]
    fn takes_the_longest_and_the_largest() {
        let body = json!({"id": "a".repeat(128), "type": "t".repeat(100), "amount": -1_000_000_000_000_i64});
        assert_eq!(webhook_in(&body.to_string()).unwrap().amount, -1_000_000_000_000);
    }

    #[test]
    fn the_messages_name_the_bounds() {
        assert_eq!(InvalidWebhook::Id.to_string(), "id must have 1 to 128 letters, digits or ._:-");
        assert_eq!(
            InvalidWebhook::Amount.to_string(),
            "amount must be an integer from -1000000000000 to 1000000000000"
        );
    }
}
