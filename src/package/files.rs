//! Which files other than code a template names: definitions of state machines and interfaces. It reads the template
//! only.

use super::plan::{Form, Place, PlanError, local_path, normal};
use crate::names::LogicalId;
use crate::template::{Document, NodeRef, Resource};

/// A file other than code that the template names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFile {
    /// The resource.
    pub user: LogicalId,
    /// Its path relative to the template.
    pub path: String,
    /// Where the template names it.
    pub place: Place,
    pub(super) form: Form,
}

/// Beside code, the properties whose files are uploaded, with the form that names them afterwards.
const FILES: [(&str, &str, Form); 4] = [
    ("AWS::Serverless::Api", "DefinitionUri", Form::Uri),
    ("AWS::Serverless::HttpApi", "DefinitionUri", Form::Uri),
    ("AWS::Serverless::StateMachine", "DefinitionUri", Form::Uri),
    ("AWS::StepFunctions::StateMachine", "DefinitionS3Location", Form::Location),
];

/// What `aws cloudformation package` would upload too, after packaging what is in it (AWS CLI command reference).
const NESTED: [(&str, &str); 2] =
    [("AWS::CloudFormation::Stack", "TemplateURL"), ("AWS::Serverless::Application", "Location")];

/// Finds the definitions that the template keeps in files of their own.
///
/// # Errors
/// At files that would have to be packaged themselves, rather than deploy a template that cannot work.
pub fn local_files(document: &Document) -> Result<Vec<LocalFile>, PlanError> {
    for resource in document.resources() {
        for (resource_type, property) in NESTED {
            let node = resource.property(property).filter(|_| resource.resource_type() == resource_type);
            if let Some((node, path)) = node.and_then(|node| Some((node, local_path(document, node)?))) {
                let (user, place) = (resource.logical_id(), Place::of(node));
                return Err(PlanError::NotSupported { user, property, path, place });
            }
        }
    }
    Ok(named_files(document).into_iter().map(|(file, _)| file).collect())
}

pub(super) fn named_files(document: &Document) -> Vec<(LocalFile, NodeRef<'_>)> {
    let file = |resource: Resource<'_>, node: NodeRef<'_>, form| {
        let path = normal(&local_path(document, node)?);
        Some(LocalFile { user: resource.logical_id(), path, place: Place::of(node), form })
    };
    let mut found = Vec::new();
    for resource in document.resources() {
        for (_, property, form) in FILES.iter().filter(|(of, ..)| *of == resource.resource_type()) {
            let Some(node) = resource.property(property) else { continue };
            found.extend(file(resource, node, *form).map(|file| (file, node)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{Position, parse};

    #[test]
    fn other_files_are_found_and_nested_templates_refused() {
        let template = "
    Resources:
      Sam: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: ./workflow.asl.json}}
      Raw: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionS3Location: flow.yaml}}
      Placed: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionS3Location: {Bucket: b, Key: k}}}
      Api: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionUri: s3://b/k}}
      Rest: {Type: AWS::Serverless::Api, Properties: {DefinitionUri: api/openapi.yaml}}
    ";
        let found = local_files(&parse(template.as_bytes()).unwrap()).unwrap();
        let found: Vec<_> = found.iter().map(|file| format!("{} {}", file.user, file.path)).collect();
        assert_eq!(found, ["Sam workflow.asl.json", "Raw flow.yaml", "Rest api/openapi.yaml"]);
        let nested = "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./child.yaml\n";
        let error = local_files(&parse(nested.as_bytes()).unwrap()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "N: TemplateURL names the local file \"./child.yaml\", and slsx deploys no nested templates from files"
        );
        let Position { line, column } = error.place().position;
        assert_eq!((line, column), (5, 20));
        let remote = nested.replace("./child.yaml", "https://bucket.s3.amazonaws.com/child.yaml");
        assert_eq!(local_files(&parse(remote.as_bytes()).unwrap()), Ok(vec![]));
    }
}
