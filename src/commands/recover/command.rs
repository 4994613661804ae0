//! The command itself: journals of this machine, the AWS that the arguments mean, the report in its format.

use super::{Recover, stack};
use crate::aws::functions::LambdaFunctions;
use crate::cli::{Format, RecoverArgs};
use crate::commands::deploy::{exit_of, show};
use crate::commands::{Context, Failure, Project, runtime};
use crate::deploy::state_machine::Outcome;
use crate::exit::Exit;
use crate::host::clock::SystemClock;
use crate::host::journals::FolderJournals;
use crate::journal::Recovery;
use crate::ports::Journals;
use crate::render::recover as render;

/// Undoes what interrupted runs left.
///
/// # Errors
/// When AWS does not answer or the journals cannot be read; what could not be undone is an exit code.
pub fn run(args: &RecoverArgs, context: &mut Context) -> Result<Exit, Failure> {
    let journals = FolderJournals::new(context.folders.journals());
    let shown = context.folders.journals().to_string_lossy().into_owned();
    let project = project(args, context)?;
    let (recovery, rollback) = if journals.names()?.is_empty() && project.is_none() {
        // Nothing to ask AWS about, so no credentials are needed either.
        (Recovery { is_dry_run: args.dry_run, journals: Vec::new() }, None)
    } else {
        runtime()?.block_on(async {
            let settings = project.as_ref().map(|found| &found.settings);
            let session = context.connect(&args.on.target, settings).await?;
            let functions = LambdaFunctions::new(&session);
            let (clock, place) = (SystemClock::start(), session.place());
            let recover = Recover {
                functions: &functions,
                journals: &journals,
                clock: &clock,
                place: &place,
                is_dry_run: args.dry_run,
            };
            let recovery = recover.run(&mut |_| {}).await?;
            let rollback = match &project {
                Some(project) => stack::recover(args, project, &session, context).await?,
                None => None,
            };
            Ok::<_, Failure>((recovery, rollback))
        })?
    };
    show::result(context, |out, style| match args.format {
        Format::Human => render::human(&recovery, rollback.as_ref(), &shown, style, out),
        Format::Json => render::json(&recovery, rollback.as_ref(), out),
    })?;
    Ok(match rollback.and_then(|rollback| rollback.outcome) {
        // A rollback that succeeds is what was wanted.
        None | Some(Outcome::RolledBack | Outcome::Succeeded) => recovery.exit(),
        Some(outcome) => exit_of(outcome),
    })
}

/// The project around us, whose region and profile are meant. Outside of one, the SDK's own chain decides.
fn project(args: &RecoverArgs, context: &Context) -> Result<Option<Project>, Failure> {
    match Project::of(context, &args.on, &[]) {
        Ok(project) => Ok(Some(project)),
        Err(Failure::Usage { .. }) if args.on.project.project.is_none() => Ok(None),
        Err(failure) => Err(failure),
    }
}
