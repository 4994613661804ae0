//! Whether a function can be measured at all, decided from what was read about it.

use crate::coldstart::target::sibling;
use crate::coldstart::{Mark, Subject, Variant};
use crate::exit::Exit;
use crate::names::RunId;
use crate::ports::{Concurrency, FunctionKind, FunctionState, Lifecycle, UpdateStatus};

/// Why a function cannot be measured as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum Refusal {
    /// Another run left its mark, and this machine has no journal of it.
    #[error(
        "its description carries the mark of run {run}, which was interrupted or still goes on elsewhere"
    )]
    #[diagnostic(help(
        "run `slsx recover` on the machine where that run was started: its journal is there. Without it, set the \
         description by hand: `aws lambda update-function-configuration --function-name NAME --description TEXT`"
    ))]
    ForeignMark {
        /// The run in the mark.
        run: RunId,
    },
    /// Not in the state `Active`.
    #[error("its state is {state}{}", reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default())]
    #[diagnostic(help(
        "an inactive function becomes active a while after it is invoked once; a failed one must be deployed again"
    ))]
    NotActive {
        /// The state.
        state: &'static str,
        /// Why, in Lambda's words.
        reason: Option<String>,
    },
    /// The last update failed.
    #[error("its last update failed, so it runs an older configuration than it shows: {reason}")]
    #[diagnostic(help("deploy it again first"))]
    LastUpdateFailed {
        /// Why, in Lambda's words.
        reason: String,
    },
    /// Somebody updates it right now.
    #[error("an update of it is in progress")]
    UpdateInProgress,
    /// Reserved concurrency of 0.
    #[error("its reserved concurrency is 0, so every invoke is throttled")]
    #[diagnostic(help("raise or remove it: `aws lambda delete-function-concurrency --function-name NAME`"))]
    NothingReserved,
    /// REPORT lines are off.
    #[error(
        "its system log level is WARN, which drops the REPORT line that tells a cold start from a warm one"
    )]
    #[diagnostic(help(
        "set LoggingConfig.SystemLogLevel to INFO while you measure; slsx does not change it for you"
    ))]
    HidesReports,
    /// Managed instances.
    #[error("it runs on managed instances, which are not started for a request, so it has no cold starts")]
    #[diagnostic(help("measure it on Lambda's own compute: a function without CapacityProviderConfig"))]
    ManagedInstances,
    /// A durable function.
    #[error("it is a durable function: each invoke starts an execution that may go on after its reply")]
    #[diagnostic(help("measure its code in a function without DurableConfig"))]
    Durable,
    /// The strategy needs tenants.
    #[error("it does not isolate tenants, so a new tenant does not get a fresh execution environment")]
    #[diagnostic(help("use another --strategy: version is the default"))]
    NoTenants,
}

impl Refusal {
    /// The exit code.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self {
            Self::ForeignMark { .. } => Exit::NeedsRecovery,
            Self::UpdateInProgress => Exit::Busy,
            Self::NotActive { .. }
            | Self::LastUpdateFailed { .. }
            | Self::NothingReserved
            | Self::HidesReports
            | Self::ManagedInstances
            | Self::Durable
            | Self::NoTenants => Exit::Usage,
        }
    }
}

/// Why this function cannot be measured as it is; none if it can.
#[must_use]
pub fn refusal(state: &FunctionState, concurrency: Option<Concurrency>) -> Option<Refusal> {
    let not_active =
        |state_name| Some(Refusal::NotActive { state: state_name, reason: state.reason.clone() });
    match state.lifecycle {
        Lifecycle::Active => {}
        Lifecycle::Pending => return not_active("Pending"),
        Lifecycle::Inactive => return not_active("Inactive"),
        Lifecycle::Failed => return not_active("Failed"),
        Lifecycle::Other => return not_active("unknown to this slsx"),
    }
    match state.update {
        UpdateStatus::Successful => {}
        UpdateStatus::InProgress => return Some(Refusal::UpdateInProgress),
        UpdateStatus::Failed => {
            return Some(Refusal::LastUpdateFailed { reason: state.reason.clone().unwrap_or_default() });
        }
    }
    if concurrency.and_then(|concurrency| concurrency.reserved) == Some(0) {
        return Some(Refusal::NothingReserved);
    }
    match state.kind {
        FunctionKind::ManagedInstances => return Some(Refusal::ManagedInstances),
        FunctionKind::Durable => return Some(Refusal::Durable),
        FunctionKind::Shared | FunctionKind::PerTenant => {}
    }
    state.hides_reports.then_some(Refusal::HidesReports)
}

/// The mark of a run in this description, if there is one.
#[must_use]
pub fn foreign_mark(state: &FunctionState) -> Option<Refusal> {
    Mark::parse(&state.description).map(|mark| Refusal::ForeignMark { run: mark.run().clone() })
}

/// Environments that could run at once without taking from others.
#[must_use]
pub fn free(concurrency: Concurrency) -> u32 {
    concurrency.reserved.unwrap_or(concurrency.unreserved)
}

/// What the cold start depends on.
#[must_use]
pub fn subject(state: &FunctionState) -> Subject {
    Subject {
        function: state.name.clone(),
        arn: state.arn.clone(),
        runtime: state.runtime.clone(),
        architecture: state.architecture.clone(),
        memory_mb: state.memory_mb,
        timeout_s: state.timeout.as_secs(),
        is_image: state.is_image,
        has_snap_start: state.has_snap_start,
        in_vpc: state.in_vpc,
        code_sha256: state.code_sha256.clone(),
    }
}

/// What the cold start of a copy depends on.
#[must_use]
pub fn subject_of(state: &FunctionState, copy: Option<&Variant>) -> Subject {
    let subject = Subject { arn: sibling(&state.arn, &state.name), ..subject(state) };
    let Some(variant) = copy else { return subject };
    let has_snap_start = subject.has_snap_start && !variant.is_looked_into;
    let architecture = variant.architecture.clone().unwrap_or(subject.architecture);
    let memory_mb = variant.memory_mb.unwrap_or(subject.memory_mb);
    Subject { memory_mb, architecture, has_snap_start, ..subject }
}

/// Whether two reads show the same function: what decides a cold start, whatever the description says.
#[must_use]
pub fn is_same_configuration(before: &FunctionState, now: &FunctionState) -> bool {
    subject(before) == subject(now) && before.hides_reports == now.hides_reports
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Refusal, foreign_mark, is_same_configuration, refusal};
    use crate::exit::Exit;
    use crate::ports::{Concurrency, FunctionKind, FunctionState, Lifecycle, UpdateStatus};

    fn healthy() -> FunctionState {
        FunctionState {
            name: "f".into(),
            arn: "arn:aws:lambda:eu-west-1:123456789012:function:f".into(),
            version: "$LATEST".into(),
            description: "makes thumbnails".into(),
            revision: "1".into(),
            lifecycle: Lifecycle::Active,
            update: UpdateStatus::Successful,
            reason: Some("because".into()),
            runtime: Some("python3.13".into()),
            kind: FunctionKind::Shared,
            is_image: false,
            architecture: "arm64".into(),
            memory_mb: 256,
            timeout: Duration::from_secs(10),
            has_snap_start: false,
            in_vpc: false,
            code_sha256: "sha".into(),
            hides_reports: false,
            log_group: "/aws/lambda/f".into(),
        }
    }

    #[test]
    fn a_healthy_function_is_measured() {
        let concurrency = Concurrency { reserved: Some(1), unreserved: 0 };
        assert_eq!(refusal(&healthy(), Some(concurrency)), None);
        assert_eq!(refusal(&healthy(), None), None);
        assert_eq!(foreign_mark(&healthy()), None);
    }

    #[test]
    fn each_obstacle_is_named_and_has_its_exit_code() {
        let table = [
            (
                FunctionState { lifecycle: Lifecycle::Pending, ..healthy() },
                "its state is Pending: because",
                Exit::Usage,
            ),
            (
                FunctionState { lifecycle: Lifecycle::Inactive, ..healthy() },
                "its state is Inactive: because",
                Exit::Usage,
            ),
            (
                FunctionState { lifecycle: Lifecycle::Failed, ..healthy() },
                "its state is Failed: because",
                Exit::Usage,
            ),
            (
                FunctionState { update: UpdateStatus::InProgress, ..healthy() },
                "an update of it is in progress",
                Exit::Busy,
            ),
            (
                FunctionState { update: UpdateStatus::Failed, ..healthy() },
                "its last update failed, so it runs an older configuration than it shows: because",
                Exit::Usage,
            ),
            (
                FunctionState { hides_reports: true, ..healthy() },
                "its system log level is WARN, which drops the REPORT line that tells a cold start from a warm one",
                Exit::Usage,
            ),
        ];
        for (state, message, exit) in table {
            let found = refusal(&state, None).unwrap();
            assert_eq!((found.to_string().as_str(), found.exit()), (message, exit));
        }
        for (kind, expected) in [
            (FunctionKind::ManagedInstances, Some(Refusal::ManagedInstances)),
            (FunctionKind::Durable, Some(Refusal::Durable)),
            (FunctionKind::PerTenant, None),
        ] {
            assert_eq!(refusal(&FunctionState { kind, ..healthy() }, None), expected);
        }
        let nothing = Some(Concurrency { reserved: Some(0), unreserved: 900 });
        assert_eq!(refusal(&healthy(), nothing), Some(Refusal::NothingReserved));
    }

    #[test]
    fn a_mark_of_another_run_needs_recovery() {
        let marked = FunctionState { description: "slsx:abc:4".into(), ..healthy() };
        assert_eq!(foreign_mark(&marked), Some(Refusal::ForeignMark { run: "abc".into() }));
        assert_eq!(foreign_mark(&marked).unwrap().exit(), Exit::NeedsRecovery);
    }

    #[test]
    fn the_description_is_not_part_of_the_configuration_and_the_memory_is() {
        assert!(is_same_configuration(
            &healthy(),
            &FunctionState { description: "x".into(), revision: "2".into(), ..healthy() }
        ));
        assert!(!is_same_configuration(&healthy(), &FunctionState { memory_mb: 512, ..healthy() }));
        assert!(!is_same_configuration(
            &healthy(),
            &FunctionState { code_sha256: "other".into(), ..healthy() }
        ));
    }
}
