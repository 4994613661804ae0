//! POST: makes a new item. With an idempotency key, a request that is sent again makes no second one.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::AttributeValue::{N, S};
use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::content::{Content, checked};
use crate::table::{Attributes, Item, Table, failed, is_throttled};
use crate::versions::tag_of;
use crate::web::{Answer, Place, Problem, Refusal, Request, json_answer, json_of, parsed, require_json};

/// How long a key is remembered: as long as a client may reasonably go on trying.
const KEY_SECONDS: i64 = 24 * 60 * 60;
const IS_NEW: &str = "attribute_not_exists(id)";

/// What creating needs: the table of items, and the one of idempotency keys.
#[derive(Clone, Debug)]
pub struct Tables {
    pub items: Table,
    pub keys: String,
}

/// Checks the content and stores it as the first version of a new item.
pub async fn create(tables: &Tables, request: &Request) -> Result<Answer, Refusal> {
    require_json(request)?;
    let key = idempotency_key(request)?;
    let content = checked(&parsed(request)?)?;
    let item = Item::first(content.clone())?;
    if let Some(key) = key {
        return create_once(tables, request, key, &content, &item).await;
    }
    let table = &tables.items;
    let put = table.dynamodb.put_item().table_name(&table.name).set_item(Some(attributes(table, &item)));
    put.condition_expression(IS_NEW).send().await.map_err(|error| failed(&error))?;
    created(request, json_of(&item))
}

/// Stores the item together with its key: both or neither, so that no failure comes between them.
async fn create_once(
    tables: &Tables,
    request: &Request,
    key: &str,
    content: &Content,
    item: &Item,
) -> Result<Answer, Refusal> {
    let (body, fingerprint) = (json_of(item), fingerprint_of(content));
    let put = Put::builder()
        .table_name(&tables.items.name)
        .set_item(Some(attributes(&tables.items, item)))
        .condition_expression(IS_NEW);
    let remember = remembering(&tables.keys, key, &fingerprint, &body);
    let mut transaction = tables.items.dynamodb.transact_write_items();
    for put in [put, remember] {
        let put = put.build().map_err(|error| Refusal::Failure(error.to_string()))?;
        transaction = transaction.transact_items(TransactWriteItem::builder().put(put).build());
    }
    match transaction.send().await {
        Ok(_) => created(request, body),
        Err(error) => repeated(request, &fingerprint, &error),
    }
}

fn remembering(
    table: &str,
    key: &str,
    fingerprint: &str,
    answer: &str,
) -> aws_sdk_dynamodb::types::builders::PutBuilder {
    let seconds = Timestamp::now().as_second();
    Put::builder()
        .table_name(table)
        .item("key", S(key.to_owned()))
        .item("fingerprint", S(fingerprint.to_owned()))
        .item("answer", S(answer.to_owned()))
        .item("expires_at", N((seconds + KEY_SECONDS).to_string()))
        // DynamoDB deletes expired keys in its own time, which may be days later.
        .condition_expression("attribute_not_exists(#key) OR expires_at < :now")
        .expression_attribute_names("#key", "key")
        .expression_attribute_values(":now", N(seconds.to_string()))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
}

/// The first answer again, if the request is the same as it was then.
fn repeated<R: std::fmt::Debug>(
    request: &Request,
    fingerprint: &str,
    error: &SdkError<TransactWriteItemsError, R>,
) -> Result<Answer, Refusal> {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() else {
        return Err(failed(error));
    };
    let reasons = cancelled.cancellation_reasons();
    if reasons.iter().any(|reason| reason.code() == Some("TransactionConflict")) {
        let detail = "another request is using this idempotency key right now";
        let problem = Problem::new(409, "request-in-progress", "Request in progress", detail);
        return Err(Problem { headers: vec![("retry-after", "1")], ..problem }.into());
    }
    if reasons.iter().any(|reason| is_throttled(reason.code())) {
        return Err(Problem::overloaded().into());
    }
    // The second action is the key's.
    let first = reasons.get(1).filter(|reason| reason.code() == Some("ConditionalCheckFailed"));
    let text = |name| first.and_then(|reason| reason.item()?.get(name)?.as_s().ok());
    let (Some(known), Some(answer)) = (text("fingerprint"), text("answer")) else { return Err(failed(error)) };
    if known != fingerprint {
        let detail = "this idempotency key was used with other content";
        return Err(Problem::new(422, "idempotency-key-reused", "Idempotency key reused", detail).into());
    }
    let mut answer = created(request, answer.clone())?;
    answer.headers.insert("idempotent-replayed", "true".to_owned());
    Ok(answer)
}

/// The answer that tells of a new item.
fn created(request: &Request, body: String) -> Result<Answer, Refusal> {
    let item: Item = serde_json::from_str(&body).map_err(|error| Refusal::Failure(error.to_string()))?;
    let mut answer = json_answer(201, body);
    answer.headers.insert("location", format!("{}/{}", request.path.trim_end_matches('/'), item.id));
    answer.headers.insert("etag", tag_of(item.version));
    Ok(Answer { about: Some(item.id), ..answer })
}

fn attributes(table: &Table, item: &Item) -> Attributes {
    let mut attributes = item.to_attributes();
    attributes.extend(table.key(&item.id));
    attributes
}

/// The key under which the caller may send this request again.
fn idempotency_key(request: &Request) -> Result<Option<&str>, Problem> {
    let key = request.header("idempotency-key");
    if key.is_none_or(|key| (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())) {
        return Ok(key);
    }
    let detail = "must have 1 to 255 printable ASCII characters";
    Err(Problem::invalid_request(Place::Header("idempotency-key"), detail))
}

/// The same for the same content, in whatever order and layout it was sent.
fn fingerprint_of(content: &Content) -> String {
    Sha256::digest(json_of(content)).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_that_of_the_canonical_form() {
        let content = Content { note: Some("ä".to_owned()), quantity: Some(3), title: "b".to_owned() };
        let canonical = r#"{"note":"ä","quantity":3,"title":"b"}"#;
        let expected: String = Sha256::digest(canonical).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(fingerprint_of(&content), expected);
    }
}
