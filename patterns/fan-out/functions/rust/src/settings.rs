//! Settings of a function, from its environment. Read once, when an execution environment starts.

/// A setting that the template does not give, or not as it must be.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    #[error("the environment variable {0} is not a number")]
    NotANumber(&'static str),
}

/// The value of an environment variable.
pub fn text(name: &'static str) -> Result<String, SettingError> {
    std::env::var(name).map_err(|_| SettingError::Missing(name))
}

/// The value of an environment variable that must be a whole number.
pub fn number(name: &'static str) -> Result<usize, SettingError> {
    text(name)?.parse().map_err(|_| SettingError::NotANumber(name))
}
