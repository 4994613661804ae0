use proptest::prelude::*;

use super::*;

fn digest(seed: u8) -> String {
    format!("{seed:02x}").repeat(32)
}

fn stored(key: &str) -> StoredVersion {
    StoredVersion { key: key.into(), version: Some("1".into()), bytes: 10 }
}

fn references(texts: &[&str], stacks: &[&str]) -> References {
    let mut references = References::default();
    texts.iter().for_each(|text| references.mentioned_in(text));
    references.stacks = stacks.iter().map(|stack| (*stack).to_owned()).collect();
    references
}

#[test]
fn only_what_nothing_mentions_goes() {
    let live = format!("CodeUri: s3://slsx-artifacts-1-eu/fn/{}.zip", digest(1));
    let flow = format!("{{\"Key\":\"file/{}.json\"}}", digest(2));
    let content: Vec<_> = [
        format!("fn/{}.zip", digest(1)),
        format!("file/{}.json", digest(2)),
        format!("fn/{}.zip", digest(3)),
        format!("template/{}.yaml", digest(4)),
        "hot/video-dev.json".into(),
        "hot/gone.json".into(),
        "deployed/video-dev.json".into(),
        "gc/last.json".into(),
        "fn/readme.txt".into(),
        "backup/2026.tar".into(),
        format!("fn/{}", "G".repeat(64)),
    ]
    .iter()
    .map(|key: &String| stored(key))
    .collect();
    let garbage = sort_out(&content, &references(&[&live, &flow], &["video-dev"]));
    let removed: Vec<_> = garbage.removed.keys().cloned().collect();
    assert_eq!(
        removed,
        [format!("fn/{}.zip", digest(3)), "hot/gone.json".into(), format!("template/{}.yaml", digest(4))]
    );
    assert_eq!(garbage.foreign.len(), 3, "{:?}", garbage.foreign);
    assert_eq!(garbage.bytes(), 30);
    assert_eq!(to_be_read(&garbage), ["deployed/video-dev.json", "hot/video-dev.json"]);
}

#[test]
fn every_version_of_a_key_shares_its_fate() {
    let key = format!("fn/{}.zip", digest(1));
    let old = StoredVersion { version: Some("0".into()), ..stored(&key) };
    let garbage = sort_out(&[stored(&key), old.clone()], &References::default());
    assert_eq!(garbage.removed[&key], [stored(&key), old]);
}

#[test]
fn nothing_is_removed_that_was_not_shown() {
    let (first, second) = (format!("fn/{}.zip", digest(1)), format!("fn/{}.zip", digest(2)));
    let shown = sort_out(&[stored(&first)], &References::default());
    let now = sort_out(&[stored(&first), stored(&second)], &References::default());
    assert_eq!(now.also_in(&shown).removed.keys().collect::<Vec<_>>(), [&first]);
}

#[test]
fn a_note_keeps_what_came_before() {
    let one = Deployed::after(None, [digest(1)]);
    let same = Deployed::after(Some(&one.text()), [digest(1)]);
    assert_eq!(same, one);
    let two = Deployed::after(Some(&same.text()), [digest(2)]);
    let three = Deployed::after(Some(&two.text()), [digest(3)]);
    let told = references(&[std::str::from_utf8(&three.text()).unwrap()], &[]);
    assert_eq!(told.digests, BTreeSet::from([digest(2), digest(3)]));
    assert_eq!(Deployed::after(Some(b"{"), [digest(1)]), one);
}

#[test]
fn a_sweep_that_was_killed_holds_up_nobody_for_long() {
    let sweep = Sweep::begin("a".into(), 1_000);
    assert!(sweep.is_running(1_000) && sweep.is_running(1_000 + SWEEP_LIMIT_MS));
    assert!(!sweep.is_running(1_001 + SWEEP_LIMIT_MS));
    let read = Sweep::read(Some(&sweep.clone().end().text())).unwrap();
    assert!(!read.is_running(1_000));
    assert_ne!(read, sweep);
    assert_eq!(Sweep::read(Some(b"x")), None);
    assert_eq!(Sweep::read(None), None);
}

proptest! {
    #[test]
    fn what_a_text_mentions_never_goes(
        seeds in prop::collection::vec(0_u8..20, 1..10),
        named in prop::collection::vec(0_u8..20, 0..10),
        before in "[a-f0-9/ :]{0,5}",
        after in "[a-f0-9. \"]{0,5}",
    ) {
        let content: Vec<_> = seeds.iter().map(|seed| stored(&format!("fn/{}.zip", digest(*seed)))).collect();
        let text: String = named.iter().map(|seed| format!("{before}{}{after}\n", digest(*seed))).collect();
        let garbage = sort_out(&content, &references(&[&text], &[]));
        for seed in &named {
            let key = format!("fn/{}.zip", digest(*seed));
            prop_assert!(!garbage.removed.contains_key(&key));
        }
    }
}
