//! Versions of items as entity tags: who changes an item must name the version he has seen. Knows nothing of AWS.

use crate::web::{Place, Problem, Request};

/// The strong entity tag of a version.
pub fn tag_of(version: i64) -> String {
    format!("\"{version}\"")
}

/// The version that If-Match names, or None if any version will do or none is named.
pub fn expected_version(request: &Request) -> Result<Option<i64>, Problem> {
    let header = request.header("if-match").unwrap_or("*").trim();
    if header == "*" {
        return Ok(None);
    }
    let invalid = || Problem::invalid_request(Place::Header("if-match"), "must be one entity tag or *");
    let (is_weak, value) = entity_tag(header).ok_or_else(invalid)?;
    // A tag may be well formed but never one of ours: it cannot match.
    let is_ours = !is_weak && value.len() <= 18 && !value.starts_with('0');
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| is_ours && digits).map(Some).ok_or_else(conflict)
}

/// Refuses a change that does not say which version it changes: it might undo somebody else's.
pub fn require_if_match(request: &Request) -> Result<(), Problem> {
    if request.header("if-match").is_some() {
        return Ok(());
    }
    let detail = "name the version to change in an if-match header";
    Err(Problem::new(428, "precondition-required", "Precondition required", detail))
}

/// Whether If-None-Match names this version, so that the caller has it already.
pub fn is_known_to_caller(request: &Request, version: i64) -> bool {
    let header = request.header("if-none-match").unwrap_or_default().trim();
    // What stands between quotes, which is every second part. Weak or strong makes no difference here.
    let mut tags = header.split('"').skip(1).step_by(2);
    header == "*" || tags.any(|tag| tag == version.to_string())
}

/// Somebody else was faster.
pub fn conflict() -> Problem {
    let detail = "it has changed since the version named in if-match";
    Problem::new(412, "version-conflict", "Version conflict", detail)
}

/// Whether a tag is weak, and what stands between its quotes (RFC 9110, 8.8.3).
fn entity_tag(text: &str) -> Option<(bool, &str)> {
    let strong = text.strip_prefix("W/");
    let value = strong.unwrap_or(text).strip_prefix('"')?.strip_suffix('"')?;
    let is_valid = value.chars().all(|character| matches!(character, '\x21' | '\x23'..='\x7e' | '\u{80}'..));
    is_valid.then_some((strong.is_some(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> Request {
        Request { headers: [(name.to_owned(), value.to_owned())].into(), ..Request::default() }
    }

    #[test]
    fn names_a_version_or_any() {
        assert_eq!(expected_version(&Request::default()), Ok(None));
        assert_eq!(expected_version(&with("if-match", " * ")), Ok(None));
        assert_eq!(expected_version(&with("if-match", "\"12\"")), Ok(Some(12)));
    }

    #[test]
    fn a_tag_that_is_never_ours_is_a_conflict() {
        for tag in ["W/\"1\"", "\"abc\"", "\"\"", "\"01\"", "\"+1\"", "\"1234567890123456789\""] {
            assert_eq!(expected_version(&with("if-match", tag)), Err(conflict()), "{tag}");
        }
    }

    #[test]
    fn what_is_no_tag_is_an_invalid_request() {
        for tag in ["1", "\"1", "\"1\", \"2\"", "\"a b\"", "", "\""] {
            assert_eq!(expected_version(&with("if-match", tag)).unwrap_err().kind, "invalid-request", "{tag}");
        }
    }

    #[test]
    fn a_known_version_is_found_in_a_list() {
        for (header, is_known) in
            [("*", true), ("\"1\"", true), ("W/\"1\"", true), ("\"0\", W/\"1\"", true), ("\"2\"", false), ("1", false)]
        {
            assert_eq!(is_known_to_caller(&with("if-none-match", header), 1), is_known, "{header}");
        }
    }
}
