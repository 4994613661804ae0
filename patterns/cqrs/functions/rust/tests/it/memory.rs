//! Stand-ins for the stores, and for whoever reads the log.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Once;

use functions::accounts::{Broken, Event};
use functions::aws::StoreError;
use functions::documents::{Document, Outcome, ReadModel, Search, Written};
use functions::event_store::{Events, HistoryError};
use functions::log::json_lines;
use serde_json::Value;
use tracing::level_filters::LevelFilter;

/// Events, and what goes wrong with them.
#[derive(Default)]
pub(crate) struct MemoryEvents {
    pub(crate) events: RefCell<Vec<Event>>,
    /// So many times somebody else is faster.
    pub(crate) races: RefCell<u32>,
    /// An account whose events are broken.
    pub(crate) broken: Option<&'static str>,
    pub(crate) failure: Option<StoreError>,
}

impl MemoryEvents {
    /// An account with these amounts as its events.
    pub(crate) fn with(account: &str, amounts: &[i64]) -> Self {
        let events = amounts.iter().zip(1..).map(|(amount, version)| Event {
            account: account.to_owned(),
            version,
            kind: if *amount < 0 { "withdrawn" } else { "deposited" }.to_owned(),
            amount: *amount,
            at: format!("2026-01-0{version}T00:00:00.000Z"),
            command_id: format!("command-{version}"),
            correlation_id: format!("earlier-{version}"),
        });
        Self { events: RefCell::new(events.collect()), ..Self::default() }
    }
}

impl Events for MemoryEvents {
    async fn of(&self, account: &str) -> Result<Vec<Event>, HistoryError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone().into());
        }
        if self.broken == Some(account) {
            return Err(Broken::Missing(2).into());
        }
        Ok(self.events.borrow().iter().filter(|event| event.account == account).cloned().collect())
    }

    async fn append(&self, event: &Event) -> Result<bool, StoreError> {
        let races = *self.races.borrow();
        let event = if races > 0 {
            *self.races.borrow_mut() -= 1;
            Event { command_id: format!("other-{races}"), amount: 1, kind: "deposited".to_owned(), ..event.clone() }
        } else {
            event.clone()
        };
        self.events.borrow_mut().push(event);
        Ok(races == 0)
    }
}

/// Documents, and the accounts that the store refuses.
#[derive(Default)]
pub(crate) struct MemoryReadModel {
    pub(crate) documents: RefCell<BTreeMap<String, Document>>,
    pub(crate) refuses: Option<&'static str>,
    pub(crate) searches: RefCell<Vec<Search>>,
}

impl MemoryReadModel {
    /// With these documents: ids and balances.
    pub(crate) fn with(documents: &[(&str, i64)]) -> Self {
        let documents = documents.iter().map(|(id, balance)| {
            let at = "2026-01-01T00:00:00.000Z".to_owned();
            let document =
                Document { id: (*id).to_owned(), balance: *balance, version: 3, opened_at: at.clone(), updated_at: at };
            ((*id).to_owned(), document)
        });
        Self { documents: RefCell::new(documents.collect()), ..Self::default() }
    }
}

impl ReadModel for MemoryReadModel {
    async fn get(&self, account: &str) -> Result<Option<Document>, StoreError> {
        Ok(self.documents.borrow().get(account).cloned())
    }

    async fn search(&self, search: &Search) -> Result<Vec<Document>, StoreError> {
        self.searches.borrow_mut().push(search.clone());
        Ok(self.documents.borrow().values().take(search.limit.into()).cloned().collect())
    }

    async fn write(&self, documents: &[Document]) -> Result<Written, StoreError> {
        let mut kept = self.documents.borrow_mut();
        let mut write = |document: &Document| {
            if self.refuses == Some(&document.id) {
                return Err("refused".to_owned());
            }
            if kept.get(&document.id).is_some_and(|known| known.version >= document.version) {
                return Ok(Outcome::Known);
            }
            kept.insert(document.id.clone(), document.clone());
            Ok(Outcome::Written)
        };
        Ok(documents.iter().map(|document| (document.id.clone(), write(document))).collect())
    }

    async fn clear(&self) -> Result<(), StoreError> {
        self.documents.borrow_mut().clear();
        Ok(())
    }
}

thread_local! {
    /// What this thread has logged. Each test runs on a thread of its own.
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct ThisThread;

impl Write for ThisThread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps what is logged from now on. One subscriber for the process: tracing remembers for each place in the code
/// whether anybody listens, and would ask whatever thread comes there first.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let lines = json_lines(|| ThisThread, LevelFilter::INFO, Some("tests".to_owned()));
        tracing::subscriber::set_global_default(lines).unwrap();
    });
    LOGGED.take();
}

/// The lines that this thread has logged since it began to listen.
pub(crate) fn logged() -> Vec<Value> {
    let text = String::from_utf8(LOGGED.take()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
