//! Decides from one reply whether it was a cold start; the reply's own REPORT is the only witness.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::report_line;
use super::statistics::rounded;

/// Lambda stops the init phase of an on-demand function at 10 seconds and runs it again inside the invoke
/// (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>).
const INIT_LIMIT_MS: f64 = 9_900.0;

/// How a fresh environment came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// The runtime and the handler's module were initialised.
    Init,
    /// A SnapStart snapshot was restored.
    Restore,
}

/// One cold start.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sample {
    /// The request that was served first, to find it in the logs; none where there are no requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Round it came from; 0 is the first after the change.
    pub round: u32,
    /// What the environment did first.
    pub start: Start,
    /// How long that took: Init Duration or Restore Duration.
    pub start_ms: f64,
    /// Processor time of the start, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_ms: Option<f64>,
    /// Time in the handler.
    pub duration_ms: f64,
    /// Time billed.
    pub billed_ms: Option<f64>,
    /// Send to last byte, by our clock.
    pub client_ms: f64,
    /// Peak memory.
    pub max_memory_mb: Option<f64>,
    /// The init phase hit its limit of 10 seconds, so it ran twice.
    pub has_init_timed_out: bool,
}

/// Why a reply is not a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// Its REPORT has neither Init Duration nor Restore Duration: a used or a proactively initialised environment.
    NotCold,
    /// The init phase failed or timed out and ran again inside the invoke.
    InitRepeated,
    /// The log's tail does not hold its REPORT.
    NoReport,
    /// The function failed.
    FunctionError,
    /// Throttled.
    Throttled,
    /// No reply in time.
    NoReply,
    /// Lambda refused the call.
    Refused,
}

impl DropReason {
    /// In words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NotCold => "not cold (a used or proactively initialised environment)",
            Self::InitRepeated => "init failed and ran again inside the invoke",
            Self::NoReport => "no REPORT in the log's tail",
            Self::FunctionError => "function error",
            Self::Throttled => "throttled",
            Self::NoReply => "no reply",
            Self::Refused => "refused by Lambda",
        }
    }
}

/// What an invoke brought back.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// The request's id; the REPORT must carry the same.
    pub request_id: &'a str,
    /// The function said it failed.
    pub has_function_error: bool,
    /// Last 4 KB of the log.
    pub log_tail: &'a str,
    /// Send to last byte, by our clock.
    pub client_time: Duration,
}

/// The sample in a reply of this round.
///
/// # Errors
/// Why the reply does not count.
pub fn judge(reply: Reply<'_>, round: u32) -> Result<Sample, DropReason> {
    let report = report_line::find(reply.log_tail, reply.request_id);
    if reply.has_function_error || report.as_ref().is_some_and(|line| line.has_failed) {
        return Err(DropReason::FunctionError);
    }
    let line = report.ok_or(DropReason::NoReport)?;
    let (start, start_ms) = match (line.init_ms, line.restore_ms) {
        (_, Some(restore)) => (Start::Restore, restore),
        (Some(init), None) => (Start::Init, init),
        (None, None) if report_line::has_failed_init(reply.log_tail) => return Err(DropReason::InitRepeated),
        (None, None) => return Err(DropReason::NotCold),
    };
    Ok(Sample {
        request_id: Some(reply.request_id.to_owned()),
        cpu_ms: None,
        round,
        start,
        start_ms,
        duration_ms: line.duration_ms,
        billed_ms: line.billed_ms,
        client_ms: milliseconds(reply.client_time),
        max_memory_mb: line.max_memory_mb,
        has_init_timed_out: start == Start::Init && start_ms >= INIT_LIMIT_MS,
    })
}

/// A warm invoke. Times are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Warm {
    /// What it takes besides the handler: the way there and back.
    pub round_trip_ms: f64,
    /// The handler's Duration.
    pub duration_ms: f64,
}

/// Reads a warm invoke; none if it was not warm or failed.
#[must_use]
pub fn warm(reply: Reply<'_>) -> Option<Warm> {
    let line = report_line::find(reply.log_tail, reply.request_id)?;
    let is_warm = line.init_ms.is_none() && line.restore_ms.is_none();
    (is_warm && !reply.has_function_error && !line.has_failed).then(|| Warm {
        round_trip_ms: (milliseconds(reply.client_time) - line.duration_ms).max(0.0),
        duration_ms: line.duration_ms,
    })
}

/// The error type a failed handler answers with; its message may hold user data and is not taken.
#[must_use]
pub fn error_type(payload: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(rename = "errorType")]
        error_type: String,
    }
    let answer: Answer = serde_json::from_slice(payload).ok()?;
    Some(shown(&answer.error_type, 80))
}

/// What the runtime says about code that it could not start, as `Type: message`.
///
/// The messages of other errors come from the function itself and may quote its data, so they are not repeated.
/// (<https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html>).
#[must_use]
pub fn start_error(payload: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(rename = "errorType")]
        error_type: String,
        #[serde(rename = "errorMessage")]
        error_message: String,
    }
    let answer: Answer = serde_json::from_slice(payload).ok()?;
    // A promise nobody waits for is rejected by the handler's own code, perhaps because of the event.
    let is_about_the_start =
        answer.error_type.starts_with("Runtime.") && answer.error_type != "Runtime.UnhandledPromiseRejection";
    is_about_the_start
        .then(|| format!("{}: {}", shown(&answer.error_type, 80), shown(&answer.error_message, 300)))
}

fn shown(text: &str, longest: usize) -> String {
    text.chars().filter(|character| !character.is_control()).take(longest).collect()
}

fn milliseconds(duration: Duration) -> f64 {
    rounded(duration.as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{DropReason, Reply, Start, error_type, judge, start_error, warm};

    fn reply(log_tail: &str) -> Reply<'_> {
        Reply {
            request_id: "r",
            has_function_error: false,
            log_tail,
            client_time: Duration::from_millis(100),
        }
    }

    #[test]
    fn only_the_runtimes_own_words_are_repeated() {
        let import = br#"{"errorMessage": "Unable to import module 'app': No module named 'requests'", "errorType": "Runtime.ImportModuleError"}"#;
        assert_eq!(
            start_error(import).as_deref(),
            Some("Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'")
        );
        for other in ["ValueError", "Runtime.UnhandledPromiseRejection"] {
            let payload = format!(r#"{{"errorMessage": "card 4111", "errorType": "{other}"}}"#);
            assert_eq!(start_error(payload.as_bytes()), None, "{other}");
        }
        assert_eq!(start_error(b"null"), None);
    }

    #[test]
    fn init_and_restore_are_cold_and_nothing_else_is() {
        let init = judge(reply("REPORT RequestId: r\tDuration: 2 ms\tInit Duration: 80 ms\t"), 3).unwrap();
        assert_eq!(
            (init.start, init.start_ms, init.duration_ms, init.client_ms, init.round),
            (Start::Init, 80.0, 2.0, 100.0, 3)
        );
        let restore =
            judge(reply("REPORT RequestId: r\tDuration: 2 ms\tRestore Duration: 500 ms\t"), 0).unwrap();
        assert_eq!((restore.start, restore.start_ms), (Start::Restore, 500.0));
        assert_eq!(judge(reply("REPORT RequestId: r\tDuration: 2 ms\t"), 0), Err(DropReason::NotCold));
        assert_eq!(
            judge(reply("REPORT RequestId: s\tDuration: 2 ms\tInit Duration: 80 ms\t"), 0),
            Err(DropReason::NoReport)
        );
        assert_eq!(judge(reply(""), 0), Err(DropReason::NoReport));
    }

    #[test]
    fn a_failure_does_not_count_even_when_it_was_cold() {
        let cold = reply("REPORT RequestId: r\tDuration: 2 ms\tInit Duration: 80 ms\t");
        assert_eq!(judge(Reply { has_function_error: true, ..cold }, 0), Err(DropReason::FunctionError));
        let timeout = reply("REPORT RequestId: r\tDuration: 3000 ms\tInit Duration: 80 ms\tStatus: timeout");
        assert_eq!(judge(timeout, 0), Err(DropReason::FunctionError));
    }

    #[test]
    fn an_init_at_its_limit_is_flagged_and_one_that_ran_again_is_dropped() {
        assert!(
            judge(reply("REPORT RequestId: r\tDuration: 9000 ms\tInit Duration: 9999.8 ms\t"), 0)
                .unwrap()
                .has_init_timed_out
        );
        let tail = "INIT_REPORT Init Duration: 10000.04 ms\tPhase: init\tStatus: timeout\nREPORT RequestId: r\tDuration: 12000 ms\t";
        assert_eq!(judge(reply(tail), 0), Err(DropReason::InitRepeated));
    }

    #[test]
    fn only_a_warm_reply_tells_the_round_trip() {
        let round_trip = |log| warm(reply(log)).map(|warm| warm.round_trip_ms);
        assert_eq!(round_trip("REPORT RequestId: r\tDuration: 40 ms\t"), Some(60.0));
        assert_eq!(round_trip("REPORT RequestId: r\tDuration: 140 ms\t"), Some(0.0));
        assert_eq!(warm(reply("REPORT RequestId: r\tDuration: 40 ms\tInit Duration: 1 ms\t")), None);
        assert_eq!(warm(reply("")), None);
    }

    #[test]
    fn an_error_type_is_taken_and_an_error_message_is_not() {
        assert_eq!(error_type(br#"{"errorType":"KeyError","errorMessage":"secret"}"#).unwrap(), "KeyError");
        assert_eq!(error_type(b"[1]"), None);
    }
}
