use super::super::tests::{PLAIN, changes, shown};
use super::super::{change_set, difference};
use crate::deploy::difference::Difference;

fn wider() -> Difference {
    let parse = |text: &str| crate::template::parse(text.as_bytes()).unwrap();
    let deployed = "
Resources:
  Thumbnail:
    Type: AWS::Lambda::Function
    Properties: {MemorySize: 128, Environment: {Variables: {OLD: '1'}}}
  OldQueue: {Type: AWS::SQS::Queue}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}}]
";
    let wanted = deployed
        .replace("128", "256")
        .replace("OLD: '1'", "NEW: !Sub \"${AWS::Region}\\e[2J\"")
        .replace("OldQueue", "NewQueue")
        .replace("s3:GetObject", "s3:PutObject");
    Difference::between(&parse(deployed), &parse(&wanted))
}

#[test]
fn differences_are_told_value_by_value() {
    insta::assert_snapshot!(shown(|out| difference(out, PLAIN, &wider())), @r"
      ~ Thumbnail  AWS::Lambda::Function
          MemorySize  128 -> 256
          Environment.Variables.NEW  + !Sub ${AWS::Region}\u{1b}[2J
          Environment.Variables.OLD  - 1
      + NewQueue   AWS::SQS::Queue
      ~ Role       AWS::IAM::Role
          Policies[0].PolicyDocument.Statement[0].Action  s3:GetObject -> s3:PutObject
      - OldQueue   AWS::SQS::Queue
      Permissions
        + Role may s3:PutObject on *
        - Role may s3:GetObject on *
    4 differences, 1 permission MORE, 1 permission less
    ");
}

#[test]
fn a_change_set_is_shown_with_the_values_that_differ() {
    insta::assert_snapshot!(shown(|out| change_set(out, PLAIN, &changes(), Some(&wider()))), @r"
      + ThumbnailRole  AWS::IAM::Role         permissions
      ~ Thumbnail      AWS::Lambda::Function  Code.S3Key, MemorySize
          MemorySize  128 -> 256
          Environment.Variables.NEW  + !Sub ${AWS::Region}\u{1b}[2J
          Environment.Variables.OLD  - 1
      ! Catalog        AWS::DynamoDB::Table   REPLACED; the old one is deleted; KeySchema
      - OldQueue       AWS::SQS::Queue        deleted
      + Topic\u{1b}[2J  AWS::SNS::Topic
      Permissions
        + Role may s3:PutObject on *
        - Role may s3:GetObject on *
    5 changes: 2 to add, 1 to change, 1 to replace, 1 to remove; 1 about permissions
    ");
}
