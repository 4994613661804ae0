//! SQS queues: how long they hide a message, and where what fails goes.

use std::ops::Range;

use super::{range, reader::Reader};
use crate::names::LogicalId;

/// What SQS takes where nothing is said
/// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>).
const DEFAULT_VISIBILITY_S: u32 = 30;

/// A queue that the file creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Its logical id.
    pub id: LogicalId,
    /// Where the id stands.
    pub span: Range<usize>,
    /// Where the visibility timeout stands, if it is given.
    pub visibility_span: Option<Range<usize>>,
    /// How long a received message is hidden, seconds; none where it cannot be told.
    pub visibility_s: Option<u32>,
    /// Messages that fail go elsewhere.
    pub has_dead_letters: bool,
}

/// All of a template.
pub(super) fn of<'d>(reader: &Reader<'d>) -> Vec<Queue> {
    let queues = reader.document.resources_of_type("AWS::SQS::Queue");
    let queues = queues.filter(|queue| queue.property("Fn::Transform").is_none());
    queues
        .map(|queue| {
            let visibility = queue.property("VisibilityTimeout");
            let number = |node| reader.text(node).and_then(|text| text.value.parse().ok());
            Queue {
                id: queue.logical_id(),
                span: range(queue.key().span()),
                visibility_span: visibility.map(|node| range(node.span())),
                visibility_s: visibility.map_or(Some(DEFAULT_VISIBILITY_S), number),
                has_dead_letters: queue.property("RedrivePolicy").is_some(),
            }
        })
        .collect()
}
