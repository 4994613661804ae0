use proptest::prelude::*;

use super::*;
use crate::promise::schema::{Kind, Upload, Worker};
use crate::promise::timeline::Report;

pub(in crate::promise) fn promise(workers: &[&str]) -> Promise {
    Promise {
        version: 1,
        kind: Kind::FanOut,
        upload: Upload {
            bucket: "UploadBucket".into(),
            prefix: "uploads/".into(),
            file: "events/sample.y4m".into(),
            content_type: "video/x-yuv4mpeg".into(),
        },
        workers: workers
            .iter()
            .map(|name| Worker { name: (*name).into(), function: (*name).into(), dead_letters: None })
            .collect(),
        checks: Limits {
            runs_each: 1,
            makespan_factor: 1.5,
            overhead_ms: 1000,
            minimum_overlap: 0.5,
            within_seconds: 60,
        },
    }
}

fn execution(worker: &str, start_ms: u64, duration_ms: f64) -> Execution {
    Execution {
        worker: worker.into(),
        request_id: format!("{worker}-{start_ms}"),
        start_ms,
        report: Some(Report { duration_ms, init_ms: None, has_failed: false }),
        has_result: true,
    }
}

fn judge(executions: Vec<Execution>) -> Verdict {
    let timeline = Timeline { object_key: "uploads/verify-1.y4m".into(), executions };
    verdict(&promise(&["a", "b", "c"]), timeline, &[])
}

fn outcome(verdict: &Verdict, kind: CheckKind) -> Outcome {
    verdict.checks.iter().find(|check| check.kind == kind).unwrap().outcome
}

#[test]
fn workers_side_by_side_keep_the_promise() {
    let verdict =
        judge(vec![execution("a", 1000, 500.0), execution("b", 1010, 480.0), execution("c", 1030, 490.0)]);
    assert_eq!(verdict.conclusion(), Conclusion::Kept);
    let figures = verdict.figures.unwrap();
    assert_eq!((figures.makespan_ms, figures.longest_ms, figures.sum_ms), (520.0, 500.0, 1470.0));
    assert_eq!(figures.start_skew_ms, 30.0);
    assert!((figures.overlap.unwrap() - 950.0 / 970.0).abs() < 1e-12);
    let makespan = &verdict.checks[1];
    assert_eq!((makespan.measured, makespan.limit), (Some(520.0), Some(1750.0)));
}

#[test]
fn one_after_the_other_breaks_it_even_within_the_makespan() {
    // 1,200 ms is within 1.5 x 400 + 1,000 ms: only the overlap tells.
    let verdict =
        judge(vec![execution("a", 0, 400.0), execution("b", 400, 400.0), execution("c", 800, 400.0)]);
    assert_eq!(outcome(&verdict, CheckKind::Runs), Outcome::Kept);
    assert_eq!(outcome(&verdict, CheckKind::Makespan), Outcome::Kept);
    assert_eq!(outcome(&verdict, CheckKind::Overlap), Outcome::Broken);
    assert_eq!(verdict.conclusion(), Conclusion::Broken);
}

#[test]
fn a_long_sequence_breaks_the_makespan_too() {
    let verdict =
        judge(vec![execution("a", 0, 3000.0), execution("b", 3000, 3000.0), execution("c", 6000, 3000.0)]);
    assert_eq!(outcome(&verdict, CheckKind::Makespan), Outcome::Broken);
    assert_eq!(outcome(&verdict, CheckKind::Overlap), Outcome::Broken);
}

#[test]
fn missing_repeated_and_failed_workers_are_named() {
    let mut failed = execution("c", 0, 300.0);
    failed.report = failed.report.map(|report| Report { has_failed: true, ..report });
    let verdict = judge(vec![execution("a", 0, 300.0), execution("a", 60_000, 300.0), failed]);
    let Check { outcome, problems, .. } = &verdict.checks[0];
    assert_eq!(*outcome, Outcome::Broken);
    assert_eq!(
        *problems,
        [
            Problem::Repeated { worker: "a".into(), runs: 2, expected: 1 },
            Problem::Missing { worker: "b".into(), runs: 0, expected: 1 },
            Problem::Failed { worker: "c".into(), request_id: "c-0".into() },
        ]
    );
    assert!(matches!(verdict.checks[1].outcome, Outcome::Skipped(_)));
    assert_eq!(verdict.conclusion(), Conclusion::Broken);
}

#[test]
fn an_execution_without_report_or_result_is_a_problem() {
    let mut silent = execution("a", 0, 300.0);
    silent.report = None;
    let mut idle = execution("b", 0, 300.0);
    idle.has_result = false;
    let verdict = judge(vec![silent, idle, execution("c", 0, 300.0)]);
    assert_eq!(
        verdict.checks[0].problems,
        [
            Problem::Unreported { worker: "a".into(), request_id: "a-0".into() },
            Problem::NoResult { worker: "b".into(), request_id: "b-0".into() },
        ]
    );
}

#[test]
fn nothing_at_all_is_broken_and_has_no_figures() {
    let verdict = judge(vec![]);
    assert_eq!(verdict.figures, None);
    assert_eq!(verdict.checks[0].problems.len(), 3);
    assert_eq!(verdict.conclusion(), Conclusion::Broken);
}

#[test]
fn work_too_short_to_tell_is_not_a_promise_kept() {
    let verdict = judge(vec![execution("a", 0, 30.0), execution("b", 0, 20.0), execution("c", 0, 25.0)]);
    assert!(matches!(outcome(&verdict, CheckKind::Overlap), Outcome::Inconclusive(_)));
    assert_eq!(verdict.conclusion(), Conclusion::Inconclusive);
}

#[test]
fn a_single_worker_has_nothing_to_overlap_with() {
    let timeline = Timeline { object_key: "k".into(), executions: vec![execution("a", 0, 300.0)] };
    let verdict = verdict(&promise(&["a"]), timeline, &[]);
    assert_eq!(outcome(&verdict, CheckKind::Overlap), Outcome::Skipped("there is only one worker"));
    assert_eq!(verdict.conclusion(), Conclusion::Kept);
}

#[test]
fn dead_letters_break_the_promise() {
    let executions = ["a", "b", "c"].map(|worker| execution(worker, 0, 300.0)).to_vec();
    let timeline = Timeline { object_key: "k".into(), executions };
    let letters = |messages| [DeadLetters { worker: "b".into(), messages }];
    let empty = verdict(&promise(&["a", "b", "c"]), timeline.clone(), &letters(0));
    assert_eq!(outcome(&empty, CheckKind::DeadLetters), Outcome::Kept);
    let full = verdict(&promise(&["a", "b", "c"]), timeline, &letters(2));
    assert_eq!(full.checks[3].problems, [Problem::DeadLetters { worker: "b".into(), messages: 2 }]);
    assert_eq!(full.conclusion(), Conclusion::Broken);
}

proptest! {
    /// Whatever the durations and the gaps between them, a sequence never passes as parallel.
    #[test]
    fn a_sequence_is_never_kept(steps in prop::collection::vec((100_u32..20_000, 0_u64..500), 3)) {
        let mut start_ms = 5_000;
        let mut executions = Vec::new();
        for ((duration_ms, gap_ms), worker) in steps.into_iter().zip(["a", "b", "c"]) {
            executions.push(execution(worker, start_ms, f64::from(duration_ms)));
            start_ms += u64::from(duration_ms) + gap_ms;
        }
        prop_assert_eq!(judge(executions).conclusion(), Conclusion::Broken);
    }

    /// Workers that start together keep it, whatever their durations.
    #[test]
    fn starting_together_is_always_kept(durations in prop::collection::vec(100_u32..20_000, 3)) {
        let executions = durations
            .into_iter()
            .zip(["a", "b", "c"])
            .map(|(duration_ms, worker)| execution(worker, 7, f64::from(duration_ms)))
            .collect();
        prop_assert_eq!(judge(executions).conclusion(), Conclusion::Kept);
    }
}
