//! Shows what a deployment would change.

use std::io::{self, Write};

use serde::Serialize;

use super::deploy;
use super::style::{Style, printable};
use crate::deploy::difference::{Difference, Field, GrantChange, How, Item};
use crate::deploy::lane::Lane;
use crate::deploy::report::Place;

/// What was found.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Where.
    pub place: &'a Place,
    /// There is a stack.
    pub exists: bool,
    /// How a deployment would get to it.
    pub lane: &'a Lane,
    /// What differs; none where the deployed template cannot be compared.
    pub difference: Option<&'a Difference>,
}

impl View<'_> {
    /// Whether a deployment would change anything.
    #[must_use]
    pub fn differs(&self) -> bool {
        match self.lane {
            Lane::Noop => false,
            Lane::Hot(_) => true,
            // What only CloudFormation can compare may differ; templates that are the same do not.
            Lane::Stack(_) => self.difference.is_none_or(|difference| !difference.is_empty()),
        }
    }
}

/// Writes it for people.
pub fn human(out: &mut impl Write, style: Style, view: &View<'_>) -> io::Result<()> {
    let name = printable(view.place.stack.as_str());
    let local = if view.place.is_local { ", local" } else { "" };
    let place = format!("{}{local}", printable(&view.place.region));
    if !view.differs() {
        return writeln!(out, "{} {name} is as the project says ({place})", style.passed());
    }
    if view.exists {
        writeln!(out, "{name} differs from what the project says ({place})")?;
    } else {
        writeln!(out, "{name} does not exist ({place}), so all of it is new")?;
    }
    if let Some(found) = view.difference {
        deploy::difference(out, style, found)?;
    }
    match view.lane {
        Lane::Noop => Ok(()),
        Lane::Hot(functions) => deploy::new_code(out, style, functions),
        Lane::Stack(_) if view.exists => {
            writeln!(out, "What is replaced, CloudFormation knows: `slsx deploy --dry-run` asks it.")
        }
        Lane::Stack(_) => Ok(()),
    }
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    stack: &'a str,
    region: &'a str,
    local: bool,
    exists: bool,
    differs: bool,
    lane: &'static str,
    reason: Option<String>,
    code: Vec<&'a str>,
    broader: bool,
    differences: Vec<ItemView<'a>>,
    permissions: Vec<GrantView<'a>>,
}

#[derive(Serialize)]
struct ItemView<'a> {
    section: &'a str,
    name: &'a str,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    how: &'static str,
    fields: Vec<FieldView<'a>>,
}

#[derive(Serialize)]
struct FieldView<'a> {
    path: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
}

#[derive(Serialize)]
struct GrantView<'a> {
    owner: &'a str,
    principal: Option<&'a str>,
    action: &'a str,
    resource: Option<&'a str>,
    condition: Option<&'a str>,
    effect: &'static str,
    change: &'static str,
    broader: bool,
}

/// Writes it as `slsx/diff/1`.
pub fn json(out: &mut impl Write, view: &View<'_>) -> io::Result<()> {
    let (reason, code) = match view.lane {
        Lane::Noop => (None, &[][..]),
        Lane::Hot(functions) => (None, functions.as_slice()),
        Lane::Stack(why) => (Some(why.to_string()), &[][..]),
    };
    let items = view.difference.map_or(&[][..], |found| &found.items);
    let grants = view.difference.map_or(&[][..], |found| &found.grants);
    let report = Report {
        schema: "slsx/diff/1",
        stack: view.place.stack.as_str(),
        region: &view.place.region,
        local: view.place.is_local,
        exists: view.exists,
        differs: view.differs(),
        lane: view.lane.name(),
        reason,
        code: code.iter().map(|id| id.as_str()).collect(),
        broader: view.difference.is_some_and(Difference::is_broader),
        differences: items.iter().map(item).collect(),
        permissions: grants.iter().map(grant).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn item(item: &Item) -> ItemView<'_> {
    let (how, fields) = match &item.how {
        How::Added => ("added", &[][..]),
        How::Removed => ("removed", &[][..]),
        How::Changed(fields) => ("changed", fields.as_slice()),
    };
    ItemView {
        section: &item.section,
        name: &item.name,
        kind: item.kind.as_deref(),
        how,
        fields: fields.iter().map(field).collect(),
    }
}

fn field(field: &Field) -> FieldView<'_> {
    FieldView { path: &field.path, before: field.before.as_deref(), after: field.after.as_deref() }
}

fn grant(change: &GrantChange) -> GrantView<'_> {
    let grant = &change.grant;
    GrantView {
        owner: &grant.owner,
        principal: grant.principal.as_deref(),
        action: &grant.action,
        resource: grant.resource.as_deref(),
        condition: grant.condition.as_deref(),
        effect: if grant.is_deny { "Deny" } else { "Allow" },
        change: if change.is_new { "added" } else { "removed" },
        broader: change.is_broader(),
    }
}
