//! Events as the table holds them, and as a stream would hand them to the projector.

use serde_json::{Map, Value, json};

/// Names of an event table's attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Partition key: the aggregate.
    pub aggregate: String,
    /// Sort key: the version.
    pub version: String,
    /// The event's time.
    pub at: String,
}

/// An event of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The aggregate.
    pub aggregate: String,
    /// 1, 2, 3, ...
    pub version: u64,
    /// When it happened, milliseconds since the Unix epoch.
    pub at_ms: Option<u64>,
    /// The whole item, in DynamoDB's own JSON.
    pub item: Map<String, Value>,
}

impl Event {
    /// Reads an item; none when it is no event.
    #[must_use]
    pub fn read(item: Map<String, Value>, names: &Names) -> Option<Self> {
        let aggregate = item.get(&names.aggregate)?.get("S")?.as_str()?.to_owned();
        let version = item.get(&names.version)?.get("N")?.as_str()?.parse().ok()?;
        let at_ms = item.get(&names.at).and_then(instant);
        Some(Self { aggregate, version, at_ms, item })
    }

    /// An attribute as JSON that means the same to everybody.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<Value> {
        let value = self.item.get(name)?.as_object()?;
        let (kind, value) = value.iter().next()?;
        match kind.as_str() {
            "S" | "BOOL" => Some(value.clone()),
            "N" => value.as_str()?.parse::<f64>().ok().map(Value::from),
            _ => None,
        }
    }
}

/// ISO 8601 or milliseconds since the epoch.
fn instant(value: &Value) -> Option<u64> {
    let text = value.get("S").or_else(|| value.get("N"))?.as_str()?;
    if let Ok(milliseconds) = text.parse::<f64>() {
        let time = std::time::Duration::try_from_secs_f64((milliseconds + 0.5) / 1000.0).ok()?;
        return u64::try_from(time.as_millis()).ok();
    }
    let instant: jiff::Timestamp = text.parse().ok()?;
    u64::try_from(instant.as_millisecond()).ok()
}

/// Where records come from, as they say of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Region of the table.
    pub region: &'a str,
    /// ARN of its stream.
    pub stream_arn: &'a str,
    /// Names of the keys.
    pub keys: &'a [&'a str],
}

/// A stream record that says that an item was inserted
/// (<https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html>). Its sequence number tells which record of a batch
/// is meant when the projector wants one of them again.
#[must_use]
pub fn record(item: &Map<String, Value>, sequence: usize, now_ms: u64, from: Record<'_>) -> Value {
    let keys: Map<String, Value> =
        from.keys.iter().filter_map(|key| Some(((*key).to_owned(), item.get(*key)?.clone()))).collect();
    let image = Value::Object(item.clone());
    let size = image.to_string().len();
    json!({
        "eventID": format!("{now_ms:013}{sequence:012}"),
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": from.region,
        "eventSourceARN": from.stream_arn,
        "dynamodb": {
            "ApproximateCreationDateTime": now_ms / 1000,
            "Keys": keys,
            "NewImage": image,
            "SequenceNumber": sequence_number(sequence),
            "SizeBytes": size,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    })
}

/// A number of as many digits as DynamoDB's own begin with.
#[must_use]
pub fn sequence_number(sequence: usize) -> String {
    format!("{:021}", 100_000_000_000_usize + sequence)
}

/// Which record of a batch is the first that the projector wants again; none when it took all of them.
///
/// # Errors
/// What is wrong with the answer.
pub fn first_failure(payload: &[u8], records: usize) -> Result<Option<usize>, String> {
    let answer: Value = serde_json::from_slice(payload).unwrap_or_default();
    let Some(failures) = answer.get("batchItemFailures").and_then(Value::as_array) else { return Ok(None) };
    let mut first = None;
    for failure in failures {
        let id = failure.get("itemIdentifier").and_then(Value::as_str).unwrap_or_default();
        // Lambda takes an identifier that it does not know for a failure of the whole batch.
        let Some(index) = (0..records).find(|index| sequence_number(*index) == id) else {
            return Err(format!("answered with an itemIdentifier that is none of the batch: {id:?}"));
        };
        first = Some(first.map_or(index, |other: usize| other.min(index)));
    }
    Ok(first)
}

#[cfg(test)]
mod tests;
