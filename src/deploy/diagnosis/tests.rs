use super::*;

const STACK: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/video/1";
const NESTED: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/video-Child/2";

fn event(at: u64, logical_id: &str, status: &str, reason: &str) -> StackEvent {
    let is_stack = logical_id == "video";
    StackEvent {
        id: format!("{at}-{logical_id}"),
        timestamp_ms: at,
        stack_id: STACK.into(),
        logical_id: logical_id.into(),
        physical_id: is_stack.then(|| STACK.to_owned()),
        resource_type: if is_stack { "AWS::CloudFormation::Stack" } else { "AWS::SQS::Queue" }.into(),
        status: ResourceStatus::parse(status),
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
        token: None,
    }
}

fn scope() -> Scope {
    Scope { stack_id: STACK.into(), token: None, from_ms: 0 }
}

#[test]
fn the_cause_is_the_first_failure_that_nothing_else_brought_about() {
    let events = [
        event(30, "Topic", "CREATE_FAILED", "Resource creation cancelled"),
        event(20, "Bucket", "CREATE_FAILED", "uploads already exists (HandlerErrorCode: AlreadyExists)"),
        event(19, "Rule", "UPDATE_FAILED", "Resource update cancelled"),
        event(21, "Role", "CREATE_FAILED", "Policy is malformed"),
        event(
            40,
            "video",
            "ROLLBACK_IN_PROGRESS",
            "The following resource(s) failed to create: [Topic, Bucket].",
        ),
        event(50, "Queue", "DELETE_FAILED", "Rate exceeded"),
        event(60, "video", "ROLLBACK_FAILED", "The following resource(s) failed to delete: [Queue]."),
    ];
    let diagnosis = diagnose(&events, &scope()).unwrap();
    assert_eq!(diagnosis.cause.logical_id, LogicalId::from("Bucket"));
    assert_eq!(diagnosis.cause.remedy, Remedy::ChooseAnotherName);
    let others: Vec<_> = diagnosis.others.iter().map(|cause| cause.logical_id.as_str()).collect();
    assert_eq!(others, ["Role"]);
    let rollback = diagnosis.rollback.unwrap();
    assert_eq!((rollback.logical_id.as_str(), rollback.remedy), ("Queue", Remedy::DeployAgain));
}

#[test]
fn nothing_failed_means_no_diagnosis() {
    let events = [event(1, "Topic", "CREATE_COMPLETE", ""), event(2, "video", "CREATE_COMPLETE", "")];
    assert_eq!(diagnose(&events, &scope()), None);
}

#[test]
fn without_the_resources_event_the_stacks_own_reason_is_told() {
    let reason = "The following resource(s) failed to create: [Bucket].";
    let diagnosis = diagnose(&[event(5, "video", "ROLLBACK_IN_PROGRESS", reason)], &scope()).unwrap();
    assert_eq!(diagnosis.cause.reason, reason);
}

#[test]
fn a_nested_stack_points_inside_until_its_events_are_there() {
    let mut child =
        event(30, "Child", "CREATE_FAILED", "Embedded stack arn:… was not successfully created: …");
    child.physical_id = Some(NESTED.into());
    child.resource_type = "AWS::CloudFormation::Stack".into();
    let diagnosis = diagnose(std::slice::from_ref(&child), &scope()).unwrap();
    assert_eq!(diagnosis.cause.remedy, Remedy::LookInside(Some(NESTED.into())));
    assert!(diagnosis.cause.remedy.sentence().contains(NESTED));

    let mut inside = event(20, "Table", "CREATE_FAILED", "Table already exists: items");
    inside.stack_id = NESTED.into();
    let diagnosis = diagnose(&[child, inside], &scope()).unwrap();
    assert_eq!(diagnosis.cause.logical_id, LogicalId::from("Table"));
    assert_eq!(diagnosis.others, []);
}

#[test]
fn remedies_follow_the_sentences_of_the_services() {
    let grant = |action: &str| Remedy::Grant { action: Some(action.to_owned()) };
    let table = [
        (
            "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: iam:CreateRole on resource: \
             arn:aws:iam::123456789012:role/x because no identity-based policy allows the iam:CreateRole action \
             (Service: Iam, Status Code: 403, Request ID: 1)",
            grant("iam:CreateRole"),
        ),
        ("API: s3:CreateBucket Access Denied", Remedy::Grant { action: None }),
        (
            "You are not authorized to perform this operation. Encoded authorization failure message: q5Rx",
            Remedy::Decode,
        ),
        ("uploads already exists", Remedy::ChooseAnotherName),
        (
            "Resource handler returned message: \"Function not found: f\" (HandlerErrorCode: NotFound)",
            Remedy::CreateWhatIsMissing,
        ),
        ("The specified bucket does not exist (Service: S3; Status Code: 404)", Remedy::CreateWhatIsMissing),
        ("Rate exceeded (Service: Lambda, Status Code: 429)", Remedy::DeployAgain),
        (
            "The role defined for the function cannot be assumed by Lambda. (Service: Lambda, Status Code: 400)",
            Remedy::FixTrustPolicy,
        ),
        ("The bucket you tried to delete is not empty (Service: S3; Status Code: 409)", Remedy::EmptyBucket),
        ("Embedded stack arn was not successfully updated", Remedy::LookInside(None)),
        ("Value 3 of MemorySize is too small", Remedy::ReadReason),
    ];
    for (reason, expected) in table {
        assert_eq!(remedy_for(reason, None), expected, "{reason}");
        assert!(!expected.sentence().is_empty());
    }
}

#[test]
fn the_denied_action_is_named_only_when_the_reason_names_it() {
    assert_eq!(
        denied_action("is not authorized to perform: sqs:CreateQueue, because"),
        Some("sqs:CreateQueue".into())
    );
    assert_eq!(
        denied_action("is not authorized to perform: lambda:TagResource."),
        Some("lambda:TagResource".into())
    );
    assert_eq!(denied_action("not authorized to perform: this operation"), None);
    assert_eq!(denied_action("forbidden"), None);
}

fn validation(at: u64, logical_id: &str, path: Option<&str>) -> Problem {
    Problem {
        at_ms: at,
        stack_id: Some(STACK.into()),
        logical_id: Some(logical_id.into()),
        resource_type: Some("AWS::S3::Bucket".into()),
        finder: Finder::Validation("NAME_CONFLICT_VALIDATION".into()),
        reason: "the bucket exists".into(),
        path: path.map(Into::into),
        is_warning: false,
    }
}

#[test]
fn a_validation_that_no_event_tells_of_is_the_cause() {
    let path = "/Resources/Uploads/Properties/BucketName";
    let events = [event(20, "video", "ROLLBACK_IN_PROGRESS", "Validation failed")];
    let mut warning = validation(18, "Topic", None);
    warning.is_warning = true;
    let problems = [validation(3, "Old", None), warning, validation(19, "Uploads", Some(path))];
    let scope = Scope { from_ms: 10, ..scope() };
    let found = Diagnosis::with(diagnose(&events, &scope), &problems, &scope).unwrap();
    assert_eq!((found.cause.logical_id.as_str(), found.cause.path.as_deref()), ("Uploads", Some(path)));
    assert_eq!(
        found.others,
        [],
        "what the stack says of itself adds nothing, and old problems are not these"
    );
    let found = Diagnosis::with(None, &problems, &scope).unwrap();
    assert_eq!(found.cause.logical_id, LogicalId::from("Uploads"));
}

#[test]
fn a_problem_adds_its_path_to_the_failure_that_events_tell_of() {
    let path = "/Resources/Uploads/Properties/BucketName";
    let events = [event(20, "Uploads", "CREATE_FAILED", "exists"), event(21, "Topic", "CREATE_FAILED", "no")];
    let mut provisioning = validation(20, "Uploads", Some(path));
    provisioning.finder = Finder::Provisioning;
    let mut unknown = provisioning.clone();
    unknown.logical_id = Some("Sibling".into());
    let found = Diagnosis::with(diagnose(&events, &scope()), &[provisioning, unknown], &scope()).unwrap();
    assert_eq!(found.cause.path.as_deref(), Some(path));
    assert_eq!(found.others.len(), 1, "a cancelled sibling stays out");
}

#[test]
fn a_cause_in_a_nested_stack_says_the_way_to_it() {
    let inner_id = "arn:aws:cloudformation:eu-west-1:123456789012:stack/video-Child-Inner/3";
    let nested = |at, stack: &str, name: &str, id: &str, status| {
        let mut event = event(at, name, status, "Embedded stack was not successfully created");
        event.stack_id = stack.into();
        event.physical_id = Some(id.to_owned());
        event.resource_type = STACK_TYPE.into();
        event
    };
    let mut table = event(20, "Table", "CREATE_FAILED", "Table already exists: items");
    table.stack_id = inner_id.into();
    let events = [
        nested(10, STACK, "Child", NESTED, "CREATE_IN_PROGRESS"),
        nested(11, NESTED, "Inner", inner_id, "CREATE_IN_PROGRESS"),
        table,
        nested(21, NESTED, "Inner", inner_id, "CREATE_FAILED"),
        event(22, "Topic", "CREATE_FAILED", "Resource creation cancelled"),
        nested(23, STACK, "Child", NESTED, "CREATE_FAILED"),
    ];
    let found = diagnose(&events, &scope()).unwrap();
    assert_eq!(found.cause.full_name(), "Child/Inner/Table");
    assert_eq!(found.others, []);
}
