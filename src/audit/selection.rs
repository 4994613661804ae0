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

/// Why there is no such selection of rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum SelectionError {
    /// A rule that is named does not exist.
    #[error(transparent)]
    #[diagnostic(transparent)]
    UnknownRule(#[from] UnknownRule),
    /// An audit without rules would find nothing, and look like a clean one.
    #[error("every selected rule is ignored, so nothing is left to check")]
    #[diagnostic(help("take a rule out of --ignore, or name another one with --select"))]
    NothingLeft,
}

/// The rules to run, in the order of [`ALL`]; there is at least one.
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
    ///
    /// # Errors
    /// When a rule does not exist, or no rule is left.
    pub fn new(select: &[String], ignore: &[String]) -> Result<Self, SelectionError> {
        let wanted = ids(select)?;
        let unwanted = ids(ignore)?;
        let is_left = |rule: &&dyn Rule| {
            let id = rule.meta().id;
            (wanted.is_empty() || wanted.contains(&id)) && !unwanted.contains(&id)
        };
        let rules: Vec<_> = ALL.iter().copied().filter(is_left).collect();
        if rules.is_empty() { Err(SelectionError::NothingLeft) } else { Ok(Self { rules }) }
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

    fn selected(select: &[&str], ignore: &[&str]) -> Result<Vec<&'static str>, SelectionError> {
        let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let selection = Selection::new(&owned(select), &owned(ignore))?;
        Ok(selection.rules().iter().map(|rule| rule.meta().id).collect())
    }

    #[test]
    fn select_narrows_and_ignore_removes() {
        assert_eq!(selected(&[], &[]).unwrap().len(), ALL.len());
        assert_eq!(selected(&["iam-shared-role"], &[]).unwrap(), ["iam-shared-role"]);
        assert_eq!(selected(&[], &["iam-shared-role"]).unwrap().len(), ALL.len() - 1);
    }

    #[test]
    fn a_selection_of_nothing_is_refused() {
        let one = ["iam-shared-role"];
        assert_eq!(selected(&one, &one).unwrap_err(), SelectionError::NothingLeft);
        let all: Vec<&str> = ALL.iter().map(|rule| rule.meta().id).collect();
        assert_eq!(selected(&[], &all).unwrap_err(), SelectionError::NothingLeft);
    }

    #[test]
    fn an_unknown_rule_is_answered_with_the_nearest_one() {
        let given = "iam-wildcard-actions".to_owned();
        let unknown = UnknownRule { given, nearest: Some("iam-wildcard-action") };
        assert_eq!(selected(&["iam-wildcard-actions"], &[]).unwrap_err(), unknown.into());
        assert_eq!(find("zzzzzz").unwrap_err().nearest, None);
    }
}
