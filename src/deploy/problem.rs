//! What CloudFormation found wrong, by its own account: the failed events of `DescribeEvents`, which hold what stack
//! events do not: validations with the path of the property, and failures of hooks and provisioning
//! (<https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_OperationEvent.html>).

use crate::names::{Arn, LogicalId};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// When it was found, milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The stack of the resource.
    pub stack_id: Option<Arn>,
    /// The resource, unless it is about the stack as a whole.
    pub logical_id: Option<LogicalId>,
    /// Its type.
    pub resource_type: Option<String>,
    /// Who found it.
    pub finder: Finder,
    /// What is wrong, in AWS's words.
    pub reason: String,
    /// Where in the template, such as `/Resources/Uploads/Properties/BucketName`; validations say it.
    pub path: Option<String>,
    /// It only warns: the change set can be executed.
    pub is_warning: bool,
}

/// Who found a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finder {
    /// Early validation, with its name, such as `NAME_CONFLICT_VALIDATION`.
    Validation(String),
    /// A hook, with its type.
    Hook(String),
    /// The service that was asked to make the resource.
    Provisioning,
}

impl Problem {
    /// What slsx itself warns of.
    #[must_use]
    pub const fn warning(logical_id: LogicalId, reason: String) -> Self {
        Self {
            at_ms: 0,
            stack_id: None,
            logical_id: Some(logical_id),
            resource_type: None,
            finder: Finder::Provisioning,
            reason,
            path: None,
            is_warning: true,
        }
    }

    /// The steps of the path, if there is one: `/Resources/A/Properties/B/0` is `[Resources, A, Properties, B, 0]`.
    #[must_use]
    pub fn steps(&self) -> Vec<&str> {
        steps(self.path.as_deref().unwrap_or_default())
    }

    /// One line for people: where, who says so, what.
    #[must_use]
    pub fn sentence(&self) -> String {
        let place = match (&self.path, &self.logical_id) {
            (Some(path), _) => format!("{path}: "),
            (None, Some(id)) => format!("{id}: "),
            (None, None) => String::new(),
        };
        let finder = match &self.finder {
            Finder::Validation(name) | Finder::Hook(name) => format!(" ({name})"),
            Finder::Provisioning => String::new(),
        };
        format!("{place}{}{finder}", self.reason)
    }
}

/// The steps of a path with slashes, or with dots as some validations write it.
#[must_use]
pub fn steps(path: &str) -> Vec<&str> {
    let separator = if path.contains('/') { '/' } else { '.' };
    path.split(separator).filter(|step| !step.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_with_slashes_or_dots() {
        let expected = ["Resources", "A", "Properties", "B", "0"];
        assert_eq!(steps("/Resources/A/Properties/B/0"), expected);
        assert_eq!(steps("Resources.A.Properties.B.0"), expected);
        assert_eq!(steps(""), Vec::<&str>::new());
    }

    #[test]
    fn a_sentence_says_where_what_and_who_says_so() {
        let mut problem = Problem {
            at_ms: 1,
            stack_id: None,
            logical_id: Some("Uploads".into()),
            resource_type: Some("AWS::S3::Bucket".into()),
            finder: Finder::Validation("NAME_CONFLICT_VALIDATION".into()),
            reason: "the bucket exists".into(),
            path: Some("/Resources/Uploads/Properties/BucketName".into()),
            is_warning: false,
        };
        assert_eq!(
            problem.sentence(),
            "/Resources/Uploads/Properties/BucketName: the bucket exists (NAME_CONFLICT_VALIDATION)"
        );
        problem.path = None;
        problem.finder = Finder::Provisioning;
        assert_eq!(problem.sentence(), "Uploads: the bucket exists");
    }
}
