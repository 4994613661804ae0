//! Makes the notes of installed Python packages say only what is in the package, in one order: installers list caches,
//! scripts and notes of their own, which differ between machines.

/// A `RECORD` file (PyPA specification "Recording installed projects") with the lines of those files that `is_kept`
/// says are packaged, sorted. Paths are given as they are below the folder that holds the `.dist-info` folder.
#[must_use]
pub fn record(text: &str, is_kept: impl Fn(&str) -> bool) -> String {
    let mut lines: Vec<&str> = text.lines().filter(|line| is_kept(path(line))).collect();
    lines.sort_unstable();
    lines.dedup();
    let mut text = lines.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// The first field of the line. With a comma in it, it is in quotes.
fn path(line: &str) -> &str {
    match line.strip_prefix('"') {
        Some(rest) => rest.split('"').next().unwrap_or_default(),
        None => line.split(',').next().unwrap_or_default(),
    }
}

/// Whether a file is a script that an installer made for this very interpreter. Binaries beside them are the package's
/// own.
#[must_use]
pub fn is_made_script(path: &str, content: &[u8]) -> bool {
    let is_in_bin = path.strip_prefix("bin/").is_some_and(|name| !name.contains('/'));
    let first = content.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let first = String::from_utf8_lossy(first);
    // Long interpreter paths are started through the shell, and the second line names them (distlib).
    is_in_bin && (first.starts_with("#!") && first.contains("python") || first.starts_with("#!/bin/sh"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_packaged_is_recorded() {
        let text = "z.py,sha256=a,1\n\"a,b.py\",sha256=b,2\n../../bin/tool,sha256=c,3\na-1.dist-info/INSTALLER,sha256=d,4\n__pycache__/z.cpython-311.pyc,,\n";
        let kept = record(text, |path| path.ends_with(".py"));
        assert_eq!(kept, "\"a,b.py\",sha256=b,2\nz.py,sha256=a,1\n");
        assert_eq!(record("", |_| true), "");
    }

    #[test]
    fn scripts_for_an_interpreter_are_told_from_binaries() {
        assert!(is_made_script("bin/jp.py", b"#!/opt/venv/bin/python3\nimport sys\n"));
        assert!(is_made_script("bin/tool", b"#!/bin/sh\n'''exec' /long/python \"$0\"\n"));
        assert!(!is_made_script("bin/ffmpeg", b"\x7fELF"));
        assert!(!is_made_script("lib/bin/x", b"#!/usr/bin/python3\n"));
    }
}
