//! What the arguments mean: which functions or copies are measured, and which is compared with which.

use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{ColdstartBenchArgs, StrategyArg};
use crate::coldstart::{Target, Variant};
use crate::commands::{Failure, Project, stack_functions};
use crate::names::{FunctionName, Qualifier};
use crate::ports::{Functions, RemoteError};

/// What is measured, and the comparisons that are wanted: the second of each pair with the first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Targets {
    pub all: Vec<Target>,
    pub pairs: Vec<(Target, Target)>,
}

/// What the others are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Against {
    /// The configuration as it is, where variants are measured.
    Present,
    Function(FunctionName),
    Qualifier(Qualifier),
}

/// Reads the arguments against the stack.
pub(super) async fn of(
    args: &ColdstartBenchArgs,
    variants: &[Variant],
    project: &Project,
    session: &Session,
    functions: &impl Functions,
) -> Result<Targets, Failure> {
    let stack = &project.settings.stack;
    let named: Vec<String> = args.functions.iter().chain(&args.against).cloned().collect();
    let known = stack_functions::known(&named, &CloudFormationStacks::new(session), stack).await?;
    let chosen = stack_functions::choose(&args.functions, stack, known.as_deref())?;
    let against = match &args.against {
        None => Against::Present,
        Some(text) if is_version(text) => Against::Qualifier(Qualifier::new(text)),
        Some(text) => {
            let one = std::slice::from_ref(text);
            match stack_functions::choose(one, stack, known.as_deref())?.into_iter().next() {
                Some(name) if is_there(functions, &name).await? => Against::Function(name),
                Some(_) | None => Against::Qualifier(Qualifier::new(text)),
            }
        }
    };
    let on_copies = args.clone || args.strategy == StrategyArg::Clone;
    Ok(Targets::new(chosen, variants, &against, on_copies))
}

/// Reads the arguments where there is no AWS: functions of the template, and their memory.
pub(super) fn of_template(
    args: &ColdstartBenchArgs,
    variants: &[Variant],
    functions: Vec<FunctionName>,
) -> Result<Targets, Failure> {
    if let Some(variant) = variants.iter().find(|variant| variant.architecture.is_some()) {
        let name = variant.architecture.clone().unwrap_or_default();
        return Err(Failure::Usage {
            message: format!("--set arch={name}: this machine has one architecture"),
            help: "vary the memory here, and the architecture on AWS".into(),
        });
    }
    let against =
        args.against.as_ref().map_or(Against::Present, |name| Against::Function(FunctionName::new(name)));
    Ok(Targets::new(functions, variants, &against, false))
}

/// The other settings that the arguments name.
pub(super) fn variants(args: &ColdstartBenchArgs) -> Result<Vec<Variant>, Failure> {
    Variant::every(&args.set).map_err(|error| Failure::Usage {
        message: format!("--set: {error}"),
        help: "each combination is measured on a copy: --set memory=512,1024 --set arch=arm64,x86_64".into(),
    })
}

fn is_version(text: &str) -> bool {
    text == "$LATEST" || (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

async fn is_there(functions: &impl Functions, name: &FunctionName) -> Result<bool, Failure> {
    match functions.describe(name, None).await {
        Ok(_) => Ok(true),
        Err(RemoteError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

impl Targets {
    fn new(functions: Vec<FunctionName>, variants: &[Variant], against: &Against, on_copies: bool) -> Self {
        // Only a copy can differ, and original and copy are not measured side by side: both are copies then.
        let on_copies = on_copies || !variants.is_empty() || matches!(against, Against::Qualifier(_));
        let present = |function: &FunctionName| Target {
            function: function.clone(),
            copy: on_copies.then(Variant::default),
        };
        let mut targets = Self::default();
        for function in &functions {
            targets.all.push(present(function));
            let copy = |variant: &Variant| Target { function: function.clone(), copy: Some(variant.clone()) };
            match against {
                Against::Present => {
                    for variant in variants {
                        targets.pairs.push((present(function), copy(variant)));
                        targets.all.push(copy(variant));
                    }
                }
                Against::Qualifier(qualifier) => {
                    let base = copy(&Variant { qualifier: Some(qualifier.clone()), ..Variant::default() });
                    targets.pairs.push((base.clone(), present(function)));
                    targets.all.push(base);
                }
                Against::Function(base) if base == function => {}
                Against::Function(base) => targets.pairs.push((present(base), present(function))),
            }
        }
        if let Against::Function(base) = against
            && !functions.contains(base)
        {
            targets.all.push(present(base));
        }
        targets
    }
}

#[cfg(test)]
mod tests {
    use super::{Against, Targets, is_version};
    use crate::coldstart::target::label;
    use crate::coldstart::{Target, Variant};

    fn shown(targets: &Targets) -> (Vec<String>, Vec<String>) {
        let one = |target: &Target| {
            let copy = if target.copy.is_some() { "copy of " } else { "" };
            format!("{copy}{}", label(&target.function, target.copy.as_ref()))
        };
        let pairs = targets.pairs.iter().map(|(base, other)| format!("{} < {}", one(base), one(other)));
        (targets.all.iter().map(one).collect(), pairs.collect())
    }

    #[test]
    fn functions_alone_are_measured_themselves() {
        let targets = Targets::new(vec!["a".into(), "b".into()], &[], &Against::Present, false);
        assert_eq!(shown(&targets), (vec!["a".into(), "b".into()], vec![]));
        let copies = Targets::new(vec!["a".into()], &[], &Against::Present, true);
        assert_eq!(shown(&copies).0, ["copy of a"]);
    }

    #[test]
    fn another_function_is_measured_once_and_the_rest_compared_with_it() {
        let targets = Targets::new(vec!["a".into(), "b".into()], &[], &Against::Function("c".into()), false);
        let expected = (vec!["a", "b", "c"], vec!["c < a", "c < b"]);
        let (all, pairs) = shown(&targets);
        assert_eq!(
            (all.iter().map(String::as_str).collect(), pairs.iter().map(String::as_str).collect()),
            expected
        );
        let among = Targets::new(vec!["a".into(), "c".into()], &[], &Against::Function("c".into()), false);
        assert_eq!(shown(&among), (vec!["a".into(), "c".into()], vec!["c < a".into()]));
    }

    #[test]
    fn versions_and_variants_are_copies_and_so_is_what_they_are_compared_with() {
        let targets = Targets::new(vec!["a".into()], &[], &Against::Qualifier("7".into()), false);
        assert_eq!(
            shown(&targets),
            (vec!["copy of a".into(), "copy of a:7".into()], vec!["copy of a:7 < copy of a".into()])
        );
        let variants = Variant::every(&["memory=512,1024".to_owned()]).unwrap();
        let sweep = Targets::new(vec!["a".into()], &variants, &Against::Present, false);
        assert_eq!(shown(&sweep).0, ["copy of a", "copy of a (512 MB)", "copy of a (1024 MB)"]);
        assert_eq!(sweep.pairs.len(), 2);
    }

    #[test]
    fn numbers_are_versions() {
        assert!(is_version("7") && is_version("$LATEST") && !is_version("live") && !is_version(""));
    }
}
