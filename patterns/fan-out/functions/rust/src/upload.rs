//! Which uploads an event tells of. Knows nothing of what is done with them.

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

/// One object that somebody put into the upload bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    pub bucket: String,
    pub key: String,
    /// S3's id of the upload request: the same in the log lines of every worker.
    pub correlation_id: String,
}

/// The uploads of one event, from SNS or from EventBridge.
///
/// None for the `s3:TestEvent` that S3 sends once, when the notification is set up.
pub fn uploads_in(event: Value) -> Result<Vec<Upload>, serde_json::Error> {
    let event: Event = serde_json::from_value(event)?;
    if event.source.as_deref() == Some("aws.s3") {
        return Ok(event.detail.map(from_eventbridge).into_iter().collect());
    }
    let mut uploads = Vec::new();
    for delivery in event.records {
        let notification: Notification = serde_json::from_str(&delivery.sns.message)?;
        uploads.extend(notification.records.into_iter().map(from_s3));
    }
    Ok(uploads)
}

fn from_s3(record: Record) -> Upload {
    // S3 notifications carry the key URL-encoded, with `+` for a space.
    let spaced = record.s3.object.key.replace('+', " ");
    let key = percent_decode_str(&spaced).decode_utf8_lossy().into_owned();
    let correlation_id = record.response_elements.request_id.unwrap_or_else(|| key.clone());
    Upload { bucket: record.s3.bucket.name, key, correlation_id }
}

fn from_eventbridge(detail: Detail) -> Upload {
    // EventBridge carries the key as it is.
    let key = detail.object.key;
    Upload { bucket: detail.bucket.name, correlation_id: detail.request_id.unwrap_or_else(|| key.clone()), key }
}

// What the workers read of an event; everything else in it may come, change and go.

#[derive(Deserialize)]
struct Event {
    source: Option<String>,
    detail: Option<Detail>,
    #[serde(rename = "Records", default)]
    records: Vec<Delivery>,
}

#[derive(Deserialize)]
struct Detail {
    bucket: Bucket,
    object: Object,
    #[serde(rename = "request-id")]
    request_id: Option<String>,
}

#[derive(Deserialize)]
struct Delivery {
    #[serde(rename = "Sns")]
    sns: Sns,
}

#[derive(Deserialize)]
struct Sns {
    #[serde(rename = "Message")]
    message: String,
}

#[derive(Deserialize)]
struct Notification {
    #[serde(rename = "Records", default)]
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    s3: Entity,
    #[serde(rename = "responseElements", default)]
    response_elements: ResponseElements,
}

#[derive(Deserialize)]
struct Entity {
    bucket: Bucket,
    object: Object,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
struct Object {
    key: String,
}

#[derive(Deserialize, Default)]
struct ResponseElements {
    #[serde(rename = "x-amz-request-id")]
    request_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn from_sns(keys: &[&str]) -> Value {
        let records: Vec<_> =
            keys.iter().map(|key| json!({"s3": {"bucket": {"name": "uploads"}, "object": {"key": key}}})).collect();
        json!({"Records": [{"Sns": {"Message": json!({"Records": records}).to_string()}}]})
    }

    #[test]
    fn sns_keys_are_decoded() {
        let uploads = uploads_in(from_sns(&["uploads/a+b%2Bc/%C3%A4.y4m", "uploads/2.y4m"])).unwrap();
        assert_eq!(uploads[0].key, "uploads/a b+c/ä.y4m");
        assert_eq!(uploads[1].key, "uploads/2.y4m");
        assert_eq!(uploads[0].bucket, "uploads");
    }

    #[test]
    fn eventbridge_keys_are_taken_as_they_are() {
        let uploads = uploads_in(json!({
            "source": "aws.s3",
            "detail": {"bucket": {"name": "uploads"}, "object": {"key": "uploads/a+b%20c.y4m"}, "request-id": "upload-1"},
        }));
        let expected =
            Upload { bucket: "uploads".into(), key: "uploads/a+b%20c.y4m".into(), correlation_id: "upload-1".into() };
        assert_eq!(uploads.unwrap(), [expected]);
    }

    #[test]
    fn the_key_stands_in_for_a_missing_request_id() {
        assert_eq!(uploads_in(from_sns(&["uploads/a+b"])).unwrap()[0].correlation_id, "uploads/a b");
    }

    #[test]
    fn an_empty_event_and_the_test_event_of_s3_have_no_uploads() {
        assert_eq!(uploads_in(json!({})).unwrap(), []);
        let test = json!({"Records": [{"Sns": {"Message": "{\"Event\": \"s3:TestEvent\", \"Bucket\": \"uploads\"}"}}]});
        assert_eq!(uploads_in(test).unwrap(), []);
    }

    #[test]
    fn a_message_that_is_no_json_is_an_error() {
        assert!(uploads_in(json!({"Records": [{"Sns": {"Message": "hello"}}]})).is_err());
    }
}
