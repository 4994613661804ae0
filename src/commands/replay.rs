//! `slsx replay`: rebuilds a read model by giving its projector every event once more.

pub mod rebuild;

use std::time::Duration;

use self::rebuild::{Counts, Projection};
use super::consent::{Consent, ask};
use super::context::written;
use super::verify::{path_of, read};
use super::{Context, Failure, Project, runtime};
use crate::aws::functions::LambdaFunctions;
use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::aws::tables::DynamoTables;
use crate::cli::{Format, ReplayArgs};
use crate::deploy::StackResource;
use crate::exit::Exit;
use crate::host::clock::{Stopwatch, SystemClock};
use crate::host::signals::Signals;
use crate::names::FunctionName;
use crate::ports::{RemoteError, Stacks};
use crate::promise::Promise;
use crate::render::replay as render;

/// Rebuilds the read model.
///
/// # Errors
/// When it is not known where events and projector are, consent is missing, or the projector refuses.
pub fn run(args: &ReplayArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &[])?;
    let (events, projector) = names(args, &project, context)?;
    runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        let stack = project.settings.stack.as_str();
        let stacks = CloudFormationStacks::new(&session);
        let resources = match stacks.resources(stack).await {
            // Tables and functions outside of a stack have names too.
            Err(RemoteError::NotFound { .. }) if args.events.is_some() && args.projector.is_some() => vec![],
            Err(RemoteError::NotFound { .. }) => {
                return Err(Failure::NotDeployed { stack: stack.to_owned() });
            }
            other => other?,
        };
        let table = physical_id(&events, "AWS::DynamoDB::Table", &resources)?;
        let function = physical_id(&projector, "AWS::Lambda::Function", &resources)?;
        let is_given = args.yes || session.is_own_local_aws() && !project.settings.is_protected;
        let what = if args.clear { "emptying and rebuilding" } else { "rebuilding" };
        let question = format!("Replay every event of {table} to {function}, {what} the read model?");
        if ask(context, is_given, &format!("{what} the read model of {stack}"), &question)?
            == Consent::Refused
        {
            context.say("Nothing was changed.");
            return Ok(Exit::Done);
        }
        let stopwatch = Stopwatch::start();
        let counts = replay(&table, &FunctionName::new(function), args.clear, &session, context).await?;
        let view = render::View {
            stack,
            table: &table,
            was_cleared: args.clear,
            aggregates: counts.aggregates,
            events: counts.events,
            invocations: counts.invocations,
            elapsed_ms: stopwatch.elapsed_ms(),
            is_local: session.is_local(),
        };
        written(match args.format {
            Format::Human => render::human(&view, context.style, &mut context.out),
            Format::Json => render::json(&view, &mut context.out),
        })?;
        Ok(Exit::Done)
    })
}

async fn replay(
    table: &str,
    projector: &FunctionName,
    clear: bool,
    session: &Session,
    context: &mut Context,
) -> Result<Counts, Failure> {
    let (tables, functions) = (DynamoTables::new(session), LambdaFunctions::new(session));
    let (clock, region) = (SystemClock::start(), &session.identity().region);
    let projection = Projection::open(&tables, &functions, &clock, table, projector, region).await?;
    let mut signals = Signals::listen()?;
    let work = async {
        if clear {
            projection.clear().await?;
        }
        let stopwatch = Stopwatch::start();
        let mut told = Duration::ZERO;
        let mut progress = |counts: Counts| {
            // A line for every handful would be too many.
            if stopwatch.elapsed().saturating_sub(told) >= Duration::from_secs(5) {
                told = stopwatch.elapsed();
                let Counts { aggregates, of_aggregates, events, .. } = counts;
                context.say(&format!("{aggregates} of {of_aggregates} aggregates, {events} events ..."));
            }
        };
        projection.replay(&mut progress).await
    };
    let ended = tokio::select! {
        done = work => done.map_err(|error| (error.to_string(), Failure::from(error))),
        signal = signals.next() => Err(("interrupted".to_owned(), Failure::Interrupted { signal })),
    };
    // Without clearing, whatever was given again has changed nothing that was right.
    ended.map_err(|(why, failure)| if clear { Failure::NotWhole { why } } else { failure })
}

/// Logical ids of the table and the function: from the flags, else from the promise.
fn names(args: &ReplayArgs, project: &Project, context: &Context) -> Result<(String, String), Failure> {
    if let (Some(events), Some(projector)) = (&args.events, &args.projector) {
        return Ok((events.clone(), projector.clone()));
    }
    let path = path_of(project, args.promise.as_deref(), context);
    match read(&path)? {
        Promise::ReadModel(promise) => Ok((
            args.events.clone().unwrap_or_else(|| promise.events.table.to_string()),
            args.projector.clone().unwrap_or_else(|| promise.projector.function.to_string()),
        )),
        other @ (Promise::FanOut(_) | Promise::Api(_) | Promise::Buffer(_) | Promise::Workflow(_)) => {
            Err(Failure::Usage {
                message: format!(
                    "{} is about a promise of the kind {}, which has no read model",
                    path.display(),
                    other.kind().as_str()
                ),
                help: "name the table and the function: --events TABLE --projector FUNCTION".into(),
            })
        }
    }
}

/// What a resource of the stack is called in the account; whatever is none of its resources is taken for such a name.
fn physical_id(name: &str, resource_type: &str, resources: &[StackResource]) -> Result<String, Failure> {
    match resources.iter().find(|resource| resource.logical_id.as_str() == name) {
        None => Ok(name.to_owned()),
        Some(resource) if resource.resource_type != resource_type => Err(Failure::Usage {
            message: format!("{name} is a {}, and a {resource_type} is needed", resource.resource_type),
            help: "`slsx status` lists the resources of the stack".into(),
        }),
        Some(resource) => Ok(resource.physical_id.clone().unwrap_or_else(|| name.to_owned())),
    }
}
