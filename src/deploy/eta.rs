//! How long a change set takes at least, from typical times of each resource type; no promise.

use std::time::Duration;

use super::timings::{Doing, Estimates};
use super::{Change, ChangeAction, Replacement};

/// Typical seconds to create, update and delete one resource of a type.
struct Typical {
    resource_type: &'static str,
    create: u32,
    update: u32,
    delete: u32,
}

const fn typical(resource_type: &'static str, create: u32, update: u32, delete: u32) -> Typical {
    Typical { resource_type, create, update, delete }
}

/// Averages of standard deployments, published with rain (aws-cloudformation/rain, `internal/cmd/forecast/estimate.go`).
const TYPICAL: [Typical; 19] = [
    typical("AWS::ApiGateway::Deployment", 3, 3, 1),
    typical("AWS::ApiGatewayV2::Api", 2, 2, 1),
    typical("AWS::DynamoDB::GlobalTable", 64, 13, 1),
    typical("AWS::DynamoDB::Table", 15, 10, 1),
    typical("AWS::Events::Rule", 62, 1, 1),
    typical("AWS::IAM::Policy", 17, 3, 1),
    typical("AWS::IAM::Role", 12, 17, 1),
    typical("AWS::Lambda::Alias", 51, 218, 1),
    typical("AWS::Lambda::EventSourceMapping", 10, 1, 1),
    typical("AWS::Lambda::Function", 25, 12, 1),
    typical("AWS::Logs::LogGroup", 1, 1, 1),
    typical("AWS::OpenSearchServerless::Collection", 134, 134, 1),
    typical("AWS::OpenSearchService::Domain", 887, 347, 1),
    typical("AWS::S3::Bucket", 30, 31, 1),
    typical("AWS::S3::BucketPolicy", 12, 12, 1),
    typical("AWS::SNS::Subscription", 2, 2, 1),
    typical("AWS::SNS::Topic", 4, 7, 1),
    typical("AWS::SQS::Queue", 72, 2, 60),
    typical("AWS::StepFunctions::StateMachine", 1, 1, 1),
];

/// What is published about a type; standard deployments at AWS took that long on average.
#[must_use]
pub(super) fn published(resource_type: &str, doing: Doing) -> Option<Duration> {
    let typical = TYPICAL.iter().find(|typical| typical.resource_type == resource_type)?;
    let seconds = match doing {
        Doing::Create => typical.create,
        Doing::Update => typical.update,
        Doing::Delete => typical.delete,
    };
    Some(Duration::from_secs(u64::from(seconds)))
}

/// The time of the slowest single change: no order of the others makes a deployment shorter than that.
///
/// None when no change is of a type with a known time.
#[must_use]
pub fn at_least(changes: &[Change], estimates: &Estimates) -> Option<Duration> {
    changes.iter().filter_map(|change| duration(change, estimates)).max()
}

fn duration(change: &Change, estimates: &Estimates) -> Option<Duration> {
    let typical = |doing| estimates.typical(&change.resource_type, doing);
    match change.action {
        ChangeAction::Add => typical(Doing::Create),
        ChangeAction::Modify if change.replacement == Some(Replacement::True) => {
            Some(typical(Doing::Create)? + typical(Doing::Delete).unwrap_or_default())
        }
        ChangeAction::Modify | ChangeAction::SyncWithActual => typical(Doing::Update),
        ChangeAction::Remove => typical(Doing::Delete),
        ChangeAction::Import | ChangeAction::Dynamic | ChangeAction::Other(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::timings::Timings;

    fn at_least(changes: &[Change]) -> Option<Duration> {
        super::at_least(changes, &Estimates::new(Timings::default(), false))
    }

    fn change(action: ChangeAction, replacement: Option<Replacement>, resource_type: &str) -> Change {
        Change {
            action,
            replacement,
            logical_id: "Thing".into(),
            physical_id: None,
            resource_type: resource_type.into(),
            scope: vec![],
            policy_action: None,
            properties: vec![],
        }
    }

    #[test]
    fn the_slowest_change_counts() {
        let changes = [
            change(ChangeAction::Add, None, "AWS::SQS::Queue"),
            change(ChangeAction::Add, None, "AWS::Lambda::Function"),
            change(ChangeAction::Add, None, "Custom::Thing"),
        ];
        assert_eq!(at_least(&changes), Some(Duration::from_secs(72)));
        assert_eq!(at_least(&changes[2..]), None);
        assert_eq!(at_least(&[]), None);
    }

    #[test]
    fn a_replacement_is_a_creation_and_a_deletion() {
        let queue = "AWS::SQS::Queue";
        let seconds = |replacement| at_least(&[change(ChangeAction::Modify, Some(replacement), queue)]);
        assert_eq!(seconds(Replacement::True), Some(Duration::from_secs(132)));
        assert_eq!(seconds(Replacement::False), Some(Duration::from_secs(2)));
        assert_eq!(at_least(&[change(ChangeAction::Remove, None, queue)]), Some(Duration::from_secs(60)));
    }

    #[test]
    fn the_table_is_sorted_and_names_each_type_once() {
        assert!(TYPICAL.is_sorted_by(|a, b| a.resource_type < b.resource_type));
    }
}
