//! The GitHub Actions workflow that every project has: it parses, it tests what the project tests, and only the job that
//! deploys gets the role that may.

use std::collections::BTreeSet;

use slsx::template::{self, Document, NodeRef};

use super::variants::for_each;

fn steps<'d>(document: &'d Document, job: &str) -> Vec<NodeRef<'d>> {
    document.root().path(&["jobs", job, "steps"]).unwrap().items().collect()
}

/// The values of a key of the steps, or of their `with`.
fn values(document: &Document, job: &str, key: &str) -> Vec<String> {
    let of = |step: NodeRef<'_>| {
        let value = step.get(key).or_else(|| step.get("with")?.get(key))?;
        value.as_str().map(str::to_owned)
    };
    steps(document, job).into_iter().filter_map(of).collect()
}

#[test]
fn every_project_has_a_workflow_that_tests_what_the_project_tests() {
    for_each(|label, made| {
        let text = std::fs::read_to_string(made.target.join(".github/workflows/deploy.yml")).unwrap();
        let document = template::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{label}: {error}"));
        let manifest = slsx::pattern::find(label.split(' ').next().unwrap()).unwrap().manifest;
        let language = label.split(' ').nth(2).unwrap();
        let language = manifest.languages.iter().find(|known| known.name == language).unwrap();
        let commands = values(&document, "check", "run").join("\n");
        for line in language.setup.iter().chain([&language.test]) {
            assert!(commands.contains(line.as_str()), "{label}: {line} is not in\n{commands}");
        }
        for command in ["slsx audit --format github", "slsx diff --stage dev"] {
            assert!(commands.contains(command), "{label}: {command}");
        }
        let deploys = values(&document, "deploy", "run");
        assert!(deploys.iter().any(|run| run == "slsx deploy --stage dev --yes"), "{label}: {deploys:?}");
        assert!(!commands.contains("deploy --stage"), "{label}: a pull request deploys");
    });
}

#[test]
fn only_the_job_that_deploys_gets_the_role_that_may() {
    for_each(|label, made| {
        let text = std::fs::read_to_string(made.target.join(".github/workflows/deploy.yml")).unwrap();
        let document = template::parse(text.as_bytes()).unwrap();
        let jobs = document.root().get("jobs").unwrap();
        let role = |job: &str| values(&document, job, "role-to-assume").join("");
        assert_eq!(role("check"), "${{ vars.AWS_DIFF_ROLE }}", "{label}");
        assert_eq!(role("deploy"), "${{ vars.AWS_DEPLOY_ROLE }}", "{label}");
        assert_eq!(jobs.path(&["deploy", "environment"]).unwrap().as_str(), Some("dev"), "{label}");
        let condition = jobs.path(&["deploy", "if"]).unwrap().as_str().unwrap();
        assert!(condition.contains("refs/heads/main"), "{label}: {condition}");
        // What a caller can set is never part of a command line.
        let commands: Vec<String> =
            ["check", "deploy"].iter().flat_map(|job| values(&document, job, "run")).collect();
        assert!(commands.iter().all(|command| !command.contains("${{")), "{label}: {commands:?}");
        let used: BTreeSet<String> =
            ["check", "deploy"].iter().flat_map(|job| values(&document, job, "uses")).collect();
        for action in used {
            let (name, version) = action.split_once('@').unwrap();
            assert!(name.starts_with("actions/") || name.starts_with("aws-actions/"), "{label}: {action}");
            assert!(
                version.strip_prefix('v').is_some_and(|major| major.parse::<u32>().is_ok()),
                "{label}: {action}"
            );
        }
    });
}

#[test]
fn the_role_of_the_workflow_is_for_this_repository_alone() {
    for_each(|label, made| {
        let text = std::fs::read(made.target.join(".github/deploy-role.yaml")).unwrap();
        let document = template::parse(&text).unwrap_or_else(|error| panic!("{label}: {error}"));
        let subject = |role: &str| {
            let statements = document.resource(role).unwrap().property("AssumeRolePolicyDocument").unwrap();
            let condition =
                statements.get("Statement").unwrap().items().next().unwrap().get("Condition").unwrap();
            let equals = condition.get("StringEquals").unwrap();
            let of =
                |claim: &str| equals.get(&format!("token.actions.githubusercontent.com:{claim}")).unwrap();
            assert_eq!(of("aud").as_str(), Some("sts.amazonaws.com"), "{label}");
            document.resolve(of("sub")).text().unwrap().to_string()
        };
        assert_eq!(subject("DeployRole"), "repo:${Repository}:environment:dev", "{label}");
        assert_eq!(subject("DiffRole"), "repo:${Repository}:pull_request", "{label}");
    });
}

/// The patterns have no files in common, so that each can be taken by itself.
#[test]
fn the_workflows_of_all_patterns_are_the_same() {
    let patterns = slsx::pattern::all().unwrap();
    for path in ["github/deploy.yml.j2", "github/deploy-role.yaml.j2"] {
        let files: BTreeSet<&[u8]> = patterns.iter().map(|pattern| &*pattern.files[path]).collect();
        assert_eq!(files.len(), 1, "{path} differs between patterns");
    }
}
