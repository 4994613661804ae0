use proptest::prelude::*;

use super::*;
use crate::promise::Conclusion;
use crate::promise::fan_out::schema::{Failure, Upload, Worker};
use crate::promise::fan_out::timeline::Report;
use crate::promise::schema::Kind;

pub(in crate::promise) fn promise(workers: &[&str]) -> FanOut {
    FanOut {
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
            .map(|name| Worker {
                name: (*name).into(),
                function: (*name).into(),
                dead_letters: None,
                names_uploads: true,
            })
            .collect(),
        failure: None,
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

fn judged(executions: Vec<Execution>) -> Verdict {
    let timeline = Timeline { object_key: "uploads/verify-1.y4m".into(), executions };
    judge("1", &promise(&["a", "b", "c"]), timeline, &[], None)
}

fn figures_of(verdict: &Verdict) -> Option<Figures> {
    let Evidence::FanOut(seen) = &verdict.evidence else { panic!("other evidence") };
    seen.figures
}

fn outcome(verdict: &Verdict, kind: CheckKind) -> Outcome {
    verdict.checks.iter().find(|check| check.kind == kind).unwrap().outcome
}

#[test]
fn workers_side_by_side_keep_the_promise() {
    let verdict =
        judged(vec![execution("a", 1000, 500.0), execution("b", 1010, 480.0), execution("c", 1030, 490.0)]);
    assert_eq!(verdict.conclusion(), Conclusion::Kept);
    let figures = figures_of(&verdict).unwrap();
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
        judged(vec![execution("a", 0, 400.0), execution("b", 400, 400.0), execution("c", 800, 400.0)]);
    assert_eq!(outcome(&verdict, CheckKind::Runs), Outcome::Kept);
    assert_eq!(outcome(&verdict, CheckKind::Makespan), Outcome::Kept);
    assert_eq!(outcome(&verdict, CheckKind::Overlap), Outcome::Broken);
    assert_eq!(verdict.conclusion(), Conclusion::Broken);
}

#[test]
fn a_long_sequence_breaks_the_makespan_too() {
    let verdict =
        judged(vec![execution("a", 0, 3000.0), execution("b", 3000, 3000.0), execution("c", 6000, 3000.0)]);
    assert_eq!(outcome(&verdict, CheckKind::Makespan), Outcome::Broken);
    assert_eq!(outcome(&verdict, CheckKind::Overlap), Outcome::Broken);
}

#[test]
fn missing_repeated_and_failed_workers_are_named() {
    let mut failed = execution("c", 0, 300.0);
    failed.report = failed.report.map(|report| Report { has_failed: true, ..report });
    let verdict = judged(vec![execution("a", 0, 300.0), execution("a", 60_000, 300.0), failed]);
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
    let verdict = judged(vec![silent, idle, execution("c", 0, 300.0)]);
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
    let verdict = judged(vec![]);
    assert_eq!(figures_of(&verdict), None);
    assert_eq!(verdict.checks[0].problems.len(), 3);
    assert_eq!(verdict.conclusion(), Conclusion::Broken);
}

#[test]
fn work_too_short_to_tell_is_not_a_promise_kept() {
    let verdict = judged(vec![execution("a", 0, 30.0), execution("b", 0, 20.0), execution("c", 0, 25.0)]);
    assert!(matches!(outcome(&verdict, CheckKind::Overlap), Outcome::Inconclusive(_)));
    assert_eq!(verdict.conclusion(), Conclusion::Inconclusive);
}

#[test]
fn a_single_worker_has_nothing_to_overlap_with() {
    let timeline = Timeline { object_key: "k".into(), executions: vec![execution("a", 0, 300.0)] };
    let verdict = judge("1", &promise(&["a"]), timeline, &[], None);
    assert_eq!(outcome(&verdict, CheckKind::Overlap), Outcome::Skipped("there is only one worker"));
    assert_eq!(verdict.conclusion(), Conclusion::Kept);
}

#[test]
fn dead_letters_break_the_promise() {
    let executions = ["a", "b", "c"].map(|worker| execution(worker, 0, 300.0)).to_vec();
    let timeline = Timeline { object_key: "k".into(), executions };
    let letters = |messages| [DeadLetters { worker: "b".into(), messages }];
    let empty = judge("1", &promise(&["a", "b", "c"]), timeline.clone(), &letters(0), None);
    assert_eq!(outcome(&empty, CheckKind::DeadLetters), Outcome::Kept);
    let full = judge("1", &promise(&["a", "b", "c"]), timeline, &letters(2), None);
    assert_eq!(full.checks[3].problems, [Problem::DeadLetters { worker: "b".into(), messages: 2 }]);
    assert_eq!(full.conclusion(), Conclusion::Broken);
}

/// A fan-out of two whose broken upload was refused as told: messages of each, executions, and what came after.
fn refused(messages: [u64; 2], executions: Vec<Execution>, after: Option<Vec<Execution>>) -> Verdict {
    let mut promise = promise(&["a", "b"]);
    promise.failure = Some(Failure { file: "broken".into(), content_type: None, within_seconds: 60 });
    let timeline = |executions| Timeline { object_key: "k".into(), executions };
    let letter = |(worker, messages): (&str, u64)| DeadLetters { worker: worker.into(), messages };
    let refusal = Refusal {
        object_key: "k".into(),
        timeline: timeline(executions),
        letters: ["a", "b"].into_iter().zip(messages).map(letter).collect(),
        after: after.map(timeline),
    };
    judge("1", &promise, timeline(good()), &[], Some(refusal))
}

fn good() -> Vec<Execution> {
    vec![execution("a", 0, 300.0), execution("b", 0, 300.0)]
}

#[test]
fn a_refused_upload_in_every_queue_and_a_good_one_after_it_keep_the_promise() {
    let verdict = refused([1, 1], vec![], Some(good()));
    assert_eq!(outcome(&verdict, CheckKind::Failure), Outcome::Kept);
    assert_eq!(outcome(&verdict, CheckKind::Recovery), Outcome::Kept);
    assert_eq!(verdict.conclusion(), Conclusion::Kept);
}

#[test]
fn a_letter_too_few_or_too_many_breaks_it() {
    let verdict = refused([0, 2], vec![], None);
    assert_eq!(
        verdict.checks[4].problems,
        [
            Problem::Letters { worker: "a".into(), messages: 0 },
            Problem::Letters { worker: "b".into(), messages: 2 },
        ]
    );
    assert!(matches!(outcome(&verdict, CheckKind::Recovery), Outcome::Skipped(_)));
    assert_eq!(verdict.conclusion(), Conclusion::Broken);
}

#[test]
fn a_worker_that_handles_what_is_broken_is_named() {
    let verdict = refused([0, 1], vec![execution("a", 0, 9.0)], None);
    assert_eq!(
        verdict.checks[4].problems,
        [Problem::NotRefused { worker: "a".into(), request_id: "a-0".into() }]
    );
}

#[test]
fn a_worker_that_is_dead_after_a_failure_breaks_the_recovery() {
    let verdict = refused([1, 1], vec![], Some(vec![execution("a", 0, 300.0)]));
    assert_eq!(outcome(&verdict, CheckKind::Failure), Outcome::Kept);
    assert_eq!(verdict.checks[5].problems, [Problem::Missing { worker: "b".into(), runs: 0, expected: 1 }]);
    assert_eq!(verdict.conclusion(), Conclusion::Broken);
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
        prop_assert_eq!(judged(executions).conclusion(), Conclusion::Broken);
    }

    /// Workers that start together keep it, whatever their durations.
    #[test]
    fn starting_together_is_always_kept(durations in prop::collection::vec(100_u32..20_000, 3)) {
        let executions = durations
            .into_iter()
            .zip(["a", "b", "c"])
            .map(|(duration_ms, worker)| execution(worker, 7, f64::from(duration_ms)))
            .collect();
        prop_assert_eq!(judged(executions).conclusion(), Conclusion::Kept);
    }
}
