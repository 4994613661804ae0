//! The outcome of `recover`, as a value.

use serde::Serialize;

use super::undo::Undone;
use crate::exit::Exit;

/// What became of every journal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Recovery {
    /// Nothing was changed; verdicts say what would be.
    pub is_dry_run: bool,
    /// One for each journal, by name.
    pub journals: Vec<Recovered>,
}

/// What became of one journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recovered {
    /// Name of the journal.
    pub journal: String,
    /// Its function, if the journal could be read.
    pub function: Option<String>,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Undone, or would be; the journal is gone, or would be.
    Undone(Undone),
    /// A run that still goes on holds it.
    Held,
    /// Written in another account, region or endpoint; left for a recover there.
    Foreign {
        /// Where it belongs.
        reason: String,
        /// What recovers it there.
        command: String,
    },
    /// Torn or of another version; not obeyed, and left for a person to look at.
    Unreadable {
        /// What is wrong.
        reason: String,
    },
    /// Could not be undone now; the journal stays.
    Failed {
        /// Why.
        reason: String,
    },
}

impl Recovery {
    /// How `recover` ends: a journal of another place is not this place's business.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let needs = |journal: &Recovered| match journal.verdict {
            Verdict::Unreadable { .. } | Verdict::Failed { .. } => true,
            Verdict::Undone(_) | Verdict::Held | Verdict::Foreign { .. } => false,
        };
        if self.journals.iter().any(needs) {
            Exit::NeedsRecovery
        } else if self.journals.iter().any(|journal| journal.verdict == Verdict::Held) {
            Exit::Busy
        } else {
            Exit::Done
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Recovered, Recovery, Verdict};
    use crate::exit::Exit;
    use crate::journal::Undone;

    #[test]
    fn the_worst_verdict_decides() {
        let text = || String::from("x");
        let undone = Verdict::Undone(Undone::default());
        let table = [
            (vec![], Exit::Done),
            (vec![undone.clone(), Verdict::Foreign { reason: text(), command: text() }], Exit::Done),
            (vec![undone, Verdict::Held], Exit::Busy),
            (vec![Verdict::Held, Verdict::Unreadable { reason: text() }], Exit::NeedsRecovery),
            (vec![Verdict::Failed { reason: text() }], Exit::NeedsRecovery),
        ];
        for (verdicts, exit) in table {
            let journals = verdicts
                .into_iter()
                .map(|verdict| Recovered { journal: text(), function: None, verdict })
                .collect();
            assert_eq!(Recovery { is_dry_run: false, journals }.exit(), exit);
        }
    }
}
