//! Projects whose code must be built: in three languages, and what is told when it cannot be.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::world::{Ran, World};

/// The Rust functions take their code from Globals and differ in the binary.
const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    CodeUri: rust/
    Handler: bootstrap
    Runtime: provided.al2023
    Timeout: 10
    Architectures: [arm64]
Resources:
  Python:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: python/, Handler: app.handler, Runtime: python3.13}
  TypeScript:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: esbuild
      BuildProperties: {EntryPoints: [app.ts], Format: cjs, Minify: true, Target: es2022}
    Properties: {CodeUri: node/, Handler: app.handler, Runtime: nodejs24.x}
  RustEcho:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: rust-cargolambda, BuildProperties: {Binary: echo}}
  RustCount:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: rust-cargolambda, BuildProperties: {Binary: count}}
    Properties:
      MemorySize: 256
Outputs:
  Python: {Value: !Ref Python}
  TypeScript: {Value: !Ref TypeScript}
  RustEcho: {Value: !Ref RustEcho}
  RustCount: {Value: !Ref RustCount}
";

const RUST_MANIFEST: &str = "[package]
name = \"functions\"
version = \"0.1.0\"
edition = \"2024\"

[dependencies]
lambda_runtime = { version = \"=1.5.0\", default-features = false }
serde_json = \"1\"
tokio = { version = \"1\", default-features = false, features = [\"rt\"] }

[profile.release]
opt-level = 0
strip = true
";

fn rust_main(answer: &str) -> String {
    format!(
        "use lambda_runtime::{{Error, LambdaEvent, run, service_fn}};
use serde_json::{{Value, json}};

async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {{
    Ok({answer})
}}

fn main() -> Result<(), Error> {{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(service_fn(handler)))
}}
"
    )
}

fn write_project(world: &World) {
    world.write("mixed/template.yaml", TEMPLATE);
    world.write("mixed/python/requirements.txt", "markupsafe==3.0.3\n");
    // Its compiled part must be the one for this machine and this Python.
    world.write(
        "mixed/python/app.py",
        "from markupsafe import _speedups, escape\n\n\ndef handler(event, context):\n    return {\"escaped\": str(escape(event[\"text\"]))}\n",
    );
    world.write(
        "mixed/node/package.json",
        r#"{"private": true, "dependencies": {"ms": "2.1.3"}, "devDependencies": {"esbuild": "0.28.2"}}"#,
    );
    world.write(
        "mixed/node/app.ts",
        "import ms from 'ms';\n\ntype Event = { text: string };\nexport const handler = async (event: Event): Promise<unknown> => ({ ms: ms('2 days'), text: event.text });\n",
    );
    world.write("mixed/rust/Cargo.toml", RUST_MANIFEST);
    world.write("mixed/rust/src/bin/echo.rs", &rust_main("json!({ \"echo\": event.payload })"));
    world.write(
        "mixed/rust/src/bin/count.rs",
        &rust_main("json!({ \"letters\": event.payload[\"text\"].as_str().map(str::len) })"),
    );
}

/// Tools that are not on this machine; a scenario says so and does not go on.
fn are_missing(tools: &[&str]) -> bool {
    let is_there = |tool: &&&str| Command::new(tool).arg("--version").stdout(Stdio::null()).status().is_ok();
    let missing: Vec<_> = tools.iter().filter(|tool| !is_there(tool)).collect();
    if !missing.is_empty() {
        println!("SKIPPED: not on this machine: {missing:?}");
    }
    !missing.is_empty()
}

fn invoke(world: &World, function: &str, event: &Value) -> Value {
    let request = ureq::http::Request::builder()
        .method("POST")
        .uri(format!("{}/2015-03-31/functions/{function}/invocations", world.endpoint()))
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0",
        )
        .body(event.to_string())
        .unwrap();
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    let text = agent.run(request).unwrap().body_mut().read_to_string().unwrap();
    serde_json::from_str(&text).unwrap()
}

fn outputs(deployed: &Value) -> impl Fn(&str) -> String {
    let outputs = deployed["outputs"].as_array().unwrap().clone();
    move |key| {
        let output = outputs.iter().find(|output| output["key"] == key).unwrap();
        output["value"].as_str().unwrap().to_owned()
    }
}

#[test]
fn three_languages_are_built_run_and_not_built_again() {
    if are_missing(&["npm", "cargo"]) {
        return;
    }
    let world = World::beside_others();
    write_project(&world);
    let deploy = || {
        let ran = world.on_local_aws(&["deploy", "--project", "mixed", "--format", "json"]).assert_exit(0);
        let report = ran.json();
        (report, ran.stderr)
    };
    let (first, _) = deploy();
    assert_eq!(first["packages"].as_array().unwrap().len(), 4, "a package for each function: {first:#}");
    let function = outputs(&first);
    let event = json!({ "text": "<b>" });
    assert_eq!(invoke(&world, &function("Python"), &event), json!({ "escaped": "&lt;b&gt;" }));
    assert_eq!(invoke(&world, &function("TypeScript"), &event), json!({ "ms": 172_800_000, "text": "<b>" }));
    assert_eq!(invoke(&world, &function("RustEcho"), &event), json!({ "echo": { "text": "<b>" } }));
    assert_eq!(invoke(&world, &function("RustCount"), &event), json!({ "letters": 3 }));

    let (second, said) = deploy();
    assert!(!said.contains("Building"), "no tool runs: {said}");
    let uploaded = |package: &&Value| package["was_uploaded"] == true;
    assert_eq!(second["packages"].as_array().unwrap().iter().find(uploaded), None, "{second:#}");

    // A change of the function's own code needs no installer.
    world.write("mixed/python/app.py", "import markupsafe\n\n\ndef handler(event, context):\n    return 2\n");
    let (_, said) = deploy();
    assert!(!said.contains("Building"), "{said}");
    assert_eq!(invoke(&world, &function("Python"), &event), json!(2));
    world.on_local_aws(&["destroy", "--project", "mixed", "--yes"]).assert_exit(0);
}

#[test]
fn definitions_in_files_are_uploaded_and_substituted() {
    let world = World::beside_others();
    world.write(
        "flow/template.yaml",
        "
Transform: AWS::Serverless-2016-10-31
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Sam:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: workflow.asl.json
      DefinitionSubstitutions: {Word: sam}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}]}
  Raw:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      DefinitionS3Location: workflow.asl.json
      DefinitionSubstitutions: {Word: !GetAtt Queue.QueueName}
Outputs:
  Sam: {Value: !Ref Sam}
  Raw: {Value: !Ref Raw}
  Queue: {Value: !GetAtt Queue.QueueName}
",
    );
    world.write(
        "flow/workflow.asl.json",
        r#"{"StartAt": "Say", "States": {"Say": {"Type": "Pass", "Result": {"word": "${Word}"}, "End": true}}}"#,
    );
    let deploy = || world.on_local_aws(&["deploy", "--project", "flow", "--format", "json"]);
    let report = deploy().assert_exit(0).json();
    let output = outputs(&report);
    assert!(definition(&world, &output("Sam")).contains(r#""word": "sam""#));
    assert!(definition(&world, &output("Raw")).contains(&format!(r#""word": "{}""#, output("Queue"))));

    world.write("flow/workflow.asl.json", "{\"StartAt\": \"Say\",\n \"States\": }\n");
    let broken = deploy().assert_exit(2);
    assert!(broken.stderr.contains("not valid JSON"), "{}", broken.stderr);
    assert!(broken.stderr.contains("workflow.asl.json:2:12"), "the place in the file: {}", broken.stderr);
    world.on_local_aws(&["destroy", "--project", "flow", "--yes"]).assert_exit(0);
}

fn definition(world: &World, machine: &str) -> String {
    let request = ureq::http::Request::builder()
        .method("POST")
        .uri(world.endpoint())
        .header("X-Amz-Target", "AWSStepFunctions.DescribeStateMachine")
        .header("Content-Type", "application/x-amz-json-1.0")
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0",
        )
        .body(json!({ "stateMachineArn": machine }).to_string())
        .unwrap();
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    let text = agent.run(request).unwrap().body_mut().read_to_string().unwrap();
    let reply: Value = serde_json::from_str(&text).unwrap();
    reply["definition"].as_str().unwrap().to_owned()
}

/// A deployment of one function that fails before anything is sent.
fn refused(properties: &str, metadata: &str, files: &[(&str, &[u8])]) -> Ran {
    let world = World::beside_others();
    world.write(
        "one/template.yaml",
        &format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  Hello:\n    Type: AWS::Serverless::Function\n    Metadata: {{{metadata}}}\n    Properties:\n      CodeUri: code/\n      {properties}\n"
        ),
    );
    for (path, content) in files {
        let path = world.path("one/code").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        make_executable(&path);
    }
    let ran = world.on_local_aws(&["deploy", "--project", "one", "--dry-run"]).assert_exit(2);
    world.on_local_aws(&["status", "--project", "one"]).assert_exit(3);
    ran
}

fn make_executable(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_handler_that_is_not_there_is_told_before_anything_is_sent() {
    let python = "Handler: app.handler\n      Runtime: python3.13";
    let missing = refused(python, "", &[("main.py", b"")]).stderr;
    assert!(missing.contains("needs app.py, which is not in the package"), "{missing}");
    assert!(missing.contains("template.yaml:7:16"), "{missing}");
    let undefined = refused(python, "", &[("app.py", b"def other(event, context): pass\n")]).stderr;
    assert!(undefined.contains("needs \"handler\" in app.py"), "{undefined}");
    let bootstrap = refused("Handler: x\n      Runtime: provided.al2023", "", &[("main.c", b"")]).stderr;
    assert!(bootstrap.contains("an executable file called bootstrap"), "{bootstrap}");
}

#[test]
fn native_code_for_another_machine_is_told_before_anything_is_sent() {
    // 64-bit ELF for a processor that is nobody's here (RISC-V, 243).
    let mut elf = vec![0_u8; 64];
    elf[..6].copy_from_slice(b"\x7fELF\x02\x01");
    elf[18] = 243;
    let custom = "Handler: bootstrap\n      Runtime: provided.al2023";
    let told = refused(custom, "", &[("bootstrap", &elf)]).stderr;
    assert!(told.contains("bootstrap is for Linux on another processor"), "{told}");
}

#[test]
fn code_that_slsx_cannot_build_is_told_with_what_to_write() {
    let node = "Handler: app.handler\n      Runtime: nodejs24.x";
    let typescript = refused(node, "", &[("app.ts", b"export const handler = async () => 1;")]).stderr;
    assert!(typescript.contains("BuildMethod: esbuild"), "{typescript}");
    let unknown = refused(node, "BuildMethod: webpack", &[("app.js", b"exports.handler = 1")]).stderr;
    assert!(unknown.contains("method \"webpack\"") && unknown.contains("template.yaml:5:29"), "{unknown}");
}

#[test]
fn ctrl_c_while_building_ends_the_tool_and_sends_nothing() {
    if are_missing(&["cargo"]) {
        return;
    }
    let world = World::beside_others();
    world.write(
        "slow/template.yaml",
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Slow:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: code/, Handler: bootstrap, Runtime: provided.al2023}\n",
    );
    world.write(
        "slow/code/Cargo.toml",
        "[package]\nname = \"slow\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    );
    world.write("slow/code/src/main.rs", "fn main() {}\n");
    world.write(
        "slow/code/build.rs",
        "fn main() { std::fs::write(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/started\"), \"\").unwrap(); std::thread::sleep(std::time::Duration::from_secs(600)); }\n",
    );
    let child = world.start_on_local_aws(&["deploy", "--project", "slow", "--yes"]);
    let start = Instant::now();
    while !world.path("slow/code/started").exists() {
        assert!(start.elapsed() < Duration::from_secs(120), "the build did not start");
        std::thread::sleep(Duration::from_millis(50));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("stopped while building; nothing was sent"), "{said}");
    world.on_local_aws(&["status", "--project", "slow"]).assert_exit(3);
}
