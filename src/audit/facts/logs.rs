//! Log groups, and how long they keep what is written.

use std::ops::Range;

use super::{range, reader::Reader};
use crate::names::LogicalId;

/// A log group that the file creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogGroup {
    /// Its logical id.
    pub id: LogicalId,
    /// Where the id stands.
    pub span: Range<usize>,
    /// Its lines are deleted after a while.
    pub has_retention: bool,
}

/// All of a template.
pub(super) fn of(reader: &Reader<'_>) -> Vec<LogGroup> {
    let groups = reader.document.resources_of_type("AWS::Logs::LogGroup");
    let groups = groups.filter(|group| group.property("Fn::Transform").is_none());
    groups
        .map(|group| LogGroup {
            id: group.logical_id(),
            span: range(group.key().span()),
            has_retention: group.property("RetentionInDays").is_some(),
        })
        .collect()
}
