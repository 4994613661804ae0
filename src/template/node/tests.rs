use super::*;
use crate::template::{Function, parse};

fn read(text: &str) -> Document {
    parse(text.as_bytes()).unwrap()
}

#[test]
fn scalars_are_typed_as_cloudformation_takes_them() {
    let document = read("[~, null, '', 'null', !!str null, 512, '512', yes, 'yes', 'true', FALSE, x]");
    let items: Vec<_> = document.root().items().collect();
    let nulls: Vec<_> = items.iter().map(|item| item.is_null()).collect();
    assert_eq!(nulls[..6], [true, true, false, false, false, false]);
    assert_eq!(items[4].as_str(), Some("null"));
    let booleans: Vec<_> = items[7..].iter().map(|item| item.as_bool()).collect();
    assert_eq!(booleans, [Some(true), None, Some(true), Some(false), None]);
}

#[test]
fn merge_keys_bring_in_what_is_not_there() {
    let document = read(
        "one: &one {a: 1, b: 1}\ntwo: &two {<<: *one, b: 2, c: 2}\n\
         three: {c: 3, <<: [*two, {d: 4, a: 9}]}\nself: &s {x: 1}\n",
    );
    let three = document.root().get("three").unwrap();
    let entries: Vec<_> =
        three.entries().map(|entry| (entry.name(), entry.value.as_str().unwrap())).collect();
    assert_eq!(entries, [("c", "3"), ("b", "2"), ("d", "4"), ("a", "9")]);
    for (name, value) in entries {
        assert_eq!(three.get(name).unwrap().as_str(), Some(value), "{name}");
    }
    assert!(three.get("<<").is_none() || three.entries().all(|entry| entry.name() != "<<"));
}

#[test]
fn one_value_counts_as_a_list_of_one() {
    let document = read("{a: x, b: [x, y], c: {d: e}, f: []}");
    let count = |name| document.root().get(name).unwrap().items_or_self().count();
    assert_eq!((count("a"), count("b"), count("c"), count("f")), (1, 2, 1, 0));
}

#[test]
fn descendants_list_aliases_and_do_not_enter_them() {
    let document = read("a: &a [1, 2]\nb: [*a, *a]\n");
    assert_eq!(document.root().get("b").unwrap().descendants().count(), 3);
    assert_eq!(document.root().get("b").unwrap().items().flat_map(NodeRef::items).count(), 4);
}

#[test]
fn intrinsics_are_mappings_with_one_key() {
    let document =
        read("[!Ref a, {Ref: a, b: c}, {Fn::New: x}, {Condition: {StringEquals: {}}}, {Condition: c}, x]");
    let functions: Vec<_> =
        document.root().items().map(|item| item.intrinsic().map(|intrinsic| intrinsic.function)).collect();
    let expected = [Some(Function::Ref), None, Some(Function::Other), None, Some(Function::Condition), None];
    assert_eq!(functions, expected);
}

#[test]
fn debug_output_shows_no_values() {
    let document = read("password: hunter2");
    assert!(!format!("{:?}", document.root().get("password")).contains("hunter2"));
}
