//! Which rules run: `--select` and `--ignore` against the list of rules.

use super::{
    rule::{Meta, Rule},
    rules::ALL,
};

/// A rule id that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown rule `{given}`")]
pub struct UnknownRule {
    /// What was given.
    pub given: String,
    /// The most similar id, if one is similar enough to be meant.
    pub nearest: Option<&'static str>,
}

impl miette::Diagnostic for UnknownRule {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(match self.nearest {
            Some(nearest) => Box::new(format!("did you mean `{nearest}`?")),
            None => Box::new("`slsx audit --list-rules` lists them"),
        })
    }
}

/// The rules to run, in the order of [`ALL`].
#[derive(Clone)]
pub struct Selection {
    rules: Vec<&'static dyn Rule>,
}

impl Default for Selection {
    fn default() -> Self {
        Self { rules: ALL.to_vec() }
    }
}

impl Selection {
    /// The selected rules (all, if none is named) without the ignored ones.
    pub fn new(select: &[String], ignore: &[String]) -> Result<Self, UnknownRule> {
        let wanted = ids(select)?;
        let unwanted = ids(ignore)?;
        let rules = ALL.iter().copied().filter(|rule| {
            let id = rule.meta().id;
            (wanted.is_empty() || wanted.contains(&id)) && !unwanted.contains(&id)
        });
        Ok(Self { rules: rules.collect() })
    }

    /// The rules that run.
    #[must_use]
    pub fn rules(&self) -> &[&'static dyn Rule] {
        &self.rules
    }
}

/// The rule with this id.
pub fn find(id: &str) -> Result<&'static Meta, UnknownRule> {
    let rule = ALL.iter().map(|rule| rule.meta()).find(|meta| meta.id == id);
    rule.ok_or_else(|| UnknownRule { given: id.to_owned(), nearest: nearest(id) })
}

fn ids(given: &[String]) -> Result<Vec<&'static str>, UnknownRule> {
    given.iter().map(|id| find(id.trim()).map(|meta| meta.id)).collect()
}

fn nearest(given: &str) -> Option<&'static str> {
    const LEAST_SIMILARITY: f64 = 0.75;
    ALL.iter()
        .map(|rule| rule.meta().id)
        .map(|id| (strsim::jaro_winkler(given, id), id))
        .filter(|(similarity, _)| *similarity >= LEAST_SIMILARITY)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(select: &[&str], ignore: &[&str]) -> Result<Vec<&'static str>, UnknownRule> {
        let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let selection = Selection::new(&owned(select), &owned(ignore))?;
        Ok(selection.rules().iter().map(|rule| rule.meta().id).collect())
    }

    #[test]
    fn select_narrows_and_ignore_removes() {
        assert_eq!(selected(&[], &[]).unwrap().len(), ALL.len());
        assert_eq!(selected(&["iam-shared-role"], &[]).unwrap(), ["iam-shared-role"]);
        assert_eq!(selected(&[], &["iam-shared-role"]).unwrap().len(), ALL.len() - 1);
        assert_eq!(selected(&["iam-shared-role"], &["iam-shared-role"]).unwrap(), [""; 0]);
    }

    #[test]
    fn an_unknown_rule_is_answered_with_the_nearest_one() {
        let error = selected(&["iam-wildcard-actions"], &[]).unwrap_err();
        assert_eq!(error.nearest, Some("iam-wildcard-action"));
        assert_eq!(find("zzzzzz").unwrap_err().nearest, None);
    }
}
