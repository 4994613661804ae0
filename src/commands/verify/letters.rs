//! Looks through a dead-letter queue for what a run has left there; takes that out and leaves the rest.

use std::collections::BTreeSet;

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
    // What was hidden for too short a time comes again, with another receipt.
    let mut seen = BTreeSet::new();
    let mut empty = 0;
    while empty < EMPTY_REPLIES && ours.len() + others.len() < MOST {
        let messages = queues.receive(url, HIDDEN_SECONDS).await?;
        empty = if messages.is_empty() { empty + 1 } else { 0 };
        for message in messages {
            match recognize(&message.body) {
                Some(name) => {
                    if seen.insert(message.id) {
                        found.push(name);
                    }
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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::take;
    use crate::names::Arn;
    use crate::ports::{MoveTask, QueueMessage, QueueState, Queues, RemoteError};

    /// A queue that gives three messages at a time, and sometimes none although it holds some.
    #[derive(Default)]
    struct Queue {
        waiting: RefCell<Vec<&'static str>>,
        asked: RefCell<u32>,
        deleted: RefCell<Vec<String>>,
        released: RefCell<Vec<String>>,
    }

    impl Queues for Queue {
        async fn state(&self, _: &str) -> Result<QueueState, RemoteError> {
            panic!("nobody asks")
        }

        async fn receive(&self, _: &str, _: u32) -> Result<Vec<QueueMessage>, RemoteError> {
            *self.asked.borrow_mut() += 1;
            if *self.asked.borrow() == 2 {
                return Ok(Vec::new());
            }
            let mut waiting = self.waiting.borrow_mut();
            let some = waiting.len().min(3);
            let message = |body: &str| QueueMessage {
                id: format!("id {body}"),
                body: body.into(),
                receipt: format!("receipt {body}"),
            };
            Ok(waiting.drain(..some).map(message).collect())
        }

        async fn delete(&self, _: &str, receipts: &[String]) -> Result<(), RemoteError> {
            self.deleted.borrow_mut().extend_from_slice(receipts);
            Ok(())
        }

        async fn release(&self, _: &str, receipts: &[String]) -> Result<(), RemoteError> {
            self.released.borrow_mut().extend_from_slice(receipts);
            Ok(())
        }

        async fn start_move(&self, _: &Arn, _: Option<u32>) -> Result<(), RemoteError> {
            panic!("nobody asks")
        }

        async fn newest_move(&self, _: &Arn) -> Result<Option<MoveTask>, RemoteError> {
            panic!("nobody asks")
        }
    }

    #[test]
    fn ours_are_taken_out_and_those_of_others_stay() {
        // One of ours comes twice.
        let waiting = vec!["v1-p0", "theirs", "v1-p1", "theirs too", "v1-p2", "v1-p0"];
        let queue = Queue { waiting: RefCell::new(waiting), ..Queue::default() };
        let recognize = |body: &str| body.strip_prefix("v1-").map(ToOwned::to_owned);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let found = runtime.block_on(take(&queue, "url", recognize)).unwrap();
        assert_eq!(found, ["p0", "p1", "p2"]);
        let ours = ["receipt v1-p0", "receipt v1-p1", "receipt v1-p2", "receipt v1-p0"];
        assert_eq!(*queue.deleted.borrow(), ours);
        assert_eq!(*queue.released.borrow(), ["receipt theirs", "receipt theirs too"]);
    }
}
