//! `slsx config`: every setting that counts, and where it comes from; talks to nobody.

use super::context::written;
use super::{Context, Failure, Project};
use crate::cli::{ConfigArgs, Format};
use crate::exit::Exit;
use crate::host::files;
use crate::render::config as render;
use crate::template;

/// Shows the settings.
///
/// # Errors
/// When there is no project, or its `slsx.toml` cannot be used.
pub fn run(args: &ConfigArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &[])?;
    let secrets = secrets(&project);
    let view = render::View {
        folder: &project.folder.to_string_lossy(),
        stages: &project.stages,
        settings: &project.explained,
        is_secret: &|key| secrets.iter().any(|secret| key.strip_prefix("parameters.") == Some(secret)),
    };
    written(match args.format {
        Format::Human => render::human(&mut context.out, context.style, &view),
        Format::Json => render::json(&mut context.out, &view),
    })?;
    Ok(Exit::Done)
}

/// The parameters whose values nobody should see; a template that cannot be read hides nothing.
fn secrets(project: &Project) -> Vec<String> {
    let bytes = project.template.as_ref().and_then(|path| files::read(path).ok());
    let document = bytes.and_then(|bytes| template::parse(&bytes).ok());
    let parameters = document.iter().flat_map(|document| document.parameters());
    parameters
        .filter(|parameter| parameter.is_hidden())
        .map(|parameter| parameter.name().to_owned())
        .collect()
}
