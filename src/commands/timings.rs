//! Keeps how long resources took between runs. It only makes estimates better, so nothing fails for want of it.

use super::Context;
use super::follow::Ended;
use crate::deploy::timings::{Estimates, Timings};
use crate::host::files;

/// What earlier operations showed, and at AWS what is published.
pub(in crate::commands) fn estimates(context: &Context, is_local: bool) -> Estimates {
    Estimates::new(read(context, is_local), is_local)
}

/// Remembers what an operation's resources took.
pub(in crate::commands) fn learn(context: &Context, is_local: bool, ended: &Ended) {
    let mut timings = read(context, is_local);
    let before = timings.clone();
    timings.learn(&ended.progress);
    if timings == before {
        return;
    }
    let path = context.folders.timings(is_local);
    if let Ok(text) = serde_json::to_vec(&timings) {
        let _ = files::create_folders(&context.folders.state);
        // Two runs at once may lose each other's figures; the next run brings new ones.
        let _ = files::write_atomic(&path, &text);
    }
}

fn read(context: &Context, is_local: bool) -> Timings {
    let bytes = files::read(&context.folders.timings(is_local)).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}
