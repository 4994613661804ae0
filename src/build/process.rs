//! Runs a tool and turns its failure into an error that shows what it said.

use super::error::BuildError;
use crate::host::children::{self, Finished, Line};

/// How much of what a failing tool printed is shown.
const LAST_LINES: usize = 25;

/// What tools print for programs to read begins like this.
const FOR_PROGRAMS: &str = "{\"";

/// What would make Python look elsewhere, or install elsewhere.
pub(super) const PYTHON_VARIABLES: [&str; 7] = [
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_USER",
];

/// Runs a tool with the user's environment, which holds proxies and registries. `help` is what to do if it fails.
pub(super) async fn run(line: &Line<'_>, help: &str) -> Result<Finished, BuildError> {
    let finished = attempt(line).await?;
    if finished.is_success { Ok(finished) } else { Err(failure(line, &finished, help)) }
}

/// The same, when a failure is not the end yet.
pub(super) async fn attempt(line: &Line<'_>) -> Result<Finished, BuildError> {
    children::run(line).await.map_err(|source| BuildError::Start { command: shown(line), source })
}

/// The error for a tool that failed.
pub(super) fn failure(line: &Line<'_>, finished: &Finished, help: &str) -> BuildError {
    let printed = [finished.stdout.as_slice(), b"\n", finished.stderr.as_slice()].concat();
    BuildError::Tool {
        command: shown(line),
        status: finished.status.clone(),
        lines: last_lines(&String::from_utf8_lossy(&printed)),
        help: help.to_owned(),
    }
}

fn shown(line: &Line<'_>) -> String {
    let program = line.program.file_name().unwrap_or(line.program.as_os_str()).to_string_lossy();
    std::iter::once(program.into_owned()).chain(line.arguments.iter().cloned()).collect::<Vec<_>>().join(" ")
}

fn last_lines(text: &str) -> String {
    let for_people = |line: &&str| !line.is_empty() && !line.starts_with(FOR_PROGRAMS);
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(for_people).collect();
    let skipped = lines.len().saturating_sub(LAST_LINES);
    lines.into_iter().skip(skipped).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_output_is_shown() {
        let text: String = (0..40).map(|number| format!("line {number}\n\n")).collect();
        let shown = last_lines(&text);
        assert!(shown.starts_with("line 15\n") && shown.ends_with("line 39"), "{shown}");
        assert_eq!(last_lines(""), "");
        assert_eq!(last_lines("{\"reason\":\"build-finished\"}\nerror: no\n"), "error: no");
    }
}
