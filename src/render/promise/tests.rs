use proptest::prelude::*;

use super::*;
use crate::promise::Promise;
use crate::promise::executions::Report;
use crate::promise::fan_out::{DeadLetters, Execution, FanOut, Timeline, judge};

const UNICODE: Style = Style { color: false, unicode: true, width: 80 };
const WORKERS: [&str; 4] = ["thumbnail", "transcode-1080p", "transcode-720p", "update-db"];

fn promise() -> FanOut {
    let workers: String =
        WORKERS.map(|name| format!("[[worker]]\nname = \"{name}\"\nfunction = \"Function\"\n")).concat();
    let promise = Promise::parse(&format!(
        "version = 1\nkind = \"fan-out\"\n{workers}\
         [upload]\nbucket = \"B\"\nprefix = \"uploads/\"\nfile = \"a.y4m\"\ncontent_type = \"video/x\"\n\
         [checks]\nruns_each = 1\nmakespan_factor = 1.5\noverhead_ms = 1000\nminimum_overlap = 0.5\nwithin_seconds = 60\n"
    ));
    let Ok(Promise::FanOut(promise)) = promise else { panic!("{promise:?}") };
    promise
}

fn execution(worker: &str, start_ms: u64, duration_ms: f64, init_ms: Option<f64>) -> Execution {
    Execution {
        worker: worker.into(),
        request_id: format!("request-{worker}"),
        start_ms: 1_795_387_561_000 + start_ms,
        report: Some(Report { duration_ms, init_ms, has_failed: false }),
        has_result: true,
    }
}

fn judged(executions: Vec<Execution>) -> Verdict {
    let timeline = Timeline { object_key: "uploads/verify-1.y4m".into(), executions };
    let queues = WORKERS.map(|worker| DeadLetters { worker: worker.into(), messages: 0 });
    judge("v1", &promise(), timeline, &queues, None)
}

fn parallel() -> Verdict {
    judged(vec![
        execution("thumbnail", 30, 412.4, Some(92.0)),
        execution("transcode-1080p", 0, 1203.0, Some(95.5)),
        execution("transcode-720p", 12, 804.0, None),
        execution("update-db", 45, 38.0, Some(210.0)),
    ])
}

fn sequential() -> Verdict {
    let mut last = execution("update-db", 2419, 38.0, None);
    last.report = last.report.map(|report| Report { has_failed: true, ..report });
    judged(vec![
        execution("thumbnail", 0, 412.0, None),
        execution("transcode-1080p", 412, 1203.0, None),
        execution("transcode-720p", 1615, 804.0, None),
        last,
    ])
}

fn shown(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_kept_promise() {
    insta::assert_snapshot!(shown(|out| verdict(out, UNICODE, &parallel(), true)), @r"
        thumbnail           ░░░█████████████                           92 + 412 ms local
        transcode-1080p    ░░░██████████████████████████████████████  96 + 1203 ms local
        transcode-720p         █████████████████████████                    804 ms local
        update-db        ░░░░░░░█                                      210 + 38 ms local
                         0               500            1000 ms local
                         ░ fresh start  █ handler
        ✓ runs          every worker ran as often as promised
        ✓ makespan      1368 ms local, at most 1.5 x 1298 + 1000 ms promised
                        starts 177 ms local apart
        ✓ overlap       0.96 of 1, at least 0.50 promised, for 2855 ms local of work
        ✓ dead letters  every queue is empty
        promise kept
        ");
}

#[test]
fn a_broken_promise_in_ascii() {
    insta::assert_snapshot!(shown(|out| verdict(out, Style::plain(80), &sequential(), false)), @r"
        thumbnail        ########                                                 412 ms
        transcode-1080p          ########################                        1203 ms
        transcode-720p                                   ###############          804 ms
        update-db                                                       #  38 ms, failed
                         0         500       1000     1500      2000 ms
                         . fresh start  # handler
        FAIL runs          update-db failed (request request-update-db)
        ok   makespan      2457 ms, at most 1.5 x 1203 + 1000 ms promised
                           starts 2419 ms apart
        FAIL overlap       0.00 of 1, at least 0.50 promised, for 2457 ms of work
        ok   dead letters  every queue is empty
        promise broken: runs, overlap
        ");
}

#[test]
fn workers_that_never_ran_are_named() {
    let mut silent = execution("transcode-1080p", 7, 0.0, None);
    silent.report = None;
    insta::assert_snapshot!(shown(|out| verdict(out, UNICODE, &judged(vec![silent]), true)), @r"
        transcode-1080p  █                                                  not reported
                         0 ms local
                         ░ fresh start  █ handler
        ✗ runs          thumbnail ran 0 of 1 times
                        transcode-720p ran 0 of 1 times
                        update-db ran 0 of 1 times
                        transcode-1080p has no REPORT yet (request request-transcode-1080p)
        – makespan      not every worker has run and been reported
        – overlap       not every worker has run and been reported
        ✓ dead letters  every queue is empty
        promise broken: runs
        ");
}

#[test]
fn nothing_ran() {
    insta::assert_snapshot!(shown(|out| verdict(out, UNICODE, &judged(vec![]), true)), @r"
        ✗ runs          thumbnail ran 0 of 1 times
                        transcode-1080p ran 0 of 1 times
                        transcode-720p ran 0 of 1 times
                        update-db ran 0 of 1 times
        – makespan      not every worker has run and been reported
        – overlap       not every worker has run and been reported
        ✓ dead letters  every queue is empty
        promise broken: runs
        ");
}

#[test]
fn every_time_measured_on_local_aws_says_local() {
    let text = shown(|out| verdict(out, UNICODE, &parallel(), true));
    let measured = text.lines().filter(|line| line.contains(" ms") && !line.trim_start().starts_with('0'));
    assert!(measured.clone().count() >= 6);
    for line in measured {
        assert!(line.contains("ms local"), "{line}");
    }
    assert!(!shown(|out| verdict(out, UNICODE, &parallel(), false)).contains("local"));
}

#[test]
fn json_carries_its_schema_and_the_same_facts() {
    let text = shown(|out| verify_json(out, "video", &sequential(), true));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["schema"], "slsx/verify/1");
    assert_eq!(json["local"], true);
    assert_eq!(json["conclusion"], "broken");
    assert_eq!(json["figures"]["makespan_ms"], 2457.0);
    assert_eq!(json["checks"][0]["problems"][0]["problem"], "failed");
    assert_eq!(json["checks"][2]["check"], "overlap");
    assert_eq!(json["checks"][2]["outcome"], "broken");
    assert_eq!(json["executions"][3]["failed"], true);
}

#[test]
fn a_handler_that_ends_at_once_at_the_very_end_stays_within_the_width() {
    let executions = vec![execution("first", 0, 0.0, None), execution("last", 83_337, 0.0, None)];
    let timeline = Timeline { object_key: "key".into(), executions };
    let text = shown(|out| gantt(out, Style::plain(44), &timeline, true));
    assert!(text.lines().all(|line| line.chars().count() <= 44), "{text}");
}

proptest! {
    #[test]
    fn the_chart_fits_its_width_and_every_worker_has_a_bar(
        width in 44_usize..200,
        unicode in any::<bool>(),
        runs in prop::collection::vec((0_u64..100_000, 0_u32..100_000, prop::option::of(0_u32..20_000)), 1..8),
    ) {
        let executions: Vec<_> = runs
            .iter()
            .map(|(start, duration, init)| {
                execution("a-worker-with-a-long-name", *start, f64::from(*duration), init.map(f64::from))
            })
            .collect();
        let timeline = Timeline { object_key: "key".into(), executions };
        let style = Style { color: false, unicode, width };
        let text = shown(|out| gantt(out, style, &timeline, true));
        prop_assert_eq!(text.lines().count(), runs.len() + 2);
        for (index, line) in text.lines().enumerate() {
            prop_assert!(line.chars().count() <= width, "{} columns: {line:?}", line.chars().count());
            prop_assert!(index >= runs.len() || line.contains(['█', '#']), "{line:?}");
        }
    }
}

mod kinds;
