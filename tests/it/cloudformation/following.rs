//! Operations that go on and come to an end: told once, in order, at a price that is known.

use slsx::commands::deploy::stack::Ready;
use slsx::deploy::ChangeSetKind;
use slsx::deploy::state_machine::Outcome;

use super::script::{Event, Play, nested, resource, stack_event};
use super::{playing, watch};

const MINUTE: u64 = 60 * 1000;

#[test]
fn half_an_hour_is_followed_at_a_pace_that_aws_allows() {
    let play = Play::of(&[(0, "UPDATE_IN_PROGRESS"), (30 * MINUTE, "UPDATE_COMPLETE")]).with([
        resource(100, "Jobs", "UPDATE_IN_PROGRESS", ""),
        resource(29 * MINUTE, "Jobs", "UPDATE_COMPLETE", ""),
    ]);
    let watched = watch(play, ChangeSetKind::Update);
    assert_eq!(watched.outcome(), Outcome::Succeeded);
    let end = "video UPDATE_COMPLETE";
    assert_eq!(
        watched.told,
        ["video UPDATE_IN_PROGRESS", "Jobs UPDATE_IN_PROGRESS", "Jobs UPDATE_COMPLETE", end]
    );
    assert!(watched.virtual_ms >= 30 * MINUTE);
    // Every five seconds at most while nothing happens.
    let looks = watched.count("DescribeStacks");
    assert!((360..=380).contains(&looks), "{looks}");
    assert!(watched.requests.len() <= 2 * looks + 10, "{}", watched.requests.len());
}

#[test]
fn the_end_is_seen_within_seconds() {
    let play = Play::of(&[(0, "UPDATE_IN_PROGRESS"), (90_000, "UPDATE_COMPLETE")]);
    let watched = watch(play, ChangeSetKind::Update);
    assert!(watched.virtual_ms - 90_000 <= 5_000, "{}", watched.virtual_ms);
}

#[test]
fn many_events_come_in_pages_and_each_is_told_once() {
    let made =
        (0..250).map(|number| resource(1_000 + number, &format!("Queue{number}"), "UPDATE_IN_PROGRESS", ""));
    let play =
        Play::of(&[(0, "UPDATE_IN_PROGRESS"), (60_000, "UPDATE_COMPLETE")]).with(made.collect::<Vec<_>>());
    let watched = watch(play, ChangeSetKind::Update);
    assert_eq!(watched.told.len(), 252);
    assert_eq!(watched.told[1], "Queue0 UPDATE_IN_PROGRESS");
    assert_eq!(watched.told[250], "Queue249 UPDATE_IN_PROGRESS");
}

#[test]
fn duplicates_late_and_reordered_events_are_told_once_each() {
    let twice = resource(2_000, "Jobs", "UPDATE_IN_PROGRESS", "");
    let play = Play::of(&[(0, "UPDATE_IN_PROGRESS"), (60_000, "UPDATE_COMPLETE")]).with([
        twice.clone(),
        twice,
        resource(3_000, "Late", "UPDATE_IN_PROGRESS", "").late_by(20_000),
        resource(5_000, "Jobs", "UPDATE_COMPLETE", ""),
        resource(4_000, "Late", "UPDATE_COMPLETE", "").late_by(10_000),
    ]);
    let watched = watch(play, ChangeSetKind::Update);
    assert_eq!(watched.outcome(), Outcome::Succeeded);
    let mut told = watched.told.clone();
    told.sort();
    told.dedup();
    assert_eq!(told.len(), watched.told.len(), "{:?}", watched.told);
    assert!(told.contains(&"Late UPDATE_IN_PROGRESS".to_owned()), "{told:?}");
    let ended = watched.ended.unwrap();
    let late = ended.progress.resources.iter().find(|one| one.logical_id.as_str() == "Late").unwrap();
    assert_eq!(late.phases.len(), 1, "its end came before its beginning: {:?}", late.phases);
}

#[test]
fn a_nested_stack_is_read_while_it_runs_and_no_longer() {
    let inner = |at, status| resource(at, "Jobs", status, "").inside();
    let play = Play::of(&[(0, "UPDATE_IN_PROGRESS"), (10 * MINUTE, "UPDATE_COMPLETE")]).with([
        nested(1_000, "UPDATE_IN_PROGRESS", ""),
        inner(2_000, "UPDATE_IN_PROGRESS"),
        inner(30_000, "UPDATE_COMPLETE"),
        nested(MINUTE, "UPDATE_COMPLETE", ""),
    ]);
    let watched = watch(play, ChangeSetKind::Update);
    let inside = watched.told.iter().filter(|line| line.starts_with("Jobs")).count();
    assert_eq!(inside, 2, "{:?}", watched.told);
    // The nested stack costs a request each time for the one minute that it runs, of ten.
    let extra = watched.count("DescribeStackEvents") - watched.count("DescribeStacks");
    assert!(extra <= 20, "{extra}");
}

#[test]
fn an_operation_of_ours_is_found_by_its_token_and_nothing_is_started_again() {
    let mut play = Play::of(&[(0, "UPDATE_IN_PROGRESS"), (30_000, "UPDATE_COMPLETE")]);
    play.token = Some("slsx-ours-1234");
    let (ready, told, requests, _) = playing(play, async |target, tell| target.prepare(tell).await);
    let Ok(Ready::Ended(ended)) = ready else { panic!("{requests:?}") };
    assert_eq!(ended.outcome, Outcome::Succeeded);
    assert_eq!(told, ["video UPDATE_IN_PROGRESS", "video UPDATE_COMPLETE"]);
    assert!(!requests.iter().any(|action| action.contains("ChangeSet")), "{requests:?}");
}

#[test]
fn an_operation_of_somebody_else_is_waited_for() {
    let mut play = Play::of(&[(0, "UPDATE_IN_PROGRESS"), (30_000, "UPDATE_COMPLETE")]);
    play.token = Some("console-5678");
    let (ready, _, _, virtual_ms) = playing(play, async |target, tell| target.prepare(tell).await);
    assert!(matches!(ready, Ok(Ready::For(ChangeSetKind::Update))));
    assert!(virtual_ms >= 30_000);
}

#[test]
fn a_stack_that_is_deleted_while_it_is_watched_ends_the_watching() {
    let play =
        Play::of(&[(0, "UPDATE_IN_PROGRESS"), (20_000, "DELETE_IN_PROGRESS"), (40_000, "DELETE_COMPLETE")]);
    let watched = watch(play, ChangeSetKind::Update);
    assert_eq!(watched.outcome(), Outcome::Failed);

    // Some endpoints forget a deleted stack at once.
    let mut play = Play::of(&[(0, "UPDATE_IN_PROGRESS")]);
    play.statuses.push((20_000, None));
    play.events.extend([stack_event(15_000, "DELETE_IN_PROGRESS"), stack_event(20_000, "DELETE_COMPLETE")]);
    let watched = watch(play, ChangeSetKind::Update);
    assert_eq!(watched.outcome(), Outcome::Failed);
}

#[test]
fn events_of_the_same_instant_are_told_in_an_order_that_makes_sense() {
    let at_once = |status| Event { at: 0, readable_at: 0, ..stack_event(0, status) };
    let mut play = Play::of(&[(0, "ROLLBACK_COMPLETE")]);
    play.events = vec![
        at_once("ROLLBACK_COMPLETE"),
        at_once("CREATE_FAILED"),
        at_once("ROLLBACK_IN_PROGRESS"),
        at_once("CREATE_IN_PROGRESS"),
    ];
    let watched = watch(play, ChangeSetKind::Create);
    assert_eq!(watched.outcome(), Outcome::RolledBack);
    assert_eq!(
        watched.told,
        [
            "video CREATE_IN_PROGRESS",
            "video CREATE_FAILED",
            "video ROLLBACK_IN_PROGRESS",
            "video ROLLBACK_COMPLETE"
        ]
    );
}
