//! Event source mappings: the queues and streams that Lambda reads for a function.

use std::ops::Range;

use super::{range, reader::Reader};
use crate::{
    names::LogicalId,
    template::{FunctionView, NodeRef, Resource},
};

/// What Lambda reads from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// Amazon SQS.
    Queue,
    /// Kinesis or DynamoDB Streams: a batch that fails holds up what comes after it.
    Stream,
    /// Kafka, MQ, DocumentDB, or what cannot be told.
    Other,
}

/// One event source mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The mapping's logical id; of a SAM event, function and event: `Function.Event`.
    pub id: LogicalId,
    /// Where that id stands.
    pub span: Range<usize>,
    /// The function it is read for, if it is in this file.
    pub function: Option<LogicalId>,
    /// What it reads from.
    pub kind: SourceKind,
    /// The queue, if it is in this file.
    pub queue: Option<LogicalId>,
    /// At most so many records at a time, where that is said.
    pub batch_size: Option<u32>,
    /// How long Lambda waits for a batch to fill, seconds; none where it cannot be told.
    pub window_s: Option<u32>,
    /// A batch may fail in part (`ReportBatchItemFailures`).
    pub has_partial_failures: bool,
    /// So many functions read at once and no more (`ScalingConfig` or provisioned pollers).
    pub has_concurrency_limit: bool,
    /// What fails for good is kept (`DestinationConfig.OnFailure`).
    pub has_failure_destination: bool,
    /// A failed batch is cut in two.
    pub is_bisected: bool,
    /// Retries end before the records expire.
    pub has_retry_limit: bool,
}

/// All of a template; those with parts that a macro writes are left out.
pub(super) fn of<'d>(reader: &Reader<'d>) -> Vec<Source> {
    let mut sources = Vec::new();
    for function in reader.document.functions() {
        sources.extend(of_events(reader, function));
    }
    for mapping in reader.document.resources_of_type("AWS::Lambda::EventSourceMapping") {
        sources.extend(of_mapping(reader, mapping));
    }
    sources
}

fn of_events<'d>(reader: &Reader<'d>, function: FunctionView<'d>) -> Vec<Source> {
    let source = |event: crate::template::EventView<'d>| {
        let (kind, named) = match event.event_type() {
            "SQS" => (SourceKind::Queue, event.property("Queue")),
            "Kinesis" | "DynamoDB" => (SourceKind::Stream, event.property("Stream")),
            "DocumentDB" | "MQ" | "MSK" | "SelfManagedKafka" => (SourceKind::Other, None),
            _ => return None,
        };
        let id = LogicalId::new(format!("{}.{}", function.id(), event.name()));
        let place = (id, range(event.key.span()));
        read(reader, place, Some(function.logical_id()), kind, named, event.properties()?)
    };
    function.events().into_iter().filter_map(source).collect()
}

fn of_mapping<'d>(reader: &Reader<'d>, mapping: Resource<'d>) -> Option<Source> {
    let named = mapping.property("EventSourceArn");
    let kind = named.map_or(SourceKind::Other, |arn| kind_of(reader, arn));
    let functions =
        mapping.property("FunctionName").map(|name| reader.resources_in(name)).unwrap_or_default();
    let is_function = |id: &String| reader.document.function(id).is_some();
    let function = functions.into_iter().find(is_function).map(LogicalId::new);
    let place = (mapping.logical_id(), range(mapping.key().span()));
    read(reader, place, function, kind, named, mapping.properties()?)
}

/// By the resource that the ARN comes from, or by the ARN itself.
fn kind_of<'d>(reader: &Reader<'d>, arn: NodeRef<'d>) -> SourceKind {
    let resources = reader.resources_in(arn);
    let types = resources.iter().filter_map(|id| reader.document.resource(id));
    let texts = reader.texts(arn);
    let services = texts.iter().filter_map(|text| text.value.split(':').nth(2));
    types
        .map(Resource::resource_type)
        .chain(services)
        .find_map(|name| match name {
            "AWS::SQS::Queue" | "sqs" => Some(SourceKind::Queue),
            "AWS::Kinesis::Stream"
            | "AWS::DynamoDB::Table"
            | "AWS::DynamoDB::GlobalTable"
            | "kinesis"
            | "dynamodb" => Some(SourceKind::Stream),
            _ => None,
        })
        .unwrap_or(SourceKind::Other)
}

fn read<'d>(
    reader: &Reader<'d>,
    (id, span): (LogicalId, Range<usize>),
    function: Option<LogicalId>,
    kind: SourceKind,
    named: Option<NodeRef<'d>>,
    properties: NodeRef<'d>,
) -> Option<Source> {
    if properties.get("Fn::Transform").is_some() {
        return None;
    }
    let queues = named.map(|node| reader.resources_in(node)).unwrap_or_default();
    let is_queue = |id: &String| {
        reader.document.resource(id).is_some_and(|one| one.resource_type() == "AWS::SQS::Queue")
    };
    let text = |key: &str| properties.get(key).and_then(|node| reader.text(node)).map(|text| text.value);
    let number = |key: &str| text(key).and_then(|text| text.parse().ok());
    let window = properties.get("MaximumBatchingWindowInSeconds");
    let types = properties.get("FunctionResponseTypes").map(|node| reader.texts(node)).unwrap_or_default();
    // -1 means "until the record expires", and is what there is where nothing is said.
    let is_limited = |key: &str| properties.get(key).is_some() && text(key).as_deref() != Some("-1");
    Some(Source {
        id,
        span,
        function,
        kind,
        queue: queues.into_iter().find(is_queue).map(LogicalId::new),
        batch_size: number("BatchSize"),
        window_s: if window.is_some() { number("MaximumBatchingWindowInSeconds") } else { Some(0) },
        has_partial_failures: types.iter().any(|text| text.value == "ReportBatchItemFailures"),
        has_concurrency_limit: ["ScalingConfig", "ProvisionedPollerConfig"]
            .iter()
            .any(|key| properties.get(key).is_some()),
        has_failure_destination: properties.path(&["DestinationConfig", "OnFailure"]).is_some(),
        is_bisected: text("BisectBatchOnFunctionError").is_some_and(|text| text != "false"),
        has_retry_limit: is_limited("MaximumRetryAttempts") || is_limited("MaximumRecordAgeInSeconds"),
    })
}
