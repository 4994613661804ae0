//! `slsx diff`: what a deployment would change. It builds what must be built, and sends nothing.

use super::context::written;
use super::deploy::source::Source;
use super::deploy::survey::Survey;
use super::{Context, Failure, Project, runtime};
use crate::cli::{DiffArgs, Format};
use crate::deploy::difference::Difference;
use crate::exit::Exit;
use crate::render::diff as render;
use crate::template;

/// Shows what differs.
///
/// # Errors
/// When the project cannot be built, or AWS does not answer.
pub fn run(args: &DiffArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &args.parameters)?;
    let mut source = Source::read(&project)?;
    runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        let survey = Survey::of(&project, &mut source, &session, &args.on.target, context).await?;
        let place = super::deploy::place(&project.settings.stack, &session);
        // Without a stack, everything is new.
        let all_new = match &survey.existing {
            Some(_) => None,
            None => template::parse(b"{}").ok().zip(template::parse(survey.template.as_bytes()).ok()),
        };
        let all_new = all_new.map(|(nothing, wanted)| Difference::between(&nothing, &wanted));
        let view = render::View {
            place: &place,
            exists: survey.existing.is_some(),
            lane: &survey.chosen.lane,
            difference: survey.chosen.difference.as_ref().or(all_new.as_ref()),
        };
        written(match args.format {
            Format::Human => render::human(&mut context.out, context.style, &view),
            Format::Json => render::json(&mut context.out, &view),
        })?;
        Ok(if args.exit_code && view.differs() { Exit::Findings } else { Exit::Done })
    })
}
