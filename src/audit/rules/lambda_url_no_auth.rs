//! Function URLs that anybody may call.

use crate::audit::{Confidence, Facts, Meta, Observation, Rule, Severity};

static META: Meta = Meta {
    id: "lambda-url-no-auth",
    summary: "Anybody on the internet may call a function through its URL",
    severity: Severity::Medium,
    confidence: Confidence::High,
    page: include_str!("lambda-url-no-auth.md"),
};

/// `lambda-url-no-auth`.
pub(super) struct LambdaUrlNoAuth;

impl Rule for LambdaUrlNoAuth {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let found = facts.functions.iter().filter_map(|function| {
            let span = function.open_url.as_ref()?;
            Some(Observation::of(
                &META,
                &function.id,
                span,
                format!("anybody may call {} through its URL: AuthType is NONE", function.id),
                "set AuthType: AWS_IAM, or make sure the function checks who calls",
            ))
        });
        found.collect()
    }
}
