//! What goes wrong at one request of the fake.

use std::future::pending;

use slsx::commands::coldstart_bench::Interruption;
use slsx::names::FunctionName;
use slsx::ports::{FunctionState, RemoteError};
use tokio::task::yield_now;

use super::{ControlPlane, Late, Plane};

pub(crate) const EDITED: &str = "edited by a colleague";
pub(crate) const EDITED_MEMORY: u32 = 999;

/// What goes wrong at one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The process dies before the request is applied.
    KilledBefore,
    /// The process dies after the request is applied.
    KilledAfter,
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-C, and a second one some requests later.
    InterruptTwice,
    /// HTTP 500 without effect.
    ServerError,
    /// HTTP 429 at two requests in a row.
    Throttled,
    /// Applied, but the reply is lost.
    ReplyLost,
    /// The reply is lost, and the request is applied only later.
    AppliedLate,
    /// Ctrl-C while a request hangs: its reply is lost, and it is applied after the process has ended.
    InterruptedWhileHanging,
    /// SIGTERM while an invoke runs that never ends.
    TerminatedWhileInvoking,
    /// Ctrl-C during the first wait after the request; the wait never ends.
    InterruptedWhileWaiting,
    /// Permissions are gone from here on.
    DeniedFrom,
    /// Somebody edits the description just before the request.
    EditDescription,
    /// Somebody edits the memory just before the request; our mark stays where it is.
    EditMemory,
}

impl Fault {
    pub(crate) const fn is_an_edit(self) -> bool {
        matches!(self, Self::EditDescription | Self::EditMemory)
    }
}

/// What becomes of one request.
enum Effect {
    None,
    Refused(RemoteError),
    Lost,
    AppliedAndLost,
    AppliedLater(usize),
    Killed,
    AppliedAndKilled,
    Hangs,
}

type Apply<T> = Box<dyn FnOnce(&mut Plane) -> Result<T, RemoteError>>;

impl ControlPlane {
    pub(super) fn deliver(&self, request: usize) {
        let (due, later) = self.late.take().into_iter().partition(|(when, _)| *when <= request);
        *self.late.borrow_mut() = later;
        let due: Vec<Late> = due;
        due.into_iter().for_each(|(_, apply)| apply(&mut self.plane.borrow_mut()));
    }

    pub(super) async fn request<T: 'static>(
        &self,
        operation: &'static str,
        function: &FunctionName,
        apply: impl FnOnce(&mut Plane) -> Result<T, RemoteError> + 'static,
    ) -> Result<T, RemoteError> {
        yield_now().await;
        let number = self.requests();
        self.deliver(number);
        self.plane.borrow_mut().arrive(operation, function);
        let lost = RemoteError::Unknown { operation: operation.into(), message: "time-out".into() };
        let now = |apply: Apply<T>| apply(&mut self.plane.borrow_mut());
        let apply: Apply<T> = Box::new(apply);
        match self.effect(operation, function, number) {
            Effect::None => now(apply),
            Effect::Refused(error) => Err(error),
            Effect::Lost => Err(lost),
            Effect::AppliedAndLost => {
                let _ = now(apply);
                Err(lost)
            }
            Effect::AppliedLater(when) => {
                let late: Late = (when, Box::new(|plane: &mut Plane| drop(apply(plane))));
                self.late.borrow_mut().push(late);
                Err(lost)
            }
            Effect::Killed => {
                self.killed.notify_one();
                pending().await
            }
            Effect::AppliedAndKilled => {
                let _ = now(apply);
                self.killed.notify_one();
                pending().await
            }
            Effect::Hangs => pending().await,
        }
    }

    /// What the fault does to this request; Ctrl-C and a colleague's edit happen here.
    fn effect(&self, operation: &str, function: &FunctionName, number: usize) -> Effect {
        let Some((at, fault)) = self.fault.get().filter(|(at, _)| *at <= number) else { return Effect::None };
        let after = number - at;
        if after == 0 {
            self.struck_at.set(Some(self.plane.borrow().now));
        }
        let edit = |edit: fn(&mut FunctionState)| {
            self.edit(function.as_str(), |function| function.change(edit));
            Effect::None
        };
        let interrupt = |effect| {
            self.cancel.request(Interruption::Interrupted);
            effect
        };
        match (fault, after) {
            (Fault::KilledBefore, 0) => Effect::Killed,
            (Fault::KilledAfter, 0) | (Fault::InterruptTwice, 4) => Effect::AppliedAndKilled,
            (Fault::Interrupt | Fault::InterruptTwice, 0) => interrupt(Effect::None),
            (Fault::ServerError, 0) => Effect::Lost,
            (Fault::ReplyLost, 0) => Effect::AppliedAndLost,
            (Fault::AppliedLate, 0) => Effect::AppliedLater(number + 3),
            (Fault::InterruptedWhileHanging, 0) => interrupt(Effect::AppliedLater(usize::MAX)),
            (Fault::EditDescription, 0) => edit(|latest| latest.description = EDITED.into()),
            (Fault::EditMemory, 0) => edit(|latest| latest.memory_mb = EDITED_MEMORY),
            (Fault::TerminatedWhileInvoking, _) if operation == "invoke" => {
                self.cancel.request(Interruption::Terminated);
                Effect::Hangs
            }
            (Fault::Throttled, 0 | 1) => Effect::Refused(RemoteError::Throttled {
                operation: operation.into(),
                message: "Rate exceeded".into(),
            }),
            (Fault::DeniedFrom, _) => Effect::Refused(RemoteError::Denied {
                operation: operation.into(),
                message: "not authorized".into(),
            }),
            _ => Effect::None,
        }
    }

    /// Whether this wait is the one that never ends.
    pub(super) fn hangs_in_wait(&self) -> bool {
        let is_due = self
            .fault
            .get()
            .is_some_and(|(at, fault)| fault == Fault::InterruptedWhileWaiting && self.requests() > at);
        if is_due {
            self.fault.set(None);
            self.cancel.request(Interruption::Interrupted);
        }
        is_due
    }
}
