//! Where `--from` points: a folder, or a git repository with an optional folder in it and an optional revision.

use super::error::PatternError;

/// A place to read patterns from; nothing in it is ever executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder on this machine.
    Folder(String),
    /// A git repository.
    Git(GitSource),
}

/// A folder of a git repository at one revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitSource {
    /// Whatever `git fetch` takes.
    pub url: String,
    /// The folder in it; empty for its root.
    pub folder: String,
    /// Branch, tag or commit; none for the default branch.
    pub revision: Option<String>,
}

impl Source {
    /// Reads `DIR` or `URL[//FOLDER][#REVISION]`; `gh:OWNER/REPOSITORY` is short for a repository on GitHub.
    ///
    /// # Errors
    /// When git would read a part of it as an option or leave the repository.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let is_git =
            ["git+", "gh:", "git@"].iter().any(|prefix| text.starts_with(prefix)) || text.contains("://");
        if !is_git {
            return Ok(Self::Folder(text.to_owned()));
        }
        let (place, revision) = match text.rsplit_once('#') {
            Some((place, revision)) => (place, Some(revision.to_owned())),
            None => (text, None),
        };
        let place = place.strip_prefix("git+").unwrap_or(place);
        let place = match place.strip_prefix("gh:") {
            Some(repository) => format!("https://github.com/{repository}"),
            None => place.to_owned(),
        };
        let scheme = place.find("://").map_or(0, |at| at + 3);
        let (url, folder) = match place.get(scheme..).and_then(|rest| rest.split_once("//")) {
            Some((_, folder)) => (place.len() - folder.len() - 2, folder),
            None => (place.len(), ""),
        };
        let source = GitSource {
            url: place.get(..url).unwrap_or_default().to_owned(),
            folder: folder.trim_matches('/').to_owned(),
            revision,
        };
        if source.is_safe() {
            Ok(Self::Git(source))
        } else {
            Err(PatternError::Source { given: text.to_owned() })
        }
    }
}

impl GitSource {
    fn is_safe(&self) -> bool {
        let is_plain =
            |text: &str| !text.starts_with('-') && !text.contains(|letter: char| letter.is_control());
        let is_inside =
            self.folder.is_empty() || self.folder.split('/').all(|part| !matches!(part, "" | "." | ".."));
        let is_revision = |text: &String| {
            !text.is_empty() && is_plain(text) && !text.contains([':', ' ', '^', '~', '*', '?'])
        };
        !self.url.is_empty()
            && is_plain(&self.url)
            && is_plain(&self.folder)
            && is_inside
            && self.revision.as_ref().is_none_or(is_revision)
    }
}

#[cfg(test)]
mod tests {
    use super::{GitSource, Source};

    fn git(url: &str, folder: &str, revision: Option<&str>) -> Source {
        Source::Git(GitSource { url: url.into(), folder: folder.into(), revision: revision.map(Into::into) })
    }

    #[test]
    fn every_form_is_read() {
        for (text, source) in [
            ("../patterns", Source::Folder("../patterns".into())),
            ("C:\\patterns", Source::Folder("C:\\patterns".into())),
            ("https://example.com/p.git", git("https://example.com/p.git", "", None)),
            ("git+https://example.com/p#v1.2", git("https://example.com/p", "", Some("v1.2"))),
            (
                "https://example.com/p.git//a/b#feature/x",
                git("https://example.com/p.git", "a/b", Some("feature/x")),
            ),
            ("gh:owner/name//patterns", git("https://github.com/owner/name", "patterns", None)),
            ("git@example.com:owner/name.git", git("git@example.com:owner/name.git", "", None)),
            ("file:///srv/p.git#main", git("file:///srv/p.git", "", Some("main"))),
            ("file:///srv/p.git//sub", git("file:///srv/p.git", "sub", None)),
        ] {
            assert_eq!(Source::parse(text).unwrap(), source, "{text}");
        }
    }

    #[test]
    fn what_git_would_misread_is_refused() {
        for text in [
            "git+--upload-pack=x://y",
            "https://example.com/p//../..",
            "https://example.com/p#",
            "https://example.com/p#--output=x",
            "https://example.com/p#a:b",
            "git+",
            "https://example.com/p//-x",
        ] {
            assert!(Source::parse(text).is_err(), "{text}");
        }
    }
}
