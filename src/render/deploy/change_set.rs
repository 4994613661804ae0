//! Shows what a change set would do, what is replaced or removed first of all.

use std::io::{self, Write};

use super::counted;
use super::difference::{fields, permissions};
use crate::deploy::difference::Difference;
use crate::deploy::{Change, ChangeAction, PolicyAction, Replacement};
use crate::render::style::{Paint, Style, printable};

/// Writes one line for each change, the values that differ in the template, who may do more or less, and totals.
pub fn change_set(
    out: &mut impl Write,
    style: Style,
    changes: &[Change],
    difference: Option<&Difference>,
) -> io::Result<()> {
    let longest = |text: fn(&Change) -> &str| changes.iter().map(|change| text(change).chars().count()).max();
    let name_width = longest(|change| change.logical_id.as_str()).unwrap_or_default();
    let type_width = longest(|change| &change.resource_type).unwrap_or_default();
    for change in changes {
        let (symbol, paint) = symbol(change);
        let name = printable(change.logical_id.as_str());
        let resource_type = printable(&change.resource_type);
        let notes = notes(change);
        let line = format!("  {} {name:<name_width$}  ", style.paint(paint, symbol));
        if notes.is_empty() {
            writeln!(out, "{line}{}", style.dim(&resource_type))?;
        } else {
            writeln!(
                out,
                "{line}{:<type_width$}  {}",
                style.dim(&resource_type),
                style.paint(paint, &notes)
            )?;
        }
        if let Some(difference) = difference {
            fields(out, style, difference.of_resource(change.logical_id.as_str()))?;
        }
    }
    permissions(out, style, difference.map_or(&[], |difference| &difference.grants))?;
    writeln!(out, "{}", totals(changes))
}

fn symbol(change: &Change) -> (&'static str, Paint) {
    match change.action {
        ChangeAction::Add => ("+", Paint::Green),
        ChangeAction::Modify if is_replaced(change) => ("!", Paint::Red),
        ChangeAction::Modify | ChangeAction::SyncWithActual => ("~", Paint::Yellow),
        ChangeAction::Remove => ("-", Paint::Red),
        ChangeAction::Import => ("<", Paint::Green),
        ChangeAction::Dynamic | ChangeAction::Other(_) => ("?", Paint::Yellow),
    }
}

fn is_replaced(change: &Change) -> bool {
    matches!(change.replacement, Some(Replacement::True | Replacement::Conditional))
}

/// What somebody must know before saying yes.
fn notes(change: &Change) -> String {
    let mut notes = Vec::new();
    match &change.replacement {
        Some(Replacement::True) => notes.push("REPLACED".to_owned()),
        Some(Replacement::Conditional) => notes.push("MAY BE REPLACED".to_owned()),
        Some(Replacement::False) | None => {}
        Some(Replacement::Other(word)) => notes.push(format!("replacement: {}", printable(word))),
    }
    notes.extend(fate(change));
    if is_about_permissions(&change.resource_type) {
        notes.push("permissions".to_owned());
    }
    if !change.properties.is_empty() {
        notes.push(printable(&change.properties.join(", ")).into_owned());
    }
    notes.join("; ")
}

/// What happens to the old physical resource.
fn fate(change: &Change) -> Option<String> {
    let words = match change.policy_action.as_ref()? {
        PolicyAction::Delete => "deleted",
        PolicyAction::ReplaceAndDelete => "the old one is deleted",
        PolicyAction::Retain => "stays in the account",
        PolicyAction::ReplaceAndRetain => "the old one stays in the account",
        PolicyAction::Snapshot | PolicyAction::ReplaceAndSnapshot => "a snapshot is taken first",
        PolicyAction::Other(word) => return Some(printable(word).into_owned()),
    };
    Some(words.to_owned())
}

/// Types that say who may do what.
fn is_about_permissions(resource_type: &str) -> bool {
    const POLICIES: [&str; 5] = [
        "AWS::Lambda::Permission",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
        "AWS::SecretsManager::ResourcePolicy",
    ];
    resource_type.starts_with("AWS::IAM::") || POLICIES.contains(&resource_type)
}

fn totals(changes: &[Change]) -> String {
    let count = |wanted: fn(&Change) -> bool| changes.iter().filter(|change| wanted(change)).count();
    let parts = [
        (count(|change| change.action == ChangeAction::Add), "to add"),
        (count(|change| change.action == ChangeAction::Modify && !is_replaced(change)), "to change"),
        (count(|change| change.action == ChangeAction::Modify && is_replaced(change)), "to replace"),
        (count(|change| change.action == ChangeAction::Remove), "to remove"),
        (count(|change| change.action == ChangeAction::Import), "to import"),
        (
            count(|change| {
                matches!(
                    change.action,
                    ChangeAction::Dynamic | ChangeAction::SyncWithActual | ChangeAction::Other(_)
                )
            }),
            "not known before",
        ),
    ];
    let told: Vec<_> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let mut line = format!("{}: {}", counted(changes.len(), "change"), told.join(", "));
    let permissions = count(|change| is_about_permissions(&change.resource_type));
    if permissions > 0 {
        line.push_str(&format!("; {permissions} about permissions"));
    }
    line
}
