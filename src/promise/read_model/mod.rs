//! Read model: what is asked is the fold of what happened, whatever is delivered twice, late or all over again.

pub mod event;
pub mod fold;
pub mod judge;
pub mod lag;
pub mod schema;

pub use event::{Event, Names, Record, record};
pub use fold::{Fold, Folded};
pub use judge::{Comparison, Delivery, Observed, Replayed, Seen, judge};
pub use lag::{Sighting, lags, unseen};
pub use schema::{Plan, ReadModel};
