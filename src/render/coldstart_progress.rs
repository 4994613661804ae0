//! A bench's events as single lines, for standard error.

use super::coldstart::{counted, summary};
use super::recover::undone;
use super::style::{Style, printable};
use crate::coldstart::Event;

/// One line for an event, or none for those that are too many to print.
#[must_use]
pub fn line(event: &Event, style: Style) -> Option<String> {
    let text = match event {
        Event::Planned(plan) => summary(plan),
        Event::Recovering { function } => {
            format!("{function}: an earlier run was interrupted; undoing its changes first")
        }
        Event::RoundStarted { function, round: 0, width } => {
            format!("{function}: first round after the change, {}", counted(*width, "call"))
        }
        Event::RoundStarted { .. } | Event::Sampled { .. } => return None,
        Event::Dropped { function, reason, message } => {
            let message =
                message.as_deref().map(|message| format!(" ({})", printable(message))).unwrap_or_default();
            format!("{} {function}: dropped: {}{message}", style.skipped(), reason.text())
        }
        Event::RoundEnded { function, accepted, wanted, median_ms } => {
            let median = median_ms.map(|median| format!(", median {median:.1} ms")).unwrap_or_default();
            format!("{function}: {accepted} of {wanted} cold starts{median}")
        }
        Event::Interrupted { recover_command } => format!(
            "Interrupted: putting everything back. A second Ctrl-C leaves at once; `{recover_command}` then repairs."
        ),
        Event::Restoring { .. } => return None,
        Event::Restored { function, undone: what } => {
            format!("{} {function}: {}", style.passed(), undone(what, false))
        }
        Event::NotRestored { function, reason } => {
            format!("{} {function}: not put back: {}", style.failed(), printable(reason))
        }
    };
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::line;
    use crate::coldstart::Event;
    use crate::coldstart::sample::DropReason;
    use crate::render::style::Style;

    #[test]
    fn foreign_text_cannot_steer_the_terminal() {
        let event = Event::Dropped {
            function: "f".into(),
            reason: DropReason::FunctionError,
            message: Some("Bad\u{1b}[2JError\n".into()),
        };
        let text = line(&event, Style::plain(80)).unwrap();
        assert!(text.starts_with("skip f: dropped: function error (Bad"), "{text}");
        assert!(!text.contains(['\u{1b}', '\n']), "{text}");
    }

    #[test]
    fn an_interruption_names_the_command_that_repairs() {
        let event = Event::Interrupted { recover_command: "slsx recover --local --instance demo".into() };
        let text = line(&event, Style::plain(80)).unwrap();
        assert!(text.contains("`slsx recover --local --instance demo`"), "{text}");
    }
}
