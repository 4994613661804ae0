//! `DescribeEvents`: what CloudFormation found wrong, beyond what stack events say.

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types as cfn;

use super::error::translate;
use crate::deploy::problem::{Finder, Problem};
use crate::names::{Arn, LogicalId};
use crate::ports::RemoteError;

/// Pages of failures are few; a stack whose every update failed must not cost a hundred requests.
const MAX_PAGES: usize = 5;

/// Reads the failed events of a change set, or of the stack's latest operations; none where that cannot be told.
pub(super) async fn read(
    client: &Client,
    stack: &str,
    change_set: Option<&Arn>,
) -> Result<Vec<Problem>, RemoteError> {
    let mut problems = Vec::new();
    let mut token = None;
    for _ in 0..MAX_PAGES {
        let request = client
            .describe_events()
            .filters(cfn::EventFilter::builder().failed_events(true).build())
            .set_next_token(token);
        // A change set's ARN says which stack it is of.
        let request = match change_set {
            Some(change_set) => request.change_set_name(change_set.as_str()),
            None => request.stack_name(stack),
        };
        let reply = request.send().await.map_err(|error| translate("cloudformation:DescribeEvents", error));
        let page = match reply {
            Ok(page) => page,
            Err(error) if is_no_answer(&error) => break,
            Err(error) => return Err(error),
        };
        problems.extend(page.operation_events().iter().filter_map(problem));
        token = page.next_token().map(ToOwned::to_owned);
        if token.is_none() {
            break;
        }
    }
    Ok(problems)
}

/// An endpoint that does not know the call, a caller who may not make it, or nothing to tell about.
fn is_no_answer(error: &RemoteError) -> bool {
    match error {
        RemoteError::Denied { .. } | RemoteError::NotFound { .. } | RemoteError::Rejected { .. } => true,
        // Endpoints without the call answer with HTTP 501 or something unreadable.
        RemoteError::Unknown { .. } => true,
        RemoteError::Credentials { .. }
        | RemoteError::Stale { .. }
        | RemoteError::Busy { .. }
        | RemoteError::Throttled { .. }
        | RemoteError::Unreachable { .. } => false,
    }
}

fn problem(event: &cfn::OperationEvent) -> Option<Problem> {
    let (finder, reason, is_warning) = match event.event_type()? {
        cfn::EventType::ValidationError => (
            Finder::Validation(event.validation_name().unwrap_or("validation").to_owned()),
            event.validation_status_reason(),
            event.validation_failure_mode() == Some(&cfn::HookFailureMode::Warn),
        ),
        cfn::EventType::HookInvocationError => (
            Finder::Hook(event.hook_type().unwrap_or("hook").to_owned()),
            event.hook_status_reason(),
            event.hook_failure_mode() == Some(&cfn::HookFailureMode::Warn),
        ),
        cfn::EventType::ProvisioningError => (Finder::Provisioning, event.resource_status_reason(), false),
        // Those that tell of progress are not failures; what a later SDK adds is not known to be one.
        cfn::EventType::ProgressEvent | cfn::EventType::StackEvent | _ => return None,
    };
    let owned = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(ToOwned::to_owned);
    Some(Problem {
        at_ms: event.timestamp().and_then(|at| at.to_millis().ok()).map_or(0, i64::unsigned_abs),
        stack_id: event.stack_id().map(Arn::from),
        logical_id: event.logical_resource_id().map(LogicalId::from),
        resource_type: owned(event.resource_type()),
        finder,
        reason: owned(reason.or(event.resource_status_reason()))?,
        path: owned(event.validation_path()),
        is_warning,
    })
}
