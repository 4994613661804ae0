//! `--from-logs`: what CloudWatch Logs holds about starts that happened by themselves; invokes and changes nothing.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::wishes::Wishes;
use crate::aws::functions::LambdaFunctions;
use crate::aws::logs::CloudWatchLogs;
use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{BenchFormat, ColdstartBenchArgs};
use crate::coldstart::History;
use crate::coldstart::history::{self, PATTERN};
use crate::commands::context::written;
use crate::commands::{Context, Failure, Project, stack_functions};
use crate::exit::Exit;
use crate::host::clock::SystemClock;
use crate::names::FunctionName;
use crate::ports::{Clock, Functions, Logs, RemoteError};
use crate::render::coldstart as render;

/// Log groups read at once: CloudWatch Logs takes a few searches each second in an account.
const AT_ONCE: usize = 4;

/// Reads the logs of the functions from this moment on.
pub(super) async fn run(
    args: &ColdstartBenchArgs,
    since_ms: u64,
    wishes: &Wishes,
    project: &Project,
    session: &Session,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let stack = &project.settings.stack;
    let known = stack_functions::known(&args.functions, &CloudFormationStacks::new(session), stack).await?;
    let chosen = stack_functions::choose(&args.functions, stack, known.as_deref())?;
    context.say(&format!("Reading the logs of {} ...", render::counted(chosen.len(), "function")));
    let (functions, logs) = (LambdaFunctions::new(session), CloudWatchLogs::new(session));
    let read = |name: &FunctionName| {
        let (name, label) = (name.clone(), stack_functions::label(name, known.as_deref()).to_owned());
        let (functions, logs) = (&functions, &logs);
        async move {
            let group = functions.describe(&name, None).await?.log_group;
            let events = logs.search(&group, since_ms, Some(PATTERN), &history::is_telling).await?;
            Ok::<_, RemoteError>(history::of(&label, name.as_str(), &events))
        }
    };
    let reads: Vec<_> = chosen.iter().map(read).collect();
    let versions: Vec<Vec<_>> = stream::iter(reads).buffered(AT_ONCE).try_collect().await?;
    let mut found = History {
        place: session.place(),
        since_ms,
        until_ms: SystemClock::start().now_ms(),
        versions: versions.concat(),
        gates: Vec::new(),
    };
    found.judge(&wishes.gates);
    written(match args.format {
        BenchFormat::Human => render::history(&found, context.style, &mut context.out),
        BenchFormat::Json => render::history_json(&found, &mut context.out),
        BenchFormat::Csv => render::history_csv(&found, &mut context.out),
        BenchFormat::Markdown => render::history_markdown(&found, &mut context.out),
    })?;
    wishes.verdict(&found.gates)
}
