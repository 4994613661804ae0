//! `coldstart-bench` and `recover` against Lambda in memory, with journals on a real disk.

mod control_plane;
mod interrupting;
mod measuring;
mod page;
mod refusing;
mod sweep;

use std::time::Duration;

use slsx::coldstart::mark::run_id;
use slsx::coldstart::plan::Wanted;
use slsx::coldstart::{Event, Report, Strategy, Target, Variant};
use slsx::commands::coldstart_bench::{Bench, Failure, Settings};
use slsx::commands::recover::Recover;
use slsx::exit::Exit;
use slsx::host::journals::FolderJournals;
use slsx::journal::{Place, Recovery, Target as Endpoint};
use slsx::ports::Journals as _;

use control_plane::ControlPlane;

/// Lambda, and a machine with a disk.
pub(crate) struct Scene {
    pub(crate) plane: ControlPlane,
    pub(crate) journals: FolderJournals,
    _folder: tempfile::TempDir,
}

pub(crate) fn place() -> Place {
    Place { account: "123456789012".into(), region: "eu-west-1".into(), target: Endpoint::Aws }
}

pub(crate) fn settings(functions: &[&str], samples: u32, seed: u64) -> Settings {
    Settings {
        targets: functions.iter().map(|name| Target { function: (*name).into(), copy: None }).collect(),
        samples: Wanted::each(samples),
        strategy: Strategy::default(),
        precision: None,
        payload: b"{}".to_vec(),
        seed,
        run: run_id(seed),
        place: place(),
    }
}

/// The same on temporary copies.
pub(crate) fn on_copies(settings: Settings) -> Settings {
    let copy = |target: Target| Target { copy: Some(Variant::default()), ..target };
    Settings { targets: settings.targets.into_iter().map(copy).collect(), ..settings }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(30), future).await.expect("it hangs") })
}

impl Scene {
    pub(crate) fn new(functions: &[&str], seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let journals = FolderJournals::new(folder.path().join("journals"));
        Self { plane: ControlPlane::new(functions, seed), journals, _folder: folder }
    }

    pub(crate) fn bench<'a>(
        &'a self,
        settings: &'a Settings,
    ) -> Bench<'a, ControlPlane, FolderJournals, ControlPlane> {
        Bench {
            functions: &self.plane,
            journals: &self.journals,
            clock: &self.plane,
            cancel: &self.plane.cancel,
            settings,
        }
    }

    /// Runs to its end, or until the process is killed: then there is no outcome.
    pub(crate) fn run(&self, settings: &Settings) -> Option<Result<Report, Failure>> {
        let is_busy = |outcome: &Option<Result<Report, Failure>>| matches!(outcome, Some(Err(failure)) if failure.exit() == Exit::Busy);
        while_busy(|| self.run_with_events(settings, &mut |_| {}), is_busy)
    }

    pub(crate) fn run_with_events(
        &self,
        settings: &Settings,
        emit: &mut dyn FnMut(Event),
    ) -> Option<Result<Report, Failure>> {
        block_on(async {
            let bench = self.bench(settings);
            tokio::select! {
                biased;
                outcome = bench.run(emit) => Some(outcome),
                () = self.plane.killed() => None,
            }
        })
    }

    pub(crate) fn recover(&self, place: &Place, is_dry_run: bool) -> Recovery {
        let recover = Recover {
            functions: &self.plane,
            journals: &self.journals,
            clock: &self.plane,
            place,
            is_dry_run,
        };
        while_busy(|| block_on(recover.run(&mut |_| {})).unwrap(), |recovery| recovery.exit() == Exit::Busy)
    }

    pub(crate) fn journal_names(&self) -> Vec<String> {
        self.journals.names().unwrap()
    }
}

/// Tries again for a while. A process that another test starts at this moment has a copy of every open file until it
/// becomes what it is to be, the lock of a journal among them; a moment later it is free.
fn while_busy<T>(attempt: impl Fn() -> T, is_busy: impl Fn(&T) -> bool) -> T {
    for _ in 0..50 {
        let outcome = attempt();
        if !is_busy(&outcome) {
            return outcome;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    attempt()
}
