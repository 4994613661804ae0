use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use super::*;
use crate::ports::{QueueMessage, QueueState};

/// SQS that tells of moves what it was told to tell.
#[derive(Default)]
struct Script {
    moves: RefCell<VecDeque<Result<Option<MoveTask>, RemoteError>>>,
    started: RefCell<Vec<(String, Option<u32>)>>,
    slept: Cell<Duration>,
}

impl Clock for Script {
    fn now_ms(&self) -> u64 {
        0
    }

    fn elapsed(&self) -> Duration {
        self.slept.get()
    }

    async fn sleep(&self, duration: Duration) {
        self.slept.set(self.slept.get() + duration);
    }
}

impl Queues for Script {
    async fn state(&self, _: &str) -> Result<QueueState, RemoteError> {
        panic!("nobody asks")
    }

    async fn receive(&self, _: &str, _: u32) -> Result<Vec<QueueMessage>, RemoteError> {
        panic!("nobody asks")
    }

    async fn delete(&self, _: &str, _: &[String]) -> Result<(), RemoteError> {
        panic!("nobody asks")
    }

    async fn release(&self, _: &str, _: &[String]) -> Result<(), RemoteError> {
        panic!("nobody asks")
    }

    async fn start_move(&self, queue: &Arn, most_per_second: Option<u32>) -> Result<(), RemoteError> {
        self.started.borrow_mut().push((queue.to_string(), most_per_second));
        Ok(())
    }

    async fn newest_move(&self, _: &Arn) -> Result<Option<MoveTask>, RemoteError> {
        self.moves.borrow_mut().pop_front().expect("asked once more than it should be")
    }
}

fn task(started_ms: u64, status: MoveStatus, moved: u64) -> Result<Option<MoveTask>, RemoteError> {
    Ok(Some(MoveTask { started_ms, status, moved, to_move: Some(9), reason: None }))
}

fn moved(moves: Vec<Result<Option<MoveTask>, RemoteError>>) -> (Result<MoveTask, Failure>, Vec<u64>, Script) {
    let script = Script { moves: RefCell::new(moves.into()), ..Script::default() };
    let mover = Mover { queues: &script, clock: &script, is_local: false, most_per_second: Some(10) };
    let mut told = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let arn = Arn::new("arn:dead");
    let task = runtime.block_on(mover.move_one(&arn, &mut |count| told.push(count)));
    (task, told, script)
}

#[test]
fn a_move_is_followed_to_its_end_and_not_mistaken_for_an_older_one() {
    let lost = RemoteError::Unknown { operation: "sqs:ListMessageMoveTasks".into(), message: "reset".into() };
    let (task, told, script) = moved(vec![
        task(1, MoveStatus::Completed, 99),
        task(1, MoveStatus::Completed, 99),
        Err(lost),
        task(2, MoveStatus::Running, 0),
        task(2, MoveStatus::Running, 4),
        task(2, MoveStatus::Running, 4),
        task(2, MoveStatus::Completed, 9),
    ]);
    assert_eq!(task.unwrap().moved, 9);
    assert_eq!(told, [4]);
    assert_eq!(*script.started.borrow(), [("arn:dead".to_owned(), Some(10))]);
    assert_eq!(script.slept.get(), Duration::from_secs(10));
}

#[test]
fn a_move_that_fails_is_an_end_too() {
    let (ended, ..) = moved(vec![Ok(None), task(2, MoveStatus::Failed, 3)]);
    assert_eq!(ended.unwrap().status, MoveStatus::Failed);
    let denied =
        || RemoteError::Denied { operation: "sqs:ListMessageMoveTasks".into(), message: "no".into() };
    assert!(moved(vec![Err(denied())]).0.is_err());
    assert!(moved(vec![Ok(None), Err(denied())]).0.is_err());
}
