//! Deploying and destroying against CloudFormation in memory, scripted status by status.

mod explained;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Duration;

use slsx::commands::deploy::stack::{News, Ready, StackError, Target};
use slsx::commands::follow::Pace;
use slsx::deploy::state_machine::Outcome;
use slsx::deploy::{
    ChangeSet, ChangeSetKind, ChangeSetStatus, ExecutionStatus, Mode, Problem, ResourceStatus, Stack,
    StackEvent, StackResource, StackStatus,
};
use slsx::names::{Arn, StackName};
use slsx::ports::{ChangeSetRequest, Clock, RemoteError, Stacks, TemplateSource, TemplateStage};

const ID: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/video/1";
const TOKEN: &str = "slsx-ours";

/// What CloudFormation tells, one look after another; the last look stays.
#[derive(Default)]
struct Script {
    statuses: RefCell<VecDeque<Option<&'static str>>>,
    change_sets: RefCell<VecDeque<Option<ChangeSet>>>,
    events: RefCell<Vec<StackEvent>>,
    /// Told from the first request that changes something on.
    later: RefCell<Vec<StackEvent>>,
    /// What `DescribeEvents` tells.
    problems: RefCell<Vec<Problem>>,
    updated_ms: Option<u64>,
    calls: RefCell<Vec<String>>,
    now: Cell<Duration>,
}

fn next<T: Clone>(looks: &RefCell<VecDeque<Option<T>>>) -> Option<T> {
    let mut looks = looks.borrow_mut();
    if looks.len() > 1 { looks.pop_front().flatten() } else { looks.front().cloned().flatten() }
}

impl Script {
    fn of(statuses: &[Option<&'static str>]) -> Self {
        Self { statuses: RefCell::new(statuses.iter().copied().collect()), ..Self::default() }
    }

    fn told(self, events: &[StackEvent]) -> Self {
        self.events.borrow_mut().extend(events.iter().rev().cloned());
        self
    }

    fn then_told(self, events: &[StackEvent]) -> Self {
        self.later.borrow_mut().extend(events.iter().rev().cloned());
        self
    }

    fn with_change_sets(self, looks: &[Option<ChangeSet>]) -> Self {
        self.change_sets.borrow_mut().extend(looks.iter().cloned());
        self
    }

    fn note(&self, call: impl Into<String>) {
        self.calls.borrow_mut().push(call.into());
        let mut events = self.events.borrow_mut();
        let later = self.later.borrow_mut().split_off(0);
        events.splice(0..0, later);
    }

    fn calls(&self) -> Vec<String> {
        self.calls.borrow().clone()
    }

    fn target<'a>(&'a self, name: &'a StackName) -> Target<'a, Self, Self> {
        Target {
            stacks: self,
            clock: self,
            name,
            token: TOKEN,
            pace: Pace::of(true),
            is_protected: false,
            may_delete: true,
        }
    }

    fn prepare(&self, may_delete: bool) -> Result<Ready, StackError> {
        let name = StackName::new("video");
        let target = Target { may_delete, ..self.target(&name) };
        block_on(target.prepare(&mut |_: News<'_>| ()))
    }
}

/// Nothing here ever waits for anything but the script.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn event(at: u64, status: &str, token: &str) -> StackEvent {
    StackEvent {
        id: format!("{at}"),
        timestamp_ms: at,
        stack_id: ID.into(),
        logical_id: "video".into(),
        physical_id: Some(ID.into()),
        resource_type: "AWS::CloudFormation::Stack".into(),
        status: ResourceStatus::parse(status),
        reason: None,
        token: Some(token.into()),
    }
}

fn change_set(id: &str, status: ChangeSetStatus, reason: Option<&str>) -> ChangeSet {
    ChangeSet {
        name: TOKEN.into(),
        id: id.into(),
        status,
        reason: reason.map(Into::into),
        execution: ExecutionStatus::Available,
        mode: None,
        changes: vec![],
    }
}

fn request() -> ChangeSetRequest {
    ChangeSetRequest {
        stack: "video".into(),
        name: TOKEN.into(),
        kind: ChangeSetKind::Update,
        template: TemplateSource::Body("{}".into()),
        parameters: vec![],
        kept_parameters: vec![],
        tags: vec![],
        mode: Mode::Standard,
    }
}

impl Clock for Script {
    fn now_ms(&self) -> u64 {
        0
    }

    fn elapsed(&self) -> Duration {
        self.now.get()
    }

    async fn sleep(&self, duration: Duration) {
        self.now.set(self.now.get() + duration);
        assert!(self.now.get() < Duration::from_secs(3600), "it waits for ever: {:?}", self.calls());
    }
}

impl Stacks for Script {
    async fn describe(&self, _: &str) -> Result<Option<Stack>, RemoteError> {
        Ok(next(&self.statuses).map(|status| Stack {
            name: "video".into(),
            id: ID.into(),
            status: StackStatus::parse(status),
            reason: None,
            outputs: vec![],
            parameters: vec![],
            tags: vec![],
            created_ms: 0,
            updated_ms: self.updated_ms,
            has_termination_protection: false,
        }))
    }

    async fn resources(&self, _: &str) -> Result<Vec<StackResource>, RemoteError> {
        Ok(vec![])
    }

    async fn template(&self, _: &str, _: TemplateStage) -> Result<String, RemoteError> {
        Ok("{}".into())
    }

    async fn create_change_set(&self, request: &ChangeSetRequest, _: &str) -> Result<Arn, RemoteError> {
        if request.mode != Mode::Standard {
            self.note("create change set in express mode");
            let operation = "CreateChangeSet".into();
            let message = "DeploymentConfig is not supported for this stack".into();
            return Err(RemoteError::Rejected { operation, code: "ValidationError".into(), message });
        }
        self.note("create change set");
        Ok(Arn::new("arn:new"))
    }

    async fn describe_change_set(&self, _: &str, _: &str) -> Result<Option<ChangeSet>, RemoteError> {
        Ok(next(&self.change_sets))
    }

    async fn execute_change_set(&self, _: &str, change_set: &Arn, _: &str) -> Result<(), RemoteError> {
        self.note(format!("execute {change_set}"));
        Ok(())
    }

    async fn delete_change_set(&self, _: &str, change_set: &Arn) -> Result<(), RemoteError> {
        self.note(format!("delete change set {change_set}"));
        match change_set.as_str() {
            "arn:stuck" => {
                Err(RemoteError::Denied { operation: "DeleteChangeSet".into(), message: "no".into() })
            }
            _ => Ok(()),
        }
    }

    async fn events(&self, stack: &str, until: Option<&str>) -> Result<Vec<StackEvent>, RemoteError> {
        let events = self.events.borrow();
        let of_stack = events.iter().filter(|event| event.stack_id.as_str() == stack || stack == "video");
        Ok(of_stack.take_while(|event| Some(event.id.as_str()) != until).cloned().collect())
    }

    async fn newest_event(&self, _: &str) -> Result<Option<String>, RemoteError> {
        Ok(self.events.borrow().first().map(|event| event.id.clone()))
    }

    async fn problems(&self, _: &str, _: Option<&Arn>) -> Result<Vec<Problem>, RemoteError> {
        Ok(self.problems.borrow().clone())
    }

    async fn roll_back(&self, _: &str, _: &str) -> Result<(), RemoteError> {
        self.note("roll back");
        Ok(())
    }

    async fn continue_rollback(&self, _: &str, skip: &[String], _: &str) -> Result<(), RemoteError> {
        self.note(format!("continue without {}", skip.join(", ")));
        Ok(())
    }

    async fn cancel_update(&self, _: &str, _: &str) -> Result<(), RemoteError> {
        self.note("cancel");
        Ok(())
    }

    async fn delete(&self, _: &str, retained: &[String], _: &str) -> Result<(), RemoteError> {
        self.note(if retained.is_empty() { "delete stack" } else { "delete stack but some" });
        Ok(())
    }
}

#[test]
fn nothing_is_deleted_before_somebody_allows_it() {
    let script = Script::of(&[Some("ROLLBACK_COMPLETE")]);
    assert!(matches!(script.prepare(false), Ok(Ready::MustDelete(_))));
    assert_eq!(script.calls(), Vec::<String>::new());
}

#[test]
fn a_deletion_that_fails_is_the_end_and_is_not_tried_for_ever() {
    let script = Script::of(&[Some("ROLLBACK_COMPLETE"), Some("DELETE_IN_PROGRESS"), Some("DELETE_FAILED")])
        .told(&[event(1, "CREATE_IN_PROGRESS", "t"), event(2, "ROLLBACK_COMPLETE", "t")])
        .then_told(&[event(3, "DELETE_IN_PROGRESS", "u"), event(4, "DELETE_FAILED", "u")]);
    let Ok(Ready::Ended(ended)) = script.prepare(true) else { panic!("it goes on: {:?}", script.calls()) };
    assert_eq!(ended.outcome, Outcome::NeedsRecovery);
    assert_eq!(script.calls(), ["delete stack"]);
}

#[test]
fn a_rollback_that_somebody_continues_is_waited_for() {
    let script = Script::of(&[
        Some("UPDATE_ROLLBACK_IN_PROGRESS"),
        Some("UPDATE_ROLLBACK_IN_PROGRESS"),
        Some("UPDATE_ROLLBACK_IN_PROGRESS"),
        Some("UPDATE_ROLLBACK_COMPLETE"),
    ])
    .told(&[
        event(1, "UPDATE_IN_PROGRESS", "theirs"),
        event(2, "UPDATE_ROLLBACK_FAILED", "theirs"),
        event(3, "UPDATE_ROLLBACK_IN_PROGRESS", "continued"),
    ]);
    assert!(matches!(script.prepare(true), Ok(Ready::For(ChangeSetKind::Update))));
    assert!(script.elapsed() >= Duration::from_millis(300), "it looked again at once");
}

#[test]
fn an_update_of_ours_that_somebody_cancels_comes_to_its_end() {
    let script = Script::of(&[
        Some("UPDATE_IN_PROGRESS"),
        Some("UPDATE_ROLLBACK_IN_PROGRESS"),
        Some("UPDATE_ROLLBACK_COMPLETE"),
    ])
    .told(&[
        event(1, "UPDATE_IN_PROGRESS", "slsx-ours-1"),
        event(2, "UPDATE_ROLLBACK_IN_PROGRESS", "console"),
        event(3, "UPDATE_ROLLBACK_COMPLETE", "console"),
    ]);
    let Ok(Ready::Ended(ended)) = script.prepare(true) else { panic!("it is ours") };
    assert_eq!(ended.outcome, Outcome::RolledBack);
}

#[test]
fn an_import_is_waited_for_and_no_longer() {
    let script =
        Script::of(&[Some("IMPORT_IN_PROGRESS"), Some("IMPORT_IN_PROGRESS"), Some("IMPORT_COMPLETE")])
            .told(&[event(1, "IMPORT_IN_PROGRESS", "theirs"), event(2, "IMPORT_COMPLETE", "theirs")]);
    assert!(matches!(script.prepare(true), Ok(Ready::For(ChangeSetKind::Update))));
}

#[test]
fn a_destroy_waits_until_an_update_is_over() {
    let script =
        Script::of(&[Some("UPDATE_IN_PROGRESS"), Some("UPDATE_IN_PROGRESS"), Some("UPDATE_COMPLETE")])
            .told(&[event(1, "UPDATE_IN_PROGRESS", "theirs")]);
    let name = StackName::new("video");
    let stack = block_on(script.target(&name).settled(&mut |_: News<'_>| ())).unwrap().unwrap();
    assert_eq!(stack.status, StackStatus::UpdateComplete);

    let script = Script::of(&[Some("DELETE_IN_PROGRESS")]);
    let stack = block_on(script.target(&name).settled(&mut |_: News<'_>| ())).unwrap().unwrap();
    assert_eq!(stack.status, StackStatus::DeleteInProgress);
}

#[test]
fn a_failed_deletion_whose_history_is_forgotten_is_not_taken_for_a_failed_creation() {
    let forgotten = Script::of(&[Some("DELETE_FAILED")]).told(&[event(9, "DELETE_FAILED", "t")]);
    assert!(matches!(forgotten.prepare(true), Err(StackError::Stopped(_))));
    assert_eq!(forgotten.calls(), Vec::<String>::new());

    let never = Script::of(&[Some("DELETE_FAILED")])
        .told(&[event(1, "CREATE_IN_PROGRESS", "t"), event(9, "DELETE_FAILED", "t")]);
    assert!(matches!(never.prepare(false), Ok(Ready::MustDelete(_))));

    let mut updated = Script::of(&[Some("DELETE_FAILED")])
        .told(&[event(1, "CREATE_IN_PROGRESS", "t"), event(9, "DELETE_FAILED", "t")]);
    updated.updated_ms = Some(5);
    assert!(matches!(updated.prepare(true), Err(StackError::Stopped(_))));
}

#[test]
fn a_change_set_that_is_being_computed_is_joined_and_executed_by_its_arn() {
    let script = Script::of(&[Some("CREATE_COMPLETE")])
        .with_change_sets(&[
            Some(change_set("arn:theirs", ChangeSetStatus::CreateInProgress, None)),
            Some(change_set("arn:theirs", ChangeSetStatus::CreateInProgress, None)),
            Some(change_set("arn:theirs", ChangeSetStatus::CreateComplete, None)),
        ])
        .then_told(&[event(1, "UPDATE_IN_PROGRESS", "t"), event(2, "UPDATE_COMPLETE", "t")]);
    let name = StackName::new("video");
    let target = script.target(&name);
    let made = block_on(target.change_set(&request(), false)).unwrap().unwrap();
    let started = block_on(target.start(&made, ChangeSetKind::Update)).unwrap();
    let ended = block_on(target.follow(&started, &mut |_: News<'_>| ())).unwrap();
    assert_eq!(ended.outcome, Outcome::Succeeded);
    assert_eq!(script.calls(), ["execute arn:theirs"]);
}

#[test]
fn an_old_change_set_goes_and_its_going_is_waited_for() {
    let script = Script::of(&[Some("CREATE_COMPLETE")]).with_change_sets(&[
        Some(change_set("arn:old", ChangeSetStatus::CreateComplete, None)),
        Some(change_set("arn:old", ChangeSetStatus::DeleteInProgress, None)),
        None,
        Some(change_set("arn:new", ChangeSetStatus::CreateComplete, None)),
    ]);
    let name = StackName::new("video");
    let made = block_on(script.target(&name).change_set(&request(), false)).unwrap().unwrap();
    assert_eq!(made.id.as_str(), "arn:new");
    assert_eq!(script.calls(), ["delete change set arn:old", "create change set"]);
}

#[test]
fn the_reason_of_a_refusal_survives_a_failing_clean_up() {
    let failed = change_set("arn:stuck", ChangeSetStatus::Failed, Some("Template error: x"));
    let script = Script::of(&[Some("REVIEW_IN_PROGRESS")]).with_change_sets(&[None, Some(failed)]);
    let name = StackName::new("video");
    let refused = block_on(script.target(&name).change_set(&request(), true)).unwrap_err();
    assert!(
        matches!(&refused, StackError::ChangeSet { reason, .. } if reason == "Template error: x"),
        "{refused}"
    );
}

#[test]
fn only_a_stack_that_was_made_for_a_change_set_goes_with_it() {
    let name = StackName::new("video");
    let made = change_set("arn:new", ChangeSetStatus::CreateComplete, None);
    for (is_new, expected) in [(true, 2), (false, 1)] {
        let script = Script::of(&[Some("REVIEW_IN_PROGRESS")]);
        block_on(script.target(&name).discard(&made, is_new)).unwrap();
        assert_eq!(script.calls().len(), expected, "{:?}", script.calls());
    }
}

#[test]
fn a_paused_update_is_rolled_back_and_followed() {
    let script = Script::of(&[Some("UPDATE_ROLLBACK_IN_PROGRESS"), Some("UPDATE_ROLLBACK_COMPLETE")])
        .told(&[event(1, "UPDATE_IN_PROGRESS", "t"), event(2, "UPDATE_FAILED", "t")])
        .then_told(&[
            event(3, "UPDATE_ROLLBACK_IN_PROGRESS", "u"),
            event(4, "UPDATE_ROLLBACK_COMPLETE", "u"),
        ]);
    let name = StackName::new("video");
    let ended = block_on(script.target(&name).roll_back(&ID.into(), &mut |_: News<'_>| ())).unwrap();
    assert_eq!(ended.outcome, Outcome::RolledBack);
    assert_eq!(script.calls(), ["roll back"]);
}
