use super::*;
use crate::template::{apply, parse};

const TEMPLATE: &str = r#"Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.13
    CodeUri: ./shared/
Resources:
  Thumbnail:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/thumbnail/
      Handler: app.handler
  UpdateDb:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
  Notify:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: nodejs22.x
  Plain:
    Type: AWS::Lambda::Function
    Properties:
      Code: "./functions//thumbnail"
      Runtime: python3.13
      Role: arn:aws:iam::123456789012:role/x
  Uploaded:
    Type: AWS::Lambda::Function
    Properties:
      Code: {S3Bucket: b, S3Key: k}
  Inline:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: "def handler(event, context): pass"
      Handler: index.handler
      Runtime: python3.13
  Layer:
    Type: AWS::Serverless::LayerVersion
    Properties:
      ContentUri: layers/ffmpeg.zip
  RawLayer:
    Type: AWS::Lambda::LayerVersion
    Properties:
      Content: layers/fonts
"#;

fn code(text: &str) -> Result<Vec<LocalCode>, PlanError> {
    local_code(&parse(text.as_bytes()).unwrap())
}

#[test]
fn every_piece_of_local_code_is_found_once() {
    let found: Vec<_> = code(TEMPLATE)
        .unwrap()
        .iter()
        .map(|code| {
            let users: Vec<_> = code
                .uses()
                .map(|code_use| format!("{} {}", code_use.user, code_use.runtime.as_deref().unwrap_or("-")))
                .collect();
            format!("{}: {}", code.path, users.join(", "))
        })
        .collect();
    assert_eq!(
        found,
        [
            "functions/thumbnail: Thumbnail python3.13, Plain python3.13",
            "shared: UpdateDb python3.13, Notify nodejs22.x",
            "layers/ffmpeg.zip: Layer -",
            "layers/fonts: RawLayer -",
        ]
    );
}

#[test]
fn the_edited_template_names_the_packages_and_nothing_else_changes() {
    let document = parse(TEMPLATE.as_bytes()).unwrap();
    let code = local_code(&document).unwrap();
    let keys = code.iter().map(|code| (code.path.clone(), format!("fn/{}.zip", code.path.len()))).collect();
    let edits = edits(&document, "artifacts", &keys).unwrap();
    assert_eq!(edits.len(), 5, "Globals is edited once");
    let edited = apply(document.text(), &edits).unwrap();
    let again = parse(edited.as_bytes()).unwrap();
    assert_eq!(local_code(&again), Ok(vec![]));
    let property = |id: &str, path: &[&str]| {
        again
            .resource(id)
            .unwrap()
            .properties()
            .unwrap()
            .path(path)
            .and_then(|node| node.as_str())
            .unwrap()
            .to_owned()
    };
    assert_eq!(property("Thumbnail", &["CodeUri"]), "s3://artifacts/fn/19.zip");
    assert_eq!(property("Plain", &["Code", "S3Bucket"]), "artifacts");
    assert_eq!(property("Plain", &["Code", "S3Key"]), "fn/19.zip");
    assert_eq!(property("RawLayer", &["Content", "S3Key"]), "fn/12.zip");
    assert_eq!(property("Uploaded", &["Code", "S3Key"]), "k");
    let globals = again.globals("Function").unwrap().get("CodeUri").unwrap();
    assert_eq!(globals.as_str(), Some("s3://artifacts/fn/6.zip"));
    let untouched = |text: &str| text.lines().filter(|line| line.contains("Handler")).count();
    assert_eq!(untouched(&edited), untouched(TEMPLATE));
}

#[test]
fn code_without_a_key_stays_as_it_is() {
    let document = parse(TEMPLATE.as_bytes()).unwrap();
    assert_eq!(edits(&document, "artifacts", &BTreeMap::new()), Ok(vec![]));
}

#[test]
fn missing_code_is_told_at_its_place() {
    let code = code(TEMPLATE).unwrap();
    assert_eq!(code[0].source(Found::Folder), Ok(Source::Folder));
    assert_eq!(code[0].source(Found::File), Ok(Source::SingleFile));
    assert_eq!(code[2].source(Found::File), Ok(Source::ReadyMade));
    let error = code[0].source(Found::Nothing).unwrap_err();
    assert_eq!(error.to_string(), "Thumbnail: there is no \"functions/thumbnail\" beside the template");
    let Position { line, column } = error.place().position;
    assert_eq!((line, column), (10, 16));
}

#[test]
fn a_function_without_code_and_other_local_files_are_refused() {
    let none =
        "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: app.handler}\n";
    let error = code(none).unwrap_err();
    assert_eq!(error.to_string(), "F has no code");
    assert_eq!(
        miette::Diagnostic::help(&error).unwrap().to_string(),
        "name its folder, such as `CodeUri: functions/F`"
    );
    let nested = "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./child.yaml\n";
    let error = code(nested).unwrap_err();
    assert_eq!(
        error.to_string(),
        "N: TemplateURL names the local file \"./child.yaml\", and this version uploads only code"
    );
    let remote = nested.replace("./child.yaml", "https://bucket.s3.amazonaws.com/child.yaml");
    assert_eq!(code(&remote), Ok(vec![]));
}

#[test]
fn one_folder_has_one_name() {
    for (path, expected) in [
        ("src", "src"),
        ("./src/", "src"),
        ("src//a/.", "src/a"),
        (".", "."),
        ("./", "."),
        ("../lib/", "../lib"),
        ("/abs/x/", "/abs/x"),
    ] {
        assert_eq!(normal(path), expected, "{path}");
    }
}
