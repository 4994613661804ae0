//! What happens to a stack, and when; times are virtual milliseconds after the execution of the change set.

use std::collections::VecDeque;

pub(super) const STACK_ID: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/video/1";
pub(super) const NESTED_ID: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/video-Storage/2";

/// One event.
#[derive(Clone)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) at: u64,
    /// When it can be read; events may be late.
    pub(super) readable_at: u64,
    pub(super) stack: &'static str,
    pub(super) logical_id: String,
    pub(super) physical_id: String,
    pub(super) resource_type: &'static str,
    pub(super) status: &'static str,
    pub(super) reason: &'static str,
}

/// How an action answers once, instead of as it should.
#[derive(Clone, Copy)]
pub(super) enum Fault {
    /// An error with this code.
    Code(&'static str),
    /// The connection is closed without an answer.
    Cut,
}

/// A play.
#[derive(Clone, Default)]
pub(super) struct Play {
    pub(super) events: Vec<Event>,
    /// The stack's status from a time on; none is a stack that is not found, even by its id.
    pub(super) statuses: Vec<(u64, Option<&'static str>)>,
    /// Faults by action, at the earliest from a time on; each answers one request.
    pub(super) faults: VecDeque<(&'static str, u64, Fault)>,
    /// What `DescribeEvents` tells: logical id, reason, path. None refuses the call.
    pub(super) problems: Option<Vec<(&'static str, &'static str, &'static str)>>,
    /// Statuses of the change set, one look after another; the last one stays.
    pub(super) change_set: VecDeque<(&'static str, &'static str)>,
    /// Events in a page.
    pub(super) page: usize,
    /// The token of an operation that was under way before.
    pub(super) token: Option<&'static str>,
}

impl Play {
    /// The stack goes through these statuses.
    pub(super) fn of(statuses: &[(u64, &'static str)]) -> Self {
        let events = statuses.iter().map(|(at, status)| stack_event(*at, status)).collect();
        let statuses = statuses.iter().map(|(at, status)| (*at, Some(*status))).collect();
        Self { events, statuses, page: 100, problems: Some(Vec::new()), ..Self::default() }
    }

    pub(super) fn with(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.events.extend(events);
        self.events.sort_by_key(|event| event.at);
        self
    }

    pub(super) fn failing(mut self, action: &'static str, at: u64, fault: Fault, times: usize) -> Self {
        self.faults.extend(std::iter::repeat_n((action, at, fault), times));
        self
    }
}

/// An event of the stack itself.
pub(super) fn stack_event(at: u64, status: &'static str) -> Event {
    Event {
        id: format!("stack-{at}-{status}"),
        at,
        readable_at: at,
        stack: STACK_ID,
        logical_id: "video".into(),
        physical_id: STACK_ID.into(),
        resource_type: "AWS::CloudFormation::Stack",
        status,
        reason: "",
    }
}

/// An event of a resource.
pub(super) fn resource(at: u64, name: &str, status: &'static str, reason: &'static str) -> Event {
    Event {
        id: format!("{name}-{at}-{status}"),
        logical_id: name.to_owned(),
        physical_id: name.to_lowercase(),
        resource_type: "AWS::SQS::Queue",
        reason,
        ..stack_event(at, status)
    }
}

/// An event of the nested stack, as the stack above tells it.
pub(super) fn nested(at: u64, status: &'static str, reason: &'static str) -> Event {
    let resource_type = "AWS::CloudFormation::Stack";
    Event { physical_id: NESTED_ID.into(), resource_type, ..resource(at, "Storage", status, reason) }
}

impl Event {
    pub(super) fn inside(self) -> Self {
        Self { stack: NESTED_ID, ..self }
    }

    pub(super) fn late_by(self, milliseconds: u64) -> Self {
        Self { readable_at: self.at + milliseconds, ..self }
    }
}
