//! What is known about functions whose code was changed without CloudFormation: a note beside the packages, for one stack
//! as one deployment left it. It reads and writes notes as text; it never touches a bucket.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Stack;
use crate::names::LogicalId;

/// The note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    schema: String,
    /// ARN of the stack.
    stack: String,
    /// When CloudFormation last changed the stack, milliseconds since the Unix epoch: what a later deployment left the
    /// functions with is not in the note.
    changed_ms: u64,
    /// The key of each function's package; none while it is being given.
    keys: BTreeMap<String, Option<String>>,
}

const SCHEMA: &str = "slsx/hot/1";

impl Note {
    /// An empty one about the stack as it is.
    #[must_use]
    pub fn about(stack: &Stack) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            stack: stack.id.to_string(),
            changed_ms: changed_ms(stack),
            keys: BTreeMap::new(),
        }
    }

    /// The one that was written about the stack. If the stack was changed since, nobody knows what the noted functions
    /// have: an update that was rolled back need not have touched them.
    #[must_use]
    pub fn read(text: &[u8], stack: &Stack) -> Option<Self> {
        let mut note: Self = serde_json::from_slice(text).ok()?;
        if note.schema != SCHEMA || note.stack != stack.id.as_str() {
            return None;
        }
        if note.changed_ms != changed_ms(stack) {
            note.keys.values_mut().for_each(|key| *key = None);
            note.changed_ms = changed_ms(stack);
        }
        Some(note)
    }

    /// Whether every function has what the template says.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Notes what a function has, or that nobody knows yet.
    pub fn set(&mut self, function: &LogicalId, key: Option<&str>) {
        self.keys.insert(function.to_string(), key.map(ToOwned::to_owned));
    }

    /// What the functions have; where nobody knows, a key that no package has.
    #[must_use]
    pub fn keys(&self) -> BTreeMap<LogicalId, String> {
        let key = |key: &Option<String>| key.clone().unwrap_or_default();
        self.keys.iter().map(|(id, found)| (LogicalId::new(id.as_str()), key(found))).collect()
    }
}

/// The key of a stack's note in the artifact bucket.
#[must_use]
pub fn note_key(stack: &Stack) -> String {
    format!("hot/{}.json", stack.name)
}

fn changed_ms(stack: &Stack) -> u64 {
    stack.updated_ms.unwrap_or(stack.created_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::StackStatus;

    fn stack(updated_ms: Option<u64>) -> Stack {
        Stack {
            name: "video".into(),
            id: "arn:aws:cloudformation:eu-west-1:1:stack/video/1".into(),
            status: StackStatus::UpdateComplete,
            reason: None,
            outputs: vec![],
            parameters: vec![],
            tags: vec![],
            created_ms: 1,
            updated_ms,
            has_termination_protection: false,
        }
    }

    #[test]
    fn a_note_is_about_one_stack_as_one_deployment_left_it() {
        let mut note = Note::about(&stack(Some(5)));
        note.set(&"F".into(), Some("fn/2.zip"));
        note.set(&"G".into(), None);
        let read = Note::read(&note.text(), &stack(Some(5))).unwrap();
        assert_eq!(read, note);
        let keys = BTreeMap::from([("F".into(), "fn/2.zip".to_owned()), ("G".into(), String::new())]);
        assert_eq!(read.keys(), keys);
        let later = Note::read(&note.text(), &stack(Some(6))).unwrap();
        let unknown = BTreeMap::from([("F".into(), String::new()), ("G".into(), String::new())]);
        assert_eq!(later.keys(), unknown, "deployed since");
        let mut other = stack(Some(5));
        other.id = "arn:aws:cloudformation:eu-west-1:1:stack/video/2".into();
        assert_eq!(Note::read(&note.text(), &other), None, "deleted and made again");
        assert_eq!(Note::read(b"{", &stack(None)), None);
    }
}
