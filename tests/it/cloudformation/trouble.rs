//! Operations that fail, and an AWS that answers badly meanwhile.

use slsx::commands::deploy::stack::StackError;
use slsx::deploy::ChangeSetKind;
use slsx::deploy::diagnosis::Remedy;
use slsx::deploy::state_machine::Outcome;
use slsx::ports::{ChangeSetRequest, RemoteError, TemplateSource};

use super::script::{Fault, Play, nested, resource};
use super::{playing, watch};

/// An update that fails in a nested stack and is rolled back.
fn nested_failure() -> Play {
    Play::of(&[
        (0, "UPDATE_IN_PROGRESS"),
        (60_000, "UPDATE_ROLLBACK_IN_PROGRESS"),
        (90_000, "UPDATE_ROLLBACK_COMPLETE"),
    ])
    .with([
        nested(1_000, "UPDATE_IN_PROGRESS", ""),
        resource(2_000, "Jobs", "CREATE_IN_PROGRESS", "").inside(),
        resource(50_000, "Jobs", "CREATE_FAILED", "jobs already exists").inside(),
        resource(50_001, "Mails", "CREATE_FAILED", "Resource creation cancelled").inside(),
        nested(55_000, "UPDATE_FAILED", "Embedded stack was not successfully updated"),
        resource(55_001, "Topic", "UPDATE_FAILED", "Resource update cancelled"),
    ])
}

#[test]
fn the_cause_in_a_nested_stack_is_found_with_or_without_further_explanations() {
    for problems in [Some(vec![]), None] {
        let mut play = nested_failure();
        play.problems = problems;
        let watched = watch(play, ChangeSetKind::Update);
        assert_eq!(watched.outcome(), Outcome::RolledBack);
        let found = watched.diagnosis.unwrap();
        assert_eq!(found.cause.full_name(), "Storage/Jobs");
        assert_eq!(found.cause.remedy, Remedy::ChooseAnotherName);
        assert_eq!((found.others, found.rollback), (vec![], None));
    }
}

#[test]
fn it_is_watched_until_the_rollback_has_ended() {
    let watched = watch(nested_failure(), ChangeSetKind::Update);
    assert!(watched.virtual_ms >= 90_000);
    assert_eq!(watched.told.last().unwrap(), "video UPDATE_ROLLBACK_COMPLETE");
}

#[test]
fn a_rollback_that_fails_needs_recovery_and_says_what_stopped_it() {
    let play = Play::of(&[
        (0, "UPDATE_IN_PROGRESS"),
        (10_000, "UPDATE_ROLLBACK_IN_PROGRESS"),
        (20_000, "UPDATE_ROLLBACK_FAILED"),
    ])
    .with([
        resource(5_000, "Jobs", "UPDATE_FAILED", "Value 7 is too small"),
        resource(
            15_000,
            "Role",
            "UPDATE_FAILED",
            "is not authorized to perform: iam:PutRolePolicy on resource: x",
        ),
    ]);
    let watched = watch(play, ChangeSetKind::Update);
    assert_eq!(watched.outcome(), Outcome::NeedsRecovery);
    let found = watched.diagnosis.unwrap();
    assert_eq!(found.cause.logical_id.as_str(), "Jobs");
    let rollback = found.rollback.unwrap();
    assert_eq!(rollback.logical_id.as_str(), "Role");
    assert_eq!(rollback.remedy, Remedy::Grant { action: Some("iam:PutRolePolicy".into()) });
}

#[test]
fn a_validation_that_stops_everything_is_the_cause_with_its_path() {
    let path = "/Resources/Jobs/Properties/MessageRetentionPeriod";
    let mut play = Play::of(&[(0, "UPDATE_IN_PROGRESS"), (1_000, "UPDATE_FAILED")]);
    play.problems = Some(vec![("Jobs", "7 is less than 60", path)]);
    let found = watch(play, ChangeSetKind::Update).diagnosis.unwrap();
    assert_eq!((found.cause.logical_id.as_str(), found.cause.path.as_deref()), ("Jobs", Some(path)));
}

#[test]
fn bursts_of_throttling_and_lost_answers_only_slow_it_down() {
    let play = Play::of(&[(0, "UPDATE_IN_PROGRESS"), (60_000, "UPDATE_COMPLETE")])
        .failing("DescribeStacks", 5_000, Fault::Code("Throttling"), 2)
        .failing("DescribeStackEvents", 20_000, Fault::Code("Throttling"), 2)
        .failing("DescribeStacks", 40_000, Fault::Cut, 1);
    let watched = watch(play, ChangeSetKind::Update);
    assert_eq!(watched.outcome(), Outcome::Succeeded);
    assert_eq!(watched.told, ["video UPDATE_IN_PROGRESS", "video UPDATE_COMPLETE"]);
}

#[test]
fn credentials_that_expire_end_the_watching_and_not_the_operation() {
    let play = Play::of(&[(0, "UPDATE_IN_PROGRESS"), (600_000, "UPDATE_COMPLETE")]).failing(
        "DescribeStacks",
        30_000,
        Fault::Code("ExpiredToken"),
        1,
    );
    let watched = watch(play, ChangeSetKind::Update);
    let Err(StackError::Remote(RemoteError::Credentials { message })) = &watched.ended else {
        panic!("{:?}", watched.ended)
    };
    assert!(message.contains("ExpiredToken"), "{message}");
    assert_eq!(watched.count("CancelUpdateStack") + watched.count("DeleteStack"), 0);
}

fn request() -> ChangeSetRequest {
    ChangeSetRequest {
        stack: "video".into(),
        name: "slsx-ours".into(),
        kind: ChangeSetKind::Update,
        template: TemplateSource::Body("{}".into()),
        parameters: vec![],
        kept_parameters: vec![],
        tags: vec![],
        mode: slsx::deploy::Mode::Express,
    }
}

#[test]
fn a_change_set_that_fails_says_why_and_is_cleared_away() {
    let path = "/Resources/Uploads/Properties/BucketName";
    let mut play = Play::of(&[]);
    play.change_set = [
        ("DELETE_COMPLETE", ""),
        ("CREATE_IN_PROGRESS", ""),
        ("FAILED", "Early validation failed. Call DescribeEvents"),
    ]
    .into();
    play.problems = Some(vec![("Uploads", "the bucket exists", path)]);
    let (made, _, requests, _) = playing(play, async |target, _| target.change_set(&request(), false).await);
    let Err(StackError::ChangeSet { problems, .. }) = &made else { panic!("{made:?}") };
    assert_eq!(problems[0].path.as_deref(), Some(path));
    assert_eq!(requests.last().unwrap(), "DeleteChangeSet");
    assert!(!requests.contains(&"ExecuteChangeSet".to_owned()));
}

#[test]
fn a_change_set_that_is_being_computed_is_joined() {
    let mut play = Play::of(&[]);
    play.change_set = [("CREATE_IN_PROGRESS", ""), ("CREATE_PENDING", ""), ("CREATE_COMPLETE", "")].into();
    let (made, _, requests, _) = playing(play, async |target, _| target.change_set(&request(), false).await);
    assert_eq!(made.unwrap().unwrap().id.as_str(), "arn:change-set");
    assert!(!requests.contains(&"CreateChangeSet".to_owned()), "{requests:?}");
}
