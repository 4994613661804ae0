//! The hot lane: uploads packages, shows which functions get them, asks, and has Lambda take them.

use super::hot::{Hot, NewCode, code_sha256};
use super::{Scene, executing, show};
use crate::commands::consent::{Consent, ask};
use crate::commands::{Context, Failure, stack_functions};
use crate::deploy::Stack;
use crate::deploy::hot::Note;
use crate::deploy::report::{Conclusion, DeployReport};
use crate::names::LogicalId;
use crate::ports::{Buckets, Clock, FunctionCode, Stacks};
use crate::render::deploy as render;

/// Everything it takes.
pub(super) struct ByCode<'a, S, B, F, C> {
    pub(super) scene: &'a Scene<'a, S, B, C>,
    pub(super) lambda: F,
    pub(super) stack: &'a Stack,
}

impl<S: Stacks, B: Buckets, F: FunctionCode, C: Clock> ByCode<'_, S, B, F, C> {
    /// Gives these functions their code, and says so in the report. False when that was only shown.
    ///
    /// # Errors
    /// When AWS refuses, consent is missing, or a function does not get its code.
    pub(super) async fn give(
        &self,
        functions: &[LogicalId],
        report: &mut DeployReport,
        context: &mut Context,
    ) -> Result<bool, Failure> {
        let Scene { args, is_given, survey, .. } = self.scene;
        let will_ask = !is_given && !args.dry_run;
        show::plan(context, args.format.plain(), will_ask, |out, style| {
            render::new_code(out, style, functions)
        })?;
        report.conclusion = Conclusion::Previewed;
        let question = "Give them the new code?";
        if args.dry_run || ask(context, *is_given, "changing code", question)? == Consent::Refused {
            return Ok(false);
        }
        report.packages = survey.prepared.upload(self.scene.buckets, &survey.store, context).await?;
        let new = self.new_code(functions).await?;
        let note = survey.chosen.note.clone().unwrap_or_else(|| Note::about(self.stack));
        let hot = Hot {
            functions: &self.lambda,
            buckets: self.scene.buckets,
            clock: self.scene.clock,
            bucket: &survey.bucket,
            stack: self.stack,
        };
        executing(context, 0, async |_| hot.give(&new, note).await).await?;
        report.conclusion = Conclusion::CodeGiven;
        Ok(true)
    }

    async fn new_code(&self, functions: &[LogicalId]) -> Result<Vec<NewCode>, Failure> {
        let all = stack_functions::of_stack(self.scene.stacks, &self.stack.name).await?.unwrap_or_default();
        let found = |id: &LogicalId| {
            let function = all.iter().find(|function| function.logical_id == *id)?;
            let package = self.scene.survey.prepared.package(id)?;
            Some(NewCode {
                id: id.clone(),
                function: function.name.clone(),
                key: package.key.clone(),
                sha256: code_sha256(&package.bytes),
            })
        };
        functions
            .iter()
            .map(|id| {
                found(id).ok_or_else(|| Failure::CodeNotApplied {
                    function: id.clone(),
                    reason: "the stack has no function of this name any more".to_owned(),
                })
            })
            .collect()
    }
}
