//! `${name}` in the texts of a promise: names checked when the file is read, values put in when it is carried out.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

/// Values by name.
pub type Values = BTreeMap<String, String>;

/// How a value is written where it is put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Plain,
    /// In a path or query: everything that could mean something there is percent-encoded (RFC 3986).
    Url,
    /// Inside a JSON string.
    Json,
}

/// The names that a text uses; none when a `${` is never closed.
#[must_use]
pub fn names(text: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once("${") {
        let (name, after) = behind.split_once('}')?;
        names.push(name);
        rest = after;
    }
    Some(names)
}

/// The text with its values. A name without a value stays as it is; the schema lets none through.
#[must_use]
pub fn fill(text: &str, values: &Values, encoding: Encoding) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        filled.push_str(before);
        let Some((name, after)) = behind.split_once('}') else {
            filled.push_str("${");
            rest = behind;
            continue;
        };
        match values.get(name) {
            Some(value) => filled.push_str(&encoded(value, encoding)),
            None => {
                filled.push_str("${");
                filled.push_str(name);
                filled.push('}');
            }
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn encoded(value: &str, encoding: Encoding) -> String {
    match encoding {
        Encoding::Plain => value.to_owned(),
        Encoding::Json => {
            let quoted = serde_json::Value::from(value).to_string();
            quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
        }
        Encoding::Url => value.bytes().fold(String::new(), |mut url, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                url.push(char::from(byte));
            } else {
                // Writing to memory cannot fail.
                let _ = write!(url, "%{byte:02X}");
            }
            url
        }),
    }
}

/// 1 and 1.0 are the same number, which TOML and many languages tell apart; so are numbers that differ by what adding
/// them up in another order makes of them.
pub(super) fn is_same(found: &Value, wanted: &Value) -> bool {
    match (found.as_f64(), wanted.as_f64()) {
        (Some(found), Some(wanted)) => (found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0),
        _ => found == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Values, fill, names};

    #[test]
    fn values_are_written_as_their_place_wants_them() {
        let values = Values::from([("id".into(), "a/b \"c\"&é".into()), ("run".into(), "r1".into())]);
        assert_eq!(fill("/x/${id}?r=${run}", &values, Encoding::Url), "/x/a%2Fb%20%22c%22%26%C3%A9?r=r1");
        assert_eq!(fill("{\"a\":\"${id}\"}", &values, Encoding::Json), "{\"a\":\"a/b \\\"c\\\"&é\"}");
        assert_eq!(fill("${run}${run}-$ {", &values, Encoding::Plain), "r1r1-$ {");
        assert_eq!(fill("${other} ${", &values, Encoding::Plain), "${other} ${");
    }

    #[test]
    fn names_are_found_and_an_open_one_is_noticed() {
        assert_eq!(names("/a/${id}/${run}"), Some(vec!["id", "run"]));
        assert_eq!(names("none $id {id}"), Some(vec![]));
        assert_eq!(names("/a/${id"), None);
    }
}
