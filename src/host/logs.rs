//! A log file: kept from growing for ever, and read from its end only.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// A log beyond this is moved aside when the instance starts.
const LIMIT: u64 = 10 * 1024 * 1024;

/// Read at first; more only if it holds too few lines.
const FIRST_WINDOW: u64 = 64 * 1024;

/// Moves a log of more than 10 MB to `<name>.1`, over the one that was moved before.
///
/// # Errors
/// When it cannot be moved; a log that is not there is not moved.
pub fn rotate(path: &Path) -> io::Result<()> {
    rotate_beyond(path, LIMIT)
}

fn rotate_beyond(path: &Path, limit: u64) -> io::Result<()> {
    let size = match fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    if size <= limit {
        return Ok(());
    }
    let mut previous = path.as_os_str().to_owned();
    previous.push(".1");
    fs::rename(path, previous)
}

/// The last lines, each ended by a line feed.
///
/// # Errors
/// When it cannot be read.
pub fn tail(path: &Path, lines: usize) -> io::Result<String> {
    tail_by(path, lines, FIRST_WINDOW)
}

fn tail_by(path: &Path, lines: usize, first_window: u64) -> io::Result<String> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut window = first_window;
    loop {
        let start = size.saturating_sub(window);
        let text = read_from(&mut file, start)?;
        // The first line of a window that begins inside the file may be half a line.
        if start == 0 || text.lines().count() > lines {
            return Ok(last_lines(&text, lines));
        }
        window = window.saturating_mul(4);
    }
}

/// What was written after the first `start` bytes.
///
/// # Errors
/// When it cannot be read.
pub fn since(path: &Path, start: u64) -> io::Result<String> {
    read_from(&mut File::open(path)?, start)
}

fn read_from(file: &mut File, start: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn last_lines(text: &str, lines: usize) -> String {
    let skipped = text.lines().count().saturating_sub(lines);
    text.lines().skip(skipped).fold(String::new(), |mut tail, line| {
        tail.push_str(line);
        tail.push('\n');
        tail
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::{rotate_beyond, since, tail_by};
    use crate::host::files;

    #[test]
    fn a_large_log_is_moved_aside_and_a_small_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("local-aws.log");
        let previous = folder.path().join("local-aws.log.1");
        rotate_beyond(&log, 5).unwrap();
        files::create_new(&log, b"12345").unwrap();
        rotate_beyond(&log, 5).unwrap();
        assert!(log.exists() && !previous.exists());
        files::open_append(&log).unwrap().write_all(b"6").unwrap();
        rotate_beyond(&log, 5).unwrap();
        assert!(!log.exists());
        files::create_new(&log, b"abcdefg").unwrap();
        rotate_beyond(&log, 5).unwrap();
        assert_eq!(files::read_to_string(&previous).unwrap(), "abcdefg");
    }

    #[test]
    fn the_tail_is_the_same_whatever_is_read_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let lines: Vec<String> = (0..200).map(|number| format!("zeile-ü {number}\n")).collect();
        files::create_new(&log, lines.concat().as_bytes()).unwrap();
        for window in [1, 7, 64, 4096, u64::MAX] {
            for wanted in [0, 1, 5, 199, 200, 201] {
                let expected = lines[200 - wanted.min(200)..].concat();
                assert_eq!(tail_by(&log, wanted, window).unwrap(), expected, "{wanted} lines by {window}");
            }
        }
        assert_eq!(since(&log, 0).unwrap(), lines.concat());
    }
}
