use super::*;
use crate::template::parse as read;

const MANIFEST: &str = r#"{"version": "55.0.0", "artifacts": {
  "Shop.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Shop.assets.json"}},
  "Shop": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
    "properties": {"templateFile": "Shop.template.json", "stackName": "shop-dev"},
    "dependencies": ["Shop.assets"], "displayName": "Shop"},
  "assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}},
  "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}}}"#;

const ASSETS: &str = r#"{"version": "55.0.0", "dockerImages": {}, "files": {
  "b3": {"source": {"path": "asset.b3", "packaging": "zip"},
    "destinations": {"here": {"bucketName": "cdk-x-assets-1-eu", "objectKey": "b3.zip"}}},
  "c4": {"source": {"path": "Inner.nested.template.json", "packaging": "file"},
    "destinations": {"here": {"bucketName": "cdk-x-assets-1-eu", "objectKey": "c4.json"}}}}}"#;

const TEMPLATE: &str = r#"{
 "Resources": {
  "Greet": {
   "Type": "AWS::Lambda::Function",
   "Properties": {
    "Code": {
     "S3Bucket": {"Fn::Sub": "cdk-x-assets-${AWS::AccountId}-${AWS::Region}"},
     "S3Key": "b3.zip"
    },
    "Runtime": "python3.13"
   },
   "Metadata": {
    "aws:cdk:path": "Shop/Greet/Resource",
    "aws:asset:path": "asset.b3",
    "aws:asset:is-bundled": false
   }
  },
  "Inner": {
   "Type": "AWS::CloudFormation::Stack",
   "Properties": {
    "TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}, "/cdk-x-assets/c4.json"]]}
   }
  },
  "Last": {"Type": "AWS::SQS::Queue"}
 },
 "Parameters": {
  "BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/x/version"},
  "Level": {"Type": "String"}
 },
 "Rules": {
  "CheckBootstrapVersion": {"Assertions": []}
 }
}"#;

fn assets() -> Assets {
    let mut assets = Assets::default();
    assets.add(ASSETS).unwrap();
    assets
}

#[test]
fn stacks_and_stages_are_found() {
    let manifest = Manifest::read(MANIFEST).unwrap();
    let stack = AssemblyStack {
        id: "Shop".into(),
        name: "shop-dev".into(),
        template: "Shop.template.json".into(),
        assets: vec!["Shop.assets.json".into()],
    };
    assert_eq!((manifest.stacks, manifest.nested), (vec![stack], vec!["assembly-Prod".to_owned()]));
    assert!(matches!(Manifest::read("[]"), Err(AssemblyError::Unreadable { .. })));
}

#[test]
fn assets_are_named_by_their_place_and_lines_stay() {
    let document = read(TEMPLATE.as_bytes()).unwrap();
    let text = assets().localize(&document).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
    let local = read(text.as_bytes()).unwrap();
    let property = |id: &str, name: &str| {
        local.resource(id).unwrap().property(name).unwrap().as_str().map(str::to_owned)
    };
    assert_eq!(property("Greet", "Code").as_deref(), Some("asset.b3"));
    assert_eq!(property("Inner", "TemplateURL").as_deref(), Some("Inner.nested.template.json"));
    let metadata = local.resource("Greet").unwrap().attribute("Metadata").unwrap();
    assert!(metadata.get("aws:cdk:path").is_some() && metadata.get("aws:asset:path").is_none());
    assert!(local.section("Rules").is_none());
    let parameters: Vec<_> = local.parameters().map(|parameter| parameter.name().to_owned()).collect();
    assert_eq!(parameters, ["Level"]);
    let line = |document: &Document, id: &str| document.resource(id).unwrap().key().position().line;
    assert_eq!(line(&local, "Last"), line(&document, "Last"));
}

#[test]
fn what_asks_for_the_bootstrap_stack_goes_wherever_it_stands() {
    for (parameters, left) in [
        (r#"{"A": {"Type": "String"}, "BootstrapVersion": {"Type": "String"}}"#, Some("A")),
        (r#"{"BootstrapVersion": {"Type": "String"}, "A": {"Type": "String"}}"#, Some("A")),
        (r#"{"BootstrapVersion": {"Type": "String"}}"#, None),
    ] {
        for text in [
            format!(r#"{{"Parameters": {parameters}, "Resources": {{}}}}"#),
            format!(r#"{{"Resources": {{}}, "Parameters": {parameters}}}"#),
        ] {
            let local = assets().localize(&read(text.as_bytes()).unwrap()).unwrap();
            assert!(serde_json::from_str::<serde_json::Value>(&local).is_ok(), "{local}");
            let local = read(local.as_bytes()).unwrap();
            assert_eq!(
                local.parameters().next().map(|found| found.name().to_owned()).as_deref(),
                left,
                "{text}"
            );
        }
    }
}

#[test]
fn what_cannot_be_told_is_an_error_with_its_place() {
    let custom = r#"{"Resources": {"Site": {"Type": "Custom::CDKBucketDeployment",
      "Properties": {"SourceObjectKeys": ["b3.zip"]}}}}"#;
    let error = assets().localize(&read(custom.as_bytes()).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "Site uses the asset asset.b3 where slsx knows of no file");
    assert_eq!(error.place().unwrap().position.line, 2);

    let image = r#"{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"ImageUri": {"Fn::Sub": "x"}}}}}}"#;
    let document = read(image.as_bytes()).unwrap();
    assert!(assets().localize(&document).is_ok(), "an image of one's own");
    let mut with_images = assets();
    with_images.add(r#"{"dockerImages": {"d5": {}}}"#).unwrap();
    assert!(matches!(with_images.localize(&document), Err(AssemblyError::Image { .. })));
}
