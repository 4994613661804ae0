//! The integration tests: one binary, so that the SDK is linked once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::wildcard_enum_match_arm,
    clippy::allow_attributes,
    reason = "a test that fails should fail loudly"
)]

mod architecture;
mod audit;
mod cloudformation;
mod coldstart;
mod complete;
mod completions;
mod help_texts;
mod hostile;
mod http;
mod matrix;
mod new;
mod offline;
mod package;
mod readme;
mod relay;
mod rule_pages;
mod scenarios;
mod stacks;
mod terminal;
mod traffic;
mod update;
mod variables;
mod world;
