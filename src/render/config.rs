//! Shows settings with their origins.

use std::io::{self, Write};

use serde::Serialize;

use super::style::{Style, printable};
use crate::config::Explained;

/// The settings of one stage.
pub struct View<'a> {
    /// The project's folder.
    pub folder: &'a str,
    /// The stages it has.
    pub stages: &'a [String],
    /// What counts.
    pub settings: &'a [Explained],
    /// Whether nobody should see the value of this key.
    pub is_secret: &'a dyn Fn(&str) -> bool,
}

/// What stands for a value that nobody should see.
const HIDDEN: &str = "****";

impl View<'_> {
    fn value<'v>(&self, row: &'v Explained) -> Option<&'v str> {
        row.value.as_deref().map(|value| if (self.is_secret)(&row.key) { HIDDEN } else { value })
    }
}

/// Writes them in columns.
pub fn human(out: &mut impl Write, style: Style, view: &View<'_>) -> io::Result<()> {
    let width = |text: &dyn Fn(&Explained) -> usize| view.settings.iter().map(text).max().unwrap_or_default();
    let keys = width(&|row| row.key.chars().count());
    let values = width(&|row| view.value(row).unwrap_or("-").chars().count()).min(48);
    writeln!(out, "{}", style.dim(&printable(view.folder)))?;
    for row in view.settings {
        let key = format!("{:<keys$}", printable(&row.key));
        let value = printable(view.value(row).unwrap_or("-"));
        writeln!(
            out,
            "  {}  {value:<values$}  {}",
            style.cyan(&key),
            style.dim(&printable(&row.origin.to_string()))
        )?;
    }
    writeln!(out, "  stages: {}", printable(&view.stages.join(", ")))
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    folder: &'a str,
    stages: &'a [String],
    settings: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    key: &'a str,
    value: Option<&'a str>,
    origin: String,
}

/// Writes them as `slsx/config/1`.
pub fn json(out: &mut impl Write, view: &View<'_>) -> io::Result<()> {
    let row = |row| -> Row<'_> {
        let row: &Explained = row;
        Row { key: &row.key, value: view.value(row), origin: row.origin.to_string() }
    };
    let report = Report {
        schema: "slsx/config/1",
        folder: view.folder,
        stages: view.stages,
        settings: view.settings.iter().map(row).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Origin;

    fn rows() -> Vec<Explained> {
        let row = |key: &str, value: Option<&str>, origin| Explained {
            key: key.into(),
            value: value.map(Into::into),
            origin,
        };
        vec![
            row("stage", Some("dev"), Origin::BuiltIn),
            row("region", None, Origin::Sdk),
            row("parameters.Token", Some("s3cret"), Origin::File),
        ]
    }

    fn shown(write: impl FnOnce(&mut Vec<u8>, &View<'_>) -> io::Result<()>) -> String {
        let (rows, stages) = (rows(), vec!["dev".to_owned()]);
        let is_secret = |key: &str| key == "parameters.Token";
        let view = View { folder: "/srv/orders", stages: &stages, settings: &rows, is_secret: &is_secret };
        let mut out = Vec::new();
        write(&mut out, &view).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn people_see_where_everything_comes_from_and_no_secret() {
        insta::assert_snapshot!(shown(|out, view| human(out, Style::plain(100), view)), @r"
        /srv/orders
          stage             dev   built in
          region            -     the AWS SDK's own chain
          parameters.Token  ****  slsx.toml
          stages: dev
        ");
    }

    #[test]
    fn programs_see_the_same() {
        let text = shown(json);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (&value["schema"], &value["settings"][2]["value"]),
            (&"slsx/config/1".into(), &"****".into())
        );
        assert!(!text.contains("s3cret"));
    }
}
