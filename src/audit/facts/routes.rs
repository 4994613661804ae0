//! Routes that match every path, and the functions behind them: SAM events, function URLs, HTTP and REST APIs.

use std::collections::BTreeMap;

use super::{CatchAll, range, reader::Reader};
use crate::template::{EventView, FunctionView, NodeRef, Resource};

/// Logical id of a function and a route that brings every path to it.
type Route = (String, CatchAll);

/// All of a template, by the logical id of the function.
pub(super) fn catch_alls<'d>(reader: &Reader<'d>) -> BTreeMap<String, Vec<CatchAll>> {
    let document = reader.document;
    let mut routes = Vec::new();
    for function in document.functions() {
        routes.extend(of_events(reader, function));
        routes.extend(of_own_url(function));
    }
    for resource in document.resources() {
        match resource.resource_type() {
            "AWS::Lambda::Url" => routes.extend(of_url(reader, resource)),
            "AWS::ApiGatewayV2::Route" => routes.extend(of_http_route(reader, resource)),
            "AWS::ApiGateway::Method" => routes.extend(of_rest_method(reader, resource)),
            _ => {}
        }
    }
    let mut by_function: BTreeMap<String, Vec<CatchAll>> = BTreeMap::new();
    for (function, route) in routes {
        by_function.entry(function).or_default().push(route);
    }
    by_function
}

/// SAM: an event of type `Api` or `HttpApi`. An `HttpApi` event without a path is the default route.
fn of_events<'a>(reader: &Reader<'a>, function: FunctionView<'a>) -> Vec<Route> {
    let route = |event: &EventView<'a>| {
        let path = event.properties().and_then(|properties| properties.get("Path"));
        let found = match (event.event_type(), path) {
            ("Api" | "HttpApi", Some(path)) => {
                known(reader, path).filter(|path| is_open(path)).zip(Some(path))
            }
            ("HttpApi", None) => Some(("$default".to_owned(), event.key)),
            _ => None,
        };
        found.map(|(route, node)| (function.id().to_owned(), catch_all(route, node)))
    };
    function.events().iter().filter_map(route).collect()
}

fn of_own_url(function: FunctionView<'_>) -> Option<Route> {
    let url = function.resource().effective("FunctionUrlConfig")?;
    let node = if url.is_global() { function.resource().key() } else { url.node() };
    Some((function.id().to_owned(), catch_all("function URL".to_owned(), node)))
}

fn of_url<'d>(reader: &Reader<'d>, url: Resource<'d>) -> Option<Route> {
    let target = reader.resources_in(url.property("TargetFunctionArn")?).into_iter().next()?;
    Some((target, catch_all("function URL".to_owned(), url.key())))
}

/// `RouteKey` → `Target: integrations/ID` → `IntegrationUri` → function.
fn of_http_route<'d>(reader: &Reader<'d>, route: Resource<'d>) -> Vec<Route> {
    let Some(key) = route.property("RouteKey") else { return Vec::new() };
    let Some(text) = known(reader, key).filter(|text| is_open(text)) else { return Vec::new() };
    let integrations = route.property("Target").map(|target| reader.resources_in(target)).unwrap_or_default();
    integrations
        .iter()
        .filter_map(|id| reader.document.resource(id)?.property("IntegrationUri"))
        .flat_map(|uri| reader.resources_in(uri))
        .map(|function| (function, catch_all(text.clone(), key)))
        .collect()
}

/// `ResourceId` → `PathPart` at the root, and `Integration.Uri` → function.
fn of_rest_method<'d>(reader: &Reader<'d>, method: Resource<'d>) -> Vec<Route> {
    let resources = method.property("ResourceId").map(|id| reader.resources_in(id)).unwrap_or_default();
    let resource = resources.iter().find_map(|id| reader.document.resource(id));
    let is_at_root = |resource: &Resource<'d>| {
        let parents = resource.property("ParentId").map(|id| reader.resources_in(id)).unwrap_or_default();
        let mut kinds = parents.iter().filter_map(|id| reader.document.resource(id));
        !kinds.any(|parent| parent.resource_type() == "AWS::ApiGateway::Resource")
    };
    let part = resource.filter(is_at_root).and_then(|resource| resource.property("PathPart"));
    let Some(part) = part else { return Vec::new() };
    let Some(text) = known(reader, part).filter(|text| is_open(text)) else { return Vec::new() };
    let uri = method.property("Integration").and_then(|integration| integration.get("Uri"));
    let functions = uri.map(|uri| reader.resources_in(uri)).unwrap_or_default();
    functions.into_iter().map(|function| (function, catch_all(text.clone(), part))).collect()
}

/// `/{proxy+}`, `ANY /{proxy+}`, `{proxy+}`, `$default`. `/files/{path+}` keeps to one part of the API.
fn is_open(route: &str) -> bool {
    let path = route.rsplit(' ').next().unwrap_or(route);
    let variable = path.trim_start_matches('/').strip_prefix('{').and_then(|rest| rest.strip_suffix("+}"));
    path == "$default" || variable.is_some_and(|name| !name.contains('/'))
}

fn catch_all(route: String, node: NodeRef<'_>) -> CatchAll {
    CatchAll { route, span: range(node.span()) }
}

fn known<'d>(reader: &Reader<'d>, node: NodeRef<'d>) -> Option<String> {
    reader.text(node).map(|text| text.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_routes_for_every_path_are_open() {
        for open in ["/{proxy+}", "{proxy+}", "ANY /{anything+}", "GET /{path+}", "$default"] {
            assert!(is_open(open), "{open}");
        }
        for limited in ["/", "/orders", "/files/{path+}", "/{id}", "GET /{id}", "/{a+}/{b+}", ""] {
            assert!(!is_open(limited), "{limited}");
        }
    }
}
