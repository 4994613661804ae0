//! What a deployment knows before it changes anything: the stack as it is, the packages and the template as they would
//! be sent, and the lane between the two.

use super::artifacts::{self, Prepared};
use super::lane::{Chosen, Look};
use super::prepare::{self, Aim};
use super::source::Source;
use crate::aws::buckets::S3Buckets;
use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{LaneArg, TargetArgs};
use crate::commands::{Context, Failure, Project};
use crate::deploy::Stack;
use crate::package::Store;
use crate::ports::Stacks;

/// All of it.
pub(in crate::commands) struct Survey<'a> {
    /// The stack, if there is one.
    pub(in crate::commands) existing: Option<Stack>,
    /// The template as CloudFormation would get it.
    pub(in crate::commands) template: String,
    /// The lane, and what it was chosen from.
    pub(in crate::commands) chosen: Chosen,
    /// The packages.
    pub(super) prepared: Prepared<'a>,
    /// The artifact bucket.
    pub(super) bucket: String,
    /// The same, as templates name it.
    pub(super) store: Store,
    /// Names of the template's parameters.
    pub(super) parameters: Vec<String>,
}

impl<'a> Survey<'a> {
    /// Looks at the stack, builds and packages, and compares.
    ///
    /// # Errors
    /// When AWS does not answer, or the project cannot be built.
    pub(in crate::commands) async fn of(
        project: &Project,
        source: &'a mut Source,
        session: &Session,
        target: &TargetArgs,
        context: &mut Context,
    ) -> Result<Self, Failure> {
        let settings = &project.settings;
        let stacks = CloudFormationStacks::new(session);
        // The stack first: what it keeps decides what is built.
        let existing = stacks.describe(settings.stack.as_str()).await?;
        if let Some(stack) = &existing {
            source.assume(&stack.parameters, project)?;
        }
        let source: &'a Source = source;
        let prepared = prepare::prepare(source, &Aim::of(session, target, context), context).await?;
        let bucket = session.artifact_bucket();
        let store = artifacts::store(session);
        let template = prepared.template(&store)?;
        let look = Look {
            stacks: &stacks,
            buckets: &S3Buckets::new(session),
            bucket: &bucket,
            store: &store,
            prepared: &prepared,
            template: &template,
            settings,
        };
        let chosen = look.choose(existing.as_ref(), &source.document).await?;
        Ok(Self { existing, template, chosen, prepared, bucket, store, parameters: source.parameters() })
    }

    /// The same in the lane that the user wants, where it leads to the stack.
    ///
    /// # Errors
    /// When code alone is wanted and is not enough.
    pub(super) fn in_lane(self, asked: LaneArg) -> Result<Self, Failure> {
        Ok(Self { chosen: self.chosen.in_lane(asked)?, ..self })
    }
}
