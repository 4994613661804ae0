//! Reads what happens in the nested stacks of an operation: their events are their own, and the stack above says no
//! more than that something in them failed.

use std::collections::BTreeMap;

use crate::deploy::events::Scope;
use crate::deploy::{STACK_TYPE, StackEvent, Stage};
use crate::names::Arn;
use crate::ports::{RemoteError, Stacks};

/// What was read of the nested stacks so far.
#[derive(Debug, Default)]
pub(super) struct Nested(BTreeMap<Arn, Seen>);

#[derive(Debug, Default)]
struct Seen {
    events: Vec<StackEvent>,
    /// The newest event that was read.
    newest: Option<String>,
    /// The event above that told of its end, after which everything was read.
    settled_by: Option<String>,
}

/// A nested stack, as the events of the stack above tell of it.
struct Child {
    id: Arn,
    /// When this operation came to it.
    since_ms: u64,
    /// The latest event about it.
    latest: String,
    has_ended: bool,
}

impl Nested {
    /// Adds the events of nested stacks, and of those in them, to the events of the stack.
    ///
    /// # Errors
    /// When AWS is out of reach. Whoever may not read nested stacks is told what the stack itself says.
    pub(super) async fn add_to(
        &mut self,
        events: &mut Vec<StackEvent>,
        scope: &Scope,
        stacks: &impl Stacks,
    ) -> Result<(), RemoteError> {
        let own: Vec<&StackEvent> = events.iter().filter(|event| scope.holds(event)).collect();
        let mut waiting = children(&own);
        while let Some(child) = waiting.pop() {
            let seen = self.0.entry(child.id.clone()).or_default();
            if seen.settled_by.as_ref() != Some(&child.latest) {
                seen.read_on(&child, stacks).await?;
            }
            waiting.extend(children(&seen.events.iter().collect::<Vec<_>>()));
            events.extend(seen.events.iter().cloned());
        }
        Ok(())
    }
}

impl Seen {
    async fn read_on(&mut self, child: &Child, stacks: &impl Stacks) -> Result<(), RemoteError> {
        let new = match stacks.events(child.id.as_str(), self.newest.as_deref()).await {
            Ok(new) => new,
            Err(RemoteError::NotFound { .. } | RemoteError::Denied { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        if let Some(newest) = new.first() {
            self.newest = Some(newest.id.clone());
        }
        self.events.extend(new.into_iter().filter(|event| event.timestamp_ms >= child.since_ms));
        self.settled_by = child.has_ended.then(|| child.latest.clone());
        Ok(())
    }
}

fn children(events: &[&StackEvent]) -> Vec<Child> {
    let mut children: BTreeMap<&str, Vec<&StackEvent>> = BTreeMap::new();
    for event in events {
        let id = event.physical_id.as_deref().filter(|id| id.starts_with("arn:"));
        if let (Some(id), STACK_TYPE, false) = (id, event.resource_type.as_str(), event.is_about_the_stack())
        {
            children.entry(id).or_default().push(event);
        }
    }
    let child = |(id, events): (&str, Vec<&StackEvent>)| {
        let key = |event: &&&StackEvent| (event.timestamp_ms, event.status.stage());
        let latest = events.iter().max_by_key(key)?;
        Some(Child {
            id: Arn::from(id),
            // The stack above tells of a new nested stack once more when that has its name; the first time it has none.
            since_ms: events.iter().map(|event| event.timestamp_ms).min()?.saturating_sub(LEAD_MS),
            latest: latest.id.clone(),
            has_ended: latest.status.stage() != Stage::Running,
        })
    };
    children.into_iter().filter_map(child).collect()
}

/// A nested stack may tell of its beginning before the stack above tells of its name.
const LEAD_MS: u64 = 1000;
