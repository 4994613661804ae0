//! A function of the fake: `$LATEST`, its versions, and how an update passes.

use std::collections::BTreeMap;
use std::time::Duration;

use slsx::names::{Qualifier, Revision};
use slsx::ports::{
    Concurrency, CopyOrder, FunctionKind, FunctionState, Lifecycle, RemoteError, UpdateStatus,
};

const UPDATE: Duration = Duration::from_millis(700);
const CREATION: Duration = Duration::from_millis(300);

/// What is told of a function from outside: all that a run must leave as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) description: String,
    pub(crate) memory_mb: u32,
    pub(crate) versions: Vec<(String, String)>,
}

pub(crate) struct Function {
    pub(crate) latest: FunctionState,
    pub(crate) versions: BTreeMap<u32, Version>,
    /// Versions an alias points to.
    pub(crate) aliased: Vec<u32>,
    pub(crate) concurrency: Concurrency,
    /// Share of fresh environments that were initialised before the request came.
    pub(crate) proactive: f64,
    /// How many milliseconds longer each start takes.
    pub(crate) slower_ms: f64,
    /// Every invoke fails.
    pub(crate) is_broken: bool,
    /// The next update fails.
    pub(crate) rejects_updates: bool,
    pub(crate) writes_json: bool,
    /// Durations of all true cold starts.
    pub(crate) cold: Vec<f64>,
    pub(super) applied_at: Option<Duration>,
    /// When a copy can be invoked.
    active_at: Option<Duration>,
    revision: u64,
    next_version: u32,
}

pub(crate) struct Version {
    pub(crate) state: FunctionState,
    pub(super) active_at: Duration,
    pub(super) is_visible: bool,
    pub(super) environments: u32,
    pub(super) busy: u32,
}

impl Function {
    pub(super) fn new(name: &str) -> Self {
        let latest = FunctionState {
            name: name.into(),
            arn: format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}").as_str().into(),
            version: "$LATEST".into(),
            description: format!("original \"{name}\" – é"),
            revision: "1".into(),
            lifecycle: Lifecycle::Active,
            update: UpdateStatus::Successful,
            reason: None,
            runtime: Some("python3.13".into()),
            kind: FunctionKind::Shared,
            is_image: false,
            architecture: "arm64".into(),
            memory_mb: 256,
            timeout: Duration::from_secs(10),
            has_snap_start: false,
            in_vpc: false,
            code_sha256: format!("sha of {name}"),
            hides_reports: false,
            log_group: format!("/aws/lambda/{name}"),
        };
        let mut function = Self {
            latest,
            versions: BTreeMap::new(),
            aliased: Vec::new(),
            concurrency: Concurrency { reserved: None, unreserved: 1_000 },
            proactive: 0.0,
            slower_ms: 0.0,
            is_broken: false,
            rejects_updates: false,
            writes_json: name.ends_with("json"),
            cold: Vec::new(),
            applied_at: None,
            active_at: None,
            revision: 1,
            next_version: 1,
        };
        function.add_version(Duration::ZERO);
        function
    }

    /// A function with the same settings, which takes a while to be created.
    pub(super) fn copied(&self, order: &CopyOrder, now: Duration) -> Self {
        let mut copy = Self::new(order.name.as_str());
        copy.versions.clear();
        copy.active_at = Some(now + CREATION);
        copy.writes_json = self.writes_json;
        let (name, arn, revision) =
            (copy.latest.name.clone(), copy.latest.arn.clone(), copy.latest.revision.clone());
        copy.latest = FunctionState {
            name,
            arn,
            revision,
            description: order.description.clone(),
            lifecycle: Lifecycle::Pending,
            memory_mb: order.variant.memory_mb.unwrap_or(self.latest.memory_mb),
            ..self.latest.clone()
        };
        copy
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let versions = self.versions.values().map(|version| &version.state);
        Snapshot {
            description: self.latest.description.clone(),
            memory_mb: self.latest.memory_mb,
            versions: versions.map(|state| (state.version.to_string(), state.description.clone())).collect(),
        }
    }

    /// Somebody's change of `$LATEST`.
    pub(crate) fn change(&mut self, edit: impl FnOnce(&mut FunctionState)) {
        edit(&mut self.latest);
        self.next_revision();
    }

    pub(super) fn describe(&mut self, description: String, now: Duration) {
        self.change(|latest| {
            latest.description = description;
            latest.update = UpdateStatus::InProgress;
        });
        self.applied_at = Some(now + UPDATE);
    }

    fn next_revision(&mut self) {
        self.revision += 1;
        self.latest.revision = Revision::new(self.revision.to_string());
    }

    pub(super) fn settle(&mut self, now: Duration) {
        if self.active_at.is_some_and(|active_at| active_at <= now) {
            self.active_at = None;
            self.change(|latest| latest.lifecycle = Lifecycle::Active);
        }
        if self.applied_at.is_some_and(|applied_at| applied_at <= now) {
            self.applied_at = None;
            let status = if self.rejects_updates { UpdateStatus::Failed } else { UpdateStatus::Successful };
            self.latest.update = status;
            self.latest.reason = self.rejects_updates.then(|| "no subnet".to_owned());
            self.rejects_updates = false;
            self.next_revision();
        }
    }

    pub(super) fn check_writable(&self, operation: &str, revision: &Revision) -> Result<(), RemoteError> {
        if self.applied_at.is_some() {
            let message = "An update is in progress for resource".into();
            return Err(RemoteError::Busy { operation: operation.into(), message });
        }
        if self.latest.revision != *revision {
            let message = "The Revision Id provided does not match".into();
            return Err(RemoteError::Stale { operation: operation.into(), message });
        }
        Ok(())
    }

    fn add_version(&mut self, now: Duration) -> FunctionState {
        let number = self.next_version;
        self.next_version += 1;
        let state = FunctionState {
            version: Qualifier::new(number.to_string()),
            arn: format!("{}:{number}", self.latest.arn).as_str().into(),
            lifecycle: Lifecycle::Pending,
            ..self.latest.clone()
        };
        let version = Version {
            state: state.clone(),
            active_at: now + CREATION,
            // Every other version is not visible to the first read after its creation.
            is_visible: number.is_multiple_of(2),
            environments: 0,
            busy: 0,
        };
        self.versions.insert(number, version);
        state
    }

    pub(super) fn publish(&mut self, now: Duration) -> FunctionState {
        let content =
            |state: &FunctionState| (state.description.clone(), state.memory_mb, state.code_sha256.clone());
        match self.versions.values().next_back() {
            Some(last) if content(&last.state) == content(&self.latest) => last.state.clone(),
            Some(_) | None => self.add_version(now),
        }
    }
}
