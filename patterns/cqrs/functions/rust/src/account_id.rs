//! The account that a request is about. Looks at nothing but the path.

use crate::web::{Problem, Request};

/// The account's id in the path. What cannot be an id is not looked for.
pub fn account_in(request: &Request) -> Result<&str, Problem> {
    let id = request.parameters.get("id").map(String::as_str).unwrap_or_default();
    if is_account_id(id) { Ok(id) } else { Err(Problem::not_found()) }
}

/// Whether a text may be the id of an account.
pub fn is_account_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}
