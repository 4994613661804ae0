//! Where each setting comes from. What counts is what [`File::settings`] takes, so that is asked, and its sources are
//! looked through for it in the same order.

use std::collections::BTreeMap;

use super::{DEFAULT_STAGE, File, Overrides, Settings, StageTable};

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag.
    Flag(String),
    /// A variable.
    Variable(String),
    /// `[stage.NAME]` of the file.
    Stage(String),
    /// The file.
    File,
    /// A CDK app.
    Assembly,
    /// Nobody set it.
    BuiltIn,
    /// Nobody set it, so the SDK's own chain decides.
    Sdk,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "--{name}"),
            Self::Variable(name) => f.write_str(name),
            Self::Stage(name) => write!(f, "slsx.toml [stage.{name}]"),
            Self::File => f.write_str("slsx.toml"),
            Self::Assembly => f.write_str("cdk.out"),
            Self::BuiltIn => f.write_str("built in"),
            Self::Sdk => f.write_str("the AWS SDK's own chain"),
        }
    }
}

/// A setting with its origin. No `Debug`: values may be secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Explained {
    /// Its name, such as `region` or `parameters.Level`.
    pub key: String,
    /// Its value; none where it is not set.
    pub value: Option<String>,
    /// Where that comes from.
    pub origin: Origin,
}

/// What could have set something, strongest first.
struct Sources<'a> {
    overrides: &'a Overrides,
    table: &'a StageTable,
    file: &'a File,
    stage: &'a str,
}

impl Sources<'_> {
    fn origin(
        &self,
        name: &str,
        typed: Option<&String>,
        of_table: Option<&String>,
        of_file: Option<&String>,
        otherwise: Origin,
    ) -> Origin {
        if typed.is_some() {
            return if self.overrides.from_environment.contains(name) {
                Origin::Variable(format!("SLSX_{}", name.to_uppercase()))
            } else {
                Origin::Flag(name.to_owned())
            };
        }
        match (of_table, of_file) {
            (Some(_), _) => Origin::Stage(self.stage.to_owned()),
            (None, Some(_)) => Origin::File,
            (None, None) => otherwise,
        }
    }
}

/// Every setting with its origin, in the order of the file.
#[must_use]
pub fn explain(file: &File, overrides: &Overrides, settings: &Settings) -> Vec<Explained> {
    let stage = settings.stage.as_str();
    let nothing = StageTable::default();
    let table = file.stage.get(stage).unwrap_or(&nothing);
    let sources = Sources { overrides, table, file, stage };
    let row = |key: &str, value: Option<&str>, origin: Origin| Explained {
        key: key.to_owned(),
        value: value.map(ToOwned::to_owned),
        origin,
    };
    let (table, from) = (sources.table, &sources.overrides);
    let mut rows = vec![
        row("stage", Some(stage), sources.origin("stage", from.stage.as_ref(), None, None, Origin::BuiltIn)),
        row(
            "stack",
            Some(settings.stack.as_str()),
            sources.origin(
                "stack",
                from.stack.as_ref(),
                table.stack.as_ref(),
                file.stack.as_ref(),
                Origin::BuiltIn,
            ),
        ),
        row(
            "template",
            settings.template.as_deref(),
            sources.origin("template", None, None, file.template.as_ref(), Origin::BuiltIn),
        ),
        row(
            "region",
            settings.region.as_deref(),
            sources.origin(
                "region",
                from.region.as_ref(),
                table.region.as_ref(),
                file.region.as_ref(),
                Origin::Sdk,
            ),
        ),
        row(
            "profile",
            settings.profile.as_deref(),
            sources.origin(
                "profile",
                from.profile.as_ref(),
                table.profile.as_ref(),
                file.profile.as_ref(),
                Origin::Sdk,
            ),
        ),
    ];
    rows.extend(of_the_stage(table, settings));
    rows.extend(entries("parameters", &settings.parameters, &sources, Some(&overrides.parameters)));
    rows.extend(entries("tags", &settings.tags, &sources, None));
    rows
}

/// Settings that only a stage's table has.
fn of_the_stage(table: &StageTable, settings: &Settings) -> Vec<Explained> {
    let stage = || Origin::Stage(settings.stage.to_string());
    let row = |key: &str, value: Option<String>, is_set: bool| Explained {
        key: key.to_owned(),
        value,
        origin: if is_set { stage() } else { Origin::BuiltIn },
    };
    let express = settings.is_express.map(|is_on| is_on.to_string());
    let list = |key: &str, values: &[String]| {
        let text = values.join(", ");
        row(key, (!text.is_empty()).then_some(text), !values.is_empty())
    };
    vec![
        row("protected", Some(settings.is_protected.to_string()), table.protected),
        row("express", express, settings.is_express.is_some()),
        list("regions", &settings.regions),
        list("accounts", &settings.accounts),
        list("allowed_account_ids", &settings.allowed_account_ids),
    ]
}

/// The rows of a table of names and values.
fn entries(
    table: &str,
    settings: &BTreeMap<String, String>,
    sources: &Sources<'_>,
    typed: Option<&BTreeMap<String, String>>,
) -> Vec<Explained> {
    let (of_stage, of_file) = match table {
        "parameters" => (&sources.table.parameters, &sources.file.parameters),
        _ => (&sources.table.tags, &sources.file.tags),
    };
    settings
        .iter()
        .map(|(key, value)| Explained {
            key: format!("{table}.{key}"),
            value: Some(value.clone()),
            origin: sources.origin(
                "parameter",
                typed.and_then(|typed| typed.get(key)),
                of_stage.get(key),
                of_file.get(key),
                Origin::BuiltIn,
            ),
        })
        .collect()
}

/// The stages that a project has: those of its file, and the one that needs no table.
#[must_use]
pub fn stages(file: &File) -> Vec<String> {
    let mut stages: Vec<String> = file.stage.keys().cloned().collect();
    if !stages.iter().any(|stage| stage == DEFAULT_STAGE) {
        stages.insert(0, DEFAULT_STAGE.to_owned());
    }
    stages
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        name = "uploads"
        region = "eu-west-1"
        tags = { team = "media", cost = "1" }
        [parameters]
        A = "file"
        B = "file"
        C = "file"
        [stage.production]
        profile = "work"
        protected = true
        allowed_account_ids = ["123456789012"]
        parameters = { B = "stage" }
        tags = { cost = "2" }
    "#;

    fn explained(overrides: &Overrides) -> Vec<String> {
        let file = File::parse(TEXT).unwrap();
        let settings = file.clone().settings(overrides.clone(), "folder").unwrap();
        explain(&file, overrides, &settings)
            .into_iter()
            .map(|row| format!("{} = {} ({})", row.key, row.value.as_deref().unwrap_or("-"), row.origin))
            .collect()
    }

    #[test]
    fn every_setting_has_its_origin() {
        let overrides = Overrides {
            stage: Some("production".into()),
            stack: Some("mine".into()),
            parameters: [("C".to_owned(), "flag".to_owned())].into(),
            from_environment: ["stage".to_owned()].into(),
            ..Overrides::default()
        };
        assert_eq!(
            explained(&overrides),
            [
                "stage = production (SLSX_STAGE)",
                "stack = mine (--stack)",
                "template = - (built in)",
                "region = eu-west-1 (slsx.toml)",
                "profile = work (slsx.toml [stage.production])",
                "protected = true (slsx.toml [stage.production])",
                "express = - (built in)",
                "regions = - (built in)",
                "accounts = - (built in)",
                "allowed_account_ids = 123456789012 (slsx.toml [stage.production])",
                "parameters.A = file (slsx.toml)",
                "parameters.B = stage (slsx.toml [stage.production])",
                "parameters.C = flag (--parameter)",
                "tags.cost = 2 (slsx.toml [stage.production])",
                "tags.team = media (slsx.toml)",
            ]
        );
    }

    #[test]
    fn what_nobody_sets_is_built_in_or_the_sdks() {
        let rows = explained(&Overrides::default());
        for row in [
            "stage = dev (built in)",
            "stack = uploads-dev (built in)",
            "profile = - (the AWS SDK's own chain)",
        ] {
            assert!(rows.contains(&row.to_owned()), "{rows:#?}");
        }
        assert_eq!(stages(&File::parse(TEXT).unwrap()), ["dev", "production"]);
    }
}
