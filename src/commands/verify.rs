//! `slsx verify`: drives the deployed stack with real traffic and judges what it did by its promise.

mod api;
mod buffer;
mod fan_out;
mod letters;
mod read_model;
mod reported;
mod stage;
mod traffic;
mod workflow;

pub use traffic::{Shot, at_a_time, open_loop};

use std::path::{Path, PathBuf};

use miette::{NamedSource, SourceSpan};

use self::stage::Stage;
use super::context::written;
use super::{Context, Failure, Project, runtime};
use crate::cli::{Format, VerifyArgs};
use crate::exit::Exit;
use crate::host::files;
use crate::promise::{Conclusion, Promise, PromiseError, Verdict, reports};
use crate::render::promise as render;

/// The project's promise, unless another file is named.
const FILE_NAME: &str = "promise.toml";

/// `promise.toml` is wrong, with the place.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot use {FILE_NAME}")]
pub struct PromiseFileError {
    source: PromiseError,
    #[source_code]
    file: NamedSource<String>,
    #[label("here")]
    at: Option<SourceSpan>,
}

/// Proves the project's promise on its deployed stack.
///
/// # Errors
/// When there is no promise or no stack, or AWS refuses. A broken promise is an exit code, not an error.
pub fn run(args: &VerifyArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &[])?;
    let path = path_of(&project, args.promise.as_deref(), context);
    let promise = read(&path)?;
    runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        let stage = Stage::open(&session, &project.settings, folder, args.load).await?;
        let mut verdict = match &promise {
            Promise::FanOut(promise) => fan_out::prove(promise, &stage, context).await?,
            Promise::Api(promise) => api::prove(promise, &stage, context).await?,
            Promise::Buffer(promise) => buffer::prove(promise, &stage, context).await?,
            Promise::Workflow(promise) => workflow::prove(promise, &stage, context).await?,
            Promise::ReadModel(promise) => read_model::prove(promise, &stage, context).await?,
        };
        if !promise.reports().is_empty() {
            let reported = reported::executions_of(promise.reports(), &stage).await?;
            verdict.checks.push(reports::check(&reported));
        }
        report(args, project.settings.stack.as_str(), &verdict, session.is_local(), context)
    })
}

/// Where the promise is.
pub(in crate::commands) fn path_of(project: &Project, given: Option<&Path>, context: &Context) -> PathBuf {
    given.map_or_else(|| project.folder.join(FILE_NAME), |given| context.current_dir.join(given))
}

/// Reads and checks a promise.
pub(in crate::commands) fn read(path: &Path) -> Result<Promise, Failure> {
    if !path.is_file() {
        return Err(Failure::Usage {
            message: format!("there is no promise at {}", path.display()),
            help: "patterns come with one; `slsx new fan-out` shows what it looks like".into(),
        });
    }
    let text = files::read_to_string(path)?;
    Promise::parse(&text).map_err(|source| {
        let at = source.span().map(SourceSpan::from);
        let file = NamedSource::new(path.to_string_lossy(), text);
        Failure::PromiseFile(Box::new(PromiseFileError { source, file, at }))
    })
}

fn report(
    args: &VerifyArgs,
    stack: &str,
    verdict: &Verdict,
    is_local: bool,
    context: &mut Context,
) -> Result<Exit, Failure> {
    written(match args.format {
        Format::Human => render::verdict(&mut context.out, context.style, verdict, is_local),
        Format::Json => render::verify_json(&mut context.out, stack, verdict, is_local),
    })?;
    Ok(match verdict.conclusion() {
        Conclusion::Kept => Exit::Done,
        // Not proven is not kept.
        Conclusion::Broken | Conclusion::Inconclusive => Exit::Findings,
    })
}
