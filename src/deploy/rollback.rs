//! What a failed rollback could not take back, as the events tell it: the status of a resource alone does not say when
//! it failed.

use std::collections::BTreeMap;

use super::{ResourceStatus, StackEvent, StackResource};

/// The resources that failed after the rollback began, in the order in which they did. `events` come newest first.
#[must_use]
pub fn failed(events: &[StackEvent]) -> Vec<StackResource> {
    let of_rollback = events.iter().take_while(|event| {
        !(event.is_about_the_stack() && event.status == ResourceStatus::UpdateRollbackInProgress)
    });
    let mut last: BTreeMap<&str, &StackEvent> = BTreeMap::new();
    for event in of_rollback.filter(|event| !event.is_about_the_stack()) {
        last.entry(event.logical_id.as_str()).or_insert(event);
    }
    let is_failed = |event: &&&StackEvent| {
        matches!(
            event.status,
            ResourceStatus::UpdateFailed | ResourceStatus::DeleteFailed | ResourceStatus::CreateFailed
        )
    };
    let mut failed: Vec<&StackEvent> = last.values().filter(is_failed).copied().collect();
    failed.sort_by_key(|event| event.timestamp_ms);
    failed.into_iter().map(resource).collect()
}

fn resource(event: &StackEvent) -> StackResource {
    StackResource {
        logical_id: event.logical_id.clone(),
        physical_id: event.physical_id.clone(),
        resource_type: event.resource_type.clone(),
        status: event.status.clone(),
        reason: event.reason.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at: u64, logical_id: &str, status: &str) -> StackEvent {
        StackEvent {
            id: at.to_string(),
            timestamp_ms: at,
            stack_id: "arn".into(),
            logical_id: logical_id.into(),
            physical_id: (logical_id == "video").then(|| "arn".into()),
            resource_type: "AWS::SQS::Queue".into(),
            status: ResourceStatus::parse(status),
            reason: Some(format!("reason {at}")),
            token: None,
        }
    }

    #[test]
    fn only_what_failed_since_the_rollback_began_and_is_failed_still() {
        let mut events = vec![
            event(1, "Cause", "UPDATE_FAILED"),
            event(2, "video", "UPDATE_ROLLBACK_IN_PROGRESS"),
            event(3, "Later", "UPDATE_FAILED"),
            event(4, "Queue", "UPDATE_FAILED"),
            event(5, "Later", "UPDATE_COMPLETE"),
            event(6, "New", "DELETE_FAILED"),
            event(7, "video", "UPDATE_ROLLBACK_FAILED"),
        ];
        events.reverse();
        let told: Vec<_> =
            failed(&events).into_iter().map(|found| (found.logical_id.to_string(), found.reason)).collect();
        let expected = [("Queue", "reason 4"), ("New", "reason 6")];
        assert_eq!(told, expected.map(|(id, reason)| (id.to_owned(), Some(reason.to_owned()))));
    }
}
