use proptest::prelude::*;

use super::*;
use crate::deploy::{Change, ChangeSetStatus, ExecutionStatus};

const FACTS: Facts = Facts { has_resources: true, is_ours: false, is_protected: false, was_created: true };
const CREATE: NextStep = NextStep::CreateChangeSet(ChangeSetKind::Create);
const UPDATE: NextStep = NextStep::CreateChangeSet(ChangeSetKind::Update);

fn step(word: &str, facts: Facts) -> NextStep {
    next_step(Some(&StackStatus::parse(word)), facts)
}

#[test]
fn row_none_creates() {
    assert_eq!(next_step(None, FACTS), CREATE);
    assert_eq!(step("DELETE_COMPLETE", FACTS), CREATE);
}

#[test]
fn row_review_in_progress_creates_while_it_is_empty() {
    let empty = Facts { has_resources: false, ..FACTS };
    assert_eq!(step("REVIEW_IN_PROGRESS", empty), CREATE);
    let unexpected = Stop::Unexpected("REVIEW_IN_PROGRESS".into());
    assert_eq!(step("REVIEW_IN_PROGRESS", FACTS), NextStep::StopWith(unexpected));
}

#[test]
fn row_settled_updates() {
    for word in [
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
    ] {
        assert_eq!(step(word, FACTS), UPDATE, "{word}");
    }
}

#[test]
fn row_failed_creation_is_deleted_and_created_again() {
    let never = Facts { was_created: false, ..FACTS };
    for word in ["ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED", "DELETE_FAILED"] {
        assert_eq!(step(word, never), NextStep::DeleteThenCreate, "{word}");
        let protected = Facts { is_protected: true, ..never };
        assert_eq!(step(word, protected), NextStep::StopWith(Stop::ProtectedStage), "{word}");
        let empty = Facts { has_resources: false, ..protected };
        assert_eq!(step(word, empty), NextStep::DeleteThenCreate, "{word}");
    }
}

#[test]
fn row_update_failed_goes_forward_unless_something_is_replaced() {
    assert_eq!(step("UPDATE_FAILED", FACTS), UPDATE);
    let paused = Some(&StackStatus::UpdateFailed);
    let modify = |replacement| change_set(ChangeAction::Modify, replacement, None);
    assert_eq!(before_execution(paused, &modify(Replacement::False)), BeforeExecution::Nothing);
    assert_eq!(before_execution(paused, &modify(Replacement::True)), BeforeExecution::RollBack);
    assert_eq!(before_execution(paused, &modify(Replacement::Conditional)), BeforeExecution::RollBack);
    let by_policy =
        change_set(ChangeAction::Modify, Replacement::False, Some(PolicyAction::ReplaceAndRetain));
    assert_eq!(before_execution(paused, &by_policy), BeforeExecution::RollBack);
    let settled = Some(&StackStatus::UpdateComplete);
    assert_eq!(before_execution(settled, &modify(Replacement::True)), BeforeExecution::Nothing);
}

#[test]
fn row_update_rollback_failed_stops_with_recover() {
    assert_eq!(step("UPDATE_ROLLBACK_FAILED", FACTS), NextStep::StopWith(Stop::ContinueRollback));
    assert_eq!(step("IMPORT_ROLLBACK_FAILED", FACTS), NextStep::StopWith(Stop::ImportRollback));
}

#[test]
fn row_running_operations_are_followed_when_ours_and_awaited_when_not() {
    let ours = Facts { is_ours: true, ..FACTS };
    for (word, operation) in [
        ("CREATE_IN_PROGRESS", Operation::Create),
        ("ROLLBACK_IN_PROGRESS", Operation::Create),
        ("UPDATE_IN_PROGRESS", Operation::Update),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Operation::Update),
        ("UPDATE_ROLLBACK_IN_PROGRESS", Operation::Update),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", Operation::Update),
    ] {
        assert_eq!(step(word, ours), NextStep::ContinueOurs(operation), "{word}");
        assert_eq!(step(word, FACTS), NextStep::WaitThenDecide(operation), "{word}");
    }
    for word in ["IMPORT_IN_PROGRESS", "IMPORT_ROLLBACK_IN_PROGRESS"] {
        assert_eq!(step(word, ours), NextStep::WaitThenDecide(Operation::Update), "{word}");
    }
}

#[test]
fn row_delete_in_progress_waits() {
    for is_ours in [true, false] {
        let facts = Facts { is_ours, ..FACTS };
        assert_eq!(step("DELETE_IN_PROGRESS", facts), NextStep::WaitThenDecide(Operation::Delete));
    }
}

#[test]
fn row_delete_failed_of_a_real_stack_is_resumed_by_destroy() {
    assert_eq!(step("DELETE_FAILED", FACTS), NextStep::StopWith(Stop::ResumeDestroy));
}

#[test]
fn an_unknown_status_changes_nothing() {
    assert_eq!(step("FROZEN", FACTS), NextStep::StopWith(Stop::Unexpected("FROZEN".into())));
}

#[test]
fn a_protected_stage_with_resources_never_deletes() {
    for status in StackStatus::KNOWN {
        for bits in 0..4 {
            let facts = Facts {
                has_resources: true,
                is_protected: true,
                is_ours: bits & 1 != 0,
                was_created: bits & 2 != 0,
            };
            assert_ne!(next_step(Some(status), facts), NextStep::DeleteThenCreate, "{status} {facts:?}");
        }
    }
}

#[test]
fn a_running_stack_is_only_ever_waited_for_or_followed() {
    for status in StackStatus::KNOWN {
        for is_ours in [true, false] {
            let step = next_step(Some(status), Facts { is_ours, ..FACTS });
            let waits = matches!(step, NextStep::WaitThenDecide(_) | NextStep::ContinueOurs(_));
            assert_eq!(waits, status.is_running(), "{status}");
        }
    }
}

/// The whole table: create, update, delete; `+` succeeded, `r` rolled back, `f` failed, `!` needs recovery, `.` running.
const OUTCOMES: [(&str, &str); 25] = [
    ("CREATE_IN_PROGRESS", "..."),
    ("CREATE_FAILED", "ff."),
    ("CREATE_COMPLETE", "+.."),
    ("ROLLBACK_IN_PROGRESS", "..."),
    ("ROLLBACK_FAILED", "ff."),
    ("ROLLBACK_COMPLETE", "rf."),
    ("DELETE_IN_PROGRESS", "..."),
    ("DELETE_FAILED", "f!!"),
    ("DELETE_COMPLETE", "rf+"),
    ("UPDATE_IN_PROGRESS", "..."),
    ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "..."),
    ("UPDATE_COMPLETE", "f+."),
    ("UPDATE_FAILED", "ff."),
    ("UPDATE_ROLLBACK_IN_PROGRESS", "..."),
    ("UPDATE_ROLLBACK_FAILED", "!!."),
    ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "..."),
    ("UPDATE_ROLLBACK_COMPLETE", "fr."),
    ("REVIEW_IN_PROGRESS", ".f."),
    ("IMPORT_IN_PROGRESS", "..."),
    ("IMPORT_COMPLETE", "f.."),
    ("IMPORT_ROLLBACK_IN_PROGRESS", "..."),
    ("IMPORT_ROLLBACK_FAILED", "!!."),
    ("IMPORT_ROLLBACK_COMPLETE", "f.."),
    ("THAWED", "!!!"),
    ("THAW_IN_PROGRESS", "..."),
];

#[test]
fn every_status_of_every_operation_means_what_the_table_says() {
    for (word, expected) in OUTCOMES {
        let status = StackStatus::parse(word);
        let seen: String = Operation::ALL
            .into_iter()
            .map(|operation| match outcome(operation, &status) {
                Outcome::Succeeded => '+',
                Outcome::RolledBack => 'r',
                Outcome::Failed => 'f',
                Outcome::NeedsRecovery => '!',
                Outcome::StillRunning => '.',
            })
            .collect();
        assert_eq!(seen, expected, "{word}");
    }
    for status in StackStatus::KNOWN {
        assert!(OUTCOMES.iter().any(|(word, _)| *word == status.as_str()), "{status} is missing");
    }
}

#[test]
fn success_only_for_a_success() {
    let successes = [
        (Operation::Create, StackStatus::CreateComplete),
        (Operation::Update, StackStatus::UpdateComplete),
        (Operation::Delete, StackStatus::DeleteComplete),
    ];
    for operation in Operation::ALL {
        for status in StackStatus::KNOWN {
            let is_success = outcome(operation, status) == Outcome::Succeeded;
            assert_eq!(
                is_success,
                successes.contains(&(operation, status.clone())),
                "{operation:?} {status}"
            );
        }
    }
}

fn change_set(
    action: ChangeAction,
    replacement: Replacement,
    policy_action: Option<PolicyAction>,
) -> ChangeSet {
    ChangeSet {
        name: "slsx".into(),
        id: "arn".into(),
        status: ChangeSetStatus::CreateComplete,
        reason: None,
        execution: ExecutionStatus::Available,
        mode: None,
        changes: vec![Change {
            action,
            replacement: Some(replacement),
            logical_id: "Table".into(),
            physical_id: None,
            resource_type: "AWS::DynamoDB::Table".into(),
            scope: vec![],
            policy_action,
            properties: vec![],
        }],
    }
}

fn any_status() -> impl Strategy<Value = Option<StackStatus>> {
    let known = prop::sample::select(StackStatus::KNOWN).prop_map(Some);
    let unknown = "[A-Z_]{3,20}".prop_map(|word| Some(StackStatus::parse(&word)));
    prop_oneof![8 => known, 1 => unknown, 1 => Just(None)]
}

fn any_facts() -> impl Strategy<Value = Facts> {
    any::<(bool, bool, bool, bool)>().prop_map(|(has_resources, is_ours, is_protected, was_created)| Facts {
        has_resources,
        is_ours,
        is_protected,
        was_created,
    })
}

proptest! {
    #[test]
    fn a_protected_stage_never_loses_anything_without_consent(status in any_status(), facts in any_facts()) {
        let protected = Facts { is_protected: true, has_resources: true, ..facts };
        prop_assert_ne!(next_step(status.as_ref(), protected), NextStep::DeleteThenCreate);
    }

    #[test]
    fn only_what_was_never_created_is_deleted_on_the_way(status in any_status(), facts in any_facts()) {
        if next_step(status.as_ref(), facts) == NextStep::DeleteThenCreate {
            let is_failed_creation = matches!(
                status,
                Some(
                    StackStatus::RollbackComplete
                        | StackStatus::RollbackFailed
                        | StackStatus::CreateFailed
                        | StackStatus::DeleteFailed
                )
            );
            prop_assert!(is_failed_creation, "{status:?}");
            prop_assert!(status != Some(StackStatus::DeleteFailed) || !facts.was_created);
        }
    }

    #[test]
    fn nothing_is_changed_under_a_running_operation(status in any_status(), facts in any_facts()) {
        if status.as_ref().is_some_and(StackStatus::is_running) {
            let step = next_step(status.as_ref(), facts);
            prop_assert!(
                matches!(step, NextStep::WaitThenDecide(_) | NextStep::ContinueOurs(_)),
                "{status:?}: {step:?}"
            );
        }
    }

    #[test]
    fn what_still_runs_has_no_outcome_and_what_rests_has_one(
        operation in prop::sample::select(Operation::ALL.as_slice()),
        status in prop::sample::select(StackStatus::KNOWN),
    ) {
        let is_over = outcome(operation, &status) != Outcome::StillRunning;
        prop_assert!(!(is_over && status.is_running()), "{operation:?} {status}");
    }
}
