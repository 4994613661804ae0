//! GET of one account or of many, from the read model alone. Never reads an event.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::account_id::{account_in, is_account_id};
use crate::documents::{Document, ReadModel, Search};
use crate::web::{Answer, Facts, Place, Problem, Refusal, Request, json_answer};

const DEFAULT_LIMIT: u16 = 20;

#[derive(Serialize)]
struct Page {
    items: Vec<Document>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Answers either route.
pub async fn answer(read_model: &impl ReadModel, request: &Request) -> Result<Answer, Refusal> {
    if request.parameters.contains_key("id") {
        read(read_model, request).await
    } else {
        read_page(read_model, request).await
    }
}

/// One account, as the projector last left it: its version says how many events it knows of.
async fn read(read_model: &impl ReadModel, request: &Request) -> Result<Answer, Refusal> {
    let account = account_in(request)?;
    let document = read_model.get(account).await?.ok_or_else(Problem::not_found)?;
    let version = document.version;
    let facts = Facts { account: Some(account.to_owned()), version: Some(version), items: None };
    let mut answer = json_answer(200, &document, facts);
    answer.headers.insert("etag", format!("\"{version}\""));
    Ok(answer)
}

/// One page of accounts by balance, and a token for the next one if there is more.
async fn read_page(read_model: &impl ReadModel, request: &Request) -> Result<Answer, Refusal> {
    let limit = limit_in(request)?;
    // One more than asked for: whether there is a next page is known without an empty last one.
    let mut items = read_model.search(&search_in(request, limit + 1)?).await?;
    let has_more = items.len() > usize::from(limit);
    items.truncate(limit.into());
    let next = items.last().filter(|_| has_more).map(|last| token_after(last.balance, &last.id));
    let facts = Facts { items: Some(items.len()), ..Facts::default() };
    Ok(json_answer(200, &Page { items, next }, facts))
}

/// What the caller looks for.
fn search_in(request: &Request, limit: u16) -> Result<Search, Problem> {
    let (minimum, maximum) = (balance_in(request, "minimum_balance")?, balance_in(request, "maximum_balance")?);
    if minimum.zip(maximum).is_some_and(|(minimum, maximum)| minimum > maximum) {
        return Err(invalid("maximum_balance", "must not be less than minimum_balance"));
    }
    let after = token_in(request)?;
    let is_between = |balance: i64| {
        minimum.is_none_or(|minimum| minimum <= balance) && maximum.is_none_or(|maximum| balance <= maximum)
    };
    if after.as_ref().is_some_and(|(balance, _)| !is_between(*balance)) {
        return Err(not_a_token());
    }
    Ok(Search { minimum, maximum, is_descending: order_in(request)?, limit, after })
}

/// How many accounts the caller wants at once.
fn limit_in(request: &Request) -> Result<u16, Problem> {
    let Some(value) = request.query.get("limit") else { return Ok(DEFAULT_LIMIT) };
    let is_plain = is_digits(value) && !value.starts_with('0');
    let limit = value.parse().ok().filter(|limit| is_plain && (1..=100).contains(limit));
    limit.ok_or_else(|| invalid("limit", "must be an integer from 1 to 100"))
}

/// A bound of the balance, which belongs to the range.
fn balance_in(request: &Request, parameter: &'static str) -> Result<Option<i64>, Problem> {
    let Some(value) = request.query.get(parameter) else { return Ok(None) };
    let digits = value.strip_prefix('-').unwrap_or(value);
    let balance = value.parse().ok().filter(|_| is_digits(digits) && digits.len() <= 15);
    balance.map(Some).ok_or_else(|| invalid(parameter, "must be an integer of at most 15 digits"))
}

/// Whether the largest balance comes first, as it does unless asked otherwise.
fn order_in(request: &Request) -> Result<bool, Problem> {
    match request.query.get("sort").map_or("-balance", String::as_str) {
        "balance" => Ok(false),
        "-balance" => Ok(true),
        _ => Err(invalid("sort", "must be balance or -balance")),
    }
}

/// A token for the page after this account. It begins with the version of its form, so that a later one can tell.
fn token_after(balance: i64, account: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("1:{balance}:{account}"))
}

/// The account after which the page begins, or None for the first page.
fn token_in(request: &Request) -> Result<Option<(i64, String)>, Problem> {
    let Some(token) = request.query.get("next") else { return Ok(None) };
    let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let parts = text.as_deref().and_then(|text| text.strip_prefix("1:")?.split_once(':'));
    let found = parts.and_then(|(balance, account)| {
        let balance = balance.parse().ok()?;
        // A number has several forms, and only the one that is written here makes a token.
        let is_token = is_account_id(account) && token_after(balance, account) == *token;
        is_token.then(|| (balance, account.to_owned()))
    });
    found.map(Some).ok_or_else(not_a_token)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn not_a_token() -> Problem {
    invalid("next", "is not a token of this list")
}

fn invalid(parameter: &'static str, detail: &str) -> Problem {
    Problem::invalid_request(Place::Parameter(parameter), detail)
}
