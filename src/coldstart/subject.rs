//! The function being measured, as far as its cold start depends on it; never its environment variables.

use serde::Serialize;

use crate::names::{Arn, FunctionName};

/// What a cold start of a function depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// Physical name.
    pub function: FunctionName,
    /// Unqualified ARN.
    pub arn: Arn,
    /// Runtime identifier; none for images.
    pub runtime: Option<String>,
    /// `x86_64` or `arm64`.
    pub architecture: String,
    /// Memory; CPU comes in proportion.
    pub memory_mb: u32,
    /// Function timeout.
    pub timeout_s: u64,
    /// Packaged as a container image.
    pub is_image: bool,
    /// Published versions start from a snapshot.
    pub has_snap_start: bool,
    /// Attached to a VPC.
    pub in_vpc: bool,
    /// Base64 SHA-256 of the deployment package.
    pub code_sha256: String,
}

/// Something a reader of the figures, or of the plan, should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Container image.
    Image,
    /// SnapStart.
    SnapStart,
    /// VPC.
    Vpc,
    /// Little free concurrency.
    LittleConcurrency,
    /// Free concurrency could not be read.
    UnknownConcurrency,
    /// A temporary copy is measured.
    Copy,
    /// Others call it, and the function itself is measured.
    InUse,
    /// Each call is one of a new tenant.
    Tenants,
}

impl Note {
    /// In words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Image => {
                "container image: an update takes about 25 s, and starts in a burst share cached image chunks, so they \
                 are faster than single ones"
            }
            Self::SnapStart => {
                "SnapStart: a version takes up to 2 minutes to become active and is billed for at least 3 hours"
            }
            Self::Vpc => "in a VPC: an update takes about 25 s",
            Self::LittleConcurrency => {
                "little free concurrency, so the bursts are small and the run is longer"
            }
            Self::UnknownConcurrency => "free concurrency could not be read, so the bursts are small",
            Self::Copy => {
                "measured on a temporary copy with the same code, settings, role, layers and log group, and without \
                 triggers, aliases, resource policy, reserved or provisioned concurrency"
            }
            Self::InUse => {
                "it has aliases or event sources: with --clone, a temporary copy is measured and this one not touched"
            }
            Self::Tenants => "it isolates tenants: each call is that of a new one",
        }
    }
}

impl Subject {
    /// Notes that follow from the function itself.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        let notes =
            [(self.is_image, Note::Image), (self.has_snap_start, Note::SnapStart), (self.in_vpc, Note::Vpc)];
        notes.into_iter().filter_map(|(applies, note)| applies.then_some(note)).collect()
    }
}

#[cfg(test)]
impl Subject {
    /// A function of one gigabyte, for tests.
    pub(crate) fn of_a_test() -> Self {
        Self {
            function: "f".into(),
            arn: "arn:aws:lambda:us-east-1:123456789012:function:f".into(),
            runtime: Some("python3.13".into()),
            architecture: "x86_64".into(),
            memory_mb: 1_024,
            timeout_s: 3,
            is_image: false,
            has_snap_start: false,
            in_vpc: false,
            code_sha256: String::new(),
        }
    }
}
