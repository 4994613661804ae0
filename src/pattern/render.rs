//! Filling in templates.
//!
//! The delimiters `<% %>`, `<< >>` and `<# #>` leave alone what CloudFormation and Mermaid mean by
//! `${}` and `{{}}`. An unknown name is an error, never an empty text.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, UndefinedBehavior, Value};

/// Fills in templates with one set of values.
pub(super) struct Renderer(Environment<'static>);

impl Renderer {
    /// A renderer without templates.
    ///
    /// # Errors
    /// Never in practice: the delimiters are constant and valid.
    pub(super) fn new() -> Result<Self, Error> {
        let mut environment = Environment::new();
        environment.set_syntax(
            SyntaxConfig::builder()
                .block_delimiters("<%", "%>")
                .variable_delimiters("<<", ">>")
                .comment_delimiters("<#", "#>")
                .keep_trailing_newline(true)
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()?,
        );
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        Ok(Self(environment))
    }

    /// The text with the values filled in.
    ///
    /// # Errors
    /// When it is no template, or names a value that there is not.
    pub(super) fn fill_in(&self, template: &str, values: &Value) -> Result<String, Error> {
        self.0.render_str(template, values)
    }
}

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::Renderer;

    fn fill_in(template: &str) -> Result<String, String> {
        let renderer = Renderer::new().unwrap();
        renderer
            .fill_in(template, &context! { name => "x", list => vec![1, 2] })
            .map_err(|error| error.to_string())
    }

    #[test]
    fn foreign_placeholders_are_left_alone() {
        let text = "${AWS::Region} {{resolve:ssm:a}} {% raw %} {# x #} $.a << name >>\n";
        assert_eq!(fill_in(text).unwrap(), "${AWS::Region} {{resolve:ssm:a}} {% raw %} {# x #} $.a x\n");
    }

    #[test]
    fn blocks_leave_no_empty_lines() {
        let text = "a:\n  <% for item in list %>\n  - << item >>\n  <% endfor %>\nb\n";
        assert_eq!(fill_in(text).unwrap(), "a:\n  - 1\n  - 2\nb\n");
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        assert!(fill_in("<< nme >>").is_err());
        assert!(fill_in("<% if nme %>x<% endif %>").is_err());
        assert!(fill_in("<< name.first >>").is_err());
    }

    #[test]
    fn values_are_not_escaped_as_html() {
        let renderer = Renderer::new().unwrap();
        assert_eq!(renderer.fill_in("<< v >>", &context! { v => "<a & b>" }).unwrap(), "<a & b>");
    }
}
