//! What a read model keeps and must be able to do. `read_model` does it with the store that this project uses.

use std::collections::BTreeMap;
use std::future::Future;

use serde::{Deserialize, Serialize};

use crate::accounts::Account;
use crate::aws::StoreError;

/// An account as it is kept and answered.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Document {
    pub id: String,
    pub balance: i64,
    pub version: u64,
    pub opened_at: String,
    pub updated_at: String,
}

impl From<Account> for Document {
    fn from(account: Account) -> Self {
        let Account { id, balance, version, opened_at, updated_at } = account;
        Self { id, balance, version, opened_at, updated_at }
    }
}

/// Which documents a list shows, by balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    pub minimum: Option<i64>,
    pub maximum: Option<i64>,
    pub is_descending: bool,
    pub limit: u16,
    /// Balance and id of the last document before.
    pub after: Option<(i64, String)>,
}

/// How a document came to be in the read model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Written,
    /// It was there, in this version or a later one.
    Known,
}

impl Outcome {
    /// The word for the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Known => "known",
        }
    }
}

/// What became of documents, by account: how those went that are in the read model now, and why the others are not.
pub type Written = BTreeMap<String, Result<Outcome, String>>;

/// The accounts as queries want them: one document for each.
pub trait ReadModel {
    /// The document of an account.
    fn get(&self, account: &str) -> impl Future<Output = Result<Option<Document>, StoreError>>;

    /// The documents that match, in order of their balances; equal ones in an order of the store's own.
    fn search(&self, search: &Search) -> impl Future<Output = Result<Vec<Document>, StoreError>>;

    /// Keeps each document, unless there is one of the same version or a later one.
    fn write(&self, documents: &[Document]) -> impl Future<Output = Result<Written, StoreError>>;

    /// Deletes all documents.
    fn clear(&self) -> impl Future<Output = Result<(), StoreError>>;
}
