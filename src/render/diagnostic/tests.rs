use super::*;

fn drawn(diagnostic: &Diagnostic<'_>, style: Style) -> String {
    let mut out = Vec::new();
    write(diagnostic, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn diagnostic<'a>(text: &'a str, marks: Vec<Mark>) -> Diagnostic<'a> {
    Diagnostic {
        loudness: Loudness::Warning,
        word: "medium",
        code: Some("iam-shared-role"),
        title: "2 functions share Role".to_owned(),
        excerpts: vec![Excerpt { path: "template.yaml", text, first_line: 1, marks }],
        notes: Vec::new(),
        help: Some("give each function its own".to_owned()),
    }
}

fn mark(range: Range<usize>, label: &str, is_primary: bool) -> Mark {
    Mark { range, label: label.to_owned(), is_primary }
}

#[test]
fn a_diagnostic_shows_its_places_and_its_help() {
    let text = "Resources:\n  Role:\n    Type: x\n    A: 1\n    B: 2\n    C: 3\n  F:\n    Role: !Ref Role\n";
    let marks = vec![mark(13..17, "", true), mark(73..82, "used by F", false)];
    insta::assert_snapshot!(drawn(&diagnostic(text, marks), Style::plain(80)), @r"
    medium[iam-shared-role]: 2 functions share Role
     --> template.yaml:2:3
      |
    2 |   Role:
      |   ^^^^
    ...
    8 |     Role: !Ref Role
      |           --------- used by F
      |
      = help: give each function its own
    ");
}

#[test]
fn a_mark_over_many_lines_shows_the_first() {
    let text = "a:\n  b: 1\n  c: 2\n";
    let shown = drawn(&diagnostic(text, vec![mark(0..text.len(), "", true)]), Style::plain(80));
    assert!(shown.contains("1 | a:") && !shown.contains("c: 2"), "{shown}");
}

#[test]
fn ranges_outside_the_text_or_inside_a_character_are_harmless() {
    let text = "é: ü\n";
    for start in 0..8 {
        for end in 0..8 {
            let shown = drawn(&diagnostic(text, vec![mark(start..end, "x", true)]), Style::plain(80));
            assert!(shown.contains("template.yaml"), "{start}..{end}");
        }
    }
    assert!(drawn(&diagnostic("", vec![mark(3..9, "", true)]), Style::plain(80)).contains("share"));
}

#[test]
fn foreign_text_cannot_steer_the_terminal() {
    let mut hostile = diagnostic("a: \u{1b}[2J\n", vec![mark(0..1, "\u{1b}[31m", true)]);
    hostile.title = "\u{1b}]0;title\u{7}".to_owned();
    hostile.help = Some("\u{1b}[2J".to_owned());
    hostile.excerpts[0].path = "\u{1b}[2J.yaml";
    assert!(!drawn(&hostile, Style::plain(80)).contains('\u{1b}'));
}

#[test]
fn color_is_a_switch() {
    let text = "a: 1\n";
    let colored = Style { color: true, unicode: true, width: 80 };
    let one = || vec![mark(0..1, "", true)];
    assert!(drawn(&diagnostic(text, one()), colored).contains('\u{1b}'));
    assert!(drawn(&diagnostic(text, one()), Style::plain(80)).is_ascii());
}

#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot read the settings")]
#[diagnostic(code(slsx::config), help("remove the key"))]
struct Failure {
    #[source]
    cause: std::fmt::Error,
    #[source_code]
    text: miette::NamedSource<String>,
    #[label("not a key")]
    place: miette::SourceSpan,
}

#[test]
fn an_error_shows_its_causes_its_place_and_its_help() {
    let error = Failure {
        cause: std::fmt::Error,
        text: miette::NamedSource::new("slsx.toml", "a = 1\nb = 2\nc = 3\nd = 4\n".to_owned()),
        place: (12, 1).into(),
    };
    let mut out = Vec::new();
    write_error(&error, Style::plain(80), &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
    error[slsx::config]: cannot read the settings
     --> slsx.toml:3:1
      |
    3 | c = 3
      | ^ not a key
      |
      = note: caused by: an error occurred when formatting an argument
      = help: remove the key
    ");
}
