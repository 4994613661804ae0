//! What a change set is asked for with: what the project sets, and what the stack keeps.

use crate::config::Settings;
use crate::deploy::{ChangeSetKind, Mode, Stack};
use crate::ports::{ChangeSetRequest, TemplateSource};

/// The tag that names the stage.
pub(super) const STAGE: &str = "slsx:stage";

/// The request for this template, whose parameters are `known`.
pub(super) fn make(
    settings: &Settings,
    known: &[String],
    existing: Option<&Stack>,
    kind: ChangeSetKind,
    template: TemplateSource,
    name: String,
    mode: Mode,
) -> ChangeSetRequest {
    ChangeSetRequest {
        stack: settings.stack.clone(),
        name,
        kind,
        template,
        parameters: settings.parameters.clone().into_iter().collect(),
        kept_parameters: kept_parameters(settings, known, existing, kind),
        tags: tags(existing, settings),
        mode,
    }
}

/// An update keeps the value of every parameter that nobody sets, as the other deploy tools do.
fn kept_parameters(
    settings: &Settings,
    known: &[String],
    existing: Option<&Stack>,
    kind: ChangeSetKind,
) -> Vec<String> {
    let Some(existing) = existing.filter(|_| kind == ChangeSetKind::Update) else { return Vec::new() };
    existing
        .parameters
        .iter()
        .map(|parameter| parameter.key.clone())
        .filter(|key| known.contains(key) && !settings.parameters.contains_key(key))
        .collect()
}

/// The tags of a change set replace those of the stack, so what somebody else tagged is said again. Those of AWS
/// itself cannot be set.
pub(super) fn tags(existing: Option<&Stack>, settings: &Settings) -> Vec<(String, String)> {
    let kept = existing.into_iter().flat_map(|stack| &stack.tags);
    let is_ours = |key: &str| key == STAGE || settings.tags.contains_key(key);
    let mut tags: Vec<_> = kept
        .filter(|tag| !tag.key.starts_with("aws:") && !is_ours(&tag.key))
        .map(|tag| (tag.key.clone(), tag.value.clone()))
        .collect();
    tags.extend(settings.tags.clone());
    tags.push((STAGE.to_owned(), settings.stage.to_string()));
    tags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{File, Overrides};
    use crate::deploy::{StackStatus, Tag};

    #[test]
    fn tags_of_others_stay_and_the_stage_is_ours() {
        let tag = |key: &str, value: &str| Tag { key: key.into(), value: value.into() };
        let stack = Stack {
            name: "video".into(),
            id: "arn".into(),
            status: StackStatus::CreateComplete,
            reason: None,
            outputs: vec![],
            parameters: vec![],
            tags: vec![tag("aws:x", "1"), tag("team", "media"), tag(STAGE, "dev")],
            created_ms: 0,
            updated_ms: None,
            has_termination_protection: false,
        };
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let settings = |stage: &str, file: &str| {
            let overrides = Overrides { stage: Some(stage.into()), ..Overrides::default() };
            File::parse(file).unwrap().settings(overrides, "video").unwrap()
        };
        let production = settings("production", "");
        assert_eq!(tags(Some(&stack), &production), [pair("team", "media"), pair(STAGE, "production")]);
        let ours = settings("dev", "tags = { team = 'sound' }");
        assert_eq!(tags(Some(&stack), &ours), [pair("team", "sound"), pair(STAGE, "dev")]);
        assert_eq!(tags(None, &settings("dev", "")), [pair(STAGE, "dev")]);
    }
}
