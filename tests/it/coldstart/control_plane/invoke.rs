//! Execution environments of the fake: fresh ones when all are busy, and a REPORT for each call.

use std::time::Duration;

use slsx::ports::{Invocation, Lifecycle, RemoteError};

use super::{Function, Plane};

pub(crate) const PLATFORM_MS: f64 = 30.0;
pub(crate) const ROUND_TRIP_MS: f64 = 10.0;

/// Init Duration at a chance between 0 and 1: a median of 180 ms, and a tail to the right.
pub(crate) fn init_ms(chance: f64) -> f64 {
    ((150.0 + 60.0 * chance + 200.0 * (chance - 0.5).max(0.0).powi(4)) * 100.0).round() / 100.0
}

/// How the environment of a call came to be.
#[derive(Clone, Copy)]
pub(crate) enum Environment {
    Fresh,
    Proactive,
    Used,
}

impl Plane {
    pub(super) fn start_invoke(&mut self, name: &str, number: u32) -> Result<Environment, RemoteError> {
        let chance = self.random.as_mut().unwrap().f64();
        let function = self.function("lambda:Invoke", name)?;
        let proactive = function.proactive;
        let version = function.versions.get_mut(&number).ok_or_else(|| RemoteError::NotFound {
            operation: "lambda:Invoke".into(),
            message: format!("no version {number}"),
        })?;
        assert_eq!(version.state.lifecycle, Lifecycle::Active, "invoked before it was active");
        version.busy += 1;
        if version.busy <= version.environments {
            return Ok(Environment::Used);
        }
        version.environments += 1;
        Ok(if chance < proactive { Environment::Proactive } else { Environment::Fresh })
    }

    pub(super) fn end_invoke(&mut self, name: &str, number: u32, environment: Environment) -> Invocation {
        self.request_ids += 1;
        let request_id = format!("request-{}", self.request_ids);
        let init = init_ms(self.random.as_mut().unwrap().f64());
        let function = self.functions.get_mut(name).unwrap();
        let init = init + function.slower_ms;
        if let Some(version) = function.versions.get_mut(&number) {
            version.busy -= 1;
        }
        let init = match environment {
            Environment::Fresh => Some(init),
            Environment::Proactive | Environment::Used => None,
        };
        if !function.is_broken {
            function.cold.extend(init);
        }
        let total = init.unwrap_or(0.0) + 5.25 + ROUND_TRIP_MS + init.map_or(0.0, |_| PLATFORM_MS);
        Invocation {
            function_error: function.is_broken.then(|| "Unhandled".to_owned()),
            log_tail: function.log_tail(&request_id, init),
            payload: if function.is_broken {
                br#"{"errorType":"KeyError"}"#.to_vec()
            } else {
                b"{}".to_vec()
            },
            client_time: Duration::from_secs_f64(total / 1_000.0),
            request_id,
        }
    }
}

impl Function {
    fn log_tail(&self, request_id: &str, init: Option<f64>) -> String {
        if self.writes_json {
            let init = init.map(|init| format!(r#","initDurationMs":{init}"#)).unwrap_or_default();
            return format!(
                "cut\"}}}}\n{{\"level\":\"INFO\",\"message\":\"work\"}}\n{{\"time\":\"t\",\"type\":\"platform.report\",\
                 \"record\":{{\"requestId\":\"{request_id}\",\"status\":\"success\",\"metrics\":{{\"durationMs\":5.25,\
                 \"billedDurationMs\":6,\"memorySizeMB\":256,\"maxMemoryUsedMB\":64{init}}}}}}}\n"
            );
        }
        let init = init.map(|init| format!("Init Duration: {init} ms\t")).unwrap_or_default();
        format!(
            "ration: 1 ms\tInit Duration: 1 ms\t\nSTART RequestId: {request_id} Version: 1\nwork\nEND RequestId: \
             {request_id}\nREPORT RequestId: {request_id}\tDuration: 5.25 ms\tBilled Duration: 6 ms\tMemory Size: 256 \
             MB\tMax Memory Used: 64 MB\t{init}\n"
        )
    }
}
