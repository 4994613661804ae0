//! The rules: one file and one page each, and the list of all.

mod async_no_failure_destination;
mod batch_no_partial_failures;
mod iam_managed_fullaccess;
mod iam_privilege_escalation;
mod iam_shared_role;
mod iam_wildcard_action;
mod iam_wildcard_resource;
mod lambda_default_memory;
mod lambda_default_timeout;
mod lambda_url_no_auth;
mod logs_no_retention;
mod monolith_catchall_route;
mod runtime_deprecated;
mod sqs_no_concurrency_limit;
mod sqs_no_dlq;
mod sqs_visibility_timeout;
mod stream_no_bisect;
mod stream_no_failure_destination;
mod stream_unbounded_retry;

use super::rule::Rule;

/// Every rule, sorted by id.
pub static ALL: &[&dyn Rule] = &[
    &async_no_failure_destination::AsyncNoFailureDestination,
    &batch_no_partial_failures::BatchNoPartialFailures,
    &iam_managed_fullaccess::IamManagedFullaccess,
    &iam_privilege_escalation::IamPrivilegeEscalation,
    &iam_shared_role::IamSharedRole,
    &iam_wildcard_action::IamWildcardAction,
    &iam_wildcard_resource::IamWildcardResource,
    &lambda_default_memory::LambdaDefaultMemory,
    &lambda_default_timeout::LambdaDefaultTimeout,
    &lambda_url_no_auth::LambdaUrlNoAuth,
    &logs_no_retention::LogsNoRetention,
    &monolith_catchall_route::MonolithCatchallRoute,
    &runtime_deprecated::RuntimeDeprecated,
    &sqs_no_concurrency_limit::SqsNoConcurrencyLimit,
    &sqs_no_dlq::SqsNoDlq,
    &sqs_visibility_timeout::SqsVisibilityTimeout,
    &stream_no_bisect::StreamNoBisect,
    &stream_no_failure_destination::StreamNoFailureDestination,
    &stream_unbounded_retry::StreamUnboundedRetry,
];

#[cfg(test)]
mod tests;
