//! `slsx deploy --print-policy`: what somebody must be allowed who deploys this template. It asks nobody.

use super::source::Source;
use crate::cli::StackArgs;
use crate::commands::context::written;
use crate::commands::{Context, Failure, Project};
use crate::deploy::permissions::{self, Deployment};
use crate::exit::Exit;
use crate::host::environment;
use crate::local;
use crate::render::policy as render;

/// Prints the policy; what is to be known about it goes to standard error.
///
/// # Errors
/// When the writer fails.
pub(super) fn run(
    on: &StackArgs,
    project: &Project,
    source: &Source,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let settings = &project.settings;
    let region = match on.target.local {
        true => Some(local::REGION.to_owned()),
        false => settings.region.clone().or_else(environment::region),
    };
    let account = match settings.allowed_account_ids.as_slice() {
        _ if on.target.local => Some(local::ACCOUNT),
        [only] => Some(only.as_str()),
        _ => None,
    };
    let all = source.all();
    let nested: Vec<_> = all.iter().skip(1).map(|source| &source.document).collect();
    let permissions = permissions::of(&Deployment {
        document: &source.document,
        nested: &nested,
        stack: &settings.stack,
        region: region.as_deref(),
        account,
        parameters: &settings.parameters,
    });
    written(render::json(&mut context.out, &permissions.policy))?;
    if !context.is_quiet {
        written(render::notes(&mut context.err, context.err_style, &permissions))?;
    }
    Ok(Exit::Done)
}
