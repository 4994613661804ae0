//! What is wanted of a report: limits, an earlier one to compare with, other settings, drawings. All of it is read
//! before anything is asked or measured.

use super::drawings::Drawings;
use super::{earlier, targets};
use crate::cli::{BenchFormat, ColdstartBenchArgs};
use crate::coldstart::gate::{self, Verdict};
use crate::coldstart::{Gate, Report, Strategy, Target, Variant};
use crate::commands::context::written;
use crate::commands::{Context, Failure};
use crate::exit::Exit;
use crate::journal::Place;
use crate::render::coldstart as render;

/// Everything that is wanted.
pub(super) struct Wishes {
    pub gates: Vec<Gate>,
    pub variants: Vec<Variant>,
    pub drawings: Drawings,
    baseline: Option<earlier::Named>,
}

impl Wishes {
    /// Reads the arguments, and the files that they name.
    pub(super) fn of(args: &ColdstartBenchArgs, context: &Context) -> Result<Self, Failure> {
        Ok(Self {
            gates: gates(args)?,
            variants: targets::variants(args)?,
            drawings: Drawings::of(args, context)?,
            baseline: earlier::read(args, context)?,
        })
    }

    /// Refuses a baseline that tells nothing about a run of this kind in this place.
    pub(super) fn check(&self, strategy: Strategy, place: &Place) -> Result<(), Failure> {
        self.baseline.as_ref().map_or(Ok(()), |baseline| baseline.check(strategy, place))
    }

    /// Compares and judges a report.
    pub(super) fn judge(&self, report: &mut Report, pairs: &[(Target, Target)], context: &mut Context) {
        match &self.baseline {
            Some(baseline) => baseline.compare(report, context),
            None => report.compare(pairs),
        }
        report.judge(&self.gates);
    }

    /// Compares, judges, prints and draws what was measured.
    pub(super) fn finish(
        &self,
        format: BenchFormat,
        mut report: Report,
        pairs: &[(Target, Target)],
        context: &mut Context,
    ) -> Result<Exit, Failure> {
        self.judge(&mut report, pairs, context);
        written(match format {
            BenchFormat::Human => render::human(&report, context.style, &mut context.out),
            BenchFormat::Json => render::json(&report, &mut context.out),
            BenchFormat::Csv => render::csv(&report, &mut context.out),
            BenchFormat::Markdown => render::markdown(&report, &mut context.out),
        })?;
        self.drawings.write(&report, context)?;
        self.verdict(&report.gates)
    }

    /// What the limits say in the end. One that was held against nothing must not pass for kept.
    pub(super) fn verdict(&self, verdicts: &[Verdict]) -> Result<Exit, Failure> {
        if let Some(gate) = gate::unjudged(&self.gates, verdicts) {
            return Err(Failure::Usage {
                message: format!("--gate {gate} was held against nothing"),
                help: "there was nothing to compare, or no start to judge".into(),
            });
        }
        let is_kept = verdicts.iter().all(|verdict| verdict.is_kept);
        Ok(if is_kept { Exit::Done } else { Exit::Findings })
    }
}

/// The limits. One that is relative to nothing would never be judged.
fn gates(args: &ColdstartBenchArgs) -> Result<Vec<Gate>, Failure> {
    let read = |text: &String| {
        text.parse::<Gate>().map_err(|error| Failure::Usage {
            message: format!("--gate: {error}"),
            help: "quote it, for the shell: --gate 'p50<=+10%'".into(),
        })
    };
    let gates = args.gates.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    match gates.iter().find(|gate| gate.is_relative() && args.against.is_none() && args.set.is_empty() && args.baseline.is_none()) {
        None => Ok(gates),
        Some(gate) => Err(Failure::Usage {
            message: format!("--gate {gate} is relative, and nothing is compared"),
            help: "compare with --against, --set or --baseline, or write the limit in milliseconds, such as p50<=250ms"
                .into(),
        }),
    }
}
