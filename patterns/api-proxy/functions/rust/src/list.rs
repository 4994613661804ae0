//! GET of the collection, newest first, a page at a time.

use aws_sdk_dynamodb::types::AttributeValue::S;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::table::{Item, Table, failed, is_id};
use crate::web::{Answer, Place, Problem, Refusal, Request, json_answer, json_of};

const DEFAULT_LIMIT: i32 = 20;

#[derive(Serialize)]
struct Page {
    items: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// One page, and a token for the next one if there is more.
pub async fn read_page(table: &Table, request: &Request) -> Result<Answer, Refusal> {
    let limit = limit_in(request)?;
    let after = token_in(request)?;
    let condition =
        if after.is_some() { "#collection = :collection AND id < :after" } else { "#collection = :collection" };
    let call = table
        .dynamodb
        .query()
        .table_name(&table.name)
        .key_condition_expression(condition)
        .expression_attribute_names("#collection", "collection")
        .expression_attribute_values(":collection", S(table.collection.clone()))
        // Ids begin with the time, so the newest come first.
        .scan_index_forward(false)
        // One more than asked for: whether there is a next page is known without an empty last one.
        .limit(limit + 1);
    let call = match after {
        Some(id) => call.expression_attribute_values(":after", S(id)),
        None => call,
    };
    let found = call.send().await.map_err(|error| failed(&error))?;
    let mut items = found.items().iter().map(Item::from_attributes).collect::<Result<Vec<_>, _>>()?;
    let limit = usize::try_from(limit).unwrap_or_default();
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| has_more).map(|last| token_after(&last.id));
    Ok(json_answer(200, json_of(&Page { items, next })))
}

/// How many items the caller wants at once.
fn limit_in(request: &Request) -> Result<i32, Problem> {
    let Some(value) = request.query.get("limit") else { return Ok(DEFAULT_LIMIT) };
    let is_plain = value.bytes().all(|byte| byte.is_ascii_digit()) && !value.starts_with('0');
    let limit = value.parse().ok().filter(|limit| is_plain && (1..=100).contains(limit));
    limit.ok_or_else(|| Problem::invalid_request(Place::Parameter("limit"), "must be an integer from 1 to 100"))
}

/// A token for the page after this item. It begins with the version of its form, so that a later one can tell.
fn token_after(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("1:{id}"))
}

/// The item after which the page begins, or None for the first page.
fn token_in(request: &Request) -> Result<Option<String>, Problem> {
    let Some(token) = request.query.get("next") else { return Ok(None) };
    let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let id = text.as_deref().and_then(|text| text.strip_prefix("1:")).filter(|id| is_id(id)).map(str::to_owned);
    let invalid = || Problem::invalid_request(Place::Parameter("next"), "is not a token of this list");
    id.map(Some).ok_or_else(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> Request {
        Request { query: [(name.to_owned(), value.to_owned())].into(), ..Request::default() }
    }

    #[test]
    fn limits_are_from_1_to_100() {
        assert_eq!(limit_in(&Request::default()), Ok(20));
        assert_eq!((limit_in(&with("limit", "1")), limit_in(&with("limit", "100"))), (Ok(1), Ok(100)));
        for value in ["", "0", "101", "-1", "+1", "01", "1.0", "x", " 1"] {
            assert!(limit_in(&with("limit", value)).is_err(), "{value}");
        }
    }

    #[test]
    fn a_token_names_the_item_it_was_made_of_and_nothing_else_is_one() {
        let id = "0193b1a0-0000-7000-8000-000000000001";
        assert_eq!(token_in(&with("next", &token_after(id))), Ok(Some(id.to_owned())));
        let foreign = URL_SAFE_NO_PAD.encode(format!("2:{id}"));
        for token in ["", "x", "====", &foreign, &URL_SAFE_NO_PAD.encode("1:x"), &format!("{}=", token_after(id))] {
            assert!(token_in(&with("next", token)).is_err(), "{token}");
        }
    }
}
