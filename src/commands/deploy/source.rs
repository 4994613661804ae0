//! Reads the template and finds what it refers to on this machine; neither builds nor sends anything.

use std::path::{Path, PathBuf};

use miette::{NamedSource, SourceSpan};

use super::gather::found;
use super::show;
use crate::commands::assembly::SynthesizedStack;
use crate::commands::{Context, Failure, Project};
use crate::deploy::diagnosis::Cause;
use crate::deploy::problem::steps;
use crate::deploy::{Parameter, Problem};
use crate::host::files;
use crate::names::LogicalId;
use crate::package::assembly::Assets;
use crate::package::limits;
use crate::package::{Content, Found, Given, LocalCode, LocalFile, PlanError, local_code, local_files};
use crate::render::diagnostic::{self, Diagnostic, Excerpt, Loudness, Mark};
use crate::template::{self, Classification, Document, Span};

/// Something is wrong at one place of the template, or of a file that it names.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{message}")]
pub struct TemplateError {
    message: String,
    #[source_code]
    file: NamedSource<String>,
    #[label("here")]
    at: SourceSpan,
    #[help]
    help: Option<String>,
}

/// A template and what it names.
#[derive(Debug)]
pub struct Source {
    /// The path as the user would type it.
    shown: String,
    /// The folder that paths in the template are relative to.
    base: PathBuf,
    /// What it says.
    pub(in crate::commands) document: Document,
    /// Its code.
    pub(in crate::commands) code: Vec<LocalCode>,
    /// Its other files.
    pub(super) files: Vec<LocalFile>,
    /// The templates among them, read too: where they are named, and what they say.
    pub(super) nested: Vec<(usize, Self)>,
}

impl Source {
    /// Reads the template of a project.
    ///
    /// # Errors
    /// When it cannot be read or deployed, or names something that is not there; with the place.
    pub fn read(project: &Project) -> Result<Self, Failure> {
        let path = project.template()?.to_owned();
        let shown = path.strip_prefix(&project.folder).unwrap_or(&path).to_string_lossy().into_owned();
        let given: Given = project.settings.parameters.clone().into_iter().collect();
        let assets = project.synthesized.as_ref().map(SynthesizedStack::assets).transpose()?;
        Self::at_path(&path, shown, &given, assets.as_ref(), &[])
    }

    /// Reads a template with those that are nested in it; `outer` are the files it is nested in.
    fn at_path(
        path: &Path,
        shown: String,
        given: &Given,
        assets: Option<&Assets>,
        outer: &[PathBuf],
    ) -> Result<Self, Failure> {
        let bytes = files::read(path)?;
        let mut document = parse(&shown, &bytes)?;
        if let Some(assets) = assets {
            let text = assets.localize(&document).map_err(|error| {
                let at = error.place().map_or(Span::at(0), |place| place.span);
                placed(&shown, document.text(), at, error.to_string(), help_of(&error))
            })?;
            document = parse(&shown, text.as_bytes())?;
        }
        if document.classify() != Classification::Template {
            return Err(placed(
                &shown,
                document.text(),
                Span { start: 0, end: 0 },
                "this is not a CloudFormation or SAM template: it has no Resources".into(),
                Some("name the template in slsx.toml: template = \"...\"".into())
                    .filter(|_| outer.is_empty()),
            ));
        }
        // What CloudFormation would refuse for its size costs no building, no upload and no deletion.
        limits::template(&document, document.text().len()).map_err(|error| {
            placed(&shown, document.text(), Span::at(0), error.to_string(), help_of(&error))
        })?;
        let base = path.parent().unwrap_or(Path::new(".")).to_owned();
        let mut source =
            Self { shown, base, document, code: Vec::new(), files: Vec::new(), nested: Vec::new() };
        source.code = local_code(&source.document, given).map_err(|error| source.plan_error(&error))?;
        source.files = local_files(&source.document);
        source.check_presence()?;
        let mut chain = outer.to_vec();
        chain.push(files::canonical(path)?);
        source.nested = source.read_nested(assets, &chain)?;
        Ok(source)
    }

    /// What the parameters of a nested template are given is often known at AWS only, so its defaults count.
    fn read_nested(&self, assets: Option<&Assets>, chain: &[PathBuf]) -> Result<Vec<(usize, Self)>, Failure> {
        let mut nested = Vec::new();
        for file in self.files.iter().filter(|file| file.content == Content::Template) {
            let path = files::canonical(&self.path(&file.path))?;
            if chain.contains(&path) {
                let (user, path) = (file.user.clone(), file.path.clone());
                return Err(self.plan_error(&PlanError::Circle { user, path, place: file.place }));
            }
            let shown = Path::new(&self.shown).parent().unwrap_or(Path::new("")).join(&file.path);
            let shown = shown.to_string_lossy().into_owned();
            nested.push((file.place.span.start, Self::at_path(&path, shown, &Given::new(), assets, chain)?));
        }
        Ok(nested)
    }

    /// The template with those that are nested in it.
    pub(super) fn all(&self) -> Vec<&Self> {
        let nested = self.nested.iter().flat_map(|(_, source)| source.all());
        std::iter::once(self).chain(nested).collect()
    }

    /// Plans the code anew with what an update leaves as it is: parameters of the stack that nobody sets.
    ///
    /// # Errors
    /// As [`Source::read`].
    pub fn assume(&mut self, previous: &[Parameter], project: &Project) -> Result<(), Failure> {
        let mut given: Given =
            previous.iter().map(|parameter| (parameter.key.clone(), parameter.value.clone())).collect();
        given.extend(project.settings.parameters.clone());
        self.code = local_code(&self.document, &given).map_err(|error| self.plan_error(&error))?;
        Ok(())
    }

    fn check_presence(&self) -> Result<(), Failure> {
        for code in &self.code {
            code.source(found(&self.path(&code.path))).map_err(|error| self.plan_error(&error))?;
        }
        for file in &self.files {
            let found = found(&self.path(&file.path));
            if found != Found::File && !(file.content == Content::Bundle && found == Found::Folder) {
                let (user, path) = (file.user.clone(), file.path.clone());
                return Err(self.plan_error(&PlanError::Nothing { user, path, place: file.place }));
            }
        }
        Ok(())
    }

    /// Where a path of the template is.
    pub(super) fn path(&self, relative: &str) -> PathBuf {
        self.base.join(relative)
    }

    /// Reads a definition and sees that it is JSON or YAML.
    pub(super) fn definition(&self, file: &LocalFile) -> Result<Vec<u8>, Failure> {
        let bytes = files::read(&self.path(&file.path))?;
        let document = parse(&file.path, &bytes)?;
        let is_json = file.path.to_lowercase().ends_with(".json");
        // YAML takes much that looks like JSON and is none, and AWS goes by the name.
        if is_json && let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&bytes) {
            let at = offset(document.text(), error.line(), error.column());
            let message = format!("this is not valid JSON: {error}");
            return Err(placed(&file.path, document.text(), Span::at(at), message, None));
        }
        Ok(bytes)
    }

    /// Names of the template's parameters.
    #[must_use]
    pub fn parameters(&self) -> Vec<String> {
        self.document.parameters().map(|parameter| parameter.name().to_owned()).collect()
    }

    fn plan_error(&self, error: &PlanError) -> Failure {
        self.at(error.place().span, error)
    }

    /// An error at a place of the template.
    pub(super) fn at(&self, span: Span, error: &dyn miette::Diagnostic) -> Failure {
        self.said_at(span, error.to_string(), help_of(error))
    }

    /// The same in other words.
    pub(super) fn said_at(&self, span: Span, message: String, help: Option<String>) -> Failure {
        placed(&self.shown, self.document.text(), span, message, help)
    }

    /// An error about the template as a whole.
    pub(super) fn whole(&self, error: &dyn std::fmt::Display) -> Failure {
        self.said_at(Span { start: 0, end: 0 }, error.to_string(), None)
    }

    /// Shows the lines of the template that the cause of a failure comes from.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn point_at(&self, cause: &Cause, context: &mut Context) -> Result<(), Failure> {
        // What is inside a nested stack is in another template; here is the stack that leads to it.
        let named = cause.within.first().unwrap_or(&cause.logical_id);
        let path = cause.path.as_deref().filter(|_| cause.within.is_empty()).map(steps).unwrap_or_default();
        let title = format!("{}: {}", cause.full_name(), cause.reason);
        self.show(named, &path, title, Some(cause.remedy.sentence()), context)
    }

    /// Shows the lines of the template that CloudFormation's validation complains about.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn point_at_problem(&self, problem: &Problem, context: &mut Context) -> Result<(), Failure> {
        let steps = problem.steps();
        let by_path = steps.get(1).filter(|_| steps.first() == Some(&"Resources")).map(|id| (*id).into());
        let Some(named) = problem.logical_id.clone().or(by_path) else { return Ok(()) };
        self.show(&named, &steps, problem.sentence(), None, context)
    }

    fn show(
        &self,
        named: &LogicalId,
        path: &[&str],
        title: String,
        help: Option<String>,
        context: &mut Context,
    ) -> Result<(), Failure> {
        let of_path = self
            .document
            .place_of(path)
            .map(|span| (span, if path.len() > 2 { "this property" } else { "this resource" }));
        let of_resource =
            || self.document.resource(named.as_str()).map(|found| (found.key().span(), "this resource"));
        let Some((at, label)) = of_path.or_else(of_resource) else { return Ok(()) };
        let mark = Mark { range: at.range(), label: label.into(), is_primary: true };
        let diagnostic = Diagnostic {
            loudness: Loudness::Error,
            word: "error",
            code: None,
            title,
            excerpts: vec![Excerpt {
                path: &self.shown,
                text: self.document.text(),
                first_line: 1,
                marks: vec![mark],
            }],
            notes: Vec::new(),
            help,
        };
        show::remark(context, |err, style| diagnostic::write(&diagnostic, style, err))
    }
}

/// The byte of a line and column, both from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (before + column.saturating_sub(1)).min(text.len())
}

fn parse(shown: &str, bytes: &[u8]) -> Result<Document, Failure> {
    template::parse(bytes).map_err(|error| {
        placed(shown, &String::from_utf8_lossy(bytes), error.span(), error.to_string(), help_of(&error))
    })
}

pub(super) fn help_of(error: &dyn miette::Diagnostic) -> Option<String> {
    error.help().map(|help| help.to_string())
}

fn placed(shown: &str, text: &str, span: Span, message: String, help: Option<String>) -> Failure {
    let file = NamedSource::new(shown, text.to_owned());
    let at = SourceSpan::from((span.start, span.end.saturating_sub(span.start)));
    Failure::Template(Box::new(TemplateError { message, file, at, help }))
}
