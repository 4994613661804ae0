//! The demo, interrupted: whatever it built is torn down, and nothing is left behind.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::world::World;

/// Starts the demo, waits for a line, sends the signal, and returns exit code and everything printed.
fn interrupted_at(world: &World, line: &str, signal: Signal) -> (Option<i32>, String) {
    let temporary = world.path("tmp");
    std::fs::create_dir_all(&temporary).unwrap();
    let mut demo = world
        .command(&["demo", "-n", "50"])
        .env("TMPDIR", &temporary)
        .env("XDG_STATE_HOME", world.path("state"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = demo.stderr.take().unwrap();
    let rest = std::thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).unwrap();
        text
    });
    let mut printed = String::new();
    let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines();
    for found in lines.by_ref() {
        let found = found.unwrap();
        printed += &format!("{found}\n");
        if found.contains(line) {
            kill_process(Pid::from_raw(demo.id().cast_signed()).unwrap(), signal).unwrap();
            break;
        }
    }
    lines.for_each(drop);
    let exit = demo.wait().unwrap().code();
    (exit, printed + &rest.join().unwrap())
}

fn assert_nothing_is_left(world: &World) {
    for folder in ["tmp", "state/slsx/local", "state/slsx/journals"] {
        let left: Vec<_> = std::fs::read_dir(world.path(folder))
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().file_name())
            // An empty lock file stays: removing one that another process waits for would let two hold it.
            .filter(|name| !name.to_string_lossy().ends_with(".lock"))
            .collect();
        assert!(left.is_empty(), "{folder}: {left:?}");
    }
}

#[test]
fn ctrl_c_in_a_deployment() {
    let world = World::new();
    let (exit, printed) = interrupted_at(&world, "slsx deploy", Signal::INT);
    assert_eq!(exit, Some(130), "{printed}");
    assert_nothing_is_left(&world);
}

#[test]
fn termination_while_cold_starts_are_measured() {
    let world = World::new();
    let (exit, printed) = interrupted_at(&world, "slsx coldstart-bench", Signal::TERM);
    assert_eq!(exit, Some(143), "{printed}");
    assert_nothing_is_left(&world);
}
