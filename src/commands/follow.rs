//! Follows a stack operation event by event until the stack comes to rest, rollback included.

mod nested;

use std::time::Duration;

use self::nested::Nested;
use crate::deploy::diagnosis::{Diagnosis, diagnose};
use crate::deploy::events::{Progress, Scope, Told, fold};
use crate::deploy::state_machine::{Outcome, outcome};
use crate::deploy::{Operation, Stack, StackEvent, StackStatus};
use crate::names::Arn;
use crate::ports::{Clock, RemoteError, Stacks};

/// How often to ask: CloudFormation limits `DescribeStacks` and `DescribeStackEvents` per account
/// (<https://github.com/aws/aws-sam-cli/issues/2671>), so the pace slows while nothing happens.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    first: Duration,
    longest: Duration,
}

impl Pace {
    /// For AWS, or for an emulator on this machine, which has no such limits.
    #[must_use]
    pub const fn of(is_local: bool) -> Self {
        if is_local {
            Self { first: Duration::from_millis(100), longest: Duration::from_millis(400) }
        } else {
            Self { first: Duration::from_secs(1), longest: Duration::from_secs(5) }
        }
    }

    /// The shortest wait.
    #[must_use]
    pub const fn first(self) -> Duration {
        self.first
    }

    fn slower(self, current: Duration) -> Duration {
        (current * 3 / 2).min(self.longest)
    }
}

/// Network trouble is sat out this often in a row; the operation goes on at AWS meanwhile.
const PATIENCE: u32 = 20;

/// An operation in progress.
#[derive(Clone, Debug)]
pub struct Operated {
    /// The stack, by its id: a deleted one is not found by name.
    pub stack_id: Arn,
    /// What was started.
    pub operation: Operation,
    /// Which events are its own, when it was found running.
    pub scope: Option<Scope>,
    /// The newest event from before it began, when it was started by us.
    pub before: Option<String>,
}

/// What is seen of an operation.
#[derive(Clone, Copy, Debug)]
pub enum Sight<'a> {
    /// One event, and how things stand with it.
    Event(&'a StackEvent, &'a Progress),
    /// How things stand, after each look.
    Stand(&'a Progress),
}

/// How an operation ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// What the end means.
    pub outcome: Outcome,
    /// The stack as it is now; none when it is gone.
    pub stack: Option<Stack>,
    /// What happened to each resource.
    pub progress: Progress,
    /// Every event of the operation.
    pub events: Vec<StackEvent>,
    /// Which events those are.
    pub scope: Scope,
}

impl Ended {
    /// Why it failed, if it did: the first real cause among the events, and what CloudFormation says beside them.
    /// Whoever cannot be asked explains nothing.
    pub async fn diagnosis(&self, stacks: &impl Stacks) -> Option<Diagnosis> {
        if self.outcome == Outcome::Succeeded {
            return None;
        }
        let found = diagnose(&self.events, &self.scope);
        let mut problems = stacks.problems(self.scope.stack_id.as_str(), None).await.unwrap_or_default();
        let inside =
            found.as_ref().map(|found| &found.cause.stack_id).filter(|id| **id != self.scope.stack_id);
        if let Some(nested) = inside {
            problems.extend(stacks.problems(nested.as_str(), None).await.unwrap_or_default());
        }
        Diagnosis::with(found, &problems, &self.scope_of_problems())
    }

    /// Problems have no request token, and those of earlier operations are told as well.
    fn scope_of_problems(&self) -> Scope {
        let first =
            self.events.iter().filter(|event| self.scope.holds(event)).map(|event| event.timestamp_ms);
        Scope { from_ms: first.min().unwrap_or(u64::MAX), ..self.scope.clone() }
    }
}

/// Polls until the operation has ended; each new event is told once, in order.
///
/// # Errors
/// When AWS refuses to tell, or stays out of reach.
pub async fn follow(
    stacks: &impl Stacks,
    clock: &impl Clock,
    operated: &Operated,
    pace: Pace,
    on_sight: &mut dyn FnMut(Sight<'_>),
) -> Result<Ended, RemoteError> {
    let everything = Scope { stack_id: operated.stack_id.clone(), token: None, from_ms: 0 };
    let scope = operated.scope.clone().unwrap_or(everything);
    let mut told = Told::default();
    let mut nested = Nested::default();
    let mut wait = pace.first;
    let mut failures = 0;
    loop {
        match look(stacks, operated, &scope, &mut nested).await {
            Ok((stack, events)) => {
                failures = 0;
                let progress = fold(&events, &scope);
                let news = told.untold(&events, &scope);
                wait = if news.is_empty() { pace.slower(wait) } else { pace.first };
                for event in &news {
                    on_sight(Sight::Event(event, &progress));
                }
                on_sight(Sight::Stand(&progress));
                if let Some(outcome) = ending(operated, stack.as_ref(), &progress) {
                    return Ok(Ended { outcome, stack, progress, events, scope });
                }
            }
            Err(error) if error.is_passing() && failures < PATIENCE => {
                failures += 1;
                wait = pace.longest;
            }
            Err(error) => return Err(error),
        }
        clock.sleep(wait).await;
    }
}

async fn look(
    stacks: &impl Stacks,
    operated: &Operated,
    scope: &Scope,
    nested: &mut Nested,
) -> Result<(Option<Stack>, Vec<StackEvent>), RemoteError> {
    // The status first: events read after it can only be newer, so a final status has all its events.
    let stack = stacks.describe(scope.stack_id.as_str()).await?;
    let mut events = match stacks.events(scope.stack_id.as_str(), operated.before.as_deref()).await {
        // Some endpoints forget a deleted stack at once.
        Err(RemoteError::NotFound { .. }) if operated.operation == Operation::Delete => Vec::new(),
        other => other?,
    };
    nested.add_to(&mut events, scope, stacks).await?;
    Ok((stack, events))
}

/// Ended when the operation's own events say so; or, without events, when the stack itself does.
fn ending(operated: &Operated, stack: Option<&Stack>, progress: &Progress) -> Option<Outcome> {
    let gone = StackStatus::DeleteComplete;
    if operated.scope.is_some() {
        return rest(operated.operation, stack.map_or(&gone, |stack| &stack.status));
    }
    let status = match (stack, operated.operation) {
        (None, Operation::Delete) => &gone,
        (None, Operation::Create | Operation::Update) => progress.status.as_ref()?,
        (Some(stack), _) if progress.is_done() => progress.status.as_ref().unwrap_or(&stack.status),
        (Some(_), _) => return None,
    };
    let outcome = outcome(operated.operation, status);
    (outcome != Outcome::StillRunning).then_some(outcome)
}

/// An operation that was found running ends when the stack comes to rest, whatever brought it there: a cancelled
/// update and a continued rollback carry a token of their own, so the events of the operation never tell of its end.
/// The status cannot be of an earlier operation, as it can right after we start one ourselves.
fn rest(operation: Operation, status: &StackStatus) -> Option<Outcome> {
    if status.is_running() {
        return None;
    }
    Some(match outcome(operation, status) {
        // It rests where this operation never ends, so something else came between.
        Outcome::StillRunning => Outcome::Failed,
        ended @ (Outcome::Succeeded | Outcome::RolledBack | Outcome::Failed | Outcome::NeedsRecovery) => {
            ended
        }
    })
}
