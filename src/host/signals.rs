//! The wish to stop, as the operating system delivers it. It decides nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::signal::unix::{self, SignalKind};

/// Which wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM, or the terminal went away.
    Terminate,
}

/// A listener; while there is one, these signals do not end the process by themselves. Afterwards they do again, so
/// that a question can be answered with Ctrl-C.
#[derive(Debug)]
pub struct Signals {
    interrupt: unix::Signal,
    terminate: unix::Signal,
    hang_up: unix::Signal,
    _listening: Listening,
}

/// How many listeners there are.
static LISTENERS: Mutex<usize> = Mutex::new(0);
/// Nobody listens, so the signals do what they do to programs that never listened.
static IS_UNHEARD: OnceLock<Arc<AtomicBool>> = OnceLock::new();

#[derive(Debug)]
struct Listening;

impl Listening {
    fn start() -> std::io::Result<Self> {
        let mut listeners = LISTENERS.lock().unwrap_or_else(PoisonError::into_inner);
        let is_unheard = match IS_UNHEARD.get() {
            Some(flag) => flag,
            None => {
                let flag = Arc::new(AtomicBool::new(false));
                // The handler that listening installs stays for good, and this gives the default back to it.
                for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
                    let signal = kind.as_raw_value();
                    signal_hook::flag::register_conditional_default(signal, Arc::clone(&flag))?;
                }
                IS_UNHEARD.get_or_init(|| flag)
            }
        };
        *listeners += 1;
        is_unheard.store(false, Ordering::SeqCst);
        Ok(Self)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut listeners = LISTENERS.lock().unwrap_or_else(PoisonError::into_inner);
        *listeners = listeners.saturating_sub(1);
        if let Some(flag) = IS_UNHEARD.get().filter(|_| *listeners == 0) {
            flag.store(true, Ordering::SeqCst);
        }
    }
}

impl Signals {
    /// Starts listening; needs a running runtime.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen() -> std::io::Result<Self> {
        let listening = Listening::start()?;
        Ok(Self {
            interrupt: unix::signal(SignalKind::interrupt())?,
            terminate: unix::signal(SignalKind::terminate())?,
            hang_up: unix::signal(SignalKind::hangup())?,
            _listening: listening,
        })
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.hang_up.recv() => Signal::Terminate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_while_somebody_listens_signals_end_nothing() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _inside = runtime.enter();
        let is_unheard = || IS_UNHEARD.get().unwrap().load(Ordering::SeqCst);
        let (first, second) = (Signals::listen().unwrap(), Signals::listen().unwrap());
        drop(first);
        assert!(!is_unheard());
        drop(second);
        assert!(is_unheard());
        let _third = Signals::listen().unwrap();
        assert!(!is_unheard());
    }
}
