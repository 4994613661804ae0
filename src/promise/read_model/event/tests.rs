use serde_json::json;

use super::*;

fn item(version: u64, amount: &str) -> Map<String, Value> {
    let item = json!({
        "aggregate_id": { "S": "v1-00000" }, "version": { "N": version.to_string() },
        "at": { "S": "2026-11-25T10:00:00.250Z" }, "amount": { "N": amount }, "kind": { "S": "deposit" },
        "tags": { "L": [] },
    });
    item.as_object().unwrap().clone()
}

fn names() -> Names {
    Names { aggregate: "aggregate_id".into(), version: "version".into(), at: "at".into() }
}

#[test]
fn an_item_is_an_event_when_it_has_its_keys() {
    let event = Event::read(item(3, "-2.5"), &names()).unwrap();
    assert_eq!(
        (event.aggregate.as_str(), event.version, event.at_ms),
        ("v1-00000", 3, Some(1_795_600_800_250))
    );
    assert_eq!(event.attribute("amount"), Some(json!(-2.5)));
    assert_eq!(event.attribute("kind"), Some(json!("deposit")));
    assert_eq!((event.attribute("tags"), event.attribute("none")), (None, None));
    let mut other = item(3, "1");
    other.insert("at".into(), json!({ "N": "1795600800250" }));
    assert_eq!(Event::read(other.clone(), &names()).unwrap().at_ms, Some(1_795_600_800_250));
    other.insert("at".into(), json!({ "S": "yesterday" }));
    assert_eq!(Event::read(other.clone(), &names()).unwrap().at_ms, None);
    other.remove("version");
    assert_eq!(Event::read(other, &names()), None);
}

#[test]
fn a_record_is_what_a_stream_would_hand_over() {
    let from = Record { region: "eu-west-1", stream_arn: "arn:stream", keys: &["aggregate_id", "version"] };
    let record = record(&item(3, "1"), 7, 1_795_600_800_250, from);
    assert_eq!(record["eventSource"], "aws:dynamodb");
    assert_eq!(
        record["dynamodb"]["Keys"],
        json!({ "aggregate_id": { "S": "v1-00000" }, "version": { "N": "3" } })
    );
    assert_eq!(record["dynamodb"]["NewImage"]["amount"]["N"], "1");
    assert_eq!(record["dynamodb"]["SequenceNumber"], sequence_number(7));
}

#[test]
fn the_first_failure_of_a_batch_is_found() {
    let failures = |ids: &[usize]| {
        let ids: Vec<Value> =
            ids.iter().map(|id| json!({ "itemIdentifier": sequence_number(*id) })).collect();
        json!({ "batchItemFailures": ids }).to_string()
    };
    assert_eq!(first_failure(failures(&[5, 3]).as_bytes(), 6), Ok(Some(3)));
    assert_eq!(first_failure(failures(&[]).as_bytes(), 6), Ok(None));
    for all in ["null", "", "{}", "\"done\""] {
        assert_eq!(first_failure(all.as_bytes(), 6), Ok(None), "{all}");
    }
    assert!(first_failure(failures(&[6]).as_bytes(), 6).unwrap_err().contains("none of the batch"));
    assert!(first_failure(br#"{"batchItemFailures": [{"itemIdentifier": null}]}"#, 6).is_err());
}
