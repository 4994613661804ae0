//! What SAM makes of the events of functions and state machines.

use super::expansion::Expansion;
use crate::template::{EventView, NodeRef};

/// Adds it.
pub(super) fn add(expansion: &mut Expansion<'_, '_, '_>) {
    let events = expansion.resource.property("Events").into_iter().flat_map(NodeRef::entries);
    let is_function = expansion.resource.resource_type() == "AWS::Serverless::Function";
    for event in events.map(|entry| EventView { key: entry.key, node: entry.value }) {
        if is_function { of_function(expansion, event) } else { of_state_machine(expansion, event) }
    }
}

fn of_function<'d>(expansion: &mut Expansion<'_, 'd, '_>, event: EventView<'d>) {
    match event.event_type() {
        "SQS" | "Kinesis" | "DynamoDB" | "MSK" | "MQ" | "DocumentDB" | "SelfManagedKafka" => {
            expansion.fixed("AWS::Lambda::EventSourceMapping");
            return;
        }
        "SNS" => subscription(expansion, event),
        "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => rule(expansion, event),
        "ScheduleV2" => {
            schedule(expansion, event);
            return;
        }
        "CloudWatchLogs" => expansion.about("AWS::Logs::SubscriptionFilter", event.property("LogGroupName")),
        "IoTRule" => expansion.generated("AWS::IoT::TopicRule"),
        "Api" => api(expansion, event, "RestApiId"),
        "HttpApi" => api(expansion, event, "ApiId"),
        // S3, Cognito and AlexaSkill are set up at the source, and need the permission only.
        _ => {}
    }
    expansion.about_itself("AWS::Lambda::Permission");
}

fn of_state_machine<'d>(expansion: &mut Expansion<'_, 'd, '_>, event: EventView<'d>) {
    match event.event_type() {
        "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => rule(expansion, event),
        "ScheduleV2" => {
            schedule(expansion, event);
            return;
        }
        "Api" => api(expansion, event, "RestApiId"),
        _ => {}
    }
    // The source starts it with a role that SAM makes.
    expansion.generated("AWS::IAM::Role");
}

fn subscription<'d>(expansion: &mut Expansion<'_, 'd, '_>, event: EventView<'d>) {
    expansion.about("AWS::SNS::Subscription", event.property("Topic"));
    // Without a queue of the template's own, SAM makes one.
    if let Some(through) = event.property("SqsSubscription") {
        if through.get("QueueArn").is_none() {
            expansion.generated("AWS::SQS::Queue");
        }
        expansion.generated("AWS::SQS::QueuePolicy");
        expansion.fixed("AWS::Lambda::EventSourceMapping");
    }
}

fn rule<'d>(expansion: &mut Expansion<'_, 'd, '_>, event: EventView<'d>) {
    let name = event.property("Name").or_else(|| event.property("RuleName"));
    expansion.named("AWS::Events::Rule", name);
    dead_letters(expansion, event);
}

fn schedule<'d>(expansion: &mut Expansion<'_, 'd, '_>, event: EventView<'d>) {
    // SAM gives it the name of its logical id, which is made of those of the function and of the event.
    match event.property("Name") {
        Some(name) => expansion.named("AWS::Scheduler::Schedule", Some(name)),
        None => expansion.called("AWS::Scheduler::Schedule", event.name()),
    }
    if event.property("RoleArn").is_none() {
        expansion.generated("AWS::IAM::Role");
    }
    dead_letters(expansion, event);
}

/// A queue for what cannot be delivered, where the event asks for one without naming it.
fn dead_letters<'d>(expansion: &mut Expansion<'_, 'd, '_>, event: EventView<'d>) {
    let wanted = event.property("DeadLetterConfig").filter(|config| config.get("Arn").is_none());
    if wanted.is_some() {
        expansion.generated("AWS::SQS::Queue");
        expansion.generated("AWS::SQS::QueuePolicy");
    }
}

/// Events that name no API share one that SAM makes.
fn api<'d>(expansion: &mut Expansion<'_, 'd, '_>, event: EventView<'d>, key: &str) {
    match (event.property(key), key) {
        (None, "RestApiId") => {
            ["AWS::ApiGateway::RestApi", "AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage"]
                .into_iter()
                .for_each(|kind| expansion.fixed(kind));
        }
        (None, _) => {
            ["AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"]
                .into_iter()
                .for_each(|kind| expansion.fixed(kind));
        }
        (Some(_), _) => {}
    }
}
