//! Shows what was found; what was tried comes after it, or with it in one JSON object.

use crate::cli::{BenchFormat, ColdstartBenchArgs};
use crate::coldstart::{Report, Target};
use crate::commands::coldstart_bench::wishes::Wishes;
use crate::commands::context::written;
use crate::commands::{Context, Failure};
use crate::exit::Exit;
use crate::render::coldstart::{self as render, Explanations};

/// What is told, and how.
pub(super) struct Telling<'a> {
    pub args: &'a ColdstartBenchArgs,
    pub wishes: &'a Wishes,
    pub found: Explanations<'a>,
}

impl Telling<'_> {
    /// Before anything is tried; whether there is something to try.
    pub(super) fn before(&self, pairs: &[(Target, Target)], context: &mut Context) -> Result<bool, Failure> {
        if pairs.is_empty() || self.args.format != BenchFormat::Json {
            written(self.show(None, context))?;
        }
        if pairs.is_empty() && self.args.try_best {
            context.say("Nothing of this can be tried at once.");
        }
        Ok(!pairs.is_empty())
    }

    /// After it was tried.
    pub(super) fn after(
        &self,
        mut report: Report,
        pairs: &[(Target, Target)],
        context: &mut Context,
    ) -> Result<Exit, Failure> {
        if self.args.format != BenchFormat::Json {
            return self.wishes.finish(self.args.format, report, pairs, context);
        }
        self.wishes.judge(&mut report, pairs, context);
        written(self.show(Some(&report), context))?;
        self.wishes.drawings.write(&report, context)?;
        self.wishes.verdict(&report.gates)
    }

    fn show(&self, report: Option<&Report>, context: &mut Context) -> std::io::Result<()> {
        match self.args.format {
            BenchFormat::Human | BenchFormat::Csv => {
                render::explanations(self.found, context.style, &mut context.out)
            }
            BenchFormat::Json => render::explanations_json(self.found, report, &mut context.out),
            BenchFormat::Markdown => render::explanations_markdown(self.found, &mut context.out),
        }
    }
}
