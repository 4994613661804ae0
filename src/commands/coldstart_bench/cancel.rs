//! The wish to stop, as a value that the signal handler sets and the work looks at; handles no signal itself.

use std::future::pending;

use tokio::sync::watch;

/// Why a run should stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// Ctrl-C.
    Interrupted,
    /// SIGTERM or SIGHUP.
    Terminated,
}

/// Tells a run to stop measuring and to put everything back.
///
/// A request that changes something is never abandoned half-way, because it could still arrive after the undo;
/// waits and invokes are.
#[derive(Debug)]
pub struct Cancel {
    wish: watch::Sender<Option<Interruption>>,
}

impl Default for Cancel {
    fn default() -> Self {
        Self { wish: watch::Sender::new(None) }
    }
}

impl Cancel {
    /// Asks the run to stop; the first reason counts.
    pub fn request(&self, why: Interruption) {
        self.wish.send_if_modified(|wish| wish.is_none() && wish.replace(why).is_none());
    }

    /// Why the run should stop, if it should.
    #[must_use]
    pub fn requested(&self) -> Option<Interruption> {
        *self.wish.borrow()
    }

    /// Waits until the run should stop.
    pub async fn wait(&self) -> Interruption {
        let mut wishes = self.wish.subscribe();
        match wishes.wait_for(Option::is_some).await.map(|wish| *wish) {
            Ok(Some(why)) => why,
            // The sender lives in `self`, so the channel cannot close while somebody waits here.
            Ok(None) | Err(_) => pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::{Cancel, Interruption};

    #[test]
    fn the_first_reason_counts_and_wakes_the_wait() {
        let cancel = Cancel::default();
        let mut wait = pin!(cancel.wait());
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(wait.as_mut().poll(&mut context), Poll::Pending);
        assert_eq!(cancel.requested(), None);
        cancel.request(Interruption::Terminated);
        cancel.request(Interruption::Interrupted);
        assert_eq!(cancel.requested(), Some(Interruption::Terminated));
        assert_eq!(wait.as_mut().poll(&mut context), Poll::Ready(Interruption::Terminated));
    }
}
