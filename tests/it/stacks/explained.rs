//! Failures explained beyond what the stack's own events say: nested stacks, validations, refused modes.

use slsx::deploy::problem::Finder;

use super::*;

const NESTED: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/video-Storage/2";

/// An event about a resource, which may be a nested stack, or of what is in it.
fn of_resource(
    at: u64,
    stack: &str,
    name: &str,
    physical_id: &str,
    status: &str,
    reason: &str,
) -> StackEvent {
    StackEvent {
        id: format!("{at}-{name}"),
        stack_id: stack.into(),
        logical_id: name.into(),
        physical_id: Some(physical_id.into()),
        resource_type: if physical_id == NESTED { "AWS::CloudFormation::Stack" } else { "AWS::SQS::Queue" }
            .into(),
        reason: Some(reason.into()),
        ..event(at, status, "t")
    }
}

#[test]
fn what_happens_in_a_nested_stack_is_followed_and_its_failure_is_the_cause() {
    let script = Script::of(&[Some("CREATE_IN_PROGRESS"), Some("ROLLBACK_COMPLETE")]).then_told(&[
        event(1, "CREATE_IN_PROGRESS", "t"),
        of_resource(2, ID, "Storage", NESTED, "CREATE_IN_PROGRESS", ""),
        of_resource(3, NESTED, "Jobs", "jobs", "CREATE_IN_PROGRESS", ""),
        of_resource(4, NESTED, "Jobs", "jobs", "CREATE_FAILED", "jobs already exists"),
        of_resource(5, NESTED, "Mails", "mails", "CREATE_FAILED", "Resource creation cancelled"),
        of_resource(6, ID, "Storage", NESTED, "CREATE_FAILED", "Embedded stack was not successfully created"),
        event(7, "ROLLBACK_IN_PROGRESS", "t"),
        event(8, "ROLLBACK_COMPLETE", "t"),
    ]);
    let name = StackName::new("video");
    let target = script.target(&name);
    let started = block_on(
        target.start(&change_set("arn:x", ChangeSetStatus::CreateComplete, None), ChangeSetKind::Create),
    );
    let mut told = Vec::new();
    let ended = block_on(target.follow(&started.unwrap(), &mut |news: News<'_>| {
        if let News::Event(event, _) = news {
            told.push(event.logical_id.to_string());
        }
    }))
    .unwrap();
    assert_eq!(ended.outcome, Outcome::RolledBack);
    assert_eq!(
        told,
        ["video", "Storage", "Jobs", "Jobs", "Mails", "Storage", "video", "video"],
        "each once, in order"
    );
    let diagnosis = block_on(ended.diagnosis(&script)).unwrap();
    assert_eq!(diagnosis.cause.full_name(), "Storage/Jobs");
    assert_eq!(diagnosis.others, []);
}

#[test]
fn a_refused_change_set_says_which_property_and_why() {
    let failed = change_set("arn:new", ChangeSetStatus::Failed, Some("Call DescribeEvents for details"));
    let script = Script::of(&[Some("CREATE_COMPLETE")]).with_change_sets(&[None, Some(failed)]);
    script.problems.borrow_mut().push(Problem {
        at_ms: 1,
        stack_id: Some(ID.into()),
        logical_id: Some("Uploads".into()),
        resource_type: Some("AWS::S3::Bucket".into()),
        finder: Finder::Validation("NAME_CONFLICT_VALIDATION".into()),
        reason: "the bucket exists".into(),
        path: Some("/Resources/Uploads/Properties/BucketName".into()),
        is_warning: false,
    });
    let name = StackName::new("video");
    let refused = block_on(script.target(&name).change_set(&request(), false)).unwrap_err().to_string();
    assert!(refused.contains("/Resources/Uploads/Properties/BucketName: the bucket exists"), "{refused}");
    assert_eq!(script.calls().last().unwrap(), "delete change set arn:new");
}

#[test]
fn a_stack_that_cannot_be_deployed_in_express_mode_is_deployed_in_standard_mode() {
    let made = change_set("arn:new", ChangeSetStatus::CreateComplete, None);
    let script = Script::of(&[Some("CREATE_COMPLETE")]).with_change_sets(&[None, Some(made)]);
    let name = StackName::new("video");
    let request = ChangeSetRequest { mode: Mode::Express, ..request() };
    block_on(script.target(&name).change_set(&request, false)).unwrap();
    assert_eq!(script.calls(), ["create change set in express mode", "create change set"]);
}
