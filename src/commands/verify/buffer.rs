//! Drives a buffer: one burst of webhooks, then waiting until the queue has been worked off, and reading what came
//! of it.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;

use super::letters;
use super::stage::{PATIENCE, Stage};
use super::traffic::at_a_time;
use crate::aws::logs::CloudWatchLogs;
use crate::aws::queues::SqsQueues;
use crate::aws::tables::DynamoTables;
use crate::commands::{Context, Failure};
use crate::ports::{Clock, LogEvent, Logs, Queues, RemoteError, Tables, Web};
use crate::promise::buffer::{self, Buffer, Observed, Plan};
use crate::promise::executions::{executions, may_be_platform_event};
use crate::promise::web::{Request, is_success};
use crate::promise::{LogLine, PlatformExecution, Verdict};

/// Clocks of this machine and of AWS differ a little; an execution too many does no harm, the cap holds for all.
const CLOCK_TOLERANCE_MS: u64 = 2_000;

/// A webhook to send.
#[derive(Clone, Copy)]
enum Job {
    Good(usize),
    Poison(usize),
}

/// Names in the account.
struct Parts<'a> {
    queue: &'a str,
    dead_letters: &'a str,
    table: &'a str,
    log_group: String,
}

/// Proves it.
pub(super) async fn prove(
    promise: &Buffer,
    stage: &Stage<'_>,
    context: &mut Context,
) -> Result<Verdict, Failure> {
    let (base, web) = stage.api(&promise.url)?;
    let parts = Parts {
        queue: stage.physical_id(&promise.worker.queue)?,
        dead_letters: stage.physical_id(&promise.worker.dead_letters)?,
        table: stage.physical_id(&promise.effect.table)?,
        log_group: stage.log_group(&promise.worker.function).await?,
    };
    let plan = Plan::of(&promise.webhooks, &stage.run, stage.load);
    let queues = SqsQueues::new(stage.session);
    let letters_before = queues.state(parts.dead_letters).await?.depth();
    let (total, connections) = (plan.total(), promise.webhooks.connections);
    context.say(&format!("Sending {total} webhooks to {base} over {connections} connections ..."));
    let since_ms = stage.clock.now_ms().saturating_sub(CLOCK_TOLERANCE_MS);
    let start = stage.clock.elapsed();
    let mut observed = burst(promise, &plan, &base, &web, &stage.clock).await;
    context.say(&format!(
        "{} of {total} accepted in {:.1} s; waiting until the queue is worked off ...",
        observed.answers.matching(is_success),
        observed.burst_seconds
    ));
    let tables = DynamoTables::new(stage.session);
    let driver = Driver { promise, plan: &plan, stage, parts: &parts, queues: &queues, tables: &tables };
    let drained = driver.drain(&observed, letters_before, start, context).await?;
    observed.worked_off_seconds = drained.worked_off.map(|at| at.saturating_sub(start).as_secs_f64());
    observed.letters = letters::take(&queues, parts.dead_letters, |body| plan.id_in(body)).await?;
    observed.left = queues.state(parts.queue).await?.depth();
    let logs = CloudWatchLogs::new(stage.session);
    observed.executions = reported(&logs, &parts.log_group, since_ms, stage).await?;
    // Last of all: what took effect a second time after everything had taken effect once is seen too.
    observed.effects = driver.effects().await?;
    Ok(buffer::judge(&stage.run, promise, &plan, &observed))
}

/// Sends everything, the good ones, their duplicates and the poison in no order.
async fn burst(promise: &Buffer, plan: &Plan, base: &str, web: &impl Web, clock: &impl Clock) -> Observed {
    let mut jobs: Vec<Job> = (0..plan.count)
        .chain(0..plan.duplicates)
        .map(Job::Good)
        .chain((0..plan.poison).map(Job::Poison))
        .collect();
    fastrand::shuffle(&mut jobs);
    let webhooks = &promise.webhooks;
    let most = usize::try_from(webhooks.connections).unwrap_or(usize::MAX);
    let start = clock.elapsed();
    let send = async |job: Job| {
        let (id, body) = match job {
            Job::Good(index) => (plan.id(index), &webhooks.body),
            Job::Poison(index) => (plan.poison_id(index), &webhooks.poison),
        };
        let request = Request::of(base, &webhooks.request, Some(body), &plan.values(id));
        (job, web.send(&request, PATIENCE).await.ok().map(|answer| answer.status))
    };
    let mut observed = Observed::default();
    let mut answers = std::pin::pin!(at_a_time(jobs, most, send));
    while let Some((job, status)) = answers.next().await {
        observed.answers.count(status);
        if let (Job::Good(index), true) = (job, status.is_some_and(is_success)) {
            observed.accepted.insert(index);
        }
    }
    observed.burst_seconds = clock.elapsed().saturating_sub(start).as_secs_f64();
    observed
}

/// What waiting for the queue needs.
struct Driver<'a, Q, T> {
    promise: &'a Buffer,
    plan: &'a Plan,
    stage: &'a Stage<'a>,
    parts: &'a Parts<'a>,
    queues: &'a Q,
    tables: &'a T,
}

/// What waiting for the queue has shown.
struct Drained {
    /// When nothing but poison was left, by the clock.
    worked_off: Option<Duration>,
}

impl<Q: Queues, T: Tables> Driver<'_, Q, T> {
    /// Waits until everything has taken effect, or nothing changes any more, or the promised time since `start` is over.
    async fn drain(
        &self,
        observed: &Observed,
        letters_before: u64,
        start: Duration,
        context: &mut Context,
    ) -> Result<Drained, Failure> {
        let clock = &self.stage.clock;
        let patience = Duration::from_secs(self.promise.checks.within_seconds);
        // The numbers that SQS tells are right within a minute
        // (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html).
        let settling = self.stage.settling(Duration::from_secs(5), Duration::from_secs(60));
        let letters_wanted = letters_before + u64::try_from(self.plan.poison).unwrap_or(u64::MAX);
        let (mut last, mut changed, mut quiet) = (None, clock.elapsed(), None);
        let mut told = start;
        let (mut worked_off, poison) = (None, u64::try_from(self.plan.poison).unwrap_or(u64::MAX));
        loop {
            let (queue, letters) = self.depths().await?;
            let now = clock.elapsed();
            if last != Some((queue.clone(), letters)) {
                (last, changed) = (Some((queue.clone(), letters)), now);
            }
            if queue.depth() <= poison {
                worked_off.get_or_insert(now);
            }
            if queue.depth() > 0 {
                quiet = None;
            } else {
                let effects = self.effects().await?;
                let is_whole = effects.len() >= observed.accepted.len() && letters >= letters_wanted;
                let since = *quiet.get_or_insert(now);
                if is_whole || now.saturating_sub(since) >= settling {
                    return Ok(Drained { worked_off });
                }
            }
            // A message in flight comes back when its visibility timeout is over, and goes to the dead letters when it
            // has come back too often; meanwhile the numbers do not change.
            let comes_back = Duration::from_secs(queue.visibility_seconds) * queue.most_receives.max(1);
            let stalled = settling * 2 + comes_back;
            let is_over = now.saturating_sub(start) >= patience;
            if is_over || now.saturating_sub(changed) >= stalled {
                return Ok(Drained { worked_off });
            }
            if now.saturating_sub(told) >= Duration::from_secs(15) {
                told = now;
                context.say(&format!("{} left in the queue ...", queue.depth()));
            }
            clock.sleep(self.stage.settling(Duration::from_millis(500), Duration::from_secs(2))).await;
        }
    }

    async fn depths(&self) -> Result<(crate::ports::QueueState, u64), RemoteError> {
        let queue = self.queues.state(self.parts.queue).await?;
        let letters = self.queues.state(self.parts.dead_letters).await?.depth();
        Ok((queue, letters))
    }

    /// How often each webhook of this run took effect.
    async fn effects(&self) -> Result<BTreeMap<String, u64>, RemoteError> {
        let effect = &self.promise.effect;
        let mut effects = BTreeMap::new();
        let prefix = self.plan.prefix();
        let wanted = [effect.key.as_str(), effect.times.as_str()];
        let mut page = |items: Vec<crate::ports::Item>| {
            effects.extend(items.iter().filter_map(|item| {
                let id = item.get(&effect.key)?.get("S")?.as_str()?.to_owned();
                let times = item.get(&effect.times).and_then(|times| times.get("N")?.as_str()?.parse().ok());
                // An item without its counter has not taken effect as promised, and is told so.
                Some((id, times.unwrap_or_default()))
            }));
        };
        self.tables.scan(self.parts.table, &wanted, Some((&effect.key, &prefix)), &mut page).await?;
        Ok(effects)
    }
}

/// The worker's executions since then, once all of them have been reported or nothing more comes.
async fn reported(
    logs: &impl Logs,
    log_group: &str,
    since_ms: u64,
    stage: &Stage<'_>,
) -> Result<Vec<PlatformExecution>, Failure> {
    let clock = &stage.clock;
    let start = clock.elapsed();
    let patience = stage.settling(Duration::from_secs(15), Duration::from_secs(90));
    let mut last = None;
    loop {
        let events: Vec<LogEvent> = logs.chosen(log_group, since_ms, &may_be_platform_event).await?;
        let lines = events.iter().map(|event| LogLine { at_ms: event.timestamp_ms, message: &event.message });
        let found = executions(lines);
        let is_whole = !found.is_empty() && found.iter().all(|execution| execution.report.is_some());
        let is_over = clock.elapsed().saturating_sub(start) >= patience;
        // Whole twice in a row: what comes late has had time to come.
        if is_over || is_whole && last == Some(found.len()) {
            return Ok(found);
        }
        last = is_whole.then_some(found.len());
        clock.sleep(stage.settling(Duration::from_millis(500), Duration::from_secs(5))).await;
    }
}
