//! What in the artifact bucket nothing refers to any more. Age is never a reason; who refers to what is told to it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// One version of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredVersion {
    /// The object's key.
    pub key: String,
    /// The version; none in a bucket that keeps none.
    pub version: Option<String>,
    /// Its size; 0 for a delete marker.
    pub bytes: u64,
}

/// What refers to objects of the bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// SHA-256 digests, in hex: every key of ours is made of the digest of its content.
    pub digests: BTreeSet<String>,
    /// Names of the stacks that exist, whose notes stay.
    pub stacks: BTreeSet<String>,
}

impl References {
    /// Adds every digest that a text mentions: a template, a note, a change set.
    pub fn mentioned_in(&mut self, text: &str) {
        let is_hex = |letter: char| letter.is_ascii_digit() || ('a'..='f').contains(&letter);
        for run in text.split(|letter| !is_hex(letter)).filter(|run| run.len() >= DIGEST) {
            // Letters of a name may stand directly before or after a digest.
            let starts = 0..=run.len() - DIGEST;
            self.digests.extend(starts.filter_map(|start| run.get(start..start + DIGEST)).map(str::to_owned));
        }
    }
}

/// Letters of a SHA-256 digest in hex.
const DIGEST: usize = 64;

/// What is in the bucket, parted by what becomes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Garbage {
    /// Every version of what nothing refers to, by key.
    pub removed: BTreeMap<String, Vec<StoredVersion>>,
    /// Keys that something refers to.
    pub kept: BTreeSet<String>,
    /// Keys that slsx did not make.
    pub foreign: BTreeSet<String>,
}

impl Garbage {
    /// Bytes of everything that goes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.removed.values().flatten().map(|version| version.bytes).sum()
    }

    /// What goes and went in an earlier look too: nothing is removed that was not shown.
    #[must_use]
    pub fn also_in(self, shown: &Self) -> Self {
        let removed = self.removed.into_iter().filter(|(key, _)| shown.removed.contains_key(key)).collect();
        Self { removed, ..self }
    }
}

/// Parts the bucket's content. A key goes with all its versions, or stays with all of them.
#[must_use]
pub fn sort_out(content: &[StoredVersion], references: &References) -> Garbage {
    let mut garbage = Garbage::default();
    for version in content {
        match Ours::of(&version.key) {
            None => {
                garbage.foreign.insert(version.key.clone());
            }
            Some(ours) if ours.is_referred_to(references) => {
                garbage.kept.insert(version.key.clone());
            }
            Some(_) => garbage.removed.entry(version.key.clone()).or_default().push(version.clone()),
        }
    }
    garbage
}

/// An object that slsx made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ours<'a> {
    /// A package, file or template, with the digest of its content.
    Content(&'a str),
    /// A note about a stack.
    Note(&'a str),
    /// A note about a stack set, whose stacks may be in accounts that cannot be asked.
    Reach,
    /// The note about the last sweep.
    Sweep,
}

impl<'a> Ours<'a> {
    fn of(key: &'a str) -> Option<Self> {
        if key == SWEEP_KEY {
            return Some(Self::Sweep);
        }
        let (folder, name) = key.split_once('/')?;
        match folder {
            "fn" | "file" | "template" => {
                let digest = name.split('.').next().unwrap_or_default();
                let is_hex = digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
                (digest.len() == DIGEST && is_hex).then_some(Self::Content(digest))
            }
            "hot" | "deployed" => name.strip_suffix(".json").map(Self::Note),
            "reach" => Some(Self::Reach),
            _ => None,
        }
    }

    fn is_referred_to(self, references: &References) -> bool {
        match self {
            Self::Content(digest) => references.digests.contains(digest),
            Self::Note(stack) => references.stacks.contains(stack),
            Self::Reach | Self::Sweep => true,
        }
    }
}

/// The keys whose text mentions other objects: templates that are kept, and notes of stacks that exist.
#[must_use]
pub fn to_be_read(garbage: &Garbage) -> Vec<&str> {
    let is_text = |key: &&str| match Ours::of(key) {
        Some(Ours::Content(_)) => key.starts_with("template/"),
        Some(Ours::Note(_) | Ours::Reach) => true,
        Some(Ours::Sweep) | None => false,
    };
    garbage.kept.iter().map(String::as_str).filter(is_text).collect()
}

/// The digests of what a stack was deployed with, now and the time before: what a rollback by hand goes back to is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployed {
    schema: String,
    current: BTreeSet<String>,
    previous: BTreeSet<String>,
}

impl Deployed {
    /// The note after a deployment with these keys; `before` is the note that was there.
    #[must_use]
    pub fn after(before: Option<&[u8]>, keys: impl IntoIterator<Item = String>) -> Self {
        let before: Self = before.and_then(|text| serde_json::from_slice(text).ok()).unwrap_or_default();
        let current: BTreeSet<String> = keys.into_iter().collect();
        // A deployment that sends the same again does not make itself its own predecessor.
        let previous = if before.current == current { before.previous } else { before.current };
        Self { schema: "slsx/deployed/1".to_owned(), current, previous }
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// The key of a stack's note about what it was deployed with.
#[must_use]
pub fn deployed_key(stack: &str) -> String {
    format!("deployed/{stack}.json")
}

/// The key of a stack set's note, in the bucket of each of its regions.
#[must_use]
pub fn reach_key(stack_set: &str) -> String {
    format!("reach/{stack_set}.json")
}

/// The key of the note about the last sweep.
pub const SWEEP_KEY: &str = "gc/last.json";

/// The note about a sweep. It is there before anything is read, and changed when everything is removed: a deployment
/// that finds the same finished note before it looks for its packages and after its change set is made has not been
/// crossed by a sweep, and one that begins afterwards sees the change set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    schema: String,
    /// Another one has another id.
    id: String,
    /// When it began, milliseconds since the Unix epoch.
    pub began_ms: u64,
    /// Nothing is removed any more.
    pub is_over: bool,
}

/// A sweep removes nothing later than this after it began, so that one that was killed holds nobody up for long.
pub const SWEEP_LIMIT_MS: u64 = 5 * 60 * 1000;

impl Sweep {
    /// One that begins.
    #[must_use]
    pub fn begin(id: String, now_ms: u64) -> Self {
        Self { schema: "slsx/gc-note/1".to_owned(), id, began_ms: now_ms, is_over: false }
    }

    /// The same, over.
    #[must_use]
    pub fn end(self) -> Self {
        Self { is_over: true, ..self }
    }

    /// Reads the note; none when there is none that can be read.
    #[must_use]
    pub fn read(text: Option<&[u8]>) -> Option<Self> {
        serde_json::from_slice(text?).ok()
    }

    /// Whether it may still remove something.
    #[must_use]
    pub const fn is_running(&self, now_ms: u64) -> bool {
        !self.is_over && now_ms.saturating_sub(self.began_ms) <= SWEEP_LIMIT_MS
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
