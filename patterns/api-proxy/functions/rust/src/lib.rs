//! The functions of the API, one module for each route, over HTTP (`web`), versions, content and a table.

pub mod content;
pub mod create;
pub mod delete;
pub mod list;
pub mod log;
pub mod read;
pub mod table;
pub mod update;
pub mod versions;
pub mod web;
