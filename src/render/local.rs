//! Where local AWS is and how to point other tools at it.

use std::io::{self, Write};

use super::style::Style;

/// How an instance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// There is no instance of this name.
    NeverStarted,
    /// It does not run.
    Stopped,
    /// Its process is there and does not answer.
    Unresponsive,
    /// It answers.
    Running,
}

impl Condition {
    const fn name(self) -> &'static str {
        match self {
            Self::NeverStarted => "never-started",
            Self::Stopped => "stopped",
            Self::Unresponsive => "unresponsive",
            Self::Running => "running",
        }
    }
}

/// What is told about an instance.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Instance name.
    pub name: &'a str,
    /// Whether it runs and answers.
    pub condition: Condition,
    /// Endpoint of every service; none when there is no process.
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
    let pid = view.pid.map(|pid| format!(", process {pid}")).unwrap_or_default();
    let endpoint = view.endpoint.unwrap_or_default();
    let up = format!("slsx local up --instance {}", view.name);
    match view.condition {
        Condition::Running => running(view, endpoint, &pid, style, out),
        Condition::Unresponsive => {
            writeln!(out, "Local AWS `{}` at {endpoint}{pid} does not answer.", view.name)?;
            writeln!(out, "It is busy, still starting, or suspended. {} waits for it;", style.cyan(&up))?;
            writeln!(
                out,
                "{} shows its log.",
                style.cyan(&format!("slsx local logs --instance {}", view.name))
            )
        }
        Condition::Stopped => {
            writeln!(out, "Local AWS `{}` is not running; its state is kept.", view.name)?;
            writeln!(out, "Start it with {}.", style.cyan(&up))
        }
        Condition::NeverStarted => {
            writeln!(out, "Local AWS `{}` is not running; it was never started.", view.name)?;
            writeln!(out, "Start it with {}.", style.cyan(&up))
        }
    }
}

fn running(view: &View<'_>, endpoint: &str, pid: &str, style: Style, out: &mut impl Write) -> io::Result<()> {
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
        "condition": view.condition.name(),
        "running": view.condition == Condition::Running,
        "endpoint": view.endpoint,
        "region": view.region,
        "pid": view.pid,
        "python": view.python,
        "enforces_iam": view.enforces_iam,
    });
    writeln!(out, "{value:#}")
}

#[cfg(test)]
mod tests {
    use super::{Condition, View, human, json};
    use crate::render::style::Style;

    fn view(condition: Condition, endpoint: Option<&str>) -> View<'_> {
        let pid = endpoint.map(|_| 77);
        View {
            name: "second",
            condition,
            endpoint,
            region: "us-east-1",
            pid,
            python: None,
            enforces_iam: true,
        }
    }

    fn text(condition: Condition, endpoint: Option<&str>) -> String {
        let mut out = Vec::new();
        human(&view(condition, endpoint), Style::plain(100), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_condition_says_what_to_do() {
        let busy = text(Condition::Unresponsive, Some("http://127.0.0.1:4566"));
        assert!(busy.contains("process 77 does not answer"), "{busy}");
        assert!(busy.contains("slsx local up --instance second"), "{busy}");
        assert!(text(Condition::Stopped, None).contains("its state is kept"));
        assert!(text(Condition::NeverStarted, None).contains("never started"));
        let running = text(Condition::Running, Some("http://127.0.0.1:4566"));
        assert!(running.contains("export AWS_ENDPOINT_URL=http://127.0.0.1:4566"), "{running}");
    }

    #[test]
    fn a_program_can_tell_busy_from_stopped() {
        let mut out = Vec::new();
        json(&view(Condition::Unresponsive, Some("http://127.0.0.1:4566")), &mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(
            (&value["condition"], &value["running"], &value["pid"]),
            (&"unresponsive".into(), &false.into(), &77.into())
        );
    }
}
