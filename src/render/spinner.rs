//! A line that shows that work goes on; only for terminals.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A spinner with elapsed time and a message, drawn on standard error.
#[derive(Clone, Debug)]
pub struct Spinner(ProgressBar);

impl Spinner {
    /// Starts turning.
    #[must_use]
    pub fn start() -> Self {
        let bar = ProgressBar::new_spinner();
        // The template is a constant; should it be wrong, the default one serves as well.
        if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {elapsed} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Changes the message.
    pub fn message(&self, message: String) {
        self.0.set_message(message);
    }

    /// Prints a line that stays, above the spinner.
    pub fn print_above(&self, line: &str) {
        self.0.println(line);
    }

    /// Is away while something else is on the terminal.
    pub fn suspended<T>(&self, act: impl FnOnce() -> T) -> T {
        self.0.suspend(act)
    }

    /// Disappears.
    pub fn finish(self) {
        self.0.finish_and_clear();
    }
}
