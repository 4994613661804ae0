//! The command itself: journals of this machine, the AWS that the arguments mean, the report in its format.

use super::Recover;
use crate::aws::functions::LambdaFunctions;
use crate::cli::{Format, RecoverArgs};
use crate::commands::{Context, Failure, runtime};
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
        runtime()?.block_on(async {
            let session = context.connect(&args.target, None).await?;
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
    match args.format {
        Format::Human => render::human(&recovery, &shown, context.style, &mut context.out)?,
        Format::Json => render::json(&recovery, &mut context.out)?,
    }
    Ok(recovery.exit())
}
