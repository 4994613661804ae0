//! Looks through a dead-letter queue for what a run has left there; takes that out and leaves the rest.

use crate::ports::{Queues, RemoteError};

/// How long received messages stay hidden from everybody else, seconds: as long as looking through may take.
const HIDDEN_SECONDS: u32 = 60;

/// Empty replies in a row that mean that there is nothing: SQS may miss messages that are there.
const EMPTY_REPLIES: u32 = 2;

/// More messages than this are not looked through: a queue that nobody ever empties is not ours to read.
const MOST: usize = 5_000;

/// What was found, by what the bodies were recognized by.
pub(super) async fn take(
    queues: &impl Queues,
    url: &str,
    recognize: impl Fn(&str) -> Option<String>,
) -> Result<Vec<String>, RemoteError> {
    let (mut found, mut ours, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let mut empty = 0;
    while empty < EMPTY_REPLIES && ours.len() + others.len() < MOST {
        let messages = queues.receive(url, HIDDEN_SECONDS).await?;
        empty = if messages.is_empty() { empty + 1 } else { 0 };
        for message in messages {
            match recognize(&message.body) {
                Some(name) => {
                    found.push(name);
                    ours.push(message.receipt);
                }
                None => others.push(message.receipt),
            }
        }
    }
    queues.delete(url, &ours).await?;
    queues.release(url, &others).await?;
    Ok(found)
}
