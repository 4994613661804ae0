//! The Lambda functions of a template: runtime, role, triggers, failure destination, handler.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{
    CatchAll, FailureDestination, Function, Handler, RoleName, RoleUse, Trigger, range, reader::Reader,
    routes,
};
use crate::{
    audit::{code, input::HandlerFile},
    template::{Code, FunctionView, How, Invocation, Invocations, NodeRef, Part, Role, Target},
};

/// What Lambda takes where nothing is said (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html>).
const DEFAULT_TIMEOUT_S: u32 = 3;

/// Reads them.
pub(super) fn of<'a>(reader: &Reader<'a>, code: &'a [HandlerFile]) -> Vec<Function<'a>> {
    let mut catch_alls = routes::catch_alls(reader);
    let mut open_urls = open_urls(reader);
    let invocations = reader.document.invocations();
    let functions = reader.document.functions().into_iter().map(|function| {
        let own = catch_alls.remove(function.id()).unwrap_or_default();
        Function {
            open_url: open_urls.remove(function.id()),
            ..read(reader, function, &invocations, own, code)
        }
    });
    functions.collect()
}

fn read<'a>(
    reader: &Reader<'a>,
    function: FunctionView<'a>,
    invocations: &Invocations<'a>,
    catch_alls: Vec<CatchAll>,
    code: &'a [HandlerFile],
) -> Function<'a> {
    let condition = function.resource().attribute("Condition").and_then(|node| node.as_str());
    let runtime = function.runtime().map(|runtime| reader.texts(runtime.node()));
    let timeout = function.timeout();
    let is_said = !has_unknown_properties(function);
    Function {
        id: function.logical_id(),
        span: range(function.resource().key().span()),
        condition: condition.map(str::to_owned),
        runtimes: runtime.unwrap_or_default(),
        timeout_s: timeout.map_or(Some(DEFAULT_TIMEOUT_S), |given| {
            reader.text(given.node()).and_then(|text| text.value.parse().ok())
        }),
        has_default_timeout: timeout.is_none() && is_said,
        has_default_memory: function.memory_size().is_none() && is_said,
        has_reserved_concurrency: function.resource().effective("ReservedConcurrentExecutions").is_some(),
        open_url: None,
        role: role(reader, function),
        async_triggers: async_triggers(invocations.of(function.id())),
        failure_destination: failure_destination(function, invocations),
        catch_alls,
        handler: handler(reader, function, code),
        has_web_adapter: has_web_adapter(reader, function),
    }
}

fn role<'d>(reader: &Reader<'d>, function: FunctionView<'d>) -> Option<RoleUse> {
    let (role, node) = match function.role() {
        Role::Resource { id, node } => (RoleName::Resource(id), node),
        Role::Literal { arn, node } => (RoleName::Other(arn), node),
        Role::Unknown { node } => (named_role(reader, node)?, node),
        Role::Generated | Role::Missing => return None,
    };
    Some(RoleUse { role, span: range(node.span()) })
}

/// A role that is not known but named: two functions that name it alike share it. An import or a macro
/// may be written alike and still mean two roles, so it names nothing.
fn named_role<'d>(reader: &Reader<'d>, node: NodeRef<'d>) -> Option<RoleName> {
    let resolved = reader.document.resolve(node);
    if let Some(Target::Parameter(name)) = resolved.reference().map(|reference| &reference.target) {
        return Some(RoleName::Parameter(name.clone()));
    }
    let text = resolved.text()?;
    let is_named = text.parts().iter().all(|part| match part {
        Part::Literal(_) | Part::Reference(_) => true,
        Part::Unknown(_) => false,
    });
    is_named.then(|| RoleName::Other(text.to_string()))
}

fn async_triggers(invocations: &[Invocation<'_>]) -> Vec<Trigger> {
    let triggers = invocations.iter().filter_map(|invocation| {
        let source = service(invocation.source).filter(|_| invocation.how == How::Asynchronous)?;
        Some(Trigger { source, span: range(invocation.node.span()) })
    });
    triggers.collect()
}

/// The services that hand over an event and never ask again, by service principal, resource type or SAM
/// event type. A custom resource or a secret's rotation is asynchronous too, but who asked for it waits
/// for the result and reports its absence.
fn service(source: &str) -> Option<&'static str> {
    match source.strip_suffix(".amazonaws.com").unwrap_or(source) {
        "S3" | "s3" | "AWS::S3::Bucket" => Some("S3"),
        "SNS" | "sns" | "AWS::SNS::Subscription" | "AWS::SNS::Topic" => Some("SNS"),
        "CloudWatchEvent" | "EventBridgeRule" | "Schedule" | "events" | "AWS::Events::Rule" => {
            Some("EventBridge")
        }
        "ScheduleV2" | "scheduler" | "AWS::Scheduler::Schedule" => Some("EventBridge Scheduler"),
        "IoTRule" | "iot" | "AWS::IoT::TopicRule" => Some("AWS IoT"),
        "ses" | "AWS::SES::ReceiptRule" => Some("SES"),
        "CloudWatchLogs" | "logs" | "AWS::Logs::SubscriptionFilter" => Some("CloudWatch Logs"),
        "config" => Some("AWS Config"),
        _ => None,
    }
}

fn failure_destination(function: FunctionView<'_>, invocations: &Invocations<'_>) -> FailureDestination {
    let has_destination = function.dead_letter().is_some()
        || function.on_failure().is_some()
        || invocations.on_failure(function.id()).is_some();
    match (has_destination, has_unknown_properties(function)) {
        (true, _) => FailureDestination::Present,
        (false, true) => FailureDestination::Unknown,
        (false, false) => FailureDestination::Absent,
    }
}

/// A macro or an include may add what is missing.
fn has_unknown_properties(function: FunctionView<'_>) -> bool {
    function.resource().properties().is_some_and(|properties| properties.get("Fn::Transform").is_some())
}

/// Where function URLs are declared that ask nobody who they are, by function.
fn open_urls(reader: &Reader<'_>) -> BTreeMap<String, Range<usize>> {
    let is_open = |auth: NodeRef<'_>| auth.as_str().is_some_and(|text| text == "NONE");
    let mut open = BTreeMap::new();
    for function in reader.document.functions().into_iter().filter(|function| function.is_sam()) {
        let auth = function.resource().effective("FunctionUrlConfig").and_then(|url| url.get("AuthType"));
        if let Some(auth) = auth.map(|auth| auth.node()).filter(|auth| is_open(*auth)) {
            open.insert(function.id().to_owned(), range(auth.span()));
        }
    }
    for url in reader.document.resources_of_type("AWS::Lambda::Url") {
        let auth = url.property("AuthType").filter(|auth| is_open(*auth));
        if let (Some(auth), Some(target)) = (auth, url.property("TargetFunctionArn")) {
            open.extend(reader.resources_in(target).into_iter().map(|id| (id, range(auth.span()))));
        }
    }
    open
}

fn handler<'a>(
    reader: &Reader<'a>,
    function: FunctionView<'a>,
    code: &'a [HandlerFile],
) -> Option<Handler<'a>> {
    let id = function.logical_id();
    if let Some(file) = code.iter().find(|file| file.function == id) {
        let language = code::Language::of_file(&file.path)?;
        return Some(Handler { file: Some(&file.path), facts: code::scan(&file.text, language) });
    }
    let Code::Inline { node } = function.code() else { return None };
    let runtime = reader.document.resolve(function.runtime()?.node());
    let language = code::Language::of_runtime(runtime.known()?)?;
    let text = reader.text(node)?;
    let mut facts = code::scan(&text.value, language);
    // Offsets in the code are none in the template: indentation and substitutions lie between them.
    for import in &mut facts.imports {
        import.span = text.span.clone();
    }
    Some(Handler { file: None, facts })
}

/// The adapter runs any web server as a function: it comes as a layer and is switched on by a variable.
/// See <https://github.com/awslabs/aws-lambda-web-adapter>.
fn has_web_adapter<'d>(reader: &Reader<'d>, function: FunctionView<'d>) -> bool {
    let layers = function.resource().effective("Layers").map(|layers| layers.items()).unwrap_or_default();
    layers
        .into_iter()
        .flat_map(|layer| reader.texts(layer))
        .any(|layer| layer.value.contains("LambdaAdapterLayer"))
}
