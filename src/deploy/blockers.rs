//! What keeps a stack from being deleted, and what to do about each.

use super::{ResourceStatus, StackEvent, StackResource};
use crate::names::LogicalId;

/// A resource that CloudFormation could not delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocker {
    /// Its name in the template.
    pub logical_id: LogicalId,
    /// Its name in the account.
    pub physical_id: Option<String>,
    /// Its type.
    pub resource_type: String,
    /// Why, in AWS's words.
    pub reason: String,
    /// What stands in the way.
    pub obstacle: Obstacle,
}

/// What stands in the way of a deletion, as far as its reason tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// A bucket or repository that holds something.
    NotEmpty,
    /// Another stack imports an output.
    Imported,
    /// Policies, instance profiles or users that CloudFormation did not attach.
    Attached,
    /// A network interface is in use, such as one of a function in a VPC.
    NetworkInterface,
    /// Something that does not belong to the stack depends on it.
    Depended,
    /// Records that the stack did not make.
    ZoneRecords,
    /// A switch of the resource forbids it.
    Protected,
    /// The deleting identity lacks a permission.
    Denied,
    /// AWS limited the rate of calls, or was out of order.
    Passing,
    /// A custom resource answered so, or did not answer.
    Custom,
    /// The reason must speak for itself.
    Other,
}

/// The resources with the reasons that only events tell.
#[must_use]
pub fn with_reasons(mut resources: Vec<StackResource>, events: &[StackEvent]) -> Vec<StackResource> {
    for resource in resources.iter_mut().filter(|resource| lacks_reason(resource)) {
        let is_about = |event: &&StackEvent| {
            event.logical_id == resource.logical_id && event.status == ResourceStatus::DeleteFailed
        };
        let latest = events.iter().filter(is_about).max_by_key(|event| event.timestamp_ms);
        resource.reason = latest.and_then(|event| event.reason.clone());
    }
    resources
}

/// Whether a resource could not be deleted and does not say why.
#[must_use]
pub fn lacks_reason(resource: &StackResource) -> bool {
    resource.status == ResourceStatus::DeleteFailed && resource.reason.is_none()
}

/// The resources that an earlier deletion left behind.
#[must_use]
pub fn blockers(resources: &[StackResource]) -> Vec<Blocker> {
    resources.iter().filter(|resource| resource.status == ResourceStatus::DeleteFailed).map(blocker).collect()
}

fn blocker(resource: &StackResource) -> Blocker {
    let reason = resource.reason.clone().unwrap_or_else(|| "CloudFormation gave no reason".to_owned());
    Blocker {
        logical_id: resource.logical_id.clone(),
        physical_id: resource.physical_id.clone(),
        resource_type: resource.resource_type.clone(),
        obstacle: Obstacle::of(&resource.resource_type, &reason),
        reason,
    }
}

impl Obstacle {
    /// Reads a reason. There are no codes for these, only sentences of each service; the narrowest come first.
    fn of(resource_type: &str, reason: &str) -> Self {
        let lower = reason.to_lowercase();
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| lower.contains(phrase));
        if says(&["not authorized to perform", "accessdenied", "access denied"]) {
            Self::Denied
        } else if says(&["hosted zone contains", "non-required resource record sets", "hostedzonenotempty"]) {
            Self::ZoneRecords
        } else if says(&["is not empty", "contains images", "bucketnotempty", "must be empty"]) {
            Self::NotEmpty
        } else if says(&["in use by stack", "as it is in use by", "cannot delete export"]) {
            Self::Imported
        } else if says(&[
            "detach all policies",
            "must remove",
            "must delete policies first",
            "deleteconflict",
        ]) {
            Self::Attached
        } else if says(&["network interface", "networkinterface", "eni-"]) {
            Self::NetworkInterface
        } else if says(&["has a dependent object", "dependencyviolation", "has dependencies"]) {
            Self::Depended
        } else if says(&["deletion protection", "deletionprotection", "termination protection"]) {
            Self::Protected
        } else if says(&[
            "rate exceeded",
            "throttl",
            "too many requests",
            "internal failure",
            "internalfailure",
        ]) {
            Self::Passing
        } else if resource_type.starts_with("Custom::")
            || resource_type == "AWS::CloudFormation::CustomResource"
        {
            Self::Custom
        } else {
            Self::Other
        }
    }

    /// What to do about it, in one sentence.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::NotEmpty => "`slsx destroy --resume` shows what is in it, and empties buckets",
            Self::Imported => {
                "delete the stacks that import the output first, or take the import out of them"
            }
            Self::Attached => "detach what was attached to it outside of the stack",
            Self::NetworkInterface => {
                "Lambda gives back its network interfaces within half an hour; go on with the deletion then"
            }
            Self::Depended => "delete what depends on it and is in no stack",
            Self::ZoneRecords => "delete the records of the zone that the stack did not make",
            Self::Protected => "switch its protection off",
            Self::Denied => "allow the deleting identity what the reason names",
            Self::Passing => "nothing is wrong with the stack: go on in a minute",
            Self::Custom => "look into the log of the function behind it, or keep it with --retain",
            Self::Other => "remove what the reason names, or keep the resource with --retain",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [(&str, &str, Obstacle); 13] = [
        (
            "AWS::S3::Bucket",
            "The bucket you tried to delete is not empty (Service: S3, Status Code: 409)",
            Obstacle::NotEmpty,
        ),
        (
            "AWS::ECR::Repository",
            "The repository with name 'x' in registry with id '1' cannot be deleted because it still contains images",
            Obstacle::NotEmpty,
        ),
        (
            "AWS::EC2::VPC",
            "Export net-Vpc cannot be deleted as it is in use by orders-dev",
            Obstacle::Imported,
        ),
        (
            "AWS::IAM::Role",
            "Cannot delete entity, must detach all policies first. (Service: Iam, Status Code: 409)",
            Obstacle::Attached,
        ),
        (
            "AWS::IAM::Role",
            "Cannot delete entity, must remove roles from instance profile first.",
            Obstacle::Attached,
        ),
        (
            "AWS::EC2::Subnet",
            "The network interface 'eni-0a1' is currently in use",
            Obstacle::NetworkInterface,
        ),
        (
            "AWS::EC2::SecurityGroup",
            "resource sg-1 has a dependent object (Service: Ec2, Status Code: 400)",
            Obstacle::Depended,
        ),
        (
            "AWS::Route53::HostedZone",
            "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
            Obstacle::ZoneRecords,
        ),
        (
            "AWS::RDS::DBInstance",
            "Cannot delete protected DB Instance, please disable deletion protection and try again.",
            Obstacle::Protected,
        ),
        (
            "AWS::SQS::Queue",
            "User: arn:aws:iam::1:user/x is not authorized to perform: sqs:DeleteQueue on resource",
            Obstacle::Denied,
        ),
        ("AWS::Lambda::Function", "Rate exceeded (Service: Lambda, Status Code: 429)", Obstacle::Passing),
        (
            "Custom::Seed",
            "Received response status [FAILED] from custom resource. Message returned: no",
            Obstacle::Custom,
        ),
        ("AWS::SNS::Topic", "something new", Obstacle::Other),
    ];

    #[test]
    fn obstacles_follow_the_sentences_of_the_services() {
        for (resource_type, reason, expected) in TABLE {
            assert_eq!(Obstacle::of(resource_type, reason), expected, "{reason}");
            assert!(!expected.remedy().is_empty());
        }
    }

    #[test]
    fn only_what_could_not_be_deleted_blocks() {
        let resource = |id: &str, status: &str| StackResource {
            logical_id: id.into(),
            physical_id: None,
            resource_type: "AWS::SQS::Queue".into(),
            status: ResourceStatus::parse(status),
            reason: None,
        };
        let all = [
            resource("A", "DELETE_COMPLETE"),
            resource("B", "DELETE_FAILED"),
            resource("C", "CREATE_COMPLETE"),
        ];
        let found: Vec<_> =
            blockers(&all).into_iter().map(|blocker| blocker.logical_id.to_string()).collect();
        assert_eq!(found, ["B"]);
    }
}
