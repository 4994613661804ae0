use std::cell::{Cell, RefCell};
use std::time::Duration;

use super::{Driver, Upload, Worker};
use crate::commands::Failure;
use crate::ports::{Clock, LogEvent, Logs, RemoteError};
use crate::promise::Promise;
use crate::promise::fan_out::Timeline;

const PROMISE: &str = r#"
version = 1
kind = "fan-out"
[upload]
bucket = "UploadBucket"
prefix = "uploads/"
file = "sample.y4m"
content_type = "video/x-yuv4mpeg"
[[worker]]
name = "thumbnail"
function = "ThumbnailFunction"
[[worker]]
name = "update-db"
function = "UpdateDbFunction"
[checks]
runs_each = 1
makespan_factor = 1.5
overhead_ms = 1000
minimum_overlap = 0.5
within_seconds = 60
"#;

/// Time that passes in sleeps only.
#[derive(Default)]
struct Sleeper(Cell<Duration>);

impl Clock for Sleeper {
    fn now_ms(&self) -> u64 {
        0
    }

    fn elapsed(&self) -> Duration {
        self.0.get()
    }

    async fn sleep(&self, duration: Duration) {
        self.0.set(self.0.get() + duration);
    }
}

/// Logs that fail as told, the last one first, and are empty afterwards.
struct Failing(RefCell<Vec<RemoteError>>);

impl Logs for Failing {
    async fn search(
        &self,
        _: &str,
        _: u64,
        _: Option<&str>,
        _: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<LogEvent>, RemoteError> {
        self.0.borrow_mut().pop().map_or(Ok(Vec::new()), Err)
    }
}

fn lost() -> RemoteError {
    RemoteError::Unknown { operation: "logs:FilterLogEvents".into(), message: "reset".into() }
}

fn watched(failures: Vec<RemoteError>) -> (Result<Timeline, Failure>, Duration) {
    let Promise::FanOut(promise) = Promise::parse(PROMISE).unwrap() else { panic!("another kind") };
    let workers = vec![Worker { name: "thumbnail".into(), log_group: "group".into() }];
    let (logs, clock) = (Failing(RefCell::new(failures)), Sleeper::default());
    let driver = Driver { promise: &promise, workers, logs, clock: &clock };
    let patience = Duration::from_secs(promise.checks.within_seconds);
    let watching = driver.watch(Upload { key: "uploads/1.y4m", at_ms: 0, patience });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    (runtime.block_on(watching), clock.elapsed())
}

#[test]
fn lost_replies_are_sat_out() {
    let (timeline, elapsed) = watched(vec![lost(), lost(), lost()]);
    assert!(timeline.unwrap().executions.is_empty());
    assert!(elapsed >= Duration::from_secs(60), "{elapsed:?}");
}

#[test]
fn trouble_that_lasts_to_the_deadline_is_told() {
    let (timeline, elapsed) = watched(vec![lost(); 1_000]);
    assert!(matches!(timeline, Err(Failure::Remote(RemoteError::Unknown { .. }))));
    assert!(elapsed >= Duration::from_secs(60), "{elapsed:?}");
}

#[test]
fn a_refusal_ends_the_watch_at_once() {
    let denied = RemoteError::Denied { operation: "logs:FilterLogEvents".into(), message: "no".into() };
    let (timeline, elapsed) = watched(vec![denied]);
    assert!(matches!(timeline, Err(Failure::Remote(RemoteError::Denied { .. }))));
    assert_eq!(elapsed, Duration::ZERO);
}
