//! What variables of the environment say where no SDK is asked.

/// The region that `AWS_REGION` or `AWS_DEFAULT_REGION` names, in the order of the SDK.
#[must_use]
pub fn region() -> Option<String> {
    ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
}
