use crate::template::{Document, Effective, FunctionView, parse};

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timeout: 10
    Runtime: python3.13
    Layers: [one]
    Tags: !Ref Tags
    Environment:
      Variables: {A: global, B: global}
  Api: {Name: api}
Resources:
  Own:
    Type: AWS::Serverless::Function
    Properties:
      Timeout: 30
      Layers: [two]
      Tags: {x: y}
      Environment: {Variables: {B: own, C: own}}
  Bare:
    Type: AWS::Serverless::Function
  Proud:
    Type: AWS::Serverless::Function
    IgnoreGlobals: '*'
  Picky:
    Type: AWS::Serverless::Function
    IgnoreGlobals: [Timeout]
  Plain:
    Type: AWS::Lambda::Function
";

fn document() -> Document {
    parse(TEMPLATE.as_bytes()).unwrap()
}

fn function<'d>(document: &'d Document, id: &str) -> FunctionView<'d> {
    document.function(id).unwrap()
}

fn line(value: Option<Effective<'_>>) -> Option<usize> {
    value.map(|value| value.node().position().line)
}

#[test]
fn own_scalars_override_and_missing_ones_are_global() {
    let document = document();
    let own = function(&document, "Own");
    assert_eq!((line(own.timeout()), line(own.runtime())), (Some(16), Some(6)));
    assert_eq!(own.timeout().map(Effective::is_global), Some(false));
    assert_eq!(own.runtime().map(Effective::is_global), Some(true));
    assert!(own.handler().is_none());
}

#[test]
fn mappings_are_merged_and_each_value_keeps_its_place() {
    let document = document();
    let variables = function(&document, "Own").environment().unwrap();
    let entries: Vec<_> =
        variables.entries().iter().map(|(name, v)| (*name, v.as_str().unwrap(), v.is_global())).collect();
    assert_eq!(entries, [("B", "own", false), ("C", "own", false), ("A", "global", true)]);
    assert_eq!((line(variables.get("A")), line(variables.get("B"))), (Some(10), Some(19)));
    assert_eq!(variables.origins().len(), 2);
    let bare = function(&document, "Bare").environment().unwrap();
    assert_eq!(bare.entries().len(), 2);
    assert!(bare.entries().iter().all(|(_, value)| value.is_global()));
}

#[test]
fn lists_are_appended_to_the_global_ones() {
    let document = document();
    let layers = function(&document, "Own").resource().effective("Layers").unwrap();
    let items: Vec<_> = layers.items().iter().filter_map(|item| item.as_str()).collect();
    assert_eq!(items, ["one", "two"]);
}

#[test]
fn an_intrinsic_function_is_one_value() {
    let document = document();
    let tags = function(&document, "Own").resource().effective("Tags").unwrap();
    assert_eq!(tags.origins().len(), 1);
    assert_eq!(tags.entries().len(), 1);
}

#[test]
fn globals_reach_only_those_that_want_them() {
    let document = document();
    assert!(function(&document, "Proud").timeout().is_none());
    assert!(function(&document, "Picky").timeout().is_none());
    assert!(function(&document, "Picky").runtime().is_some());
    assert!(function(&document, "Plain").timeout().is_none(), "Globals are for SAM types");
    assert!(function(&document, "Bare").resource().effective("Name").is_none(), "another section's");
}
