//! `slsx verify`: drives the deployed stack with one real upload and judges what its workers did.

use std::path::{Path, PathBuf};
use std::time::Duration;

use miette::{NamedSource, SourceSpan};

use super::context::written;
use super::{Context, Failure, Project, runtime};
use crate::aws::buckets::S3Buckets;
use crate::aws::functions::LambdaFunctions;
use crate::aws::logs::CloudWatchLogs;
use crate::aws::queues::SqsQueues;
use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{Format, VerifyArgs};
use crate::deploy::{Stack, StackResource};
use crate::exit::Exit;
use crate::host::clock::SystemClock;
use crate::host::files;
use crate::names::{FunctionName, LogicalId};
use crate::ports::{Buckets, Clock, Functions, LogEvent, Logs, Queues, RemoteError, Stacks};
use crate::promise::{
    Conclusion, DeadLetters, LogLine, Promise, PromiseError, Timeline, Verdict, WorkerLog, verdict,
};
use crate::render::promise as render;

/// The project's promise, unless another file is named.
const FILE_NAME: &str = "promise.toml";

/// Clocks of this machine and of AWS differ a little; log events older than this are not of this run.
const CLOCK_TOLERANCE_MS: u64 = 60_000;

/// How long to wait for a repeated delivery once everything has run.
const REPETITION_WAIT: Duration = Duration::from_secs(2);

/// `promise.toml` is wrong, with the place.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot use {FILE_NAME}")]
pub struct PromiseFileError {
    source: PromiseError,
    #[source_code]
    file: NamedSource<String>,
    #[label("here")]
    at: Option<SourceSpan>,
}

/// One worker and where its log is.
struct Worker {
    name: String,
    log_group: String,
}

/// Proves the project's promise on its deployed stack.
///
/// # Errors
/// When there is no promise or no stack, or AWS refuses. A broken promise is an exit code, not an error.
pub fn run(args: &VerifyArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::find(context, &args.project, &args.target, args.stack.as_deref(), &[])?;
    let path = args
        .promise
        .as_ref()
        .map_or_else(|| project.folder.join(FILE_NAME), |given| context.current_dir.join(given));
    let promise = read(&path)?;
    let sample = files::read(&folder_of(&path).join(&promise.upload.file))?;
    runtime()?.block_on(async {
        let session = context.connect(&args.target, Some(&project.settings)).await?;
        let verdict = prove(&promise, sample, &project, &session, context).await?;
        report(args, project.settings.stack.as_str(), &verdict, session.is_local(), context)
    })
}

async fn prove(
    promise: &Promise,
    sample: Vec<u8>,
    project: &Project,
    session: &Session,
    context: &mut Context,
) -> Result<Verdict, Failure> {
    let stacks = CloudFormationStacks::new(session);
    let name = &project.settings.stack;
    let Some(stack) = stacks.describe(name.as_str()).await? else {
        return Err(Failure::NotDeployed { stack: name.to_string() });
    };
    let resources = stacks.resources(stack.id.as_str()).await?;
    let workers = workers(promise, &resources, &LambdaFunctions::new(session)).await?;
    let bucket = output(&stack, &promise.upload.bucket)?;
    let queues = SqsQueues::new(session);
    let letters_before = dead_letters(promise, &resources, &queues).await?;
    let key = promise.object_key(&format!("{:016x}", fastrand::u64(..)));
    context.say(&format!("Uploading s3://{bucket}/{key} and waiting for {} workers ...", workers.len()));
    let clock = SystemClock::start();
    let since_ms = clock.now_ms().saturating_sub(CLOCK_TOLERANCE_MS);
    let media_type = Some(promise.upload.content_type.as_str());
    S3Buckets::new(session).put(&bucket, &key, sample, media_type).await?;
    let logs = CloudWatchLogs::new(session);
    let timeline = watch(promise, &key, &workers, since_ms, &logs, &clock).await?;
    let mut letters = dead_letters(promise, &resources, &queues).await?;
    // What an earlier failure left there says nothing about this upload.
    for (now, before) in letters.iter_mut().zip(&letters_before) {
        now.messages = now.messages.saturating_sub(before.messages);
    }
    Ok(verdict(promise, timeline, &letters))
}

/// How many messages each worker's dead-letter queue holds, where it has one.
async fn dead_letters(
    promise: &Promise,
    resources: &[StackResource],
    queues: &impl Queues,
) -> Result<Vec<DeadLetters>, Failure> {
    let mut letters = Vec::new();
    for worker in &promise.workers {
        if let Some(queue) = &worker.dead_letters {
            let messages = queues.depth(physical_id(resources, queue)?).await?;
            letters.push(DeadLetters { worker: worker.name.clone(), messages });
        }
    }
    Ok(letters)
}

/// Polls the logs until every worker has reported, or the promise's time is over.
async fn watch(
    promise: &Promise,
    key: &str,
    workers: &[Worker],
    since_ms: u64,
    logs: &impl Logs,
    clock: &impl Clock,
) -> Result<Timeline, Failure> {
    let start = clock.elapsed();
    let patience = Duration::from_secs(promise.checks.within_seconds);
    let mut wait = Duration::from_millis(250);
    let mut was_complete = false;
    loop {
        let is_last = clock.elapsed().saturating_sub(start) >= patience;
        match look(promise, key, workers, since_ms, logs).await {
            Ok(timeline) if is_last || was_complete => return Ok(timeline),
            Ok(timeline) if timeline.is_complete(promise) => {
                // Deliveries may be repeated, and a repetition comes late.
                was_complete = true;
                clock.sleep(REPETITION_WAIT).await;
                continue;
            }
            Ok(_) => {}
            // The workers go on meanwhile, and their logs stay.
            Err(error) if error.is_passing() && !is_last => {}
            Err(error) => return Err(error.into()),
        }
        clock.sleep(wait).await;
        wait = (wait * 3 / 2).min(Duration::from_secs(3));
    }
}

async fn look(
    promise: &Promise,
    key: &str,
    workers: &[Worker],
    since_ms: u64,
    logs: &impl Logs,
) -> Result<Timeline, RemoteError> {
    let reads = workers.iter().map(|worker| logs.events(&worker.log_group, since_ms));
    let events: Vec<Vec<LogEvent>> = futures_util::future::try_join_all(reads).await?;
    let logs: Vec<WorkerLog<'_>> = workers
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
    Ok(Timeline::from_logs(promise, key, &logs))
}

async fn workers(
    promise: &Promise,
    resources: &[StackResource],
    functions: &impl Functions,
) -> Result<Vec<Worker>, Failure> {
    let mut workers = Vec::new();
    for worker in &promise.workers {
        let function = FunctionName::new(physical_id(resources, &worker.function)?);
        let state = functions.describe(&function, None).await?;
        workers.push(Worker { name: worker.name.clone(), log_group: state.log_group });
    }
    Ok(workers)
}

fn physical_id<'a>(resources: &'a [StackResource], id: &LogicalId) -> Result<&'a str, Failure> {
    resources
        .iter()
        .find(|resource| resource.logical_id == *id)
        .and_then(|resource| resource.physical_id.as_deref())
        .ok_or_else(|| Failure::Usage {
            message: format!("the promise names {id}, which the stack does not have"),
            help: "deploy the project again, or correct promise.toml".into(),
        })
}

fn output(stack: &Stack, key: &str) -> Result<String, Failure> {
    let found = stack.outputs.iter().find(|output| output.key == key);
    found.map(|output| output.value.clone()).ok_or_else(|| Failure::Usage {
        message: format!("the promise names the output {key}, which stack {} does not have", stack.name),
        help: "add it to the template's Outputs and deploy, or correct promise.toml".into(),
    })
}

fn read(path: &Path) -> Result<Promise, Failure> {
    if !path.is_file() {
        return Err(Failure::Usage {
            message: format!("there is no promise at {}", path.display()),
            help: "patterns come with one; `slsx new fan-out` shows what it looks like".into(),
        });
    }
    let text = files::read_to_string(path)?;
    Promise::parse(&text).map_err(|source| {
        let at = match &source {
            PromiseError::Form { span, .. } => span.clone().map(SourceSpan::from),
            PromiseError::Version { .. } | PromiseError::Value { .. } | PromiseError::SameName { .. } => None,
        };
        let file = NamedSource::new(path.to_string_lossy(), text);
        Failure::PromiseFile(Box::new(PromiseFileError { source, file, at }))
    })
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().map(Path::to_owned).unwrap_or_default()
}

fn report(
    args: &VerifyArgs,
    stack: &str,
    verdict: &Verdict,
    is_local: bool,
    context: &mut Context,
) -> Result<Exit, Failure> {
    written(match args.format {
        Format::Human => render::verdict(&mut context.out, context.style, verdict, is_local),
        Format::Json => render::verify_json(&mut context.out, stack, verdict, is_local),
    })?;
    Ok(match verdict.conclusion() {
        Conclusion::Kept => Exit::Done,
        // Not proven is not kept.
        Conclusion::Broken | Conclusion::Inconclusive => Exit::Findings,
    })
}

#[cfg(test)]
mod tests;
