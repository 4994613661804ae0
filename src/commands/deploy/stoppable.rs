//! Follows an execution that somebody may want to stop. On a terminal Ctrl-C asks what is meant; a second one, and any
//! signal where nobody can be asked, leaves the operation to CloudFormation, which goes on by itself.

use super::stack::{StackError, Target};
use super::tell;
use crate::commands::follow::Ended;
use crate::commands::progress::{Pause, Progress};
use crate::commands::{Context, Failure};
use crate::deploy::Operation;
use crate::deploy::state_machine::Outcome;
use crate::host::prompt::{self, PromptError};
use crate::host::signals::{Signal, Signals};
use crate::names::Arn;
use crate::ports::{Clock, RemoteError, Stacks};

/// What somebody wants who pressed Ctrl-C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// Nothing: it was a slip.
    Wait,
    /// Take back what was done so far.
    Undo,
    /// Let CloudFormation go on alone.
    Leave,
}

/// How the following ended.
enum Step {
    Ended(Result<Box<Ended>, Failure>),
    Left(Signal),
    /// A creation has no way back but the deletion of what there is.
    Deletes,
}

/// Follows the operation to its end.
///
/// # Errors
/// When AWS refuses, or somebody left the operation to it.
pub(in crate::commands) async fn follow<S: Stacks, C: Clock>(
    target: &Target<'_, S, C>,
    stack: &Arn,
    operation: Operation,
    expected: usize,
    context: &mut Context,
    work: impl AsyncFnOnce(&mut Progress<'_>) -> Result<Ended, StackError>,
) -> Result<Ended, Failure> {
    let mut signals = Signals::listen()?;
    let can_ask = context.is_interactive;
    let mut progress = Progress::start(context, expected);
    let pause = progress.pause();
    let step = {
        let work = work(&mut progress);
        tokio::pin!(work);
        loop {
            let signal = tokio::select! {
                result = &mut work => break Step::Ended(result.map(Box::new).map_err(Failure::from)),
                signal = signals.next() => signal,
            };
            let is_askable = can_ask && signal == Signal::Interrupt;
            let wish = if is_askable { ask(operation, &pause, &mut signals).await } else { Wish::Leave };
            match (wish, operation) {
                (Wish::Wait, _) => {}
                (Wish::Leave, _) => break Step::Left(signal),
                (Wish::Undo, Operation::Create) => break Step::Deletes,
                (Wish::Undo, Operation::Update | Operation::Delete) => cancel(target, stack, &pause).await?,
            }
        }
    };
    progress.finish();
    match step {
        Step::Ended(result) => result.map(|ended| *ended),
        Step::Left(signal) => Err(Failure::LeftToAws { signal, help: ATTACH }),
        Step::Deletes => {
            context.say("Deleting what was created ...");
            let deleted = super::executing(context, expected, async |progress| {
                Ok(target.delete(stack, &[], &mut |news| tell(&news, progress)).await?)
            });
            let mut ended = deleted.await?;
            if ended.outcome == Outcome::Succeeded {
                // The deletion succeeded; the creation did not.
                ended.outcome = Outcome::RolledBack;
            }
            Ok(ended)
        }
    }
}

/// How to come back to an operation that goes on alone.
pub(in crate::commands) const ATTACH: &str = "`slsx attach` follows it to its end";

const WAIT: &str = "go on waiting";
const CANCEL: &str = "cancel the update, and roll it back";
const DELETE: &str = "give up, and delete what was created";
const LEAVE: &str = "leave: CloudFormation goes on by itself";

async fn ask(operation: Operation, pause: &Pause, signals: &mut Signals) -> Wish {
    let choices: &'static [&'static str] = match operation {
        Operation::Create => &[WAIT, DELETE, LEAVE],
        Operation::Update => &[WAIT, CANCEL, LEAVE],
        // A deletion cannot be taken back.
        Operation::Delete => &[WAIT, LEAVE],
    };
    pause.begin();
    let answer = prompt::choice_unless(signals, "Stop?", choices).await;
    pause.end();
    match answer.as_ref().map(Option::as_deref) {
        Ok(Some(WAIT)) => Wish::Wait,
        Ok(Some(CANCEL | DELETE)) => Wish::Undo,
        // Ctrl-C once more, or a terminal that cannot ask.
        Ok(_) | Err(PromptError::Stopped | PromptError::Terminal(_)) => Wish::Leave,
    }
}

/// Asks CloudFormation to roll the update back, which is followed like anything else.
async fn cancel<S: Stacks, C: Clock>(
    target: &Target<'_, S, C>,
    stack: &Arn,
    pause: &Pause,
) -> Result<(), Failure> {
    match target.cancel(stack).await {
        Ok(()) => pause.say("Cancelled: CloudFormation rolls the update back."),
        // It is over already, or past the point of no return.
        Err(StackError::Remote(RemoteError::Rejected { message, .. })) => {
            pause.say(&format!("CloudFormation cannot cancel it any more: {message}"));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
