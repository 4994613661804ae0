//! `slsx package`: builds and packages what the template names; sends nothing unless it is asked to.

use std::path::Path;

use super::deploy::artifacts::{self, Prepared};
use super::deploy::prepare::{Aim, prepare};
use super::deploy::show;
use super::deploy::source::Source;
use super::{Context, Failure, Project, runtime};
use crate::aws::buckets::S3Buckets;
use crate::cli::{Format, PackageArgs};
use crate::deploy::report::Package;
use crate::exit::Exit;
use crate::host::files;
use crate::package::Store;
use crate::render::package as render;

/// The template's name in a folder of packages.
const TEMPLATE: &str = "template.yaml";

/// Packages the project.
///
/// # Errors
/// When something cannot be built or packaged, a file exists already, or AWS refuses the upload.
pub fn run(args: &PackageArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &args.parameters)?;
    let source = Source::read(&project)?;
    if let Some(folder) = &args.output_dir {
        files::refuse_existing(&context.current_dir.join(folder))?;
    }
    if let Some(file) = &args.output_template {
        files::refuse_existing(&context.current_dir.join(file))?;
    }
    let report = runtime()?.block_on(async {
        if args.upload {
            upload(args, &project, &source, context).await
        } else {
            keep(args, &source, context).await
        }
    })?;
    show::result(context, |out, style| match args.format {
        Format::Human => render::human(out, style, &report),
        Format::Json => render::json(out, &report),
    })?;
    Ok(Exit::Done)
}

/// Nothing leaves this machine.
async fn keep(args: &PackageArgs, source: &Source, context: &mut Context) -> Result<render::Report, Failure> {
    let prepared = prepare(source, &Aim::offline(&args.on.target, context), context).await?;
    let store = Store::Folder { up: "" };
    let template = prepared.template(&store)?;
    let written = match &args.output_dir {
        Some(folder) => {
            write(&prepared, &store, &template, &context.current_dir.join(folder))?;
            Some(folder.join(TEMPLATE).display().to_string())
        }
        None => None,
    };
    Ok(render::Report { packages: packages(&prepared, &store)?, bucket: None, written, template: None })
}

async fn upload(
    args: &PackageArgs,
    project: &Project,
    source: &Source,
    context: &mut Context,
) -> Result<render::Report, Failure> {
    let session = context.connect(&args.on.target, Some(&project.settings)).await?;
    let prepared = prepare(source, &Aim::of(&session, &args.on.target, context), context).await?;
    let store = artifacts::store(&session);
    let template = prepared.template(&store)?;
    let packages = prepared.upload(&S3Buckets::new(&session), &store, context).await?;
    let bucket = Some(session.artifact_bucket());
    let (written, template) = match &args.output_template {
        Some(file) => {
            files::create_new(&context.current_dir.join(file), template.as_bytes())?;
            (Some(file.display().to_string()), None)
        }
        None => (None, Some(template)),
    };
    Ok(render::Report { packages, bucket, written, template })
}

fn packages(prepared: &Prepared<'_>, store: &Store) -> Result<Vec<Package>, Failure> {
    let contents = prepared.contents(store)?;
    let mut packages: Vec<Package> = contents
        .into_iter()
        .map(|(key, sent)| Package {
            users: sent.users,
            key,
            bytes: sent.bytes.len() as u64,
            was_uploaded: false,
        })
        .collect();
    packages.sort_by(|a, b| a.users.cmp(&b.users));
    Ok(packages)
}

/// All or nothing: a folder beside the target is filled and then gets its name.
fn write(prepared: &Prepared<'_>, store: &Store, template: &str, folder: &Path) -> Result<(), Failure> {
    let staged = files::stage_beside(folder)?;
    for (key, sent) in prepared.contents(store)? {
        let path = staged.path().join(&key);
        files::create_folders(path.parent().unwrap_or(staged.path()))?;
        files::create_new(&path, &sent.bytes)?;
    }
    files::create_new(&staged.path().join(TEMPLATE), template.as_bytes())?;
    Ok(files::publish_dir(staged, folder)?)
}
