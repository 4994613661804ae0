//! Functions on a runtime that AWS no longer patches.

use jiff::civil::Date;

use crate::{
    audit::{
        Confidence, Facts, Meta, Observation, Rule, Severity,
        facts::Function,
        runtime::{LifeCycle, Phase, life_cycle},
    },
    iam::policy::Text,
};

static META: Meta = Meta {
    id: "runtime-deprecated",
    summary: "A function runs on a runtime that AWS no longer patches",
    severity: Severity::Medium,
    confidence: Confidence::High,
    page: include_str!("runtime-deprecated.md"),
};

/// `runtime-deprecated`.
pub(super) struct RuntimeDeprecated;

impl Rule for RuntimeDeprecated {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let with_runtime = |function: &'_ Function<'_>| {
            let on = |runtime: &Text| on_runtime(function, runtime, facts.today);
            function.runtimes.iter().filter_map(on).collect::<Vec<_>>()
        };
        facts.functions.iter().flat_map(with_runtime).collect()
    }
}

fn on_runtime(function: &Function<'_>, runtime: &Text, today: Date) -> Option<Observation> {
    let life = life_cycle(&runtime.value)?;
    let phase = life.phase(today);
    Some(Observation {
        severity: severity(phase)?,
        confidence: META.confidence,
        span: runtime.span.clone(),
        resource: Some(function.id.clone()),
        subject: runtime.value.clone(),
        message: format!("{} runs on {}", function.id, state(&life, phase)),
        help: help(&life),
        related: Vec::new(),
    })
}

fn severity(phase: Phase) -> Option<Severity> {
    match phase {
        Phase::Supported => None,
        Phase::Deprecated => Some(Severity::Medium),
        Phase::CreationBlocked | Phase::UpdateBlocked => Some(Severity::High),
    }
}

/// What is over already, then what comes next.
fn state(life: &LifeCycle, phase: Phase) -> String {
    let next = match phase {
        Phase::Supported | Phase::Deprecated => life.creation_blocked.map(|day| ("cannot be created", day)),
        Phase::CreationBlocked => life.update_blocked.map(|day| ("cannot be updated", day)),
        Phase::UpdateBlocked => None,
    };
    let now = match phase {
        Phase::Supported | Phase::Deprecated => "",
        Phase::CreationBlocked => " and no function can be created with it",
        Phase::UpdateBlocked => " and no function with it can be created or updated",
    };
    let patches = format!("{}, which gets no security patches since {}{now}", life.runtime, life.deprecated);
    match next {
        Some((verb, day)) => format!("{patches}; from {day} on functions {verb}"),
        None => patches,
    }
}

fn help(life: &LifeCycle) -> String {
    match life.successor {
        Some(successor) => format!("move to {successor} and run the tests"),
        None => "move to a supported runtime and run the tests".to_owned(),
    }
}
