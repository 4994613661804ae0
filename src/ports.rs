//! What the commands need from the world, in our own words; `aws` and `host` hold the adapters.
//!
//! No AWS type appears here. Futures need not be `Send`: commands run on a current-thread runtime.

mod code;
mod copies;
mod drift;
mod inventory;
mod logs;
mod machines;
mod packages;
mod queues;
mod stack_sets;
mod stacks;
mod tables;
mod web;

pub use code::FunctionCode;
pub use copies::{Callers, Copies, CopyOrder};
pub use drift::Drift;
pub use inventory::{Inventory, ListedStack};
pub use logs::{LogEvent, Logs};
pub use machines::Machines;
pub use packages::{FunctionPackage, Packages};
pub use queues::{MoveStatus, MoveTask, QueueMessage, QueueState, Queues};
pub use stack_sets::{ReachOperation, StackSets};
pub use stacks::{ChangeSetRequest, Stacks, TemplateSource, TemplateStage};
pub use tables::{Item, TableKeys, Tables};
pub use web::Web;

use std::time::Duration;

use crate::names::{Arn, FunctionName, Qualifier, Revision};

/// Why a request to AWS did not give an answer we can use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum RemoteError {
    /// No usable credentials, or they have expired.
    #[error("no usable AWS credentials: {message}")]
    #[diagnostic(help(
        "sign in with `aws login` or `aws sso login`, choose a profile with --profile, or try it without an account: --local"
    ))]
    Credentials {
        /// What the credential chain said.
        message: String,
    },
    /// The caller may not do this.
    #[error("{operation} was denied: {message}")]
    Denied {
        /// The API operation, such as `lambda:PublishVersion`.
        operation: String,
        /// What AWS said.
        message: String,
    },
    /// The thing does not exist.
    #[error("{operation}: not found: {message}")]
    NotFound {
        /// The API operation.
        operation: String,
        /// What AWS said.
        message: String,
    },
    /// Somebody changed the function since we read it (HTTP 412, `PreconditionFailedException`).
    #[error("{operation}: changed by somebody else meanwhile: {message}")]
    Stale {
        /// The API operation.
        operation: String,
        /// What AWS said.
        message: String,
    },
    /// An update is in progress, or the name is taken (HTTP 409).
    #[error("{operation}: busy: {message}")]
    Busy {
        /// The API operation.
        operation: String,
        /// What AWS said.
        message: String,
    },
    /// Throttled even after the SDK's own retries.
    #[error("{operation}: throttled: {message}")]
    Throttled {
        /// The API operation.
        operation: String,
        /// What AWS said.
        message: String,
    },
    /// AWS refused the request itself.
    #[error("{operation}: {code}: {message}")]
    Rejected {
        /// The API operation.
        operation: String,
        /// The error code, such as `ValidationError`.
        code: String,
        /// What AWS said.
        message: String,
    },
    /// The request never reached AWS.
    #[error("{operation}: cannot reach the endpoint: {message}")]
    #[diagnostic(help("check the network, the region and the endpoint URL"))]
    Unreachable {
        /// The API operation.
        operation: String,
        /// What the transport said.
        message: String,
    },
    /// The request may or may not have been applied: a time-out or a lost reply. Re-read before acting.
    #[error("{operation}: no reply, so it may or may not have been applied: {message}")]
    Unknown {
        /// The API operation.
        operation: String,
        /// What the transport said.
        message: String,
    },
}

impl RemoteError {
    /// Whether a request that only reads may succeed a little later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Throttled { .. } | Self::Unreachable { .. } | Self::Unknown { .. } => true,
            Self::Credentials { .. }
            | Self::Denied { .. }
            | Self::NotFound { .. }
            | Self::Stale { .. }
            | Self::Busy { .. }
            | Self::Rejected { .. } => false,
        }
    }
}

/// Where a function or version is in its life (`State`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// Being created.
    Pending,
    /// Can be invoked.
    Active,
    /// Idle for long; the next invoke re-activates it.
    Inactive,
    /// Cannot be used.
    Failed,
    /// A state this version does not know.
    Other,
}

/// How the last update went (`LastUpdateStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateStatus {
    /// Applied: new execution environments use the new configuration.
    Successful,
    /// Final: the previous configuration stays in use.
    Failed,
    /// Invocations still use the previous configuration.
    InProgress,
}

/// What a function is run by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// Execution environments that serve anybody.
    Shared,
    /// Each tenant has execution environments of its own, and every invoke names one (`TenancyConfig`).
    PerTenant,
    /// Instances of a capacity provider, which serve several invokes at once.
    ManagedInstances,
    /// Durable executions, which outlive the invoke that starts them.
    Durable,
}

/// One function or published version, as `GetFunction` tells it. Never holds environment variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionState {
    /// Physical name.
    pub name: FunctionName,
    /// ARN, unqualified for `$LATEST`.
    pub arn: Arn,
    /// `$LATEST` or a version number.
    pub version: Qualifier,
    /// The description; our mark is written here.
    pub description: String,
    /// The revision this was read at.
    pub revision: Revision,
    /// Where it is in its life.
    pub lifecycle: Lifecycle,
    /// How the last update went.
    pub update: UpdateStatus,
    /// Why the state or the update is what it is, in AWS's words, if it says so.
    pub reason: Option<String>,
    /// Runtime identifier such as `python3.13`; none for images.
    pub runtime: Option<String>,
    /// What runs it.
    pub kind: FunctionKind,
    /// Packaged as a container image.
    pub is_image: bool,
    /// `x86_64` or `arm64`.
    pub architecture: String,
    /// Memory, MB.
    pub memory_mb: u32,
    /// Function timeout.
    pub timeout: Duration,
    /// SnapStart applies on published versions.
    pub has_snap_start: bool,
    /// Attached to a VPC.
    pub in_vpc: bool,
    /// Base64 SHA-256 of the deployment package.
    pub code_sha256: String,
    /// `SystemLogLevel` of WARN hides REPORT lines.
    pub hides_reports: bool,
    /// CloudWatch log group.
    pub log_group: String,
}

/// How many execution environments may run at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concurrency {
    /// Reserved for this function, if any; 0 blocks every invoke.
    pub reserved: Option<u32>,
    /// Unreserved in the account and region.
    pub unreserved: u32,
}

/// The reply to one synchronous invoke with `LogType=Tail`. No `Debug`: the function's data is nobody's business.
#[derive(Clone, PartialEq, Eq)]
pub struct Invocation {
    /// `x-amzn-requestid`.
    pub request_id: String,
    /// `Handled`/`Unhandled` when the function failed.
    pub function_error: Option<String>,
    /// Last 4 KB of the log, decoded.
    pub log_tail: String,
    /// The response payload.
    pub payload: Vec<u8>,
    /// Send to last byte, by the client's clock.
    pub client_time: Duration,
}

/// Lambda's control and data plane.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait Functions {
    /// `GetFunction` (100 requests per second, unlike `GetFunctionConfiguration`'s shared 15).
    async fn describe(
        &self,
        function: &FunctionName,
        qualifier: Option<&Qualifier>,
    ) -> Result<FunctionState, RemoteError>;
    /// `UpdateFunctionConfiguration` of the description alone, as a compare-and-set on the revision.
    async fn set_description(
        &self,
        function: &FunctionName,
        description: &str,
        revision: &Revision,
    ) -> Result<FunctionState, RemoteError>;
    /// `PublishVersion` of `$LATEST` at this revision.
    async fn publish(
        &self,
        function: &FunctionName,
        revision: &Revision,
    ) -> Result<FunctionState, RemoteError>;
    /// Synchronous `Invoke` with `LogType=Tail`, for this tenant where the function isolates them; never retried, so
    /// one call is one invocation.
    async fn invoke(
        &self,
        function: &FunctionName,
        qualifier: &Qualifier,
        tenant: Option<&str>,
        payload: &[u8],
    ) -> Result<Invocation, RemoteError>;
    /// Every published version (not `$LATEST`), all pages.
    async fn versions(&self, function: &FunctionName) -> Result<Vec<FunctionState>, RemoteError>;
    /// `DeleteFunction` of one version.
    async fn delete_version(&self, function: &FunctionName, version: &Qualifier) -> Result<(), RemoteError>;
    /// Free concurrency (`GetAccountSettings` and `GetFunctionConcurrency`).
    async fn concurrency(&self, function: &FunctionName) -> Result<Concurrency, RemoteError>;
}

/// Time, so that tests need not wait.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait Clock {
    /// Milliseconds since the Unix epoch.
    fn now_ms(&self) -> u64;
    /// Time since an arbitrary fixed point, never going back.
    fn elapsed(&self) -> Duration;
    /// Waits.
    async fn sleep(&self, duration: Duration);
}

/// Why the journal folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another run holds the lock.
    #[error("another run holds the lock on {name}")]
    Held {
        /// Name of the journal.
        name: String,
    },
    /// The disk said no.
    #[error("cannot use the journal at {path}: {source}")]
    Storage {
        /// File or folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Durable notes of what must be undone.
pub trait Journals {
    /// Held until dropped.
    type Lock;
    /// Takes the lock of one journal without waiting.
    fn lock(&self, name: &str) -> Result<Self::Lock, JournalError>;
    /// Replaces one journal; on the disk, its folder entry included, before this returns.
    fn write(&self, name: &str, text: &str) -> Result<(), JournalError>;
    /// One journal's text, if there is one.
    fn read(&self, name: &str) -> Result<Option<String>, JournalError>;
    /// Every journal's name, sorted.
    fn names(&self) -> Result<Vec<String>, JournalError>;
    /// Removes one journal; done already is done.
    fn remove(&self, name: &str) -> Result<(), JournalError>;
}

/// How much a bucket holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BucketContents {
    /// Objects and, in versioned buckets, older versions and delete markers.
    pub entries: u64,
    /// Bytes of all of them.
    pub bytes: u64,
}

/// S3 buckets; every call checks that the bucket belongs to the caller's account.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait Buckets {
    /// Creates the bucket if it is missing, and makes it private, encrypted, TLS-only and versioned again if it is
    /// not. True if it was created.
    async fn ensure_private(&self, bucket: &str) -> Result<bool, RemoteError>;
    /// Whether the key exists.
    async fn has(&self, bucket: &str, key: &str) -> Result<bool, RemoteError>;
    /// Stores one object, with its media type if it has one.
    async fn put(
        &self,
        bucket: &str,
        key: &str,
        bytes: Vec<u8>,
        content_type: Option<&str>,
    ) -> Result<(), RemoteError>;
    /// The content of one object; none when there is none.
    async fn get(&self, bucket: &str, key: &str) -> Result<Option<Vec<u8>>, RemoteError>;
    /// Counts everything in the bucket, all versions included.
    async fn contents(&self, bucket: &str) -> Result<BucketContents, RemoteError>;
    /// Deletes everything in the bucket, all versions included; returns how many entries were deleted.
    async fn empty(&self, bucket: &str) -> Result<u64, RemoteError>;
}
