//! The least that somebody must be allowed who deploys one template: as an IAM policy, from the template alone.
//!
//! CloudFormation acts in the name of whoever deploys, so the policy holds the actions of slsx itself and those of the
//! handlers that create, read, update and delete the template's resources. What cannot be told is a note, never a
//! wildcard that nobody hears of.

mod attributes;
mod events;
mod expansion;
mod handlers;
mod naming;
mod own;
mod roles;
mod scope;
mod statements;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::names::StackName;
use crate::template::Document;

use expansion::Part;
use naming::Naming;
pub use statements::{Policy, Statement};

/// Characters that a managed policy holds, and all inline policies of a role together; white space does not count
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
pub const MANAGED_LIMIT: usize = 6_144;
/// See [`MANAGED_LIMIT`].
pub const INLINE_LIMIT: usize = 10_240;

/// What is deployed, and where.
#[derive(Clone, Copy)]
pub struct Deployment<'a> {
    /// The template.
    pub document: &'a Document,
    /// The templates beside it that are nested in it: their stacks' names begin with its stack's name.
    pub nested: &'a [&'a Document],
    /// The stack.
    pub stack: &'a StackName,
    /// The region; none when it is chosen at deployment.
    pub region: Option<&'a str>,
    /// The account; none when any will do.
    pub account: Option<&'a str>,
    /// Parameters that are set.
    pub parameters: &'a BTreeMap<String, String>,
}

/// A policy, and what is to be known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// The policy.
    pub policy: Policy,
    /// What it leaves out, or reaches although the template does not need it; one sentence each.
    pub notes: Vec<String>,
}

/// The permissions that deploying the template takes.
#[must_use]
pub fn of(deployment: &Deployment<'_>) -> Permissions {
    let mut wanted = Wanted::default();
    add_all(deployment, &mut wanted);
    let no_parameters = BTreeMap::new();
    for document in deployment.nested {
        add_all(&Deployment { document, parameters: &no_parameters, ..*deployment }, &mut wanted);
    }
    Permissions { policy: wanted.statements.into_policy(), notes: wanted.notes.into_iter().collect() }
}

/// Adds what one template takes.
fn add_all(deployment: &Deployment<'_>, wanted: &mut Wanted) {
    let naming = Naming::of(deployment);
    own::add(&naming, deployment.document, wanted);
    own::add_lookups(&naming, deployment.document, wanted);
    let parts = expansion::parts(&naming, deployment.document, wanted);
    for part in &parts {
        add_part(&naming, part, wanted);
    }
    roles::add(&naming, deployment.document, &parts, wanted);
    add_notes(deployment, &parts, wanted);
}

/// What has been gathered so far.
#[derive(Default)]
struct Wanted {
    statements: statements::Gathered,
    notes: BTreeSet<String>,
}

impl Wanted {
    fn note(&mut self, text: impl Into<String>) {
        self.notes.insert(text.into());
    }
}

/// The actions of the handlers of one resource, each on what it is about.
fn add_part(naming: &Naming<'_>, part: &Part<'_>, wanted: &mut Wanted) {
    let Some(actions) = handlers::actions(part) else {
        wanted.note(format!(
            "{} ({}) is not covered: slsx does not know which actions deploy it",
            part.id, part.kind
        ));
        return;
    };
    let own = scope::arns(naming, part);
    if own.is_empty() {
        wanted.note(format!(
            "{} ({}) is not covered: the template does not name what it is about",
            part.id, part.kind
        ));
        return;
    }
    for action in actions {
        let condition = scope::condition(naming, part, action);
        let arns = match scope::resources(naming, part, action, &own) {
            scope::Reach::Everything => vec!["*".to_owned()],
            scope::Reach::Only(arns) => arns,
            scope::Reach::Untold => {
                wanted.note(format!(
                    "{action} is granted on any resource: the template does not tell on which"
                ));
                vec!["*".to_owned()]
            }
        };
        for arn in arns {
            wanted.statements.add_when(&action.to_string(), &arn, condition.clone());
        }
    }
    if let Some(what) = scope::unpredictable(naming, part, &own) {
        wanted.note(what);
    }
}

fn add_notes(deployment: &Deployment<'_>, parts: &[Part<'_>], wanted: &mut Wanted) {
    if deployment.region.is_none() {
        wanted.note("it holds in every region: name one with --region or in slsx.toml");
    }
    if deployment.account.is_none() {
        wanted.note(
            "it names no account: allowed_account_ids of the stage in slsx.toml would narrow it to one",
        );
    }
    if parts.iter().any(|part| part.kind == "AWS::IAM::Role") {
        wanted.note(
            "whoever may make roles can give them any permission: set a permissions boundary where that is too much",
        );
    }
}
