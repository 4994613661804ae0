//! Waits for functions after express mode, which ends before everything is stable: what is deployed can be called.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};

use crate::deploy::{Change, ChangeAction, StackResource};
use crate::names::{FunctionName, LogicalId};
use crate::ports::{Clock, FunctionCode, Lifecycle, RemoteError, UpdateStatus};

/// Functions at once: reading them is limited to 100 a second in an account.
const AT_ONCE: usize = 8;
/// A function in a VPC can take minutes.
const PATIENCE: Duration = Duration::from_secs(5 * 60);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Waits until every function can be called; returns those that cannot within five minutes, with the reason.
///
/// # Errors
/// When AWS refuses to tell.
pub(super) async fn wait<F: FunctionCode, C: Clock>(
    functions: &F,
    clock: &C,
    changed: &[(LogicalId, FunctionName)],
) -> Result<Vec<(LogicalId, String)>, RemoteError> {
    let results: Vec<_> = stream::iter(changed)
        .map(|(id, function)| async move { Ok((id.clone(), not_ready(functions, clock, function).await?)) })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let reason = |result: Result<(LogicalId, Option<String>), RemoteError>| match result {
        Ok((id, reason)) => reason.map(|reason| Ok((id, reason))),
        Err(error) => Some(Err(error)),
    };
    results.into_iter().filter_map(reason).collect()
}

/// The functions that a change set has made or changed, by their names in the account.
pub(super) fn changed(changes: &[Change], resources: &[StackResource]) -> Vec<(LogicalId, FunctionName)> {
    let is_changed = |id: &LogicalId| {
        changes.iter().any(|change| change.logical_id == *id && change.action != ChangeAction::Remove)
    };
    resources
        .iter()
        .filter(|resource| {
            resource.resource_type == "AWS::Lambda::Function" && is_changed(&resource.logical_id)
        })
        .filter_map(|resource| {
            Some((resource.logical_id.clone(), FunctionName::new(resource.physical_id.as_deref()?)))
        })
        .collect()
}

/// Why a function cannot be called; none once it can.
async fn not_ready<F: FunctionCode, C: Clock>(
    functions: &F,
    clock: &C,
    function: &FunctionName,
) -> Result<Option<String>, RemoteError> {
    let start = clock.elapsed();
    let mut pause = Duration::from_millis(250);
    loop {
        let has_time = clock.elapsed().saturating_sub(start) < PATIENCE;
        let reason = match functions.state(function).await {
            Ok(state) => match (state.lifecycle, state.update) {
                (Lifecycle::Active | Lifecycle::Inactive, UpdateStatus::Successful) => return Ok(None),
                (Lifecycle::Failed, _) | (_, UpdateStatus::Failed) => {
                    return Ok(Some(state.reason.unwrap_or_else(|| "Lambda did not say why".to_owned())));
                }
                (Lifecycle::Pending | Lifecycle::Active | Lifecycle::Inactive | Lifecycle::Other, _) => {
                    "Lambda still prepares it".to_owned()
                }
            },
            Err(error) if error.is_passing() && has_time => error.to_string(),
            Err(error) => return Err(error),
        };
        if !has_time {
            return Ok(Some(reason));
        }
        clock.sleep(pause).await;
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::collections::VecDeque;

    use super::*;
    use crate::ports::FunctionState;

    /// Lambda, telling one state after another; the last one stays.
    struct Lambda {
        looks: RefCell<VecDeque<(Lifecycle, UpdateStatus)>>,
        now: Cell<Duration>,
    }

    impl FunctionCode for Lambda {
        async fn set(&self, _: &FunctionName, _: &str, _: &str) -> Result<(), RemoteError> {
            Err(RemoteError::Denied { operation: "lambda:UpdateFunctionCode".into(), message: String::new() })
        }

        async fn state(&self, function: &FunctionName) -> Result<FunctionState, RemoteError> {
            let mut looks = self.looks.borrow_mut();
            let look = if looks.len() > 1 { looks.pop_front() } else { looks.front().copied() };
            let (lifecycle, update) = look.unwrap();
            let reason =
                (lifecycle == Lifecycle::Failed).then(|| "the subnet has no address left".to_owned());
            Ok(FunctionState {
                lifecycle,
                update,
                reason,
                ..crate::commands::deploy::hot::tests::state_of(function)
            })
        }
    }

    impl Clock for Lambda {
        fn now_ms(&self) -> u64 {
            0
        }

        fn elapsed(&self) -> Duration {
            self.now.get()
        }

        async fn sleep(&self, duration: Duration) {
            self.now.set(self.now.get() + duration);
        }
    }

    fn waited(looks: &[(Lifecycle, UpdateStatus)]) -> (Vec<(LogicalId, String)>, Duration) {
        let lambda = Lambda { looks: RefCell::new(looks.iter().copied().collect()), now: Cell::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let functions = [(LogicalId::new("Read"), FunctionName::new("app-Read"))];
        let left = runtime.block_on(wait(&lambda, &lambda, &functions)).unwrap();
        (left, lambda.now.get())
    }

    #[test]
    fn a_function_is_waited_for_until_it_can_be_called() {
        let pending = (Lifecycle::Pending, UpdateStatus::InProgress);
        let ready = (Lifecycle::Active, UpdateStatus::Successful);
        let (left, slept) = waited(&[pending, pending, (Lifecycle::Active, UpdateStatus::InProgress), ready]);
        assert_eq!((left, slept > Duration::from_millis(700)), (vec![], true));
        assert_eq!(waited(&[ready]), (vec![], Duration::ZERO));
    }

    #[test]
    fn a_function_that_fails_or_never_gets_there_is_named_with_the_reason() {
        let (left, slept) = waited(&[(Lifecycle::Failed, UpdateStatus::Successful)]);
        assert_eq!(left, [("Read".into(), "the subnet has no address left".to_owned())]);
        assert_eq!(slept, Duration::ZERO);
        let (left, slept) = waited(&[(Lifecycle::Pending, UpdateStatus::InProgress)]);
        assert_eq!(left, [("Read".into(), "Lambda still prepares it".to_owned())]);
        assert!(slept >= PATIENCE && slept < PATIENCE * 2, "{slept:?}");
    }

    #[test]
    fn only_functions_that_were_made_or_changed_are_waited_for() {
        let change = |id: &str, action| Change {
            action,
            replacement: None,
            logical_id: id.into(),
            physical_id: None,
            resource_type: "AWS::Lambda::Function".into(),
            scope: vec![],
            policy_action: None,
            properties: vec![],
        };
        let resource = |id: &str, resource_type: &str| StackResource {
            logical_id: id.into(),
            physical_id: Some(format!("app-{id}")),
            resource_type: resource_type.into(),
            status: crate::deploy::ResourceStatus::CreateComplete,
            reason: None,
        };
        let changes = [change("Read", ChangeAction::Add), change("Jobs", ChangeAction::Add)];
        let resources = [
            resource("Read", "AWS::Lambda::Function"),
            resource("Write", "AWS::Lambda::Function"),
            resource("Jobs", "AWS::SQS::Queue"),
        ];
        assert_eq!(changed(&changes, &resources), [("Read".into(), FunctionName::new("app-Read"))]);
    }
}
