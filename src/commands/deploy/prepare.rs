//! Builds what must be built, packages it, and checks that it would work; nothing leaves this machine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::artifacts::{Artifact, Prepared};
use super::gather::{self, Disk, GatherError, found};
use super::in_progress;
use super::source::{Source, help_of};
use crate::aws::session::Session;
use crate::build::{self, Interpreter, Order, Step, Workshop};
use crate::cli::TargetArgs;
use crate::commands::{Context, Failure};
use crate::host::signals::Signals;
use crate::host::{files, programs, python};
use crate::local::{self, Status};
use crate::names::LogicalId;
use crate::package::archive::entries;
use crate::package::check::sizes;
use crate::package::limits::Sized;
use crate::package::plan::Source as Form;
use crate::package::{
    Content, Kind, LocalFile, Recipe, RecipeError, Runs, SourceFile, Unit, archive, check, ready_made, recipe,
};

/// Where packages run, and with what they are built for it.
pub(in crate::commands) struct Aim {
    runs: Runs,
    workshop: Workshop,
}

impl Aim {
    /// Local AWS runs functions as processes of this machine, so they are built for it.
    pub(in crate::commands) fn of(session: &Session, args: &TargetArgs, context: &Context) -> Self {
        Self::new(session.is_local(), session.is_own_local_aws(), args, context)
    }

    /// As the arguments say, without asking anybody.
    pub(in crate::commands) fn offline(args: &TargetArgs, context: &Context) -> Self {
        Self::new(args.local, args.local, args, context)
    }

    /// On this machine with this Python, without local AWS.
    pub(in crate::commands) fn here(python: Interpreter, context: &Context) -> Self {
        let preferred_python = context.python.clone();
        let workshop = Workshop { cache: context.folders.builds(), python: Some(python), preferred_python };
        Self { runs: Runs::Here(programs::system(), programs::architecture()), workshop }
    }

    fn new(is_here: bool, is_own: bool, args: &TargetArgs, context: &Context) -> Self {
        let runs =
            if is_here { Runs::Here(programs::system(), programs::architecture()) } else { Runs::OnLambda };
        let python = if is_own { interpreter(&args.instance, context) } else { None };
        let workshop =
            Workshop { cache: context.folders.builds(), python, preferred_python: context.python.clone() };
        Self { runs, workshop }
    }

    const fn is_host(&self) -> bool {
        matches!(self.runs, Runs::Here(..))
    }
}

/// The Python that local AWS runs functions with.
fn interpreter(instance: &str, context: &Context) -> Option<Interpreter> {
    let Ok(Status::Running(state)) = local::status(&context.folders, instance) else { return None };
    if state.cache_tag.is_empty() {
        let found = python::probe(&state.python)?;
        return Some(Interpreter { executable: state.python, cache_tag: found.cache_tag });
    }
    Some(Interpreter { executable: state.python, cache_tag: state.cache_tag })
}

/// Builds, packages and checks everything that the template names.
///
/// # Errors
/// The first thing that does not work, with its place in the template.
pub(in crate::commands) async fn prepare<'a>(
    source: &'a Source,
    aim: &Aim,
    context: &mut Context,
) -> Result<Prepared<'a>, Failure> {
    let units = units(source, aim.is_host())?;
    let orders: Vec<Order> = units
        .iter()
        .map(|unit| Order { recipe: unit.recipe.clone(), folder: source.path(&unit.code.path) })
        .collect();
    let built = build(source, &units, &orders, aim, context).await?;
    let mut artifacts = packages(source, &units, &built, aim.runs)?;
    for file in source.files.iter().filter(|file| file.content != Content::Template) {
        let (key, bytes) = other_file(source, file)?;
        let named_at = Some(file.place.span.start);
        artifacts.push(Artifact { users: vec![file.user.clone()], named_at, key, bytes });
    }
    let mut nested = Vec::new();
    for (at, inner) in &source.nested {
        nested.push((*at, Box::pin(prepare(inner, aim, context)).await?));
    }
    Ok(Prepared::new(source, artifacts, nested))
}

/// A file other than code, with its key. Folders become packages.
fn other_file(source: &Source, file: &LocalFile) -> Result<(String, Vec<u8>), Failure> {
    let path = source.path(&file.path);
    let bytes = match file.content {
        Content::Definition => source.definition(file)?,
        Content::Bundle if path.is_dir() => {
            let refused = |error: &dyn miette::Diagnostic| source.at(file.place.span, error);
            let files = gather::folder(&path, &Recipe::AsIs, None).map_err(|error| match error {
                GatherError::Package(error) => refused(&error),
                GatherError::File(error) => error.into(),
            })?;
            let archive = archive(&files).map_err(|error| refused(&error))?;
            return Ok((archive.key(), archive.bytes));
        }
        Content::File | Content::Bundle | Content::Template => files::read(&path)?,
    };
    let ending = Path::new(&file.path).extension().map_or("bin".into(), |it| it.to_string_lossy());
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((format!("file/{digest}.{ending}"), bytes))
}

/// How everything that the template names is built, and what for; `is_host` when it is to run on this machine.
///
/// # Errors
/// When the template does not tell, with its place.
pub(in crate::commands) fn recipes(
    source: &Source,
    is_host: bool,
) -> Result<Vec<(Recipe, LogicalId)>, Failure> {
    let units = units(source, is_host)?;
    let each = |unit: &Unit| {
        let users = unit.code.uses().map(|used| (unit.recipe.clone(), used.user.clone()));
        users.collect::<Vec<_>>()
    };
    Ok(units.iter().flat_map(each).collect())
}

/// Each package once: a folder and what is done with it, however many functions use it.
fn units(source: &Source, is_host: bool) -> Result<Vec<Unit>, Failure> {
    let mut units = Vec::new();
    for code in &source.code {
        let path = source.path(&code.path);
        let is_folder = path.is_dir();
        let look = Disk(path);
        let parted = code.units(
            |code_use| {
                if is_folder { recipe(code_use, &look, is_host) } else { Ok(Recipe::AsIs) }
            },
        );
        units.extend(parted.map_err(|error: RecipeError| source.at(error.place.span, &error))?);
    }
    Ok(units)
}

/// Runs the tools. A wish to stop ends them.
async fn build(
    source: &Source,
    units: &[Unit],
    orders: &[Order],
    aim: &Aim,
    context: &mut Context,
) -> Result<Vec<Option<PathBuf>>, Failure> {
    let mut signals = Signals::listen()?;
    let result = in_progress(context, 0, async |progress| {
        let mut on_step = |step| progress.say(&told(&step, units));
        tokio::select! {
            result = build::build(orders, &aim.workshop, &mut on_step) => Ok(result),
            signal = signals.next() => Err(Failure::StoppedBuilding { signal }),
        }
    })
    .await?;
    result.map_err(|failed| {
        let Some(unit) = units.get(failed.order) else { return source.whole(&failed.error) };
        let message = format!("{}: {}", unit.code.first.user, failed.error);
        source.said_at(unit.code.first.place.span, message, help_of(&failed.error))
    })
}

fn told(step: &Step, units: &[Unit]) -> String {
    let users = |orders: &[usize]| {
        let units = orders.iter().filter_map(|order| units.get(*order));
        units.flat_map(|unit| unit.code.uses()).map(|used| used.user.as_str()).collect::<Vec<_>>().join(", ")
    };
    match step {
        Step::Started { orders, tools } => format!("Building {} with {tools} ...", users(orders)),
        Step::Said { order, text } => format!("{}: {text}", users(&[*order])),
        Step::Waiting { orders } => {
            format!("Another slsx is building with cargo; {} comes after it ...", users(orders))
        }
    }
}

/// Layers first: what they weigh counts for the functions that use them.
fn packages(
    source: &Source,
    units: &[Unit],
    built: &[Option<PathBuf>],
    runs: Runs,
) -> Result<Vec<Artifact>, Failure> {
    let is_layer = |unit: &Unit| unit.code.first.kind == Kind::Layer;
    let mut layers: BTreeMap<LogicalId, Vec<Sized>> = BTreeMap::new();
    let mut artifacts = Vec::new();
    let (first, rest): (Vec<_>, Vec<_>) = units.iter().zip(built).partition(|(unit, _)| is_layer(unit));
    for (unit, built) in first.into_iter().chain(rest) {
        let (files, artifact) = package(source, unit, built.as_deref())?;
        for code_use in unit.code.uses() {
            if let Some(files) = &files {
                check(code_use, files, &layers, runs)
                    .map_err(|error| source.at(code_use.place.span, &error))?;
            }
            if code_use.kind == Kind::Layer {
                layers.insert(code_use.user.clone(), sizes(files.as_deref().unwrap_or_default()));
            }
        }
        artifacts.push(artifact);
    }
    Ok(artifacts)
}

/// One package, with its files where they can be looked into.
fn package(
    source: &Source,
    unit: &Unit,
    built: Option<&Path>,
) -> Result<(Option<Vec<SourceFile>>, Artifact), Failure> {
    let path = source.path(&unit.code.path);
    let span = unit.code.first.place.span;
    let refused = |error: &dyn miette::Diagnostic| source.at(span, error);
    let (files, archive) = match unit.code.source(found(&path)).map_err(|error| refused(&error))? {
        Form::ReadyMade => {
            let bytes = files::read(&path)?;
            let is_zip = unit.code.path.to_lowercase().ends_with(".zip");
            let files = if is_zip { Some(entries(&bytes).map_err(|error| refused(&error))?) } else { None };
            (files, ready_made(bytes))
        }
        Form::SingleFile => {
            let files = vec![gather::single(&path)?];
            let archive = archive(&files).map_err(|error| refused(&error))?;
            (Some(files), archive)
        }
        Form::Folder => {
            let files = gather::folder(&path, &unit.recipe, built).map_err(|error| match error {
                GatherError::Package(error) => refused(&error),
                GatherError::File(error) => error.into(),
            })?;
            let archive = archive(&files).map_err(|error| refused(&error))?;
            (Some(files), archive)
        }
    };
    let users = unit.code.uses().map(|used| used.user.clone()).collect();
    Ok((files, Artifact { users, named_at: None, key: archive.key(), bytes: archive.bytes }))
}
