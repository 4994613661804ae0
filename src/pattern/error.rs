//! Why a project cannot be made from a pattern, and what to do about it.

use super::names::NameError;

/// Why there is no write plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum PatternError {
    /// There is no such pattern.
    #[error("there is no pattern `{given}`")]
    UnknownPattern {
        /// What was asked for.
        given: String,
        /// The nearest, or all there are.
        #[help]
        help: String,
    },
    /// The pattern is not written in that language.
    #[error("there is no {given} version of {pattern}")]
    UnknownLanguage {
        /// The pattern.
        pattern: String,
        /// What was asked for.
        given: String,
        /// The nearest, or all there are.
        #[help]
        help: String,
    },
    /// An answer without a key or a value.
    #[error("`{given}` is not of the form KEY=VALUE")]
    #[diagnostic(help("for example --set {example}"))]
    NotAnAnswer {
        /// What was given.
        given: String,
        /// An answer of this pattern.
        example: String,
    },
    /// The pattern asks no such question.
    #[error("{pattern} has no question `{given}`")]
    UnknownQuestion {
        /// The pattern.
        pattern: String,
        /// The key.
        given: String,
        /// The nearest, or all there are.
        #[help]
        help: String,
    },
    /// Two answers to one question.
    #[error("`{key}` is answered twice")]
    #[diagnostic(help("give --set {key}=… once"))]
    Repeated {
        /// The key.
        key: String,
    },
    /// Not one of the choices.
    #[error("`{given}` is no choice for `{key}`")]
    NotAChoice {
        /// The key.
        key: String,
        /// The answer.
        given: String,
        /// The nearest, or all there are.
        #[help]
        help: String,
    },
    /// Not a whole number in the range.
    #[error("`{given}` is no whole number from {minimum} to {maximum}, which `{key}` needs")]
    NotInRange {
        /// The key.
        key: String,
        /// The answer.
        given: String,
        /// The smallest.
        minimum: u64,
        /// The largest.
        maximum: u64,
    },
    /// Not a text of the form that is wanted.
    #[error("`{}` does not fit `{key}`, which is {accepts}", given.escape_debug())]
    NotFitting {
        /// The key.
        key: String,
        /// The answer.
        given: String,
        /// What fits, in words.
        accepts: String,
    },
    /// An answer to a question that the other answers make void.
    #[error("`{key}` has no meaning here: it is asked only when {when}")]
    #[diagnostic(help("leave out --set {key}=…, or change the other answer"))]
    NotAsked {
        /// The key.
        key: String,
        /// When it is asked.
        when: String,
    },
    /// Too few or too many names.
    #[error("`{key}` has {count} names, and can have {minimum} to {maximum}")]
    Count {
        /// The key.
        key: String,
        /// How many there are.
        count: usize,
        /// The fewest.
        minimum: usize,
        /// The most.
        maximum: usize,
    },
    /// Two names that become one in the template.
    #[error("`{first}` and `{second}` would both be `{id}` in the template")]
    #[diagnostic(help("give them names that differ in more than their hyphens"))]
    SameId {
        /// One name.
        first: String,
        /// The other one.
        second: String,
        /// What they have in common.
        id: String,
    },
    /// A name cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Name(#[from] NameError),
    /// The number in a name is out of range.
    #[error("the number in `{name}` must be from {minimum} to {maximum}")]
    Number {
        /// The name.
        name: String,
        /// The smallest.
        minimum: u64,
        /// The largest.
        maximum: u64,
    },
    /// A file of the pattern would be written outside of the project or under an unusable name.
    #[error("the pattern has a file with the unusable path `{}`", path.escape_debug())]
    Path {
        /// The path.
        path: String,
    },
    /// `--from` cannot be used.
    #[error("--from {} is no address that git can be given", given.escape_debug())]
    #[diagnostic(help("its form is URL[//FOLDER][#REVISION], such as gh:owner/repository//patterns#v1"))]
    Source {
        /// What was given.
        given: String,
    },
    /// What `--from` names has no such pattern.
    #[error("there is no pattern {id} there: neither a pattern.toml nor a folder {id} with one")]
    NotAPattern {
        /// What was asked for.
        id: String,
    },
    /// An answers file cannot be used.
    #[error("the answers file cannot be used: {message}")]
    #[diagnostic(help(
        "its form is that of .slsx/answers.toml in every project; `language` and `[answers]` are enough"
    ))]
    AnswersFile {
        /// What is wrong.
        message: String,
    },
    /// The record of the files as they were made cannot be used.
    #[error(".slsx/base.zip cannot be used: {message}")]
    #[diagnostic(help("take it back from version control"))]
    Base {
        /// What is wrong.
        message: String,
    },
    /// The pattern itself is broken.
    #[error("the pattern {pattern} is broken: {message}")]
    Broken {
        /// The pattern.
        pattern: String,
        /// What is wrong.
        message: String,
    },
}

/// The likeliest meant word, or all words when none is near.
pub(super) fn did_you_mean(given: &str, known: &[&str]) -> String {
    let nearest = known
        .iter()
        .map(|word| (strsim::damerau_levenshtein(&given.to_lowercase(), word), word))
        .filter(|(distance, word)| *distance <= word.chars().count().max(3) / 3)
        .min();
    match nearest {
        Some((_, word)) => format!("did you mean `{word}`?"),
        None => format!("there is {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use miette::Diagnostic as _;

    use super::did_you_mean;
    use crate::pattern::{ProjectName, find};

    #[test]
    fn the_nearest_word_is_meant() {
        let known = ["fan-out", "queue"];
        assert_eq!(did_you_mean("fanout", &known), "did you mean `fan-out`?");
        assert_eq!(did_you_mean("Fan-Out", &known), "did you mean `fan-out`?");
        assert_eq!(did_you_mean("lambda", &known), "there is fan-out, queue");
    }

    #[test]
    fn help_is_beside_the_error() {
        let help = find("fanout").unwrap_err().help().unwrap().to_string();
        assert_eq!(help, "did you mean `fan-out`?");
        let error = super::PatternError::from(ProjectName::parse("A B").unwrap_err());
        assert!(error.help().unwrap().to_string().contains("`a-b`"));
    }
}
