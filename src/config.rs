//! `slsx.toml`, and how flags, environment and file become settings.
//!
//! Flag before environment before `[stage.X]` before the file's top level before the built-in value; clap has
//! merged the first two when this module sees them. It reads no files: the text is passed in.

mod origin;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::names::{StackName, Stage, nearest};

pub use origin::{Explained, Origin, explain, stages};

/// The name of the file.
pub const FILE_NAME: &str = "slsx.toml";

/// The stage that is meant when none is named.
pub const DEFAULT_STAGE: &str = "dev";

/// Templates that make a folder a project, in the order they are looked for.
pub const TEMPLATE_NAMES: [&str; 5] =
    ["template.yaml", "template.yml", "template.json", "cloudformation.yaml", "cloudformation.json"];

/// The file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum ConfigError {
    /// Not TOML, an unknown key, or a wrong type.
    #[error("{message}")]
    #[diagnostic(help("{help}"))]
    Invalid {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
        /// Byte range in the file, where known.
        span: Option<std::ops::Range<usize>>,
    },
    /// A stage that the file does not have, although it has others.
    #[error("there is no stage `{stage}` in slsx.toml")]
    #[diagnostic(help("stages: {known}; add a [stage.{stage}] table to make one"))]
    UnknownStage {
        /// What was asked for.
        stage: String,
        /// What there is.
        known: String,
    },
}

// No `Debug` on what holds parameters: their values may be secrets.

/// `slsx.toml` as it is written.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Project name; the stack is called `<name>-<stage>`.
    pub name: Option<String>,
    /// Template, relative to the file.
    pub template: Option<String>,
    /// Exact stack name.
    pub stack: Option<String>,
    /// AWS region.
    pub region: Option<String>,
    /// Profile of the AWS configuration files.
    pub profile: Option<String>,
    /// The pattern the project was made from.
    pub pattern: Option<MadeFrom>,
    /// Template parameters.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// Tags of the stack.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Settings of single stages.
    #[serde(default)]
    pub stage: BTreeMap<String, StageTable>,
}

/// The pattern a project was made from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MadeFrom {
    /// Pattern id.
    pub id: String,
    /// Pattern version.
    pub version: String,
}

/// `[stage.NAME]`.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageTable {
    /// Exact stack name.
    pub stack: Option<String>,
    /// AWS region.
    pub region: Option<String>,
    /// Profile of the AWS configuration files.
    pub profile: Option<String>,
    /// Nothing is deleted or replaced without being asked for by name.
    #[serde(default)]
    pub protected: bool,
    /// Whether CloudFormation works in express mode; where nothing is said, it does unless the stage is protected.
    pub express: Option<bool>,
    /// Regions of `deploy --all-regions`.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Accounts of a deployment as a stack set.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Refuse to act in any other account.
    #[serde(default)]
    pub allowed_account_ids: Vec<String>,
    /// Template parameters, over the file's own.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// Tags of the stack, over the file's own.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// What the commands work with.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// Stage.
    pub stage: Stage,
    /// Stack name.
    pub stack: StackName,
    /// Template, relative to the project folder; none when it must be looked for.
    pub template: Option<String>,
    /// AWS region, unless the SDK's own chain decides.
    pub region: Option<String>,
    /// AWS profile, unless the SDK's own chain decides.
    pub profile: Option<String>,
    /// Nothing is deleted or replaced without being asked for by name.
    pub is_protected: bool,
    /// Whether CloudFormation works in express mode, where the stage says anything.
    pub is_express: Option<bool>,
    /// Regions of a stack set.
    pub regions: Vec<String>,
    /// Accounts of a stack set.
    pub accounts: Vec<String>,
    /// Accounts to act in; empty allows every one.
    pub allowed_account_ids: Vec<String>,
    /// Template parameters.
    pub parameters: BTreeMap<String, String>,
    /// Tags of the stack.
    pub tags: BTreeMap<String, String>,
}

/// What the command line says, already merged with the environment.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--stage`.
    pub stage: Option<String>,
    /// `--stack`.
    pub stack: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--parameter`.
    pub parameters: BTreeMap<String, String>,
    /// Names of those above that were not typed, but set as `SLSX_*` variables.
    pub from_environment: BTreeSet<String>,
}

impl File {
    /// Reads the text of a `slsx.toml`.
    ///
    /// # Errors
    /// When it is not TOML, or has an unknown key or a value of the wrong type.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error: toml::de::Error| ConfigError::Invalid {
            help: help_for(error.message()),
            message: error.message().to_owned(),
            span: error.span(),
        })
    }

    /// Merges the file with the command line; `folder` names a project that has no name of its own.
    ///
    /// # Errors
    /// When the stage is not one of those the file lists.
    pub fn settings(self, overrides: Overrides, folder: &str) -> Result<Settings, ConfigError> {
        let stage = overrides.stage.unwrap_or_else(|| DEFAULT_STAGE.to_owned());
        let table = self.stage_table(&stage)?;
        let name = self.name.unwrap_or_else(|| stack_part(folder));
        let stack =
            overrides.stack.or(table.stack).or(self.stack).unwrap_or_else(|| format!("{name}-{stage}"));
        let mut parameters = self.parameters;
        parameters.extend(table.parameters);
        parameters.extend(overrides.parameters);
        let mut tags = self.tags;
        tags.extend(table.tags);
        Ok(Settings {
            stage: Stage::new(stage),
            stack: StackName::new(stack),
            template: self.template,
            region: overrides.region.or(table.region).or(self.region),
            profile: overrides.profile.or(table.profile).or(self.profile),
            is_protected: table.protected,
            is_express: table.express,
            regions: table.regions,
            accounts: table.accounts,
            allowed_account_ids: table.allowed_account_ids,
            parameters,
            tags,
        })
    }

    /// `dev` needs no table; a typing error in another stage's name must not make a new stack.
    fn stage_table(&self, stage: &str) -> Result<StageTable, ConfigError> {
        if let Some(table) = self.stage.get(stage) {
            return Ok(table.clone());
        }
        if stage == DEFAULT_STAGE || self.stage.is_empty() {
            return Ok(StageTable::default());
        }
        let mut known: Vec<&str> = self.stage.keys().map(String::as_str).collect();
        if !known.contains(&DEFAULT_STAGE) {
            known.insert(0, DEFAULT_STAGE);
        }
        Err(ConfigError::UnknownStage { stage: stage.to_owned(), known: known.join(", ") })
    }
}

/// `toml` names the key that it does not know and those that it does.
fn help_for(message: &str) -> String {
    let mut words = message.split('`').skip(1).step_by(2);
    let near =
        words.next().filter(|_| message.contains("unknown field")).and_then(|given| nearest(given, words));
    match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "keys: name, template, stack, region, profile, [pattern], [parameters], [tags], [stage.NAME]"
            .to_owned(),
    }
}

/// Makes a folder's name fit CloudFormation: `[a-zA-Z][-a-zA-Z0-9]*`
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html>).
fn stack_part(folder: &str) -> String {
    let plain: String =
        folder.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    let plain = plain.trim_matches('-');
    if plain.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        plain.to_owned()
    } else {
        format!("app-{plain}").trim_end_matches('-').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{ConfigError, File, Overrides, stack_part};

    const TEXT: &str = r#"
        name = "uploads"
        region = "eu-west-1"
        [parameters]
        A = "file"
        B = "file"
        [stage.production]
        region = "us-east-1"
        protected = true
        parameters = { B = "stage", C = "stage" }
    "#;

    fn settings(overrides: Overrides) -> super::Settings {
        File::parse(TEXT).unwrap().settings(overrides, "folder").unwrap()
    }

    #[test]
    fn flag_before_stage_before_file_before_built_in() {
        let dev = settings(Overrides::default());
        assert_eq!((dev.stack.as_str(), dev.region.as_deref()), ("uploads-dev", Some("eu-west-1")));
        let production = Overrides { stage: Some("production".into()), ..Overrides::default() };
        let stage = settings(production.clone());
        assert_eq!(stage.region.as_deref(), Some("us-east-1"));
        assert!(stage.is_protected);
        let flag = settings(Overrides {
            region: Some("sa-east-1".into()),
            parameters: [("C".into(), "flag".into())].into(),
            ..production
        });
        assert_eq!(flag.region.as_deref(), Some("sa-east-1"));
        let values: Vec<&str> = flag.parameters.values().map(String::as_str).collect();
        assert_eq!(values, ["file", "stage", "flag"]);
    }

    #[test]
    fn unknown_keys_and_stages_are_errors() {
        let error = File::parse("nmae = 'x'").err().unwrap();
        let ConfigError::Invalid { span: Some(_), help, .. } = error else { panic!("{error:?}") };
        assert_eq!(help, "did you mean `name`?");
        let error = File::parse("[stage.dev]\nprotekted = true").err().unwrap();
        assert!(miette::Diagnostic::help(&error).unwrap().to_string().contains("`protected`"));
        let overrides = Overrides { stage: Some("prodution".into()), ..Overrides::default() };
        let error = File::parse(TEXT).unwrap().settings(overrides, "folder").err().unwrap();
        assert_eq!(
            error,
            ConfigError::UnknownStage { stage: "prodution".into(), known: "dev, production".into() }
        );
    }

    #[test]
    fn folder_names_become_stack_names() {
        assert_eq!(stack_part("my_project.v2"), "my-project-v2");
        assert_eq!(stack_part("2fast"), "app-2fast");
        assert_eq!(stack_part("--"), "app");
    }
}
