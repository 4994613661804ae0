//! Matching of IAM's `*` and `?` wildcards; knows nothing about actions or resources in particular.

/// True if `pattern` matches `text`, where `*` is any run of characters and `?` is one.
///
/// Letter case is ignored, as IAM ignores it in action names. Takes linear memory and at most
/// `pattern × text` steps: only the last `*` is ever tried again, which is enough for globs.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(&byte) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                retry = Some((p + 1, t));
                p += 1;
            }
            Some(&wanted) if wanted == b'?' || wanted.eq_ignore_ascii_case(&byte) => {
                p += 1;
                t += 1;
            }
            Some(_) | None => match retry {
                Some((after_star, start)) => {
                    p = after_star;
                    t = start + 1;
                    retry = Some((after_star, start + 1));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|byte| *byte == b'*')
}

/// True if the pattern holds `*` or `?`.
#[must_use]
pub fn has_wildcard(pattern: &str) -> bool {
    pattern.contains(['*', '?'])
}

/// True if the pattern matches whatever it is given: `*`, `**`, `?*`.
#[must_use]
pub fn is_everything(pattern: &str) -> bool {
    pattern.contains('*') && pattern.chars().all(|c| matches!(c, '*' | '?'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_as_iam_documents_them() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("Get*", "GetObject", true),
            ("get*", "GetObject", true),
            ("*Object", "GetObject", true),
            ("*Object", "GetObjects", false),
            ("G?tObject", "GetObject", true),
            ("G?tObject", "GtObject", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} against {text}");
        }
    }

    #[test]
    fn a_pattern_made_to_backtrack_ends_soon() {
        let pattern = "*a".repeat(2_000) + "b";
        assert!(!matches(&pattern, &"a".repeat(4_000)));
    }

    #[test]
    fn only_stars_and_question_marks_are_everything() {
        assert!(is_everything("*") && is_everything("?*") && is_everything("**"));
        assert!(!is_everything("") && !is_everything("?") && !is_everything("Get*"));
    }
}
