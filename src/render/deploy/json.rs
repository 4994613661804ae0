//! Deployments, stacks and deletions as JSON; the field names are a promise, so views stand between them and the domain.

use std::io::{self, Write};

use serde::Serialize;

use crate::deploy::blockers::Blocker;
use crate::deploy::destroy::{DestroyPlan, Holding};
use crate::deploy::diagnosis::{Cause, Diagnosis};
use crate::deploy::lane::Lane;
use crate::deploy::report::{Conclusion, DeployReport, DestroyReport, Package, Place, StatusReport};
use crate::deploy::state_machine::Outcome;
use crate::deploy::{Change, Output, Problem, StackResource};

#[derive(Serialize)]
pub(super) struct DeployView<'a> {
    schema: &'static str,
    stack: &'a str,
    region: &'a str,
    local: bool,
    conclusion: &'static str,
    lane: Option<LaneView<'a>>,
    status: Option<&'a str>,
    elapsed_ms: u64,
    requests: u64,
    removed_first: Vec<ResourceView<'a>>,
    packages: Vec<PackageView<'a>>,
    mode: Option<&'a str>,
    warnings: Vec<WarningView<'a>>,
    changes: Vec<ChangeView<'a>>,
    outputs: Vec<OutputView<'a>>,
    diagnosis: Option<DiagnosisView<'a>>,
}

#[derive(Serialize)]
pub(super) struct LaneView<'a> {
    name: &'static str,
    /// Why CloudFormation has to do it.
    reason: Option<String>,
    /// The functions that get new code.
    functions: Vec<&'a str>,
}

#[derive(Serialize)]
struct PackageView<'a> {
    users: Vec<&'a str>,
    key: &'a str,
    bytes: u64,
    uploaded: bool,
}

#[derive(Serialize)]
struct WarningView<'a> {
    logical_id: Option<&'a str>,
    path: Option<&'a str>,
    reason: &'a str,
}

#[derive(Serialize)]
pub(super) struct ChangeView<'a> {
    action: &'a str,
    logical_id: &'a str,
    physical_id: Option<&'a str>,
    resource_type: &'a str,
    replacement: Option<&'a str>,
    policy_action: Option<&'a str>,
    properties: &'a [String],
}

#[derive(Serialize)]
struct OutputView<'a> {
    key: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct DiagnosisView<'a> {
    cause: CauseView<'a>,
    rollback: Option<CauseView<'a>>,
    others: Vec<CauseView<'a>>,
}

#[derive(Serialize)]
struct CauseView<'a> {
    within: Vec<&'a str>,
    logical_id: &'a str,
    resource_type: &'a str,
    status: &'a str,
    at_ms: u64,
    reason: &'a str,
    path: Option<&'a str>,
    remedy: String,
}

#[derive(Serialize)]
struct StatusView<'a> {
    schema: &'static str,
    stack: &'a str,
    region: &'a str,
    local: bool,
    status: Option<&'a str>,
    reason: Option<&'a str>,
    created_ms: Option<u64>,
    updated_ms: Option<u64>,
    outputs: Vec<OutputView<'a>>,
    resources: Vec<ResourceView<'a>>,
}

#[derive(Serialize)]
struct ResourceView<'a> {
    logical_id: &'a str,
    physical_id: Option<&'a str>,
    resource_type: &'a str,
    status: &'a str,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct DestroyView<'a> {
    schema: &'static str,
    stack: &'a str,
    region: &'a str,
    local: bool,
    outcome: Option<&'static str>,
    elapsed_ms: u64,
    plan: Option<PlanView<'a>>,
    blockers: Vec<BlockerView<'a>>,
    diagnosis: Option<DiagnosisView<'a>>,
}

#[derive(Serialize)]
struct PlanView<'a> {
    termination_protection: bool,
    policies_known: bool,
    losses: Vec<LossView<'a>>,
    deleted: Vec<ResourceView<'a>>,
    retained: Vec<ResourceView<'a>>,
    blockers: Vec<BlockerView<'a>>,
}

#[derive(Serialize)]
struct BlockerView<'a> {
    logical_id: &'a str,
    physical_id: Option<&'a str>,
    resource_type: &'a str,
    reason: &'a str,
    remedy: &'a str,
}

#[derive(Serialize)]
struct LossView<'a> {
    logical_id: &'a str,
    physical_id: Option<&'a str>,
    resource_type: &'a str,
    objects: Option<u64>,
    bytes: Option<u64>,
    items: Option<u64>,
    messages: Option<u64>,
    blocks: bool,
}

/// Writes a deployment as `slsx/deploy/1`.
pub fn deploy_json(out: &mut impl Write, report: &DeployReport) -> io::Result<()> {
    write(out, &deploy_view(report))
}

pub(super) fn deploy_view(report: &DeployReport) -> DeployView<'_> {
    let Place { stack, region, is_local } = &report.place;
    DeployView {
        schema: "slsx/deploy/1",
        stack: stack.as_str(),
        region,
        local: *is_local,
        conclusion: match report.conclusion {
            Conclusion::NoChanges => "no-changes",
            Conclusion::Previewed => "previewed",
            Conclusion::Started => "started",
            Conclusion::CodeGiven => "code-given",
            Conclusion::Ended(outcome) => word(outcome),
        },
        lane: report.lane.as_ref().map(lane),
        status: report.status.as_ref().map(|status| status.as_str()),
        elapsed_ms: report.elapsed_ms,
        requests: report.requests,
        removed_first: report.removed_first.iter().map(resource).collect(),
        packages: report.packages.iter().map(package).collect(),
        mode: report.mode.as_ref().map(|mode| mode.as_str()),
        warnings: report.warnings.iter().map(warning).collect(),
        changes: report.changes.iter().map(change).collect(),
        outputs: report.outputs.iter().map(output).collect(),
        diagnosis: report.diagnosis.as_ref().map(diagnosis),
    }
}

pub(super) fn lane(lane: &Lane) -> LaneView<'_> {
    let (reason, functions) = match lane {
        Lane::Noop => (None, &[][..]),
        Lane::Hot(functions) => (None, functions.as_slice()),
        Lane::Stack(why) => (Some(why.to_string()), &[][..]),
    };
    LaneView { name: lane.name(), reason, functions: functions.iter().map(|id| id.as_str()).collect() }
}

/// Writes a stack as `slsx/status/1`.
pub fn status_json(out: &mut impl Write, report: &StatusReport) -> io::Result<()> {
    let Place { stack, region, is_local } = &report.place;
    let found = report.stack.as_ref();
    let view = StatusView {
        schema: "slsx/status/1",
        stack: stack.as_str(),
        region,
        local: *is_local,
        status: found.map(|stack| stack.status.as_str()),
        reason: found.and_then(|stack| stack.reason.as_deref()),
        created_ms: found.map(|stack| stack.created_ms),
        updated_ms: found.and_then(|stack| stack.updated_ms),
        outputs: found.map(|stack| stack.outputs.iter().map(output).collect()).unwrap_or_default(),
        resources: report.resources.iter().map(resource).collect(),
    };
    write(out, &view)
}

/// Writes a deletion as `slsx/destroy/1`.
pub fn destroy_json(out: &mut impl Write, report: &DestroyReport) -> io::Result<()> {
    write(out, &destroy_view(report))
}

pub(super) fn destroy_view(report: &DestroyReport) -> DestroyView<'_> {
    let Place { stack, region, is_local } = &report.place;
    DestroyView {
        schema: "slsx/destroy/1",
        stack: stack.as_str(),
        region,
        local: *is_local,
        outcome: report.outcome.map(word),
        elapsed_ms: report.elapsed_ms,
        plan: report.plan.as_ref().map(plan),
        blockers: report.blockers.iter().map(blocker).collect(),
        diagnosis: report.diagnosis.as_ref().map(diagnosis),
    }
}

fn write(out: &mut impl Write, view: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, view)?;
    writeln!(out)
}

/// The word for an outcome.
pub(in crate::render) const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "succeeded",
        Outcome::RolledBack => "rolled-back",
        Outcome::Failed => "failed",
        Outcome::NeedsRecovery => "needs-recovery",
        Outcome::StillRunning => "still-running",
    }
}

fn package(package: &Package) -> PackageView<'_> {
    PackageView {
        users: package.users.iter().map(|user| user.as_str()).collect(),
        key: &package.key,
        bytes: package.bytes,
        uploaded: package.was_uploaded,
    }
}

fn warning(problem: &Problem) -> WarningView<'_> {
    WarningView {
        logical_id: problem.logical_id.as_ref().map(|id| id.as_str()),
        path: problem.path.as_deref(),
        reason: &problem.reason,
    }
}

pub(super) fn change(change: &Change) -> ChangeView<'_> {
    ChangeView {
        action: change.action.as_str(),
        logical_id: change.logical_id.as_str(),
        physical_id: change.physical_id.as_deref(),
        resource_type: &change.resource_type,
        replacement: change.replacement.as_ref().map(|replacement| replacement.as_str()),
        policy_action: change.policy_action.as_ref().map(|action| action.as_str()),
        properties: &change.properties,
    }
}

fn output(output: &Output) -> OutputView<'_> {
    OutputView { key: &output.key, value: &output.value }
}

fn diagnosis(found: &Diagnosis) -> DiagnosisView<'_> {
    DiagnosisView {
        cause: cause(&found.cause),
        rollback: found.rollback.as_ref().map(cause),
        others: found.others.iter().map(cause).collect(),
    }
}

fn cause(cause: &Cause) -> CauseView<'_> {
    CauseView {
        within: cause.within.iter().map(|id| id.as_str()).collect(),
        logical_id: cause.logical_id.as_str(),
        resource_type: &cause.resource_type,
        status: cause.status.as_str(),
        at_ms: cause.at_ms,
        reason: &cause.reason,
        path: cause.path.as_deref(),
        remedy: cause.remedy.sentence(),
    }
}

fn resource(resource: &StackResource) -> ResourceView<'_> {
    ResourceView {
        logical_id: resource.logical_id.as_str(),
        physical_id: resource.physical_id.as_deref(),
        resource_type: &resource.resource_type,
        status: resource.status.as_str(),
        reason: resource.reason.as_deref(),
    }
}

fn plan(plan: &DestroyPlan) -> PlanView<'_> {
    let losses = plan.losses.iter().map(|loss| {
        let (objects, bytes, items, messages) = match loss.holding {
            None => (None, None, None, None),
            Some(Holding::Objects { entries, bytes }) => (Some(entries), Some(bytes), None, None),
            Some(Holding::Items { count }) => (None, None, Some(count), None),
            Some(Holding::Messages { count }) => (None, None, None, Some(count)),
        };
        LossView {
            logical_id: loss.logical_id.as_str(),
            physical_id: loss.physical_id.as_deref(),
            resource_type: &loss.resource_type,
            objects,
            bytes,
            items,
            messages,
            blocks: loss.blocks,
        }
    });
    PlanView {
        termination_protection: plan.has_termination_protection,
        policies_known: plan.has_known_policies,
        losses: losses.collect(),
        deleted: plan.deleted.iter().map(resource).collect(),
        retained: plan.retained.iter().map(resource).collect(),
        blockers: plan.blockers.iter().map(blocker).collect(),
    }
}

fn blocker(blocker: &Blocker) -> BlockerView<'_> {
    BlockerView {
        logical_id: blocker.logical_id.as_str(),
        physical_id: blocker.physical_id.as_deref(),
        resource_type: &blocker.resource_type,
        reason: &blocker.reason,
        remedy: blocker.obstacle.remedy(),
    }
}
