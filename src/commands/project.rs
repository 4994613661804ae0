//! Finds the project a command is about: its folder, its settings and its template.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use miette::{NamedSource, SourceSpan};

use super::assembly::{self, SynthesizedStack};
use super::{Context, Failure};
use crate::cli::StackArgs;
use crate::config::{
    ConfigError, Explained, FILE_NAME, File, Origin, Overrides, Settings, TEMPLATE_NAMES, explain, stages,
};
use crate::host::files;
use crate::names::StackName;

/// A project on disk. No `Debug`: its parameters may be secrets.
#[derive(Clone)]
pub struct Project {
    /// Its folder.
    pub folder: PathBuf,
    /// Its template, if it has one.
    pub template: Option<PathBuf>,
    /// The stack of a CDK app that the template is of.
    pub synthesized: Option<SynthesizedStack>,
    /// The stacks of the CDK app, if it is one.
    app_stacks: Vec<String>,
    /// Its settings for the chosen stage.
    pub settings: Settings,
    /// The same, each with its origin.
    pub explained: Vec<Explained>,
    /// The stages it has.
    pub stages: Vec<String>,
}

/// `slsx.toml` is wrong, with the place.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot use {FILE_NAME}")]
pub struct ConfigFileError {
    /// What is wrong.
    #[source]
    #[diagnostic_source]
    pub source: ConfigError,
    /// The file.
    #[source_code]
    pub file: NamedSource<String>,
    /// Where in it.
    #[label("here")]
    pub at: Option<SourceSpan>,
    /// What to do.
    #[help]
    pub help: Option<String>,
}

impl Project {
    /// Finds and reads the project whose stack the arguments mean.
    ///
    /// # Errors
    /// When there is none, or its `slsx.toml` cannot be used.
    pub fn of(context: &Context, on: &StackArgs, parameters: &[String]) -> Result<Self, Failure> {
        let (project, target, stack) = (&on.project, &on.target, on.stack.as_deref());
        let start = project
            .project
            .as_ref()
            .map_or_else(|| context.current_dir.clone(), |given| context.current_dir.join(given));
        let folder = match &project.project {
            Some(_) => start,
            // A stack that is named needs no project to be looked at.
            None => {
                nearest(&start).or_else(|| stack.map(|_| start.clone())).ok_or_else(|| no_project(&start))?
            }
        };
        if !folder.is_dir() {
            return Err(Failure::Usage {
                message: format!("{} is not a folder", folder.display()),
                help: "--project takes the folder that holds slsx.toml or the template".into(),
            });
        }
        let overrides = Overrides {
            stage: project.stage.clone(),
            stack: stack.map(ToOwned::to_owned),
            region: target.region.clone(),
            profile: target.profile.clone(),
            parameters: pairs(parameters)?,
            from_environment: on.from_environment.clone(),
        };
        let (file, settings) = read_settings(&folder, &overrides)?;
        let template = match &settings.template {
            Some(given) => Some(folder.join(given)),
            None => TEMPLATE_NAMES.iter().map(|name| folder.join(name)).find(|path| path.is_file()),
        };
        let (explained, stages) = (explain(&file, &overrides, &settings), stages(&file));
        let (synthesized, app_stacks) = (None, Vec::new());
        let project = Self { folder, template, synthesized, app_stacks, settings, explained, stages };
        if project.template.is_some() { Ok(project) } else { project.of_app(stack) }
    }

    /// The same with the template and the name of a stack of the CDK app in its folder, if there is one.
    fn of_app(mut self, wanted: Option<&str>) -> Result<Self, Failure> {
        let mut stacks = assembly::stacks(&self.folder)?;
        self.app_stacks = stacks.iter().map(|stack| stack.id.clone()).collect();
        let index = match wanted {
            Some(name) => stacks.iter().position(|stack| stack.is_called(name)),
            None => (stacks.len() == 1).then_some(0),
        };
        let Some(stack) = index.map(|index| stacks.swap_remove(index)) else { return Ok(self) };
        if let Some(row) =
            self.explained.iter_mut().find(|row| row.key == "stack" && row.origin == Origin::BuiltIn)
        {
            self.settings.stack = StackName::new(&stack.name);
            row.value = Some(stack.name.clone());
            row.origin = Origin::Assembly;
        } else if wanted.is_some_and(|name| stack.id == name) {
            self.settings.stack = StackName::new(&stack.name);
        }
        self.template = Some(stack.template.clone());
        self.synthesized = Some(stack);
        Ok(self)
    }

    /// The template, which a command cannot do without.
    ///
    /// # Errors
    /// When the project has none.
    pub fn template(&self) -> Result<&Path, Failure> {
        self.template.as_deref().filter(|path| path.is_file()).ok_or_else(|| {
            let (message, help) = self.without_template();
            Failure::Usage { message, help }
        })
    }

    /// What is missing, and what to do about it.
    fn without_template(&self) -> (String, String) {
        let folder = self.folder.display();
        if !self.app_stacks.is_empty() {
            let (all, first) = (self.app_stacks.join(", "), self.app_stacks.first());
            let example = first.map_or("", String::as_str);
            return (
                format!("which stack of the CDK app in {folder} is meant? It has {all}"),
                format!("name one of them, such as --stack {example}"),
            );
        }
        if assembly::is_app(&self.folder) {
            return (
                format!("the CDK app in {folder} has no cdk.out"),
                "run `npx cdk synth` first: it writes the templates".into(),
            );
        }
        (
            format!("there is no template in {folder}"),
            format!(
                "add one of {}, or name it in {FILE_NAME}: template = \"...\"",
                TEMPLATE_NAMES.join(", ")
            ),
        )
    }
}

/// The nearest folder upwards that has a `slsx.toml` or a template.
pub(super) fn nearest(start: &Path) -> Option<PathBuf> {
    let is_project = |folder: &&Path| {
        folder.join(FILE_NAME).is_file()
            || TEMPLATE_NAMES.iter().any(|name| folder.join(name).is_file())
            || assembly::is_app(folder)
    };
    start.ancestors().find(is_project).map(Path::to_owned)
}

fn no_project(start: &Path) -> Failure {
    Failure::Usage {
        message: format!(
            "no project here: neither {} nor a folder above it has slsx.toml or a template",
            start.display()
        ),
        help: "make one with `slsx new fan-out`, or name its folder with --project".into(),
    }
}

fn read_settings(folder: &Path, overrides: &Overrides) -> Result<(File, Settings), Failure> {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let path = folder.join(FILE_NAME);
    let file = if path.exists() {
        let text = files::read_to_string(&path)?;
        File::parse(&text).map_err(|error| placed(error, text))?
    } else {
        File::default()
    };
    let settings = file.clone().settings(overrides.clone(), &name)?;
    Ok((file, settings))
}

fn placed(error: ConfigError, text: String) -> Failure {
    let (at, help) = match &error {
        ConfigError::Invalid { span, .. } => (
            span.clone().map(SourceSpan::from),
            miette::Diagnostic::help(&error).map(|help| help.to_string()),
        ),
        ConfigError::UnknownStage { .. } => (None, None),
    };
    Failure::ConfigFile(Box::new(ConfigFileError {
        source: error,
        file: NamedSource::new(FILE_NAME, text),
        at,
        help,
    }))
}

/// `KEY=VALUE` arguments.
fn pairs(arguments: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    arguments
        .iter()
        .map(|argument| {
            let (key, value) = argument.split_once('=').ok_or_else(|| Failure::Usage {
                message: format!("--parameter {argument} is not KEY=VALUE"),
                help: "for example --parameter RetentionDays=14".into(),
            })?;
            Ok((key.to_owned(), value.to_owned()))
        })
        .collect()
}
