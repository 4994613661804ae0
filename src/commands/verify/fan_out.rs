//! Drives a fan-out: one good upload; then, if that is promised, one that every worker must refuse, and a good one
//! again.

use std::collections::BTreeMap;
use std::time::Duration;

use super::letters;
use super::stage::Stage;
use crate::aws::buckets::S3Buckets;
use crate::aws::logs::CloudWatchLogs;
use crate::aws::queues::SqsQueues;
use crate::commands::{Context, Failure};
use crate::ports::{Buckets, Clock, LogEvent, Logs, Queues, RemoteError};
use crate::promise::fan_out::{self, DeadLetters, FanOut, Refusal, Timeline, WorkerLog};
use crate::promise::{LogLine, Verdict};

/// Clocks of this machine and of AWS differ a little; log events older than this are not of this run.
const CLOCK_TOLERANCE_MS: u64 = 60_000;

/// The same where nothing but its time says that an execution is of this run.
const NARROW_TOLERANCE_MS: u64 = 1_000;

/// How long to wait for a repeated delivery once everything has run.
const REPETITION_WAIT: Duration = Duration::from_secs(2);

/// One worker and where its log is.
struct Worker {
    name: String,
    log_group: String,
}

/// An upload whose traces are looked for.
#[derive(Clone, Copy)]
struct Upload<'a> {
    key: &'a str,
    at_ms: u64,
    patience: Duration,
}

/// Everything that is needed again and again.
struct Driver<'a, L, C> {
    promise: &'a FanOut,
    workers: Vec<Worker>,
    logs: L,
    clock: &'a C,
}

/// Proves it.
pub(super) async fn prove(
    promise: &FanOut,
    stage: &Stage<'_>,
    context: &mut Context,
) -> Result<Verdict, Failure> {
    let sample = stage.file(&promise.upload.file)?;
    let broken = promise.failure.as_ref().map(|failure| stage.file(&failure.file)).transpose()?;
    let driver = Driver {
        promise,
        workers: workers(promise, stage).await?,
        logs: CloudWatchLogs::new(stage.session),
        clock: &stage.clock,
    };
    let queues = SqsQueues::new(stage.session);
    let before = depths(promise, stage, &queues).await?;
    let key = promise.object_key(&stage.run);
    let timeline = driver.handle(&key, &sample, stage, context).await?;
    let mut dead_letters = depths(promise, stage, &queues).await?;
    // What an earlier failure left there says nothing about this upload.
    for (now, before) in dead_letters.iter_mut().zip(&before) {
        now.messages = now.messages.saturating_sub(before.messages);
    }
    let is_well =
        timeline.is_complete(promise) && timeline.executions.iter().all(fan_out::Execution::is_well);
    let refusal = match broken.filter(|_| is_well) {
        Some(broken) => Some(driver.refuse(broken, &sample, stage, &queues, context).await?),
        None => None,
    };
    Ok(fan_out::judge(&stage.run, promise, timeline, &dead_letters, refusal))
}

impl<L: Logs, C: Clock> Driver<'_, L, C> {
    /// Uploads a good file and waits until every worker has handled it.
    async fn handle(
        &self,
        key: &str,
        sample: &[u8],
        stage: &Stage<'_>,
        context: &mut Context,
    ) -> Result<Timeline, Failure> {
        let bucket = stage.output(&self.promise.upload.bucket)?;
        context.say(&format!(
            "Uploading s3://{bucket}/{key} and waiting for {} workers ...",
            self.workers.len()
        ));
        let at_ms = self.clock.now_ms();
        let media_type = Some(self.promise.upload.content_type.as_str());
        S3Buckets::new(stage.session).put(bucket, key, sample.to_vec(), media_type).await?;
        let patience = Duration::from_secs(self.promise.checks.within_seconds);
        self.watch(Upload { key, at_ms, patience }).await
    }

    /// Uploads what every worker must refuse, waits until it is in every dead-letter queue, and uploads a good file
    /// again.
    async fn refuse(
        &self,
        broken: Vec<u8>,
        sample: &[u8],
        stage: &Stage<'_>,
        queues: &impl Queues,
        context: &mut Context,
    ) -> Result<Refusal, Failure> {
        let Some(failure) = &self.promise.failure else { return Ok(Refusal::default()) };
        let bucket = stage.output(&self.promise.upload.bucket)?;
        let key = self.promise.broken_key(&stage.run, failure);
        context.say(&format!(
            "Uploading s3://{bucket}/{key}, which every worker must refuse; Lambda tries each of them three times ..."
        ));
        let at_ms = self.clock.now_ms();
        let media_type = failure.content_type.as_deref().unwrap_or(&self.promise.upload.content_type);
        S3Buckets::new(stage.session).put(bucket, &key, broken, Some(media_type)).await?;
        let patience = Duration::from_secs(failure.within_seconds);
        let mut refusal = self.await_letters(Upload { key: &key, at_ms, patience }, stage, queues).await?;
        if refusal.is_complete(self.promise) {
            let key = self.promise.object_key(&format!("{}-after", stage.run));
            refusal.after = Some(self.handle(&key, sample, stage, context).await?);
        }
        Ok(refusal)
    }

    /// Polls the dead-letter queues until each has got its message, a worker has handled what it should refuse, or
    /// the time is over.
    async fn await_letters(
        &self,
        upload: Upload<'_>,
        stage: &Stage<'_>,
        queues: &impl Queues,
    ) -> Result<Refusal, Failure> {
        let start = self.clock.elapsed();
        let pause = stage.settling(Duration::from_millis(500), Duration::from_secs(5));
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        let mut was_complete = false;
        loop {
            self.collect(upload.key, was_complete, stage, queues, &mut counts).await?;
            let refusal = Refusal {
                object_key: upload.key.to_owned(),
                timeline: self.look(upload, true).await?,
                letters: counts
                    .iter()
                    .map(|(worker, messages)| DeadLetters {
                        worker: (*worker).to_owned(),
                        messages: *messages,
                    })
                    .collect(),
                after: None,
            };
            let is_over = self.clock.elapsed().saturating_sub(start) >= upload.patience;
            if was_complete || is_over || refusal.is_hopeless() {
                return Ok(refusal);
            }
            was_complete = refusal.is_complete(self.promise);
            self.clock.sleep(pause).await;
        }
    }

    /// Takes the broken upload out of the dead-letter queues. A queue that has got it is looked at once more only, for
    /// a second one.
    async fn collect<'b>(
        &'b self,
        key: &str,
        once_more: bool,
        stage: &Stage<'_>,
        queues: &impl Queues,
        counts: &mut BTreeMap<&'b str, u64>,
    ) -> Result<(), Failure> {
        // S3 writes keys percent-encoded into its events; the last part of ours has nothing to encode.
        let name = key.rsplit('/').next().unwrap_or(key);
        for worker in &self.promise.workers {
            let Some(queue) = &worker.dead_letters else { continue };
            let url = stage.physical_id(queue)?;
            let is_looked_at = once_more || !counts.contains_key(worker.name.as_str());
            if !is_looked_at || queues.state(url).await?.depth() == 0 {
                continue;
            }
            let found = letters::take(queues, url, |body| body.contains(name).then(String::new)).await?;
            if !found.is_empty() {
                *counts.entry(&worker.name).or_default() += u64::try_from(found.len()).unwrap_or(u64::MAX);
            }
        }
        Ok(())
    }

    /// Polls the logs until every worker has reported, or the promise's time is over.
    async fn watch(&self, upload: Upload<'_>) -> Result<Timeline, Failure> {
        let start = self.clock.elapsed();
        let mut wait = Duration::from_millis(250);
        let mut was_complete = false;
        loop {
            let is_last = self.clock.elapsed().saturating_sub(start) >= upload.patience;
            match self.look(upload, false).await {
                Ok(timeline) if is_last || was_complete => return Ok(timeline),
                Ok(timeline) if timeline.is_complete(self.promise) => {
                    // Deliveries may be repeated, and a repetition comes late.
                    was_complete = true;
                    self.clock.sleep(REPETITION_WAIT).await;
                    continue;
                }
                Ok(_) => {}
                // The workers go on meanwhile, and their logs stay.
                Err(error) if error.is_passing() && !is_last => {}
                Err(error) => return Err(error.into()),
            }
            self.clock.sleep(wait).await;
            wait = (wait * 3 / 2).min(Duration::from_secs(3));
        }
    }

    async fn look(&self, upload: Upload<'_>, only_named: bool) -> Result<Timeline, RemoteError> {
        let since_ms = upload.at_ms.saturating_sub(CLOCK_TOLERANCE_MS);
        let reads = self.workers.iter().map(|worker| self.logs.events(&worker.log_group, since_ms));
        let events: Vec<Vec<LogEvent>> = futures_util::future::try_join_all(reads).await?;
        let logs: Vec<WorkerLog<'_>> = self
            .workers
            .iter()
            .zip(&events)
            .map(|(worker, events)| WorkerLog {
                worker: &worker.name,
                lines: events
                    .iter()
                    .map(|event| LogLine { at_ms: event.timestamp_ms, message: &event.message })
                    .collect(),
            })
            .collect();
        // Executions that only fail do not say whether they refused or broke, so nothing is taken for granted.
        let from_ms = if only_named { u64::MAX } else { upload.at_ms.saturating_sub(NARROW_TOLERANCE_MS) };
        Ok(Timeline::from_logs(self.promise, upload.key, from_ms, &logs))
    }
}

/// How many messages each worker's dead-letter queue holds, where it has one.
async fn depths(
    promise: &FanOut,
    stage: &Stage<'_>,
    queues: &impl Queues,
) -> Result<Vec<DeadLetters>, Failure> {
    let mut letters = Vec::new();
    for worker in &promise.workers {
        if let Some(queue) = &worker.dead_letters {
            let messages = queues.state(stage.physical_id(queue)?).await?.depth();
            letters.push(DeadLetters { worker: worker.name.clone(), messages });
        }
    }
    Ok(letters)
}

async fn workers(promise: &FanOut, stage: &Stage<'_>) -> Result<Vec<Worker>, Failure> {
    let mut workers = Vec::new();
    for worker in &promise.workers {
        let log_group = stage.log_group(&worker.function).await?;
        workers.push(Worker { name: worker.name.clone(), log_group });
    }
    Ok(workers)
}

#[cfg(test)]
mod tests;
