//! Shows what a machine lacks.

use std::io::{self, Write};

use serde::Serialize;

use super::style::{Style, printable};
use crate::doctor::{Check, Verdict};

/// Writes one line for each check, and what to do below those that need something.
pub fn human(out: &mut impl Write, style: Style, checks: &[Check]) -> io::Result<()> {
    let width = checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
    for check in checks {
        let name = format!("{:<width$}", check.name);
        let mark = match check.verdict {
            Verdict::Ok => style.green(style.symbol("✓", "+")),
            Verdict::Optional => style.dim(style.symbol("–", "-")),
            Verdict::Missing | Verdict::Refused => style.red(style.symbol("✗", "x")),
        };
        write!(out, "{mark} {}  {}", style.bold(&name), printable(&check.found))?;
        writeln!(out, "  {}", style.dim(&format!("({})", printable(&check.needed_for))))?;
        if let Some(remedy) = &check.remedy {
            writeln!(out, "  {:width$}  {}", "", printable(remedy))?;
        }
    }
    let lacking: Vec<&str> =
        checks.iter().filter(|check| is_lacking(check)).map(|check| check.name).collect();
    match lacking.as_slice() {
        [] => writeln!(out, "Nothing that is needed here is missing."),
        _ => writeln!(out, "{} {}", style.red("Needed here and missing:"), lacking.join(", ")),
    }
}

fn is_lacking(check: &Check) -> bool {
    match check.verdict {
        Verdict::Missing | Verdict::Refused => true,
        Verdict::Ok | Verdict::Optional => false,
    }
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    lacking: Vec<&'a str>,
    checks: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    check: &'a str,
    verdict: &'static str,
    found: &'a str,
    needed_for: &'a str,
    remedy: Option<&'a str>,
}

impl<'a> Row<'a> {
    fn of(check: &'a Check) -> Self {
        Self {
            check: check.name,
            verdict: match check.verdict {
                Verdict::Ok => "ok",
                Verdict::Optional => "optional",
                Verdict::Missing => "missing",
                Verdict::Refused => "refused",
            },
            found: &check.found,
            needed_for: &check.needed_for,
            remedy: check.remedy.as_deref(),
        }
    }
}

/// Writes them as `slsx/doctor/1`.
pub fn json(out: &mut impl Write, checks: &[Check]) -> io::Result<()> {
    let report = Report {
        schema: "slsx/doctor/1",
        lacking: checks.iter().filter(|check| is_lacking(check)).map(|check| check.name).collect(),
        checks: checks.iter().map(Row::of).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks() -> Vec<Check> {
        let check = |name, verdict, remedy: Option<&str>| Check {
            name,
            verdict,
            found: "11.0".into(),
            needed_for: "Take".into(),
            remedy: remedy.map(Into::into),
        };
        vec![
            check("npm", Verdict::Ok, None),
            check("git", Verdict::Optional, Some("install it")),
            check("cargo", Verdict::Missing, Some("install Rust")),
        ]
    }

    #[test]
    fn what_is_missing_comes_with_what_to_do() {
        let mut out = Vec::new();
        human(&mut out, Style { unicode: true, ..Style::plain(80) }, &checks()).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
        ✓ npm    11.0  (Take)
        – git    11.0  (Take)
                 install it
        ✗ cargo  11.0  (Take)
                 install Rust
        Needed here and missing: cargo
        ");
    }

    #[test]
    fn programs_get_every_check() {
        let mut out = Vec::new();
        json(&mut out, &checks()).unwrap();
        let report: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!((&report["schema"], &report["lacking"][0]), (&"slsx/doctor/1".into(), &"cargo".into()));
        assert_eq!(report["checks"].as_array().unwrap().len(), 3);
    }
}
