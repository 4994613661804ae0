//! Which Lambda functions a command means: logical ids of the stack, physical names or ARNs, in that order.

use super::Failure;
use crate::deploy::StackResource;
use crate::names::{FunctionName, LogicalId, StackName, nearest};
use crate::ports::{RemoteError, Stacks};

const FUNCTION: &str = "AWS::Lambda::Function";

/// One function of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackFunction {
    /// Its name in the template.
    pub logical_id: LogicalId,
    /// Its name in the account.
    pub name: FunctionName,
}

/// Every function of a stack, in the order of the template; none when there is no such stack.
///
/// # Errors
/// When AWS does not tell.
pub async fn of_stack(
    stacks: &impl Stacks,
    stack: &StackName,
) -> Result<Option<Vec<StackFunction>>, RemoteError> {
    match stacks.resources(stack.as_str()).await {
        Ok(resources) => Ok(Some(resources.into_iter().filter_map(function).collect())),
        Err(RemoteError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The functions of the stack, where the arguments cannot be understood without them.
///
/// # Errors
/// When AWS does not tell.
pub async fn known(
    arguments: &[String],
    stacks: &impl Stacks,
    stack: &StackName,
) -> Result<Option<Vec<StackFunction>>, RemoteError> {
    if needs_stack(arguments) { of_stack(stacks, stack).await } else { Ok(None) }
}

/// What people call a function: its logical id, if the stack has one.
#[must_use]
pub fn label<'a>(function: &'a FunctionName, known: Option<&'a [StackFunction]>) -> &'a str {
    let of_stack = known.unwrap_or_default().iter().find(|known| known.name == *function);
    of_stack.map_or(function.as_str(), |known| known.logical_id.as_str())
}

/// Whether these arguments cannot be understood without the stack: an ARN is nobody's logical id, so whoever names
/// functions by ARN alone need not be allowed to look at stacks.
#[must_use]
pub fn needs_stack(arguments: &[String]) -> bool {
    arguments.is_empty() || !arguments.iter().all(|argument| argument.starts_with("arn:"))
}

fn function(resource: StackResource) -> Option<StackFunction> {
    let name = resource.physical_id.filter(|_| resource.resource_type == FUNCTION)?;
    Some(StackFunction { logical_id: resource.logical_id, name: FunctionName::new(name) })
}

/// What the arguments mean; no argument means every function of the stack.
///
/// # Errors
/// When the stack has no functions, or an argument is near a name of the stack but none of them.
pub fn choose(
    arguments: &[String],
    stack: &StackName,
    functions: Option<&[StackFunction]>,
) -> Result<Vec<FunctionName>, Failure> {
    if arguments.is_empty() {
        return match functions {
            Some([]) => Err(usage(
                format!("stack {stack} has no functions"),
                "name a function, or deploy one first".into(),
            )),
            Some(functions) => Ok(functions.iter().map(|function| function.name.clone()).collect()),
            None => Err(usage(
                format!("there is no stack {stack}"),
                "deploy it first with `slsx deploy`, or name a function".into(),
            )),
        };
    }
    arguments.iter().map(|argument| one(argument, stack, functions.unwrap_or_default())).collect()
}

fn one(argument: &str, stack: &StackName, functions: &[StackFunction]) -> Result<FunctionName, Failure> {
    let known = functions
        .iter()
        .find(|function| function.logical_id.as_str() == argument || function.name.as_str() == argument);
    if let Some(function) = known {
        return Ok(function.name.clone());
    }
    match nearest(argument, functions.iter().map(|function| function.logical_id.as_str())) {
        // A name that is nearly one of the stack's is a typing error, not another function.
        Some(name) => {
            Err(usage(format!("stack {stack} has no function {argument}"), format!("did you mean {name}?")))
        }
        None => Ok(FunctionName::new(argument)),
    }
}

fn usage(message: String, help: String) -> Failure {
    Failure::Usage { message, help }
}

#[cfg(test)]
mod tests {
    use super::{Failure, StackFunction, choose, needs_stack};

    fn functions() -> Vec<StackFunction> {
        ["ThumbnailFunction", "UpdateDbFunction"]
            .map(|id| StackFunction {
                logical_id: id.into(),
                name: format!("stack-{id}-1A2B").as_str().into(),
            })
            .to_vec()
    }

    #[test]
    fn logical_ids_then_names_then_arns() {
        let arguments =
            ["UpdateDbFunction", "stack-ThumbnailFunction-1A2B", "arn:aws:lambda:x:1:function:other"]
                .map(String::from);
        let chosen = choose(&arguments, &"stack".into(), Some(&functions())).unwrap();
        let names: Vec<&str> = chosen.iter().map(crate::names::FunctionName::as_str).collect();
        assert_eq!(
            names,
            [
                "stack-UpdateDbFunction-1A2B",
                "stack-ThumbnailFunction-1A2B",
                "arn:aws:lambda:x:1:function:other"
            ]
        );
    }

    #[test]
    fn arns_alone_need_no_stack() {
        let arn = || "arn:aws:lambda:eu-west-1:123456789012:function:f".to_owned();
        assert!(!needs_stack(&[arn(), arn()]));
        assert!(needs_stack(&[arn(), "ThumbnailFunction".into()]));
        assert!(needs_stack(&[]));
        assert_eq!(choose(&[arn()], &"stack".into(), None).unwrap()[0].as_str(), arn());
    }

    #[test]
    fn no_argument_means_all_and_a_typing_error_is_answered() {
        assert_eq!(choose(&[], &"stack".into(), Some(&functions())).unwrap().len(), 2);
        let error = choose(&["ThumbnialFunction".into()], &"stack".into(), Some(&functions())).unwrap_err();
        let help = miette::Diagnostic::help(&error).unwrap().to_string();
        assert_eq!(help, "did you mean ThumbnailFunction?");
        assert!(matches!(choose(&[], &"stack".into(), None), Err(Failure::Usage { .. })));
    }
}
