//! A deployment as it happens, for programs: one JSON object in each line. Field names and types are a promise, and the
//! schema's number changes when one is taken back.

use std::io::{self, Write};

use serde::Serialize;

use super::json::{ChangeView, DeployView, DestroyView, LaneView, change, deploy_view, destroy_view, lane};
use crate::deploy::lane::Lane;
use crate::deploy::report::{DeployReport, DestroyReport};
use crate::deploy::{Change, StackEvent};
use crate::names::LogicalId;

/// The schema that every line names.
pub const SCHEMA: &str = "slsx/events/1";

/// What happens.
#[derive(Clone, Copy, Debug)]
pub enum Happening<'a> {
    /// Something that is said to people too.
    Message(&'a str),
    /// The lane was chosen.
    Lane(&'a Lane),
    /// What a change set will do.
    Changes(&'a [Change]),
    /// Something happened to a resource; the names lead to a nested stack.
    Resource(&'a [LogicalId], &'a StackEvent),
    /// How a deployment ended; the last line.
    Deployed(&'a DeployReport),
    /// How a deletion ended; the last line.
    Destroyed(&'a DestroyReport),
    /// Why there is no such end, and the exit code; the last line.
    Error(&'a str, u8),
}

#[derive(Serialize)]
struct Line<'a> {
    schema: &'static str,
    at_ms: u64,
    #[serde(flatten)]
    body: Body<'a>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Body<'a> {
    Message {
        text: &'a str,
    },
    Lane {
        lane: LaneView<'a>,
    },
    Changes {
        changes: Vec<ChangeView<'a>>,
    },
    Resource {
        stack_id: &'a str,
        within: Vec<&'a str>,
        logical_id: &'a str,
        physical_id: Option<&'a str>,
        resource_type: &'a str,
        status: &'a str,
        reason: Option<&'a str>,
        event_id: &'a str,
        event_at_ms: u64,
    },
    Result {
        result: ResultView<'a>,
    },
    Error {
        message: &'a str,
        exit_code: u8,
    },
}

#[derive(Serialize)]
#[serde(untagged)]
enum ResultView<'a> {
    Deployed(Box<DeployView<'a>>),
    Destroyed(Box<DestroyView<'a>>),
}

/// Writes one line; `at_ms` is the time of writing, milliseconds since the Unix epoch.
pub fn happening(out: &mut impl Write, at_ms: u64, happening: Happening<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { schema: SCHEMA, at_ms, body: body(happening) })?;
    writeln!(out)?;
    // Whoever reads along must not wait for a buffer to fill.
    out.flush()
}

fn body(happening: Happening<'_>) -> Body<'_> {
    match happening {
        Happening::Message(text) => Body::Message { text },
        Happening::Lane(chosen) => Body::Lane { lane: lane(chosen) },
        Happening::Changes(changes) => Body::Changes { changes: changes.iter().map(change).collect() },
        Happening::Resource(within, event) => Body::Resource {
            stack_id: event.stack_id.as_str(),
            within: within.iter().map(LogicalId::as_str).collect(),
            logical_id: event.logical_id.as_str(),
            physical_id: event.physical_id.as_deref(),
            resource_type: &event.resource_type,
            status: event.status.as_str(),
            reason: event.reason.as_deref(),
            event_id: &event.id,
            event_at_ms: event.timestamp_ms,
        },
        Happening::Deployed(report) => {
            Body::Result { result: ResultView::Deployed(Box::new(deploy_view(report))) }
        }
        Happening::Destroyed(report) => {
            Body::Result { result: ResultView::Destroyed(Box::new(destroy_view(report))) }
        }
        Happening::Error(message, exit_code) => Body::Error { message, exit_code },
    }
}
