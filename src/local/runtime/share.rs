//! Holds processes to a part of a processor, as Lambda does by their memory: a tick of running, then a pause.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::task::JoinHandle;

const PERIOD: Duration = Duration::from_millis(50);

/// Ends with its last drop; the processes then run freely.
pub(super) struct Share(Option<(JoinHandle<()>, Pid)>);

impl Share {
    /// From a whole processor on, nothing is held back.
    pub(super) fn hold(group: Option<Pid>, share: f64) -> Self {
        let Some(group) = group.filter(|_| share < 1.0) else { return Self(None) };
        let running = PERIOD.mul_f64(share.max(0.01));
        let ticking = async move {
            loop {
                tokio::time::sleep(running).await;
                let is_gone = kill_process_group(group, Signal::STOP).is_err();
                tokio::time::sleep(PERIOD.saturating_sub(running)).await;
                if is_gone || kill_process_group(group, Signal::CONT).is_err() {
                    return;
                }
            }
        };
        Self(Some((tokio::spawn(ticking), group)))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if let Some((ticking, group)) = self.0.take() {
            ticking.abort();
            // Already gone is fine.
            let _ = kill_process_group(group, Signal::CONT);
        }
    }
}
