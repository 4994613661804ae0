//! Lambda in memory, as far as a bench can tell, with a fault at any request.
//!
//! An update is `InProgress` for a while, answers 409 meanwhile, and changes the revision again when it is applied;
//! a stale revision is answered with 412; a version is pending at first; some fresh environments were initialised
//! proactively, so that their first reply is not a cold start.

mod fault;
mod function;
pub(crate) mod invoke;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use slsx::commands::coldstart_bench::Cancel;
use slsx::names::{FunctionName, Qualifier, Revision};
use slsx::ports::{
    Callers, Clock, Concurrency, Copies, CopyOrder, FunctionState, Functions, Invocation, Lifecycle,
    RemoteError,
};
use tokio::sync::Notify;
use tokio::task::yield_now;

pub(crate) use fault::{EDITED, EDITED_MEMORY, Fault};
pub(crate) use function::{Function, Snapshot};

const REQUEST: Duration = Duration::from_millis(30);

type Late = (usize, Box<dyn FnOnce(&mut Plane)>);

#[derive(Default)]
pub(crate) struct Plane {
    pub(crate) functions: BTreeMap<String, Function>,
    /// Operations in the order they arrived, with the function's name.
    pub(crate) calls: Vec<(&'static str, String)>,
    now: Duration,
    random: Option<fastrand::Rng>,
    request_ids: u64,
}

/// Lambda and its clock.
pub(crate) struct ControlPlane {
    pub(crate) plane: RefCell<Plane>,
    pub(crate) cancel: Rc<Cancel>,
    fault: Cell<Option<(usize, Fault)>>,
    /// When the fault struck.
    pub(crate) struck_at: Cell<Option<Duration>>,
    late: RefCell<Vec<Late>>,
    killed: Notify,
}

impl ControlPlane {
    pub(crate) fn new(names: &[&str], seed: u64) -> Self {
        let functions = names.iter().map(|name| ((*name).to_owned(), Function::new(name)));
        let random = Some(fastrand::Rng::with_seed(seed));
        let plane = Plane { functions: functions.collect(), random, ..Plane::default() };
        Self {
            plane: RefCell::new(plane),
            cancel: Rc::default(),
            fault: Cell::new(None),
            struck_at: Cell::new(None),
            late: RefCell::default(),
            killed: Notify::new(),
        }
    }

    pub(crate) fn strike(&self, request: usize, fault: Fault) {
        self.fault.set(Some((request, fault)));
    }

    /// Ends the fault; what was still on its way arrives now.
    pub(crate) fn lift(&self) {
        self.fault.set(None);
        self.deliver(usize::MAX);
    }

    pub(crate) fn requests(&self) -> usize {
        self.plane.borrow().calls.len()
    }

    pub(crate) fn count(&self, operation: &str) -> usize {
        self.plane.borrow().calls.iter().filter(|(name, _)| *name == operation).count()
    }

    pub(crate) async fn killed(&self) {
        self.killed.notified().await;
    }

    pub(crate) fn edit(&self, name: &str, edit: impl FnOnce(&mut Function)) {
        edit(self.plane.borrow_mut().functions.get_mut(name).unwrap());
    }

    pub(crate) fn snapshot(&self) -> BTreeMap<String, Snapshot> {
        let plane = self.plane.borrow();
        plane.functions.iter().map(|(name, function)| (name.clone(), function.snapshot())).collect()
    }
}

impl Plane {
    fn arrive(&mut self, operation: &'static str, function: &FunctionName) {
        self.calls.push((operation, function.to_string()));
        self.now += REQUEST;
        let now = self.now;
        self.functions.values_mut().for_each(|function| function.settle(now));
    }

    fn function(&mut self, operation: &str, name: &str) -> Result<&mut Function, RemoteError> {
        let missing =
            RemoteError::NotFound { operation: operation.into(), message: format!("no function {name}") };
        self.functions.get_mut(name).ok_or(missing)
    }
}

impl Functions for ControlPlane {
    async fn describe(
        &self,
        function: &FunctionName,
        qualifier: Option<&Qualifier>,
    ) -> Result<FunctionState, RemoteError> {
        let (name, qualifier) = (function.to_string(), qualifier.cloned());
        let apply = move |plane: &mut Plane| {
            let now = plane.now;
            let function = plane.function("lambda:GetFunction", &name)?;
            let Some(qualifier) = qualifier else { return Ok(function.latest.clone()) };
            let missing = || RemoteError::NotFound {
                operation: "lambda:GetFunction".into(),
                message: qualifier.to_string(),
            };
            let number: u32 = qualifier.as_str().parse().map_err(|_| missing())?;
            let version = function.versions.get_mut(&number).ok_or_else(missing)?;
            if !std::mem::replace(&mut version.is_visible, true) {
                return Err(missing());
            }
            if version.active_at <= now {
                version.state.lifecycle = Lifecycle::Active;
            }
            Ok(version.state.clone())
        };
        self.request("describe", function, apply).await
    }

    async fn set_description(
        &self,
        function: &FunctionName,
        description: &str,
        revision: &Revision,
    ) -> Result<FunctionState, RemoteError> {
        let (name, description, revision) = (function.to_string(), description.to_owned(), revision.clone());
        let apply = move |plane: &mut Plane| {
            let now = plane.now;
            let function = plane.function("lambda:UpdateFunctionConfiguration", &name)?;
            function.check_writable("lambda:UpdateFunctionConfiguration", &revision)?;
            function.describe(description, now);
            Ok(function.latest.clone())
        };
        self.request("set_description", function, apply).await
    }

    async fn publish(
        &self,
        function: &FunctionName,
        revision: &Revision,
    ) -> Result<FunctionState, RemoteError> {
        let (name, revision) = (function.to_string(), revision.clone());
        let apply = move |plane: &mut Plane| {
            let now = plane.now;
            let function = plane.function("lambda:PublishVersion", &name)?;
            function.check_writable("lambda:PublishVersion", &revision)?;
            Ok(function.publish(now))
        };
        self.request("publish", function, apply).await
    }

    async fn invoke(
        &self,
        function: &FunctionName,
        qualifier: &Qualifier,
        _tenant: Option<&str>,
        _payload: &[u8],
    ) -> Result<Invocation, RemoteError> {
        let (name, number) = (function.to_string(), qualifier.as_str().parse().unwrap());
        let starting = name.clone();
        let is_fresh =
            self.request("invoke", function, move |plane| plane.start_invoke(&starting, number)).await?;
        // The others of a burst arrive while this one runs.
        for _ in 0..3 {
            yield_now().await;
        }
        Ok(self.plane.borrow_mut().end_invoke(&name, number, is_fresh))
    }

    async fn versions(&self, function: &FunctionName) -> Result<Vec<FunctionState>, RemoteError> {
        let name = function.to_string();
        let apply = move |plane: &mut Plane| {
            let function = plane.function("lambda:ListVersionsByFunction", &name)?;
            Ok(function.versions.values().map(|version| version.state.clone()).collect())
        };
        self.request("versions", function, apply).await
    }

    async fn delete_version(&self, function: &FunctionName, version: &Qualifier) -> Result<(), RemoteError> {
        let (name, number) = (function.to_string(), version.as_str().parse().unwrap());
        let apply = move |plane: &mut Plane| {
            let operation = || "lambda:DeleteFunction".to_owned();
            let function = plane.function("lambda:DeleteFunction", &name)?;
            if function.aliased.contains(&number) {
                let message =
                    "Unable to delete version because the following aliases reference it: [live]".into();
                return Err(RemoteError::Busy { operation: operation(), message });
            }
            let missing = RemoteError::NotFound { operation: operation(), message: number.to_string() };
            function.versions.remove(&number).map(drop).ok_or(missing)
        };
        self.request("delete_version", function, apply).await
    }

    async fn concurrency(&self, function: &FunctionName) -> Result<Concurrency, RemoteError> {
        let name = function.to_string();
        let apply =
            move |plane: &mut Plane| Ok(plane.function("lambda:GetFunctionConcurrency", &name)?.concurrency);
        self.request("concurrency", function, apply).await
    }
}

impl Copies for ControlPlane {
    async fn copy(&self, order: &CopyOrder) -> Result<FunctionState, RemoteError> {
        let order = order.clone();
        let source = order.source.clone();
        let apply = move |plane: &mut Plane| {
            let operation = "lambda:CreateFunction";
            if plane.functions.contains_key(order.name.as_str()) {
                let message = format!("Function already exist: {}", order.name);
                return Err(RemoteError::Busy { operation: operation.into(), message });
            }
            let now = plane.now;
            let copy = plane.function(operation, order.source.as_str())?.copied(&order, now);
            let state = copy.latest.clone();
            plane.functions.insert(order.name.to_string(), copy);
            Ok(state)
        };
        self.request("copy", &source, apply).await
    }

    async fn delete_copy(&self, copy: &FunctionName) -> Result<(), RemoteError> {
        let name = copy.to_string();
        let apply = move |plane: &mut Plane| {
            plane.function("lambda:DeleteFunction", &name)?;
            plane.functions.remove(&name);
            Ok(())
        };
        self.request("delete_copy", copy, apply).await
    }

    async fn callers(&self, function: &FunctionName) -> Result<Callers, RemoteError> {
        let name = function.to_string();
        let apply = move |plane: &mut Plane| {
            let has_aliases = !plane.function("lambda:ListAliases", &name)?.aliased.is_empty();
            Ok(Callers { has_aliases, has_event_sources: false })
        };
        self.request("callers", function, apply).await
    }
}

impl Clock for ControlPlane {
    fn now_ms(&self) -> u64 {
        1_800_000_000_000
    }

    fn elapsed(&self) -> Duration {
        self.plane.borrow().now
    }

    /// Returns at once: only the clock moves.
    async fn sleep(&self, duration: Duration) {
        if self.hangs_in_wait() {
            pending::<()>().await;
        }
        self.plane.borrow_mut().now += duration;
        yield_now().await;
    }
}
