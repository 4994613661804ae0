use super::*;
use crate::package::recipe::Recipe;
use crate::template::parse;

pub(in crate::package) const TEMPLATE: &str = r#"Transform: AWS::Serverless-2016-10-31
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
    local_code(&parse(text.as_bytes()).unwrap(), &Given::new())
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
fn a_function_without_code_is_refused() {
    let none =
        "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: app.handler}\n";
    let error = code(none).unwrap_err();
    assert_eq!(error.to_string(), "F has no code");
    assert_eq!(
        miette::Diagnostic::help(&error).unwrap().to_string(),
        "name its folder, such as `CodeUri: functions/F`"
    );
}

#[test]
fn a_function_is_read_with_what_globals_and_parameters_say() {
    let template = "
Parameters:
  Architecture: {Type: String, Default: x86_64}
Globals:
  Function:
    Handler: app.handler
    Architectures: [!Ref Architecture]
    Layers: [!Ref Own]
Resources:
  Own: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer/, CompatibleArchitectures: [arm64]}}
  F:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: esbuild, BuildProperties: {EntryPoints: [app.ts], Minify: 'false'}}
    Properties:
      CodeUri: code/
      Runtime: nodejs24.x
      Layers: ['arn:aws:lambda:eu-west-1:123456789012:layer:x:1']
      Environment: {Variables: {NODE_OPTIONS: '--enable-source-maps'}}
";
    let document = parse(template.as_bytes()).unwrap();
    let code = |given: &Given| local_code(&document, given).unwrap();
    let function = code(&Given::new()).remove(0).first;
    assert_eq!(function.handler.as_deref(), Some("app.handler"));
    assert_eq!(function.architecture, Some(Architecture::X86));
    assert_eq!((function.layers, function.has_foreign_layers), (vec![LogicalId::new("Own")], true));
    assert!(function.enables_source_maps);
    let metadata = function.metadata.unwrap();
    assert_eq!((metadata.method.as_str(), metadata.properties.len()), ("esbuild", 2));
    let given = Given::from([("Architecture".to_owned(), "arm64".to_owned())]);
    let both: Vec<_> = code(&given).into_iter().map(|code| code.first.architecture).collect();
    assert_eq!(
        both,
        [Some(Architecture::Arm), Some(Architecture::Arm)],
        "the function's by parameter, the layer's by itself"
    );
}

#[test]
fn a_layer_that_names_no_processor_is_for_those_of_its_users() {
    let of = |second: &str| {
        let template = format!(
            "Resources:
  Own: {{Type: AWS::Serverless::LayerVersion, Properties: {{ContentUri: layer/}}}}
  F: {{Type: AWS::Serverless::Function, Properties: {{CodeUri: f/, Architectures: [arm64], Layers: [!Ref Own]}}}}
  G: {{Type: AWS::Serverless::Function, Properties: {{CodeUri: g/, {second} Layers: [!Ref Own]}}}}
"
        );
        let code = local_code(&parse(template.as_bytes()).unwrap(), &Given::new()).unwrap();
        code.into_iter().find(|code| code.path == "layer").unwrap().first.architecture
    };
    assert_eq!(of("Architectures: [arm64],"), Some(Architecture::Arm));
    assert_eq!(of(""), None, "they do not agree");
}

#[test]
fn one_folder_with_several_recipes_is_several_units() {
    let code = code(TEMPLATE).unwrap().remove(1);
    let same = code.units(|_| Ok(Recipe::AsIs)).unwrap();
    assert_eq!((same.len(), same[0].code.uses().count()), (1, 2));
    let parted = code
        .units(|code_use| {
            Ok(Recipe::Esbuild(crate::package::recipe::EsbuildRecipe {
                entries: vec![code_use.user.to_string()],
                arguments: vec![],
                has_manifest: false,
            }))
        })
        .unwrap();
    let users: Vec<_> = parted.iter().map(|unit| unit.code.first.user.as_str()).collect();
    assert_eq!(users, ["UpdateDb", "Notify"]);
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
