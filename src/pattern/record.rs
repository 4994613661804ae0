//! `.slsx/`: how a project was made, so that it can be made again and brought up to a newer pattern.
//!
//! `answers.toml` has the answers and a hash of each file; `base.zip` has the text files as they were made, which is
//! what a three-way merge starts from. Both are committed with the project.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read as _};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::answers::Answer;
use super::catalogue::Origin;
use super::error::PatternError;
use super::names::ItemName;
use super::path::RelativePath;
use super::plan::Scaffold;
use crate::package::{SourceFile, archive};

/// Where the answers are.
pub const ANSWERS_FILE: &str = ".slsx/answers.toml";

/// Where the text files are as they were made.
pub const BASE_FILE: &str = ".slsx/base.zip";

/// A base beyond this was not written by us.
const LARGEST_TEXT: u64 = 16 * 1024 * 1024;

/// What `.slsx/answers.toml` says; also what `--answers` reads.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Record {
    /// Id of the pattern.
    pub pattern: String,
    /// Version of the pattern.
    pub version: String,
    /// Where the pattern came from, as `--from` takes it; none for those built into slsx.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The commit, for a pattern from a git repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Name of the project.
    pub project: String,
    /// Language of the functions.
    pub language: String,
    /// The answers by key.
    pub answers: BTreeMap<String, toml::Value>,
    /// SHA-256 of each file as it was made, by path.
    pub files: BTreeMap<String, String>,
}

impl Record {
    pub(super) fn of(scaffold: &Scaffold, files: &BTreeMap<RelativePath, Vec<u8>>) -> Self {
        let (from, commit) = match &scaffold.origin {
            Origin::BuiltIn => (None, None),
            Origin::Folder { path } => (Some(path.clone()), None),
            Origin::Git { from, commit } => (Some(from.clone()), Some(commit.clone())),
        };
        Self {
            pattern: scaffold.pattern.clone(),
            version: scaffold.version.clone(),
            from,
            commit,
            project: scaffold.project.to_string(),
            language: scaffold.language.name.clone(),
            answers: scaffold.answers.iter().map(|(key, answer)| (key.to_owned(), value(answer))).collect(),
            files: files.iter().map(|(path, content)| (path.to_string(), sha256(content))).collect(),
        }
    }

    /// Reads the text of an answers file.
    ///
    /// # Errors
    /// When it is not TOML or not of this form.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        toml::from_str(text).map_err(|error| PatternError::AnswersFile { message: error.to_string() })
    }

    pub(super) fn text(&self) -> Result<String, toml::ser::Error> {
        let text = toml::to_string(self)?;
        Ok(format!(
            "# How this project was made, and the SHA-256 of each file as it was made. `slsx update` reads it.\n{text}"
        ))
    }

    /// The answers as people would type them.
    ///
    /// # Errors
    /// When one is of a type that no answer has.
    pub fn texts(&self) -> Result<BTreeMap<String, String>, PatternError> {
        self.answers.iter().map(|(key, value)| Ok((key.clone(), typed(key, value)?))).collect()
    }
}

fn value(answer: &Answer) -> toml::Value {
    match answer {
        Answer::Choice(text) | Answer::Text(text) => toml::Value::from(text.as_str()),
        Answer::Boolean(is_so) => toml::Value::from(*is_so),
        Answer::Name(name) => toml::Value::from(name.as_str()),
        Answer::Names(names) => names.iter().map(ItemName::as_str).collect::<Vec<_>>().into(),
        Answer::Integer(number) => toml::Value::from(i64::try_from(*number).unwrap_or(i64::MAX)),
    }
}

fn typed(key: &str, value: &toml::Value) -> Result<String, PatternError> {
    let unusable = || PatternError::AnswersFile {
        message: format!("`{key}` is a {}, which no answer is", value.type_str()),
    };
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Boolean(is_so) => Ok(is_so.to_string()),
        toml::Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            Ok(texts.ok_or_else(unusable)?.join(","))
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => Err(unusable()),
    }
}

pub(super) fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The text files in a zip; what is no text cannot be merged, so its hash is enough.
pub(super) fn base(files: &BTreeMap<RelativePath, Vec<u8>>) -> Result<Vec<u8>, PatternError> {
    let texts: Vec<SourceFile> = files
        .iter()
        .filter(|(_, content)| std::str::from_utf8(content).is_ok() && content.len() as u64 <= LARGEST_TEXT)
        .map(|(path, content)| SourceFile {
            path: path.to_string(),
            content: content.clone(),
            is_executable: false,
            has_special_bits: false,
        })
        .collect();
    let unusable = |error: crate::package::PackageError| PatternError::Base { message: error.to_string() };
    archive(&texts).map(|archive| archive.bytes).map_err(unusable)
}

/// The text files of a base, by path.
///
/// # Errors
/// When it is no zip, or holds what no project has.
pub fn read_base(bytes: &[u8]) -> Result<BTreeMap<String, String>, PatternError> {
    let unusable = |error: &dyn std::fmt::Display| PatternError::Base { message: error.to_string() };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| unusable(&error))?;
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|error| unusable(&error))?;
        let name = file.name().map_err(|error| unusable(&error))?;
        let path = RelativePath::parse(&name)?.to_string();
        let mut text = String::new();
        file.take(LARGEST_TEXT).read_to_string(&mut text).map_err(|error| unusable(&error))?;
        files.insert(path, text);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_gives_back_its_texts() {
        let path = |text: &str| RelativePath::parse(text).unwrap();
        let files = BTreeMap::from([
            (path("a/b.txt"), b"x\ny\n".to_vec()),
            (path("c.bin"), vec![0xff, 0xfe]),
            (path("empty"), Vec::new()),
        ]);
        let bytes = base(&files).unwrap();
        assert_eq!(bytes, base(&files).unwrap());
        let texts = read_base(&bytes).unwrap();
        assert_eq!(texts.keys().collect::<Vec<_>>(), ["a/b.txt", "empty"]);
        assert_eq!(texts["a/b.txt"], "x\ny\n");
        assert!(read_base(b"no zip").is_err());
    }

    #[test]
    fn answers_are_read_as_they_would_be_typed() {
        let record = Record::parse("[answers]\na = 1\nb = true\nc = ['x', 'y']\nd = 'z'").unwrap();
        let texts = record.texts().unwrap();
        assert_eq!(texts.values().collect::<Vec<_>>(), ["1", "true", "x,y", "z"]);
        assert!(Record::parse("[answers]\na = 1.5").unwrap().texts().is_err());
        assert!(matches!(Record::parse("answer = 1"), Err(PatternError::AnswersFile { .. })));
    }
}
