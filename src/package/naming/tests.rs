use super::*;
use crate::package::files::local_files;
use crate::package::plan::local_code;
use crate::package::plan::tests::TEMPLATE;
use crate::template::{Document, apply, parse};

fn keys(pairs: &[(&str, &str)]) -> Keys {
    let code = pairs.iter().map(|(user, key)| (LogicalId::new(*user), (*key).to_owned())).collect();
    Keys { code, files: BTreeMap::new() }
}

fn store() -> Store {
    Store::Bucket { name: "artifacts".into(), address: "https://s3.eu-west-1.amazonaws.com/artifacts".into() }
}

fn edited(text: &str, pairs: &[(&str, &str)]) -> Document {
    let document = parse(text.as_bytes()).unwrap();
    let edits = edits(&document, &store(), &keys(pairs)).unwrap();
    parse(apply(document.text(), &edits).unwrap().as_bytes()).unwrap()
}

fn property(document: &Document, id: &str, path: &[&str]) -> String {
    let properties = document.resource(id).unwrap().properties().unwrap();
    properties.path(path).and_then(|node| node.as_str()).unwrap().to_owned()
}

#[test]
fn the_edited_template_names_the_packages_and_nothing_else_changes() {
    let again = edited(
        TEMPLATE,
        &[
            ("Thumbnail", "fn/1.zip"),
            ("Plain", "fn/1.zip"),
            ("UpdateDb", "fn/2.zip"),
            ("Notify", "fn/2.zip"),
            ("Layer", "fn/3.zip"),
            ("RawLayer", "fn/4.zip"),
        ],
    );
    assert_eq!(local_code(&again, &Given::new()), Ok(vec![]));
    assert_eq!(property(&again, "Thumbnail", &["CodeUri"]), "s3://artifacts/fn/1.zip");
    assert_eq!(property(&again, "Plain", &["Code", "S3Bucket"]), "artifacts");
    assert_eq!(property(&again, "Plain", &["Code", "S3Key"]), "fn/1.zip");
    assert_eq!(property(&again, "RawLayer", &["Content", "S3Key"]), "fn/4.zip");
    assert_eq!(property(&again, "Uploaded", &["Code", "S3Key"]), "k");
    let globals = again.globals("Function").unwrap().get("CodeUri").unwrap();
    assert_eq!(globals.as_str(), Some("s3://artifacts/fn/2.zip"), "edited once");
    let untouched = |text: &str| text.lines().filter(|line| line.contains("Handler")).count();
    assert_eq!(untouched(again.text()), untouched(TEMPLATE));
}

#[test]
fn code_without_a_key_stays_as_it_is() {
    let document = parse(TEMPLATE.as_bytes()).unwrap();
    assert_eq!(edits(&document, &store(), &Keys::default()), Ok(vec![]));
}

#[test]
fn functions_with_packages_of_their_own_get_them_over_what_globals_say() {
    let again = edited(TEMPLATE, &[("UpdateDb", "fn/a.zip"), ("Notify", "fn/b.zip")]);
    assert_eq!(property(&again, "UpdateDb", &["CodeUri"]), "s3://artifacts/fn/a.zip");
    assert_eq!(property(&again, "Notify", &["CodeUri"]), "s3://artifacts/fn/b.zip");
    assert_eq!(property(&again, "Notify", &["Runtime"]), "nodejs22.x");
    let globals = again.globals("Function").unwrap().get("CodeUri").unwrap();
    assert_eq!(globals.as_str(), Some("./shared/"));
}

#[test]
fn json_and_flow_mappings_get_entries_in_their_own_syntax() {
    let json = r#"{"Globals": {"Function": {"CodeUri": "code/"}}, "Resources": {
  "A": {"Type": "AWS::Serverless::Function", "Properties": {"Handler": "a.handler"}},
  "B": {"Type": "AWS::Serverless::Function", "Properties": {
    "Handler": "b.handler"
  }}
}}"#;
    let again = edited(json, &[("A", "fn/a.zip"), ("B", "fn/b.zip")]);
    assert!(serde_json::from_str::<serde_json::Value>(again.text()).is_ok(), "{}", again.text());
    assert_eq!(property(&again, "B", &["CodeUri"]), "s3://artifacts/fn/b.zip");
    let flow = "Globals: {Function: {CodeUri: code/}}\nResources:\n  A: {Type: AWS::Serverless::Function, Properties: {Handler: a.handler}}\n  B: {Type: AWS::Serverless::Function, Properties: {Handler: b.handler}}\n";
    let again = edited(flow, &[("A", "fn/a.zip"), ("B", "fn/b.zip")]);
    assert_eq!(property(&again, "A", &["CodeUri"]), "s3://artifacts/fn/a.zip");
    assert_eq!(property(&again, "A", &["Handler"]), "a.handler");
}

#[test]
fn merged_mappings_and_aliases_are_told_apart() {
    let merged = "
Resources:
  A:
    Type: AWS::Serverless::Function
    Properties: &common
      CodeUri: code/
      Runtime: nodejs24.x
  B:
    Type: AWS::Serverless::Function
    Properties:
      <<: *common
      Handler: b.handler
";
    let again = edited(merged, &[("A", "fn/a.zip"), ("B", "fn/b.zip")]);
    assert_eq!(property(&again, "A", &["CodeUri"]), "s3://artifacts/fn/a.zip");
    assert_eq!(property(&again, "B", &["CodeUri"]), "s3://artifacts/fn/b.zip");
    assert_eq!(property(&again, "B", &["Runtime"]), "nodejs24.x");

    let aliases = "
Resources:
  A: {Type: AWS::Serverless::Function, Properties: {CodeUri: &code code/}}
  B: {Type: AWS::Serverless::Function, Properties: {CodeUri: *code}}
";
    let again = edited(aliases, &[("A", "fn/a.zip"), ("B", "fn/b.zip")]);
    assert_eq!(property(&again, "A", &["CodeUri"]), "s3://artifacts/fn/a.zip");
    assert_eq!(property(&again, "B", &["CodeUri"]), "s3://artifacts/fn/b.zip");
}

#[test]
fn shared_properties_with_different_packages_are_an_error_with_its_place() {
    let shared = "
Resources:
  A:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: rust-cargolambda, BuildProperties: {Binary: a}}
    Properties: &common
      CodeUri: code/
  B:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: rust-cargolambda, BuildProperties: {Binary: b}}
    Properties: *common
";
    let document = parse(shared.as_bytes()).unwrap();
    let both = keys(&[("A", "fn/a.zip"), ("B", "fn/b.zip")]);
    let error = edits(&document, &store(), &both).unwrap_err();
    assert_eq!(
        error.to_string(),
        "B takes its code from here like others that are built differently from the same folder"
    );
    let position = error.place().unwrap().position;
    assert_eq!((position.line, position.column), (7, 16));
    let same = keys(&[("A", "fn/a.zip"), ("B", "fn/a.zip")]);
    assert_eq!(edits(&document, &store(), &same).unwrap().len(), 1);
}

const FILES: &str = "
Resources:
  Sam: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: workflow.asl.json}}
  Raw:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionS3Location: workflow.asl.json
      DefinitionSubstitutions: {Queue: !Ref Queue}
  Resolver:
    Type: AWS::AppSync::Resolver
    Properties: {RequestMappingTemplateS3Location: request.vtl, ResponseMappingTemplateS3Location: reply.vtl}
  App:
    Type: AWS::ElasticBeanstalk::ApplicationVersion
    Properties: {SourceBundle: app.war}
  Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml}}
";

/// The template with every file named by its path as key.
fn with_files(store: &Store) -> Document {
    let document = parse(FILES.as_bytes()).unwrap();
    let files = local_files(&document).into_iter().map(|file| (file.place.span.start, file.path)).collect();
    let edits = edits(&document, store, &Keys { code: BTreeMap::new(), files }).unwrap();
    parse(apply(document.text(), &edits).unwrap().as_bytes()).unwrap()
}

#[test]
fn files_are_named_as_each_property_takes_it() {
    let again = with_files(&store());
    assert_eq!(property(&again, "Sam", &["DefinitionUri"]), "s3://artifacts/workflow.asl.json");
    assert_eq!(property(&again, "Raw", &["DefinitionS3Location", "Bucket"]), "artifacts");
    assert_eq!(property(&again, "Raw", &["DefinitionS3Location", "Key"]), "workflow.asl.json");
    let resolver = |side: &str| property(&again, "Resolver", &[&format!("{side}MappingTemplateS3Location")]);
    assert_eq!(
        (resolver("Request"), resolver("Response")),
        ("s3://artifacts/request.vtl".into(), "s3://artifacts/reply.vtl".into())
    );
    assert_eq!(property(&again, "App", &["SourceBundle", "S3Key"]), "app.war");
    assert_eq!(
        property(&again, "Child", &["TemplateURL"]),
        "https://s3.eu-west-1.amazonaws.com/artifacts/child.yaml"
    );
    assert_eq!(local_files(&again), []);
}

#[test]
fn with_a_bucket_in_each_region_the_template_chooses() {
    let again = with_files(&Store::Regions { prefix: "artifacts-1-".into() });
    let bucket = "artifacts-1-${AWS::Region}";
    assert_eq!(property(&again, "Sam", &["DefinitionUri", "Bucket", "Fn::Sub"]), bucket);
    assert_eq!(property(&again, "Raw", &["DefinitionS3Location", "Key"]), "workflow.asl.json");
    assert_eq!(property(&again, "App", &["SourceBundle", "S3Bucket", "Fn::Sub"]), bucket);
    assert_eq!(
        property(&again, "Resolver", &["RequestMappingTemplateS3Location", "Fn::Sub"]),
        format!("s3://{bucket}/request.vtl")
    );
    let url = property(&again, "Child", &["TemplateURL", "Fn::Sub"]);
    assert_eq!(url, format!("https://s3.${{AWS::Region}}.${{AWS::URLSuffix}}/{bucket}/child.yaml"));
}

#[test]
fn in_a_folder_everything_is_a_path() {
    let again = with_files(&Store::Folder { up: "../" });
    assert_eq!(property(&again, "Raw", &["DefinitionS3Location"]), "../workflow.asl.json");
    assert_eq!(property(&again, "Child", &["TemplateURL"]), "../child.yaml");
}

#[test]
fn functions_that_have_everything_from_globals_get_properties() {
    let template = "
Globals: {Function: {CodeUri: code/, Handler: bootstrap}}
Resources:
  A:
    Type: AWS::Serverless::Function
  B: {Type: AWS::Serverless::Function}
  C:
    Type: AWS::Serverless::Function
    Properties: {}
  D:
    Type: AWS::Serverless::Function
    Properties:
";
    let pairs = [("A", "fn/a.zip"), ("B", "fn/b.zip"), ("C", "fn/c.zip"), ("D", "fn/d.zip")];
    let again = edited(template, &pairs);
    for (id, key) in pairs {
        assert_eq!(property(&again, id, &["CodeUri"]), format!("s3://artifacts/{key}"), "{}", again.text());
    }
}
