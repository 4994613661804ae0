//! The text a run writes into a function's description, so that it can find and undo its own changes.

use std::fmt;

use crate::names::RunId;

const PREFIX: &str = "slsx:";

/// Our text in a description: `slsx:<run>:<number>`.
///
/// `PublishVersion` makes a new version only if code or configuration differ from the last one
/// (<https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html>), so each round has its own number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    run: RunId,
    number: u32,
}

impl Mark {
    /// The mark of one round of a run.
    #[must_use]
    pub const fn new(run: RunId, number: u32) -> Self {
        Self { run, number }
    }

    /// Reads a description; none if it is not exactly a mark.
    #[must_use]
    pub fn parse(description: &str) -> Option<Self> {
        let (run, digits) = description.strip_prefix(PREFIX)?.rsplit_once(':')?;
        let mark = Self::new(RunId::new(run), digits.parse().ok()?);
        (!run.is_empty() && mark.to_string() == description).then_some(mark)
    }

    /// Which run wrote it.
    #[must_use]
    pub const fn run(&self) -> &RunId {
        &self.run
    }

    /// Whether a description is a mark of this run.
    #[must_use]
    pub fn is_of(description: &str, run: &RunId) -> bool {
        Self::parse(description).is_some_and(|mark| mark.run == *run)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}:{}", self.run, self.number)
    }
}

/// The identity of a run, from a random number.
#[must_use]
pub fn run_id(random: u64) -> RunId {
    RunId::new(format!("{random:016x}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Mark, run_id};

    proptest! {
        #[test]
        fn what_was_written_is_read_back(random: u64, number: u32) {
            let mark = Mark::new(run_id(random), number);
            prop_assert_eq!(Mark::parse(&mark.to_string()), Some(mark.clone()));
            prop_assert!(Mark::is_of(&mark.to_string(), &run_id(random)));
            prop_assert!(!Mark::is_of(&mark.to_string(), &run_id(random.wrapping_add(1))));
        }
    }

    #[test]
    fn a_description_that_only_resembles_a_mark_is_somebody_elses() {
        for text in [
            "",
            "slsx",
            "slsx:a",
            "slsx::1",
            "slsx:a:",
            "slsx:a:01",
            "slsx:a:+1",
            "slsx:a:1 ",
            " slsx:a:1",
            "Slsx:a:1",
        ] {
            assert_eq!(Mark::parse(text), None, "{text:?}");
        }
    }
}
