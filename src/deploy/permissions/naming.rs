//! What things will be called: known names, and patterns for names that CloudFormation makes up.

use std::collections::BTreeMap;

use super::Deployment;
use crate::names::StackName;
use crate::template::{Document, NodeRef, Part, Reference, Target, Text};

/// A generated name of 64 characters keeps at least this much of the stack's name.
const KEPT_OF_STACK: usize = 24;

/// Turns values of a template into patterns of names and ARNs.
#[derive(Clone, Copy)]
pub(super) struct Naming<'a> {
    stack: &'a StackName,
    region: &'a str,
    account: &'a str,
    parameters: &'a BTreeMap<String, String>,
}

impl<'a> Naming<'a> {
    pub(super) fn of(deployment: &Deployment<'a>) -> Self {
        Self {
            stack: deployment.stack,
            region: deployment.region.unwrap_or("*"),
            account: deployment.account.unwrap_or("*"),
            parameters: deployment.parameters,
        }
    }

    /// The partition that the region is in; a pattern where the region is open.
    const fn partition(&self) -> &'static str {
        match self.region.as_bytes() {
            [b'c', b'n', b'-', ..] => "aws-cn",
            [b'u', b's', b'-', b'g', b'o', b'v', b'-', ..] => "aws-us-gov",
            [b'*'] => "*",
            _ => "aws",
        }
    }

    /// An ARN made of a template in which `{p}`, `{r}`, `{a}`, `{stack}`, `{made}` and `{n}` stand for partition, region,
    /// account, stack, names that CloudFormation makes up, and `name`.
    pub(super) fn arn(&self, template: &str, name: &str) -> String {
        template
            .replace("{p}", self.partition())
            .replace("{r}", self.region)
            .replace("{a}", self.account)
            .replace("{stack}", self.stack.as_str())
            .replace("{made}", &self.after_stack())
            .replace("{n}", name)
    }

    /// Names that CloudFormation makes of the stack's name, the logical id and something random. It shortens both
    /// where the service takes short names only.
    pub(super) fn after_stack(&self) -> String {
        let stack = self.stack.as_str();
        match stack.get(..KEPT_OF_STACK) {
            Some(kept) if stack.len() > KEPT_OF_STACK => format!("{kept}*"),
            Some(_) | None => format!("{stack}-*"),
        }
    }

    /// The value that a parameter is given, beside its default.
    pub(super) fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// The possible values of a node, as patterns.
    pub(super) fn values(&self, node: NodeRef<'_>) -> Vec<String> {
        let document: &Document = node.document();
        let mut values: Vec<String> = document
            .resolve_list(node)
            .iter()
            .flat_map(|resolved| resolved.alternatives().iter().map(|text| self.pattern(text)))
            .collect();
        values.dedup();
        values
    }

    pub(super) fn pattern(&self, text: &Text) -> String {
        text.parts()
            .iter()
            .map(|part| match part {
                Part::Literal(text) => text.clone(),
                Part::Unknown(_) => "*".to_owned(),
                Part::Reference(reference) => self.reference(reference),
            })
            .collect()
    }

    fn reference(&self, reference: &Reference) -> String {
        match &reference.target {
            Target::Resource(_) => "*".to_owned(),
            Target::Parameter(name) => self.parameters.get(name).map_or("*", String::as_str).to_owned(),
            Target::Pseudo(name) => match name.as_str() {
                "AWS::StackName" => self.stack.to_string(),
                "AWS::Region" => self.region.to_owned(),
                "AWS::AccountId" => self.account.to_owned(),
                "AWS::Partition" => self.partition().to_owned(),
                _ => "*".to_owned(),
            },
        }
    }
}
