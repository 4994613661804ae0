//! The `Queues` port over SQS.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry,
    ListMessageMoveTasksResultEntry, QueueAttributeName,
};

use super::error::translate;
use super::session::Session;
use crate::names::Arn;
use crate::ports::{MoveStatus, MoveTask, QueueMessage, QueueState, Queues, RemoteError};

/// What is asked about a queue.
const ATTRIBUTES: [QueueAttributeName; 6] = [
    QueueAttributeName::QueueArn,
    QueueAttributeName::ApproximateNumberOfMessages,
    QueueAttributeName::ApproximateNumberOfMessagesDelayed,
    QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
    QueueAttributeName::VisibilityTimeout,
    QueueAttributeName::RedrivePolicy,
];

/// Batch requests take this many entries
/// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html>).
const BATCH: usize = 10;

/// SQS, reached through the SDK.
#[derive(Clone)]
pub struct SqsQueues {
    client: Client,
}

impl SqsQueues {
    /// Uses the session's credentials, region and endpoint.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self { client: Client::new(session.config()) }
    }
}

impl Queues for SqsQueues {
    async fn state(&self, url: &str) -> Result<QueueState, RemoteError> {
        let reply = self
            .client
            .get_queue_attributes()
            .queue_url(url)
            .set_attribute_names(Some(ATTRIBUTES.to_vec()))
            .send()
            .await
            .map_err(|error| translate("sqs:GetQueueAttributes", error))?;
        let text = |name: QueueAttributeName| reply.attributes().and_then(|all| all.get(&name)).cloned();
        let number = |name| text(name).and_then(|value| value.parse().ok()).unwrap_or_default();
        let policy =
            text(QueueAttributeName::RedrivePolicy).and_then(|text| serde_json::from_str(&text).ok());
        Ok(QueueState {
            arn: Arn::new(text(QueueAttributeName::QueueArn).unwrap_or_default()),
            waiting: number(QueueAttributeName::ApproximateNumberOfMessages),
            in_flight: number(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
            delayed: number(QueueAttributeName::ApproximateNumberOfMessagesDelayed),
            visibility_seconds: number(QueueAttributeName::VisibilityTimeout),
            dead_letters: policy.as_ref().and_then(target_of),
            most_receives: policy.as_ref().map_or(0, receives_of),
        })
    }

    async fn receive(&self, url: &str, hidden_seconds: u32) -> Result<Vec<QueueMessage>, RemoteError> {
        let reply = self
            .client
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(10)
            .visibility_timeout(i32::try_from(hidden_seconds).unwrap_or(i32::MAX))
            // Without a wait, SQS asks a few of its servers only and may miss what the others hold.
            .wait_time_seconds(1)
            .send()
            .await
            .map_err(|error| translate("sqs:ReceiveMessage", error))?;
        let messages = reply.messages().iter().map(|message| QueueMessage {
            id: message.message_id().unwrap_or_default().to_owned(),
            body: message.body().unwrap_or_default().to_owned(),
            receipt: message.receipt_handle().unwrap_or_default().to_owned(),
        });
        Ok(messages.collect())
    }

    async fn delete(&self, url: &str, receipts: &[String]) -> Result<(), RemoteError> {
        let operation = "sqs:DeleteMessageBatch";
        for batch in receipts.chunks(BATCH) {
            let mut request = self.client.delete_message_batch().queue_url(url);
            for (index, receipt) in batch.iter().enumerate() {
                let entry = DeleteMessageBatchRequestEntry::builder()
                    .id(index.to_string())
                    .receipt_handle(receipt)
                    .build()
                    .map_err(|error| invalid(operation, &error))?;
                request = request.entries(entry);
            }
            let reply = request.send().await.map_err(|error| translate(operation, error))?;
            // The request as a whole succeeds whatever happens to its entries.
            if let Some(refused) = reply.failed().first() {
                return Err(RemoteError::Rejected {
                    operation: operation.into(),
                    code: refused.code().into(),
                    message: format!("{} messages were not deleted", reply.failed().len()),
                });
            }
        }
        Ok(())
    }

    async fn release(&self, url: &str, receipts: &[String]) -> Result<(), RemoteError> {
        let operation = "sqs:ChangeMessageVisibilityBatch";
        for batch in receipts.chunks(BATCH) {
            let mut request = self.client.change_message_visibility_batch().queue_url(url);
            for (index, receipt) in batch.iter().enumerate() {
                let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(index.to_string())
                    .receipt_handle(receipt)
                    .visibility_timeout(0)
                    .build()
                    .map_err(|error| invalid(operation, &error))?;
                request = request.entries(entry);
            }
            request.send().await.map_err(|error| translate(operation, error))?;
        }
        Ok(())
    }

    async fn start_move(&self, queue: &Arn, most_per_second: Option<u32>) -> Result<(), RemoteError> {
        self.client
            .start_message_move_task()
            .source_arn(queue.as_str())
            .set_max_number_of_messages_per_second(most_per_second.and_then(|most| i32::try_from(most).ok()))
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("sqs:StartMessageMoveTask", error))
    }

    async fn newest_move(&self, queue: &Arn) -> Result<Option<MoveTask>, RemoteError> {
        let reply = self
            .client
            .list_message_move_tasks()
            .source_arn(queue.as_str())
            .max_results(1)
            .send()
            .await
            .map_err(|error| translate("sqs:ListMessageMoveTasks", error))?;
        Ok(reply.results().first().map(move_task))
    }
}

/// Where a redrive policy sends what was received too often. Emulators differ in whether they keep it as text.
fn target_of(policy: &serde_json::Value) -> Option<Arn> {
    policy.get("deadLetterTargetArn")?.as_str().map(Arn::new)
}

/// SQS takes the number as a text too, and gives it back as it was given.
fn receives_of(policy: &serde_json::Value) -> u32 {
    let count = policy.get("maxReceiveCount");
    let number = count.and_then(|count| count.as_u64().or_else(|| count.as_str()?.parse().ok()));
    number.and_then(|number| number.try_into().ok()).unwrap_or_default()
}

fn move_task(found: &ListMessageMoveTasksResultEntry) -> MoveTask {
    MoveTask {
        started_ms: found.started_timestamp().unsigned_abs(),
        status: match found.status() {
            Some("COMPLETED") => MoveStatus::Completed,
            Some("FAILED") => MoveStatus::Failed,
            Some("CANCELLING" | "CANCELLED") => MoveStatus::Cancelled,
            // A status that this version does not know is not an end.
            Some(_) | None => MoveStatus::Running,
        },
        moved: found.approximate_number_of_messages_moved().unsigned_abs(),
        to_move: found.approximate_number_of_messages_to_move().map(i64::unsigned_abs),
        reason: found.failure_reason().map(ToOwned::to_owned),
    }
}

fn invalid(operation: &str, error: &dyn std::error::Error) -> RemoteError {
    RemoteError::Rejected {
        operation: operation.to_owned(),
        code: "InvalidRequest".into(),
        message: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{receives_of, target_of};

    #[test]
    fn a_redrive_policy_is_read() {
        let policy = json!({ "deadLetterTargetArn": "arn:aws:sqs:eu-west-1:1:dead", "maxReceiveCount": 3 });
        assert_eq!(target_of(&policy).unwrap().as_str(), "arn:aws:sqs:eu-west-1:1:dead");
        assert_eq!(receives_of(&policy), 3);
        assert_eq!(receives_of(&json!({ "maxReceiveCount": "5" })), 5);
        assert_eq!((target_of(&json!({})), receives_of(&json!({}))), (None, 0));
    }
}
