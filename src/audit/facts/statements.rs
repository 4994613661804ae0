//! Reads policy documents out of a file's nodes, with what is only known at deployment left open.

use std::ops::Range;

use super::{range, reader::Reader};
use crate::{
    iam::policy::{Condition, Effect, Match, Statement},
    template::{self, NodeRef},
};

/// The statements of a policy document: a mapping, or a JSON text as some properties take it.
pub(super) fn of<'d>(reader: &Reader<'d>, policy: NodeRef<'d>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for branch in reader.unrolled(policy) {
        match branch.get("Statement") {
            Some(written) => statements.extend(in_nodes(reader, written)),
            None => statements.extend(in_text(reader, branch)),
        }
    }
    statements
}

fn in_nodes<'d>(reader: &Reader<'d>, written: NodeRef<'d>) -> Vec<Statement> {
    reader.unrolled(written).into_iter().filter_map(|node| statement(reader, node)).collect()
}

fn statement<'d>(reader: &Reader<'d>, node: NodeRef<'d>) -> Option<Statement> {
    let effect = match node.get("Effect")?.as_str()? {
        "Allow" => Effect::Allow,
        "Deny" => Effect::Deny,
        _ => return None,
    };
    Some(Statement {
        effect,
        actions: matched(reader, node, "Action", "NotAction")?,
        resources: matched(reader, node, "Resource", "NotResource").unwrap_or(Match::Any(Vec::new())),
        conditions: node.get("Condition").map(|block| conditions(reader, block)).unwrap_or_default(),
        has_principal: ["Principal", "NotPrincipal"].iter().any(|key| node.get(key).is_some()),
    })
}

fn matched<'d>(reader: &Reader<'d>, statement: NodeRef<'d>, any: &str, except: &str) -> Option<Match> {
    if let Some(listed) = statement.get(any) {
        return Some(Match::Any(reader.texts(listed)));
    }
    let entry = statement.entries().find(|entry| entry.name() == except)?;
    Some(Match::Except { listed: reader.texts(entry.value), key: range(entry.key.span()) })
}

fn conditions<'d>(reader: &Reader<'d>, node: NodeRef<'d>) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for block in reader.unrolled(node) {
        for operator in block.entries() {
            let keys = operator.value.entries().map(|key| key.name().to_owned());
            conditions.extend(keys.map(|key| Condition { operator: operator.name().to_owned(), key }));
        }
    }
    conditions
}

/// A policy written as a text inside the file, as in `!Sub '{"Statement": …}'`. Its statements all get the
/// place of that text, because quoting and substitutions shift what is inside.
fn in_text<'d>(reader: &Reader<'d>, node: NodeRef<'d>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for text in reader.texts(node).iter().filter(|text| text.value.contains("Statement")) {
        let Ok(inner) = template::parse(text.value.as_bytes()) else { continue };
        let inside = Reader::new(&inner);
        if let Some(written) = inner.root().get("Statement") {
            statements.extend(in_nodes(&inside, written));
        }
    }
    let span = range(node.span());
    for statement in &mut statements {
        move_to(statement, &span);
    }
    statements
}

fn move_to(statement: &mut Statement, span: &Range<usize>) {
    for part in [&mut statement.actions, &mut statement.resources] {
        let texts = match part {
            Match::Any(texts) => texts,
            Match::Except { listed, key } => {
                key.clone_from(span);
                listed
            }
        };
        for text in texts {
            text.span.clone_from(span);
        }
    }
}
