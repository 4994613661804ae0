//! What `deploy --print-policy` prints is enough to deploy, and nothing of it is too much for that.
//!
//! Local AWS asks IAM about the requests of slsx, and about the first action of each step that CloudFormation takes for
//! the types in `src/local/engine/slsx_engine/stack_permissions.py`. What else the handlers need, it does not ask about.

use serde_json::{Value, json};

use crate::http;
use crate::world::{Ran, World, offline};

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders: {Type: AWS::SQS::Queue}
  Take:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: code/}
";
const USER: &str = "deployer";

/// A project, and a user who may deploy it and nothing else.
struct Guarded {
    world: World,
    endpoint: String,
    policy: Value,
    key: String,
    secret: String,
}

impl Guarded {
    fn new() -> Self {
        let world = World::beside_others();
        world.write("guarded/template.yaml", TEMPLATE);
        let endpoint = world.endpoint();
        let user = [("UserName", USER)];
        http::query(&endpoint, "iam", "CreateUser", &user);
        let made = http::query(&endpoint, "iam", "CreateAccessKey", &user);
        let text = |name: &str| http::elements(&made, name).remove(0);
        let (key, secret) = (text("AccessKeyId"), text("SecretAccessKey"));
        let mut guarded = Self { world, endpoint, policy: Value::Null, key, secret };
        guarded.says("one");
        let printed = guarded.world.slsx(&["deploy", "--print-policy", "--local", "--project", "guarded"]);
        guarded.policy = printed.assert_exit(0).json();
        guarded
    }

    fn says(&self, word: &str) {
        let code = format!("def handler(event, context):\n    return \"{word}\"\n");
        self.world.write("guarded/code/app.py", &code);
    }

    /// Gives the user the policy without these actions.
    fn without(&self, actions: &[&str]) -> &Self {
        let mut policy = self.policy.clone();
        for statement in policy["Statement"].as_array_mut().unwrap() {
            let granted = statement["Action"].as_array_mut().unwrap();
            granted.retain(|action| !actions.contains(&action.as_str().unwrap()));
        }
        let statements = policy["Statement"].as_array_mut().unwrap();
        statements.retain(|statement| statement["Action"] != json!([]));
        let document = policy.to_string();
        let parameters = [("UserName", USER), ("PolicyName", "deploy"), ("PolicyDocument", &document)];
        http::query(&self.endpoint, "iam", "PutUserPolicy", &parameters);
        self
    }

    /// The role that `.github/deploy-role.yaml` gives pull requests is enough for `slsx diff`, and not for more.
    fn looks_with_the_role_of_the_workflow(&self) {
        self.world.slsx(&["new", "api-proxy", "roles"]).assert_exit(0);
        let settings = "template = \".github/deploy-role.yaml\"\nstack = \"roles\"\n\
                        parameters = { CreateProvider = \"false\", Repository = \"owner/name\", Stack = \"guarded-dev\" }\n";
        self.world.write("roles/slsx.toml", settings);
        self.world.on_local_aws(&["deploy", "--project", "roles"]).assert_exit(0);
        let made = self.world.on_local_aws(&["status", "--project", "roles", "--format", "json"]).json();
        let resources = made["resources"].as_array().unwrap().iter();
        let role = resources.clone().find(|resource| resource["logical_id"] == "DiffRole").unwrap();
        let role = role["physical_id"].as_str().unwrap();
        let parameters = [("RoleName", role), ("PolicyName", "diff")];
        let found = http::query(&self.endpoint, "iam", "GetRolePolicy", &parameters);
        let document = http::decoded(&http::elements(&found, "PolicyDocument").remove(0));
        let parameters = [("UserName", USER), ("PolicyName", "deploy"), ("PolicyDocument", &document)];
        http::query(&self.endpoint, "iam", "PutUserPolicy", &parameters);
        let shown = self.run(&["diff", "--exit-code"]);
        assert_eq!(shown.exit, 1, "{}", shown.all());
        assert!(shown.stdout.contains("Take"), "{}", shown.all());
        self.run(&["deploy"]).assert_exit(3);
        self.world.on_local_aws(&["destroy", "--project", "roles", "--yes"]).assert_exit(0);
    }

    /// Runs as the user.
    fn run(&self, arguments: &[&str]) -> Ran {
        let arguments = [arguments, &["--project", "guarded", "--endpoint-url", &self.endpoint]].concat();
        let mut command = self.world.command(&arguments);
        command
            .env("SLSX_YES", "1")
            .env("AWS_ACCESS_KEY_ID", &self.key)
            .env("AWS_SECRET_ACCESS_KEY", &self.secret)
            .env("AWS_REGION", "us-east-1");
        Ran::of(command.output().unwrap(), &arguments)
    }
}

#[test]
fn the_printed_policy_is_what_a_deployment_takes() {
    let guarded = Guarded::new();
    // What CloudFormation does in the user's name is not done without permission.
    for missing in ["sqs:CreateQueue", "lambda:CreateFunction", "iam:CreateRole", "iam:PassRole"] {
        let refused = guarded.without(&[missing]).run(&["deploy"]).assert_exit(4);
        assert!(
            refused.all().contains(&format!("not authorized to perform: {missing}")),
            "{}",
            refused.all()
        );
    }
    guarded.without(&[]).run(&["deploy"]).assert_exit(0);
    guarded.run(&["deploy"]).assert_exit(0);
    // Each of these is missed by slsx itself, in an update of the stack or of code alone.
    for missing in [
        "cloudformation:DescribeStacks",
        "cloudformation:CreateChangeSet",
        "cloudformation:DescribeChangeSet",
        "cloudformation:ExecuteChangeSet",
        "cloudformation:DescribeStackEvents",
        "cloudformation:GetTemplate",
        "s3:PutObject",
    ] {
        guarded.says(missing);
        let refused = guarded.without(&[missing]).run(&["deploy", "--lane", "stack"]);
        assert_eq!(refused.exit, 3, "{missing}: {}", refused.all());
        assert!(refused.all().contains(missing.split(':').nth(1).unwrap()), "{missing}: {}", refused.all());
    }
    guarded.without(&["lambda:UpdateFunctionCode"]).run(&["deploy"]).assert_exit(3);
    let hot = guarded.without(&[]).run(&["deploy", "--format", "json"]).assert_exit(0).json();
    assert_eq!(hot["lane"]["name"], "hot");
    guarded.says("three");
    guarded.looks_with_the_role_of_the_workflow();
    guarded.without(&[]);
    // It is a policy for this stack.
    guarded.run(&["deploy", "--stack", "another"]).assert_exit(3);
    guarded.run(&["destroy"]).assert_exit(0);
}

#[test]
fn nothing_of_the_patterns_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let run = |folder: &std::path::Path, arguments: &[&str]| {
        Ran::of(offline(folder).args(arguments).output().unwrap(), arguments).assert_exit(0)
    };
    let variants: [&[&str]; 8] = [
        &["api-proxy"],
        &["api-proxy", "--set", "api=rest"],
        &["fan-out"],
        &["fan-out", "--set", "bus=eventbridge"],
        &["sqs-buffer"],
        &["step-functions"],
        &["cqrs"],
        &["cqrs", "--set", "read-model=opensearch"],
    ];
    for variant in variants {
        let name = variant.concat().replace(['=', '-'], "");
        run(folder.path(), &[&["new", variant[0], &name], &variant[1..]].concat());
        let printed = run(&folder.path().join(&name), &["deploy", "--print-policy", "--region", "eu-west-1"]);
        assert_eq!(printed.json()["Version"], "2012-10-17", "{name}");
        for left_out in
            ["not covered", "any resource", "any name", "add iam:PassRole", "more than one policy"]
        {
            assert!(!printed.stderr.contains(left_out), "{name}: {}", printed.stderr);
        }
    }
}
