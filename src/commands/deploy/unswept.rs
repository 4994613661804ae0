//! Sees to it that what a change set names is still in the bucket when it is executed, although somebody may be removing
//! what nothing refers to: until the change set is there, nothing refers to it.

use std::time::Duration;

use super::artifacts::Prepared;
use crate::commands::{Context, Failure};
use crate::deploy::garbage::{SWEEP_KEY, Sweep};
use crate::package::Store;
use crate::ports::{Buckets, Clock, RemoteError};

/// How often to look whether a sweep is over.
const PAUSE: Duration = Duration::from_secs(1);

/// The last sweep before packages were looked for.
pub(super) struct Unswept<'a, B, C> {
    prepared: &'a Prepared<'a>,
    buckets: &'a B,
    clock: &'a C,
    store: &'a Store,
    last: Option<Sweep>,
}

impl<'a, B: Buckets, C: Clock> Unswept<'a, B, C> {
    /// Waits until no sweep is running, and remembers the last one.
    ///
    /// # Errors
    /// When AWS refuses.
    pub(super) async fn begin(
        prepared: &'a Prepared<'a>,
        buckets: &'a B,
        clock: &'a C,
        store: &'a Store,
    ) -> Result<Self, Failure> {
        let mut own = Self { prepared, buckets, clock, store, last: None };
        own.last = own.over().await?;
        Ok(own)
    }

    /// Uploads again what a sweep took away since; to be called when the change set is there.
    ///
    /// # Errors
    /// When AWS refuses.
    pub(super) async fn restore(&self, context: &mut Context) -> Result<(), Failure> {
        if self.over().await? != self.last {
            self.prepared.upload(self.buckets, self.store, context).await?;
        }
        Ok(())
    }

    /// The last sweep, when it is over.
    async fn over(&self) -> Result<Option<Sweep>, Failure> {
        let Store::Bucket { name, .. } = self.store else { return Ok(None) };
        loop {
            let text = match self.buckets.get(name, SWEEP_KEY).await {
                // Who may not read the bucket is told so by what comes next.
                Err(RemoteError::Denied { .. }) => return Ok(None),
                other => other?,
            };
            match Sweep::read(text.as_deref()) {
                Some(sweep) if sweep.is_running(self.clock.now_ms()) => self.clock.sleep(PAUSE).await,
                other => return Ok(other),
            }
        }
    }
}
