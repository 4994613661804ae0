//! `slsx doctor`: what is missing on this machine, and how to get it. Whether that matters is judged in `doctor`.

use std::time::Duration;

use super::context::written;
use super::deploy::prepare;
use super::deploy::source::Source;
use super::{Context, Failure, Project, runtime};
use crate::aws::buckets::S3Buckets;
use crate::aws::session::{Session, SessionError, Target};
use crate::cli::{DoctorArgs, Format};
use crate::doctor::{self, Aws, Caller, Found, Interpreter, LocalAws, Needs, Tools};
use crate::exit::Exit;
use crate::host::clock::SystemClock;
use crate::host::{files, python, versions};
use crate::local::{self, Status};
use crate::ports::{Clock as _, RemoteError};
use crate::render::doctor as render;

/// AWS answers within a second; whoever has no way to it should not wait for retries.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks, judges and shows.
///
/// # Errors
/// When the folder of the project does not exist. What is missing is an exit code.
pub fn run(args: &DoctorArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &[]);
    if args.on.project.project.is_some()
        && let Err(Failure::Usage { message, help }) = project
    {
        return Err(Failure::Usage { message, help });
    }
    let mut found = machine(args, context);
    if !args.on.target.local {
        found.aws = Some(ask_aws(args, project.as_ref().ok())?);
    }
    let checks = doctor::judge(&found, &wanted(project, args.on.target.local));
    written(match args.format {
        Format::Human => render::human(&mut context.out, context.style, &checks),
        Format::Json => render::json(&mut context.out, &checks),
    })?;
    Ok(doctor::exit(&checks))
}

fn machine(args: &DoctorArgs, context: &Context) -> Found {
    let python = python::find(context.python.as_deref()).ok().map(|python| Interpreter {
        version: format!("{} ({})", python.executable, python.cache_tag),
        has_venv: python.has_venv,
        has_pip: python.has_pip,
    });
    let version = |program: &str| versions::first_line(program, &["--version"]);
    let tools = Tools {
        uv: version("uv"),
        node: version("node"),
        npm: version("npm").map(|version| format!("npm {version}")),
        cargo: version("cargo"),
        cargo_lambda: versions::first_line("cargo-lambda", &["lambda", "--version"]),
        cargo_zigbuild: version("cargo-zigbuild"),
        git: version("git"),
    };
    let has_engine = files::names_in(&context.folders.engines()).is_ok_and(|names| !names.is_empty());
    let local = match local::status(&context.folders, &args.on.target.instance) {
        Ok(Status::Running(state)) => LocalAws::Running(state.endpoint()),
        Ok(Status::Unresponsive(_)) => LocalAws::Unresponsive,
        Ok(Status::Stopped | Status::NeverStarted) | Err(_) if has_engine => LocalAws::Stopped,
        Ok(Status::Stopped | Status::NeverStarted) | Err(_) => LocalAws::NotInstalled,
    };
    Found { python, tools, musl: versions::musl_targets(), local, aws: None }
}

/// What the project needs; one that cannot be read needs to be corrected.
fn wanted(project: Result<Project, Failure>, is_local: bool) -> doctor::Project {
    let project = match project {
        Ok(project) => project,
        Err(Failure::Usage { .. }) => return doctor::Project::None,
        Err(failure) => return doctor::Project::Unusable(told(&failure)),
    };
    let mut needs = Needs { is_local, ..Needs::default() };
    // Without a template there is nothing to build: the settings alone may be of use.
    if project.template.is_some() {
        let recipes = Source::read(&project).and_then(|source| {
            source.document.functions().iter().for_each(|function| {
                let runtime = function.runtime().and_then(|runtime| runtime.as_str());
                needs.add_runtime(runtime.unwrap_or_default(), &function.logical_id());
            });
            prepare::recipes(&source, is_local)
        });
        match recipes {
            Ok(recipes) => recipes.iter().for_each(|(recipe, user)| needs.add_recipe(recipe, user)),
            Err(failure) => return doctor::Project::Unusable(told(&failure)),
        }
    }
    doctor::Project::Usable {
        folder: project.folder.display().to_string(),
        needs,
        accounts: project.settings.allowed_account_ids,
    }
}

/// A failure in one line, its causes with it.
fn told(failure: &Failure) -> String {
    let mut text = failure.to_string();
    let mut cause = std::error::Error::source(failure);
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

fn ask_aws(args: &DoctorArgs, project: Option<&Project>) -> Result<Aws, Failure> {
    let (target, settings) = (&args.on.target, project.map(|project| &project.settings));
    let target = Target {
        endpoint_url: target.endpoint_url.clone(),
        profile: target.profile.clone().or_else(|| settings.and_then(|it| it.profile.clone())),
        region: target.region.clone().or_else(|| settings.and_then(|it| it.region.clone())),
        local_instance: None,
    };
    let asked = runtime()?.block_on(async { tokio::time::timeout(PATIENCE, caller(&target)).await });
    Ok(match asked {
        Ok(Ok(caller)) => Aws::Known(caller),
        Ok(Err(SessionError::NoRegion)) => Aws::NoRegion,
        Ok(Err(SessionError::Remote(RemoteError::Unreachable { message, .. }))) => Aws::Unreachable(message),
        Ok(Err(SessionError::Remote(error))) => Aws::NoCredentials(error.to_string()),
        Err(_) => Aws::Unreachable(format!("no answer within {} s", PATIENCE.as_secs())),
    })
}

async fn caller(target: &Target) -> Result<Caller, SessionError> {
    let session = Session::open(target).await?;
    let ahead_seconds = session.time_ms().map(|theirs| {
        let ours = SystemClock::start().now_ms().cast_signed();
        (ours - theirs) / 1000
    });
    let bucket = session.artifact_bucket();
    let exists = S3Buckets::new(&session).exists(&bucket).await.ok();
    let identity = session.identity();
    Ok(Caller {
        account: identity.account.clone(),
        arn: identity.arn.clone(),
        region: identity.region.clone(),
        ahead_seconds,
        bucket: (bucket, exists),
    })
}
