//! Commands append events, a projector folds them into a read model, queries read that. `read_model` is the one
//! that this project uses.

pub mod account_id;
pub mod accounts;
pub mod aws;
pub mod command;
pub mod command_content;
pub mod documents;
pub mod event_store;
pub mod log;
pub mod projector;
pub mod query;
pub mod read_model;
pub mod web;
