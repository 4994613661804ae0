//! Translates SDK errors into `RemoteError`, above all into whether a request may have been applied.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::ports::RemoteError;

/// What an SDK error means for a caller of `operation` (`service:Operation`).
pub(super) fn translate<E>(operation: &str, error: SdkError<E, Response>) -> RemoteError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let operation = operation.to_owned();
    match &error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let code = context.err().code().unwrap_or_default();
            let message = context.err().message().map_or_else(|| format!("HTTP {status}"), ToOwned::to_owned);
            by_code(operation, status, code, message)
        }
        SdkError::DispatchFailure(_) => {
            credentials(&error).unwrap_or_else(|| by_transport(operation, chain(&error)))
        }
        SdkError::ConstructionFailure(_) => credentials(&error).unwrap_or_else(|| RemoteError::Rejected {
            operation,
            code: "InvalidRequest".into(),
            message: chain(&error),
        }),
        // A time-out or an unreadable reply says nothing about what happened at the other end; nor does what a
        // later SDK may add.
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) | _ => {
            RemoteError::Unknown { operation, message: chain(&error) }
        }
    }
}

pub(super) fn by_code(operation: String, status: u16, code: &str, message: String) -> RemoteError {
    match code {
        "ExpiredToken"
        | "ExpiredTokenException"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        // A clock that is wrong makes every signature too old or too new.
        | "RequestExpired"
        | "RequestTimeTooSkewed"
        | "InvalidAccessKeyId" => RemoteError::Credentials { message: format!("{code}: {message}") },
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "Forbidden" => {
            RemoteError::Denied { operation, message }
        }
        "PreconditionFailedException" | "PreconditionFailed" => RemoteError::Stale { operation, message },
        "ResourceConflictException"
        | "OperationInProgressException"
        | "OperationAborted"
        | "InvalidChangeSetStatus" => RemoteError::Busy { operation, message },
        "ResourceNotFoundException"
        | "NoSuchBucket"
        | "NoSuchKey"
        | "NotFound"
        | "ChangeSetNotFound"
        | "StateMachineDoesNotExist"
        // An execution is not found everywhere the moment after it was started.
        | "ExecutionDoesNotExist"
        | "QueueDoesNotExist"
        | "AWS.SimpleQueueService.NonExistentQueue" => RemoteError::NotFound { operation, message },
        "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "ProvisionedThroughputExceededException"
        | "SlowDown" => RemoteError::Throttled { operation, message },
        // DescribeStacks has no code of its own for a missing stack.
        "ValidationError" if message.contains("does not exist") => {
            RemoteError::NotFound { operation, message }
        }
        "ValidationError" if is_about_an_operation(&message) => RemoteError::Busy { operation, message },
        _ if status == 404 => RemoteError::NotFound { operation, message },
        _ if status == 403 => RemoteError::Denied { operation, message },
        // The server gave up half-way, perhaps after the change.
        _ if status >= 500 => {
            RemoteError::Unknown { operation, message: format!("HTTP {status} {code}: {message}") }
        }
        _ => RemoteError::Rejected { operation, code: code.to_owned(), message },
    }
}

/// CloudFormation has no code of its own for a stack that is busy: "Stack:arn:... is in UPDATE_IN_PROGRESS state
/// and can not be updated." A stack under review only waits for its first change set.
fn is_about_an_operation(message: &str) -> bool {
    message.contains("_IN_PROGRESS state") && !message.contains("REVIEW_IN_PROGRESS")
}

/// Whether a request that got no reply was sent at all.
///
/// Only the connect phase proves that it was not: "connection reset" also ends a request that was applied
/// (`hyper_util::client::legacy::Error`, `aws_smithy_http_client`).
pub(super) fn by_transport(operation: String, message: String) -> RemoteError {
    let was_never_sent = ["client error (Connect)", "dns error", "HTTP connect timeout"]
        .iter()
        .any(|phase| message.contains(phase));
    let message = plain(&message);
    if was_never_sent {
        RemoteError::Unreachable { operation, message }
    } else {
        RemoteError::Unknown { operation, message }
    }
}

/// What went wrong before the request was signed, if it did.
fn credentials(error: &(dyn Error + 'static)) -> Option<RemoteError> {
    let found = causes(error).find_map(|cause| cause.downcast_ref::<CredentialsError>());
    let message = match found {
        // The SDK lists every place it looked at, most of which nobody here has heard of.
        Some(CredentialsError::CredentialsNotLoaded(_)) => {
            "there are none in the environment or in the profile".to_owned()
        }
        Some(found) => chain(found),
        // The cache in front of the providers has a time-out of its own.
        None => Some(chain(error)).filter(|text| text.contains("identity resolver timed out"))?,
    };
    Some(RemoteError::Credentials { message: plain(&message) })
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}

/// An error with its causes, without the debug text that the SDK's own display adds.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in causes(error) {
        let text = cause.to_string();
        // Some causes repeat the one below them.
        if !parts.last().is_some_and(|last| last.contains(&text)) {
            parts.push(text);
        }
    }
    parts.join(": ")
}

/// Leaves out the layers that mean nothing to a reader.
fn plain(message: &str) -> String {
    let layers = [
        "dispatch failure",
        "io error",
        "timeout",
        "other",
        "client error (Connect)",
        "client error (SendRequest)",
    ];
    let parts: Vec<&str> = message.split(": ").filter(|part| !layers.contains(part)).collect();
    if parts.is_empty() { message.to_owned() } else { parts.join(": ") }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::{by_code, by_transport, translate};
    use crate::aws::counted::Count;
    use crate::aws::session::{Target, load};
    use crate::ports::RemoteError;

    fn kind(status: u16, code: &str, message: &str) -> &'static str {
        name(&by_code("x:Y".into(), status, code, message.into()))
    }

    fn name(error: &RemoteError) -> &'static str {
        match error {
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
            (
                400,
                "ValidationError",
                "Stack:arn:x is in UPDATE_IN_PROGRESS state and can not be updated.",
                "busy",
            ),
            (
                400,
                "ValidationError",
                "Stack:arn:x is in REVIEW_IN_PROGRESS state and can not be updated.",
                "rejected",
            ),
            (
                400,
                "ValidationError",
                "Stack:arn:x is in ROLLBACK_COMPLETE state and can not be updated.",
                "rejected",
            ),
            (400, "InvalidChangeSetStatus", "", "busy"),
            (403, "InvalidSignatureException", "", "credentials"),
            (400, "RequestExpired", "", "credentials"),
            (403, "RequestTimeTooSkewed", "", "credentials"),
            (400, "ValidationError", "No updates are to be performed.", "rejected"),
            (429, "TooManyRequestsException", "", "throttled"),
            (500, "ServiceException", "", "unknown"),
        ];
        for (status, code, message, expected) in table {
            assert_eq!(kind(status, code, message), expected, "{status} {code}");
        }
    }

    /// The error of one request by the real client, without retries.
    fn ask(endpoint: &str, has_credentials: bool) -> RemoteError {
        let target = Target {
            endpoint_url: Some(endpoint.to_owned()),
            region: Some("eu-west-1".into()),
            local_instance: has_credentials.then(|| "tests".into()),
            ..Target::default()
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let config = load(&target, &Count::default())
                .await
                .to_builder()
                .retry_config(aws_config::retry::RetryConfig::disabled());
            let config = if has_credentials {
                config.build()
            } else {
                let nobody =
                    aws_config::meta::credentials::CredentialsProviderChain::first_try("Nobody", Nobody);
                config
                    .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
                        nobody,
                    ))
                    .build()
            };
            let reply = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await;
            translate("sts:GetCallerIdentity", reply.unwrap_err())
        })
    }

    #[derive(Debug)]
    struct Nobody;

    impl aws_credential_types::provider::ProvideCredentials for Nobody {
        fn provide_credentials<'a>(&'a self) -> aws_credential_types::provider::future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let error = aws_credential_types::provider::error::CredentialsError::not_loaded("no processor");
            aws_credential_types::provider::future::ProvideCredentials::ready(Err(error))
        }
    }

    #[test]
    fn a_refused_connection_was_never_a_request() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let error = ask(&format!("http://{free}"), true);
        assert_eq!(name(&error), "unreachable", "{error}");
        assert_eq!(
            error.to_string(),
            "sts:GetCallerIdentity: cannot reach the endpoint: tcp connect error: Connection refused (os error 111)"
        );
    }

    #[test]
    fn a_reset_connection_may_have_carried_the_request() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            // Closed with the request unread, which makes the system send a reset.
            stream.peek(&mut [0]).unwrap();
        });
        let error = ask(&format!("http://{address}"), true);
        server.join().unwrap();
        assert_eq!(name(&error), "unknown", "{error}");
        assert!(error.to_string().contains("onnection"), "{error}");
    }

    #[test]
    fn missing_credentials_are_one_short_sentence() {
        let error = ask("http://127.0.0.1:9", false);
        assert_eq!(
            error.to_string(),
            "no usable AWS credentials: there are none in the environment or in the profile"
        );
    }

    #[test]
    fn only_the_connect_phase_proves_that_nothing_was_sent() {
        let table = [
            (
                "dispatch failure: io error: client error (Connect): dns error: failed to lookup address",
                "unreachable",
            ),
            (
                "dispatch failure: timeout: client error (Connect): HTTP connect timeout occurred after 5s",
                "unreachable",
            ),
            (
                "dispatch failure: io error: client error (SendRequest): connection error: Connection reset by peer",
                "unknown",
            ),
            (
                "dispatch failure: io error: client error (SendRequest): connection closed before message completed",
                "unknown",
            ),
            ("the word processor was disconnected", "unknown"),
        ];
        for (message, expected) in table {
            assert_eq!(name(&by_transport("x:Y".into(), message.into())), expected, "{message}");
        }
    }
}
