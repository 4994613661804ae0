//! Drives a workflow: starts its executions, uploads and answers what they wait for, and reads the way they took.

mod express;

use std::time::Duration;

use super::stage::Stage;
use crate::aws::buckets::S3Buckets;
use crate::aws::machines::StateMachines;
use crate::commands::{Context, Failure};
use crate::names::Arn;
use crate::ports::{Buckets, Clock, Machines, RemoteError};
use crate::promise::values::{Encoding, fill};
use crate::promise::workflow::schema::{Callback, Moment, Upload};
use crate::promise::workflow::{
    self, Execution, ExecutionSeen, History, HistoryEvent, Machine, Sight, Workflow,
};
use crate::promise::{Values, Verdict};

/// Proves it.
pub(super) async fn prove(
    promise: &Workflow,
    stage: &Stage<'_>,
    context: &mut Context,
) -> Result<Verdict, Failure> {
    let machines = StateMachines::new(stage.session);
    let arn = Arn::new(stage.physical_id(&promise.machine)?);
    let machine = machines.describe(&arn).await?;
    if machine.is_express != promise.express {
        let (is, says) = if promise.express { ("Standard", "Express") } else { ("Express", "Standard") };
        return Err(Failure::Usage {
            message: format!(
                "{} is a {is} workflow, and the promise says that it is {says}",
                promise.machine
            ),
            help: "set `express` in promise.toml, or deploy the project again".into(),
        });
    }
    let names: Vec<&str> = promise.executions.iter().map(|execution| execution.name.as_str()).collect();
    context.say(&format!("Running {} executions: {} ...", names.len(), names.join(", ")));
    let values = Values::from([("run".to_owned(), stage.run.clone())]);
    let driver =
        Driver { promise, stage, machines: &machines, machine: &machine, arn: &arn, values: &values };
    let executions = if promise.express {
        express::run_all(&driver).await?
    } else {
        let all = promise.executions.iter().map(|execution| driver.run(execution));
        futures_util::future::try_join_all(all).await?
    };
    Ok(workflow::judge(&stage.run, promise, executions))
}

/// Everything that is needed again and again.
struct Driver<'a, M> {
    promise: &'a Workflow,
    stage: &'a Stage<'a>,
    machines: &'a M,
    machine: &'a Machine,
    arn: &'a Arn,
    values: &'a Values,
}

impl<M: Machines> Driver<'_, M> {
    /// The name of an execution in the account; nobody else's is the same.
    fn name(&self, execution: &Execution) -> String {
        format!("{}-{}", self.stage.run, execution.name)
    }

    fn input(&self, execution: &Execution) -> String {
        fill(&execution.input, self.values, Encoding::Json)
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(self.promise.checks.within_seconds)
    }

    async fn upload(&self, upload: &Upload) -> Result<(), Failure> {
        let bucket = self.stage.output_or_physical_id(&upload.bucket)?;
        let key = fill(&upload.key, self.values, Encoding::Plain);
        let bytes = self.stage.file(&upload.file)?;
        let content_type = upload.content_type.as_deref();
        Ok(S3Buckets::new(self.stage.session).put(bucket, &key, bytes, content_type).await?)
    }

    /// Runs one execution of a Standard workflow to its end, or until its time is over.
    async fn run(&self, execution: &Execution) -> Result<ExecutionSeen, Failure> {
        let mut waiting = execution.upload.as_ref();
        if let Some(upload) = waiting.take_if(|upload| upload.at == Moment::Start) {
            self.upload(upload).await?;
        }
        let arn = self.machines.start(self.arn, &self.name(execution), &self.input(execution)).await?;
        let clock = &self.stage.clock;
        let start = clock.elapsed();
        let pause = self.stage.settling(Duration::from_millis(250), Duration::from_secs(1));
        let mut was_answered = execution.callback.as_ref().map(|_| false);
        loop {
            // The ending first: events read after it are all there are.
            let ending = self.passing(self.machines.ending(&arn).await)?.flatten();
            let is_over = clock.elapsed().saturating_sub(start) >= self.patience();
            let events = match self.passing(self.machines.history(&arn).await)? {
                Some(events) => events,
                // A history that cannot be read is not an empty one.
                None if is_over => self.machines.history(&arn).await?,
                None => {
                    clock.sleep(pause).await;
                    continue;
                }
            };
            let history = History::of(&events);
            if ending.is_some() || is_over {
                if ending.is_none() {
                    self.give_up(&arn).await;
                }
                let name = execution.name.clone();
                return Ok(ExecutionSeen { name, ending, history, sight: Sight::Whole, was_answered });
            }
            if let Some(upload) = waiting.take_if(|_| history.has_failure()) {
                self.upload(upload).await?;
            }
            if let Some(callback) = execution.callback.as_ref().filter(|_| was_answered == Some(false)) {
                was_answered = Some(self.answer(callback, &history, &events).await?);
            }
            clock.sleep(pause).await;
        }
    }

    /// Answers the waiting task, if it waits long enough already.
    async fn answer(
        &self,
        callback: &Callback,
        history: &History,
        events: &[HistoryEvent],
    ) -> Result<bool, Failure> {
        let waiting = history.of_state(&callback.state).flat_map(|visit| &visit.attempts);
        let Some(attempt) = waiting.filter(|attempt| attempt.end.is_none()).last() else { return Ok(false) };
        // By the clock of the history, whose newest event may be this one.
        let now_ms =
            events.last().map_or(attempt.scheduled_ms, |event| event.at_ms).max(self.stage.clock.now_ms());
        let waited = Duration::from_millis(now_ms.saturating_sub(attempt.scheduled_ms));
        if waited < Duration::from_secs_f64(callback.after_seconds) {
            return Ok(false);
        }
        let parameters = attempt.parameters.as_deref().unwrap_or_default();
        let Some(token) = self.machine.token(&callback.state, parameters) else { return Ok(false) };
        let output = fill(&callback.output, self.values, Encoding::Json);
        match self.machines.succeed(&token, &output).await {
            Ok(()) => Ok(true),
            // The task may not have been told its token yet, or waits no more; the history will say.
            Err(RemoteError::Rejected { .. } | RemoteError::NotFound { .. }) => Ok(false),
            Err(error) if error.is_passing() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// An execution that waits for ever would be left behind.
    async fn give_up(&self, execution: &Arn) {
        // Whether it could be stopped changes nothing about what was seen.
        let _ = self.machines.stop(execution).await;
    }

    /// Trouble that passes, such as an execution that is not known everywhere yet, is met again at the next look.
    fn passing<T>(&self, reply: Result<T, RemoteError>) -> Result<Option<T>, Failure> {
        match reply {
            Ok(value) => Ok(Some(value)),
            Err(RemoteError::NotFound { .. }) => Ok(None),
            Err(error) if error.is_passing() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
