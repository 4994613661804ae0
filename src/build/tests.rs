//! The real tools, as far as this machine has them.
