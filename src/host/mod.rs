//! This machine: files, folders and what else the operating system owns.
//!
//! The only module where raw `std::fs` may be named; everybody else comes here.
#![expect(clippy::disallowed_methods, reason = "this is the room for std::fs")]

pub mod children;
pub mod clock;
pub mod environment;
pub mod files;
pub mod folders;
pub mod git;
pub mod journals;
pub mod locks;
pub mod logs;
pub mod own_binary;
pub mod page_cache;
pub mod programs;
pub mod prompt;
pub mod python;
pub mod rust;
pub mod signals;
pub mod temporary;
pub mod terminal;
pub mod versions;
pub mod walk;
pub mod watch;

/// The id of this very process.
#[must_use]
pub fn process_id() -> u32 {
    std::process::id()
}
