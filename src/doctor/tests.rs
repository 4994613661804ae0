use super::*;
use crate::names::LogicalId;
use crate::package::platform::{Architecture, Platform};
use crate::package::recipe::{CargoRecipe, Recipe};

fn verdict(checks: &[Check], name: &str) -> Verdict {
    checks.iter().find(|check| check.name == name).unwrap_or_else(|| panic!("{name}: {checks:#?}")).verdict
}

fn usable(needs: Needs) -> Project {
    Project::Usable { folder: "shop".into(), needs, accounts: vec![] }
}

fn rust_for(architecture: Architecture) -> Project {
    let platform = Platform::Lambda { runtime: "provided.al2023".into(), architecture };
    let recipe = Recipe::Cargo(CargoRecipe { binary: "take".into(), arguments: vec![], platform });
    let mut needs = Needs::default();
    needs.add_recipe(&recipe, &LogicalId::new("Take"));
    usable(needs)
}

#[test]
fn nothing_is_required_where_there_is_no_project() {
    let checks = judge(&Found::default(), &Project::None);
    assert!(checks.iter().all(|check| check.verdict == Verdict::Optional), "{checks:#?}");
    assert!(checks.iter().all(|check| check.remedy.is_some()), "{checks:#?}");
    assert_eq!(exit(&checks), Exit::Done);
}

#[test]
fn a_project_requires_what_its_code_is_built_with() {
    let mut found = Found::default();
    let project = rust_for(Architecture::Arm);
    let checks = judge(&found, &project);
    assert_eq!(verdict(&checks, "cargo"), Verdict::Missing);
    assert_eq!(verdict(&checks, "cargo for Lambda"), Verdict::Missing);
    assert_eq!(verdict(&checks, "npm"), Verdict::Optional);
    assert_eq!(exit(&checks), Exit::Usage);
    let cross = checks.iter().find(|check| check.name == "cargo for Lambda").unwrap();
    assert_eq!(cross.needed_for, "Take");
    assert!(cross.remedy.as_ref().unwrap().contains("aarch64-unknown-linux-musl"), "{cross:?}");

    found.tools.cargo = Some("cargo 1.95.0".into());
    // A musl target of another processor is of no use.
    found.musl = vec!["x86_64".into()];
    assert_eq!(verdict(&judge(&found, &project), "cargo for Lambda"), Verdict::Missing);
    assert_eq!(verdict(&judge(&found, &rust_for(Architecture::X86)), "cargo for Lambda"), Verdict::Ok);
    found.tools.cargo_lambda = Some("cargo-lambda 1.9.0".into());
    assert_eq!(exit(&judge(&found, &project)), Exit::Done);
}

#[test]
fn local_aws_requires_python_and_the_runtimes_of_the_functions() {
    let mut needs = Needs { is_local: true, ..Needs::default() };
    needs.add_runtime("nodejs24.x", &LogicalId::new("Page"));
    needs.add_runtime("python3.13", &LogicalId::new("Work"));
    let checks = judge(&Found::default(), &usable(needs));
    assert_eq!(verdict(&checks, "node"), Verdict::Missing);
    assert_eq!(verdict(&checks, "python"), Verdict::Missing);
    let mut needs = Needs::default();
    needs.add_runtime("nodejs24.x", &LogicalId::new("Page"));
    assert_eq!(verdict(&judge(&Found::default(), &usable(needs)), "node"), Verdict::Optional);
}

#[test]
fn a_python_that_can_install_nothing_is_not_enough() {
    let python = Interpreter { version: "/usr/bin/python3".into(), has_venv: false, has_pip: false };
    let mut found = Found { python: Some(python), ..Found::default() };
    let project = usable(Needs { is_local: true, ..Needs::default() });
    assert_eq!(verdict(&judge(&found, &project), "python"), Verdict::Missing);
    assert_eq!(verdict(&judge(&found, &Project::None), "python"), Verdict::Optional);
    found.tools.uv = Some("uv 0.9".into());
    assert_eq!(verdict(&judge(&found, &project), "python"), Verdict::Ok);
}

#[test]
fn an_account_or_a_clock_that_aws_refuses_is_no_usage_error() {
    let caller = |account: &str, ahead| Found {
        aws: Some(Aws::Known(Caller {
            account: account.into(),
            ahead_seconds: Some(ahead),
            ..Caller::default()
        })),
        ..Found::default()
    };
    let project =
        Project::Usable { folder: String::new(), needs: Needs::default(), accounts: vec!["1".into()] };
    assert_eq!(exit(&judge(&caller("1", 2), &project)), Exit::Done);
    assert_eq!(exit(&judge(&caller("2", 2), &project)), Exit::Remote);
    let late = judge(&caller("1", -400), &project);
    assert_eq!((verdict(&late, "clock"), exit(&late)), (Verdict::Refused, Exit::Remote));
    assert!(late.iter().any(|check| check.found == "400 s behind AWS's"), "{late:#?}");
    assert_eq!(verdict(&judge(&caller("1", 90), &project), "clock"), Verdict::Optional);
}

#[test]
fn a_settings_file_that_cannot_be_used_is_missing() {
    let checks = judge(&Found::default(), &Project::Unusable("unknown field `nmae`".into()));
    assert_eq!((verdict(&checks, "project"), exit(&checks)), (Verdict::Missing, Exit::Usage));
}
