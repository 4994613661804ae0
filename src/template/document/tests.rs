use super::*;
use crate::template::{Classification, parse};

fn read(text: &str) -> Document {
    parse(text.as_bytes()).unwrap()
}

#[test]
fn sections_are_found_in_the_order_of_the_text() {
    let document = read(
        "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n\
         Parameters: {Stage: {Type: String, Default: dev}, Key: {Type: String, NoEcho: true}}\n\
         Globals: {Function: {Timeout: 3}}\n\
         Resources:\n  B: {Type: AWS::SQS::Queue, DependsOn: A}\n  A: {Type: AWS::SNS::Topic}\n  bad: 1\n",
    );
    assert!(document.is_sam());
    let ids: Vec<_> = document.resources().map(|resource| resource.id()).collect();
    assert_eq!(ids, ["B", "A"]);
    let queue = document.resource("B").unwrap();
    assert_eq!((queue.resource_type(), queue.key().position().line), ("AWS::SQS::Queue", 5));
    assert_eq!(queue.attribute("DependsOn").unwrap().as_str(), Some("A"));
    assert_eq!(document.resources_of_type("AWS::SNS::Topic").count(), 1);
    assert!(document.resource("bad").is_none() && document.resource("C").is_none());
    let secrets: Vec<_> = document.parameters().map(|p| (p.name(), p.is_secret())).collect();
    assert_eq!(secrets, [("Stage", false), ("Key", true)]);
    assert_eq!(document.globals("Function").unwrap().get("Timeout").unwrap().as_str(), Some("3"));
}

#[test]
fn files_are_told_apart() {
    use Classification::{Other, Policy, Template};
    for (text, expected) in [
        ("AWSTemplateFormatVersion: 2010-09-09", Template),
        ("Transform: AWS::Serverless-2016-10-31", Template),
        ("Resources: {A: {Type: AWS::SQS::Queue}}", Template),
        ("Resources: {A: {Type: Custom::Thing}}", Template),
        ("Resources: {A: {Type: deployment}}", Other),
        ("Transform: something", Other),
        (r#"{"Statement": {"Effect": "Deny"}}"#, Policy),
        (r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}"#, Policy),
        ("Statement: none", Other),
        ("kind: Deployment", Other),
        ("", Other),
        ("[1]", Other),
    ] {
        assert_eq!(read(text).classify(), expected, "{text}");
    }
}

#[test]
fn the_last_of_duplicate_keys_counts() {
    let document = read("a: 1\nb: {c: 1, c: 2}\na: 2\na: 3\n");
    assert_eq!(document.root().get("a").unwrap().as_str(), Some("3"));
    assert_eq!(document.root().path(&["b", "c"]).unwrap().as_str(), Some("2"));
}

#[test]
fn long_mappings_answer_like_short_ones() {
    let mut text: String = (0..100).map(|number| format!("k{number}: {number}\n")).collect();
    text.push_str("k7: again\n? [complex]\n: key\n");
    let document = read(&text);
    for number in (0..100).filter(|number| *number != 7) {
        let value = document.root().get(&format!("k{number}")).unwrap();
        assert_eq!(value.as_str(), Some(number.to_string().as_str()));
    }
    assert_eq!(document.root().get("k7").unwrap().as_str(), Some("again"));
    assert!(document.root().get("k100").is_none() && document.root().get("").is_none());
}
