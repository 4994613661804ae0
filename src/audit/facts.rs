//! What the rules may know about one file: functions, triggers, routes, roles and policies.
//!
//! Gathered once, before the rules run. Everything unknown is left out or says so.

mod functions;
mod identities;
mod logs;
mod permissions;
mod queues;
mod reader;
mod routes;
mod sources;
mod statements;

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use reader::Reader;

pub use identities::Identity;
pub use logs::LogGroup;
pub use queues::Queue;
pub use sources::{Source, SourceKind};

use super::{code, input::HandlerFile};
use crate::{
    iam::policy::{Statement, Text},
    names::LogicalId,
    template::{Document, Span},
};

/// Everything known about one file.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The day to judge by.
    pub today: Date,
    /// Lambda functions in the order of the file.
    pub functions: Vec<Function<'a>>,
    /// Roles that the file creates.
    pub roles: Vec<Role>,
    /// Policies written out in the file.
    pub policies: Vec<Policy>,
    /// Everybody with everything that these policies say about them.
    pub identities: Vec<Identity>,
    /// AWS managed policies attached by name or ARN.
    pub managed_policies: Vec<ManagedPolicy>,
    /// SAM policy templates.
    pub policy_templates: Vec<PolicyTemplate>,
    /// Event source mappings.
    pub sources: Vec<Source>,
    /// Queues that the file creates.
    pub queues: Vec<Queue>,
    /// Log groups that the file creates.
    pub log_groups: Vec<LogGroup>,
}

/// A Lambda function.
#[derive(Clone, Debug)]
pub struct Function<'a> {
    /// Its logical id.
    pub id: LogicalId,
    /// Where the id stands.
    pub span: Range<usize>,
    /// The condition it is created under.
    pub condition: Option<String>,
    /// `Runtime`, as far as known; several where a condition chooses.
    pub runtimes: Vec<Text>,
    /// `Timeout`, seconds; none where it cannot be told.
    pub timeout_s: Option<u32>,
    /// Nothing is said about its timeout.
    pub has_default_timeout: bool,
    /// Nothing is said about its memory.
    pub has_default_memory: bool,
    /// So many of its executions at once and no more.
    pub has_reserved_concurrency: bool,
    /// A function URL that anybody may call, where it is declared.
    pub open_url: Option<Range<usize>>,
    /// `Role`, where one is given.
    pub role: Option<RoleUse>,
    /// What invokes it asynchronously.
    pub async_triggers: Vec<Trigger>,
    /// Whether events that fail for good are kept.
    pub failure_destination: FailureDestination,
    /// Routes that bring every path to it.
    pub catch_alls: Vec<CatchAll>,
    /// Its handler, where it could be read.
    pub handler: Option<Handler<'a>>,
    /// The Lambda Web Adapter runs a whole web server in it.
    pub has_web_adapter: bool,
}

/// The role a function runs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleUse {
    /// Which role.
    pub role: RoleName,
    /// Where the function says so.
    pub span: Range<usize>,
}

/// What names a role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoleName {
    /// A role of this template.
    Resource(LogicalId),
    /// A parameter that holds an ARN.
    Parameter(String),
    /// An ARN or an import, as text.
    Other(String),
}

/// A role that the file creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its logical id.
    pub id: LogicalId,
    /// Where the id stands.
    pub span: Range<usize>,
    /// It is known to allow no more than writing logs and traces.
    pub is_basic: bool,
}

/// Something that invokes a function and does not wait for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// The service, as people call it, such as `S3`.
    pub source: &'static str,
    /// Where the connection is declared.
    pub span: Range<usize>,
}

/// Whether a function's failed events are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureDestination {
    /// A dead-letter queue or an on-failure destination.
    Present,
    /// Neither.
    Absent,
    /// Cannot be told from this file.
    Unknown,
}

/// A route that matches every path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatchAll {
    /// As the template writes it: `/{proxy+}`, `$default`, `function URL`.
    pub route: String,
    /// Where.
    pub span: Range<usize>,
}

/// The code of a function's handler.
#[derive(Clone, Debug)]
pub struct Handler<'a> {
    /// The file; none for code inside the template, whose spans are then those of the code as a whole.
    pub file: Option<&'a str>,
    /// What it shows.
    pub facts: code::Facts,
}

/// A policy written out in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The resource that holds it; none for a bare document.
    pub owner: Option<LogicalId>,
    /// Its statements.
    pub statements: Vec<Statement>,
}

/// An AWS managed policy and who has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// The resource it is attached to.
    pub owner: LogicalId,
    /// Its name, without the ARN.
    pub name: String,
    /// Where it is attached.
    pub span: Range<usize>,
}

/// A SAM policy template and who has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyTemplate {
    /// The resource it is attached to.
    pub owner: LogicalId,
    /// Its name.
    pub name: Text,
    /// Parameters with a known value.
    pub parameters: Vec<(String, Text)>,
}

/// The facts of a template; none if its aliases multiply it beyond measure.
pub(super) fn of_template<'a>(
    document: &'a Document,
    code: &'a [HandlerFile],
    today: Date,
) -> Option<Facts<'a>> {
    let reader = Reader::new(document);
    let permissions = permissions::of(&reader);
    let facts = Facts {
        today,
        functions: functions::of(&reader, code),
        roles: permissions.roles,
        identities: identities::of(&reader, &permissions.policies),
        policies: permissions.policies,
        managed_policies: permissions.managed_policies,
        policy_templates: permissions.policy_templates,
        sources: sources::of(&reader),
        queues: queues::of(&reader),
        log_groups: logs::of(&reader),
    };
    reader.is_complete().then_some(facts)
}

/// The facts of a bare policy document; none as for a template.
pub(super) fn of_policy(document: &Document, today: Date) -> Option<Facts<'_>> {
    let reader = Reader::new(document);
    let statements: Vec<Statement> =
        document.policy_documents().flat_map(|policy| statements::of(&reader, policy)).collect();
    let identity = Identity { id: None, statements: statements.clone() };
    let policy = Policy { owner: None, statements };
    reader.is_complete().then(|| Facts {
        today,
        functions: Vec::new(),
        roles: Vec::new(),
        policies: vec![policy],
        identities: vec![identity],
        managed_policies: Vec::new(),
        policy_templates: Vec::new(),
        sources: Vec::new(),
        queues: Vec::new(),
        log_groups: Vec::new(),
    })
}

/// The span of a node as a byte range.
fn range(span: Span) -> Range<usize> {
    span.start..span.end
}

impl Facts<'_> {
    /// The functions by their logical ids: a lookup for each of many mappings must not be a walk.
    #[must_use]
    pub fn functions_by_id(&self) -> BTreeMap<&LogicalId, &Function<'_>> {
        self.functions.iter().map(|function| (&function.id, function)).collect()
    }

    /// The event source mappings by the queue of this file that they read.
    #[must_use]
    pub fn sources_by_queue(&self) -> BTreeMap<&LogicalId, Vec<&Source>> {
        let mut by_queue: BTreeMap<&LogicalId, Vec<&Source>> = BTreeMap::new();
        for source in &self.sources {
            if let Some(queue) = &source.queue {
                by_queue.entry(queue).or_default().push(source);
            }
        }
        by_queue
    }

    /// The statements that grant something to the identity that holds them, with its resource.
    pub fn grants(&self) -> impl Iterator<Item = (Option<&LogicalId>, &Statement)> {
        self.policies.iter().flat_map(|policy| {
            policy
                .statements
                .iter()
                .filter(|statement| statement.is_grant())
                .map(move |statement| (policy.owner.as_ref(), statement))
        })
    }
}
