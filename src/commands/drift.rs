//! `slsx drift`: what somebody changed behind CloudFormation's back; changes nothing.

use std::time::Duration;

use super::context::written;
use super::deploy::{in_progress, place};
use super::{Context, Failure, Project, runtime};
use crate::aws::drift::CloudFormationDrift;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{DriftArgs, Format};
use crate::deploy::drift::{Detection, ResourceDrift};
use crate::exit::Exit;
use crate::host::clock::SystemClock;
use crate::ports::{Clock, Drift, RemoteError, Stacks};
use crate::render::drift as render;

/// CloudFormation looks at some resources each second.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Has CloudFormation look, and shows what it finds.
///
/// # Errors
/// When there is no such stack, or AWS refuses.
pub fn run(args: &DriftArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &[])?;
    runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        let name = &project.settings.stack;
        let Some(stack) = CloudFormationStacks::new(&session).describe(name.as_str()).await? else {
            return Err(Failure::NotDeployed { stack: name.to_string() });
        };
        let drift = CloudFormationDrift::new(&session);
        let (clock, is_local) = (SystemClock::start(), session.is_local());
        let (incomplete, resources) = in_progress(context, 0, async |progress| {
            progress.say("CloudFormation looks at every resource ...");
            Ok(look(&drift, &clock, stack.id.as_str(), is_local).await?)
        })
        .await?;
        let place = place(name, &session);
        let view = render::View { place: &place, resources: &resources, incomplete: incomplete.as_deref() };
        written(match args.format {
            Format::Human => render::human(&mut context.out, context.style, &view),
            Format::Json => render::json(&mut context.out, &view),
        })?;
        let has_drifted = resources.iter().any(ResourceDrift::has_drifted);
        Ok(if args.exit_code && has_drifted { Exit::Findings } else { Exit::Done })
    })
}

/// What was found, and why something could not be looked at.
async fn look(
    drift: &impl Drift,
    clock: &impl Clock,
    stack: &str,
    is_local: bool,
) -> Result<(Option<String>, Vec<ResourceDrift>), RemoteError> {
    let id = drift.detect(stack).await?;
    let pause = Duration::from_millis(if is_local { 100 } else { 2_000 });
    let start = clock.elapsed();
    let incomplete = loop {
        match drift.detection(&id).await {
            Ok(Detection::Complete) => break None,
            Ok(Detection::Failed { reason }) => break Some(reason),
            Ok(Detection::Running) if clock.elapsed().saturating_sub(start) > PATIENCE => {
                break Some("it was still looking after 15 minutes".to_owned());
            }
            Ok(Detection::Running) => {}
            Err(error) if error.is_passing() && clock.elapsed().saturating_sub(start) < PATIENCE => {}
            Err(error) => return Err(error),
        }
        clock.sleep(pause).await;
    };
    Ok((incomplete, drift.resources(stack).await?))
}
