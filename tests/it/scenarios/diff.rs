//! What a deployment would change, told before it does.

use crate::world::World;

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Parameters:
  Level: {Type: String, Default: INFO}
  Token: {Type: String, NoEcho: true, Default: none}
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: code/
      MemorySize: 128
      Policies:
        - Statement: [{Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Table.Arn}]
";

#[test]
fn differences_are_told_with_values_and_permissions_and_change_nothing() {
    let world = World::beside_others();
    let write = |template: &str| world.write("diff/template.yaml", template);
    let run = |arguments: &[&str]| world.on_local_aws(&[arguments, &["--project", "diff"]].concat());
    write(TEMPLATE);
    world.write("diff/code/app.py", "def handler(event, context):\n    pass\n");
    let new = run(&["diff", "--exit-code"]).assert_exit(1);
    assert!(new.stdout.contains("does not exist") && new.stdout.contains("+ Orders"), "{}", new.all());
    assert!(new.stdout.contains("Orders may dynamodb:GetItem on !GetAtt Table.Arn"), "{}", new.all());
    run(&["status"]).assert_exit(3);

    run(&["deploy"]).assert_exit(0);
    let none = run(&["diff", "--exit-code"]).assert_exit(0);
    assert!(none.stdout.contains("is as the project says"), "{}", none.all());

    world.write("diff/code/app.py", "def handler(event, context):\n    return 1\n");
    let code = run(&["diff", "--format", "json"]).assert_exit(0).json();
    assert_eq!(
        (&code["schema"], &code["lane"], &code["code"][0]),
        (&"slsx/diff/1".into(), &"hot".into(), &"Orders".into())
    );

    let wider = TEMPLATE.replace("128", "256").replace("dynamodb:GetItem", "dynamodb:*");
    write(&wider);
    let values = ["--parameter", "Level=DEBUG", "--parameter", "Token=s3cret"];
    let more = run(&[&["diff", "--format", "json"], &values[..]].concat()).assert_exit(0).json();
    assert_eq!((&more["differs"], &more["broader"]), (&true.into(), &true.into()), "{more:#}");
    let orders =
        more["differences"].as_array().unwrap().iter().find(|item| item["name"] == "Orders").unwrap();
    let memory = serde_json::json!({ "path": "MemorySize", "before": "128", "after": "256" });
    assert!(orders["fields"].as_array().unwrap().contains(&memory), "{orders:#}");
    assert!(!more.to_string().contains("s3cret"), "{more:#}");
    let human = run(&[&["diff", "--exit-code"], &values[..]].concat()).assert_exit(1);
    for told in [
        "MemorySize  128 → 256",
        "Orders may dynamodb:* on !GetAtt Table.Arn",
        "Values.Level",
        "INFO → DEBUG",
    ] {
        assert!(human.stdout.contains(told), "{told}: {}", human.stdout);
    }

    // What is deployed was not touched, and the deployment shows the same before it does it.
    write(TEMPLATE);
    world.write("diff/code/app.py", "def handler(event, context):\n    pass\n");
    run(&["diff", "--exit-code"]).assert_exit(0);
    write(&wider);
    let deployed = run(&["deploy"]).assert_exit(0);
    for told in ["MemorySize  128 → 256", "Orders may dynamodb:* on !GetAtt Table.Arn"] {
        assert!(deployed.stdout.contains(told), "{told}: {}", deployed.stdout);
    }
    run(&["diff", "--exit-code"]).assert_exit(0);
    run(&["destroy", "--yes"]).assert_exit(0);
}
