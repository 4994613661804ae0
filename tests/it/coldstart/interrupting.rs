//! Ctrl-C and SIGTERM while something takes long; the sweep covers them at every request.

use slsx::coldstart::Event;
use slsx::exit::Exit;

use super::control_plane::Fault;
use super::{Scene, settings};

/// Interrupts a run, and returns its exit code and whether it said that it stops.
fn interrupt(request: usize, fault: Fault) -> (Exit, bool) {
    let scene = Scene::new(&["f"], 1);
    let before = scene.plane.snapshot();
    scene.plane.strike(request, fault);
    let mut has_said_so = false;
    let outcome = scene.run_with_events(&settings(&["f"], 2, 1), &mut |event| {
        has_said_so |= matches!(event, Event::Interrupted { .. })
    });
    assert_eq!((scene.plane.snapshot(), scene.journal_names()), (before, Vec::new()));
    (outcome.unwrap().unwrap_err().exit(), has_said_so)
}

#[test]
fn a_wait_does_not_delay_the_undo() {
    assert_eq!(interrupt(3, Fault::InterruptedWhileWaiting), (Exit::Interrupted, true));
}

#[test]
fn an_invoke_that_never_ends_does_not_delay_the_undo() {
    assert_eq!(interrupt(0, Fault::TerminatedWhileInvoking), (Exit::Terminated, true));
}
