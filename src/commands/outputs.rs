//! `slsx outputs`: what a stack puts out, for people, programs and shells.

use super::context::written;
use super::{Context, Failure, Project, runtime};
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{OutputsArgs, OutputsFormat};
use crate::deploy::Output;
use crate::exit::Exit;
use crate::names::nearest;
use crate::ports::Stacks;
use crate::render::outputs as render;

/// Prints the outputs, or the value of one.
///
/// # Errors
/// When there is no such stack or output.
pub fn run(args: &OutputsArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &[])?;
    let (place, stack) = runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        let place = super::deploy::place(&project.settings.stack, &session);
        let stack = CloudFormationStacks::new(&session).describe(place.stack.as_str()).await?;
        Ok::<_, Failure>((place, stack))
    })?;
    let Some(stack) = stack else { return Err(Failure::NotDeployed { stack: place.stack.to_string() }) };
    let outputs = match &args.output {
        Some(name) => std::slice::from_ref(named(name, &stack.outputs)?),
        None => &stack.outputs,
    };
    written(match (args.format, outputs) {
        (OutputsFormat::Human, [one]) if args.output.is_some() => writeln!(context.out, "{}", one.value),
        (OutputsFormat::Human, _) => render::human(&mut context.out, context.style, outputs),
        (OutputsFormat::Json, _) => render::json(&mut context.out, &place, outputs),
        (OutputsFormat::Dotenv, _) => render::dotenv(&mut context.out, outputs),
    })?;
    Ok(Exit::Done)
}

fn named<'a>(name: &str, outputs: &'a [Output]) -> Result<&'a Output, Failure> {
    outputs.iter().find(|output| output.key == name).ok_or_else(|| {
        let names = outputs.iter().map(|output| output.key.as_str());
        Failure::Usage {
            message: format!("the stack has no output {name}"),
            help: match nearest(name, names) {
                Some(near) => format!("did you mean {near}?"),
                None => "`slsx outputs` shows those it has".to_owned(),
            },
        }
    })
}
