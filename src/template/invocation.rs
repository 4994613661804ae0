//! Who invokes a template's functions, and how. It collects what the template declares, no more.

mod declarations;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::document::Document;
use super::function::FunctionView;
use super::node::NodeRef;
use super::resolve::Reference;
use super::resource::Resource;
use declarations::{EVENT_TYPES, PRINCIPALS, PROPERTIES};

/// How a function is invoked: decides where a failure goes.
///
/// Source: AWS Lambda Developer Guide, "Invoking Lambda with events from other AWS services".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// The caller waits for the answer and sees the failure.
    Synchronous,
    /// Lambda queues the event, retries it twice, then drops it or sends it to a destination.
    Asynchronous,
    /// Lambda reads batches from a queue or a stream; failures stay with the source.
    Polled,
    /// The template does not tell.
    Unknown,
}

/// One declaration that makes something invoke a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invocation<'d> {
    /// How the function is invoked.
    pub how: How,
    /// The SAM event type, the service principal or the resource type that stands for the source.
    pub source: &'d str,
    /// The resource that declares it; for SAM events, the function itself.
    pub resource: Resource<'d>,
    /// The event, or the value that names the function.
    pub node: NodeRef<'d>,
}

/// All invocations of a template's functions.
#[derive(Debug, Default)]
pub struct Invocations<'d> {
    of: BTreeMap<&'d str, Vec<Invocation<'d>>>,
    on_failure: BTreeMap<&'d str, NodeRef<'d>>,
}

impl<'d> Invocations<'d> {
    /// The invocations of the function with this logical id.
    #[must_use]
    pub fn of(&self, id: &str) -> &[Invocation<'d>] {
        self.of.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The failure destination that an `AWS::Lambda::EventInvokeConfig` gives the function.
    #[must_use]
    pub fn on_failure(&self, id: &str) -> Option<NodeRef<'d>> {
        self.on_failure.get(id).copied()
    }

    fn add(&mut self, id: &'d str, invocation: Invocation<'d>) {
        self.of.entry(id).or_default().push(invocation);
    }
}

impl Document {
    /// Who invokes the functions, gathered in one walk over the resources.
    #[must_use]
    pub fn invocations(&self) -> Invocations<'_> {
        let mut found = Invocations::default();
        for resource in self.resources() {
            if let Some(function) = FunctionView::new(resource) {
                add_own(&mut found, function);
            }
            add_declared(&mut found, resource);
            add_failure_destination(&mut found, resource);
        }
        found
    }
}

/// SAM events and the function URL of the function itself.
fn add_own<'d>(found: &mut Invocations<'d>, function: FunctionView<'d>) {
    let resource = function.resource();
    for event in function.events() {
        let source = event.event_type();
        let how = EVENT_TYPES.iter().find(|(name, _)| *name == source).map_or(How::Unknown, |(_, how)| *how);
        found.add(function.id(), Invocation { how, source, resource, node: event.node });
    }
    if let Some(url) = resource.effective("FunctionUrlConfig").filter(|_| function.is_sam()) {
        let source = "FunctionUrlConfig";
        found.add(function.id(), Invocation { how: How::Synchronous, source, resource, node: url.node() });
    }
}

/// Resources of other types whose properties name a function.
fn add_declared<'d>(found: &mut Invocations<'d>, resource: Resource<'d>) {
    let source = resource.resource_type();
    // A custom resource may have a type name of its own.
    let known_as =
        if source.starts_with("Custom::") { "AWS::CloudFormation::CustomResource" } else { source };
    for (_, path, how) in PROPERTIES.iter().filter(|(name, _, _)| *name == known_as) {
        for node in at_path(resource, path) {
            for id in functions_named(resource.node().document(), node) {
                found.add(id, Invocation { how: *how, source, resource, node });
            }
        }
    }
    if source == "AWS::Lambda::Permission" {
        add_permission(found, resource);
    }
}

/// A permission tells the principal, which mostly tells how it calls.
fn add_permission<'d>(found: &mut Invocations<'d>, resource: Resource<'d>) {
    let (Some(node), Some(principal)) = (resource.property("FunctionName"), resource.property("Principal"))
    else {
        return;
    };
    let source = principal.as_str().unwrap_or_default();
    let how = PRINCIPALS.iter().find(|(name, _)| *name == source).map_or(How::Unknown, |(_, how)| *how);
    for id in functions_named(node.document(), node) {
        found.add(id, Invocation { how, source, resource, node });
    }
}

fn add_failure_destination<'d>(found: &mut Invocations<'d>, resource: Resource<'d>) {
    if resource.resource_type() != "AWS::Lambda::EventInvokeConfig" {
        return;
    }
    let destination = resource.properties().and_then(|node| node.path(&["DestinationConfig", "OnFailure"]));
    if let (Some(destination), Some(node)) = (destination, resource.property("FunctionName")) {
        for id in functions_named(node.document(), node) {
            found.on_failure.insert(id, destination);
        }
    }
}

/// The values at a path of property names; `*` stands for every item or every key.
fn at_path<'d>(resource: Resource<'d>, path: &[&str]) -> Vec<NodeRef<'d>> {
    let mut nodes: Vec<NodeRef<'d>> = resource.properties().into_iter().collect();
    for step in path {
        let next = nodes.into_iter().flat_map(|node| -> Vec<NodeRef<'d>> {
            match *step {
                "*" => node.items().chain(node.entries().map(|entry| entry.value)).collect(),
                key => node.get(key).into_iter().collect(),
            }
        });
        nodes = next.collect();
    }
    nodes
}

/// The functions that a value names, through aliases and versions, each once.
fn functions_named<'d>(document: &'d Document, node: NodeRef<'d>) -> Vec<&'d str> {
    // A definition of a state machine or an API is a mapping with references anywhere in it.
    let is_definition = node.intrinsic().is_none() && !node.is_scalar();
    let values: Vec<NodeRef<'d>> = if is_definition {
        node.descendants().filter(|inner| inner.intrinsic().is_some()).collect()
    } else {
        vec![node]
    };
    let mut ids = Vec::new();
    for resolved in values.into_iter().map(|value| document.resolve(value)) {
        for id in resolved.references().filter_map(|reference| function_behind(document, reference)) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    ids
}

fn function_behind<'d>(document: &'d Document, reference: &Reference) -> Option<&'d str> {
    let resource = document.resource(reference.resource()?.as_str())?;
    if let Some(function) = FunctionView::new(resource) {
        return Some(function.id());
    }
    // One step: an alias or a version names its function.
    if !matches!(resource.resource_type(), "AWS::Lambda::Alias" | "AWS::Lambda::Version") {
        return None;
    }
    let name = document.resolve(resource.property("FunctionName")?);
    let function = document.resource(name.reference()?.resource()?.as_str())?;
    FunctionView::new(function).map(FunctionView::id)
}
