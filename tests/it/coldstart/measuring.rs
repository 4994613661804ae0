//! What a run measures, and what it says about it.

use std::collections::BTreeSet;

use slsx::coldstart::sample::DropReason;
use slsx::coldstart::{Comparison, Event, Strategy, Target};
use slsx::commands::coldstart_bench::Settings;
use slsx::exit::Exit;
use slsx::ports::Concurrency;

use super::control_plane::invoke::init_ms;
use super::{Scene, block_on, settings};

#[test]
fn a_run_measures_restores_and_makes_the_calls_it_planned() {
    let names = ["text", "json"];
    let scene = Scene::new(&names, 1);
    let before = scene.plane.snapshot();
    let settings = settings(&names, 30, 1);
    let plan = block_on(scene.bench(&settings).plan()).unwrap();
    assert_eq!(scene.plane.snapshot(), before, "a plan changes nothing");
    assert_eq!(scene.plane.count("set_description"), 0);
    let reads_of_the_plan = scene.plane.count("concurrency");

    let report = scene.run(&settings).unwrap().unwrap();
    assert_eq!(scene.plane.snapshot(), before);
    assert_eq!(scene.journal_names(), Vec::<String>::new());
    let planned = |calls: fn(&slsx::coldstart::plan::Calls) -> u32| {
        plan.functions.iter().map(|function| calls(&function.calls) as usize).sum::<usize>()
    };
    assert_eq!(scene.plane.count("set_description"), planned(|calls| calls.update_function_configuration));
    assert_eq!(scene.plane.count("publish"), planned(|calls| calls.publish_version));
    assert_eq!(scene.plane.count("delete_version"), planned(|calls| calls.delete_function));
    assert_eq!(scene.plane.count("invoke"), planned(|calls| calls.invoke));
    assert_eq!(scene.plane.count("versions"), planned(|calls| calls.list_versions_by_function));
    assert_eq!(scene.plane.count("concurrency") - reads_of_the_plan, names.len());

    for function in &report.functions {
        assert_eq!((function.n, function.wanted, function.calls), (30, 30, 40));
        assert!(function.dropped.is_empty() && function.is_complete());
        let platform = function.platform.as_ref().unwrap().p50.value;
        assert!((platform - 30.0).abs() < 0.01, "{platform}");
        assert!((function.warm_round_trip.unwrap() - 10.0).abs() < 0.01);
    }
}

#[test]
fn only_true_cold_starts_count_and_dropped_ones_are_made_up_for() {
    let scene = Scene::new(&["text", "json"], 2);
    for name in ["text", "json"] {
        scene.plane.edit(name, |function| function.proactive = 0.3);
    }
    let report = scene.run(&settings(&["text", "json"], 40, 2)).unwrap().unwrap();
    let plane = scene.plane.plane.borrow();
    for function in &report.functions {
        let truth = &plane.functions[function.subject.function.as_str()].cold;
        let measured: Vec<f64> = function.samples.iter().map(|sample| sample.start_ms).collect();
        assert_eq!(sorted(&measured), sorted(truth));
        assert!(function.n >= 40, "{}", function.n);
        let dropped: u32 = function.dropped.values().sum();
        assert_eq!(function.dropped.keys().collect::<Vec<_>>(), [&DropReason::NotCold]);
        assert_eq!(function.samples.len() as u32 + dropped, function.calls);
    }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[test]
fn the_printed_interval_holds_the_true_median() {
    let truth = init_ms(0.5);
    let held = (0..200)
        .filter(|seed| {
            let scene = Scene::new(&["f"], *seed);
            scene.plane.edit("f", |function| function.proactive = 0.3);
            let report = scene.run(&settings(&["f"], 30, *seed)).unwrap().unwrap();
            let interval = report.functions[0].init.as_ref().unwrap().p50.interval.unwrap();
            assert!(
                interval.high - interval.low < 0.4 * truth,
                "an interval that says nothing: {interval:?}"
            );
            (interval.low..=interval.high).contains(&truth)
        })
        .count();
    assert!(held >= 188, "{held} of 200");
}

#[test]
fn the_printed_interval_holds_the_true_95th_percentile() {
    let truth = init_ms(0.95);
    let held = (0..200)
        .filter(|seed| {
            let scene = Scene::new(&["f"], *seed);
            let report = scene.run(&settings(&["f"], 100, *seed)).unwrap().unwrap();
            let interval = report.functions[0].init.as_ref().unwrap().p95.interval.unwrap();
            assert!(
                interval.high - interval.low < 0.4 * truth,
                "an interval that says nothing: {interval:?}"
            );
            (interval.low..=interval.high).contains(&truth)
        })
        .count();
    assert!(held >= 186, "{held} of 200");
}

fn pair() -> [(Target, Target); 1] {
    let target = |name: &str| Target { function: name.into(), copy: None };
    [(target("a"), target("b"))]
}

/// Two functions in turns, the second one slower.
fn compared(seed: u64, slower_ms: f64) -> Comparison {
    let scene = Scene::new(&["a", "b"], seed);
    scene.plane.edit("b", |function| function.slower_ms = slower_ms);
    let mut report = scene.run(&settings(&["a", "b"], 30, seed)).unwrap().unwrap();
    report.compare(&pair());
    report.comparisons.remove(0).comparison
}

#[test]
fn a_function_is_seldom_told_from_itself() {
    // 5 % are promised; of 1000 pairs, 6 % would be seen by chance in one run out of ten.
    let told = (0..1_000).filter(|seed| compared(*seed, 0.0).is_significant).count();
    assert!((20..=60).contains(&told), "{told} of 1000");
}

#[test]
fn a_difference_is_found_and_its_interval_holds_it() {
    let found: Vec<Comparison> = (0..100).map(|seed| compared(seed, 18.0)).collect();
    let told = found.iter().filter(|comparison| comparison.is_significant).count();
    let holds = |comparison: &&Comparison| {
        comparison.interval.is_some_and(|interval| (interval.low..=interval.high).contains(&18.0))
    };
    let held = found.iter().filter(holds).count();
    assert!(told >= 90 && held >= 92, "{told} told, {held} held");
}

#[test]
fn a_gate_fails_a_slower_function_and_spares_the_same_one() {
    let judged = |slower_ms: f64| {
        let kept = (0..200).filter(|seed| {
            let scene = Scene::new(&["a", "b"], *seed);
            scene.plane.edit("b", |function| function.slower_ms = slower_ms);
            let mut report = scene.run(&settings(&["a", "b"], 30, *seed)).unwrap().unwrap();
            report.compare(&pair());
            report.judge(&["p50<=+5%".parse().unwrap()]);
            report.gates.iter().all(|verdict| verdict.is_kept)
        });
        kept.count()
    };
    assert!(judged(0.0) >= 190, "{} of 200", judged(0.0));
    assert!(judged(36.0) <= 2, "{} of 200", judged(36.0));
}

#[test]
fn precision_ends_a_run_early_and_a_wide_interval_goes_on() {
    let ended = |precision: f64| {
        let scene = Scene::new(&["f"], 9);
        let settings = Settings { precision: Some(precision), ..settings(&["f"], 200, 9) };
        scene.run(&settings).unwrap().unwrap().functions.remove(0)
    };
    let (rough, fine) = (ended(0.10), ended(0.02));
    assert!(rough.n < 60 && rough.n < fine.n, "{} and {}", rough.n, fine.n);
    let p50 = &rough.init.as_ref().unwrap().p50;
    assert!(p50.interval.unwrap().high <= 1.1 * p50.value);
}

#[test]
fn a_snapshot_is_made_once_and_restored_in_one_burst() {
    let scene = Scene::new(&["f"], 9);
    scene.plane.edit("f", |function| function.latest.has_snap_start = true);
    let report = scene.run(&settings(&["f"], 40, 9)).unwrap().unwrap();
    assert_eq!((report.functions[0].n, report.functions[0].rounds), (40, 1));
    assert_eq!(scene.plane.count("publish"), 1);
}

#[test]
fn single_starts_have_a_version_each() {
    let scene = Scene::new(&["f"], 9);
    let settings = Settings { strategy: Strategy::Serial, ..settings(&["f"], 7, 9) };
    let report = scene.run(&settings).unwrap().unwrap();
    assert_eq!((report.functions[0].n, report.functions[0].width), (7, 1));
    assert_eq!(scene.plane.count("publish"), 8);
}

#[test]
fn functions_are_interleaved_in_an_order_that_the_seed_fixes() {
    let names = ["a", "b", "c"];
    let order = |seed| {
        let mut rounds = Vec::new();
        let scene = Scene::new(&names, seed);
        let outcome = scene.run_with_events(&settings(&names, 9, seed), &mut |event| {
            if let Event::RoundStarted { function, round, .. } = event {
                rounds.push((round, function.to_string()));
            }
        });
        outcome.unwrap().unwrap();
        rounds
    };
    let rounds = order(5);
    assert_eq!(rounds, order(5));
    assert_ne!(rounds, order(6));
    for (number, block) in rounds.chunks(3).enumerate() {
        assert!(block.iter().all(|(round, _)| *round as usize == number), "{rounds:?}");
        assert_eq!(block.iter().map(|(_, name)| name.as_str()).collect::<BTreeSet<_>>(), names.into());
    }
}

#[test]
fn bursts_leave_most_of_the_concurrency_alone() {
    let scene = Scene::new(&["f"], 3);
    scene
        .plane
        .edit("f", |function| function.concurrency = Concurrency { reserved: Some(12), unreserved: 900 });
    let report = scene.run(&settings(&["f"], 9, 3)).unwrap().unwrap();
    assert_eq!((report.functions[0].width, report.functions[0].n), (3, 9));
}

#[test]
fn a_function_that_always_fails_is_not_called_again_and_again() {
    let scene = Scene::new(&["f"], 4);
    let before = scene.plane.snapshot();
    scene.plane.edit("f", |function| function.is_broken = true);
    let failure = scene.run(&settings(&["f"], 50, 4)).unwrap().unwrap_err();
    assert_eq!(failure.to_string(), "every call to f failed: KeyError");
    assert_eq!((failure.exit(), scene.plane.count("publish")), (Exit::Remote, 1));
    assert_eq!(scene.plane.snapshot(), before);
}

#[test]
fn a_function_without_cold_starts_ends_at_the_limit_of_calls() {
    let scene = Scene::new(&["f"], 4);
    let before = scene.plane.snapshot();
    scene.plane.edit("f", |function| function.proactive = 1.0);
    let failure = scene.run(&settings(&["f"], 10, 4)).unwrap().unwrap_err();
    assert!(failure.to_string().contains("brought no cold start"), "{failure}");
    assert!(scene.plane.count("invoke") <= 3 * 10 + 2 * 4 + 5);
    assert_eq!((scene.plane.snapshot(), scene.journal_names()), (before, Vec::new()));
}

#[test]
fn the_same_function_named_twice_is_measured_once() {
    let scene = Scene::new(&["f"], 4);
    let report = scene.run(&settings(&["f", "f"], 2, 4)).unwrap().unwrap();
    assert_eq!(report.functions.len(), 1);
}
