//! Translates SDK errors into `RemoteError`, above all into whether a request may have been applied.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::ports::RemoteError;

/// What an SDK error means for a caller of `operation` (`service:Operation`).
pub(super) fn translate<E>(operation: &str, error: SdkError<E, Response>) -> RemoteError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let operation = operation.to_owned();
    match &error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let code = context.err().code().unwrap_or_default();
            let message = context.err().message().map_or_else(|| format!("HTTP {status}"), ToOwned::to_owned);
            by_code(operation, status, code, message)
        }
        SdkError::DispatchFailure(failure) => {
            let message = innermost(&error);
            if is_about_credentials(&message) {
                RemoteError::Credentials { message }
            } else if failure.is_io() && is_refused(&message) || failure.is_user() {
                RemoteError::Unreachable { operation, message }
            } else {
                RemoteError::Unknown { operation, message }
            }
        }
        SdkError::ConstructionFailure(_) => {
            let message = innermost(&error);
            if is_about_credentials(&message) {
                RemoteError::Credentials { message }
            } else {
                RemoteError::Rejected { operation, code: "InvalidRequest".into(), message }
            }
        }
        // A time-out or an unreadable reply says nothing about what happened at the other end; nor does what a
        // later SDK may add.
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) | _ => {
            RemoteError::Unknown { operation, message: innermost(&error) }
        }
    }
}

fn by_code(operation: String, status: u16, code: &str, message: String) -> RemoteError {
    match code {
        "ExpiredToken"
        | "ExpiredTokenException"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "InvalidAccessKeyId" => RemoteError::Credentials { message: format!("{code}: {message}") },
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "Forbidden" => {
            RemoteError::Denied { operation, message }
        }
        "PreconditionFailedException" | "PreconditionFailed" => RemoteError::Stale { operation, message },
        "ResourceConflictException" | "OperationInProgressException" | "OperationAborted" => {
            RemoteError::Busy { operation, message }
        }
        "ResourceNotFoundException" | "NoSuchBucket" | "NoSuchKey" | "NotFound" | "ChangeSetNotFound" => {
            RemoteError::NotFound { operation, message }
        }
        "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "SlowDown" => RemoteError::Throttled { operation, message },
        // DescribeStacks has no code of its own for a missing stack.
        "ValidationError" if message.contains("does not exist") => {
            RemoteError::NotFound { operation, message }
        }
        _ if status == 404 => RemoteError::NotFound { operation, message },
        _ if status == 403 => RemoteError::Denied { operation, message },
        // The server gave up half-way, perhaps after the change.
        _ if status >= 500 => {
            RemoteError::Unknown { operation, message: format!("HTTP {status} {code}: {message}") }
        }
        _ => RemoteError::Rejected { operation, code: code.to_owned(), message },
    }
}

/// The whole chain of causes, without the SDK's debug tail.
fn innermost<E>(error: &SdkError<E, Response>) -> String
where
    E: std::error::Error + 'static,
{
    let text = DisplayErrorContext(error).to_string();
    text.split(" (").next().unwrap_or(&text).to_owned()
}

fn is_about_credentials(message: &str) -> bool {
    let lower = message.to_lowercase();
    lower.contains("credential") || lower.contains("sso") || lower.contains("identity cache")
}

fn is_refused(message: &str) -> bool {
    let lower = message.to_lowercase();
    lower.contains("connect") || lower.contains("dns")
}

#[cfg(test)]
mod tests {
    use super::by_code;
    use crate::ports::RemoteError;

    fn kind(status: u16, code: &str, message: &str) -> &'static str {
        match by_code("x:Y".into(), status, code, message.into()) {
            RemoteError::Credentials { .. } => "credentials",
            RemoteError::Denied { .. } => "denied",
            RemoteError::NotFound { .. } => "not found",
            RemoteError::Stale { .. } => "stale",
            RemoteError::Busy { .. } => "busy",
            RemoteError::Throttled { .. } => "throttled",
            RemoteError::Rejected { .. } => "rejected",
            RemoteError::Unreachable { .. } => "unreachable",
            RemoteError::Unknown { .. } => "unknown",
        }
    }

    #[test]
    fn each_code_has_one_meaning() {
        let table = [
            (400, "ExpiredToken", "", "credentials"),
            (403, "AccessDenied", "", "denied"),
            (403, "SomethingNew", "", "denied"),
            (412, "PreconditionFailedException", "", "stale"),
            (409, "ResourceConflictException", "", "busy"),
            (404, "ResourceNotFoundException", "", "not found"),
            (400, "ValidationError", "Stack with id x does not exist", "not found"),
            (400, "ValidationError", "No updates are to be performed.", "rejected"),
            (429, "TooManyRequestsException", "", "throttled"),
            (500, "ServiceException", "", "unknown"),
        ];
        for (status, code, message, expected) in table {
            assert_eq!(kind(status, code, message), expected, "{status} {code}");
        }
    }
}
