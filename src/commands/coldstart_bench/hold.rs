//! Before the first change: the locks, what an earlier run left, and the journals.

use super::failure::Failure;
use super::preflight;
use super::restore::undo;
use super::{Bench, Track};
use crate::coldstart::Event;
use crate::coldstart::plan::{FunctionPlan, Plan};
use crate::coldstart::report::Gathered;
use crate::journal::Entry;
use crate::ports::{Clock, Functions, Journals};

impl<F: Functions, J: Journals, C: Clock> Bench<'_, F, J, C> {
    /// Takes the lock of every function, then undoes what an interrupted run of this machine left on it.
    pub(super) async fn hold(
        &self,
        plan: &Plan,
        emit: &mut dyn FnMut(Event),
    ) -> Result<Vec<J::Lock>, Failure> {
        let mut locks = Vec::new();
        for function in &plan.functions {
            let journal = self.journal_of(function);
            locks.push(self.journals.lock(&journal)?);
            self.recover_earlier(function, &journal, emit).await?;
        }
        Ok(locks)
    }

    async fn recover_earlier(
        &self,
        plan: &FunctionPlan,
        journal: &str,
        emit: &mut dyn FnMut(Event),
    ) -> Result<(), Failure> {
        let Some(text) = self.journals.read(journal)? else { return Ok(()) };
        let function = plan.subject.function.clone();
        let entry = match Entry::decode(&text, &self.settings.place) {
            Ok(entry) => entry,
            Err(reason) => {
                let command = self.settings.place.recover_command();
                return Err(Failure::JournalUnreadable { command, function, reason });
            }
        };
        emit(Event::Recovering { function: function.clone() });
        match undo(self.functions, self.clock, &entry, true).await {
            Ok(undone) => {
                self.journals.remove(journal)?;
                emit(Event::Restored { function, undone });
                Ok(())
            }
            Err(reason) => Err(Failure::NotRecovered {
                command: self.settings.place.recover_command(),
                function,
                reason: reason.to_string(),
            }),
        }
    }

    /// Reads the function once and writes the journal from that read; the first compare-and-set uses the same
    /// read. With two reads, an edit between them would be overwritten in the end.
    pub(super) async fn begin(&self, plan: FunctionPlan, started_ms: u64) -> Result<Track, Failure> {
        let before = self.at_rest(&plan.subject.function).await?;
        let refusal = preflight::foreign_mark(&before).or_else(|| preflight::refusal(&before, None));
        if let Some(refusal) = refusal {
            return Err(Failure::Refused { function: before.name, refusal });
        }
        let journal = self.journal_of(&plan);
        let entry = Entry {
            place: self.settings.place.clone(),
            function: before.name.clone(),
            arn: before.arn.clone(),
            run: self.settings.run.clone(),
            description: before.description.clone(),
            started_ms,
        };
        let text = entry.encode();
        if let Err(reason) = Entry::decode(&text, &self.settings.place) {
            return Err(Failure::NotJournaled { function: before.name, reason });
        }
        self.journals.write(&journal, &text)?;
        Ok(Track {
            schedule: plan.schedule(self.settings.samples),
            plan: FunctionPlan { subject: preflight::subject(&before), ..plan },
            expected: before.description.clone(),
            revision: Some(before.revision.clone()),
            before,
            entry,
            journal,
            has_lost_reply: false,
            version: None,
            last_drop: None,
            start_error: None,
            gathered: Gathered::default(),
        })
    }

    fn journal_of(&self, plan: &FunctionPlan) -> String {
        Entry::name(&plan.subject.function, &plan.subject.arn, &self.settings.place)
    }
}
