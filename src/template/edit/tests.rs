use proptest::prelude::*;

use super::*;
use crate::template::{Document, Kind, parse};

fn read(text: &str) -> Document {
    parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}\n{error} {:?}", error.position()))
}

/// Every scalar with the keys and numbers that lead to it, aliases not entered.
fn leaves(document: &Document) -> Vec<(Kind, Option<String>, bool)> {
    let nodes = document.root().descendants();
    nodes.map(|node| (node.kind(), node.as_str().map(str::to_owned), node.is_null())).collect()
}

fn value<'d>(document: &'d Document) -> NodeRef<'d> {
    document.root().get("v").or_else(|| document.root().path(&["o", "v"])).unwrap()
}

const PLACES: &[&str] = &[
    "v: src/ # comment\nw: x\n",
    "v: 'src'\nw: x\n",
    "v: \"src\"\nw: x\n",
    "v: !Sub src/${x}\nw: x\n",
    "v: |\n  code\n\nw: x\n",
    "v: >-\n  code\n  more",
    "v: several\n  lines\nw: x\n",
    "v:\n  Bucket: b\n  Key: k\nw: x\n",
    "v: # comment\n  Bucket: b\n\n# comment\nw: x\n",
    "v:\n- a\n- b\nw: x\n",
    "o:\n  v:\n  - a\n  - b: c\n  w: x\n",
    "v:\n  - a\nw: x\n",
    "v: {Bucket: b, Key: k}\nw: x\n",
    "o: {a: b, v: src, w: x}\n",
    "o: {v: 'src'}\n",
    "o: {v: [1, 2], w: x}\n",
    "o: {v: , w: x}\n",
    "v:\nw: x\n",
    "v: # nothing\nw: x\n",
    "v: ~\n",
    "v: &anchor src\nw: *anchor\n",
    "a: &anchor {b: c}\nv: *anchor\nw: x\n",
    "{\"v\": \"src\", \"w\": 1}",
    "{\"o\": {\n  \"v\": null,\n  \"w\": [1]}}\n",
    "{\"v\": {\"Bucket\": \"b\"}}",
    "v: src/\r\nw: x\r\n",
    "\u{feff}v: src\n",
];

#[test]
fn a_value_becomes_text_everywhere() {
    let texts = [
        "s3://bucket/key",
        "",
        "true",
        "12",
        "a: b",
        "- x",
        "it's",
        "\"q\"\\",
        "é🦀\n\t\0",
        ".",
        "~",
        "{a}",
        "x #y",
    ];
    for place in PLACES {
        for text in texts {
            let before = read(place);
            let edit = Edit::scalar(value(&before), text).unwrap_or_else(|error| panic!("{place}: {error}"));
            let edited = apply(place, &[edit]).unwrap();
            let after = read(&edited);
            let node = value(&after);
            assert_eq!((node.as_str(), node.is_null()), (Some(text), false), "{place:?} -> {edited:?}");
            assert_eq!(after.root().get("w").is_some(), before.root().get("w").is_some(), "{edited:?}");
            assert_eq!(after.format(), before.format());
        }
    }
}

#[test]
fn a_value_becomes_a_mapping_everywhere() {
    for place in PLACES {
        let before = read(place);
        let edit = Edit::mapping(value(&before), &[("Bucket", "b: c"), ("Key", "k/1")]).unwrap();
        let edited = apply(place, &[edit]).unwrap();
        let after = read(&edited);
        let node = value(&after);
        assert_eq!(node.get("Bucket").and_then(NodeRef::as_str), Some("b: c"), "{edited:?}");
        assert_eq!(node.get("Key").and_then(NodeRef::as_str), Some("k/1"), "{edited:?}");
        assert_eq!(node.entries().count(), 2);
    }
}

#[test]
fn quotes_are_kept_and_added_only_where_needed() {
    for (place, text, expected) in [
        ("v: src/ # c\n", "s3://b/k.zip", "v: s3://b/k.zip # c\n"),
        ("v: 'src'\n", "it's", "v: 'it''s'\n"),
        ("v: \"src\"\n", "lib", "v: \"lib\"\n"),
        ("v: src\n", "yes", "v: \"yes\"\n"),
        ("o: {v: src}\n", "s3://b/k", "o: {v: \"s3://b/k\"}\n"),
        ("{\"v\": 1}", "a\"b", "{\"v\": \"a\\\"b\"}"),
    ] {
        let document = read(place);
        let edit = Edit::scalar(value(&document), text).unwrap();
        assert_eq!(apply(place, &[edit]).unwrap(), expected);
    }
    let document = read("v: x\n");
    let edit = Edit::mapping(value(&document), &[("Bucket", "b"), ("Key", "a b")]).unwrap();
    assert_eq!(edit.replacement, "{Bucket: b, Key: \"a b\"}");
}

#[test]
fn edits_that_cannot_be_made_are_errors() {
    let edit = |start, end| Edit { span: Span::new(start, end), replacement: "x".to_owned() };
    assert_eq!(apply("abcdef", &[edit(2, 4), edit(0, 3)]), Err(EditError::Overlap { offset: 2 }));
    assert_eq!(apply("abc", &[edit(2, 9)]), Err(EditError::OutOfPlace { offset: 2 }));
    assert_eq!(apply("é", &[edit(1, 2)]), Err(EditError::OutOfPlace { offset: 1 }));
    assert_eq!(apply("abcdef", &[edit(4, 6), edit(0, 1)]).as_deref(), Ok("xbcdx"));
    for text in ["", "[{v}]", "v: &anchor\n"] {
        let document = read(text);
        let null = document.root().descendants().find(|node| node.is_null()).unwrap();
        assert!(matches!(Edit::scalar(null, "x"), Err(EditError::NothingToReplace { .. })), "{text:?}");
    }
}

/// A template-like text, with the values written in all the ways there are.
fn documents() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("src/".to_owned()),
        Just("12".to_owned()),
        Just("'it''s'".to_owned()),
        Just("\"a\\nb\"".to_owned()),
        Just("!Ref X".to_owned()),
        Just("!Sub '${A}'".to_owned()),
        Just("{a: b, c: [d, 'e']}".to_owned()),
        Just("[x, {y: z}]".to_owned()),
        Just("!GetAtt [a, b]".to_owned()),
        Just("\n{pad}  k: v\n{pad}  l: w".to_owned()),
        Just("\n{pad}- i\n{pad}- j: k".to_owned()),
        Just("|\n{pad}  text\n\n{pad}  more\n".to_owned()),
        Just("plain\n{pad}  continued".to_owned()),
    ];
    let entry = (0_usize..3, scalar, prop::bool::ANY);
    prop::collection::vec(entry, 1..12).prop_map(|entries| {
        let mut text = String::new();
        for (number, (depth, value, has_comment)) in entries.into_iter().enumerate() {
            for level in 0..depth {
                text.push_str(&format!("{}n{number}:\n", "  ".repeat(level)));
            }
            let pad = "  ".repeat(depth);
            let value = value.replace("{pad}", &pad);
            let comment = if has_comment && !value.contains('\n') { " # note" } else { "" };
            text.push_str(&format!("{pad}k{number}: {value}{comment}\n"));
        }
        text
    })
}

proptest! {
    #[test]
    fn other_values_stay_what_they_are(text in documents(), picks in prop::collection::vec(any::<prop::sample::Index>(), 1..4), new in "[ -~é🦀\n\t]{0,16}") {
        let before = read(&text);
        let scalars: Vec<NodeRef<'_>> = values(&before);
        let mut chosen: Vec<NodeRef<'_>> = picks.iter().map(|pick| scalars[pick.index(scalars.len())]).collect();
        chosen.sort_by_key(|node| node.id());
        chosen.dedup();
        let edits: Vec<Edit> = chosen.iter().map(|node| Edit::scalar(*node, &new).unwrap()).collect();
        let edited = apply(&text, &edits).unwrap();
        let after = read(&edited);
        let mut expected = leaves(&before);
        for node in &chosen {
            expected[usize::try_from(node.id().0).unwrap()] = (Kind::Scalar, Some(new.clone()), false);
        }
        prop_assert_eq!(leaves(&after), expected, "{}", edited);
    }
}

/// The scalars that are values: keys and the insides of short tags aside.
fn values(document: &Document) -> Vec<NodeRef<'_>> {
    let entries = document.root().descendants().flat_map(NodeRef::entries).map(|entry| entry.value);
    let items = document.root().descendants().flat_map(NodeRef::items);
    entries.chain(items).filter(|node| node.is_scalar()).collect()
}
