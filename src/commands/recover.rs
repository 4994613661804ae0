//! `recover`: undoes what interrupted runs left, from the journals on this machine; prints nothing.

pub mod command;
mod stack;

use super::coldstart_bench::restore::{preview, settle, undo};
use crate::journal::{Entry, Place, Recovered, Recovery, Unreadable, Verdict};
use crate::ports::{Clock, Copies, Functions, JournalError, Journals};

/// What a recovery works with.
#[derive(Clone, Copy, Debug)]
pub struct Recover<'a, F, J, C> {
    /// Lambda.
    pub functions: &'a F,
    /// The journals of this machine.
    pub journals: &'a J,
    /// Time.
    pub clock: &'a C,
    /// Account, region and endpoint of the credentials in use; journals of other places are left alone.
    pub place: &'a Place,
    /// Changes nothing.
    pub is_dry_run: bool,
}

impl<F: Functions + Copies, J: Journals, C: Clock> Recover<'_, F, J, C> {
    /// Goes through every journal. One that cannot be undone does not keep the others from it.
    ///
    /// # Errors
    /// When the folder of the journals cannot be read.
    pub async fn run(&self, emit: &mut dyn FnMut(&Recovered)) -> Result<Recovery, JournalError> {
        let mut recovery = Recovery { is_dry_run: self.is_dry_run, journals: Vec::new() };
        for journal in self.journals.names()? {
            let recovered = self.recover(journal).await;
            emit(&recovered);
            recovery.journals.push(recovered);
        }
        Ok(recovery)
    }

    async fn recover(&self, journal: String) -> Recovered {
        // Read under the lock: a run that goes on may be writing it, and it is not an orphan.
        let lock = match self.journals.lock(&journal) {
            Ok(lock) => lock,
            Err(JournalError::Held { .. }) => {
                return Recovered { journal, function: None, verdict: Verdict::Held };
            }
            Err(error) => return failed(journal, None, error.to_string()),
        };
        let text = match self.journals.read(&journal) {
            Ok(Some(text)) => text,
            // Another recover was quicker.
            Ok(None) => {
                return Recovered { journal, function: None, verdict: Verdict::Undone(Default::default()) };
            }
            Err(error) => return failed(journal, None, error.to_string()),
        };
        let recovered = match Entry::decode(&text, self.place) {
            Ok(entry) => self.obey(journal, &entry).await,
            Err(unreadable) => Recovered { journal, function: None, verdict: refused(&unreadable) },
        };
        drop(lock);
        recovered
    }

    async fn obey(&self, journal: String, entry: &Entry) -> Recovered {
        let function = Some(entry.function.to_string());
        let undone = if self.is_dry_run {
            preview(self.functions, entry).await
        } else {
            // The run ended without a word, so a write of it may still be on its way.
            undo(self.functions, self.clock, entry, true).await
        };
        let undone = match undone {
            Ok(undone) => undone,
            Err(error) => return failed(journal, function, error.to_string()),
        };
        if !self.is_dry_run
            && let Err(error) = self.journals.remove(&journal)
        {
            return failed(journal, function, error.to_string());
        }
        if !self.is_dry_run && !entry.is_copy {
            settle(self.functions, self.clock, &entry.function).await;
        }
        Recovered { journal, function, verdict: Verdict::Undone(undone) }
    }
}

fn refused(unreadable: &Unreadable) -> Verdict {
    let reason = unreadable.to_string();
    match unreadable {
        Unreadable::Foreign { command, .. } => Verdict::Foreign { reason, command: command.clone() },
        Unreadable::Torn | Unreadable::Version { .. } | Unreadable::Checksum | Unreadable::Content { .. } => {
            Verdict::Unreadable { reason }
        }
    }
}

const fn failed(journal: String, function: Option<String>, reason: String) -> Recovered {
    Recovered { journal, function, verdict: Verdict::Failed { reason } }
}
