//! In which mode CloudFormation is asked to work: standard, or express.
//!
//! Express mode is done when the configuration is applied, without waiting until each resource is stable
//! (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-express-mode.html>).

use std::fmt;

use super::vocabulary::vocabulary;

vocabulary! {
    /// `DeploymentConfig.Mode` of a change set.
    Mode {
        /// Waits until each resource is stable.
        Standard = "STANDARD",
        /// Waits until each resource's configuration is applied.
        Express = "EXPRESS",
    }
}

/// The mode of a deployment, and what decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChosenMode {
    /// Nobody depends on the stage so much that seconds should not be saved.
    Express,
    /// The project asks for it.
    StandardAsked,
    /// What is protected is waited for until it is stable.
    StandardProtected,
    /// Local AWS knows one mode only, and nothing there takes time to become stable.
    StandardLocal,
    /// CloudFormation refused express mode for this stack, in these words or others.
    StandardRefused,
}

impl ChosenMode {
    /// What a request says.
    #[must_use]
    pub const fn mode(self) -> Mode {
        match self {
            Self::Express => Mode::Express,
            Self::StandardAsked | Self::StandardProtected | Self::StandardLocal | Self::StandardRefused => {
                Mode::Standard
            }
        }
    }
}

impl fmt::Display for ChosenMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Express => "express: done when everything is configured, not yet when everything is stable",
            Self::StandardAsked => "standard, as slsx.toml says",
            Self::StandardProtected => "standard, because the stage is protected",
            Self::StandardLocal => "standard, the only one of local AWS",
            Self::StandardRefused => "standard, because CloudFormation refuses express mode here",
        })
    }
}

/// Chooses the mode. `is_wanted` is the stage's `express`, where it says anything.
#[must_use]
pub const fn choose(is_wanted: Option<bool>, is_protected: bool, is_local: bool) -> ChosenMode {
    match (is_wanted, is_protected, is_local) {
        (_, _, true) => ChosenMode::StandardLocal,
        (Some(false), _, false) => ChosenMode::StandardAsked,
        (None, true, false) => ChosenMode::StandardProtected,
        (Some(true), _, false) | (None, false, false) => ChosenMode::Express,
    }
}

/// Whether CloudFormation refuses a request for its mode alone: then the same request without it is worth a try.
#[must_use]
pub fn is_refusal(message: &str) -> bool {
    let message = message.to_lowercase();
    message.contains("deploymentconfig") || message.contains("express")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn express_is_for_stages_at_aws_that_are_not_protected() {
        assert_eq!(choose(None, false, false), ChosenMode::Express);
        assert_eq!(choose(None, true, false), ChosenMode::StandardProtected);
        assert_eq!(choose(Some(false), false, false), ChosenMode::StandardAsked);
        assert_eq!(choose(Some(true), true, false), ChosenMode::Express, "somebody asked for it by name");
        for wanted in [None, Some(true), Some(false)] {
            assert_eq!(choose(wanted, false, true), ChosenMode::StandardLocal);
        }
    }

    #[test]
    fn only_a_refusal_of_the_mode_is_taken_for_one() {
        assert!(is_refusal("EXPRESS deployments are not supported for stacks with macros"));
        assert!(is_refusal("Unknown parameter DeploymentConfig"));
        assert!(!is_refusal("Template format error: unsupported structure"));
    }
}
