//! One route that matches every path, and a web application behind it.

use crate::audit::{
    Confidence, Facts, Meta, Observation, Remark, Rule, Severity,
    code::{self, Import, Kind},
    facts::{CatchAll, Function, Handler},
};

static META: Meta = Meta {
    id: "monolith-catchall-route",
    summary: "A whole web application hides behind one catch-all route",
    severity: Severity::Medium,
    confidence: Confidence::High,
    page: include_str!("monolith-catchall-route.md"),
};

/// Fewer routes are no application: GraphQL, a webhook, a static site.
const LEAST_ROUTES: usize = 2;

/// `monolith-catchall-route`.
pub(super) struct MonolithCatchallRoute;

impl Rule for MonolithCatchallRoute {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        facts.functions.iter().filter_map(in_function).collect()
    }
}

/// What shows that the function routes requests by itself.
struct Evidence<'a> {
    what: String,
    severity: Severity,
    confidence: Confidence,
    remarks: Vec<Remark>,
    help_path: Option<&'a str>,
}

/// A catch-all route alone is no finding: proxies, redirects and single-purpose functions use one too.
fn in_function(function: &Function<'_>) -> Option<Observation> {
    let catch_all = function.catch_alls.first()?;
    let in_code = function.handler.as_ref().and_then(evidence_in);
    let evidence = in_code.or_else(|| web_adapter(function))?;
    Some(observation(function, catch_all, evidence))
}

fn observation(function: &Function<'_>, catch_all: &CatchAll, evidence: Evidence<'_>) -> Observation {
    let example = evidence.help_path.unwrap_or("/orders/{id}");
    Observation {
        severity: evidence.severity,
        confidence: evidence.confidence,
        span: catch_all.span.clone(),
        resource: Some(function.id.clone()),
        subject: String::new(),
        message: format!("{} takes every path ({}) with {}", function.id, catch_all.route, evidence.what),
        help: format!("give each group of routes, such as {example}, a function and a role of its own"),
        related: evidence.remarks,
    }
}

fn evidence_in<'a>(handler: &'a Handler<'_>) -> Option<Evidence<'a>> {
    let facts = &handler.facts;
    let application = facts.imports.iter().find(|import| import.framework.kind != Kind::Router);
    let router = facts.imports.iter().find(|import| import.framework.kind == Kind::Router);
    let routes = facts.routes.len();
    // An application's routes may be in other files, so none in sight is no proof that there are few;
    // exactly one, with nothing mounted, is.
    let has_many = routes >= LEAST_ROUTES || facts.has_mounts;
    let import = match (application, router) {
        (Some(import), _) if has_many || routes == 0 => import,
        (None, Some(import)) if has_many => import,
        _ => return None,
    };
    Some(Evidence {
        what: described(import, facts),
        severity: META.severity,
        confidence: if has_many { Confidence::High } else { Confidence::Medium },
        remarks: vec![remark(handler, import)],
        help_path: example_path(facts),
    })
}

/// A path worth splitting off.
fn example_path(facts: &code::Facts) -> Option<&str> {
    facts.routes.iter().map(|route| route.path.as_str()).find(|path| path.len() > 1 && !path.contains('*'))
}

fn described(import: &Import, facts: &code::Facts) -> String {
    let name = import.framework.name;
    match facts.routes.len() {
        0 | 1 => format!("a {name} application"),
        routes => format!("{routes} {name} routes behind it"),
    }
}

fn remark(handler: &Handler<'_>, import: &Import) -> Remark {
    Remark {
        file: handler.file.map(str::to_owned),
        span: import.span.clone(),
        message: format!("{} routes inside the function", import.framework.name),
    }
}

/// The server behind the adapter is another program: it may well have a single route.
fn web_adapter(function: &Function<'_>) -> Option<Evidence<'static>> {
    function.has_web_adapter.then(|| Evidence {
        what: "a web server behind the Lambda Web Adapter".to_owned(),
        severity: Severity::Low,
        confidence: Confidence::Low,
        remarks: Vec::new(),
        help_path: None,
    })
}
