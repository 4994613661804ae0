//! Before the first change: the locks, what an earlier run left, and the journals.

use super::copying::expected_copy;
use super::failure::Failure;
use super::preflight;
use super::restore::undo;
use super::{Bench, Track};
use crate::coldstart::Event;
use crate::coldstart::plan::{FunctionPlan, Plan};
use crate::coldstart::report::Gathered;
use crate::coldstart::target::description_of_copy;
use crate::journal::Entry;
use crate::ports::{Clock, Copies, Functions, Journals};

impl<F: Functions + Copies, J: Journals, C: Clock> Bench<'_, F, J, C> {
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
        let original = &plan.subject.function;
        let qualifier = plan.copy.as_ref().and_then(|copy| copy.variant.qualifier.as_ref());
        let state = self.at_rest(original, qualifier).await?;
        // A copy does not care what is written on its original.
        let mark = if plan.copy.is_some() { None } else { preflight::foreign_mark(&state) };
        if let Some(refusal) = mark.or_else(|| preflight::refusal(&state, None)) {
            return Err(Failure::Refused { function: state.name, refusal });
        }
        let (function, arn) = plan.measured();
        let entry = Entry {
            place: self.settings.place.clone(),
            function: function.clone(),
            arn: arn.clone(),
            run: self.settings.run.clone(),
            description: match &plan.copy {
                Some(_) => description_of_copy(original, &self.settings.run),
                None => state.description.clone(),
            },
            started_ms,
            is_copy: plan.copy.is_some(),
        };
        let journal = self.journal(&entry)?;
        let first_round = plan.first_round;
        let before = if entry.is_copy { expected_copy(state, &entry) } else { state };
        let subject = preflight::subject(&before);
        Ok(Track {
            schedule: plan.schedule(),
            plan: if entry.is_copy { plan } else { FunctionPlan { subject, ..plan } },
            expected: before.description.clone(),
            revision: Some(before.revision.clone()),
            before,
            entry,
            journal,
            has_lost_reply: false,
            version: None,
            last_drop: None,
            start_error: None,
            marked: None,
            is_made: false,
            gathered: Gathered { rounds: first_round, ..Gathered::default() },
        })
    }

    /// Writes the journal, once it is sure that it would be obeyed.
    fn journal(&self, entry: &Entry) -> Result<String, Failure> {
        let text = entry.encode();
        if let Err(reason) = Entry::decode(&text, &self.settings.place) {
            return Err(Failure::NotJournaled { function: entry.function.clone(), reason });
        }
        let name = Entry::name(&entry.function, &entry.arn, &self.settings.place);
        self.journals.write(&name, &text)?;
        Ok(name)
    }

    fn journal_of(&self, plan: &FunctionPlan) -> String {
        let (function, arn) = plan.measured();
        Entry::name(function, arn, &self.settings.place)
    }
}
