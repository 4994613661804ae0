//! Items of the table and calls to DynamoDB, for every function; knows nothing of HTTP but the problems it can meet.

use std::collections::HashMap;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::AttributeValue::{self, N, S};
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::content::Content;
use crate::versions::conflict;
use crate::web::{Problem, Refusal, Request};

const THROTTLED: [&str; 6] = [
    "LimitExceededException",
    "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingError",
    "ThrottlingException",
];

/// The values of an item as DynamoDB has them.
pub type Attributes = HashMap<String, AttributeValue>;

/// A setting that the template does not give.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is not set")]
pub struct MissingSetting(&'static str);

/// The table, and the collection in it that this API keeps.
#[derive(Clone, Debug)]
pub struct Table {
    pub dynamodb: Client,
    pub name: String,
    pub collection: String,
}

impl Table {
    /// With the settings of the function.
    pub async fn from_settings() -> Result<Self, MissingSetting> {
        Ok(Self { dynamodb: client().await, name: setting("TABLE")?, collection: setting("COLLECTION")? })
    }

    /// The key of an item.
    pub fn key(&self, id: &str) -> Attributes {
        HashMap::from([("collection".to_owned(), S(self.collection.clone())), ("id".to_owned(), S(id.to_owned()))])
    }
}

/// The value of an environment variable. Read once, when an execution environment starts.
pub fn setting(name: &'static str) -> Result<String, MissingSetting> {
    std::env::var(name).map_err(|_| MissingSetting(name))
}

/// A client that gives up well before the function's time is over.
async fn client() -> Client {
    let tls = Provider::Rustls(CryptoMode::Ring);
    let timeouts =
        TimeoutConfig::builder().connect_timeout(Duration::from_secs(1)).read_timeout(Duration::from_secs(2)).build();
    let config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().tls_provider(tls).build_https())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .load()
        .await;
    Client::new(&config)
}

/// An item as it is answered, without what belongs to the table alone. Members that are not given are absent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Item {
    pub id: String,
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    pub version: i64,
    pub created_at: String,
    pub updated_at: String,
}

impl Item {
    /// The first version of a new item.
    pub fn first(content: Content) -> Result<Self, Refusal> {
        let (id, now) = (new_id()?, now());
        let Content { note, quantity, title } = content;
        Ok(Self { id, title, note, quantity, version: 1, created_at: now.clone(), updated_at: now })
    }

    /// Values as DynamoDB wants them: numbers travel as text.
    pub fn to_attributes(&self) -> Attributes {
        let Self { id, title, note, quantity, version, created_at, updated_at } = self.clone();
        let values = [
            ("id", Some(S(id))),
            ("title", Some(S(title))),
            ("note", note.map(S)),
            ("quantity", quantity.map(|quantity| N(quantity.to_string()))),
            ("version", Some(N(version.to_string()))),
            ("created_at", Some(S(created_at))),
            ("updated_at", Some(S(updated_at))),
        ];
        values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// The item in what DynamoDB has; a failure if something else wrote it.
    pub fn from_attributes(attributes: &Attributes) -> Result<Self, Refusal> {
        let text = |name| attributes.get(name).and_then(|value| value.as_s().ok()).cloned();
        let number = |name| attributes.get(name).and_then(|value| value.as_n().ok()?.parse().ok());
        let item = || {
            Some(Self {
                id: text("id")?,
                title: text("title")?,
                note: text("note"),
                quantity: number("quantity"),
                version: number("version")?,
                created_at: text("created_at")?,
                updated_at: text("updated_at")?,
            })
        };
        item().ok_or_else(|| Refusal::Failure("the table has an item without the expected attributes".to_owned()))
    }
}

/// A UUID of version 7 (RFC 9562): it begins with the time, so ids sort as they were made.
fn new_id() -> Result<String, Refusal> {
    let mut random = [0; 10];
    getrandom::fill(&mut random).map_err(|error| Refusal::Failure(format!("no random numbers: {error}")))?;
    let milliseconds = u64::try_from(Timestamp::now().as_millisecond()).unwrap_or_default();
    Ok(uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid().to_string())
}

/// The id in the path. What cannot be an id is not looked for.
pub fn id_in(request: &Request) -> Result<&str, Problem> {
    let id = request.parameters.get("id").map(String::as_str).unwrap_or_default();
    if is_id(id) { Ok(id) } else { Err(Problem::not_found()) }
}

/// Whether a text is a UUID as they are written here: in lower case, with hyphens.
pub fn is_id(text: &str) -> bool {
    Uuid::try_parse(text).is_ok_and(|id| id.hyphenated().to_string() == text)
}

/// This moment as ISO 8601 in UTC, to the millisecond.
pub fn now() -> String {
    format!("{:.3}", Timestamp::now())
}

/// Why a call failed: throttling that outlasts the client's retries is told to the caller as such.
pub fn failed<E, R>(error: &SdkError<E, R>) -> Refusal
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    if is_throttled(error.code()) {
        return Problem::overloaded().into();
    }
    Refusal::Failure(DisplayErrorContext(error).to_string())
}

/// Whether a code is one of those that tell of throttling.
pub fn is_throttled(code: Option<&str>) -> bool {
    code.is_some_and(|code| THROTTLED.contains(&code))
}

/// Why a change to one item failed: if its condition did not hold, the item is gone or has another version.
pub fn change_failed<E, R>(
    error: &SdkError<E, R>,
    condition: impl Fn(&E) -> Option<&ConditionalCheckFailedException>,
) -> Refusal
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    match error.as_service_error().and_then(condition) {
        Some(failed) if failed.item().is_some_and(|item| !item.is_empty()) => conflict().into(),
        Some(_) => Problem::not_found().into(),
        None => self::failed(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_of_version_7_that_sort_by_time() {
        let first = new_id().unwrap();
        std::thread::sleep(Duration::from_millis(2));
        let second = new_id().unwrap();
        assert!(first < second && is_id(&first));
        assert_eq!(Uuid::try_parse(&first).unwrap().get_version_num(), 7);
    }

    #[test]
    fn only_lower_case_and_hyphens_make_an_id() {
        let id = "0193b1a0-0000-7000-8000-00000000000a";
        assert!(is_id(id));
        for other in ["", "x", &id.to_uppercase(), &id.replace('-', ""), &format!("{{{id}}}"), &format!("{id} ")] {
            assert!(!is_id(other), "{other}");
        }
    }

    #[test]
    fn moments_have_three_digits_of_a_second() {
        let moment = now();
        assert!(moment.len() == 24 && moment.ends_with('Z'), "{moment}");
    }

    #[test]
    fn an_item_survives_the_table() {
        let content = Content { note: None, quantity: Some(3), title: "a".to_owned() };
        let item = Item::first(content).unwrap();
        assert_eq!(Item::from_attributes(&item.to_attributes()), Ok(item));
    }
}
