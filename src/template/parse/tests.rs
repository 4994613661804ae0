use proptest::prelude::*;

use super::*;
use crate::template::{Kind, NodeRef};

fn read(text: &str) -> Document {
    parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// The document written out in one line, tags as the mappings they stand for.
fn outline(node: NodeRef<'_>) -> String {
    match node.kind() {
        Kind::Scalar => node.as_str().map_or("null".to_owned(), |text| format!("{text:?}")),
        Kind::Sequence => {
            format!("[{}]", node.items().map(outline).collect::<Vec<_>>().join(", "))
        }
        Kind::Mapping => {
            let entries = node.entries().map(|entry| format!("{}: {}", entry.name(), outline(entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

fn written<'d>(node: NodeRef<'d>) -> &'d str {
    &node.document().text()[node.span().range()]
}

#[test]
fn short_and_long_tags_and_json_are_one_shape() {
    let expected = r#"{a: {Ref: "X"}, b: {Fn::Sub: ["${x}", {x: "1"}]}, c: {Fn::GetAtt: "A.B"}, d: {Condition: "C"}, e: {Fn::Foo: {g: "h"}}}"#;
    let short = "a: !Ref X\nb: !Sub [ '${x}', {x: 1} ]\nc: !GetAtt A.B\nd: !Condition C\ne: !Foo\n  g: h\n";
    let long = "a: {Ref: X}\nb:\n  Fn::Sub:\n  - ${x}\n  - x: 1\nc: {'Fn::GetAtt': A.B}\nd: {Condition: C}\ne: {Fn::Foo: {g: h}}\n";
    let json = r#"{"a": {"Ref": "X"}, "b": {"Fn::Sub": ["${x}", {"x": 1}]}, "c": {"Fn::GetAtt": "A.B"},
        "d": {"Condition": "C"}, "e": {"Fn::Foo": {"g": "h"}}}"#;
    for text in [short, long, json] {
        assert_eq!(outline(read(text).root()), expected, "{text}");
    }
}

#[test]
fn spans_are_what_is_written() {
    let text = "é: 🦀 # crab\nlist:\n- a\n- 'b b'\nflow: {k: [1, 2 ] } # end\nsub: !Sub # why\n  \"x\\\n   y\"\nblock: |\n  line\n\n\nanchor: &a\n  k: v\nalias: *a\nnull:\n";
    let document = read(text);
    let root = document.root();
    let spans = |name: &str| written(root.get(name).unwrap());
    assert_eq!(spans("é"), "🦀");
    assert_eq!(spans("list"), "- a\n- 'b b'");
    assert_eq!(spans("flow"), "{k: [1, 2 ] }");
    assert_eq!(spans("sub"), "!Sub # why\n  \"x\\\n   y\"");
    assert_eq!(written(root.path(&["sub", "Fn::Sub"]).unwrap()), "\"x\\\n   y\"");
    assert_eq!(written(root.get("sub").unwrap().entries().next().unwrap().key), "!Sub");
    assert_eq!(spans("block"), "|\n  line");
    assert_eq!(root.get("block").unwrap().as_str(), Some("line\n"));
    assert_eq!(spans("anchor"), "k: v");
    assert_eq!(spans("alias"), "*a");
    assert_eq!(root.path(&["alias", "k"]).unwrap().as_str(), Some("v"));
    let crab = root.get("é").unwrap().position();
    assert_eq!((crab.line, crab.column), (1, 4));
}

#[test]
fn a_block_scalar_at_the_end_means_what_libyaml_says() {
    for (text, expected) in [
        ("a: |\n  x", "x"),
        ("a: |\n  x\n", "x\n"),
        ("a: |\n  x\n  ", "x\n"),
        ("a: >-\n  x\n  y", "x y"),
        ("a: |+\n  x\n\n", "x\n\n"),
    ] {
        assert_eq!(read(text).root().get("a").unwrap().as_str(), Some(expected), "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_shifts_nothing() {
    for text in ["\u{feff}a: !Ref b\n", "\u{feff}{\"a\": {\"Ref\": \"b\"}}"] {
        let document = read(text);
        assert_eq!(outline(document.root()), r#"{a: {Ref: "b"}}"#);
        assert!(written(document.root().path(&["a", "Ref"]).unwrap()).contains('b'));
        assert_eq!(document.text(), text);
    }
}

#[test]
fn json_takes_what_rfc_8259_takes() {
    let long = "k".repeat(2_000);
    let text = format!(
        r#" {{"{long}": "\ud83d\ude00\/\u00e9", "n": [-0.5e+3, 0, true, false, null, "", {{}}, []]}} "#
    );
    let document = read(&text);
    assert_eq!(document.format(), Format::Json);
    assert_eq!(document.root().get(&long).unwrap().as_str(), Some("😀/é"));
    let kinds: Vec<_> = document.root().get("n").unwrap().items().map(outline).collect();
    assert_eq!(kinds, [r#""-0.5e+3""#, r#""0""#, r#""true""#, r#""false""#, "null", r#""""#, "{}", "[]"]);
}

#[test]
fn what_is_no_json_may_still_be_yaml() {
    for text in ["{a: b}", "{\"a\": 'b'}", "[01, .5,]", "{\"a\": 1} # comment"] {
        assert_eq!(read(text).format(), Format::Yaml, "{text}");
    }
}

#[test]
fn errors_say_where() {
    for (text, place) in [
        ("{\"a\": 1,\n \"b\" 2}", (2, 6)),
        ("{\"a\": \"\\ud800\"}", (1, 10)),
        ("a: [1,\nb: 2\n", (3, 1)),
        ("a: 1\n b: 2\n", (2, 3)),
        ("a: 1\n---\nb: 2\n", (2, 1)),
        ("{\"a\": 1} x", (1, 10)),
    ] {
        let error = parse(text.as_bytes()).unwrap_err();
        let position = error.position();
        assert_eq!((position.line, position.column), place, "{text:?}: {error}");
    }
    assert_eq!(parse(b"a\n---\nb").unwrap_err().reason(), &Reason::SeveralDocuments);
    assert_eq!(outline(read("---\na: b\n...\n").root()), r#"{a: "b"}"#);
}

#[test]
fn an_unreadable_template_is_told_from_other_files() {
    assert!(mentions_template(b"Resources: [\n Type: AWS::SQS::Queue"));
    assert!(mentions_template(b"\xff\xfeA\0W\0S\0:\0:\0"), "also in UTF-16");
    assert!(mentions_template(br#"{"Statement": {"Effect": "Allow", "Action": "*""#));
    assert!(mentions_template(b"Description: x\r\nResources: [\r\n"), "by its section");
    assert!(mentions_template(b"\xef\xbb\xbfResources:\n  A: ["), "behind a byte order mark");
    assert!(mentions_template(b"{\n  \"Resources\": {,\n"), "in JSON");
    assert!(!mentions_template(b"name: {{ chart }}\nkind: Deployment\nspec:\n  Resources: [\n"));
}

/// JSON values of any shape.
fn values() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        "[ -~é🦀\n\t]{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::hash_map("[a-zA-Z:. é]{0,8}", inner, 0..6)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

fn expected(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("{:?}", value.to_string()),
        Value::Number(value) => format!("{:?}", value.to_string()),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => format!("[{}]", items.iter().map(expected).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| format!("{key}: {}", expected(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

proptest! {
    #[test]
    fn json_is_read_as_serde_json_reads_it(value in values()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            prop_assert_eq!(outline(read(&text).root()), expected(&value));
            // Behind a document start it is YAML.
            prop_assert_eq!(outline(read(&format!("--- {text}\n")).root()), expected(&value));
        }
    }

    #[test]
    fn children_lie_inside_their_parents_in_order(value in values()) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        let document = read(&text);
        for node in document.root().descendants() {
            let mut last = node.span().start;
            let children = node.items().chain(node.entries().flat_map(|entry| [entry.key, entry.value]));
            for child in children {
                prop_assert!(node.span().contains(child.span()));
                prop_assert!(child.span().start >= last);
                last = child.span().end;
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn any_yaml_like_text_is_read_or_refused(text in "[-a:{}\\[\\]!&*|>'\"#%,? \n\té]{0,80}") {
        if let Ok(document) = parse(text.as_bytes()) {
            for node in document.root().descendants() {
                prop_assert!(document.text().get(node.span().range()).is_some());
            }
        }
    }
}
