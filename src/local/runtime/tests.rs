use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::{Launch, NotStarted, Started, start};

/// A shell script as a custom runtime: nothing else is sure to be there.
const RUNTIME: &str = r#"#!/usr/bin/env python3
import os, time, urllib.request
base = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/"
mode = os.environ["MODE"]
if mode == "init-error":
    body = b'{"errorType": "Runtime.ImportModuleError", "errorMessage": "no module"}'
    urllib.request.urlopen(urllib.request.Request(base + "init/error", body)).close()
    time.sleep(9)
if mode == "exit":
    print("cannot go on")
    raise SystemExit(3)
time.sleep(float(os.environ.get("PAUSE", "0")))
end = time.process_time() + float(os.environ.get("WORK", "0"))
while time.process_time() < end:
    pass
while True:
    with urllib.request.urlopen(base + "invocation/next") as event:
        request_id, payload = event.headers["Lambda-Runtime-Aws-Request-Id"], event.read()
    time.sleep(0.05)
    kind = "error" if payload == b"fail" else "response"
    urllib.request.urlopen(urllib.request.Request(f"{base}invocation/{request_id}/{kind}", b"{}")).close()
"#;

fn launch(folder: &Path, variables: &[(&str, &str)]) -> Launch {
    let program = folder.join("bootstrap");
    crate::host::files::write_atomic(&program, RUNTIME.as_bytes()).unwrap();
    let path = std::env::var("PATH").unwrap();
    let own = [("PATH", path.as_str())];
    let variables: BTreeMap<String, String> =
        variables.iter().chain(&own).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Launch {
        program: "python3".into(),
        options: Vec::new(),
        arguments: vec![program.to_string_lossy().into_owned()],
        folder: folder.to_owned(),
        variables,
        timeout: Duration::from_secs(3),
    }
}

fn started(variables: &[(&str, &str)], payload: &[u8], share: f64) -> Result<Started, NotStarted> {
    let folder = tempfile::tempdir().unwrap();
    let launch = launch(folder.path(), variables);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(start(&launch, payload, share))
}

#[test]
fn a_pause_of_known_length_is_in_the_init_phase_and_not_in_the_processor_time() {
    let (without, with) = (
        started(&[("MODE", "")], b"{}", 1.0).unwrap(),
        started(&[("MODE", ""), ("PAUSE", "0.6")], b"{}", 1.0).unwrap(),
    );
    let longer = with.init.saturating_sub(without.init).as_secs_f64();
    // What else goes on on this machine makes one of them longer or the other.
    assert!((0.35..1.2).contains(&longer), "{longer}: {without:?} and {with:?}");
    assert!(with.init.as_secs_f64() >= 0.6, "{with:?}");
    assert!(with.invocation >= Duration::from_millis(50) && !with.has_failed, "{with:?}");
    if let Some(cpu) = with.init_cpu {
        assert!(cpu < Duration::from_millis(500), "sleeping is no work: {cpu:?}");
        assert!(with.peak_bytes.unwrap() > 1_000_000);
    }
}

#[test]
fn a_share_of_a_processor_makes_work_last_longer_and_no_more_of_it() {
    let whole = started(&[("MODE", ""), ("WORK", "0.2")], b"{}", 1.0).unwrap();
    let part = started(&[("MODE", ""), ("WORK", "0.2")], b"{}", 0.25).unwrap();
    assert!(part.init.as_secs_f64() > 0.6, "0.2 s of work at a quarter: {part:?}");
    if let (Some(whole), Some(part)) = (whole.init_cpu, part.init_cpu) {
        assert!(
            whole.as_secs_f64() >= 0.2 && part.as_secs_f64() < 3.0 * whole.as_secs_f64(),
            "{part:?} of {whole:?}"
        );
    }
}

#[test]
fn a_start_that_fails_says_why() {
    assert_eq!(
        started(&[("MODE", "init-error")], b"{}", 1.0),
        Err(NotStarted::InitError("Runtime.ImportModuleError: no module".into()))
    );
    let ended = started(&[("MODE", "exit")], b"{}", 1.0).unwrap_err().to_string();
    assert!(ended.contains("exit status: 3") && ended.contains("cannot go on"), "{ended}");
    assert!(started(&[("MODE", "")], b"fail", 1.0).unwrap().has_failed);
}
