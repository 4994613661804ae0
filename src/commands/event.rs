//! The event that a function is invoked with: a file or standard input, read and checked before anything is called.

use std::path::Path;

use super::{Context, Failure};
use crate::host::files;

/// The largest event of a synchronous invoke
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>: 6 MB).
const LIMIT: u64 = 6 * 1024 * 1024;

/// The event in a file, or on standard input where the file is `-`; without one, an empty object.
///
/// # Errors
/// When it cannot be read, is too long for Lambda or is not JSON, with the place.
pub fn read(path: Option<&Path>, context: &Context) -> Result<Vec<u8>, Failure> {
    let Some(path) = path else { return Ok(b"{}".to_vec()) };
    let (bytes, name) = if path == Path::new("-") {
        (files::read_standard_input(LIMIT)?, "standard input".to_owned())
    } else {
        (files::read_at_most(&context.current_dir.join(path), LIMIT)?, path.display().to_string())
    };
    match serde_json::from_slice::<serde::de::IgnoredAny>(&bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::Usage {
            message: format!("{name}:{}:{}: not JSON: {error}", error.line(), error.column()),
            help: "an event is one JSON value, and every invoke gets the same".into(),
        }),
    }
}
