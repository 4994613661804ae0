//! Names that AWS and this tool give to things, as types that cannot be mistaken for one another.
//!
//! Nothing here talks to AWS or checks that a thing exists.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares a newtype over `String` with `new`, `as_str` and `Display`.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the given text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text as AWS writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }
    };
}

name! {
    /// The physical name of a Lambda function.
    FunctionName
}
name! {
    /// The name of a CloudFormation stack.
    StackName
}
name! {
    /// A Lambda version number or alias name, as in `function:QUALIFIER`.
    Qualifier
}
name! {
    /// The logical id of a resource in a template.
    LogicalId
}
name! {
    /// Lambda's `RevisionId`: changes with every change of the function.
    Revision
}
name! {
    /// An Amazon Resource Name.
    Arn
}
name! {
    /// A deployment stage such as `dev` or `production`.
    Stage
}
name! {
    /// The random identity of one run of a command that changes things.
    RunId
}

/// The name that was probably meant, where one is near enough to be a typing error.
#[must_use]
pub fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&name.to_lowercase(), &given), name))
        .filter(|(similarity, _)| *similarity > 0.85)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, name)| name)
}
