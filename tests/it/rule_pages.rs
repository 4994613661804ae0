//! Every rule's page is a test: its bad examples fire the rule on the marked lines and on no other, its good examples
//! fire nothing. What other rules say of a bad example, or mildly of a good one, is theirs: an example shows one thing.

use std::collections::BTreeSet;

use jiff::civil::date;
use slsx::audit::{Audit, Document, Finding, Selection, Settings, Severity, rules::ALL};

/// A fenced block of a page.
struct Block<'a> {
    is_bad: bool,
    text: String,
    page: &'a str,
}

#[test]
fn bad_examples_fire_their_rule_where_marked_and_good_ones_nothing() {
    for rule in ALL {
        let meta = rule.meta();
        let blocks = blocks(meta.id, meta.page);
        assert!(blocks.iter().any(|block| block.is_bad), "{}: no bad example", meta.id);
        assert!(blocks.iter().any(|block| !block.is_bad), "{}: no good example", meta.id);
        for block in blocks {
            let marked: BTreeSet<_> = marked_lines(&block.text).map(|line| (meta.id, line)).collect();
            assert_eq!(
                marked.is_empty(),
                !block.is_bad,
                "{}: a bad example marks lines with `# finding`",
                block.page
            );
            let found = findings(&block.text, meta.id, !block.is_bad);
            assert_eq!(found, marked, "{}:\n{}", block.page, block.text);
        }
    }
}

#[test]
fn a_page_that_marks_the_wrong_line_would_be_noticed() {
    let rule = ALL.iter().find(|rule| rule.meta().id == "runtime-deprecated").unwrap();
    let block =
        blocks("runtime-deprecated", rule.meta().page).into_iter().find(|block| block.is_bad).unwrap();
    let moved = format!("# a line before\n{}", block.text);
    let expected: BTreeSet<_> = marked_lines(&block.text).map(|line| ("runtime-deprecated", line)).collect();
    let found = |text: &str| findings(text, "runtime-deprecated", false);
    assert_ne!(found(&moved), expected);
    assert_ne!(found(&block.text.replace("python3.8", "python3.13")), expected);
}

/// Rule and line of every finding of a rule, and of what others do not find mild where they count.
fn findings(text: &str, own: &str, do_others_count: bool) -> BTreeSet<(&'static str, usize)> {
    let settings = Settings { selection: Selection::default(), today: date(2026, 11, 22) };
    let mut audit = Audit::new(settings);
    audit.add(&Document::read("page.yaml".to_owned(), text.as_bytes(), true), &[]);
    let report = audit.finish();
    assert_eq!(report.summary().analysed(), 1, "the example is no template:\n{text}");
    let counts =
        |finding: &&Finding| finding.rule.id == own || (do_others_count && finding.severity > Severity::Low);
    let counting = report.findings.iter().filter(counts);
    counting.map(|finding| (finding.rule.id, finding.location.start.line)).collect()
}

fn marked_lines(text: &str) -> impl Iterator<Item = usize> {
    text.lines().enumerate().filter(|(_, line)| line.trim_end().ends_with("# finding")).map(|(at, _)| at + 1)
}

/// The blocks that begin with three backticks, `yaml` and `bad` or `good`.
fn blocks<'a>(id: &'a str, page: &str) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block<'a>> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(info), None) => {
                let kind = info.strip_prefix("yaml ");
                assert!(matches!(kind, Some("bad" | "good")), "{id}: block `{info}` is neither bad nor good");
                open = Some(Block { is_bad: kind == Some("bad"), text: String::new(), page: id });
            }
            (None, Some(block)) => block.text.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{id}: a block does not end");
    blocks
}
