//! `slsx redrive`: moves the messages of dead-letter queues back to the queues they came from.

mod queues;

use std::time::Duration;

use self::queues::{DeadLetterQueue, choose, dead_letter_queues};
use super::consent::{Consent, ask};
use super::deploy::show;
use super::{Context, Failure, Project, runtime};
use crate::aws::queues::SqsQueues;
use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{Format, RedriveArgs};
use crate::exit::Exit;
use crate::host::clock::SystemClock;
use crate::host::signals::Signals;
use crate::names::Arn;
use crate::ports::{Clock, MoveStatus, MoveTask, Queues, RemoteError, Stacks};
use crate::render::redrive as render;

const QUEUE: &str = "AWS::SQS::Queue";

/// Moves the messages, after showing how many there are.
///
/// # Errors
/// When there is no such queue, consent is missing, or SQS gives up.
pub fn run(args: &RedriveArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &[])?;
    runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        let stack = project.settings.stack.as_str();
        let queues = SqsQueues::new(&session);
        let all = dead_letter_queues(&look(stack, &session, &queues).await?);
        let chosen = choose(args.queue.as_deref(), stack, all)?;
        let is_given = args.yes || session.is_own_local_aws() && !project.settings.is_protected;
        let mut views: Vec<render::View> = chosen.iter().map(view).collect();
        let messages: u64 = chosen.iter().map(|queue| queue.depth).sum();
        let will_move = messages > 0 && !args.dry_run;
        if args.format == Format::Human || will_move && !is_given && context.is_interactive {
            show::plan(context, args.format, !is_given, |out, style| render::plan(out, style, &views))?;
        }
        let question = format!("Move about {messages} messages back?");
        if will_move && ask(context, is_given, "moving dead letters back", &question)? == Consent::Given {
            let mover = Mover {
                queues: &queues,
                clock: &SystemClock::start(),
                is_local: session.is_local(),
                most_per_second: args.max_per_second,
            };
            mover.move_all(&chosen, &mut views, context).await?;
        }
        show::result(context, |out, style| match args.format {
            Format::Human => render::moved(out, style, &views),
            Format::Json => render::json(out, stack, session.is_local(), &views),
        })?;
        let failed = views.iter().find(|view| view.reason.is_some());
        match failed {
            None => Ok(Exit::Done),
            Some(view) => Err(Failure::MoveFailed {
                queue: view.queue.clone(),
                reason: view.reason.clone().unwrap_or_default(),
            }),
        }
    })
}

/// Every queue of the stack as it is now.
async fn look(
    stack: &str,
    session: &Session,
    queues: &impl Queues,
) -> Result<Vec<queues::StackQueue>, Failure> {
    let resources = match CloudFormationStacks::new(session).resources(stack).await {
        Err(RemoteError::NotFound { .. }) => return Err(Failure::NotDeployed { stack: stack.to_owned() }),
        other => other?,
    };
    let mut found = Vec::new();
    for resource in resources.into_iter().filter(|resource| resource.resource_type == QUEUE) {
        let Some(url) = resource.physical_id else { continue };
        let state = queues.state(&url).await?;
        found.push(queues::StackQueue { logical_id: resource.logical_id, url, state });
    }
    Ok(found)
}

fn view(queue: &DeadLetterQueue) -> render::View {
    render::View {
        queue: queue.logical_id.to_string(),
        sources: queue.sources.iter().map(ToString::to_string).collect(),
        messages: queue.depth,
        moved: None,
        reason: None,
    }
}

/// Starts moves and follows them.
struct Mover<'a, Q, C> {
    queues: &'a Q,
    clock: &'a C,
    is_local: bool,
    most_per_second: Option<u32>,
}

impl<Q: Queues, C: Clock> Mover<'_, Q, C> {
    async fn move_all(
        &self,
        chosen: &[DeadLetterQueue],
        views: &mut [render::View],
        context: &mut Context,
    ) -> Result<(), Failure> {
        let mut signals = Signals::listen()?;
        for (queue, view) in chosen.iter().zip(views).filter(|(queue, _)| queue.depth > 0) {
            let name = view.queue.clone();
            let mut tell =
                |moved: u64| context.say(&format!("{name}: {moved} of about {} moved ...", queue.depth));
            let task = tokio::select! {
                task = self.move_one(&queue.arn, &mut tell) => task?,
                signal = signals.next() => return Err(Failure::LeftToAws { signal, help: "`slsx redrive --dry-run` shows what is left" }),
            };
            view.moved = Some(task.moved);
            view.reason = match task.status {
                MoveStatus::Running | MoveStatus::Completed => None,
                MoveStatus::Cancelled => Some("it was cancelled".to_owned()),
                MoveStatus::Failed => Some(task.reason.unwrap_or_else(|| "SQS does not say why".to_owned())),
            };
        }
        Ok(())
    }

    /// Starts one move and waits for its end; SQS allows no second one of the same queue meanwhile.
    async fn move_one(&self, queue: &Arn, tell: &mut dyn FnMut(u64)) -> Result<MoveTask, Failure> {
        let before = self.queues.newest_move(queue).await?.map(|task| task.started_ms);
        self.queues.start_move(queue, self.most_per_second).await?;
        let pause = Duration::from_millis(if self.is_local { 200 } else { 2_000 });
        let (mut told, mut news) = (0, self.clock.elapsed());
        loop {
            let is_over = self.clock.elapsed().saturating_sub(news) >= LONGEST_SILENCE;
            let newest = match self.queues.newest_move(queue).await {
                Ok(newest) => newest.filter(|task| Some(task.started_ms) != before),
                Err(error) if error.is_passing() && !is_over => None,
                Err(error) => return Err(error.into()),
            };
            match &newest {
                Some(_) => news = self.clock.elapsed(),
                None if is_over => return Err(unseen(queue)),
                None => {}
            }
            match newest {
                Some(task) if task.status != MoveStatus::Running => return Ok(task),
                Some(task) if task.moved > told => {
                    told = task.moved;
                    tell(told);
                }
                Some(_) | None => {}
            }
            self.clock.sleep(pause).await;
        }
    }
}

/// A move that SQS tells nothing of for so long is not followed any longer.
const LONGEST_SILENCE: Duration = Duration::from_secs(120);

fn unseen(queue: &Arn) -> Failure {
    Failure::MoveFailed {
        queue: queue.to_string(),
        reason: "SQS took the order and shows no move; `slsx redrive` shows what is left".to_owned(),
    }
}

#[cfg(test)]
mod tests;
