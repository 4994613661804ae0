//! For every request of a run and every fault: run, let the fault hit, lift it, recover once, compare.

use std::time::Duration;

use slsx::coldstart::Strategy;
use slsx::commands::coldstart_bench::{Failure, Settings};
use slsx::exit::Exit;
use slsx::ports::Clock as _;

use super::control_plane::{EDITED, EDITED_MEMORY, Fault};
use super::{Scene, on_copies, place, settings};

const FAULTS: [Fault; 12] = [
    Fault::KilledBefore,
    Fault::KilledAfter,
    Fault::Interrupt,
    Fault::InterruptTwice,
    Fault::ServerError,
    Fault::Throttled,
    Fault::ReplyLost,
    Fault::AppliedLate,
    Fault::InterruptedWhileHanging,
    Fault::DeniedFrom,
    Fault::EditDescription,
    Fault::EditMemory,
];
/// Two rounds of two calls: every kind of request, and the change from one round to the next.
const SAMPLES: u32 = 2;

fn requests_of_a_clean_run(settings: &Settings) -> usize {
    let scene = Scene::new(&names(settings), 1);
    scene.run(settings).unwrap().unwrap();
    scene.plane.requests()
}

fn names(settings: &Settings) -> Vec<&str> {
    settings.targets.iter().map(|target| target.function.as_str()).collect()
}

/// Runs into a fault, checks the outcome, recovers, and checks that all is as before but for the colleague's edit.
/// Returns whether the function was changed when the run ended.
fn hit(settings: &Settings, request: usize, fault: Fault) -> bool {
    let seed = settings.seed;
    let case = format!("{fault:?} at request {request}, seed {seed}");
    let scene = Scene::new(&names(settings), seed);
    let before = scene.plane.snapshot();
    scene.plane.strike(request, fault);
    let outcome = scene.run(settings);
    let mut expected = before.clone();
    if scene.plane.struck_at.get().is_some() {
        let edited = scene.plane.plane.borrow().calls.get(request).map(|(_, name)| name.clone());
        match (fault, edited.and_then(|name| expected.get_mut(&name))) {
            (Fault::EditDescription, Some(function)) => function.description = EDITED.to_owned(),
            (Fault::EditMemory, Some(function)) => function.memory_mb = EDITED_MEMORY,
            _ => {}
        }
    }
    scene.plane.lift();
    let is_dirty = scene.plane.snapshot() != expected;
    match &outcome {
        // The process is dead: whatever it left, the journal must tell.
        None => assert!(!is_dirty || !scene.journal_names().is_empty(), "{case}: dirty without a journal"),
        Some(Err(failure)) if failure.exit() == Exit::NeedsRecovery => {
            assert!(!scene.journal_names().is_empty(), "{case}: {failure}");
        }
        Some(outcome) => {
            let outcome = outcome.as_ref().map(|_| "a report");
            assert!(!is_dirty, "{case}: left {:?} behind {outcome:?}", scene.plane.snapshot());
            assert_eq!(scene.journal_names(), Vec::<String>::new(), "{case}");
        }
    }
    check_interruption(&scene, fault, outcome, &case);
    let recovery = scene.recover(&place(), false);
    assert_eq!(recovery.exit(), Exit::Done, "{case}: {recovery:?}");
    assert_eq!(scene.plane.snapshot(), expected, "{case}: after recover");
    assert_eq!(scene.journal_names(), Vec::<String>::new(), "{case}: after recover");
    is_dirty
}

fn check_interruption<T>(scene: &Scene, fault: Fault, outcome: Option<Result<T, Failure>>, case: &str) {
    if let (Fault::Interrupt, Some(struck), Some(outcome)) = (fault, scene.plane.struck_at.get(), outcome) {
        // A report is right too: Ctrl-C may come when only the undo is left.
        assert!(
            outcome.is_ok() || outcome.is_err_and(|failure| failure.exit() == Exit::Interrupted),
            "{case}"
        );
        let took = scene.plane.elapsed().saturating_sub(struck);
        assert!(took <= Duration::from_secs(10), "{case}: took {took:?} to restore");
    }
}

#[test]
fn every_fault_at_every_request_leaves_nothing_behind_after_recover() {
    let requests = requests_of_a_clean_run(&settings(&["f"], SAMPLES, 1));
    let mut dirty = 0;
    for request in 0..=requests {
        for fault in FAULTS {
            dirty += usize::from(hit(&settings(&["f"], SAMPLES, 1), request, fault));
        }
    }
    println!("{} points, {dirty} dirty at exit, 0 after recover", (requests + 1) * FAULTS.len());
    // Without faults that bite, the sweep would prove nothing.
    assert!(dirty > requests, "only {dirty} of {requests} requests left something to recover");
}

#[test]
fn every_fault_at_every_request_of_single_starts_leaves_nothing_behind_after_recover() {
    let settings = Settings { strategy: Strategy::Serial, ..settings(&["f"], SAMPLES, 1) };
    for request in 0..=requests_of_a_clean_run(&settings) {
        for fault in FAULTS {
            hit(&settings, request, fault);
        }
    }
}

#[test]
fn every_fault_at_every_request_of_a_run_on_a_copy_leaves_no_copy_after_recover() {
    let settings = on_copies(settings(&["f"], SAMPLES, 1));
    let requests = requests_of_a_clean_run(&settings);
    let mut dirty = 0;
    for request in 0..=requests {
        // A copy that a colleague edits is theirs from then on.
        for fault in FAULTS.into_iter().filter(|fault| !fault.is_an_edit()) {
            dirty += usize::from(hit(&settings, request, fault));
        }
    }
    println!("{} requests, {dirty} copies left at exit, 0 after recover", requests + 1);
    assert!(dirty > requests, "only {dirty} of {requests} requests left something to recover");
}

#[test]
fn five_hundred_kills_at_random_leave_nothing_behind_after_recover() {
    let functions = ["first", "second-json"];
    let requests = requests_of_a_clean_run(&settings(&functions, SAMPLES, 1));
    let mut random = fastrand::Rng::with_seed(20);
    let mut dirty = 0;
    for seed in 0..500 {
        let fault = if random.bool() { Fault::KilledBefore } else { Fault::KilledAfter };
        dirty += usize::from(hit(&settings(&functions, SAMPLES, seed), random.usize(0..requests), fault));
    }
    println!("500 kills, {dirty} dirty at exit, 0 after recover");
    assert!(dirty > 200, "only {dirty} kills left something to recover");
}
