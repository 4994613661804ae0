//! The workers: what they do with an upload, and how they reach AWS. The binaries in `bin/` only put the parts
//! together.

pub mod aws;
pub mod log;
pub mod ports;
pub mod results;
pub mod settings;
pub mod upload;
pub mod video;
pub mod work;
pub mod worker;
