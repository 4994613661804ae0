//! `slsx logs`: what the functions of a stack log, searched, merged by time and followed.

use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::context::written;
use super::stack_functions;
use super::{Context, Failure, Project, runtime};
use crate::aws::functions::LambdaFunctions;
use crate::aws::logs::CloudWatchLogs;
use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{Format, LogsArgs};
use crate::exit::Exit;
use crate::host::clock::SystemClock;
use crate::logs::Tail;
use crate::names::StackName;
use crate::ports::{Clock, Functions, Logs, RemoteError};
use crate::render::logs as render;

/// Log groups asked at once: CloudWatch Logs takes a few searches each second in an account.
const AT_ONCE: usize = 4;
const PAUSE: Duration = Duration::from_secs(2);
const LOCAL_PAUSE: Duration = Duration::from_millis(300);

/// One function's log.
struct Source {
    function: String,
    group: String,
    tail: Tail,
}

/// Shows the logs, once or until somebody stops it.
///
/// # Errors
/// When there is no such stack or function, or AWS refuses.
pub fn run(args: &LogsArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &[])?;
    runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        let clock = SystemClock::start();
        let since_ms = args.since.at(clock.now_ms());
        let mut sources = sources(args, &project.settings.stack, since_ms, &session).await?;
        let logs = CloudWatchLogs::new(&session);
        let pause = if session.is_local() { LOCAL_PAUSE } else { PAUSE };
        let mut is_first = true;
        loop {
            let entries = match read(&mut sources, args.filter.as_deref(), &logs).await {
                // What passes is no reason to stop following.
                Err(error) if args.follow && !is_first && error.is_passing() => Vec::new(),
                other => other?,
            };
            let is_empty = entries.is_empty();
            if !print(args.format, &sources, &entries, context)? {
                return Ok(Exit::Done);
            }
            if !args.follow {
                if is_empty {
                    context
                        .say("Nothing was logged in that time; --since looks further back, --follow waits.");
                }
                return Ok(Exit::Done);
            }
            is_first = false;
            clock.sleep(pause).await;
        }
    })
}

/// The log group of each function.
async fn sources(
    args: &LogsArgs,
    stack: &StackName,
    since_ms: u64,
    session: &Session,
) -> Result<Vec<Source>, Failure> {
    let known = stack_functions::known(&args.functions, &CloudFormationStacks::new(session), stack).await?;
    let chosen = stack_functions::choose(&args.functions, stack, known.as_deref())?;
    let (functions, known) = (&LambdaFunctions::new(session), known.as_deref());
    let source = |name| async move {
        let state = functions.describe(name, None).await?;
        let function = stack_functions::label(name, known).to_owned();
        Ok::<_, RemoteError>(Source { function, group: state.log_group, tail: Tail::since(since_ms) })
    };
    Ok(stream::iter(&chosen).map(source).buffered(AT_ONCE).try_collect().await?)
}

/// What is new in all of them, by time.
async fn read(
    sources: &mut [Source],
    pattern: Option<&str>,
    logs: &impl Logs,
) -> Result<Vec<render::Entry>, RemoteError> {
    let search = |source: &Source| {
        let (group, since_ms) = (source.group.clone(), source.tail.from_ms());
        async move { logs.search(&group, since_ms, pattern, &|_| true).await }
    };
    let searches: Vec<_> = sources.iter().map(search).collect();
    let found: Vec<_> = stream::iter(searches).buffered(AT_ONCE).try_collect().await?;
    let mut entries = Vec::new();
    for (source, events) in sources.iter_mut().zip(found) {
        let function = source.function.clone();
        let new = source.tail.take(events).into_iter();
        entries.extend(new.map(|event| render::Entry { function: function.clone(), event }));
    }
    entries.sort_by_key(|entry| entry.event.timestamp_ms);
    Ok(entries)
}

/// False when nobody reads any longer.
fn print(
    format: Format,
    sources: &[Source],
    entries: &[render::Entry],
    context: &mut Context,
) -> Result<bool, Failure> {
    let width = sources.iter().map(|source| source.function.chars().count()).max().unwrap_or_default();
    let style = context.style;
    let out = &mut context.out;
    let result = entries.iter().try_for_each(|entry| match format {
        Format::Human => render::human(out, style, entry, width),
        Format::Json => render::json(out, entry),
    });
    let result = result.and_then(|()| out.flush());
    let is_read = !matches!(&result, Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe);
    written(result)?;
    Ok(is_read)
}
