//! Asks programs which version they are, for no longer than a moment.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A program that has not said its version by then hangs.
const PATIENCE: Duration = Duration::from_secs(5);
const GLANCE: Duration = Duration::from_millis(10);

/// The first line that a program prints when it is asked; none when there is no such program, or it fails or hangs.
#[must_use]
pub fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let start = Instant::now();
    let status = loop {
        match child.try_wait().ok()? {
            Some(status) => break status,
            None if start.elapsed() < PATIENCE => std::thread::sleep(GLANCE),
            None => {
                // It ends by itself if it cannot be ended.
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    };
    let mut text = String::new();
    child.stdout.take()?.read_to_string(&mut text).ok()?;
    let line = text.lines().next()?.trim();
    (status.success() && !line.is_empty()).then(|| line.to_owned())
}

/// The processors that a musl target of the default Rust toolchain is installed for, as Linux names them.
#[must_use]
pub fn musl_targets() -> Vec<String> {
    let Some(root) = first_line("rustc", &["--print", "sysroot"]) else { return Vec::new() };
    let libraries = Path::new(&root).join("lib/rustlib");
    ["aarch64", "x86_64"]
        .into_iter()
        .filter(|processor| libraries.join(format!("{processor}-unknown-linux-musl/lib")).is_dir())
        .map(ToOwned::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::first_line;

    #[test]
    fn programs_say_their_version_or_nothing() {
        assert_eq!(first_line("sh", &["-c", "echo one; echo two"]).as_deref(), Some("one"));
        assert_eq!(first_line("sh", &["-c", "echo one; exit 3"]), None);
        assert_eq!(first_line("no-such-program-anywhere", &[]), None);
    }
}
