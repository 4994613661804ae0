//! One journal: a header with version and checksum, then the entry as JSON.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::place::Place;
use crate::names::{Arn, FunctionName, RunId};

const MAGIC: &str = "slsx-journal";
const VERSION: &str = "1";

/// What one run must put back on one function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Where the function lives.
    pub place: Place,
    /// The function.
    pub function: FunctionName,
    /// Its unqualified ARN.
    pub arn: Arn,
    /// The run; its marks name it.
    pub run: RunId,
    /// The description before the first change.
    pub description: String,
    /// When the run started, milliseconds since the Unix epoch.
    pub started_ms: u64,
    /// The function is a temporary copy that the run makes: the undo deletes it.
    #[serde(default, skip_serializing_if = "is_not")]
    pub is_copy: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_not(flag: &bool) -> bool {
    !*flag
}

/// Why a journal is not obeyed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not a journal, or cut short.
    #[error("it is not a complete journal")]
    Torn,
    /// From another version of slsx.
    #[error("its format is version {found}, and this slsx knows version {VERSION}")]
    Version {
        /// The version in the header.
        found: String,
    },
    /// Changed after it was written.
    #[error("its checksum does not match its content")]
    Checksum,
    /// The content does not agree with itself.
    #[error("its content is not an entry: {message}")]
    Content {
        /// What is wrong.
        message: String,
    },
    /// Written somewhere else.
    #[error("it belongs to {written_in}, and this is {here}")]
    Foreign {
        /// Where it was written.
        written_in: String,
        /// Where we are.
        here: String,
        /// What recovers it there.
        command: String,
    },
}

impl Entry {
    /// The journal's text.
    #[must_use]
    pub fn encode(&self) -> String {
        // A struct of strings and numbers always has a JSON form; an empty body would be refused when read.
        let body = serde_json::to_string(self).unwrap_or_default();
        format!("{MAGIC} {VERSION} sha256:{}\n{body}\n", hex(body.as_bytes()))
    }

    /// Reads a journal written in this place.
    ///
    /// # Errors
    /// Anything else is not obeyed.
    pub fn decode(text: &str, here: &Place) -> Result<Self, Unreadable> {
        let (header, rest) = text.split_once('\n').ok_or(Unreadable::Torn)?;
        let mut words = header.split(' ');
        let [Some(MAGIC), Some(version), Some(checksum), None] =
            [words.next(), words.next(), words.next(), words.next()]
        else {
            return Err(Unreadable::Torn);
        };
        if version != VERSION {
            return Err(Unreadable::Version { found: version.to_owned() });
        }
        let body = rest.strip_suffix('\n').ok_or(Unreadable::Torn)?;
        if checksum.strip_prefix("sha256:") != Some(hex(body.as_bytes()).as_str()) {
            return Err(Unreadable::Checksum);
        }
        let entry: Self =
            serde_json::from_str(body).map_err(|error| Unreadable::Content { message: error.to_string() })?;
        entry.check_arn()?;
        if entry.place != *here {
            return Err(Unreadable::Foreign {
                written_in: entry.place.to_string(),
                here: here.to_string(),
                command: entry.place.recover_command(),
            });
        }
        Ok(entry)
    }

    /// The journal's name: one for each function and place, safe as a file name.
    #[must_use]
    pub fn name(function: &FunctionName, arn: &Arn, place: &Place) -> String {
        let readable: String = function
            .as_str()
            .chars()
            .map(
                |character| {
                    if character.is_ascii_alphanumeric() || character == '_' { character } else { '-' }
                },
            )
            .take(64)
            .collect();
        let identity = hex(format!("{place}\n{arn}").as_bytes());
        format!("{readable}-{}", identity.get(..16).unwrap_or_default())
    }

    /// `arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME` must name the same place and function.
    fn check_arn(&self) -> Result<(), Unreadable> {
        let parts: Vec<&str> = self.arn.as_str().split(':').collect();
        let expected = [self.place.region.as_str(), &self.place.account, "function", self.function.as_str()];
        let agrees = parts.len() == 7 && parts.get(3..).is_some_and(|found| found == expected);
        agrees.then_some(()).ok_or_else(|| Unreadable::Content {
            message: format!("{} is not function {} of {}", self.arn, self.function, self.place),
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::place::{Place, Target};
    use super::{Entry, Unreadable};

    fn here() -> Place {
        Place { account: "123456789012".into(), region: "eu-west-1".into(), target: Target::Aws }
    }

    fn entry(description: &str) -> Entry {
        Entry {
            place: here(),
            function: "uploads-thumbnail".into(),
            arn: "arn:aws:lambda:eu-west-1:123456789012:function:uploads-thumbnail".into(),
            run: "00ff00ff00ff00ff".into(),
            description: description.into(),
            started_ms: 1_800_000_000_000,
            is_copy: false,
        }
    }

    #[test]
    fn cut_at_any_byte_it_is_not_obeyed() {
        let text = entry("makes thumbnails\nof \"uploads\" – é").encode();
        for length in 0..text.len() {
            let cut = String::from_utf8_lossy(&text.as_bytes()[..length]).into_owned();
            assert!(Entry::decode(&cut, &here()).is_err(), "cut at {length}");
        }
        assert!(Entry::decode(&text, &here()).is_ok());
    }

    #[test]
    fn with_any_bit_flipped_it_is_not_obeyed() {
        let text = entry("makes thumbnails").encode();
        for position in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[position] ^= 1 << bit;
                let flipped = String::from_utf8_lossy(&bytes).into_owned();
                assert!(Entry::decode(&flipped, &here()).is_err(), "byte {position}, bit {bit}");
            }
        }
    }

    #[test]
    fn written_elsewhere_it_is_not_obeyed() {
        let text = entry("x").encode();
        let elsewhere = [
            Place { account: "210987654321".into(), ..here() },
            Place { region: "us-east-1".into(), ..here() },
            Place { target: Target::Local { instance: "default".into() }, ..here() },
            Place { target: Target::Endpoint { url: "http://127.0.0.1:1".into() }, ..here() },
        ];
        for place in elsewhere {
            assert!(matches!(Entry::decode(&text, &place), Err(Unreadable::Foreign { .. })), "{place}");
        }
    }

    #[test]
    fn an_entry_that_contradicts_itself_is_not_obeyed() {
        for arn in [
            "arn:aws:lambda:eu-west-1:123456789012:function:other",
            "arn:aws:lambda:eu-west-1:210987654321:function:uploads-thumbnail",
            "arn:aws:lambda:us-east-1:123456789012:function:uploads-thumbnail",
            "arn:aws:lambda:eu-west-1:123456789012:function:uploads-thumbnail:7",
            "",
        ] {
            let text = Entry { arn: arn.into(), ..entry("x") }.encode();
            assert!(matches!(Entry::decode(&text, &here()), Err(Unreadable::Content { .. })), "{arn}");
        }
    }

    #[test]
    fn a_later_version_is_named_and_not_obeyed() {
        let text = entry("x").encode().replacen("slsx-journal 1 ", "slsx-journal 2 ", 1);
        assert_eq!(Entry::decode(&text, &here()), Err(Unreadable::Version { found: "2".into() }));
    }

    #[test]
    fn names_differ_by_place_and_are_safe_file_names() {
        let entry = entry("x");
        let name = Entry::name(&entry.function, &entry.arn, &here());
        let local = Place { target: Target::Local { instance: "default".into() }, ..here() };
        assert_ne!(name, Entry::name(&entry.function, &entry.arn, &local));
        assert!(name.starts_with("uploads-thumbnail-"), "{name}");
        let hostile = Entry::name(&"../../etc/passwd".into(), &entry.arn, &here());
        assert!(!hostile.contains(['/', '.']), "{hostile}");
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(description in "\\PC{0,256}", started_ms: u64, is_copy: bool) {
            let entry = Entry { started_ms, is_copy, ..entry(&description) };
            prop_assert_eq!(Entry::decode(&entry.encode(), &here()), Ok(entry));
        }

        #[test]
        fn no_text_makes_it_panic(text in "(slsx-journal 1 sha256:)?\\PC{0,200}\n?\\PC{0,200}\n?") {
            prop_assert!(Entry::decode(&text, &here()).is_err());
        }
    }
}
