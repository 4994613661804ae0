//! A line that shows that work goes on; only for terminals.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A spinner with elapsed time and a message, drawn on standard error.
#[derive(Clone, Debug)]
pub struct Spinner(ProgressBar);

impl Spinner {
    /// Starts turning.
    #[must_use]
    pub fn start() -> Self {
        let spinner = Self(ProgressBar::new_spinner());
        spinner.turn();
        spinner
    }

    /// Changes the message.
    pub fn message(&self, message: String) {
        self.0.set_message(message);
    }

    /// Prints a line that stays, above the spinner.
    pub fn print_above(&self, line: &str) {
        self.0.println(line);
    }

    fn turn(&self) {
        // The template is a constant; should it be wrong, the default one serves as well.
        if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {elapsed} {wide_msg}") {
            self.0.set_style(style);
        }
        self.0.enable_steady_tick(Duration::from_millis(120));
    }

    /// Goes away for a while, without a trace.
    pub fn hide(&self) {
        self.0.disable_steady_tick();
        if let Ok(nothing) = ProgressStyle::with_template("") {
            self.0.set_style(nothing);
        }
        self.0.tick();
        self.0.set_draw_target(ProgressDrawTarget::hidden());
    }

    /// Turns again.
    pub fn show(&self) {
        self.0.set_draw_target(ProgressDrawTarget::stderr());
        self.turn();
    }

    /// Disappears.
    pub fn finish(self) {
        self.0.finish_and_clear();
    }
}
