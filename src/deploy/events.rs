//! Folds stack events into what happened to each resource; the order and number of times events are read is no matter.

use std::collections::{BTreeMap, BTreeSet};

use super::{Action, ResourceStatus, StackEvent, StackStatus, Stage};
use crate::names::{Arn, LogicalId};

/// Which events belong to one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The stack the operation was started on; events of nested stacks may be given too.
    pub stack_id: Arn,
    /// Request token of the operation. Its rollback carries the same one (API reference, `StackEvent`).
    pub token: Option<String>,
    /// Events before this instant belong to an earlier operation, even one with the same token.
    pub from_ms: u64,
}

impl Scope {
    /// The latest operation among these events: from the last time the stack itself began something.
    #[must_use]
    pub fn latest(stack_id: &Arn, events: &[StackEvent]) -> Self {
        let beginning = events
            .iter()
            .filter(|event| {
                event.stack_id == *stack_id && event.is_about_the_stack() && is_beginning(&event.status)
            })
            .max_by_key(|event| (event.timestamp_ms, &event.id));
        Self {
            stack_id: stack_id.clone(),
            token: beginning.and_then(|event| event.token.clone()),
            from_ms: beginning.map_or(0, |event| event.timestamp_ms),
        }
    }

    /// Whether an event belongs to the operation.
    ///
    /// All events of an operation carry its token, but nested stacks have operations of their own.
    #[must_use]
    pub fn holds(&self, event: &StackEvent) -> bool {
        let is_of_another =
            self.token.is_some() && event.stack_id == self.stack_id && event.token != self.token;
        event.timestamp_ms >= self.from_ms && !is_of_another
    }
}

/// Whether a status of the stack begins an operation. A rollback goes on with one.
fn is_beginning(status: &ResourceStatus) -> bool {
    let begins = matches!(status.action(), Action::Create | Action::Update | Action::Delete | Action::Import);
    begins && status.stage() == Stage::Running && *status != ResourceStatus::UpdateCompleteCleanupInProgress
}

/// How far an operation has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Status of the stack by the operation's own events; none before the first of them.
    pub status: Option<StackStatus>,
    /// Why, in AWS's words.
    pub reason: Option<String>,
    /// First event of the stack itself.
    pub started_ms: Option<u64>,
    /// When the stack came to rest, if it has.
    pub ended_ms: Option<u64>,
    /// Every resource touched so far, by the time it was first touched.
    pub resources: Vec<ResourceProgress>,
}

/// What happened to one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceProgress {
    /// The stack it is in: a nested one has another id.
    pub stack_id: Arn,
    /// Its name in the template.
    pub logical_id: LogicalId,
    /// Its name in the account, as last told.
    pub physical_id: Option<String>,
    /// Its type.
    pub resource_type: String,
    /// The steps it went through, such as a creation and, after a rollback, a deletion.
    pub phases: Vec<Phase>,
}

/// One step of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// What it does.
    pub action: Action,
    /// The latest status within the step.
    pub status: ResourceStatus,
    /// When it began, as far as the events tell.
    pub start_ms: u64,
    /// When it ended, if it has.
    pub end_ms: Option<u64>,
    /// Why it ended as it did, in AWS's words.
    pub reason: Option<String>,
}

/// How many resources are how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Their last step is under way.
    pub running: usize,
    /// Their last step ended well.
    pub done: usize,
    /// Their last step ended badly.
    pub failed: usize,
}

impl Progress {
    /// Whether the stack has come to rest.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.ended_ms.is_some()
    }

    /// The names that lead to a nested stack, outermost first; none for the stack itself.
    #[must_use]
    pub fn way_to(&self, stack_id: &Arn) -> Vec<LogicalId> {
        let mut way = Vec::new();
        let mut at = stack_id;
        // A stack is nested in one other, so the way ends; whatever the events say, it is no longer than they are.
        while let Some(holder) = self.resources.iter().find(|resource| resource.is_nested_stack(at)) {
            if way.len() > self.resources.len() {
                break;
            }
            way.insert(0, holder.logical_id.clone());
            at = &holder.stack_id;
        }
        way
    }

    /// A resource's name with those of the nested stacks it is in, such as `Storage/Uploads`.
    #[must_use]
    pub fn name_of(&self, resource: &ResourceProgress) -> String {
        let way = self.way_to(&resource.stack_id);
        way.iter().chain([&resource.logical_id]).map(LogicalId::as_str).collect::<Vec<_>>().join("/")
    }

    /// How many resources are how far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for phase in self.resources.iter().filter_map(|resource| resource.phases.last()) {
            match phase.status.stage() {
                Stage::Running => counts.running += 1,
                Stage::Done => counts.done += 1,
                Stage::Failed => counts.failed += 1,
            }
        }
        counts
    }
}

/// Folds the events of one operation, given in any order, any number of times, among events of others.
#[must_use]
pub fn fold(events: &[StackEvent], scope: &Scope) -> Progress {
    let mut progress = Progress::default();
    let mut resources: BTreeMap<(&Arn, &LogicalId), ResourceProgress> = BTreeMap::new();
    for event in in_order(events, scope) {
        if !event.is_about_the_stack() {
            resources
                .entry((&event.stack_id, &event.logical_id))
                .or_insert_with(|| untouched(event))
                .take(event);
        } else if event.stack_id == scope.stack_id && event.status != ResourceStatus::ReviewInProgress {
            progress.take(event);
        }
    }
    progress.resources = resources.into_values().collect();
    progress.resources.sort_by_key(|resource| resource.phases.first().map(|phase| phase.start_ms));
    progress
}

/// The operation's events once each, oldest first; at the same instant what begins comes before what ends, and a failure
/// before the rollback that it brings about.
#[must_use]
pub fn in_order<'a>(events: &'a [StackEvent], scope: &Scope) -> Vec<&'a StackEvent> {
    let is_rollback = |event: &StackEvent| event.status.action() == Action::Rollback;
    let key = |event: &'a StackEvent| {
        (event.timestamp_ms, is_rollback(event), event.status.stage(), event.id.as_str())
    };
    let sorted: BTreeMap<_, _> =
        events.iter().filter(|event| scope.holds(event)).map(|event| (key(event), event)).collect();
    sorted.into_values().collect()
}

impl Progress {
    fn take(&mut self, event: &StackEvent) {
        let status = StackStatus::parse(event.status.as_str());
        self.started_ms.get_or_insert(event.timestamp_ms);
        self.ended_ms = (!status.is_running()).then_some(event.timestamp_ms);
        self.status = Some(status);
        self.reason.clone_from(&event.reason);
    }
}

fn untouched(event: &StackEvent) -> ResourceProgress {
    ResourceProgress {
        stack_id: event.stack_id.clone(),
        logical_id: event.logical_id.clone(),
        physical_id: None,
        resource_type: event.resource_type.clone(),
        phases: Vec::new(),
    }
}

impl ResourceProgress {
    /// The step it is at, if it is at one.
    #[must_use]
    pub fn running(&self) -> Option<&Phase> {
        self.phases.last().filter(|phase| phase.end_ms.is_none())
    }

    fn is_nested_stack(&self, id: &Arn) -> bool {
        self.resource_type == super::STACK_TYPE && self.physical_id.as_deref() == Some(id.as_str())
    }

    fn take(&mut self, event: &StackEvent) {
        if event.physical_id.as_deref().is_some_and(|id| !id.is_empty()) {
            self.physical_id.clone_from(&event.physical_id);
        }
        let action = event.status.action();
        let open = self.phases.iter_mut().rfind(|phase| phase.action == action && phase.end_ms.is_none());
        let end_ms = (event.status.stage() != Stage::Running).then_some(event.timestamp_ms);
        match open {
            Some(phase) => {
                phase.status = event.status.clone();
                phase.end_ms = end_ms;
                phase.reason.clone_from(&event.reason);
            }
            None => self.phases.push(Phase {
                action,
                status: event.status.clone(),
                start_ms: event.timestamp_ms,
                end_ms,
                reason: event.reason.clone(),
            }),
        }
    }
}

/// Remembers which events were already told, so that each is told once.
#[derive(Clone, Debug, Default)]
pub struct Told(BTreeSet<String>);

impl Told {
    /// The operation's events that were not told before, oldest first.
    pub fn untold(&mut self, events: &[StackEvent], scope: &Scope) -> Vec<StackEvent> {
        in_order(events, scope).into_iter().filter(|event| self.0.insert(event.id.clone())).cloned().collect()
    }
}

#[cfg(test)]
mod tests;
