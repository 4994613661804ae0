//! A stack that cannot be deleted whole: what is in the way is named, and the deletion is gone on with.

use crate::world::World;

/// `Stubborn` refuses to be deleted.
const TEMPLATE: &str = r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}]
  Keeper:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          import json, urllib.request
          def handler(event, context):
              status = "FAILED" if event["RequestType"] == "Delete" else "SUCCESS"
              answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
              answer.update(Status=status, Reason="somebody needs it", PhysicalResourceId="stubborn")
              body = json.dumps(answer).encode()
              urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], body, method="PUT"))
  Stubborn:
    Type: Custom::Stubborn
    Properties: {ServiceToken: !GetAtt Keeper.Arn}
"#;

#[test]
fn what_is_in_the_way_is_named_and_can_be_left_behind() {
    let world = World::beside_others();
    let run = |arguments: &[&str]| world.on_local_aws(&[arguments, &["--project", "undeletable"]].concat());
    world.write("undeletable/template.yaml", TEMPLATE);
    run(&["deploy"]).assert_exit(0);
    let early = run(&["destroy", "--resume", "--yes"]).assert_exit(2);
    assert!(early.stderr.contains("no deletion of it has failed"), "{}", early.stderr);

    let failed = run(&["destroy", "--yes"]).assert_exit(5);
    assert!(failed.stdout.contains("! Stubborn"), "{}", failed.all());
    assert!(failed.stdout.contains("somebody needs it"), "{}", failed.all());
    assert!(failed.stdout.contains("slsx destroy --resume"), "{}", failed.all());

    let deploy = run(&["deploy"]).assert_exit(5);
    assert!(deploy.stderr.contains("slsx destroy --resume"), "{}", deploy.stderr);
    let wrong = run(&["destroy", "--resume", "--retain", "Stuborn", "--yes"]).assert_exit(2);
    assert!(wrong.stderr.contains("did you mean Stubborn?"), "{}", wrong.stderr);
    let gone = run(&["destroy", "--resume", "--retain", "Stubborn", "--yes"]).assert_exit(0);
    assert!(gone.stdout.contains("is deleted"), "{}", gone.all());
    run(&["status"]).assert_exit(3);
}
