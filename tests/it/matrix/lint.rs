//! The templates of every pattern before the judges that others use: cfn-lint and checkov, without a finding.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::variants::VARIANTS;
use crate::world::offline;

/// A Python with both tools, made once for each list of requirements.
fn python() -> PathBuf {
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint/requirements.txt");
    let text = std::fs::read_to_string(&requirements).unwrap();
    let mut hash = std::hash::DefaultHasher::new();
    std::hash::Hash::hash(&text, &mut hash);
    let digest = std::hash::Hasher::finish(&hash);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("lint-{digest:016x}"));
    let python = folder.join("bin/python");
    let is_complete = folder.join("complete");
    if !is_complete.exists() {
        let run = |program: &str, arguments: &[&str]| {
            let output = Command::new(program).args(arguments).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        run("python3", &["-m", "venv", "--clear", folder.to_str().unwrap()]);
        let requirements = requirements.to_str().unwrap();
        let install = ["-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", requirements];
        run(python.to_str().unwrap(), &install);
        std::fs::write(is_complete, "").unwrap();
    }
    python
}

#[test]
fn no_template_of_a_pattern_has_a_finding() {
    let tools = python();
    let bin = tools.parent().unwrap();
    let world = tempfile::tempdir().unwrap();
    let mut templates = Vec::new();
    for (number, (pattern, answers)) in VARIANTS.iter().enumerate() {
        // The template says the same in every language, but for what builds its functions.
        for language in ["python", "node", "rust"] {
            let name = format!("p{number}-{language}");
            let mut command = offline(world.path());
            command.args(["new", pattern, &name, "--language", language]);
            for answer in *answers {
                command.args(["--set", answer]);
            }
            let made = command.output().unwrap();
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
            templates.push(format!("{name}/template.yaml"));
        }
    }
    // Informational findings too, but I3011, which asks for a DeletionPolicy on everything that holds data: what
    // `slsx destroy` removes from a development stage must be gone. A stage with data that matters is protected by slsx.
    // Behind whatever measures beside it.
    let cfn_lint = Command::new("nice")
        .arg(bin.join("cfn-lint"))
        .args(["--format", "parseable", "--non-zero-exit-code", "informational"])
        .args(["--include-checks", "I", "--ignore-checks", "I3011", "--template"])
        .args(&templates)
        .stdin(std::process::Stdio::null())
        .current_dir(world.path())
        .output()
        .unwrap();
    assert!(cfn_lint.status.success(), "cfn-lint\n{}", String::from_utf8_lossy(&cfn_lint.stdout));
    let mut checkov = Command::new("nice");
    checkov.arg(bin.join("checkov"));
    checkov.args([
        "--framework",
        "cloudformation",
        "--compact",
        "--quiet",
        "--skip-download",
        "--output",
        "json",
    ]);
    for template in &templates {
        checkov.args(["--file", template]);
    }
    let checkov = checkov.current_dir(world.path()).output().unwrap();
    let report = String::from_utf8_lossy(&checkov.stdout);
    let value: serde_json::Value =
        serde_json::from_str(&report).unwrap_or_else(|error| panic!("{error}: {report}"));
    let summary = &value["summary"];
    assert_eq!(summary["failed"], 0, "checkov\n{:#}", value["results"]["failed_checks"]);
    assert!(summary["passed"].as_u64().unwrap() > 100, "{summary:#}");
    assert_eq!(summary["parsing_errors"], 0, "{summary:#}");
    every_suppression_has_a_reason(&value);
}

/// Checkov hands on the comment beside a suppression.
fn every_suppression_has_a_reason(report: &serde_json::Value) {
    for skipped in report["results"]["skipped_checks"].as_array().into_iter().flatten() {
        let comment = skipped["check_result"]["suppress_comment"].as_str().unwrap_or_default();
        assert!(comment.split_whitespace().count() > 4, "a reason is missing: {skipped:#}");
    }
}
