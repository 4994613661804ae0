//! The command itself: journals of this machine, the AWS that the arguments mean, the report in its format.

use super::Recover;
use crate::aws::functions::LambdaFunctions;
use crate::cli::{Format, RecoverArgs};
use crate::commands::context::written;
use crate::commands::{Context, Failure, Project, runtime};
use crate::exit::Exit;
use crate::host::clock::SystemClock;
use crate::host::journals::FolderJournals;
use crate::ports::Journals;
use crate::render::recover as render;

/// Undoes what interrupted runs left.
///
/// # Errors
/// When AWS does not answer or the journals cannot be read; what could not be undone is an exit code.
pub fn run(args: &RecoverArgs, context: &mut Context) -> Result<Exit, Failure> {
    let journals = FolderJournals::new(context.folders.journals());
    let shown = context.folders.journals().to_string_lossy().into_owned();
    let recovery = if journals.names()?.is_empty() {
        // Nothing to ask AWS about, so no credentials are needed either.
        crate::journal::Recovery { is_dry_run: args.dry_run, journals: Vec::new() }
    } else {
        let project = project(args, context)?;
        runtime()?.block_on(async {
            let session =
                context.connect(&args.target, project.as_ref().map(|found| &found.settings)).await?;
            let functions = LambdaFunctions::new(&session);
            let (clock, place) = (SystemClock::start(), session.place());
            let recover = Recover {
                functions: &functions,
                journals: &journals,
                clock: &clock,
                place: &place,
                is_dry_run: args.dry_run,
            };
            Ok::<_, Failure>(recover.run(&mut |_| {}).await?)
        })?
    };
    written(match args.format {
        Format::Human => render::human(&recovery, &shown, context.style, &mut context.out),
        Format::Json => render::json(&recovery, &mut context.out),
    })?;
    Ok(recovery.exit())
}

/// The project around us, whose region and profile are meant. Outside of one, the SDK's own chain decides.
fn project(args: &RecoverArgs, context: &Context) -> Result<Option<Project>, Failure> {
    match Project::find(context, &args.project, &args.target, None, &[]) {
        Ok(project) => Ok(Some(project)),
        Err(Failure::Usage { .. }) if args.project.project.is_none() => Ok(None),
        Err(failure) => Err(failure),
    }
}
