//! GET of one account and of many.

use functions::documents::Search;
use functions::query;
use serde_json::{Value, json};

use crate::memory::MemoryReadModel;
use crate::{body, call, event, problem, sample};

async fn get(model: &MemoryReadModel, event: Value) -> Value {
    call(event, async |request| query::answer(model, request).await).await
}

async fn list(model: &MemoryReadModel, parameters: Value) -> Value {
    let mut event = event("GET", "/accounts", None);
    event["queryStringParameters"] = parameters;
    get(model, event).await
}

#[tokio::test]
async fn an_account_is_answered_with_its_version() {
    let answer = get(&MemoryReadModel::with(&[("alice", 5)]), sample("get-account.json")).await;
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(
        (&answer["headers"]["etag"], &answer["headers"]["cache-control"]),
        (&json!("\"3\""), &json!("no-cache"))
    );
    let at = "2026-01-01T00:00:00.000Z";
    let expected = format!(r#"{{"id":"alice","balance":5,"version":3,"opened_at":"{at}","updated_at":"{at}"}}"#);
    assert_eq!(answer["body"], expected);
}

#[tokio::test]
async fn an_unknown_account_is_not_found() {
    for id in ["bob", "", "a/b", &"a".repeat(65)] {
        let answer = get(&MemoryReadModel::default(), event("GET", "/accounts/x", Some(id))).await;
        assert_eq!(problem(&answer), (404, "not-found".into()), "{id}");
        assert_eq!(body(&answer)["detail"], "there is no such account");
    }
}

#[tokio::test]
async fn a_list_comes_in_pages() {
    let model = MemoryReadModel::with(&[("a", 1), ("b", 2), ("c", 3)]);
    let first = body(&list(&model, json!({"limit": "2", "sort": "balance"})).await);
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    list(&model, json!({"limit": "2", "next": first["next"], "minimum_balance": "-5"})).await;
    let all = body(&list(&model, Value::Null).await);
    assert_eq!((all["items"].as_array().unwrap().len(), all.get("next")), (3, None));
    let expected = Search { minimum: None, maximum: None, is_descending: false, limit: 3, after: None };
    let after = Some((2, "b".to_owned()));
    let next = Search { minimum: Some(-5), is_descending: true, after, ..expected.clone() };
    let searches = model.searches.borrow();
    assert_eq!(searches[..2], [expected, next]);
    assert_eq!(searches[2].limit, 21);
}

#[tokio::test]
async fn parameters_are_checked() {
    let model = MemoryReadModel::with(&[("a", 1), ("b", 2)]);
    let next = body(&list(&model, json!({"limit": "1"})).await)["next"].clone();
    for (parameters, parameter, detail) in [
        (json!({"limit": "0"}), "limit", "must be an integer from 1 to 100"),
        (json!({"limit": "101"}), "limit", "must be an integer from 1 to 100"),
        (json!({"minimum_balance": "1.5"}), "minimum_balance", "must be an integer of at most 15 digits"),
        (json!({"maximum_balance": "1234567890123456"}), "maximum_balance", "must be an integer of at most 15 digits"),
        (
            json!({"minimum_balance": "2", "maximum_balance": "1"}),
            "maximum_balance",
            "must not be less than minimum_balance",
        ),
        (json!({"sort": "id"}), "sort", "must be balance or -balance"),
        (json!({"next": "x"}), "next", "is not a token of this list"),
        // 1:007:a
        (json!({"next": "MTowMDc6YQ"}), "next", "is not a token of this list"),
        (json!({"next": next, "minimum_balance": "2"}), "next", "is not a token of this list"),
    ] {
        let answer = list(&model, parameters).await;
        assert_eq!(problem(&answer), (400, "invalid-request".into()));
        assert_eq!(body(&answer)["errors"], json!([{"parameter": parameter, "detail": detail}]));
    }
}

#[tokio::test]
async fn an_event_that_is_no_request_is_refused() {
    let model = MemoryReadModel::with(&[("a", 1)]);
    assert_eq!(problem(&get(&model, json!({})).await), (400, "invalid-request".into()));
    assert!(model.searches.borrow().is_empty());
}
