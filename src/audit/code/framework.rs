//! The web frameworks and routers that put many routes into one Lambda function.

/// What importing a package says about the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A web framework: an application with its own router.
    Application,
    /// An adapter that hands Lambda events to a web application.
    Adapter,
    /// A router made for Lambda; one route is fine, several are an application.
    Router,
}

/// A package that routes requests inside a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Framework {
    /// What people call it.
    pub name: &'static str,
    /// What its import says.
    pub kind: Kind,
}

const fn framework(name: &'static str, kind: Kind) -> Framework {
    Framework { name, kind }
}

/// By Python top-level module.
static PYTHON: &[(&str, Framework)] = &[
    ("apig_wsgi", framework("apig-wsgi", Kind::Adapter)),
    ("aws_lambda_powertools", framework("Powertools event handler", Kind::Router)),
    ("aws_wsgi", framework("aws-wsgi", Kind::Adapter)),
    ("awsgi", framework("awsgi", Kind::Adapter)),
    ("awsgi2", framework("awsgi2", Kind::Adapter)),
    ("bottle", framework("Bottle", Kind::Application)),
    ("connexion", framework("Connexion", Kind::Application)),
    ("django", framework("Django", Kind::Application)),
    ("falcon", framework("Falcon", Kind::Application)),
    ("fastapi", framework("FastAPI", Kind::Application)),
    ("flask", framework("Flask", Kind::Application)),
    ("litestar", framework("Litestar", Kind::Application)),
    ("mangum", framework("Mangum", Kind::Adapter)),
    ("pyramid", framework("Pyramid", Kind::Application)),
    ("quart", framework("Quart", Kind::Application)),
    ("sanic", framework("Sanic", Kind::Application)),
    ("serverless_wsgi", framework("serverless-wsgi", Kind::Adapter)),
    ("starlette", framework("Starlette", Kind::Application)),
];

/// By JavaScript package.
static JAVASCRIPT: &[(&str, Framework)] = &[
    ("@aws-lambda-powertools/event-handler", framework("Powertools event handler", Kind::Router)),
    ("@codegenie/serverless-express", framework("serverless-express", Kind::Adapter)),
    ("@fastify/aws-lambda", framework("@fastify/aws-lambda", Kind::Adapter)),
    ("@hapi/hapi", framework("hapi", Kind::Application)),
    ("@middy/http-router", framework("middy http-router", Kind::Router)),
    ("@nestjs/core", framework("NestJS", Kind::Application)),
    ("@vendia/serverless-express", framework("serverless-express", Kind::Adapter)),
    ("aws-lambda-fastify", framework("aws-lambda-fastify", Kind::Adapter)),
    ("aws-serverless-express", framework("aws-serverless-express", Kind::Adapter)),
    ("express", framework("Express", Kind::Application)),
    ("fastify", framework("Fastify", Kind::Application)),
    ("hono", framework("Hono", Kind::Router)),
    ("itty-router", framework("itty-router", Kind::Router)),
    ("koa", framework("Koa", Kind::Application)),
    ("lambda-api", framework("lambda-api", Kind::Router)),
    ("restify", framework("restify", Kind::Application)),
    ("serverless-http", framework("serverless-http", Kind::Adapter)),
];

/// The framework a Python module path belongs to.
pub(super) fn of_python(module: &str) -> Option<Framework> {
    // Only the event handler of Powertools routes; its logger and tracer are in every good handler.
    if module.starts_with("aws_lambda_powertools") && !module.contains("event_handler") {
        return None;
    }
    let top = module.split('.').next().unwrap_or(module);
    look_up(PYTHON, top)
}

/// The framework a JavaScript module specifier belongs to.
pub(super) fn of_javascript(specifier: &str) -> Option<Framework> {
    let segments = if specifier.starts_with('@') { 2 } else { 1 };
    let end = specifier.match_indices('/').nth(segments - 1).map_or(specifier.len(), |(at, _)| at);
    let package = specifier.get(..end)?;
    // `@hono/…` and `hono/aws-lambda` are the same router.
    look_up(JAVASCRIPT, if package.starts_with("@hono/") { "hono" } else { package })
}

fn look_up(table: &[(&str, Framework)], name: &str) -> Option<Framework> {
    table.iter().find(|(known, _)| *known == name).map(|(_, framework)| *framework)
}
