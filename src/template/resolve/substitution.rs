//! Splits the template of an `Fn::Sub` and the dynamic references in a text. It looks nothing up.

/// A piece of an `Fn::Sub` template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Text as it stands.
    Text(&'t str),
    /// `${Name}` or `${Name.Attribute}`.
    Variable(&'t str),
    /// `${!Name}`, which means the text `${Name}`.
    Escaped(&'t str),
}

/// The pieces of an `Fn::Sub` template, in order.
pub(super) fn pieces(template: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = match rest.strip_prefix("${").and_then(|inside| inside.split_once('}')) {
            Some((name, after)) => match name.strip_prefix('!') {
                Some(literal) => (Piece::Escaped(literal), after),
                None => (Piece::Variable(name.trim()), after),
            },
            None => {
                // The first character is text even if it is a `$` that begins nothing.
                let next = rest
                    .char_indices()
                    .skip(1)
                    .find(|(at, _)| rest.get(*at..).is_some_and(|r| r.starts_with("${")));
                let end = next.map_or(rest.len(), |(at, _)| at);
                let (text, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                (Piece::Text(text), after)
            }
        };
        rest = after;
        Some(piece)
    })
}

/// Splits `{{resolve:…}}` out of a text: `Err` holds what AWS looks up at deployment.
pub(super) fn dynamic_references(text: &str) -> impl Iterator<Item = Result<&str, &str>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let start = rest.find("{{resolve:");
        let end = start.and_then(|start| rest.get(start..)?.find("}}")).map(|end| end + 2);
        let (piece, length) = match (start, end) {
            (Some(0), Some(end)) => (Err(rest.get(..end).unwrap_or_default()), end),
            (Some(start), Some(_)) => (Ok(rest.get(..start).unwrap_or_default()), start),
            (_, None) | (None, Some(_)) => (Ok(rest), rest.len()),
        };
        rest = rest.get(length..).unwrap_or_default();
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_and_escapes_are_told_from_text() {
        let all: Vec<_> = pieces("a$b${C.D}${!E}${open $").collect();
        assert_eq!(
            all,
            [Piece::Text("a$b"), Piece::Variable("C.D"), Piece::Escaped("E"), Piece::Text("${open $")]
        );
        assert_eq!(pieces("").count(), 0);
    }

    #[test]
    fn dynamic_references_are_split_out() {
        let all: Vec<_> = dynamic_references("a{{resolve:ssm:x}}b{{resolve:").collect();
        assert_eq!(all, [Ok("a"), Err("{{resolve:ssm:x}}"), Ok("b{{resolve:")]);
        assert_eq!(dynamic_references("").count(), 0);
    }
}
