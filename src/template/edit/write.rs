//! Writes values as YAML or JSON for one place in a file. It knows quoting, not templates.

use crate::template::arena::{NodeId, ScalarStyle};
use crate::template::document::Format;
use crate::template::node::NodeRef;

/// What the place of a value allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syntax {
    Json,
    /// Inside brackets: a comma or a bracket ends a plain value.
    Flow,
    Block,
}

/// The place of a value, with the way it is written there now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    syntax: Syntax,
    style: Option<ScalarStyle>,
}

impl Place {
    pub(super) fn of(node: NodeRef<'_>) -> Self {
        let syntax = match node.document().format() {
            Format::Json => Syntax::Json,
            Format::Yaml if is_in_brackets(node) => Syntax::Flow,
            Format::Yaml => Syntax::Block,
        };
        Self { syntax, style: node.style().filter(|_| !node.is_alias()) }
    }

    /// The place for a new value, written beside this one and not like it.
    pub(super) fn beside(node: NodeRef<'_>) -> Self {
        Self { style: None, ..Self::of(node) }
    }

    /// Whether entries stand on lines of their own.
    pub(super) fn is_block(self) -> bool {
        self.syntax == Syntax::Block
    }

    /// A text, in the quotes the old value had, or in none if it needs none.
    pub(super) fn scalar(self, text: &str) -> String {
        match (self.syntax, self.style) {
            (Syntax::Json, _) => json(text),
            (Syntax::Flow | Syntax::Block, Some(ScalarStyle::SingleQuoted)) if is_printable(text) => {
                format!("'{}'", text.replace('\'', "''"))
            }
            (Syntax::Flow | Syntax::Block, Some(ScalarStyle::Plain | ScalarStyle::Block) | None)
                if is_plain(text, self.syntax) =>
            {
                text.to_owned()
            }
            (Syntax::Flow | Syntax::Block, _) => double_quoted(text),
        }
    }

    /// A mapping of texts in braces.
    pub(super) fn mapping(self, entries: &[(&str, &str)]) -> String {
        let syntax = if self.syntax == Syntax::Json { Syntax::Json } else { Syntax::Flow };
        let inside = Self { syntax, style: None };
        let entries: Vec<String> = entries
            .iter()
            .map(|(key, value)| format!("{}: {}", inside.scalar(key), inside.scalar(value)))
            .collect();
        format!("{{{}}}", entries.join(", "))
    }
}

fn is_in_brackets(node: NodeRef<'_>) -> bool {
    let arena = node.document().arena();
    (0..node.id().0)
        .map(|number| arena.get(NodeId(number)))
        .any(|outer| outer.shape.is_flow() && outer.end > node.id())
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether every character stands for itself in single quotes.
fn is_printable(text: &str) -> bool {
    !text.chars().any(|c| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}'..='\u{ffff}')
    })
}

/// Whether the text can stand without quotes and still be this text; narrower than YAML allows.
fn is_plain(text: &str, syntax: Syntax) -> bool {
    let is_simple = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-');
    let simple = match (syntax, text.split_once("://")) {
        (Syntax::Block, Some((scheme, rest))) => scheme.chars().chain(rest.chars()).all(is_simple),
        (Syntax::Json | Syntax::Flow | Syntax::Block, _) => text.chars().all(is_simple),
    };
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '/' | '.'));
    simple && starts_well && !means_something_else(text)
}

/// Words and dotted forms that YAML 1.1 reads as booleans, nulls, numbers or document ends.
fn means_something_else(text: &str) -> bool {
    const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let is_word = WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    let dotted = text.strip_prefix('.');
    is_word
        || dotted.is_some_and(|rest| rest.is_empty() || !rest.starts_with(['/', '.', '_']) || rest == "..")
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match (c, u32::from(c)) {
            ('"' | '\\', _) => quoted.extend(['\\', c]),
            ('\n', _) => quoted.push_str("\\n"),
            ('\t', _) => quoted.push_str("\\t"),
            ('\r', _) => quoted.push_str("\\r"),
            (_, code @ (0..0x20 | 0x7f..0xa1)) => quoted.push_str(&format!("\\x{code:02X}")),
            (_, code @ (0x2028 | 0x2029 | 0xfeff | 0xfffe | 0xffff)) => {
                quoted.push_str(&format!("\\u{code:04X}"));
            }
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
