//! What an interrupted run must put back, as text that is never obeyed when torn or foreign; touches no disk.
//!
//! A journal holds a description, never an environment variable, so it holds no secrets.

pub mod entry;
pub mod place;
pub mod recovery;
pub mod undo;

pub use entry::{Entry, Unreadable};
pub use place::{Place, Target};
pub use recovery::{Recovered, Recovery, Verdict};
pub use undo::{DescriptionStep, Undone};
