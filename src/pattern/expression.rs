//! The `when` of questions, files and costs: an expression over the answers, such as `api == 'rest'`.

use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};

/// Evaluates expressions; an unknown name is an error, never false.
pub(super) struct Expressions(Environment<'static>);

impl Expressions {
    pub(super) fn new() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        Self(environment)
    }

    /// What is wrong with the form of an expression, if anything.
    pub(super) fn flaw(text: &str) -> Option<String> {
        Self::new().0.compile_expression(text).err().map(|error| format!("`{text}`: {error}"))
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// When it is no expression, or names a value that there is not.
    pub(super) fn holds(&self, text: &str, values: &Value) -> Result<bool, minijinja::Error> {
        let expression = self.0.compile_expression(text)?;
        // Comparing an undefined value is no error to the engine, however strict.
        let is_unknown = |name: &String| values.get_attr(name).is_ok_and(|value| value.is_undefined());
        if let Some(name) = expression.undeclared_variables(false).into_iter().find(is_unknown) {
            return Err(minijinja::Error::new(
                ErrorKind::UndefinedError,
                format!("there is no answer {name}"),
            ));
        }
        Ok(expression.eval(values)?.is_true())
    }
}

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::Expressions;

    #[test]
    fn answers_decide() {
        let values = context! { api => "rest", alarms => true };
        let holds = |text| Expressions::new().holds(text, &values).ok();
        assert_eq!(holds("api == 'rest' and alarms"), Some(true));
        assert_eq!(holds("api == 'http'"), Some(false));
        assert_eq!(holds("apy == 'http'"), None);
        assert_eq!(holds("missing"), None);
    }
}
