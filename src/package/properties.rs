//! Every property that names a file beside the template and is uploaded: what `aws cloudformation package` and SAM's
//! `sam package` upload, in one table. Code of functions and layers, which is built first, is in `plan`.
//!
//! Sources: AWS CLI command reference, `cloudformation package`
//! (<https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html>), and the AWS SAM developer guide,
//! `sam package` (<https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-package.html>).

use super::plan::Form;

/// What is done with the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A definition in JSON or YAML; it must be readable.
    Definition,
    /// Any file, as it is.
    File,
    /// A folder, which is packaged, or a file as it is.
    Bundle,
    /// A template, which is packaged itself.
    Template,
}

/// One property.
pub(super) struct Property {
    /// The type of the resource.
    pub(super) resource_type: &'static str,
    /// The property, with dots where it is inside of another.
    pub(super) path: &'static str,
    pub(super) content: Content,
    pub(super) form: Form,
}

const fn property(resource_type: &'static str, path: &'static str, content: Content, form: Form) -> Property {
    Property { resource_type, path, content, form }
}

/// All of them, by type.
pub(super) const PROPERTIES: [Property; 22] = [
    property("AWS::ApiGateway::RestApi", "BodyS3Location", Content::Definition, Form::Location),
    property("AWS::ApiGatewayV2::Api", "BodyS3Location", Content::Definition, Form::Location),
    property("AWS::AppSync::FunctionConfiguration", "CodeS3Location", Content::File, Form::Uri),
    property(
        "AWS::AppSync::FunctionConfiguration",
        "RequestMappingTemplateS3Location",
        Content::File,
        Form::Uri,
    ),
    property(
        "AWS::AppSync::FunctionConfiguration",
        "ResponseMappingTemplateS3Location",
        Content::File,
        Form::Uri,
    ),
    property("AWS::AppSync::GraphQLSchema", "DefinitionS3Location", Content::File, Form::Uri),
    property("AWS::AppSync::Resolver", "CodeS3Location", Content::File, Form::Uri),
    property("AWS::AppSync::Resolver", "RequestMappingTemplateS3Location", Content::File, Form::Uri),
    property("AWS::AppSync::Resolver", "ResponseMappingTemplateS3Location", Content::File, Form::Uri),
    property("AWS::CloudFormation::ModuleVersion", "ModulePackage", Content::Bundle, Form::Uri),
    property("AWS::CloudFormation::ResourceVersion", "SchemaHandlerPackage", Content::Bundle, Form::Uri),
    property("AWS::CloudFormation::Stack", "TemplateURL", Content::Template, Form::Address),
    property("AWS::CloudFormation::StackSet", "TemplateURL", Content::Template, Form::Address),
    property("AWS::CodeCommit::Repository", "Code.S3", Content::Bundle, Form::Location),
    property(
        "AWS::ElasticBeanstalk::ApplicationVersion",
        "SourceBundle",
        Content::Bundle,
        Form::CodeLocation,
    ),
    property("AWS::Glue::Job", "Command.ScriptLocation", Content::File, Form::Uri),
    property("AWS::Serverless::Api", "DefinitionUri", Content::Definition, Form::SamUri),
    property("AWS::Serverless::Application", "Location", Content::Template, Form::Address),
    property("AWS::Serverless::GraphQLApi", "SchemaUri", Content::File, Form::Uri),
    property("AWS::Serverless::HttpApi", "DefinitionUri", Content::Definition, Form::SamUri),
    property("AWS::Serverless::StateMachine", "DefinitionUri", Content::Definition, Form::SamUri),
    property("AWS::StepFunctions::StateMachine", "DefinitionS3Location", Content::Definition, Form::Location),
];

/// The metadata of an application in the Serverless Application Repository, whose files are uploaded too.
pub(super) const REPOSITORY: (&str, [&str; 2]) =
    ("AWS::ServerlessRepo::Application", ["LicenseUrl", "ReadmeUrl"]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_names_each_property_once() {
        let names: Vec<_> = PROPERTIES.iter().map(|one| (one.resource_type, one.path)).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    }
}
