//! What the terminal can show, and what a person types on it.

use std::io::Write as _;

use rustix::termios::OptionalActions;

/// Width when nobody can say: old terminals, log viewers and diffs show this much.
const USUAL_WIDTH: usize = 100;

/// Whether the locale is UTF-8 and the terminal is not known to be dumb.
#[must_use]
pub fn speaks_unicode() -> bool {
    let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = value("LC_ALL").or_else(|| value("LC_CTYPE")).or_else(|| value("LANG"));
    let is_utf8 = locale.is_some_and(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    is_utf8 && value("TERM").is_none_or(|terminal| terminal != "dumb")
}

/// Columns: of the terminal if there is one, else of `COLUMNS`, else the usual.
#[must_use]
pub fn width(is_terminal: bool) -> usize {
    let set = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let real = is_terminal.then(|| rustix::termios::tcgetwinsize(std::io::stderr()).ok()).flatten();
    real.map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0).or(set).unwrap_or(USUAL_WIDTH)
}

/// How the terminal behaves.
pub struct Settings(rustix::termios::Termios);

impl Settings {
    /// As it is now; none without a terminal.
    #[must_use]
    pub fn read() -> Option<Self> {
        rustix::termios::tcgetattr(std::io::stdin()).ok().map(Self)
    }

    /// As it was, with a cursor that can be seen, whatever was being asked on it.
    pub fn restore(&self) {
        // Nobody can be told that it failed: it is the terminal that would tell.
        let _ = rustix::termios::tcsetattr(std::io::stdin(), OptionalActions::Now, &self.0);
        let _ = std::io::stderr().write_all(b"\x1b[?25h\r\n");
    }
}

/// One line that a person types; empty at the end of input.
///
/// # Errors
/// When the system refuses.
pub fn read_line() -> std::io::Result<String> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line)
}
