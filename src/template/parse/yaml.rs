//! Reads YAML through `libyaml-safer` events into the builder. It decides nothing about templates.

use std::cell::Cell;

use libyaml_safer::{Encoding, EventData, MappingStyle, Parser, ScalarStyle as Style, SequenceStyle};

use crate::template::arena::{Arena, ScalarStyle, Shape};
use crate::template::position::Span;

use super::builder::{Builder, Properties, Refusal, ShortTag};
use super::error::Reason;
use super::{MAX_DIRECTIVES, guard};

/// Reads one YAML document; `base` is where `text` begins in the file, after a byte order mark.
pub(super) fn read(text: &str, base: usize) -> Result<Arena, Refusal> {
    refuse_control_characters(text, base)?;
    refuse_many_directives(text, base)?;
    // Without a line feed at the end, the reader panics in a block scalar there.
    let unfinished = !text.ends_with('\n');
    let complete = if unfinished { format!("{text}\n") } else { text.to_owned() };
    let progress = Cell::new(0);
    let source = Source { text, base, unfinished: unfinished && !last_line(text).trim().is_empty() };
    match guard::contain(|| source.events(&complete, &progress)) {
        Some(outcome) => outcome,
        None => Err(source.explain_panic(progress.get())),
    }
}

struct Source<'t> {
    text: &'t str,
    base: usize,
    /// The last line has text and no line feed.
    unfinished: bool,
}

impl Source<'_> {
    fn events(&self, complete: &str, progress: &Cell<usize>) -> Result<Arena, Refusal> {
        let mut bytes = complete.as_bytes();
        let mut parser = Parser::new();
        // Otherwise it would swallow a second byte order mark and count three bytes too few from there.
        parser.set_encoding(Encoding::Utf8);
        parser.set_input_string(&mut bytes);
        let mut builder = Builder::default();
        let mut documents = 0;
        loop {
            let event = parser.parse().map_err(|error| self.syntax(&error))?;
            let span = self.span(event.start_mark.index, event.end_mark.index);
            match event.data {
                EventData::StreamEnd => return Ok(builder.finish()),
                EventData::DocumentStart { .. } if documents > 0 => {
                    return Err((Reason::SeveralDocuments, span));
                }
                EventData::DocumentStart { .. } => documents += 1,
                data @ (EventData::StreamStart { .. }
                | EventData::DocumentEnd { .. }
                | EventData::Alias { .. }
                | EventData::Scalar { .. }
                | EventData::SequenceStart { .. }
                | EventData::SequenceEnd
                | EventData::MappingStart { .. }
                | EventData::MappingEnd) => self.value(&mut builder, data, span)?,
            }
            progress.set(span.end);
        }
    }

    fn value(&self, builder: &mut Builder, data: EventData, span: Span) -> Result<(), Refusal> {
        match data {
            EventData::Alias { anchor } => builder.alias(anchor, span),
            EventData::Scalar { anchor, tag, value, style, .. } => {
                let (properties, inner, is_text) = self.properties(anchor, tag, span);
                let (value, inner) = self.tidy(value, style, inner);
                let shape = Shape::Scalar { text: value.into(), style: scalar_style(style), is_text };
                builder.scalar(shape, inner, properties)
            }
            EventData::SequenceStart { anchor, tag, style, .. } => {
                let (properties, inner, _) = self.properties(anchor, tag, span);
                builder.open(Shape::Sequence { flow: style == SequenceStyle::Flow }, inner, properties)
            }
            EventData::MappingStart { anchor, tag, style, .. } => {
                let (properties, inner, _) = self.properties(anchor, tag, span);
                let flow = style == MappingStyle::Flow;
                builder.open(Shape::Mapping { flow, merges: false }, inner, properties)
            }
            EventData::SequenceEnd | EventData::MappingEnd => {
                builder.close(span);
                Ok(())
            }
            EventData::StreamStart { .. }
            | EventData::StreamEnd
            | EventData::DocumentStart { .. }
            | EventData::DocumentEnd { .. } => Ok(()),
        }
    }

    /// Splits what stands before a value from the value itself.
    fn properties(
        &self,
        anchor: Option<String>,
        tag: Option<String>,
        span: Span,
    ) -> (Properties, Span, bool) {
        if anchor.is_none() && tag.is_none() {
            return (Properties::default(), span, false);
        }
        let written = Written::find(self.text, span.start - self.base);
        let inner = Span::new((written.value + self.base).min(span.end), span.end);
        let tag_span = Span::new(written.tag.start + self.base, written.tag.end + self.base);
        let is_text = matches!(tag.as_deref(), Some("!" | libyaml_safer::STR_TAG));
        let key = tag.as_deref().and_then(intrinsic_key);
        let tag = key.map(|key| ShortTag { key: key.into(), span: tag_span });
        (Properties { anchor, tag }, inner, is_text)
    }

    /// Leaves the line breaks after a block scalar out of its span, and the added one out of its text.
    fn tidy(&self, mut value: String, style: Style, span: Span) -> (String, Span) {
        if !matches!(style, Style::Literal | Style::Folded) {
            return (value, span);
        }
        let end = self.base + self.text.len();
        if self.unfinished && span.end >= end && value.ends_with('\n') {
            value.pop();
        }
        let written =
            self.text.get(span.start - self.base..span.end.min(end) - self.base).unwrap_or_default();
        (value, Span::new(span.start, span.start + written.trim_end().len()))
    }

    fn span(&self, start: u64, end: u64) -> Span {
        let limit = self.text.len();
        let offset = |mark: u64| self.base + usize::try_from(mark).unwrap_or(limit).min(limit);
        Span::new(offset(start), offset(end))
    }

    fn syntax(&self, error: &libyaml_safer::Error) -> Refusal {
        let at = error.problem_mark().or(error.context_mark()).map_or(0, |mark| mark.index);
        let reason = match error.context() {
            Some(context) => format!("{} {context}", error.problem()),
            None => error.problem().to_owned(),
        };
        (Reason::Syntax(reason), self.span(at, at))
    }

    /// The one panic known is a tag that a comma follows: say so when it is what comes next.
    fn explain_panic(&self, progress: usize) -> Refusal {
        let from = progress.saturating_sub(self.base);
        let rest = self.text.get(from..).unwrap_or_default();
        let words = rest.split_inclusive(|c: char| c.is_whitespace() || c == ',').scan(0, |at, word| {
            let start = *at;
            *at += word.len();
            Some((start, word))
        });
        let mut tags = words.filter_map(|(start, word)| {
            let before_comma = word.strip_suffix(',')?;
            let at = before_comma.find('!')?;
            Some((start + at, before_comma.get(at..)?))
        });
        match tags.next() {
            Some((at, tag)) => {
                let start = self.base + from + at;
                (Reason::TagWithoutValue(tag.to_owned()), Span::new(start, start + tag.len()))
            }
            None => (Reason::ReaderFailed, Span::at(progress)),
        }
    }
}

/// Where the tag and the value stand in `!Tag &anchor value`.
struct Written {
    tag: Span,
    value: usize,
}

impl Written {
    fn find(text: &str, start: usize) -> Self {
        let mut written = Self { tag: Span::at(start), value: start };
        loop {
            let rest = text.get(written.value..).unwrap_or_default();
            let blank = rest.len() - rest.trim_start().len();
            let length = match rest.chars().next() {
                Some(_) if blank > 0 => blank,
                Some('#') => rest.find('\n').unwrap_or(rest.len()),
                Some(first @ ('!' | '&')) => {
                    let length = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
                    if first == '!' {
                        written.tag = Span::new(written.value, written.value + length);
                    }
                    length
                }
                Some(_) | None => return written,
            };
            written.value += length;
        }
    }
}

/// The key that a short tag stands for, by the rule of the AWS CLI's template reader:
/// `Ref` and `Condition` as they are, everything else under `Fn::`.
fn intrinsic_key(tag: &str) -> Option<String> {
    match tag.strip_prefix('!')? {
        "" => None,
        name @ ("Ref" | "Condition") => Some(name.to_owned()),
        name if name.starts_with("Fn::") => Some(name.to_owned()),
        name => Some(format!("Fn::{name}")),
    }
}

fn scalar_style(style: Style) -> ScalarStyle {
    match style {
        Style::SingleQuoted => ScalarStyle::SingleQuoted,
        Style::DoubleQuoted => ScalarStyle::DoubleQuoted,
        Style::Literal | Style::Folded => ScalarStyle::Block,
        Style::Any | Style::Plain => ScalarStyle::Plain,
        _ => ScalarStyle::Plain,
    }
}

fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or_default()
}

/// The reader refuses these too, but does not say where in a form that can be read.
fn refuse_control_characters(text: &str, base: usize) -> Result<(), Refusal> {
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
    match text.char_indices().find(|(_, c)| !is_allowed(*c)) {
        None => Ok(()),
        Some((at, c)) => {
            let reason = format!("control character U+{:04X} is not allowed", u32::from(c));
            Err((Reason::Syntax(reason), Span::new(base + at, base + at + c.len_utf8())))
        }
    }
}

/// The reader compares every `%TAG` with all before it: 260,000 of them would take minutes.
fn refuse_many_directives(text: &str, base: usize) -> Result<(), Refusal> {
    let first = text.starts_with('%').then_some(0);
    let others = text.match_indices("\n%").map(|(at, _)| at + 1);
    match first.into_iter().chain(others).nth(MAX_DIRECTIVES) {
        None => Ok(()),
        Some(at) => Err((Reason::TooManyDirectives, Span::new(base + at, base + at + 1))),
    }
}
