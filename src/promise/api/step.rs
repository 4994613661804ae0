//! One step: the request it makes, and everything that is other in the answer than it should be.

use serde_json::Value;

use super::schema::Step;
use crate::promise::values::{Encoding, Values, fill, is_same};
use crate::promise::web::{Answer, Request};

/// The most text of an answer that is shown.
const SHOWN: usize = 200;

impl Step {
    /// What is sent.
    #[must_use]
    pub fn request(&self, base: &str, values: &Values) -> Request {
        let request = Request::of(base, &self.request, self.body.as_deref(), values);
        self.headers.iter().fold(request, |request, (name, value)| {
            request.with_header(name, fill(value, values, Encoding::Plain))
        })
    }

    /// Names that it uses and nobody has saved, because an earlier step failed.
    #[must_use]
    pub fn missing(&self, values: &Values) -> Option<String> {
        let texts = [Some(self.request.target.as_str()), self.body.as_deref()];
        let texts = texts.into_iter().flatten().chain(self.headers.values().map(String::as_str));
        let mut names = texts.flat_map(|text| crate::promise::values::names(text).unwrap_or_default());
        names.find(|name| !values.contains_key(*name)).map(ToOwned::to_owned)
    }

    /// Saves what is to be saved, and tells what is wrong with the answer.
    pub fn take(&self, answer: &Answer, values: &mut Values) -> Vec<String> {
        let mut wrong = Vec::new();
        if !self.status.contains(&answer.status) {
            let wanted: Vec<String> = self.status.iter().map(ToString::to_string).collect();
            wrong.push(format!(
                "answered {} instead of {}{}",
                answer.status,
                wanted.join(" or "),
                quoted(answer)
            ));
            // Everything else follows from that.
            return wrong;
        }
        if let Some(wanted) = &self.content_type {
            let found = answer.header("content-type").unwrap_or_default();
            if !found.to_ascii_lowercase().starts_with(&wanted.to_ascii_lowercase()) {
                wrong.push(format!("content type is {found:?} instead of {wanted:?}"));
            }
        }
        let content: Option<Value> = serde_json::from_slice(&answer.body).ok();
        if content.is_none() && !(self.expect.is_empty() && self.save.is_empty()) {
            wrong.push(format!("the answer is not JSON{}", quoted(answer)));
            return wrong;
        }
        let content = content.unwrap_or_default();
        for (name, at) in &self.save {
            match content.pointer(at).and_then(text_of) {
                Some(text) => drop(values.insert(name.clone(), text)),
                None => wrong.push(format!("nothing to save at {at} of the answer")),
            }
        }
        for (at, wanted) in &self.expect {
            let wanted = filled(wanted, values);
            match content.pointer(at) {
                Some(found) if is_same(found, &wanted) => {}
                Some(found) => wrong.push(format!("{at} is {} instead of {wanted}", cut(&found.to_string()))),
                None => wrong.push(format!("there is no {at}, which should be {wanted}")),
            }
        }
        for (name, wanted) in &self.expect_headers {
            let wanted = fill(wanted, values, Encoding::Plain);
            match answer.header(name) {
                Some(found) if found.contains(&wanted) => {}
                Some(found) => {
                    wrong.push(format!("header {name} is {found:?}, which does not contain {wanted:?}"))
                }
                None => wrong.push(format!("there is no header {name}, which should contain {wanted:?}")),
            }
        }
        wrong
    }
}

fn quoted(answer: &Answer) -> String {
    let text = String::from_utf8_lossy(&answer.body);
    let text = text.trim();
    if text.is_empty() { String::new() } else { format!(": {}", cut(text)) }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    let cut: String = text.chars().take(SHOWN).collect();
    format!("{cut}...")
}

/// What can be put into a later request.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn filled(value: &Value, values: &Values) -> Value {
    value.as_str().map_or_else(|| value.clone(), |text| fill(text, values, Encoding::Plain).into())
}
