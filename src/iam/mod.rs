//! IAM policies as values: documents and statements, wildcards, and the catalogue of actions.
//!
//! Knows no template and fetches nothing; who holds a policy is the caller's business.

pub mod catalogue;
pub mod escalation;
pub mod managed;
pub mod pattern;
pub mod policy;
pub mod scope;
