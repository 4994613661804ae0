//! Where functions live: the account, the region, and whether that is AWS at all.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An account and region at one endpoint. A journal is obeyed only where it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Account number.
    pub account: String,
    /// Region.
    pub region: String,
    /// What answers there.
    pub target: Target,
}

/// What answers our requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// AWS itself.
    Aws,
    /// Local AWS.
    Local {
        /// Which one.
        instance: String,
    },
    /// No AWS at all: processes of this machine.
    Machine,
    /// Another endpoint, by its URL.
    Endpoint {
        /// The URL.
        url: String,
    },
}

impl Place {
    /// Whether figures from here are not those of AWS.
    #[must_use]
    pub const fn is_local(&self) -> bool {
        matches!(self.target, Target::Local { .. } | Target::Endpoint { .. } | Target::Machine)
    }
}

impl Place {
    /// The command that recovers journals of this place.
    #[must_use]
    pub fn recover_command(&self) -> String {
        match &self.target {
            Target::Aws => format!("slsx recover --region {}", self.region),
            Target::Machine => "slsx recover".to_owned(),
            Target::Local { instance } => format!("slsx recover --local --instance {instance}"),
            Target::Endpoint { url } => {
                format!("slsx recover --endpoint-url {url} --region {}", self.region)
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, region, target } = self;
        match target {
            Target::Aws => write!(f, "account {account} in {region}"),
            Target::Machine => f.write_str("processes of this machine"),
            Target::Local { instance } => write!(f, "local AWS (instance {instance}, {region})"),
            Target::Endpoint { url } => write!(f, "account {account} in {region} at {url}"),
        }
    }
}
