use proptest::prelude::*;

use super::*;
use crate::deploy::{Parameter, Tag};
use crate::template::parse;

const TEMPLATE: &str = "
Parameters:
  Level: {Type: String, Default: INFO}
  Secret: {Type: String, NoEcho: true, Default: x}
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: f/, Runtime: python3.13}}
  G: {Type: AWS::Serverless::Function, Properties: {CodeUri: g/, Runtime: python3.13, AutoPublishAlias: live}}
";

fn stack() -> Stack {
    let parameter = |key: &str, value: &str| Parameter { key: key.into(), value: value.into() };
    let tag = |key: &str, value: &str| Tag { key: key.into(), value: value.into() };
    Stack {
        name: "video".into(),
        id: "arn".into(),
        status: StackStatus::UpdateComplete,
        reason: None,
        outputs: vec![],
        parameters: vec![parameter("Level", "DEBUG"), parameter("Secret", MASKED)],
        tags: vec![tag("slsx:stage", "dev"), tag("aws:x", "1")],
        created_ms: 0,
        updated_ms: None,
        has_termination_protection: false,
    }
}

/// The lane of a stack, after something was changed about it.
struct Scene {
    stack: Stack,
    template: String,
    parameters: Vec<(String, String)>,
    tags: Vec<(String, String)>,
    code: Code,
    is_same_template: bool,
    is_protected: bool,
}

fn keys(pairs: &[(&str, &str)]) -> BTreeMap<LogicalId, String> {
    pairs.iter().map(|(id, key)| (LogicalId::new(*id), (*key).to_owned())).collect()
}

fn pair(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

impl Scene {
    fn new() -> Self {
        let both = keys(&[("F", "1"), ("G", "1")]);
        Self {
            stack: stack(),
            template: TEMPLATE.to_owned(),
            parameters: vec![],
            tags: vec![pair("slsx:stage", "dev")],
            code: Code { wanted: both.clone(), named: both, changed: BTreeMap::new() },
            is_same_template: true,
            is_protected: false,
        }
    }

    fn lane(&self) -> Lane {
        let document = parse(self.template.as_bytes()).unwrap();
        let wanted =
            Wanted { document: &document, nested: &[], parameters: &self.parameters, tags: &self.tags };
        choose(&self.stack, &wanted, &self.code, self.is_same_template, self.is_protected)
    }

    fn why(&self) -> Why {
        match self.lane() {
            Lane::Stack(why) => why,
            other @ (Lane::Noop | Lane::Hot(_)) => panic!("{other:?}"),
        }
    }
}

#[test]
fn nothing_that_differs_is_nothing_to_do() {
    let mut scene = Scene::new();
    assert_eq!(scene.lane(), Lane::Noop);
    // Set to what it is.
    scene.parameters = vec![pair("Level", "DEBUG")];
    assert_eq!(scene.lane(), Lane::Noop);
}

#[test]
fn code_alone_is_given_to_lambda() {
    let mut scene = Scene::new();
    scene.code.wanted = keys(&[("F", "2"), ("G", "1"), ("Layer", "9")]);
    assert_eq!(scene.lane(), Lane::Hot(vec!["F".into()]));
    assert_eq!(scene.code.as_named(), keys(&[("F", "1"), ("G", "1"), ("Layer", "9")]));
    scene.is_protected = true;
    assert_eq!(scene.why(), Why::Protected);
}

#[test]
fn what_functions_really_have_counts() {
    let mut scene = Scene::new();
    scene.code.wanted = keys(&[("F", "2"), ("G", "1")]);
    scene.code.changed = keys(&[("F", "2")]);
    assert_eq!(scene.lane(), Lane::Noop, "it was given before");
    assert_eq!(scene.code.unseen(), Vec::<LogicalId>::new(), "CloudFormation gives it the same again");
    // Back to what the deployed template names: CloudFormation would see no difference.
    scene.code.wanted = keys(&[("F", "1"), ("G", "1")]);
    assert_eq!(scene.lane(), Lane::Hot(vec!["F".into()]));
    assert_eq!(scene.code.unseen(), ["F".into()]);
    // Half done: nobody knows.
    scene.code.changed = keys(&[("F", "")]);
    assert_eq!(scene.lane(), Lane::Hot(vec!["F".into()]));
}

#[test]
fn versions_of_a_stack_are_made_by_cloudformation() {
    let mut scene = Scene::new();
    scene.code.wanted = keys(&[("F", "1"), ("G", "2")]);
    assert_eq!(scene.why(), Why::Versions("G".into()));
    let version =
        |of: &str| format!("  V: {{Type: AWS::Lambda::Version, Properties: {{FunctionName: {of}}}}}\n");
    scene.code.wanted = keys(&[("F", "2"), ("G", "1")]);
    scene.template = format!("{TEMPLATE}{}", version("!Ref G"));
    assert_eq!(scene.lane(), Lane::Hot(vec!["F".into()]));
    for unclear in ["!Ref F", "!GetAtt F.Arn", "video-f"] {
        scene.template = format!("{TEMPLATE}{}", version(unclear));
        assert_eq!(scene.why(), Why::Versions("F".into()), "{unclear}");
    }
}

#[test]
fn settings_are_for_cloudformation() {
    let whys = |change: fn(&mut Scene)| {
        let mut scene = Scene::new();
        // Even if code changed too.
        scene.code.wanted = keys(&[("F", "2")]);
        change(&mut scene);
        scene.why()
    };
    assert_eq!(whys(|scene| scene.parameters = vec![pair("Level", "INFO")]), Why::Parameter("Level".into()));
    assert_eq!(whys(|scene| scene.parameters = vec![pair("New", "1")]), Why::Parameter("New".into()));
    assert_eq!(whys(|scene| scene.parameters = vec![pair("Secret", "x")]), Why::Hidden("Secret".into()));
    assert_eq!(whys(|scene| scene.tags.push(pair("team", "media"))), Why::Tags);
    assert_eq!(whys(|scene| scene.is_same_template = false), Why::Template);
    let paused = whys(|scene| scene.stack.status = StackStatus::UpdateFailed);
    assert_eq!(paused, Why::Status(StackStatus::UpdateFailed));
}

#[test]
fn what_depends_on_more_than_the_template_is_for_cloudformation() {
    let outside = |added: &str| {
        let mut scene = Scene::new();
        scene.template = format!("{added}{TEMPLATE}");
        scene.lane()
    };
    for closed in ["Transform: AWS::Serverless-2016-10-31\n", "Transform: [AWS::LanguageExtensions]\n"] {
        assert_eq!(outside(closed), Lane::Noop, "{closed}");
    }
    let macros =
        ["Transform: [Own]\n", "Transform: {Name: AWS::Include, Parameters: {Location: s3://x/y}}\n"];
    for open in macros {
        assert_eq!(outside(open), Lane::Stack(Why::Outside("a macro")), "{open}");
    }
    let added = |text: &str| {
        let mut scene = Scene::new();
        scene.template.push_str(text);
        scene.why()
    };
    let nested = "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: https://x/y}}\n";
    assert_eq!(added(nested), Why::Outside("a nested stack from elsewhere"));
    let mut own = Scene::new();
    own.template.push_str(&nested.replace("https://x/y", "child.yaml"));
    assert_eq!(own.lane(), Lane::Noop, "its address tells of every change in it");
    let include = "  B: {Type: AWS::S3::Bucket, Properties: {'Fn::Transform': {Name: AWS::Include}}}\n";
    assert_eq!(added(include), Why::Outside("an include"));
    let mut scene = Scene::new();
    scene.template =
        TEMPLATE.replace("Type: String, Default", "Type: 'AWS::SSM::Parameter::Value<String>', Default");
    assert_eq!(scene.why(), Why::Outside("a parameter from the Parameter Store"));
}

proptest! {
    #[test]
    fn the_hot_lane_is_for_code_alone_in_stages_that_are_not_protected(
        wanted in prop::collection::vec(0_u8..3, 2),
        named in prop::collection::vec(0_u8..3, 2),
        changed in prop::collection::vec(prop::option::of(0_u8..3), 2),
        is_same_template in any::<bool>(),
        is_protected in any::<bool>(),
        status in prop::sample::select(StackStatus::KNOWN),
    ) {
        let functions = ["F", "G"];
        let of = |values: &[u8]| -> BTreeMap<LogicalId, String> {
            functions.iter().zip(values).map(|(id, value)| (LogicalId::new(*id), value.to_string())).collect()
        };
        let given = functions.iter().zip(&changed).filter_map(|(id, value)| Some((LogicalId::new(*id), (*value)?.to_string())));
        let mut scene = Scene::new();
        scene.code = Code { wanted: of(&wanted), named: of(&named), changed: given.collect() };
        scene.is_same_template = is_same_template;
        scene.is_protected = is_protected;
        scene.stack.status = status.clone();
        match scene.lane() {
            Lane::Hot(given) => {
                prop_assert!(is_same_template && !is_protected && !given.is_empty());
                prop_assert!(!status.is_running(), "{status}");
                prop_assert!(!given.contains(&"G".into()), "its versions are part of the stack");
                for id in &given {
                    let real = scene.code.changed.get(id).or_else(|| scene.code.named.get(id));
                    prop_assert_ne!(real, scene.code.wanted.get(id), "it has that already");
                }
            }
            Lane::Noop => {
                for (id, key) in &scene.code.wanted {
                    let real = scene.code.changed.get(id).or_else(|| scene.code.named.get(id));
                    prop_assert_eq!(real, Some(key), "it has something else");
                }
            }
            Lane::Stack(_) => {}
        }
    }
}
