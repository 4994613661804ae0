//! Shows what was changed behind CloudFormation's back.

use std::io::{self, Write};

use serde::Serialize;

use super::style::{Paint, Style, printable};
use crate::deploy::drift::{Deviation, DriftStatus, ResourceDrift};
use crate::deploy::report::Place;

/// What was found.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Where.
    pub place: &'a Place,
    /// Everything that was looked at.
    pub resources: &'a [ResourceDrift],
    /// Why something could not be looked at.
    pub incomplete: Option<&'a str>,
}

impl View<'_> {
    fn drifted(&self) -> impl Iterator<Item = &ResourceDrift> {
        self.resources.iter().filter(|resource| resource.has_drifted())
    }

    /// How many resources were compared; the others have a type that CloudFormation cannot compare.
    fn compared(&self) -> usize {
        let is_compared = |status: &DriftStatus| {
            matches!(status, DriftStatus::InSync | DriftStatus::Modified | DriftStatus::Deleted)
        };
        self.resources.iter().filter(|resource| is_compared(&resource.status)).count()
    }
}

/// Columns of a value.
const VALUE: usize = 72;

/// Writes it for people.
pub fn human(out: &mut impl Write, style: Style, view: &View<'_>) -> io::Result<()> {
    for resource in view.drifted() {
        let (symbol, paint, what) = if resource.status == DriftStatus::Deleted {
            ("-", Paint::Red, "deleted")
        } else {
            ("~", Paint::Yellow, "changed")
        };
        writeln!(
            out,
            "  {} {}  {}  {what}",
            style.paint(paint, symbol),
            printable(resource.logical_id.as_str()),
            style.dim(&printable(&resource.resource_type))
        )?;
        for deviation in &resource.deviations {
            writeln!(out, "      {}", sentence(style, deviation))?;
        }
    }
    if let Some(reason) = view.incomplete {
        writeln!(
            out,
            "{} CloudFormation could not look at everything: {}",
            style.skipped(),
            printable(reason)
        )?;
    }
    let (name, drifted) = (printable(view.place.stack.as_str()), view.drifted().count());
    let local = if view.place.is_local { ", local" } else { "" };
    let place = format!("{}{local}", printable(&view.place.region));
    let compared = match view.compared() {
        1 => "1 resource".to_owned(),
        count => format!("{count} resources"),
    };
    if drifted == 0 {
        return writeln!(
            out,
            "{} {name} is as CloudFormation made it ({compared} compared, {place})",
            style.passed()
        );
    }
    writeln!(
        out,
        "{} {name}: {drifted} of {compared} changed behind CloudFormation's back ({place})",
        style.failed()
    )
}

fn sentence(style: Style, deviation: &Deviation) -> String {
    let value = |text: &str| printable(&style.cut(text, VALUE)).into_owned();
    let path = printable(deviation.path.trim_start_matches('/'));
    let arrow = style.symbol("→", "->");
    match (&deviation.expected, &deviation.actual) {
        (Some(expected), Some(actual)) => format!("{path}  {} {arrow} {}", value(expected), value(actual)),
        (None, Some(actual)) => format!("{path}  {} {}", style.green("+"), value(actual)),
        (Some(expected), None) => format!("{path}  {} {}", style.red("-"), value(expected)),
        (None, None) => path.into_owned(),
    }
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    stack: &'a str,
    region: &'a str,
    local: bool,
    drifted: bool,
    incomplete: Option<&'a str>,
    resources: Vec<ResourceView<'a>>,
}

#[derive(Serialize)]
struct ResourceView<'a> {
    logical_id: &'a str,
    physical_id: Option<&'a str>,
    resource_type: &'a str,
    status: &'a str,
    differences: Vec<DifferenceView<'a>>,
}

#[derive(Serialize)]
struct DifferenceView<'a> {
    path: &'a str,
    expected: Option<&'a str>,
    actual: Option<&'a str>,
}

/// Writes it as `slsx/drift/1`, what is as it was among it.
pub fn json(out: &mut impl Write, view: &View<'_>) -> io::Result<()> {
    let report = Report {
        schema: "slsx/drift/1",
        stack: view.place.stack.as_str(),
        region: &view.place.region,
        local: view.place.is_local,
        drifted: view.drifted().next().is_some(),
        incomplete: view.incomplete,
        resources: view.resources.iter().map(resource).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn resource(resource: &ResourceDrift) -> ResourceView<'_> {
    let differences = resource.deviations.iter().map(|found| DifferenceView {
        path: &found.path,
        expected: found.expected.as_deref(),
        actual: found.actual.as_deref(),
    });
    ResourceView {
        logical_id: resource.logical_id.as_str(),
        physical_id: resource.physical_id.as_deref(),
        resource_type: &resource.resource_type,
        status: resource.status.as_str(),
        differences: differences.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drift(id: &str, status: DriftStatus, deviations: Vec<Deviation>) -> ResourceDrift {
        ResourceDrift {
            logical_id: id.into(),
            physical_id: None,
            resource_type: "AWS::SQS::Queue".into(),
            status,
            deviations,
        }
    }

    fn shown(resources: &[ResourceDrift], incomplete: Option<&str>) -> String {
        let place = Place { stack: "video".into(), region: "eu-west-1".into(), is_local: true };
        let mut out = Vec::new();
        human(&mut out, Style::plain(100), &View { place: &place, resources, incomplete }).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_changed_is_told_value_by_value() {
        let deviation = |path: &str, expected: Option<&str>, actual: Option<&str>| Deviation {
            path: path.into(),
            expected: expected.map(Into::into),
            actual: actual.map(Into::into),
        };
        let changed = vec![
            deviation("/VisibilityTimeout", Some("30"), Some("60")),
            deviation("/Tags/0", None, Some("{\"Key\":\"a\"}")),
            deviation("/KmsMasterKeyId", Some("alias/a"), None),
        ];
        let resources = [
            drift("Queue", DriftStatus::Modified, changed),
            drift("Old", DriftStatus::Deleted, vec![]),
            drift("Same", DriftStatus::InSync, vec![]),
            drift("Custom", DriftStatus::NotChecked, vec![]),
        ];
        insta::assert_snapshot!(shown(&resources, Some("Role could not be read")), @r#"
          ~ Queue  AWS::SQS::Queue  changed
              VisibilityTimeout  30 -> 60
              Tags/0  + {"Key":"a"}
              KmsMasterKeyId  - alias/a
          - Old  AWS::SQS::Queue  deleted
        skip CloudFormation could not look at everything: Role could not be read
        FAIL video: 2 of 3 resources changed behind CloudFormation's back (eu-west-1, local)
        "#);
        let same = [drift("Same", DriftStatus::InSync, vec![])];
        assert_eq!(
            shown(&same, None),
            "ok video is as CloudFormation made it (1 resource compared, eu-west-1, local)\n"
        );
    }
}
