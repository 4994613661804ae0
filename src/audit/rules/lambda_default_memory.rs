//! Functions with the memory that Lambda takes when nobody says how much.

use crate::audit::{Confidence, Facts, Meta, Observation, Rule, Severity};

static META: Meta = Meta {
    id: "lambda-default-memory",
    summary: "Nobody chose the memory of a function",
    severity: Severity::Low,
    confidence: Confidence::High,
    page: include_str!("lambda-default-memory.md"),
};

/// `lambda-default-memory`.
pub(super) struct LambdaDefaultMemory;

impl Rule for LambdaDefaultMemory {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let functions = facts.functions.iter().filter(|function| function.has_default_memory);
        let found = functions.map(|function| {
            Observation::of(
                &META,
                &function.id,
                &function.span,
                format!(
                    "{} has the default memory of 128 MB, and with it a fourteenth of a processor",
                    function.id
                ),
                "measure it: slsx coldstart-bench --set memory=256,512,1024",
            )
        });
        found.collect()
    }
}
