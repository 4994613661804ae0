//! Which files other than code a template names: definitions, scripts, nested templates. It reads the template only.

use super::plan::{Form, Place, local_path, normal};
use super::properties::{Content, PROPERTIES, REPOSITORY};
use crate::names::LogicalId;
use crate::template::{Document, NodeRef};

/// A file other than code that the template names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFile {
    /// The resource, or the section of `Metadata`.
    pub user: LogicalId,
    /// Its path relative to the template.
    pub path: String,
    /// What is done with it.
    pub content: Content,
    /// Where the template names it; no other file is named there.
    pub place: Place,
    pub(super) form: Form,
}

/// Finds the files that the template names in the properties that are uploaded, in metadata and in includes.
#[must_use]
pub fn local_files(document: &Document) -> Vec<LocalFile> {
    named_files(document).into_iter().map(|(file, _)| file).collect()
}

pub(super) fn named_files(document: &Document) -> Vec<(LocalFile, NodeRef<'_>)> {
    let mut found = Vec::new();
    for resource in document.resources() {
        for property in PROPERTIES.iter().filter(|one| one.resource_type == resource.resource_type()) {
            let mut steps = property.path.split('.');
            let first = steps.next().and_then(|step| resource.property(step));
            let node = first.and_then(|node| node.path(&steps.collect::<Vec<_>>()));
            found.extend(file(document, resource.logical_id(), node, property.content, property.form));
        }
    }
    let (section, names) = REPOSITORY;
    let metadata = document.section("Metadata").and_then(|metadata| metadata.get(section));
    for name in names {
        let node = metadata.and_then(|metadata| metadata.get(name));
        found.extend(file(document, LogicalId::new(section), node, Content::File, Form::Uri));
    }
    for node in includes(document) {
        found.extend(file(document, LogicalId::new("AWS::Include"), Some(node), Content::File, Form::Uri));
    }
    found
}

fn file<'d>(
    document: &'d Document,
    user: LogicalId,
    node: Option<NodeRef<'d>>,
    content: Content,
    form: Form,
) -> Option<(LocalFile, NodeRef<'d>)> {
    let node = node?;
    let path = normal(&local_path(document, node)?);
    Some((LocalFile { user, path, content, place: Place::of(node), form }, node))
}

/// Locations of `AWS::Include`: as `Fn::Transform` anywhere, or as a transform of the whole template.
fn includes(document: &Document) -> Vec<NodeRef<'_>> {
    let is_include = |node: &NodeRef<'_>| node.get("Name").and_then(NodeRef::as_str) == Some("AWS::Include");
    let anywhere = document.root().descendants().filter(|node| node.is_mapping());
    let anywhere = anywhere.filter_map(|node| node.get("Fn::Transform"));
    let whole = document.section("Transform").into_iter().flat_map(NodeRef::items_or_self);
    let all = anywhere.chain(whole).filter(is_include);
    all.filter_map(|node| node.path(&["Parameters", "Location"])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{Position, parse};

    fn found(text: &str) -> Vec<String> {
        let document = parse(text.as_bytes()).unwrap();
        let told = |file: &LocalFile| format!("{} {} {:?}", file.user, file.path, file.content);
        local_files(&document).iter().map(told).collect()
    }

    #[test]
    fn definitions_are_found_and_what_is_uploaded_already_is_not() {
        let template = "
    Resources:
      Sam: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: ./workflow.asl.json}}
      Raw: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionS3Location: flow.yaml}}
      Placed: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionS3Location: {Bucket: b, Key: k}}}
      Api: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionUri: s3://b/k}}
      Rest: {Type: AWS::Serverless::Api, Properties: {DefinitionUri: api/openapi.yaml}}
      Computed: {Type: AWS::Serverless::Api, Properties: {DefinitionUri: !Sub 's3://${B}/k'}}
    ";
        assert_eq!(
            found(template),
            [
                "Sam workflow.asl.json Definition",
                "Raw flow.yaml Definition",
                "Rest api/openapi.yaml Definition"
            ]
        );
    }

    #[test]
    fn files_are_found_wherever_a_template_can_name_them() {
        let template = "
    Transform: [{Name: AWS::Include, Parameters: {Location: top.yaml}}]
    Metadata:
      AWS::ServerlessRepo::Application: {Name: app, LicenseUrl: LICENSE.txt, ReadmeUrl: README.md}
    Resources:
      Resolver:
        Type: AWS::AppSync::Resolver
        Properties: {CodeS3Location: resolver.js, RequestMappingTemplateS3Location: request.vtl}
      Job: {Type: AWS::Glue::Job, Properties: {Command: {ScriptLocation: jobs/etl.py}}}
      Repository: {Type: AWS::CodeCommit::Repository, Properties: {Code: {S3: seed}}}
      Queue:
        Type: AWS::SQS::Queue
        Properties:
          Fn::Transform: {Name: AWS::Include, Parameters: {Location: queue.yaml}}
      Other:
        Type: AWS::SQS::Queue
        Properties: {Fn::Transform: {Name: Mine, Parameters: {Location: mine.yaml}}}
    ";
        assert_eq!(
            found(template),
            [
                "Resolver resolver.js File",
                "Resolver request.vtl File",
                "Job jobs/etl.py File",
                "Repository seed Bundle",
                "AWS::ServerlessRepo::Application LICENSE.txt File",
                "AWS::ServerlessRepo::Application README.md File",
                "AWS::Include queue.yaml File",
                "AWS::Include top.yaml File",
            ]
        );
    }

    #[test]
    fn nested_templates_are_files_with_a_place() {
        let nested = "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./child.yaml\n";
        assert_eq!(found(nested), ["N child.yaml Template"]);
        let document = parse(nested.as_bytes()).unwrap();
        let Position { line, column } = local_files(&document)[0].place.position;
        assert_eq!((line, column), (5, 20));
        assert_eq!(
            found(&nested.replace("./child.yaml", "https://bucket.s3.amazonaws.com/child.yaml")),
            [""; 0]
        );
    }
}
