//! The one printer of findings and errors: a title, excerpts with carets, help. Decides nothing.

use std::{
    error::Error,
    io::{self, Write},
    ops::Range,
};

use annotate_snippets::{
    AnnotationKind, Group, Level, Renderer, Snippet, normalize_untrusted_str, renderer::DecorStyle,
};

use super::style::Style;

/// Narrower terminals get this width, because excerpts become unreadable below it.
const LEAST_WIDTH: usize = 40;

/// How loud the title is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loudness {
    /// Red.
    Error,
    /// Yellow.
    Warning,
    /// Green.
    Note,
}

/// Something to tell a person, with the source it is about.
#[derive(Clone, Debug)]
pub struct Diagnostic<'a> {
    /// How loud the title is.
    pub loudness: Loudness,
    /// The word before the title, such as `error` or `high`.
    pub word: &'a str,
    /// A code in brackets after the word.
    pub code: Option<&'a str>,
    /// What is the matter, in one sentence.
    pub title: String,
    /// Where, most important first.
    pub excerpts: Vec<Excerpt<'a>>,
    /// More facts, one line each.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
}

/// A piece of a file with marks in it.
#[derive(Clone, Debug)]
pub struct Excerpt<'a> {
    /// Path as shown.
    pub path: &'a str,
    /// The text that holds every mark.
    pub text: &'a str,
    /// Line number of the text's first line, from 1.
    pub first_line: usize,
    /// What to underline.
    pub marks: Vec<Mark>,
}

/// An underlined range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Byte range in the excerpt's text.
    pub range: Range<usize>,
    /// What to say below it; may be empty.
    pub label: String,
    /// False for places that only explain the first one.
    pub is_primary: bool,
}

/// Writes one diagnostic and a newline.
pub fn write(diagnostic: &Diagnostic<'_>, style: Style, out: &mut impl Write) -> io::Result<()> {
    // Titles quote logical ids and actions of files that somebody else wrote: no terminal codes pass.
    let mut title = level(diagnostic).primary_title(normalize_untrusted_str(&diagnostic.title));
    if let Some(code) = diagnostic.code {
        title = title.id(code);
    }
    let mut group = Group::with_title(title);
    for excerpt in &diagnostic.excerpts {
        group = group.element(snippet(excerpt));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(normalize_untrusted_str(note)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    writeln!(out, "{}", renderer(style).render(&[group]))
}

/// Writes an error with its causes, its help and, where it has them, excerpts.
pub fn write_error(error: &dyn miette::Diagnostic, style: Style, out: &mut impl Write) -> io::Result<()> {
    let code = error.code().map(|code| code.to_string());
    let pieces = labelled_pieces(error);
    let diagnostic = Diagnostic {
        loudness: Loudness::Error,
        word: "error",
        code: code.as_deref(),
        title: error.to_string(),
        excerpts: pieces.iter().map(Piece::excerpt).collect(),
        notes: causes(error),
        help: error.help().map(|help| help.to_string()),
    };
    write(&diagnostic, style, out)
}

/// What stands behind the error, leaving out causes whose text the title or an earlier one already holds.
fn causes(error: &dyn miette::Diagnostic) -> Vec<String> {
    let mut said = error.to_string();
    let mut notes = Vec::new();
    let mut next: Option<&dyn Error> = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !said.contains(&text) {
            notes.push(format!("caused by: {text}"));
        }
        said = text;
        next = cause.source();
    }
    notes
}

/// A label of an error with the lines around it.
struct Piece {
    path: String,
    text: String,
    first_line: usize,
    mark: Mark,
}

impl Piece {
    fn excerpt(&self) -> Excerpt<'_> {
        Excerpt {
            path: &self.path,
            text: &self.text,
            first_line: self.first_line,
            marks: vec![self.mark.clone()],
        }
    }
}

fn labelled_pieces(error: &dyn miette::Diagnostic) -> Vec<Piece> {
    let (Some(source), Some(labels)) = (error.source_code(), error.labels()) else { return Vec::new() };
    labels
        .filter_map(|label| {
            let contents = source.read_span(label.inner(), 1, 1).ok()?;
            let start = label.offset().checked_sub(contents.span().offset())?;
            Some(Piece {
                path: contents.name().unwrap_or_default().to_owned(),
                text: std::str::from_utf8(contents.data()).ok()?.to_owned(),
                first_line: contents.line() + 1,
                mark: Mark {
                    range: start..start + label.len(),
                    label: label.label().unwrap_or_default().to_owned(),
                    is_primary: true,
                },
            })
        })
        .collect()
}

fn level<'a>(diagnostic: &Diagnostic<'a>) -> Level<'a> {
    let level = match diagnostic.loudness {
        Loudness::Error => Level::ERROR,
        Loudness::Warning => Level::WARNING,
        Loudness::Note => Level::NOTE,
    };
    level.with_name(diagnostic.word)
}

fn renderer(style: Style) -> Renderer {
    let renderer = if style.color { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
    let decor = if style.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
    renderer.decor_style(decor).term_width(style.width.max(LEAST_WIDTH))
}

fn snippet<'a>(excerpt: &Excerpt<'a>) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let window = window(excerpt.text, &excerpt.marks);
    let text = excerpt.text.get(window.clone()).unwrap_or_default();
    let lines_before = excerpt.text.get(..window.start).unwrap_or_default().matches('\n').count();
    let annotations = excerpt.marks.iter().map(|mark| {
        let kind = if mark.is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let range = first_line_of(excerpt.text, &mark.range);
        kind.span(range.start - window.start..range.end - window.start)
            .label((!mark.label.is_empty()).then(|| normalize_untrusted_str(&mark.label)))
    });
    Snippet::source(text)
        .line_start(excerpt.first_line + lines_before)
        .path(normalize_untrusted_str(excerpt.path))
        .fold(true)
        .annotations(annotations)
}

/// The whole lines that hold every mark: the renderer indexes all it is given, so it is given little.
fn window(text: &str, marks: &[Mark]) -> Range<usize> {
    let ranges = || marks.iter().map(|mark| first_line_of(text, &mark.range));
    let start = ranges().map(|range| range.start).min().unwrap_or(0);
    let end = ranges().map(|range| range.end).max().unwrap_or(0);
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = after.find('\n').map_or(text.len(), |newline| end + newline);
    line_start..line_end
}

/// The part of the range on its first line, moved onto character boundaries and inside the text.
///
/// A mark over a whole resource would print the whole resource.
fn first_line_of(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = floor_boundary(text, range.start.min(text.len()));
    let end = floor_boundary(text, range.end.clamp(start, text.len()));
    let marked = text.get(start..end).unwrap_or_default();
    let length = marked.find('\n').unwrap_or(marked.len());
    start..start + marked.get(..length).unwrap_or_default().trim_end().len()
}

fn floor_boundary(text: &str, index: usize) -> usize {
    (0..=index).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
