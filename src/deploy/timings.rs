//! How long resources of each type take, as earlier operations showed; values, never the file they are kept in.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::events::{Phase, Progress};
use super::{Action, STACK_TYPE, Stage, eta};

/// So many of the latest durations count: what a type took a year ago says little.
const KEPT: usize = 20;

/// What earlier operations took, in one account's world: AWS, or local AWS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timings {
    /// By resource type and step (`create`, `update`, `delete`), in milliseconds, the latest last.
    #[serde(default)]
    types: BTreeMap<String, BTreeMap<String, Vec<u64>>>,
}

/// A step that has a typical duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Making a resource.
    Create,
    /// Changing it.
    Update,
    /// Deleting it.
    Delete,
}

impl Doing {
    const fn key(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// The step of an event's status; none for those whose duration is nobody's habit.
    #[must_use]
    pub const fn of(action: Action) -> Option<Self> {
        match action {
            Action::Create => Some(Self::Create),
            Action::Update => Some(Self::Update),
            Action::Delete => Some(Self::Delete),
            Action::Import | Action::Rollback | Action::Other => None,
        }
    }
}

impl Timings {
    /// Remembers what the steps of an operation took that ended well. A nested stack takes what is in it takes.
    pub fn learn(&mut self, progress: &Progress) {
        for resource in progress.resources.iter().filter(|resource| resource.resource_type != STACK_TYPE) {
            for (doing, milliseconds) in resource.phases.iter().filter_map(taken) {
                let of_type = self.types.entry(resource.resource_type.clone()).or_default();
                let taken = of_type.entry(doing.key().to_owned()).or_default();
                taken.push(milliseconds);
                taken.drain(..taken.len().saturating_sub(KEPT));
            }
        }
    }

    /// The median of what this step took.
    #[must_use]
    pub fn typical(&self, resource_type: &str, doing: Doing) -> Option<Duration> {
        let mut taken = self.types.get(resource_type)?.get(doing.key())?.clone();
        taken.sort_unstable();
        taken.get(taken.len() / 2).copied().map(Duration::from_millis)
    }
}

fn taken(phase: &Phase) -> Option<(Doing, u64)> {
    let is_success = phase.status.stage() == Stage::Done;
    let milliseconds = phase.end_ms?.checked_sub(phase.start_ms)?;
    Doing::of(phase.action).filter(|_| is_success).map(|doing| (doing, milliseconds))
}

/// What to expect: what was learned, and at AWS what is known of the type where nothing was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimates {
    learned: Timings,
    has_seeds: bool,
}

impl Estimates {
    /// For AWS, or for local AWS, of which the published times say nothing.
    #[must_use]
    pub const fn new(learned: Timings, is_local: bool) -> Self {
        Self { learned, has_seeds: !is_local }
    }

    /// The typical duration of a step.
    #[must_use]
    pub fn typical(&self, resource_type: &str, doing: Doing) -> Option<Duration> {
        let seed = || eta::published(resource_type, doing).filter(|_| self.has_seeds);
        self.learned.typical(resource_type, doing).or_else(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::ResourceStatus;
    use crate::deploy::events::ResourceProgress;

    fn progress(resource_type: &str, statuses: &[(&str, u64, Option<u64>)]) -> Progress {
        let phases = statuses.iter().map(|(status, start_ms, end_ms)| {
            let status = ResourceStatus::parse(status);
            Phase { action: status.action(), status, start_ms: *start_ms, end_ms: *end_ms, reason: None }
        });
        let resource = ResourceProgress {
            stack_id: "arn".into(),
            logical_id: "Jobs".into(),
            physical_id: None,
            resource_type: resource_type.into(),
            phases: phases.collect(),
        };
        Progress { resources: vec![resource], ..Progress::default() }
    }

    #[test]
    fn the_median_of_the_latest_counts() {
        let mut timings = Timings::default();
        for seconds in [900, 1, 2, 3] {
            timings.learn(&progress(
                "AWS::SQS::Queue",
                &[("CREATE_COMPLETE", 5_000, Some(5_000 + seconds * 1000))],
            ));
        }
        let typical =
            |timings: &Timings| timings.typical("AWS::SQS::Queue", Doing::Create).unwrap().as_secs();
        assert_eq!(typical(&timings), 3);
        for _ in 0..KEPT {
            timings.learn(&progress("AWS::SQS::Queue", &[("CREATE_COMPLETE", 0, Some(7_000))]));
        }
        assert_eq!(typical(&timings), 7);
        assert_eq!(timings.types["AWS::SQS::Queue"]["create"].len(), KEPT);
        let text = serde_json::to_string(&timings).unwrap();
        assert_eq!(serde_json::from_str::<Timings>(&text).unwrap(), timings);
    }

    #[test]
    fn failures_rollbacks_and_what_is_still_running_teach_nothing() {
        let mut timings = Timings::default();
        timings
            .learn(&progress("A::B::C", &[("CREATE_FAILED", 0, Some(9)), ("DELETE_IN_PROGRESS", 9, None)]));
        timings.learn(&progress(STACK_TYPE, &[("CREATE_COMPLETE", 0, Some(9))]));
        timings.learn(&progress("A::B::C", &[("UPDATE_COMPLETE", 9, Some(3))]));
        assert_eq!(timings, Timings::default());
    }

    #[test]
    fn what_was_learned_goes_before_what_is_published_and_that_is_for_aws_only() {
        let mut learned = Timings::default();
        let queue = "AWS::SQS::Queue";
        let seconds = |estimates: &Estimates| estimates.typical(queue, Doing::Create).map(|it| it.as_secs());
        assert_eq!(seconds(&Estimates::new(learned.clone(), false)), Some(72));
        assert_eq!(seconds(&Estimates::new(learned.clone(), true)), None);
        learned.learn(&progress(queue, &[("CREATE_COMPLETE", 0, Some(4_000))]));
        assert_eq!(seconds(&Estimates::new(learned.clone(), false)), Some(4));
        assert_eq!(seconds(&Estimates::new(learned, true)), Some(4));
    }
}
