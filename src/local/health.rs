//! Talks HTTP to the emulator's own control routes, on loopback only.

use std::time::Duration;

use super::error::LocalError;

/// Loopback answers at once or not at all.
const PATIENCE: Duration = Duration::from_secs(2);

fn agent(patience: Duration) -> ureq::Agent {
    // A proxy of the environment must not see requests to this machine.
    ureq::Agent::config_builder().proxy(None).timeout_global(Some(patience)).build().into()
}

/// Whether the emulator answers its health check.
pub(super) fn is_healthy(port: u16) -> bool {
    agent(PATIENCE).get(format!("http://127.0.0.1:{port}/_ministack/health")).call().is_ok()
}

/// Drops every resource; also ends the functions' processes.
pub(super) fn reset(port: u16) -> Result<(), LocalError> {
    agent(Duration::from_secs(30))
        .post(format!("http://127.0.0.1:{port}/_ministack/reset"))
        .send_empty()
        .map(drop)
        .map_err(|error| LocalError::Refused { reason: error.to_string() })
}
