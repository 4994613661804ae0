//! What the content of the resource may be. To change it, change this, openapi.yaml, and the members in `table` and `update`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use crate::web::{Fault, Place, Problem};

const MEMBERS: [&str; 3] = ["title", "note", "quantity"];
/// What a fragment of a URI need not escape (RFC 3986, unreserved).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The content of an item, as a caller gives it. Members in the order of their names: it is its own canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Content {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    pub title: String,
}

/// The content, if it is as described; else a problem that names every error at once.
pub fn checked(value: &Value) -> Result<Content, Problem> {
    let Some(members) = value.as_object() else {
        return Err(invalid(vec![Fault { place: Place::Pointer("#".to_owned()), detail: "must be an object".into() }]));
    };
    let title = match members.get("title") {
        Some(value) => text(value, 1, 200),
        None => Err("is required".to_owned()),
    };
    let note = members.get("note").map(|value| text(value, 0, 2000)).transpose();
    let quantity = members.get("quantity").map(|value| integer(value, 1, 1_000_000)).transpose();
    let mut unknown: Vec<_> = members.keys().filter(|name| !MEMBERS.contains(&name.as_str())).collect();
    unknown.sort();
    match (title, note, quantity, unknown.as_slice()) {
        (Ok(title), Ok(note), Ok(quantity), []) => Ok(Content { note, quantity, title }),
        (title, note, quantity, unknown) => {
            let known = [("title", title.err()), ("note", note.err()), ("quantity", quantity.err())];
            let known = known.into_iter().filter_map(|(name, detail)| Some(fault(name, detail?)));
            Err(invalid(known.chain(unknown.iter().map(|name| fault(name, "is not known".to_owned()))).collect()))
        }
    }
}

/// Text of so many characters.
fn text(value: &Value, minimum: usize, maximum: usize) -> Result<String, String> {
    let text = value.as_str().ok_or("must be a string")?;
    if (minimum..=maximum).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    let length = if minimum > 0 { format!("{minimum} to {maximum}") } else { format!("at most {maximum}") };
    Err(format!("must have {length} characters"))
}

/// A whole number in a range; 1.0 is an integer to JSON.
fn integer(value: &Value, minimum: i64, maximum: i64) -> Result<i64, String> {
    let whole = value.as_i64().or_else(|| {
        let float = value.as_f64()?;
        (float.fract() == 0.0 && float.abs() <= maximum as f64).then_some(float as i64)
    });
    let in_range = whole.filter(|number| (minimum..=maximum).contains(number));
    in_range.ok_or_else(|| format!("must be an integer from {minimum} to {maximum}"))
}

fn fault(name: &str, detail: String) -> Fault {
    Fault { place: Place::Pointer(pointer(name)), detail }
}

/// A JSON pointer to a member, as the fragment of a URI.
fn pointer(name: &str) -> String {
    let escaped = name.replace('~', "~0").replace('/', "~1");
    format!("#/{}", utf8_percent_encode(&escaped, ESCAPED))
}

/// Content that is JSON, but not what is described.
fn invalid(errors: Vec<Fault>) -> Problem {
    let detail = "the content does not have the expected members";
    Problem { errors, ..Problem::new(422, "invalid-content", "Invalid content", detail) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(value: Value) -> Vec<(String, String)> {
        let faults = checked(&value).unwrap_err().errors.into_iter();
        faults
            .map(|fault| match fault.place {
                Place::Pointer(pointer) => (pointer, fault.detail),
                place => panic!("{place:?} is no place in content"),
            })
            .collect()
    }

    fn fault(pointer: &str, detail: &str) -> (String, String) {
        (pointer.to_owned(), detail.to_owned())
    }

    #[test]
    fn takes_the_shortest_and_the_longest() {
        let full = json!({"title": "ä".repeat(200), "note": "", "quantity": 1_000_000});
        assert_eq!(checked(&full).unwrap().quantity, Some(1_000_000));
        let bare = checked(&json!({"title": "a"})).unwrap();
        assert_eq!(bare, Content { note: None, quantity: None, title: "a".to_owned() });
    }

    #[test]
    fn an_integer_may_be_written_with_a_point() {
        assert_eq!(checked(&json!({"title": "a", "quantity": 3.0})).unwrap().quantity, Some(3));
    }

    #[test]
    fn names_every_error_at_once_and_in_order() {
        let value = json!({"b": 1, "a/~ é": 1, "quantity": true, "note": null});
        assert_eq!(
            faults(value),
            [
                fault("#/title", "is required"),
                fault("#/note", "must be a string"),
                fault("#/quantity", "must be an integer from 1 to 1000000"),
                fault("#/a~1~0%20%C3%A9", "is not known"),
                fault("#/b", "is not known"),
            ]
        );
    }

    #[test]
    fn refuses_what_is_out_of_range() {
        for quantity in [json!(0), json!(1_000_001), json!(1.5), json!("1"), json!(1e300), json!(u64::MAX), json!([])] {
            assert_eq!(
                faults(json!({"title": "a", "quantity": quantity})),
                [fault("#/quantity", "must be an integer from 1 to 1000000")]
            );
        }
        assert_eq!(faults(json!({"title": ""})), [fault("#/title", "must have 1 to 200 characters")]);
        assert_eq!(
            faults(json!({"title": "a", "note": "a".repeat(2001)})),
            [fault("#/note", "must have at most 2000 characters")]
        );
    }

    #[test]
    fn refuses_what_is_no_object() {
        for value in [json!([]), json!(null), json!("a")] {
            assert_eq!(faults(value), [fault("#", "must be an object")]);
        }
    }
}
