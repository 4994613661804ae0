//! Chooses how a deployment gets to the stack: not at all, by the functions' code alone, or by CloudFormation.
//!
//! It compares what is deployed with what is to be; a difference that it cannot exclude is CloudFormation's to judge.

use std::collections::BTreeMap;
use std::fmt;

use super::{Stack, StackStatus};
use crate::names::LogicalId;
use crate::package::local_files;
use crate::template::{Document, NodeRef};

/// How a deployment gets to the stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lane {
    /// It is there already.
    Noop,
    /// Nothing but the code of these functions differs: Lambda takes it by itself.
    Hot(Vec<LogicalId>),
    /// CloudFormation computes and executes a change set.
    Stack(Why),
}

impl Lane {
    /// Its name, as `--lane` takes it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Noop => "noop",
            Self::Hot(_) => "hot",
            Self::Stack(_) => "stack",
        }
    }
}

/// Why a deployment goes through CloudFormation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is no stack yet.
    New,
    /// The stack is not as a successful deployment leaves it.
    Status(StackStatus),
    /// The parameter has another value.
    Parameter(String),
    /// The parameter's value is hidden or looked up, so it cannot be compared.
    Hidden(String),
    /// The tags are others.
    Tags,
    /// The template has something whose result depends on more than the template.
    Outside(&'static str),
    /// The template differs in more than the code of functions.
    Template,
    /// The stage is protected, so only CloudFormation changes it.
    Protected,
    /// Versions of the function are part of the stack, and new code is a new version.
    Versions(LogicalId),
    /// The user wants it.
    Asked,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New => f.write_str("there is no stack yet"),
            Self::Status(status) => write!(f, "the stack is {status}"),
            Self::Parameter(key) => write!(f, "the parameter {key} has another value"),
            Self::Hidden(key) => write!(f, "the value of the parameter {key} cannot be compared"),
            Self::Tags => f.write_str("the tags of the stack change"),
            Self::Outside(what) => {
                write!(f, "the template has {what}, which only CloudFormation can compare")
            }
            Self::Template => f.write_str("the template changed in more than code"),
            Self::Protected => f.write_str("the stage is protected"),
            Self::Versions(function) => {
                write!(f, "versions of {function} are part of the stack, and new code is a new version")
            }
            Self::Asked => f.write_str("--lane stack"),
        }
    }
}

/// What the stack is to be.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The template as the project has it.
    pub document: &'a Document,
    /// The templates beside it that are nested in it, and in those.
    pub nested: &'a [&'a Document],
    /// Parameter keys and values that are set; the others stay as they are.
    pub parameters: &'a [(String, String)],
    /// Tags of the stack.
    pub tags: &'a [(String, String)],
}

/// What CloudFormation shows instead of a value that is nobody's business (`NoEcho`).
pub(super) const MASKED: &str = "****";

/// The first reason why the settings alone make it a matter for CloudFormation.
#[must_use]
fn differing_settings(stack: &Stack, wanted: &Wanted<'_>) -> Option<Why> {
    // After a rollback, nobody promises whose template GetTemplate returns.
    let is_deployed = matches!(
        stack.status,
        StackStatus::CreateComplete | StackStatus::UpdateComplete | StackStatus::ImportComplete
    );
    if !is_deployed {
        return Some(Why::Status(stack.status.clone()));
    }
    if let Some(what) = std::iter::once(&wanted.document).chain(wanted.nested).find_map(|it| outside(it)) {
        return Some(Why::Outside(what));
    }
    if let Some(why) =
        wanted.parameters.iter().find_map(|(key, value)| differing_parameter(stack, key, value))
    {
        return Some(why);
    }
    // What AWS itself tags is not for us to set.
    let ours: BTreeMap<&str, &str> =
        wanted.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let theirs: BTreeMap<&str, &str> = stack
        .tags
        .iter()
        .filter(|tag| !tag.key.starts_with("aws:"))
        .map(|tag| (tag.key.as_str(), tag.value.as_str()))
        .collect();
    (ours != theirs).then_some(Why::Tags)
}

fn differing_parameter(stack: &Stack, key: &str, value: &str) -> Option<Why> {
    let there = stack.parameters.iter().find(|parameter| parameter.key == key);
    match there.map(|parameter| parameter.value.as_str()) {
        Some(MASKED) => Some(Why::Hidden(key.to_owned())),
        Some(there) if there == value => None,
        Some(_) | None => Some(Why::Parameter(key.to_owned())),
    }
}

/// Macros that add nothing from outside of the template.
const CLOSED_TRANSFORMS: [&str; 2] = ["AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"];

/// What in the template has a result that may change although the template does not.
fn outside(document: &Document) -> Option<&'static str> {
    let transforms = document.section("Transform").into_iter().flat_map(NodeRef::items_or_self);
    if transforms.into_iter().any(|node| node.as_str().is_none_or(|name| !CLOSED_TRANSFORMS.contains(&name)))
    {
        return Some("a macro");
    }
    let is_looked_up = |kind: &str| kind.starts_with("AWS::SSM::Parameter::Value");
    if document.parameters().any(|parameter| is_looked_up(parameter.parameter_type())) {
        return Some("a parameter from the Parameter Store");
    }
    // The address of a nested template from a file is made of all that is in it.
    let files = local_files(document);
    let is_own = |id: &LogicalId| files.iter().any(|file| file.user == *id);
    let mut resources = document.resources();
    if resources.any(|resource| {
        let resource_type = resource.resource_type();
        matches!(resource_type, "AWS::CloudFormation::Stack" | "AWS::Serverless::Application")
            && !is_own(&resource.logical_id())
    }) {
        return Some("a nested stack from elsewhere");
    }
    let includes = |node: NodeRef<'_>| node.descendants().any(|inner| inner.get("Fn::Transform").is_some());
    document.resources().any(|resource| includes(resource.node())).then_some("an include")
}

/// What stands against giving these functions new code by themselves.
#[must_use]
fn against_hot(document: &Document, functions: &[LogicalId], is_protected: bool) -> Option<Why> {
    if is_protected {
        return Some(Why::Protected);
    }
    let versions = || document.resources_of_type("AWS::Lambda::Version");
    functions.iter().find_map(|id| {
        let function = document.function(id.as_str())?;
        let publishes = function.resource().effective("AutoPublishAlias").is_some();
        // A version says which function it is of in many ways; that it is another one's must be plain.
        let has_version = versions().any(|version| {
            let of = version.property("FunctionName").and_then(|node| {
                document.resolve(node).reference().and_then(|found| found.resource().cloned())
            });
            of.is_none_or(|of| of == *id)
        });
        (publishes || has_version).then(|| Why::Versions(id.clone()))
    })
}

/// The code of a stack's functions: keys of packages by function, as three sides have them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// The packages that were made now; those of layers and other resources too.
    pub wanted: BTreeMap<LogicalId, String>,
    /// What the deployed template names.
    pub named: BTreeMap<LogicalId, String>,
    /// What the functions really have, as far as that is another.
    pub changed: BTreeMap<LogicalId, String>,
}

impl Code {
    /// The keys that the template would have to name to be the deployed one.
    #[must_use]
    pub fn as_named(&self) -> BTreeMap<LogicalId, String> {
        let named = |id: &LogicalId, own: &String| self.named.get(id).unwrap_or(own).clone();
        self.wanted.iter().map(|(id, own)| (id.clone(), named(id, own))).collect()
    }

    /// The functions that have another package than they should.
    #[must_use]
    pub fn differing(&self) -> Vec<LogicalId> {
        self.functions(|id, wanted| self.changed.get(id).or_else(|| self.named.get(id)) != Some(wanted))
    }

    /// The functions among them that CloudFormation would leave alone, because its template names the right package.
    #[must_use]
    pub fn unseen(&self) -> Vec<LogicalId> {
        self.functions(|id, wanted| {
            self.named.get(id) == Some(wanted) && self.changed.get(id).is_some_and(|real| real != wanted)
        })
    }

    fn functions(&self, is_chosen: impl Fn(&LogicalId, &String) -> bool) -> Vec<LogicalId> {
        let deployed = self.wanted.iter().filter(|(id, _)| self.named.contains_key(*id));
        deployed.filter(|(id, wanted)| is_chosen(id, wanted)).map(|(id, _)| id.clone()).collect()
    }
}

/// Chooses the lane of a stack that exists. `is_same_template` when the project's template would be the deployed one
/// if it named the same packages.
#[must_use]
pub fn choose(
    stack: &Stack,
    wanted: &Wanted<'_>,
    code: &Code,
    is_same_template: bool,
    is_protected: bool,
) -> Lane {
    if let Some(why) = differing_settings(stack, wanted) {
        return Lane::Stack(why);
    }
    if !is_same_template {
        return Lane::Stack(Why::Template);
    }
    let differing = code.differing();
    if differing.is_empty() {
        return Lane::Noop;
    }
    against_hot(wanted.document, &differing, is_protected).map_or(Lane::Hot(differing), Lane::Stack)
}

/// Templates are kept as they were sent, but for blanks at both ends.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    one.trim() == other.trim()
}

#[cfg(test)]
mod tests;
