//! What deleting a stack would take away, and what blocks it; names it, deletes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::blockers::{Blocker, blockers};
use super::{ResourceStatus, Stack, StackResource};
use crate::names::{LogicalId, StackName};

/// What one resource holds right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holding {
    /// Objects of a bucket, with older versions and delete markers.
    Objects {
        /// How many.
        entries: u64,
        /// Their bytes.
        bytes: u64,
    },
    /// Items of a table.
    Items {
        /// How many; DynamoDB's own count is up to six hours old.
        count: u64,
    },
    /// Messages of a queue.
    Messages {
        /// How many, about.
        count: u64,
    },
}

impl Holding {
    /// Whether there is nothing in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        match self {
            Self::Objects { entries, .. } => entries == 0,
            // The count of a table is old, so zero does not prove that it is empty.
            Self::Items { .. } => false,
            Self::Messages { count } => count == 0,
        }
    }
}

/// Data that the deletion takes away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The resource's name in the template.
    pub logical_id: LogicalId,
    /// Its name in the account.
    pub physical_id: Option<String>,
    /// Its type.
    pub resource_type: String,
    /// What it holds; none when nobody looked.
    pub holding: Option<Holding>,
    /// CloudFormation cannot delete it before it is emptied, and it may be emptied.
    pub blocks: bool,
}

/// What `DeleteStack` would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DestroyPlan {
    /// The stack.
    pub stack: StackName,
    /// `DeleteStack` is refused until termination protection is switched off.
    pub has_termination_protection: bool,
    /// Everything that is deleted, in the stack's order.
    pub deleted: Vec<StackResource>,
    /// The part of it that holds data, what blocks first.
    pub losses: Vec<Loss>,
    /// What stays in the account because of its deletion policy.
    pub retained: Vec<StackResource>,
    /// What an earlier deletion could not delete.
    pub blockers: Vec<Blocker>,
    /// The deployed template could be read. When it could not, nobody knows what stays, so nothing is emptied.
    pub has_known_policies: bool,
}

impl DestroyPlan {
    /// Buckets that must be emptied first, by physical name; those with the logical id of something kept are not.
    pub fn buckets_to_empty<'a>(&'a self, kept: &'a [String]) -> impl Iterator<Item = &'a str> {
        let is_bucket = move |loss: &&Loss| {
            let is_kept = kept.iter().any(|kept| *kept == loss.logical_id.as_str());
            loss.blocks && loss.resource_type == "AWS::S3::Bucket" && !is_kept
        };
        self.losses.iter().filter(is_bucket).filter_map(|loss| loss.physical_id.as_deref())
    }
}

/// Types whose resources hold data of their own.
const DATA_TYPES: [&str; 14] = [
    "AWS::Cognito::UserPool",
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::ECR::Repository",
    "AWS::EFS::FileSystem",
    "AWS::Kinesis::Stream",
    "AWS::Logs::LogGroup",
    "AWS::OpenSearchServerless::Collection",
    "AWS::OpenSearchService::Domain",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
];

/// Plans the deletion of a stack.
///
/// `retained` are the logical ids with a `DeletionPolicy` other than `Delete` in the deployed template, none when
/// that could not be read; `holdings` is what was found in each resource that somebody looked into.
#[must_use]
pub fn plan(
    stack: &Stack,
    resources: &[StackResource],
    retained: Option<&BTreeSet<LogicalId>>,
    holdings: &BTreeMap<LogicalId, Holding>,
) -> DestroyPlan {
    let is_there = |resource: &&StackResource| {
        resource.physical_id.is_some()
            && !matches!(resource.status, ResourceStatus::DeleteComplete | ResourceStatus::DeleteSkipped)
    };
    let (kept, deleted): (Vec<_>, Vec<_>) = resources
        .iter()
        .filter(is_there)
        .cloned()
        .partition(|resource| retained.is_some_and(|retained| retained.contains(&resource.logical_id)));
    let mut losses: Vec<Loss> = deleted
        .iter()
        .filter_map(|resource| loss(resource, holdings.get(&resource.logical_id).copied()))
        .map(|loss| Loss { blocks: loss.blocks && retained.is_some(), ..loss })
        .collect();
    losses.sort_by(|a, b| {
        (!a.blocks, &a.resource_type, &a.logical_id).cmp(&(!b.blocks, &b.resource_type, &b.logical_id))
    });
    DestroyPlan {
        stack: stack.name.clone(),
        has_termination_protection: stack.has_termination_protection,
        deleted,
        losses,
        retained: kept,
        blockers: blockers(resources),
        has_known_policies: retained.is_some(),
    }
}

fn loss(resource: &StackResource, holding: Option<Holding>) -> Option<Loss> {
    if !DATA_TYPES.contains(&resource.resource_type.as_str()) || holding.is_some_and(Holding::is_empty) {
        return None;
    }
    Some(Loss {
        logical_id: resource.logical_id.clone(),
        physical_id: resource.physical_id.clone(),
        resource_type: resource.resource_type.clone(),
        holding,
        blocks: matches!(holding, Some(Holding::Objects { .. })),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::StackStatus;

    fn stack() -> Stack {
        Stack {
            name: "video".into(),
            id: "arn".into(),
            status: StackStatus::CreateComplete,
            reason: None,
            outputs: vec![],
            parameters: vec![],
            tags: vec![],
            created_ms: 0,
            updated_ms: None,
            has_termination_protection: false,
        }
    }

    fn resource(logical_id: &str, resource_type: &str) -> StackResource {
        StackResource {
            logical_id: logical_id.into(),
            physical_id: Some(format!("video-{}", logical_id.to_lowercase())),
            resource_type: resource_type.into(),
            status: ResourceStatus::CreateComplete,
            reason: None,
        }
    }

    #[test]
    fn losses_name_what_holds_data_and_what_blocks_first() {
        let resources = [
            resource("Table", "AWS::DynamoDB::Table"),
            resource("Role", "AWS::IAM::Role"),
            resource("Queue", "AWS::SQS::Queue"),
            resource("Full", "AWS::S3::Bucket"),
            resource("Empty", "AWS::S3::Bucket"),
            resource("Archive", "AWS::S3::Bucket"),
        ];
        let holdings = BTreeMap::from([
            ("Full".into(), Holding::Objects { entries: 3, bytes: 9 }),
            ("Empty".into(), Holding::Objects { entries: 0, bytes: 0 }),
            ("Archive".into(), Holding::Objects { entries: 1, bytes: 1 }),
            ("Queue".into(), Holding::Messages { count: 0 }),
            ("Table".into(), Holding::Items { count: 0 }),
        ]);
        let plan = plan(&stack(), &resources, Some(&BTreeSet::from(["Archive".into()])), &holdings);
        let losses: Vec<_> = plan.losses.iter().map(|loss| (loss.logical_id.as_str(), loss.blocks)).collect();
        assert_eq!(losses, [("Full", true), ("Table", false)]);
        assert_eq!(plan.buckets_to_empty(&[]).collect::<Vec<_>>(), ["video-full"]);
        assert_eq!(plan.deleted.len(), 5);
        assert_eq!(plan.retained, [resource("Archive", "AWS::S3::Bucket")]);
    }

    #[test]
    fn nothing_is_emptied_while_the_policies_are_unknown() {
        let full = [resource("Full", "AWS::S3::Bucket")];
        let holdings = BTreeMap::from([("Full".into(), Holding::Objects { entries: 3, bytes: 9 })]);
        let plan = plan(&stack(), &full, None, &holdings);
        assert_eq!((plan.buckets_to_empty(&[]).count(), plan.losses.len()), (0, 1));
        assert!(!plan.has_known_policies);
    }

    #[test]
    fn what_nobody_looked_into_may_hold_data() {
        let full = [resource("Full", "AWS::S3::Bucket")];
        let plan = plan(&stack(), &full, Some(&BTreeSet::new()), &BTreeMap::new());
        assert_eq!(plan.losses.len(), 1);
        assert_eq!(plan.losses[0].holding, None);
    }

    #[test]
    fn what_is_gone_or_was_never_made_is_not_in_the_plan() {
        let mut gone = resource("Table", "AWS::DynamoDB::Table");
        gone.status = ResourceStatus::DeleteComplete;
        let mut never = resource("Bucket", "AWS::S3::Bucket");
        never.physical_id = None;
        let plan = plan(&stack(), &[gone, never], Some(&BTreeSet::new()), &BTreeMap::new());
        assert_eq!((plan.deleted, plan.losses), (vec![], vec![]));
    }
}
