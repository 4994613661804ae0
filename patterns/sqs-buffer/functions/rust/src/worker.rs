//! Drains the queue of webhooks in batches. One that fails must not take the others with it.

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsMessage};
use futures_util::future::join_all;
use lambda_runtime::LambdaEvent;
use serde::Deserialize;
use tracing::{Instrument, error, error_span, info};

use crate::effect::{EffectError, Effects};
use crate::webhook::{InvalidWebhook, webhook_in};

/// The messages that Lambda hands over; none in an empty event, such as slsx coldstart-bench sends.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Batch {
    #[serde(rename = "Records", default)]
    records: Vec<SqsMessage>,
}

/// Why a webhook has to come back, and in the end goes to the dead-letter queue.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Refused(#[from] InvalidWebhook),
    #[error(transparent)]
    Failed(#[from] EffectError),
}

/// Lambda calls this for each batch; what is not named in the answer is deleted from the queue.
pub async fn handle(effects: &Effects, event: LambdaEvent<Batch>) -> SqsBatchResponse {
    let request = error_span!("batch", function_request_id = event.context.request_id);
    let records = event.payload.records.iter().map(|record| work_on(effects, record));
    let mut answer = SqsBatchResponse::default();
    answer.batch_item_failures = join_all(records).instrument(request).await.into_iter().flatten().collect();
    answer
}

/// Lets one webhook take effect. None, or the message that failed.
async fn work_on(effects: &Effects, record: &SqsMessage) -> Option<BatchItemFailure> {
    let message = record.message_id.as_deref().unwrap_or_default();
    let received = record.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse::<u64>().ok());
    let trace = error_span!("webhook", correlation_id = message, received);
    let failure = take_effect(effects, record, message).instrument(trace.clone()).await.err()?;
    trace.in_scope(|| match &failure {
        Failure::Refused(reason) => error!(%reason, "webhook refused"),
        Failure::Failed(exception) => error!(%exception, "webhook failed"),
    });
    let mut failed = BatchItemFailure::default();
    failed.item_identifier = message.to_owned();
    Some(failed)
}

async fn take_effect(effects: &Effects, record: &SqsMessage, message: &str) -> Result<(), Failure> {
    let webhook = webhook_in(record.body.as_deref().unwrap_or_default())?;
    if effects.take(&webhook, message).await? {
        info!(webhook = webhook.id, "webhook took effect");
    } else {
        info!(webhook = webhook.id, "webhook had taken effect before");
    }
    Ok(())
}
