mod stream;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::*;
use crate::deploy::destroy::{Holding, plan};
use crate::deploy::diagnosis::diagnose;
use crate::deploy::events::{Scope, fold};
use crate::deploy::report::{Conclusion, DeployReport, DestroyReport, Package, Place, StatusReport};
use crate::deploy::state_machine::Outcome;
use crate::deploy::{
    Change, ChangeAction, Mode, Output, PolicyAction, Replacement, ResourceStatus, Stack, StackEvent,
    StackResource,
};
use crate::render::style::Style;

pub(super) const PLAIN: Style = Style::plain(80);
const STACK: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/video/1";

pub(super) fn shown(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn place() -> Place {
    Place { stack: "video".into(), region: "eu-west-1".into(), is_local: true }
}

fn change(action: ChangeAction, logical_id: &str, resource_type: &str) -> Change {
    Change {
        action,
        replacement: None,
        logical_id: logical_id.into(),
        physical_id: None,
        resource_type: resource_type.into(),
        scope: vec![],
        policy_action: None,
        properties: vec![],
    }
}

pub(super) fn changes() -> Vec<Change> {
    vec![
        change(ChangeAction::Add, "ThumbnailRole", "AWS::IAM::Role"),
        Change {
            replacement: Some(Replacement::False),
            properties: vec!["Code.S3Key".into(), "MemorySize".into()],
            ..change(ChangeAction::Modify, "Thumbnail", "AWS::Lambda::Function")
        },
        Change {
            replacement: Some(Replacement::True),
            policy_action: Some(PolicyAction::ReplaceAndDelete),
            properties: vec!["KeySchema".into()],
            ..change(ChangeAction::Modify, "Catalog", "AWS::DynamoDB::Table")
        },
        Change {
            policy_action: Some(PolicyAction::Delete),
            ..change(ChangeAction::Remove, "OldQueue", "AWS::SQS::Queue")
        },
        change(ChangeAction::Add, "Topic\u{1b}[2J", "AWS::SNS::Topic"),
    ]
}

fn event(at: u64, logical_id: &str, status: &str, reason: Option<&str>) -> StackEvent {
    StackEvent {
        id: format!("{at}"),
        timestamp_ms: at,
        stack_id: STACK.into(),
        logical_id: logical_id.into(),
        physical_id: None,
        resource_type: "AWS::S3::Bucket".into(),
        status: ResourceStatus::parse(status),
        reason: reason.map(Into::into),
        token: None,
    }
}

fn failed() -> DeployReport {
    let events = [
        event(
            1,
            "Uploads",
            "CREATE_FAILED",
            Some("my-uploads already exists (HandlerErrorCode: AlreadyExists)"),
        ),
        event(2, "Results", "CREATE_FAILED", Some("Value 3 is too small")),
    ];
    DeployReport {
        place: place(),
        lane: None,
        conclusion: Conclusion::Ended(Outcome::RolledBack),
        status: Some(StackStatus::RollbackComplete),
        elapsed_ms: 12_345,
        requests: 17,
        removed_first: vec![],
        packages: vec![],
        mode: Some(Mode::Standard),
        warnings: vec![],
        changes: changes(),
        outputs: vec![],
        diagnosis: diagnose(&events, &scope()),
    }
}

fn scope() -> Scope {
    Scope { stack_id: STACK.into(), token: None, from_ms: 0 }
}

fn succeeded() -> DeployReport {
    let package = |user: &str, bytes, was_uploaded| Package {
        users: vec![user.into()],
        key: format!("fn/{user}.zip"),
        bytes,
        was_uploaded,
    };
    let output = |key: &str, value: &str| Output {
        key: key.into(),
        value: value.into(),
        description: None,
        export: None,
    };
    DeployReport {
        conclusion: Conclusion::Ended(Outcome::Succeeded),
        status: Some(StackStatus::CreateComplete),
        removed_first: vec![],
        packages: vec![package("Thumbnail", 1_234_567, true), package("UpdateDb", 900, false)],
        outputs: vec![output("UploadBucket", "video-uploads-1"), output("Catalog", "video-catalog")],
        diagnosis: None,
        ..failed()
    }
}

fn stack(status: StackStatus) -> Stack {
    Stack {
        name: "video".into(),
        id: STACK.into(),
        status,
        reason: Some("The following resource(s) failed to update: [Queue].".into()),
        outputs: succeeded().outputs,
        parameters: vec![],
        tags: vec![],
        created_ms: 1_795_387_561_000,
        updated_ms: None,
        has_termination_protection: false,
    }
}

fn resource(logical_id: &str, resource_type: &str, status: &str) -> StackResource {
    StackResource {
        logical_id: logical_id.into(),
        physical_id: Some(format!("video-{}", logical_id.to_lowercase())),
        resource_type: resource_type.into(),
        status: ResourceStatus::parse(status),
        reason: None,
    }
}

fn destroyed() -> DestroyReport {
    let resources = [
        resource("Uploads", "AWS::S3::Bucket", "CREATE_COMPLETE"),
        resource("Catalog", "AWS::DynamoDB::Table", "CREATE_COMPLETE"),
        resource("Logs", "AWS::Logs::LogGroup", "CREATE_COMPLETE"),
        resource("Role", "AWS::IAM::Role", "CREATE_COMPLETE"),
        resource("Archive", "AWS::S3::Bucket", "CREATE_COMPLETE"),
    ];
    let holdings = BTreeMap::from([
        ("Uploads".into(), Holding::Objects { entries: 3, bytes: 1_250_000 }),
        ("Catalog".into(), Holding::Items { count: 1 }),
    ]);
    let kept = BTreeSet::from(["Archive".into()]);
    let plan = plan(&stack(StackStatus::CreateComplete), &resources, Some(&kept), &holdings);
    DestroyReport {
        blockers: vec![],
        place: place(),
        plan: Some(plan),
        outcome: Some(Outcome::Succeeded),
        elapsed_ms: 900,
        diagnosis: None,
    }
}

#[test]
fn change_sets_show_replacements_and_permissions() {
    insta::assert_snapshot!(shown(|out| change_set(out, PLAIN, &changes(), None)), @r"
          + ThumbnailRole  AWS::IAM::Role         permissions
          ~ Thumbnail      AWS::Lambda::Function  Code.S3Key, MemorySize
          ! Catalog        AWS::DynamoDB::Table   REPLACED; the old one is deleted; KeySchema
          - OldQueue       AWS::SQS::Queue        deleted
          + Topic\u{1b}[2J  AWS::SNS::Topic
        5 changes: 2 to add, 1 to change, 1 to replace, 1 to remove; 1 about permissions
        ");
}

#[test]
fn events_are_one_line_each() {
    let text = shown(|out| {
        event_line(out, PLAIN, 12_345, &[], &event(1, "Uploads", "CREATE_COMPLETE", None))?;
        event_line(
            out,
            PLAIN,
            123_400,
            &["Storage".into()],
            &event(1, "Uploads", "CREATE_IN_PROGRESS", Some("Resource creation Initiated")),
        )?;
        event_line(out, PLAIN, 90, &[], &event(1, "Uploads", "CREATE_FAILED", Some("taken\nalready")))
    });
    insta::assert_snapshot!(text, @r"
         12.3s  CREATE_COMPLETE     AWS::S3::Bucket             Uploads
        123.4s  CREATE_IN_PROGRESS  AWS::S3::Bucket             Storage/Uploads
          0.0s  CREATE_FAILED       AWS::S3::Bucket             Uploads  taken already
        ");
}

#[test]
fn progress_names_what_is_going_on() {
    let events = [
        event(1, "Uploads", "CREATE_COMPLETE", None),
        event(2, "Results", "CREATE_IN_PROGRESS", None),
        event(3, "Topic", "CREATE_IN_PROGRESS", None),
        event(4, "Queue", "CREATE_FAILED", None),
    ];
    let running = |name: &str, elapsed, typical: Option<u64>| Running {
        name: name.into(),
        elapsed: Duration::from_secs(elapsed),
        typical: typical.map(Duration::from_secs),
    };
    let busy =
        [running("Results", 12, Some(72)), running("Storage/Topic", 3, None), running("Late", 0, None)];
    let progress = fold(&events, &scope());
    assert_eq!(
        progress_message(&progress, 9, &busy),
        "1 of 9 resources, working on Results (12 s of about 72 s), Storage/Topic (3 s) and 1 more, 1 failed"
    );
    assert_eq!(progress_message(&progress, 0, &[]), "1 resource done, 1 failed");
}

#[test]
fn a_failure_shows_its_cause_first() {
    insta::assert_snapshot!(shown(|out| deploy_outcome(out, PLAIN, &failed())), @r"
        first cause
          CREATE_FAILED Uploads AWS::S3::Bucket
            my-uploads already exists (HandlerErrorCode: AlreadyExists)
            -> leave the name out of the template, so that CloudFormation makes one, or remove what has it now
        also failed
          CREATE_FAILED Results AWS::S3::Bucket
            Value 3 is too small
        FAIL video failed and was rolled back (ROLLBACK_COMPLETE, eu-west-1, 12.3s local)
        ");
}

#[test]
fn a_success_shows_the_outputs() {
    insta::assert_snapshot!(shown(|out| deploy_outcome(out, PLAIN, &succeeded())), @r"
        ok video is deployed (CREATE_COMPLETE, eu-west-1, 12.3s local)
          1 package uploaded, 1.2 MB; 1 unchanged
          UploadBucket  video-uploads-1
          Catalog       video-catalog
        ");
}

#[test]
fn nothing_to_change_says_so() {
    let report =
        DeployReport { conclusion: Conclusion::NoChanges, packages: vec![], outputs: vec![], ..succeeded() };
    insta::assert_snapshot!(shown(|out| deploy_outcome(out, PLAIN, &report)), @"ok video is up to date, nothing to change (CREATE_COMPLETE, eu-west-1, 12.3s local)");
}

#[test]
fn a_stack_shows_what_is_not_at_rest() {
    let report = StatusReport {
        place: place(),
        stack: Some(stack(StackStatus::UpdateRollbackFailed)),
        resources: vec![
            resource("Topic", "AWS::SNS::Topic", "UPDATE_COMPLETE"),
            resource("Queue", "AWS::SQS::Queue", "UPDATE_FAILED"),
        ],
    };
    insta::assert_snapshot!(shown(|out| status(out, PLAIN, &report)), @r"
        video UPDATE_ROLLBACK_FAILED (eu-west-1, local)
          The following resource(s) failed to update: [Queue].
          created 2026-11-22T22:46:01Z, 2 resources
          UploadBucket  video-uploads-1
          Catalog       video-catalog
          UPDATE_FAILED Queue
        ");
    let none = StatusReport { place: place(), stack: None, resources: vec![] };
    let made = "video does not exist (eu-west-1, local): `slsx deploy` makes it\n";
    assert_eq!(shown(|out| status(out, PLAIN, &none)), made);
}

#[test]
fn a_deletion_names_the_data_it_takes() {
    let report = destroyed();
    insta::assert_snapshot!(shown(|out| destroy_plan(out, PLAIN, report.plan.as_ref().unwrap())), @r"
        deleting video loses this data
          ! Uploads  3 objects, old versions counted, 1.2 MB; emptied first  AWS::S3::Bucket, video-uploads
          - Catalog  1 item when last counted  AWS::DynamoDB::Table, video-catalog
          - Logs     may hold data  AWS::Logs::LogGroup, video-logs
          1 resource without data of their own
        and keeps in the account, because of their deletion policy
            Archive  video-archive  AWS::S3::Bucket
        ");
    assert_eq!(
        shown(|out| destroy_outcome(out, PLAIN, &report)),
        "ok video is deleted (eu-west-1, 0.9s local)\n"
    );
}

#[test]
fn json_carries_its_schema_and_the_same_facts() {
    let parse = |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap();
    let deploy = parse(shown(|out| deploy_json(out, &failed())));
    assert_eq!(deploy["schema"], "slsx/deploy/1");
    assert_eq!(deploy["conclusion"], "rolled-back");
    assert_eq!(deploy["local"], true);
    assert_eq!(deploy["changes"].as_array().unwrap().len(), 5);
    assert_eq!(deploy["changes"][2]["replacement"], "True");
    assert_eq!(deploy["diagnosis"]["cause"]["logical_id"], "Uploads");
    assert_eq!(deploy["diagnosis"]["others"][0]["logical_id"], "Results");

    let report = StatusReport {
        place: place(),
        stack: Some(stack(StackStatus::CreateComplete)),
        resources: vec![resource("Topic", "AWS::SNS::Topic", "UPDATE_COMPLETE")],
    };
    let status = parse(shown(|out| status_json(out, &report)));
    assert_eq!(status["schema"], "slsx/status/1");
    assert_eq!(status["outputs"][0]["value"], "video-uploads-1");
    assert_eq!(status["resources"][0]["physical_id"], "video-topic");

    let destroy = parse(shown(|out| destroy_json(out, &destroyed())));
    assert_eq!(destroy["schema"], "slsx/destroy/1");
    assert_eq!(destroy["outcome"], "succeeded");
    assert_eq!(destroy["plan"]["losses"][0]["bytes"], 1_250_000);
    assert_eq!(destroy["plan"]["retained"][0]["logical_id"], "Archive");
}

#[test]
fn color_and_ascii_say_the_same_words() {
    let rich = Style { color: true, unicode: false, width: 80 };
    let colored = shown(|out| deploy_outcome(out, rich, &failed()));
    let mut plain = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_ne!(colored, plain);
    assert_eq!(plain, shown(|out| deploy_outcome(out, PLAIN, &failed())));
}

#[test]
fn what_must_be_repaired_first_is_told_with_commands_that_exist() {
    let stuck = |status| DeployReport {
        conclusion: Conclusion::Ended(Outcome::NeedsRecovery),
        status: Some(status),
        packages: vec![],
        outputs: vec![],
        ..succeeded()
    };
    let rollback = shown(|out| deploy_outcome(out, PLAIN, &stuck(StackStatus::UpdateRollbackFailed)));
    assert!(rollback.contains("run `slsx recover`"), "{rollback}");
    let deletion = shown(|out| deploy_outcome(out, PLAIN, &stuck(StackStatus::DeleteFailed)));
    assert!(deletion.contains("run `slsx destroy --resume`:"), "{deletion}");
}

#[test]
fn what_is_left_of_a_failed_creation_is_shown_before_it_is_deleted() {
    let left = [StackResource {
        logical_id: "Catalog".into(),
        physical_id: Some("video-catalog".into()),
        resource_type: "AWS::DynamoDB::Table".into(),
        status: ResourceStatus::CreateComplete,
        reason: None,
    }];
    insta::assert_snapshot!(shown(|out| removal(out, PLAIN, &"video".into(), &left)), @r"
    video was never created successfully: it must be deleted first, with what is left of it
      - Catalog  video-catalog  AWS::DynamoDB::Table
      1 resource left
    ");
}
