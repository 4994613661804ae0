use proptest::prelude::*;

use super::*;

const STACK: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/video/1";

/// `time logical-id STATUS [token]`; the logical id `video` is the stack itself.
fn event(line: &str) -> StackEvent {
    let mut words = line.split_whitespace();
    let time: u64 = words.next().unwrap().parse().unwrap();
    let logical_id = words.next().unwrap();
    let status = words.next().unwrap();
    let is_stack = logical_id == "video";
    StackEvent {
        id: format!("{time}-{logical_id}-{status}"),
        timestamp_ms: time,
        stack_id: STACK.into(),
        logical_id: logical_id.into(),
        physical_id: Some(if is_stack { STACK.to_owned() } else { format!("video-{logical_id}") }),
        resource_type: if is_stack { "AWS::CloudFormation::Stack" } else { "AWS::SNS::Topic" }.into(),
        status: ResourceStatus::parse(status),
        reason: status.ends_with("FAILED").then(|| "no".to_owned()),
        token: Some(words.next().unwrap_or("slsx-2").to_owned()),
    }
}

fn history() -> Vec<StackEvent> {
    let lines = "10 video CREATE_IN_PROGRESS slsx-1
        20 Topic CREATE_IN_PROGRESS slsx-1
        30 Topic CREATE_COMPLETE slsx-1
        40 video CREATE_COMPLETE slsx-1
        100 video UPDATE_IN_PROGRESS
        110 Queue CREATE_IN_PROGRESS
        115 Queue CREATE_IN_PROGRESS
        120 Topic UPDATE_IN_PROGRESS
        130 Topic UPDATE_COMPLETE
        140 Queue CREATE_FAILED
        150 video UPDATE_ROLLBACK_IN_PROGRESS
        160 Topic UPDATE_IN_PROGRESS
        160 Topic UPDATE_COMPLETE
        170 video UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS
        180 Queue DELETE_IN_PROGRESS
        190 Queue DELETE_COMPLETE
        200 video UPDATE_ROLLBACK_COMPLETE";
    lines.lines().map(event).collect()
}

fn scope() -> Scope {
    Scope { stack_id: STACK.into(), token: Some("slsx-2".into()), from_ms: 0 }
}

#[test]
fn an_update_that_rolls_back_is_told_phase_by_phase() {
    let progress = fold(&history(), &scope());
    assert_eq!(progress.status, Some(StackStatus::UpdateRollbackComplete));
    assert_eq!((progress.started_ms, progress.ended_ms), (Some(100), Some(200)));
    let phases: Vec<_> = progress
        .resources
        .iter()
        .flat_map(|resource| {
            resource.phases.iter().map(move |phase| {
                format!(
                    "{} {} {}-{}",
                    resource.logical_id,
                    phase.status,
                    phase.start_ms,
                    phase.end_ms.unwrap()
                )
            })
        })
        .collect();
    assert_eq!(
        phases,
        [
            "Queue CREATE_FAILED 110-140",
            "Queue DELETE_COMPLETE 180-190",
            "Topic UPDATE_COMPLETE 120-130",
            "Topic UPDATE_COMPLETE 160-160"
        ]
    );
    assert_eq!(progress.resources[0].phases[0].reason.as_deref(), Some("no"));
}

#[test]
fn events_of_an_earlier_operation_do_not_count() {
    let progress = fold(&history()[..4], &scope());
    assert_eq!(progress, Progress::default());
    let by_time = Scope { token: None, from_ms: 100, ..scope() };
    assert_eq!(fold(&history(), &by_time), fold(&history(), &scope()));
}

#[test]
fn the_same_token_used_twice_is_told_apart_by_time() {
    let again: Vec<_> = ["300 video UPDATE_IN_PROGRESS", "310 Topic UPDATE_IN_PROGRESS"].map(event).into();
    let all = [history(), again].concat();
    let progress = fold(&all, &Scope { from_ms: 300, ..scope() });
    assert_eq!(progress.status, Some(StackStatus::UpdateInProgress));
    assert!(!progress.is_done());
    assert_eq!(progress.counts(), Counts { running: 1, done: 0, failed: 0 });
}

#[test]
fn a_change_set_under_review_is_not_yet_an_operation() {
    let mut review = event("5 video REVIEW_IN_PROGRESS");
    review.token = None;
    let scope = Scope { token: None, ..scope() };
    assert_eq!(fold(std::slice::from_ref(&review), &scope), Progress::default());
    let progress = fold(&[review, event("9 video CREATE_IN_PROGRESS")], &scope);
    assert_eq!((progress.started_ms, progress.ended_ms), (Some(9), None));
}

#[test]
fn an_end_without_a_token_is_not_ours() {
    let mut earlier = event("50 video UPDATE_COMPLETE");
    earlier.token = None;
    assert_eq!(fold(&[earlier], &scope()), Progress::default());
}

#[test]
fn the_latest_operation_is_found_through_its_rollback() {
    assert_eq!(Scope::latest(&STACK.into(), &history()), Scope { from_ms: 100, ..scope() });
    let first = Scope { stack_id: STACK.into(), token: Some("slsx-1".into()), from_ms: 10 };
    assert_eq!(Scope::latest(&STACK.into(), &history()[..4]), first);
}

#[test]
fn cleanup_is_not_the_end() {
    let progress = fold(&history()[..16], &scope());
    assert_eq!(progress.status, Some(StackStatus::UpdateRollbackCompleteCleanupInProgress));
    assert!(!progress.is_done());
}

#[test]
fn a_nested_stack_is_a_resource_and_its_own_events_are_not_the_parents() {
    let nested = "arn:aws:cloudformation:eu-west-1:123456789012:stack/video-Child/2";
    let mut as_resource = event("105 Child CREATE_IN_PROGRESS");
    as_resource.resource_type = "AWS::CloudFormation::Stack".into();
    as_resource.physical_id = Some(nested.into());
    let mut as_itself = event("106 video-Child CREATE_COMPLETE other");
    as_itself.stack_id = nested.into();
    as_itself.physical_id = Some(nested.into());
    let mut inside = event("105 Topic CREATE_COMPLETE other");
    inside.stack_id = nested.into();
    let start = event("100 video UPDATE_IN_PROGRESS");
    let progress = fold(&[as_itself, as_resource, inside, start], &Scope { from_ms: 100, ..scope() });
    assert_eq!(progress.status, Some(StackStatus::UpdateInProgress));
    let names: Vec<_> = progress.resources.iter().map(|resource| resource.logical_id.as_str()).collect();
    assert_eq!(names, ["Topic", "Child"]);
}

#[test]
fn a_failure_comes_before_its_rollback_even_at_the_same_instant() {
    let events = [
        "100 video CREATE_IN_PROGRESS",
        "100 video ROLLBACK_IN_PROGRESS",
        "100 video ROLLBACK_COMPLETE",
        "100 video CREATE_FAILED",
    ];
    let progress = fold(&events.map(event), &Scope { from_ms: 100, ..scope() });
    assert_eq!(progress.status, Some(StackStatus::RollbackComplete));
}

#[test]
fn each_event_is_told_once() {
    let mut told = Told::default();
    let history = history();
    assert_eq!(told.untold(&history[..8], &scope()).len(), 4);
    let rest = told.untold(&history, &scope());
    assert_eq!(rest.len(), 9);
    assert_eq!(rest[0].id, "130-Topic-UPDATE_COMPLETE");
    assert!(told.untold(&history, &scope()).is_empty());
}

proptest! {
    #[test]
    fn order_and_repetition_change_nothing(
        shuffled in Just(history()).prop_shuffle(),
        repeated in prop::collection::vec(0..17_usize, 0..40),
    ) {
        let mut seen = shuffled;
        seen.extend(repeated.into_iter().map(|index| history()[index].clone()));
        prop_assert_eq!(fold(&seen, &scope()), fold(&history(), &scope()));
        prop_assert_eq!(Scope::latest(&STACK.into(), &seen), Scope::latest(&STACK.into(), &history()));
    }

    #[test]
    fn a_part_of_the_events_never_ends_an_operation_early(count in 0..16_usize) {
        prop_assert!(!fold(&history()[..count], &scope()).is_done());
    }
}
