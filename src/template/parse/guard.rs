//! Keeps a panic of the YAML reader from ending the program or writing to the terminal.
//!
//! `libyaml-safer` 0.3.0 panics where libyaml has an answer: in a flow collection, a tag that a comma
//! follows directly (`[!Ref, x]`). In 9 million mutated templates it is the only panic that is left
//! once the text ends with a line feed, but a reader of strangers' files must not trust in that.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs the work; `None` when it panicked. Panics elsewhere are reported as ever.
pub(super) fn contain<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |details| {
            if !QUIET.get() {
                previous(details);
            }
        }));
    });
    QUIET.set(true);
    // The work owns what it changes, so nothing half-changed is seen after a panic.
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    outcome.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_nothing_and_the_next_one_is_loud_again() {
        assert_eq!(contain(|| 1), Some(1));
        assert_eq!(contain(|| -> u8 { panic!("contained") }), None);
        assert!(!QUIET.get());
    }
}
