//! What a run will do, take and cost.

use std::io::{self, Write};

use super::{counted, usd};
use crate::coldstart::Strategy;
use crate::coldstart::plan::{Calls, FunctionPlan, Plan};
use crate::render::grid::Grid;
use crate::render::style::Style;

/// A plan for people.
///
/// # Errors
/// When the writer fails.
pub fn plan(plan: &Plan, style: Style, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "Plan for {}: {} of each function. Nothing was changed.", plan.place, samples(plan))?;
    writeln!(out)?;
    calls(&plan.functions).write(style, out)?;
    writeln!(out)?;
    for function in &plan.functions {
        for note in &function.notes {
            writeln!(out, "{}: {}", function.label(), note.text())?;
        }
    }
    writeln!(
        out,
        "The handlers really run, up to as often as the last column says if replies must be dropped."
    )?;
    writeln!(out, "{}", changes(plan))?;
    writeln!(out, "It takes about {}.", time(plan.about_s()))?;
    match (&plan.prices, plan.cost()) {
        (Some(prices), Some(cost)) => writeln!(
            out,
            "Estimated cost: {} if each call is billed 1 s; at most {}, if each runs into its time-out.\n\
             Prices of {} of {}, without free tier.",
            usd(cost.estimate_usd),
            usd(cost.at_most_usd),
            prices.region,
            prices.as_of
        ),
        (None, _) | (_, None) => writeln!(out, "Cost: none, this is local."),
    }
}

/// What the run changes for a while.
fn changes(plan: &Plan) -> &'static str {
    let on_copies = plan.functions.iter().all(|function| function.copy.is_some());
    match plan.strategy {
        Strategy::Version | Strategy::Serial if on_copies => {
            "Temporary copies are created, changed and deleted; the functions themselves are not touched."
        }
        Strategy::Version | Strategy::Serial => {
            "For the run, each description is replaced by a mark, and versions are published; all is put back."
        }
        Strategy::Tenant => "Nothing is changed: each call is that of a new tenant.",
    }
}

fn calls(functions: &[FunctionPlan]) -> Grid {
    let columns = [
        "function",
        "rounds",
        "Invoke",
        "Update description",
        "Publish",
        "Delete version",
        "GetFunction",
        "Invoke at most",
    ];
    let mut grid = Grid::new(&columns);
    for function in functions {
        let apart = if function.first_round == 0 { "1 + " } else { "" };
        let rounds = format!("{apart}{} of {}", function.rounds, function.width);
        let name = function.label();
        grid.row(calls_row(name, rounds, function.calls, function.invoke_cap));
    }
    if functions.len() > 1 {
        let cap = functions.iter().map(|function| function.invoke_cap).sum();
        let total = functions.iter().map(|function| function.calls).sum();
        grid.row(calls_row("total".to_owned(), String::new(), total, cap));
    }
    grid
}

fn calls_row(name: String, rounds: String, calls: Calls, invoke_cap: u32) -> Vec<String> {
    vec![
        name,
        rounds,
        calls.invoke.to_string(),
        calls.update_function_configuration.to_string(),
        calls.publish_version.to_string(),
        calls.delete_function.to_string(),
        format!("about {}", calls.get_function),
        invoke_cap.to_string(),
    ]
}

/// A plan in one line.
#[must_use]
pub fn summary(plan: &Plan) -> String {
    let calls: Calls = plan.functions.iter().map(|function| function.calls).sum();
    let cost = plan.cost().map_or_else(String::new, |cost| {
        format!(", {} and at most {}", usd(cost.estimate_usd), usd(cost.at_most_usd))
    });
    format!(
        "Measuring {}, {} each, in {}: {}, about {}{cost} (run {})",
        counted(plan.functions.len(), "function"),
        samples(plan),
        plan.place,
        counted(calls.invoke, "invoke"),
        time(plan.about_s()),
        plan.run
    )
}

fn samples(plan: &Plan) -> String {
    let counts = || plan.functions.iter().map(|function| function.samples);
    match (counts().min().unwrap_or_default(), counts().max().unwrap_or_default()) {
        (least, most) if least == most => counted(most, "cold start"),
        (least, most) => format!("{least} to {}", counted(most, "cold start")),
    }
}

fn time(seconds: f64) -> String {
    if seconds < 90.0 { format!("{seconds:.0} s") } else { format!("{:.0} min", seconds / 60.0) }
}
