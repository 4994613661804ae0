//! What a run refuses, and what neither it nor `recover` obeys.

use slsx::commands::coldstart_bench::{Failure, Settings};
use slsx::exit::Exit;
use slsx::journal::{Place, Verdict};
use slsx::ports::{Concurrency, Journals as _};

use super::control_plane::{Fault, Function};
use super::{Scene, place, settings};

fn refused(prepare: impl FnOnce(&mut Function)) -> Failure {
    let scene = Scene::new(&["f"], 1);
    scene.plane.edit("f", prepare);
    let before = scene.plane.snapshot();
    let failure = scene.run(&settings(&["f"], 5, 1)).unwrap().unwrap_err();
    assert_eq!((scene.plane.snapshot(), scene.journal_names()), (before, Vec::new()), "{failure}");
    assert_eq!(scene.plane.count("set_description"), 0, "{failure}");
    failure
}

#[test]
fn what_cannot_be_measured_is_refused_before_anything_changes() {
    assert_eq!(
        refused(|function| function.concurrency = Concurrency { reserved: Some(0), unreserved: 900 }).exit(),
        Exit::Usage
    );
    assert_eq!(refused(|function| function.latest.hides_reports = true).exit(), Exit::Usage);
    let marked = refused(|function| function.latest.description = "slsx:0123:4".into());
    assert_eq!(marked.exit(), Exit::NeedsRecovery);
    assert!(marked.to_string().contains("run 0123"), "{marked}");
}

#[test]
fn a_function_whose_journal_could_not_be_obeyed_is_not_touched() {
    let scene = Scene::new(&["f"], 1);
    let before = scene.plane.snapshot();
    let elsewhere =
        Settings { place: Place { account: "210987654321".into(), ..place() }, ..settings(&["f"], 5, 1) };
    let failure = scene.run(&elsewhere).unwrap().unwrap_err();
    assert!(failure.to_string().contains("could not be obeyed later"), "{failure}");
    assert_eq!((scene.plane.snapshot(), scene.plane.count("set_description")), (before, 0));
    assert_eq!((scene.journal_names(), failure.exit()), (Vec::new(), Exit::Usage));
}

#[test]
fn a_missing_function_is_named() {
    let scene = Scene::new(&["f"], 1);
    let failure = scene.run(&settings(&["g"], 5, 1)).unwrap().unwrap_err();
    assert_eq!((failure.exit(), failure.to_string().starts_with("g: ")), (Exit::Remote, true), "{failure}");
}

#[test]
fn a_second_run_on_the_same_function_is_refused_as_busy() {
    let scene = Scene::new(&["f"], 1);
    let settings = settings(&["f"], 5, 1);
    scene.plane.strike(12, Fault::KilledBefore);
    assert!(scene.run(&settings).is_none());
    scene.plane.lift();
    let [name] = <[String; 1]>::try_from(scene.journal_names()).unwrap();
    let marked = scene.plane.snapshot();

    let held = scene.journals.lock(&name).unwrap();
    assert_eq!(scene.run(&settings).unwrap().unwrap_err().exit(), Exit::Busy);
    let recovery = scene.recover(&place(), false);
    assert_eq!((recovery.exit(), &recovery.journals[0].verdict), (Exit::Busy, &Verdict::Held));
    assert_eq!((scene.plane.snapshot(), scene.journal_names()), (marked, vec![name]));
    drop(held);
    assert_eq!(scene.recover(&place(), false).exit(), Exit::Done);
}

#[test]
fn a_run_first_undoes_what_an_interrupted_one_left() {
    let scene = Scene::new(&["f"], 1);
    let before = scene.plane.snapshot();
    scene.plane.strike(12, Fault::KilledAfter);
    assert!(scene.run(&settings(&["f"], 5, 1)).is_none());
    scene.plane.lift();
    assert_ne!(scene.plane.snapshot(), before);
    let report = scene.run(&settings(&["f"], 5, 2)).unwrap().unwrap();
    assert_eq!(report.functions[0].n, 5);
    assert_eq!((scene.plane.snapshot(), scene.journal_names()), (before, Vec::new()));
}

#[test]
fn a_torn_journal_is_not_obeyed_and_stays() {
    let scene = Scene::new(&["f"], 1);
    scene.plane.strike(12, Fault::KilledAfter);
    assert!(scene.run(&settings(&["f"], 5, 1)).is_none());
    scene.plane.lift();
    let name = scene.journal_names().remove(0);
    let text = scene.journals.read(&name).unwrap().unwrap();
    let marked = scene.plane.snapshot();
    for torn in [&text[..text.len() / 2], "", &text.replace("original", "hostile!")] {
        scene.journals.write(&name, torn).unwrap();
        let requests = scene.plane.count("set_description");
        let recovery = scene.recover(&place(), false);
        assert!(matches!(recovery.journals[0].verdict, Verdict::Unreadable { .. }), "{recovery:?}");
        assert_eq!(recovery.exit(), Exit::NeedsRecovery);
        let failure = scene.run(&settings(&["f"], 5, 2)).unwrap().unwrap_err();
        assert_eq!(failure.exit(), Exit::NeedsRecovery, "{failure}");
        assert_eq!((scene.plane.snapshot(), scene.journal_names()), (marked.clone(), vec![name.clone()]));
        assert_eq!(scene.plane.count("set_description"), requests);
    }
}

#[test]
fn a_journal_of_another_place_is_left_alone() {
    let scene = Scene::new(&["f"], 1);
    let before = scene.plane.snapshot();
    scene.plane.strike(12, Fault::KilledAfter);
    assert!(scene.run(&settings(&["f"], 5, 1)).is_none());
    scene.plane.lift();
    let marked = scene.plane.snapshot();
    let elsewhere = Place { account: "210987654321".into(), ..place() };
    let recovery = scene.recover(&elsewhere, false);
    assert!(matches!(recovery.journals[0].verdict, Verdict::Foreign { .. }), "{recovery:?}");
    assert_eq!((recovery.exit(), scene.plane.snapshot()), (Exit::Done, marked));
    scene.recover(&place(), false);
    assert_eq!((scene.plane.snapshot(), scene.journal_names()), (before, Vec::new()));
}

#[test]
fn a_dry_run_of_recover_says_what_it_would_do_and_does_nothing() {
    let scene = Scene::new(&["f"], 1);
    scene.plane.strike(20, Fault::KilledAfter);
    assert!(scene.run(&settings(&["f"], 5, 1)).is_none());
    scene.plane.lift();
    let marked = scene.plane.snapshot();
    let Verdict::Undone(would) = scene.recover(&place(), true).journals.remove(0).verdict else { panic!() };
    assert_eq!((would.has_restored_description, would.deleted_versions), (true, vec!["2".into()]));
    assert_eq!((scene.plane.snapshot(), scene.journal_names().len()), (marked, 1));
}

#[test]
fn a_version_that_somebody_put_an_alias_on_is_kept() {
    let scene = Scene::new(&["f"], 1);
    scene.plane.strike(20, Fault::KilledAfter);
    assert!(scene.run(&settings(&["f"], 5, 1)).is_none());
    scene.plane.lift();
    scene.plane.edit("f", |function| function.aliased.push(2));
    let Verdict::Undone(undone) = scene.recover(&place(), false).journals.remove(0).verdict else { panic!() };
    assert_eq!((undone.adopted_versions, undone.deleted_versions), (vec!["2".into()], Vec::new()));
    assert_eq!(scene.plane.snapshot()["f"].versions.len(), 2);
}

#[test]
fn a_function_deleted_meanwhile_leaves_nothing_to_undo() {
    let scene = Scene::new(&["f"], 1);
    scene.plane.strike(12, Fault::KilledAfter);
    assert!(scene.run(&settings(&["f"], 5, 1)).is_none());
    scene.plane.lift();
    scene.plane.plane.borrow_mut().functions.clear();
    let Verdict::Undone(undone) = scene.recover(&place(), false).journals.remove(0).verdict else { panic!() };
    assert!(undone.is_function_gone);
    assert_eq!(scene.journal_names(), Vec::<String>::new());
}

#[test]
fn a_failed_update_is_final_and_undone() {
    let scene = Scene::new(&["f"], 1);
    let before = scene.plane.snapshot();
    scene.plane.edit("f", |function| function.rejects_updates = true);
    let failure = scene.run(&settings(&["f"], 5, 1)).unwrap().unwrap_err();
    assert_eq!(failure.to_string(), "Lambda could not prepare a fresh version of f: no subnet");
    assert_eq!((scene.plane.snapshot(), scene.plane.count("invoke")), (before, 0));
}
