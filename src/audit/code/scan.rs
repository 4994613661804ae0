//! Finds imports and routes in the tokens of a handler file.

use std::ops::Range;

use super::{
    Framework, Language,
    framework::{of_javascript, of_python},
    lexer::{self, Kind, Token},
};

/// Methods of a framework's application object that declare a route.
const ROUTE_METHODS: [&str; 10] =
    ["route", "get", "post", "put", "patch", "delete", "del", "all", "any", "api_route"];

/// Calls that add routes written elsewhere.
const MOUNTS: [&str; 6] =
    ["register_blueprint", "include_router", "add_url_rule", "add_api_route", "add_route", "mount"];

/// What one handler file shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Imports of web frameworks, in order.
    pub imports: Vec<Import>,
    /// Routes named in this file, in order, without repetitions.
    pub routes: Vec<Route>,
    /// True if routes of other files are added too.
    pub has_mounts: bool,
}

/// An import of a web framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// What is imported.
    pub framework: Framework,
    /// Where.
    pub span: Range<usize>,
}

/// A route that the code declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method of the application object, such as `get` or `route`.
    pub method: String,
    /// The path pattern.
    pub path: String,
    /// Where.
    pub span: Range<usize>,
}

/// Scans one handler file.
#[must_use]
pub fn scan(text: &str, language: Language) -> Facts {
    match language {
        Language::Python => facts(&lexer::tokens(text, lexer::Language::Python), python_imports),
        Language::JavaScript => facts(&lexer::tokens(text, lexer::Language::JavaScript), javascript_import),
    }
}

/// Reads the import that begins at the first of these tokens, if one does.
type ImportReader = for<'t> fn(&'t [Token<'t>]) -> Vec<Import>;

fn facts(tokens: &[Token<'_>], imports: ImportReader) -> Facts {
    let mut facts = Facts::default();
    for start in 0..tokens.len() {
        let rest = tokens.get(start..).unwrap_or_default();
        if is_statement_start(tokens, start) || is_call_of_require(rest) {
            facts.imports.extend(imports(rest));
        }
        if let Some(route) = route(rest).filter(|route| !is_known(&facts.routes, route)) {
            facts.routes.push(route);
        }
        facts.has_mounts |= is_mount(rest);
    }
    facts
}

fn is_statement_start(tokens: &[Token<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|index| tokens.get(index));
    before.is_none_or(|token| matches!(token.kind, Kind::Newline | Kind::Mark(';' | '{' | ':')))
}

fn is_known(routes: &[Route], route: &Route) -> bool {
    routes.iter().any(|known| known.method == route.method && known.path == route.path)
}

/// `import a.b`, `import a, b`, `from a.b import c`.
fn python_imports<'t>(tokens: &'t [Token<'t>]) -> Vec<Import> {
    let Some(Kind::Word(keyword @ ("import" | "from"))) = tokens.first().map(|token| token.kind) else {
        return Vec::new();
    };
    let line: Vec<&Token<'_>> =
        tokens.iter().skip(1).take_while(|token| token.kind != Kind::Newline).collect();
    if keyword == "from" && !line.iter().any(|token| token.kind == Kind::Word("import")) {
        return Vec::new();
    }
    let modules = line.split(|token| token.kind == Kind::Mark(','));
    let wanted = if keyword == "from" { 1 } else { usize::MAX };
    modules.take(wanted).filter_map(python_module).collect()
}

/// The dotted name at the start of these tokens.
fn python_module(tokens: &[&Token<'_>]) -> Option<Import> {
    let name: Vec<&&Token<'_>> = tokens
        .iter()
        .take_while(|token| match token.kind {
            Kind::Word(word) => !matches!(word, "import" | "as"),
            Kind::Mark(mark) => mark == '.',
            Kind::Text(_) | Kind::Newline => false,
        })
        .collect();
    let (first, last) = (name.first()?, name.last()?);
    let module: String = name.iter().map(|token| spelling(token)).collect();
    // `from aws_lambda_powertools import …` names what it takes after `import`.
    let framework = of_python(&module)?;
    Some(Import { framework, span: first.span.start..last.span.end })
}

fn spelling(token: &Token<'_>) -> String {
    match token.kind {
        Kind::Word(text) | Kind::Text(text) => text.to_owned(),
        Kind::Mark(mark) => mark.to_string(),
        Kind::Newline => String::new(),
    }
}

fn is_call_of_require(tokens: &[Token<'_>]) -> bool {
    matches!(kinds(tokens), [Kind::Word("require" | "import"), Kind::Mark('('), Kind::Text(_)])
}

/// `import x from 'm'`, `import 'm'`, `require('m')`, `import('m')`.
fn javascript_import<'t>(tokens: &'t [Token<'t>]) -> Vec<Import> {
    let specifier = match kinds(tokens) {
        [Kind::Word("require" | "import"), Kind::Mark('('), Kind::Text(_)] => tokens.get(2),
        [Kind::Word("import"), Kind::Text(_), _] => tokens.get(1),
        [Kind::Word("import"), Kind::Word("type"), Kind::Word(_) | Kind::Mark('{')] => None,
        [Kind::Word("import"), _, _] => specifier_after_from(tokens),
        _ => None,
    };
    let import = specifier.and_then(|token| match token.kind {
        Kind::Text(text) => Some(Import { framework: of_javascript(text)?, span: token.span.clone() }),
        Kind::Word(_) | Kind::Mark(_) | Kind::Newline => None,
    });
    import.into_iter().collect()
}

/// The string after `from`, before the statement ends; names in braces may go over lines.
fn specifier_after_from<'t>(tokens: &'t [Token<'t>]) -> Option<&'t Token<'t>> {
    const LONGEST: usize = 200;
    let from = tokens
        .iter()
        .take(LONGEST)
        .take_while(|token| token.kind != Kind::Mark(';'))
        .position(|token| token.kind == Kind::Word("from"))?;
    tokens.get(from + 1).filter(|token| matches!(token.kind, Kind::Text(_)))
}

/// `app.get('/path'`, `@app.route("/path"`.
fn route(tokens: &[Token<'_>]) -> Option<Route> {
    let [object, dot, method, open, path] = tokens.get(..5)? else { return None };
    let (Kind::Word(object), Kind::Mark('.'), Kind::Word(method), Kind::Mark('('), Kind::Text(text)) =
        (object.kind, dot.kind, method.kind, open.kind, path.kind)
    else {
        return None;
    };
    let is_route = ROUTE_METHODS.contains(&method) && text.starts_with('/') && !is_client(object);
    is_route.then(|| Route { method: method.to_owned(), path: text.to_owned(), span: path.span.clone() })
}

/// HTTP clients have `get('/path')` too.
fn is_client(object: &str) -> bool {
    let object = object.to_ascii_lowercase();
    ["client", "axios", "request", "http", "fetch", "session", "supertest"]
        .iter()
        .any(|word| object.contains(word))
}

/// `app.register_blueprint(…)`, `app.use('/path', router)`.
fn is_mount(tokens: &[Token<'_>]) -> bool {
    let Some([dot, method, open, first]) = tokens.get(..4) else { return false };
    match (dot.kind, method.kind, open.kind, first.kind) {
        (Kind::Mark('.'), Kind::Word("use"), Kind::Mark('('), Kind::Text(path)) => path.starts_with('/'),
        (Kind::Mark('.'), Kind::Word(name), Kind::Mark('('), _) => MOUNTS.contains(&name),
        _ => false,
    }
}

fn kinds<'t>(tokens: &[Token<'t>]) -> [Kind<'t>; 3] {
    let kind = |index: usize| tokens.get(index).map_or(Kind::Newline, |token| token.kind);
    [kind(0), kind(1), kind(2)]
}

#[cfg(test)]
mod tests;
