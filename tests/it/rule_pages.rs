//! Every rule's page is a test: its bad examples fire the rule on the marked lines and nothing else, its
//! good examples fire nothing. Where a mistake is one of two rules, the line names the other: `# finding, also RULE`.

use std::collections::BTreeSet;

use jiff::civil::date;
use slsx::audit::{Audit, Document, Selection, Settings, rules::ALL};

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
            let marked = marked(&block.text, meta.id);
            assert_eq!(
                marked.iter().any(|(rule, _)| rule == meta.id),
                block.is_bad,
                "{}: a bad example marks lines with `# finding`",
                block.page
            );
            assert_eq!(findings(&block.text), marked, "{}:\n{}", block.page, block.text);
        }
    }
}

#[test]
fn a_page_that_marks_the_wrong_line_would_be_noticed() {
    let rule = ALL.iter().find(|rule| rule.meta().id == "runtime-deprecated").unwrap();
    let block =
        blocks("runtime-deprecated", rule.meta().page).into_iter().find(|block| block.is_bad).unwrap();
    let moved = format!("# a line before\n{}", block.text);
    let expected = marked(&block.text, "runtime-deprecated");
    assert_ne!(findings(&moved), expected);
    assert_ne!(findings(&block.text.replace("python3.8", "python3.13")), expected);
}

/// Rule and line of every finding in an example.
fn findings(text: &str) -> BTreeSet<(String, usize)> {
    let settings = Settings { selection: Selection::default(), today: date(2026, 11, 22) };
    let mut audit = Audit::new(settings);
    audit.add(&Document::read("page.yaml".to_owned(), text.as_bytes(), true), &[]);
    let report = audit.finish();
    assert_eq!(report.summary().analysed(), 1, "the example is no template:\n{text}");
    let placed = report.findings.iter();
    placed.map(|finding| (finding.rule.id.to_owned(), finding.location.start.line)).collect()
}

/// Rule and line of every mark: `# finding` of the page's own rule, `# also RULE, RULE` of others.
fn marked(text: &str, own: &str) -> BTreeSet<(String, usize)> {
    let mut marked = BTreeSet::new();
    for (at, line) in text.lines().enumerate() {
        let Some((_, mark)) = line.split_once("  # ") else { continue };
        let (first, others) = mark.split_once("also ").unwrap_or((mark, ""));
        let own = first.starts_with("finding").then_some(own);
        let others = others.split(", ").map(str::trim).filter(|rule| !rule.is_empty());
        marked.extend(own.into_iter().chain(others).map(|rule| (rule.to_owned(), at + 1)));
    }
    marked
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
