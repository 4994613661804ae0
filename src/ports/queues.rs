//! SQS as we need it: how much a queue holds, what is in it, and moving dead letters back.

use super::RemoteError;
use crate::names::Arn;

/// A queue as it is now. The numbers are approximate, as SQS tells them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueState {
    /// ARN.
    pub arn: Arn,
    /// Messages that can be received.
    pub waiting: u64,
    /// Messages that somebody has received and not deleted yet.
    pub in_flight: u64,
    /// Messages that cannot be received yet.
    pub delayed: u64,
    /// How long a received message is hidden, seconds.
    pub visibility_seconds: u64,
    /// Where messages go that are received too often.
    pub dead_letters: Option<Arn>,
    /// How often a message is received before it goes there; 0 without such a queue.
    pub most_receives: u32,
}

impl QueueState {
    /// All messages.
    #[must_use]
    pub const fn depth(&self) -> u64 {
        self.waiting + self.in_flight + self.delayed
    }
}

/// A received message. No `Debug`: what is in it is nobody's business.
#[derive(Clone, PartialEq, Eq)]
pub struct QueueMessage {
    /// What it is called, however often it is received.
    pub id: String,
    /// What was sent.
    pub body: String,
    /// What it is deleted or released by.
    pub receipt: String,
}

/// How far a move of dead letters has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveStatus {
    /// Messages are on their way.
    Running,
    /// Nothing is left to move.
    Completed,
    /// Somebody stopped it, or is about to.
    Cancelled,
    /// SQS gave up.
    Failed,
}

/// A move of dead letters back to where they came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveTask {
    /// When it began, milliseconds since the Unix epoch: which of several it is.
    pub started_ms: u64,
    /// How far it has come.
    pub status: MoveStatus,
    /// About how many messages were moved.
    pub moved: u64,
    /// About how many there were to move, as far as SQS tells.
    pub to_move: Option<u64>,
    /// Why it failed.
    pub reason: Option<String>,
}

/// SQS queues.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait Queues {
    /// The queue with this URL.
    async fn state(&self, url: &str) -> Result<QueueState, RemoteError>;
    /// Up to ten messages, hidden from everybody else for so many seconds; none when there are none right now.
    async fn receive(&self, url: &str, hidden_seconds: u32) -> Result<Vec<QueueMessage>, RemoteError>;
    /// Deletes received messages.
    async fn delete(&self, url: &str, receipts: &[String]) -> Result<(), RemoteError>;
    /// Lets others receive them again.
    async fn release(&self, url: &str, receipts: &[String]) -> Result<(), RemoteError>;
    /// `StartMessageMoveTask`: the messages of a dead-letter queue go back to the queues they came from.
    async fn start_move(&self, queue: &Arn, most_per_second: Option<u32>) -> Result<(), RemoteError>;
    /// The newest move of a dead-letter queue's messages, if there was one lately.
    async fn newest_move(&self, queue: &Arn) -> Result<Option<MoveTask>, RemoteError>;
}
