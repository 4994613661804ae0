//! A rollback that fails, and the way out of it.

use crate::world::World;

/// `Stubborn` can be made and deleted, and refuses every change, that of a rollback too.
const TEMPLATE: &str = r#"
Parameters:
  Level: {Type: Number, Default: 1}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}]
  Refuser:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          import json, urllib.request
          def handler(event, context):
              answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
              is_change = event["RequestType"] == "Update"
              answer.update(Status="FAILED" if is_change else "SUCCESS", PhysicalResourceId="stubborn",
                            Reason="I do not change")
              body = json.dumps(answer).encode()
              urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], body, method="PUT"))
  Queue:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: !Ref Level}
  Stubborn:
    Type: Custom::Stubborn
    DependsOn: Queue
    Properties: {ServiceToken: !GetAtt Refuser.Arn, Level: !Ref Level}
"#;

#[test]
fn a_failed_rollback_goes_on_without_what_cannot_be_rolled_back() {
    let world = World::beside_others();
    world.write("stuck/template.yaml", TEMPLATE);
    let run = |arguments: &[&str]| world.on_local_aws(&[arguments, &["--project", "stuck"]].concat());
    run(&["deploy"]).assert_exit(0);
    let healthy = run(&["recover"]).assert_exit(0);
    assert!(healthy.stdout.contains("Nothing to recover"), "{}", healthy.all());
    let failed = run(&["deploy", "--parameter", "Level=2"]).assert_exit(5);
    assert!(failed.stdout.contains("run `slsx recover`"), "{}", failed.all());
    let blocked = run(&["deploy"]).assert_exit(5);
    assert!(blocked.stderr.contains("run `slsx recover`"), "{}", blocked.all());

    let shown = run(&["recover", "--dry-run"]).assert_exit(0);
    assert!(shown.stdout.contains("Stubborn") && shown.stdout.contains("I do not change"), "{}", shown.all());
    let again = run(&["recover"]).assert_exit(5);
    assert!(again.stdout.contains("slsx recover --skip Stubborn"), "{}", again.all());
    let typo = run(&["recover", "--skip", "Stuborn"]).assert_exit(2);
    assert!(typo.stderr.contains("did you mean Stubborn?"), "{}", typo.all());

    let out = run(&["recover", "--skip", "Stubborn", "--format", "json"]).assert_exit(0).json();
    assert_eq!(
        (&out["schema"], &out["rollback"]["outcome"]),
        (&"slsx/recover/1".into(), &"rolled-back".into())
    );
    assert_eq!(out["rollback"]["skipped"][0], "Stubborn");
    let status = run(&["status", "--format", "json"]).assert_exit(0).json();
    assert_eq!(status["status"], "UPDATE_ROLLBACK_COMPLETE");
    // And a deployment goes on from there.
    run(&["deploy"]).assert_exit(0);
    run(&["destroy", "--yes"]).assert_exit(0);
}
