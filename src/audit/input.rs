//! A file to audit: what it is, which handler files belong to it, and the facts in it.

use jiff::civil::Date;

use super::{
    code::Language,
    facts::{self, Facts},
    report::{Outcome, Subject},
};
use crate::{
    config,
    names::LogicalId,
    template::{self, Classification, Code, FunctionView},
};

/// The text of a file that the handler of a function is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandlerFile {
    /// The function.
    pub function: LogicalId,
    /// Path as shown.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A handler that would help to judge a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRequest {
    /// The function.
    pub function: LogicalId,
    /// Where it may be, relative to the template's folder, most likely first.
    pub candidates: Vec<String>,
}

/// A file that was read.
#[derive(Debug)]
pub struct Document {
    path: String,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Analysable(Box<template::Document>, Subject),
    Nothing,
    Unreadable(String),
}

impl Document {
    /// Reads a file's bytes. A file the user named must be understood; one that was only found in a
    /// folder may be anything, so it must be understood if it wants to be a template.
    #[must_use]
    pub fn read(path: String, bytes: &[u8], is_named: bool) -> Self {
        let content = match template::parse(bytes) {
            Ok(document) => match document.classify() {
                Classification::Template => Content::Analysable(Box::new(document), Subject::Template),
                Classification::Policy => Content::Analysable(Box::new(document), Subject::Policy),
                // Somebody who names a file wants it looked at: an emptied template must not pass as clean.
                Classification::Other if is_named => Content::Unreadable(
                    "it is neither a CloudFormation template nor a policy document".into(),
                ),
                Classification::Other => Content::Nothing,
            },
            Err(_) if !is_named && !is_meant_to_be_a_template(&path, bytes) => Content::Nothing,
            Err(error) => {
                let at = error.position();
                Content::Unreadable(format!("line {}, column {}: {error}", at.line, at.column))
            }
        };
        Self { path, content }
    }

    /// The handlers that the functions of a template name.
    #[must_use]
    pub fn code_requests(&self) -> Vec<CodeRequest> {
        let Content::Analysable(document, Subject::Template) = &self.content else { return Vec::new() };
        document.functions().iter().filter_map(code_request).collect()
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn text(&self) -> &str {
        match &self.content {
            Content::Analysable(document, _) => document.text(),
            Content::Nothing | Content::Unreadable(_) => "",
        }
    }

    /// What the rules may see, or why there is nothing to see.
    pub(super) fn facts<'a>(
        &'a self,
        code: &'a [HandlerFile],
        today: Date,
    ) -> Result<(Facts<'a>, Subject), Outcome> {
        let (facts, subject) = match &self.content {
            Content::Analysable(document, Subject::Template) => {
                (facts::of_template(document, code, today), Subject::Template)
            }
            Content::Analysable(document, Subject::Policy) => {
                (facts::of_policy(document, today), Subject::Policy)
            }
            Content::Nothing => return Err(Outcome::Skipped),
            Content::Unreadable(reason) => return Err(Outcome::Unreadable(reason.clone())),
        };
        let too_many = || Outcome::Unreadable("its aliases expand to too many values".to_owned());
        Ok((facts.ok_or_else(too_many)?, subject))
    }
}

/// By its name, as the templates of projects have, or by its text.
fn is_meant_to_be_a_template(path: &str, bytes: &[u8]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    config::TEMPLATE_NAMES.contains(&name) || template::mentions_template(bytes)
}

fn code_request(function: &FunctionView<'_>) -> Option<CodeRequest> {
    let folder = match function.code() {
        Code::Local { path, .. } => path.to_owned(),
        Code::Missing => ".".to_owned(),
        Code::S3 { .. } | Code::Inline { .. } | Code::Image { .. } | Code::Unknown { .. } => return None,
    };
    let document = function.resource().node().document();
    let known = |node| document.resolve(node).known().map(str::to_owned);
    let runtime = known(function.runtime()?.node())?;
    let handler = known(function.handler()?.node())?;
    let language = Language::of_runtime(&runtime)?;
    let candidates = handler_paths(&folder, &handler, language);
    (!candidates.is_empty()).then(|| CodeRequest { function: function.logical_id(), candidates })
}

/// `src/`, `app.handler` of Python: `src/app.py`.
fn handler_paths(folder: &str, handler: &str, language: Language) -> Vec<String> {
    let Some(module) = module_path(handler, language) else { return Vec::new() };
    // An absolute path is another machine's, and `s3://` is no folder.
    if folder.starts_with('/') || folder.contains("://") {
        return Vec::new();
    }
    let folder = folder.trim_end_matches('/');
    language.extensions().iter().map(|extension| format!("{folder}/{module}.{extension}")).collect()
}

/// Python's part before the last dot is a module (`package.module.handler`); Node.js takes the file's name
/// up to the first dot (`dist/app.handler`).
fn module_path(handler: &str, language: Language) -> Option<String> {
    match language {
        Language::Python => handler.rsplit_once('.').map(|(module, _)| module.replace('.', "/")),
        Language::JavaScript => {
            let (folder, name) =
                handler.rsplit_once('/').map_or(("", handler), |(folder, name)| (folder, name));
            let (file, _) = name.split_once('.')?;
            Some(if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_are_looked_for_where_lambda_finds_them() {
        let first = |folder, handler, language| handler_paths(folder, handler, language).into_iter().next();
        assert_eq!(first("src/", "app.handler", Language::Python).unwrap(), "src/app.py");
        assert_eq!(first(".", "a.b.handler", Language::Python).unwrap(), "./a/b.py");
        assert_eq!(first("../x", "a/b.handler", Language::Python).unwrap(), "../x/a/b.py");
        assert_eq!(first("src", "dist/app.lambda.handler", Language::JavaScript).unwrap(), "src/dist/app.js");
        assert_eq!(first("s3://bucket/key", "app.handler", Language::Python), None);
        assert_eq!(first("src", "handler", Language::Python), None);
    }
}
