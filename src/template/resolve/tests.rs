use super::*;
use crate::template::parse;

const CONTEXT: &str = "
Parameters:
  Stage: {Type: String, Default: dev}
  Size: {Type: Number, Default: 512}
  Unset: {Type: String}
  Empty: {Type: String, Default: ''}
  Secret: {Type: String, NoEcho: true, Default: hunter2}
  Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /path}
  Subnets: {Type: CommaDelimitedList, Default: 'a, b'}
Mappings:
  Zones:
    us-east-1: {name: east, same: x}
    eu-west-1: {name: west, same: x}
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Role: {Type: AWS::IAM::Role}
";

fn document(expression: &str) -> Document {
    parse(format!("{CONTEXT}X: {expression}\n").as_bytes()).unwrap()
}

fn resolve(expression: &str) -> Resolved {
    let document = document(expression);
    document.resolve(document.section("X").unwrap())
}

/// All alternatives as `Fn::Sub` would write them.
fn shown(expression: &str) -> String {
    resolve(expression).alternatives().iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")
}

/// Whether nothing at all is known about some alternative.
fn is_unknown(resolved: &Resolved) -> bool {
    resolved.alternatives().iter().any(|text| matches!(text.parts(), [Part::Unknown(_)]))
}

#[test]
fn what_the_template_says_is_known() {
    for (expression, expected) in [
        ("plain", "plain"),
        ("512", "512"),
        ("'*'", "*"),
        ("!Ref Stage", "dev"),
        ("{Ref: Size}", "512"),
        ("!Ref Empty", ""),
        ("!Sub 'a-${Stage}-${!Stage}'", "a-dev-${Stage}"),
        ("!Sub ['${a}${Stage}', {a: !Ref Size}]", "512dev"),
        ("!Join ['-', [a, !Ref Stage, !Ref AWS::NoValue]]", "a-dev"),
        ("!Join [',', !Ref Subnets]", "a,b"),
        ("!Join ['', [a, b]]", "ab"),
        ("!Select [1, [a, b]]", "b"),
        ("!Select ['1', !Split ['/', 'x/y']]", "y"),
        ("!Select [0, !Ref Subnets]", "a"),
        ("!FindInMap [Zones, eu-west-1, name]", "west"),
        ("!FindInMap [Zones, !Ref AWS::Region, same]", "x"),
        ("!If [c, a, a]", "a"),
    ] {
        assert_eq!(resolve(expression).known(), Some(expected), "{expression}");
    }
}

#[test]
fn what_only_aws_knows_stays_a_reference() {
    for (expression, expected) in [
        ("!Ref Unset", "${Unset}"),
        ("!Ref Secret", "${Secret}"),
        ("!Ref Image", "${Image}"),
        ("!Ref Bucket", "${Bucket}"),
        ("!Ref AWS::Region", "${AWS::Region}"),
        ("!GetAtt Role.Arn", "${Role.Arn}"),
        ("{Fn::GetAtt: [Role, Arn]}", "${Role.Arn}"),
        ("!Sub '${Role.Arn}'", "${Role.Arn}"),
        ("!Ref Bucket.Alias", "${Bucket.Alias}"),
    ] {
        let resolved = resolve(expression);
        assert!(resolved.reference().is_some() && resolved.known().is_none(), "{expression}");
        assert_eq!(shown(expression), expected, "{expression}");
    }
    let resolved = resolve("!GetAtt Role.Arn");
    let reference = resolved.reference().unwrap();
    assert_eq!(reference.resource().unwrap().as_str(), "Role");
    assert_eq!(reference.attribute.as_deref(), Some("Arn"));
}

#[test]
fn patterns_show_their_known_beginning() {
    let resolved = resolve("!Sub 'arn:${AWS::Partition}:s3:::${Bucket}/*'");
    let text = resolved.text().unwrap();
    assert_eq!((text.leading(), text.literal()), ("arn:", None));
    assert_eq!(text.references().count(), 2);
    assert_eq!(text.to_string(), "arn:${AWS::Partition}:s3:::${Bucket}/*");
    assert_eq!(shown("!Join ['', ['arn:aws:s3:::', !Ref Bucket, '/*']]"), "arn:aws:s3:::${Bucket}/*");
}

#[test]
fn both_branches_are_possible() {
    assert_eq!(shown("!If [c, a, !Ref Bucket]"), "a | ${Bucket}");
    assert_eq!(shown("!Sub ['${x}!', {x: !If [c, a, b]}]"), "a! | b!");
    assert_eq!(shown("!FindInMap [Zones, !Ref AWS::Region, name]"), "east | west");
    let optional = resolve("!If [c, a, !Ref AWS::NoValue]");
    assert!(optional.may_be_absent() && optional.known().is_none());
    assert_eq!(optional.alternatives().len(), 1);
    assert!(resolve("!Ref AWS::NoValue").alternatives().is_empty());
}

#[test]
fn nothing_is_guessed() {
    for expression in [
        "!ImportValue other",
        "!Ref Nowhere",
        "!GetAtt Nowhere.Arn",
        "!Base64 x",
        "!Select [9, [a]]",
        "!Select [!Ref AWS::Region, [a]]",
        "!Select [0, !Split ['/', !Ref Bucket]]",
        "!FindInMap [Nowhere, a, b]",
        "!Join ['-', !Ref Unset]",
        "!Join ['-', [a, !If [c, b, !Ref AWS::NoValue]]]",
        "!Join broken",
        "!Sub []",
        "!If [c, a]",
        "!Cidr [a, 1, 2]",
        "{a: b}",
        "[a]",
        "~",
    ] {
        assert!(is_unknown(&resolve(expression)), "{expression}: {}", shown(expression));
    }
    let dynamic = resolve("'{{resolve:secretsmanager:key}}'");
    assert!(is_unknown(&dynamic) && dynamic.known().is_none());
    assert_eq!(resolve("'a{{resolve:ssm:x}}'").text().unwrap().leading(), "a");
}

#[test]
fn lists_are_unrolled() {
    let items = |expression: &str| {
        let document = document(expression);
        let items = document.resolve_list(document.section("X").unwrap());
        items.iter().map(|item| item.text().map_or("?".to_owned(), ToString::to_string)).collect::<Vec<_>>()
    };
    assert_eq!(items("one"), ["one"]);
    assert_eq!(items("[a, !Ref Stage, !Ref AWS::NoValue]"), ["a", "dev"]);
    assert_eq!(items("!Ref Subnets"), ["a", "b"]);
    assert_eq!(items("!Split [',', 'x,y']"), ["x", "y"]);
    let mut branches = items("!If [c, [a, b], [!If [d, e, f]]]");
    branches.sort();
    assert_eq!(branches, ["a", "b", "e", "f"]);
    assert_eq!(items("!Ref Unset"), ["${Unset}"]);
}

#[test]
fn too_many_possibilities_are_unknown() {
    let two = "!If [c, a, b]";
    let many = format!("!Join ['', [{}]]", [two; 8].join(", "));
    assert!(is_unknown(&resolve(&many)));
    let some = format!("!Join ['', [{}]]", [two; 4].join(", "));
    assert_eq!(resolve(&some).alternatives().len(), 16);
    let nested = |levels: usize| format!("{}x{}", "!Join ['', [".repeat(levels), "]]".repeat(levels));
    assert!(is_unknown(&resolve(&nested(40))));
    assert_eq!(resolve(&nested(20)).known(), Some("x"));
}
