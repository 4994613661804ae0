//! What a read model must answer: a fold over the events of an aggregate, computed here once more.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::event::Event;
use crate::promise::values::is_same;

/// How many values come out of many events.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Fold {
    /// How many events.
    Count,
    /// The sum of an attribute.
    Sum(String),
    /// The newest value of an attribute.
    Last(String),
    /// The greatest value of an attribute.
    Max(String),
}

/// A text that is no fold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no fold: count, sum:ATTRIBUTE, last:ATTRIBUTE or max:ATTRIBUTE")]
pub struct NoFold {
    text: String,
}

impl TryFrom<String> for Fold {
    type Error = NoFold;

    fn try_from(text: String) -> Result<Self, NoFold> {
        match text.split_once(':') {
            None if text == "count" => Ok(Self::Count),
            Some(("sum", name)) if !name.is_empty() => Ok(Self::Sum(name.to_owned())),
            Some(("last", name)) if !name.is_empty() => Ok(Self::Last(name.to_owned())),
            Some(("max", name)) if !name.is_empty() => Ok(Self::Max(name.to_owned())),
            Some(_) | None => Err(NoFold { text }),
        }
    }
}

impl Fold {
    /// The value for these events, which come in the order of their versions.
    #[must_use]
    pub fn over(&self, events: &[Event]) -> Value {
        let values = |name: &str| events.iter().filter_map(|event| event.attribute(name)).collect::<Vec<_>>();
        let numbers =
            |name: &str| values(name).into_iter().filter_map(|value| value.as_f64()).collect::<Vec<_>>();
        match self {
            Self::Count => events.len().into(),
            Self::Sum(name) => numbers(name).into_iter().sum::<f64>().into(),
            Self::Last(name) => values(name).pop().unwrap_or_default(),
            Self::Max(name) => numbers(name).into_iter().reduce(f64::max).map_or(Value::Null, Value::from),
        }
    }
}

/// Every value of an aggregate, by its pointer.
pub type Folded = BTreeMap<String, Value>;

/// Folds the events of one aggregate in every way that is asked for.
#[must_use]
pub fn fold(folds: &BTreeMap<String, Fold>, events: &[Event]) -> Folded {
    folds.iter().map(|(at, fold)| (at.clone(), fold.over(events))).collect()
}

/// What is other in an answer than the fold says; an aggregate without events need not be known.
#[must_use]
pub fn difference(status: Option<u16>, content: &Value, folded: &Folded, has_events: bool) -> Option<String> {
    match status {
        Some(404) if !has_events => return None,
        Some(200) => {}
        Some(status) => return Some(format!("the query was answered with {status}")),
        None => return Some("the query got no answer".into()),
    }
    let wrong =
        folded.iter().find(|(at, wanted)| !content.pointer(at).is_some_and(|found| is_same(found, wanted)));
    wrong.map(|(at, wanted)| {
        let found = content.pointer(at).map_or_else(|| "missing".to_owned(), ToString::to_string);
        format!("{at} is {found}, the fold of the events is {wanted}")
    })
}
