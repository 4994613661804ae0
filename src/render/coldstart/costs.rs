//! What a million invokes cost with each of the settings that were measured.

use std::io::{self, Write};

use super::number;
use crate::coldstart::report::{FunctionReport, Report};
use crate::render::grid::Grid;
use crate::render::style::{Style, printable};

/// Writes the table, where settings were varied.
pub(super) fn costs(report: &Report, style: Style, out: &mut impl Write) -> io::Result<()> {
    let is_varied = |function: &FunctionReport| {
        function
            .copy
            .as_ref()
            .is_some_and(|variant| variant.memory_mb.is_some() || variant.architecture.is_some())
    };
    let priced: Vec<_> =
        report.functions.iter().filter_map(|function| Some((function, function.per_million?))).collect();
    let Some((_, prices)) = priced.first().filter(|_| report.functions.iter().any(is_varied)) else {
        return Ok(());
    };
    let local = if report.place.is_local() { "; the times are local ones" } else { "" };
    writeln!(out, "USD for a million invokes, prices of {} of {}{local}", prices.region, prices.as_of)?;
    let mut grid = Grid::new(&["function", "memory", "start p50", "warm p50", "all warm", "all cold"]);
    for (function, cost) in &priced {
        let median = |summary: Option<f64>| summary.map_or_else(|| "-".to_owned(), number);
        grid.row(vec![
            function.label(),
            format!("{} MB, {}", function.subject.memory_mb, function.subject.architecture),
            median(function.starts().map(|starts| starts.p50.value)),
            median(function.warm.as_ref().map(|warm| warm.p50.value)),
            dollars(cost.warm_usd),
            cost.cold_usd.map_or_else(|| "-".to_owned(), dollars),
        ]);
    }
    grid.write(style, out)?;
    for (what, best) in [
        ("fastest start", priced.iter().min_by(|a, b| start(a.0).total_cmp(&start(b.0)))),
        ("cheapest when warm", priced.iter().min_by(|a, b| a.1.warm_usd.total_cmp(&b.1.warm_usd))),
    ] {
        if let Some((function, _)) = best {
            writeln!(out, "{what}: {}", printable(&function.label()))?;
        }
    }
    writeln!(out)
}

fn start(function: &FunctionReport) -> f64 {
    function.starts().map_or(f64::INFINITY, |starts| starts.p50.value)
}

fn dollars(amount: f64) -> String {
    format!("{amount:.2}")
}
