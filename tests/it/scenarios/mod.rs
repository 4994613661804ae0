//! Scenarios: the binary against local AWS, as a newcomer would use it.

mod assembly;
mod build;
mod collecting;
mod copies;
mod deploy;
mod diff;
mod doctor;
mod drift;
mod examples;
mod fan_out;
mod interrupted_demo;
mod killed;
mod lanes;
mod local;
mod machine;
mod nested;
mod operate;
mod policy;
mod promises;
mod reach;
mod recover;
mod rollback;
mod stopping;
mod undeletable;
mod watching;
