//! Looks at what is deployed and chooses the lane: with what told of the stack before, two requests.

use super::artifacts::Prepared;
use super::request;
use crate::cli::LaneArg;
use crate::commands::Failure;
use crate::config::Settings;
use crate::deploy::Stack;
use crate::deploy::difference::Difference;
use crate::deploy::hot::{Note, note_key};
use crate::deploy::lane::{Code, Lane, Wanted, Why, choose, is_same};
use crate::names::LogicalId;
use crate::package::{Store, code_keys};
use crate::ports::{Buckets, RemoteError, Stacks, TemplateStage};
use crate::template::{self, Document};

/// What the lane is chosen from.
#[derive(Clone, Copy)]
pub(super) struct Look<'a, S, B> {
    pub(super) stacks: &'a S,
    pub(super) buckets: &'a B,
    /// The artifact bucket.
    pub(super) bucket: &'a str,
    /// The same, as templates name it.
    pub(super) store: &'a Store,
    pub(super) prepared: &'a Prepared<'a>,
    /// The template as CloudFormation would get it.
    pub(super) template: &'a str,
    pub(super) settings: &'a Settings,
}

/// A lane, and what is known of the functions' code.
#[derive(Debug)]
pub(in crate::commands) struct Chosen {
    pub(in crate::commands) lane: Lane,
    pub(super) code: Code,
    /// None for a stack that does not exist.
    pub(super) note: Option<Note>,
    /// From what is deployed; none where that is no template, or none that we can read.
    pub(in crate::commands) difference: Option<Difference>,
}

impl Chosen {
    /// The lane that the user wants, where it leads to the stack.
    ///
    /// # Errors
    /// When code alone is wanted and is not enough.
    pub(super) fn in_lane(self, asked: LaneArg) -> Result<Self, Failure> {
        match (asked, &self.lane) {
            (LaneArg::Hot, Lane::Stack(why)) => Err(Failure::NotHot { why: why.to_string() }),
            (LaneArg::Stack, Lane::Noop | Lane::Hot(_)) => Ok(Self { lane: Lane::Stack(Why::Asked), ..self }),
            (LaneArg::Auto | LaneArg::Hot | LaneArg::Stack, _) => Ok(self),
        }
    }

    /// The functions that get new code from Lambda itself: also those that CloudFormation would leave alone because
    /// its template names the right package, which they do not have.
    pub(super) fn functions(&self) -> Vec<LogicalId> {
        match &self.lane {
            Lane::Noop => Vec::new(),
            Lane::Hot(functions) => functions.clone(),
            Lane::Stack(_) => self.code.unseen(),
        }
    }

    /// Which lane, and why, in one line.
    pub(super) fn told(&self) -> String {
        match &self.lane {
            Lane::Noop => "Lane: noop, nothing differs from what is deployed.".to_owned(),
            Lane::Hot(functions) => {
                let names: Vec<_> = functions.iter().map(LogicalId::as_str).collect();
                format!("Lane: hot, only the code of {} differs from what is deployed.", names.join(", "))
            }
            Lane::Stack(why) => format!("Lane: stack, because {why}."),
        }
    }
}

impl<S: Stacks, B: Buckets> Look<'_, S, B> {
    /// Chooses.
    ///
    /// # Errors
    /// When AWS does not tell.
    pub(super) async fn choose(
        &self,
        existing: Option<&Stack>,
        document: &Document,
    ) -> Result<Chosen, Failure> {
        let Some(stack) = existing else {
            return Ok(Chosen {
                lane: Lane::Stack(Why::New),
                code: Code::default(),
                note: None,
                difference: None,
            });
        };
        let (deployed, note) = tokio::try_join!(self.template(stack), self.note(stack))?;
        // Whoever wrote it, CloudFormation understands it.
        let readable = template::parse(deployed.as_bytes()).ok();
        let named = readable.as_ref().map(|document| code_keys(document, self.bucket)).unwrap_or_default();
        let note = note.unwrap_or_else(|| Note::about(stack));
        let code = Code { wanted: self.prepared.keys(), named, changed: note.keys() };
        let as_deployed = self.prepared.naming(self.store, code.as_named());
        let is_same_template = as_deployed.is_ok_and(|text| is_same(&text, &deployed));
        let parameters: Vec<_> = self.settings.parameters.clone().into_iter().collect();
        let tags = request::tags(existing, self.settings);
        let nested = self.prepared.nested_documents();
        let wanted = Wanted { document, nested: &nested, parameters: &parameters, tags: &tags };
        let lane = choose(stack, &wanted, &code, is_same_template, self.settings.is_protected);
        let sent = template::parse(self.template.as_bytes()).ok();
        let difference = readable
            .zip(sent)
            .map(|(deployed, sent)| Difference::between(&deployed, &sent).with_settings(stack, &wanted));
        Ok(Chosen { lane, code, note: Some(note), difference })
    }

    /// What was sent last; nothing where the stack has none, as one that was only made for a change set.
    async fn template(&self, stack: &Stack) -> Result<String, RemoteError> {
        match self.stacks.template(stack.id.as_str(), TemplateStage::Original).await {
            Err(RemoteError::NotFound { .. } | RemoteError::Rejected { .. }) => Ok(String::new()),
            other => other,
        }
    }

    async fn note(&self, stack: &Stack) -> Result<Option<Note>, RemoteError> {
        match self.buckets.get(self.bucket, &note_key(stack)).await {
            Ok(text) => Ok(text.and_then(|text| Note::read(&text, stack))),
            // Who may not read the bucket did not write a note there either, or will be told when he uploads.
            Err(RemoteError::Denied { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
