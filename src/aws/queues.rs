//! The `Queues` port over SQS.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;

use super::error::translate;
use super::session::Session;
use crate::ports::{Queues, RemoteError};

/// What a queue holds is told in three numbers.
const COUNTS: [QueueAttributeName; 3] = [
    QueueAttributeName::ApproximateNumberOfMessages,
    QueueAttributeName::ApproximateNumberOfMessagesDelayed,
    QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
];

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
    async fn depth(&self, url: &str) -> Result<u64, RemoteError> {
        let reply = self
            .client
            .get_queue_attributes()
            .queue_url(url)
            .set_attribute_names(Some(COUNTS.to_vec()))
            .send()
            .await
            .map_err(|error| translate("sqs:GetQueueAttributes", error))?;
        let attributes = reply.attributes();
        Ok(COUNTS.iter().filter_map(|name| attributes?.get(name)?.parse::<u64>().ok()).sum())
    }
}
