//! Where local AWS is and how to point other tools at it.

use std::io::{self, Write};

use super::style::Style;

/// What is told about an instance.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Instance name.
    pub name: &'a str,
    /// Endpoint of every service; none when it is not running.
    pub endpoint: Option<&'a str>,
    /// Its region.
    pub region: &'a str,
    /// Process id.
    pub pid: Option<i32>,
    /// Interpreter it runs on.
    pub python: Option<&'a str>,
    /// Policies are enforced.
    pub enforces_iam: bool,
}

/// For people: ends with lines that can be pasted into a shell.
///
/// # Errors
/// When the writer fails.
pub fn human(view: &View<'_>, style: Style, out: &mut impl Write) -> io::Result<()> {
    let Some(endpoint) = view.endpoint else {
        writeln!(out, "Local AWS `{}` is not running.", view.name)?;
        return writeln!(out, "Start it with {}.", style.cyan("slsx local up"));
    };
    let pid = view.pid.map(|pid| format!(", process {pid}")).unwrap_or_default();
    let iam = if view.enforces_iam { "enforced, as on AWS" } else { "not enforced" };
    writeln!(out, "Local AWS `{}` runs at {}{pid}.", view.name, style.cyan(endpoint))?;
    writeln!(out, "IAM is {iam}. Region {}, account 000000000000.", view.region)?;
    writeln!(out)?;
    writeln!(out, "slsx finds it with {}. For other tools:", style.cyan("--local"))?;
    writeln!(out, "  export AWS_ENDPOINT_URL={endpoint} AWS_REGION={}", view.region)?;
    writeln!(out, "  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test")
}

/// Schema `slsx/local/1`.
///
/// # Errors
/// When the writer fails.
pub fn json(view: &View<'_>, out: &mut impl Write) -> io::Result<()> {
    let value = serde_json::json!({
        "schema": "slsx/local/1",
        "name": view.name,
        "running": view.endpoint.is_some(),
        "endpoint": view.endpoint,
        "region": view.region,
        "pid": view.pid,
        "python": view.python,
        "enforces_iam": view.enforces_iam,
    });
    writeln!(out, "{value:#}")
}
