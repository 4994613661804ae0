//! `slsx status`: what the stack is, what is in it and what it puts out; changes nothing.

use super::context::written;
use super::{Context, Failure, Project, runtime};
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{Format, StatusArgs};
use crate::deploy::report::StatusReport;
use crate::exit::Exit;
use crate::ports::Stacks;
use crate::render::deploy as render;

/// Shows the project's stack. A stack that does not exist is shown as such and ends with `Exit::Remote`.
///
/// # Errors
/// When AWS does not answer.
pub fn run(args: &StatusArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &[])?;
    let report = runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        let stacks = CloudFormationStacks::new(&session);
        let place = super::deploy::place(&project.settings.stack, &session);
        let stack = stacks.describe(place.stack.as_str()).await?;
        let resources = match &stack {
            Some(stack) => stacks.resources(stack.id.as_str()).await?,
            None => Vec::new(),
        };
        Ok::<_, Failure>(StatusReport { place, stack, resources })
    })?;
    written(match args.format {
        Format::Human => render::status(&mut context.out, context.style, &report),
        Format::Json => render::status_json(&mut context.out, &report),
    })?;
    Ok(if report.stack.is_some() { Exit::Done } else { Exit::Remote })
}
