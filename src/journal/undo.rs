//! Decides what of a run is still there to undo: only what carries its mark.

use serde::Serialize;

use super::entry::Entry;
use crate::coldstart::Mark;
use crate::names::Qualifier;

/// What to do about the description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptionStep<'a> {
    /// Write this, as a compare-and-set on the revision just read.
    Write(&'a str),
    /// Leave it: it does not carry our mark, so it is the original or somebody else's.
    Leave,
}

/// What was undone, or what would be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Undone {
    /// The original description was written back.
    pub has_restored_description: bool,
    /// Versions of the run that were deleted.
    pub deleted_versions: Vec<Qualifier>,
    /// Versions of the run that an alias points to by now: somebody uses them, so they stay.
    pub adopted_versions: Vec<Qualifier>,
    /// The function was a temporary copy of the run, and is deleted.
    pub has_deleted_copy: bool,
    /// The function does not exist any more.
    pub is_function_gone: bool,
}

/// The step that the present description asks for.
///
/// `must_fence`: a write of ours got no reply and could still arrive. Writing the original over itself gives the
/// function a new revision, and the late write then fails its compare-and-set.
#[must_use]
pub fn description_step<'a>(entry: &'a Entry, present: &str, must_fence: bool) -> DescriptionStep<'a> {
    let is_fence = must_fence && present == entry.description;
    if Mark::is_of(present, &entry.run) || is_fence {
        DescriptionStep::Write(&entry.description)
    } else {
        DescriptionStep::Leave
    }
}

/// Whether a function with this description is the copy that the entry is about.
#[must_use]
pub fn is_the_copy(entry: &Entry, description: &str) -> bool {
    entry.is_copy && (description == entry.description || Mark::is_of(description, &entry.run))
}

/// Of these versions and their descriptions, the ones this run published.
pub fn versions_to_delete<'a>(
    entry: &Entry,
    versions: impl IntoIterator<Item = (&'a Qualifier, &'a str)>,
) -> Vec<Qualifier> {
    versions
        .into_iter()
        .filter(|(version, description)| {
            version.as_str() != "$LATEST" && Mark::is_of(description, &entry.run)
        })
        .map(|(version, _)| version.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{DescriptionStep, description_step, is_the_copy, versions_to_delete};
    use crate::journal::{Entry, Place, Target};
    use crate::names::Qualifier;

    fn entry() -> Entry {
        Entry {
            place: Place { account: "1".into(), region: "r".into(), target: Target::Aws },
            function: "f".into(),
            arn: "arn".into(),
            run: "run".into(),
            description: "original".into(),
            started_ms: 0,
            is_copy: false,
        }
    }

    #[test]
    fn only_our_own_mark_is_overwritten() {
        let entry = entry();
        assert_eq!(description_step(&entry, "slsx:run:3", false), DescriptionStep::Write("original"));
        for present in ["original", "", "slsx:other:3", "slsx:run", "edited by a colleague: slsx:run:3"] {
            assert_eq!(description_step(&entry, present, false), DescriptionStep::Leave, "{present}");
        }
    }

    #[test]
    fn a_fence_rewrites_the_original_and_nothing_else() {
        let entry = entry();
        assert_eq!(description_step(&entry, "original", true), DescriptionStep::Write("original"));
        assert_eq!(description_step(&entry, "edited", true), DescriptionStep::Leave);
    }

    #[test]
    fn only_a_copy_of_our_own_is_deleted() {
        let copy = Entry { is_copy: true, description: "copy of x, run".into(), ..entry() };
        assert!(is_the_copy(&copy, "copy of x, run") && is_the_copy(&copy, "slsx:run:2"));
        assert!(!is_the_copy(&copy, "slsx:other:2") && !is_the_copy(&copy, ""));
        assert!(!is_the_copy(&entry(), "original"), "what is no copy is never deleted");
    }

    #[test]
    fn only_versions_with_our_mark_are_deleted() {
        let versions: Vec<(Qualifier, &str)> = vec![
            ("1".into(), "original"),
            ("2".into(), "slsx:run:0"),
            ("3".into(), "slsx:other:0"),
            ("4".into(), "slsx:run:1"),
            ("$LATEST".into(), "slsx:run:1"),
        ];
        let found = versions_to_delete(&entry(), versions.iter().map(|(version, text)| (version, *text)));
        assert_eq!(found, ["2".into(), "4".into()]);
    }
}
