//! A newer pattern version and a project that was changed since: what each file becomes. Three-way, and pure.
//!
//! What the user changed is never lost: where both sides changed the same lines, both stay.

use std::collections::{BTreeMap, BTreeSet};

use super::path::RelativePath;
use super::record::{ANSWERS_FILE, BASE_FILE, Record, sha256};

/// What is put beside a file for the part of the new version that did not fit in.
pub const REJECTED: &str = ".rej";

/// How a conflict is left to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConflictStyle {
    /// Both sides in the file, between conflict markers.
    Inline,
    /// The user's file as it is, and the new version's beside it.
    Reject,
}

/// What happens to one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// The new version has it, the project does not.
    Add,
    /// Only the pattern changed it.
    Replace,
    /// Both changed it, in different places.
    Merge,
    /// Both changed the same lines.
    Conflict,
    /// The new version has it no more, and the project never changed it.
    Delete,
    /// The new version has it no more, but the project changed it: it stays.
    Keep,
    /// The project deleted it and the pattern changed it: it stays deleted.
    StayDeleted,
}

/// One file and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub path: RelativePath,
    /// What happens.
    pub kind: ChangeKind,
    /// Its new content; none when it is deleted or left alone.
    pub content: Option<Vec<u8>>,
    /// What is put beside it.
    pub rejected: Option<Vec<u8>>,
}

/// The three sides of an update.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// How the project was made.
    pub record: &'a Record,
    /// Its text files as they were made.
    pub base: &'a BTreeMap<String, String>,
    /// Its files as they are, as far as the other sides name them.
    pub ours: &'a BTreeMap<String, Vec<u8>>,
    /// The files of the new version.
    pub theirs: &'a BTreeMap<RelativePath, Vec<u8>>,
}

/// What becomes of each file, sorted by path; files that stay as they are are left out.
#[must_use]
pub fn merge(sides: &Sides<'_>, style: ConflictStyle) -> Vec<Change> {
    let made = sides.record.files.keys().filter_map(|path| RelativePath::parse(path).ok());
    let paths: BTreeSet<RelativePath> = made.chain(sides.theirs.keys().cloned()).collect();
    paths
        .into_iter()
        .filter(|path| !matches!(path.as_str(), ANSWERS_FILE | BASE_FILE))
        .filter_map(|path| change(sides, path, style))
        .collect()
}

fn change(sides: &Sides<'_>, path: RelativePath, style: ConflictStyle) -> Option<Change> {
    let made = sides.record.files.get(path.as_str());
    let ours = sides.ours.get(path.as_str());
    let theirs = sides.theirs.get(&path);
    let is_made = |content: &Vec<u8>| made.is_some_and(|hash| *hash == sha256(content));
    let plain = |kind, content: Option<&Vec<u8>>| {
        Some(Change { path: path.clone(), kind, content: content.cloned(), rejected: None })
    };
    match (ours, theirs) {
        (None, None) => None,
        (Some(ours), Some(theirs)) if ours == theirs || is_made(theirs) => None,
        (Some(ours), Some(theirs)) if is_made(ours) => plain(ChangeKind::Replace, Some(theirs)),
        (Some(ours), Some(theirs)) => Some(both_changed(sides, path.clone(), ours, theirs, style)),
        (Some(ours), None) if is_made(ours) => plain(ChangeKind::Delete, None),
        (Some(_), None) => plain(ChangeKind::Keep, None),
        (None, Some(theirs)) if is_made(theirs) => None,
        (None, Some(_)) if made.is_some() => plain(ChangeKind::StayDeleted, None),
        (None, Some(theirs)) => plain(ChangeKind::Add, Some(theirs)),
    }
}

fn both_changed(
    sides: &Sides<'_>,
    path: RelativePath,
    ours: &[u8],
    theirs: &[u8],
    style: ConflictStyle,
) -> Change {
    let base = sides.base.get(path.as_str()).map_or("", String::as_str);
    let texts = std::str::from_utf8(ours).ok().zip(std::str::from_utf8(theirs).ok());
    let merged = texts.map(|(ours, theirs)| diffy::merge(base, ours, theirs));
    match (merged, style) {
        (Some(Ok(text)), _) => {
            Change { path, kind: ChangeKind::Merge, content: Some(text.into_bytes()), rejected: None }
        }
        (Some(Err(text)), ConflictStyle::Inline) => {
            Change { path, kind: ChangeKind::Conflict, content: Some(text.into_bytes()), rejected: None }
        }
        // What is no text has no lines to put markers around.
        (Some(Err(_)), ConflictStyle::Reject) | (None, _) => {
            Change { path, kind: ChangeKind::Conflict, content: None, rejected: Some(theirs.to_vec()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

    /// What becomes of one file of which the three sides are given; none where a side has no such file.
    fn merged(
        base: Option<&str>,
        ours: Option<&[u8]>,
        theirs: Option<&str>,
        style: ConflictStyle,
    ) -> Option<Change> {
        let path = RelativePath::parse("a.txt").unwrap();
        let record = Record {
            files: base.map(|text| ("a.txt".to_owned(), sha256(text.as_bytes()))).into_iter().collect(),
            ..Record::default()
        };
        let base = base.map(|text| ("a.txt".to_owned(), text.to_owned())).into_iter().collect();
        let ours = ours.map(|content| ("a.txt".to_owned(), content.to_vec())).into_iter().collect();
        let theirs = theirs.map(|text| (path, text.as_bytes().to_vec())).into_iter().collect();
        let mut changes = merge(&Sides { record: &record, base: &base, ours: &ours, theirs: &theirs }, style);
        assert!(changes.len() <= 1);
        changes.pop()
    }

    fn kind(base: Option<&str>, ours: Option<&str>, theirs: Option<&str>) -> Option<ChangeKind> {
        merged(base, ours.map(str::as_bytes), theirs, ConflictStyle::Inline).map(|change| change.kind)
    }

    #[test]
    fn every_case_has_its_change() {
        let (mine, new) = (Some("mine\n"), Some("new\n"));
        let base = Some("base\n");
        for (case, expected) in [
            ((base, base, base), None),
            ((base, mine, base), None),
            ((base, new, new), None),
            ((base, base, new), Some(ChangeKind::Replace)),
            ((base, mine, new), Some(ChangeKind::Conflict)),
            ((base, base, None), Some(ChangeKind::Delete)),
            ((base, mine, None), Some(ChangeKind::Keep)),
            ((base, None, new), Some(ChangeKind::StayDeleted)),
            ((base, None, base), None),
            ((base, None, None), None),
            ((None, None, new), Some(ChangeKind::Add)),
            ((None, new, new), None),
            ((None, mine, new), Some(ChangeKind::Conflict)),
        ] {
            assert_eq!(kind(case.0, case.1, case.2), expected, "{case:?}");
        }
    }

    #[test]
    fn changes_in_different_places_are_both_kept() {
        let (ours, theirs) = (BASE.replace("two", "zwei"), BASE.replace("six", "sechs"));
        let change = merged(Some(BASE), Some(ours.as_bytes()), Some(&theirs), ConflictStyle::Inline).unwrap();
        assert_eq!(change.kind, ChangeKind::Merge);
        assert_eq!(change.content.unwrap(), BASE.replace("two", "zwei").replace("six", "sechs").into_bytes());
    }

    #[test]
    fn a_conflict_shows_both_or_leaves_the_file_alone() {
        let (ours, theirs) = (BASE.replace("two", "zwei"), BASE.replace("two", "deux"));
        let inline = merged(Some(BASE), Some(ours.as_bytes()), Some(&theirs), ConflictStyle::Inline).unwrap();
        let text = String::from_utf8(inline.content.unwrap()).unwrap();
        assert!(text.contains("zwei") && text.contains("deux") && text.contains("<<<<<<<"), "{text}");
        let reject = merged(Some(BASE), Some(ours.as_bytes()), Some(&theirs), ConflictStyle::Reject).unwrap();
        assert_eq!((reject.content, reject.rejected), (None, Some(theirs.into_bytes())));
    }

    #[test]
    fn what_is_no_text_is_never_mixed() {
        let change = merged(Some(BASE), Some(&[0xff, 0xfe]), Some("new\n"), ConflictStyle::Inline).unwrap();
        assert_eq!((change.kind, change.content), (ChangeKind::Conflict, None));
        assert_eq!(change.rejected.unwrap(), b"new\n");
    }
}
