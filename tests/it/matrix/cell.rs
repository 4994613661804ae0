//! One pattern in one language, from nothing to nothing.

use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::remains;
use crate::world::{Ran, World};

/// A pattern in a language, with answers other than the defaults.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) pattern: &'static str,
    pub(super) language: &'static str,
    pub(super) answers: &'static [&'static str],
}

/// What a step of the road took.
struct Row {
    steps: Vec<(&'static str, Duration)>,
    start: Instant,
}

impl Row {
    fn new() -> Self {
        Self { steps: Vec::new(), start: Instant::now() }
    }

    /// Ends a step.
    fn step(&mut self, name: &'static str) {
        let total: Duration = self.steps.iter().map(|(_, took)| *took).sum();
        self.steps.push((name, self.start.elapsed().saturating_sub(total)));
    }
}

impl Cell {
    /// Walks the whole road; every step must hold.
    pub(super) fn walk(self) {
        if let Some(missing) = self.missing_tool() {
            // Whoever reads the log must see what was not run.
            let _ = writeln!(std::io::stderr(), "{self}: not run, because there is no {missing} here");
            return;
        }
        // Waiting for the machine is no part of it.
        let world = World::new();
        let mut row = Row::new();
        let project = self.scaffold(world, &[]);
        let world = &project.world;
        row.step("scaffold");
        self.unit_tests(&project);
        row.step("unit tests");
        world.slsx(&["audit", &project.name]).assert_exit(0);
        row.step("audit");
        project.run(&["deploy"]).assert_exit(0);
        row.step("deploy");
        let again = project.run(&["deploy"]).assert_exit(0);
        // A REST API is deployed anew each time; see its template.
        let is_new = self.answers.contains(&"api=rest");
        assert!(is_new || again.stdout.contains("nothing to change"), "{}", again.all());
        row.step("deploy again");
        project.verify(&[]);
        row.step("verify");
        let cold = cold_start(&project);
        row.step("cold starts");
        let stack = remains::resources(&project);
        let (there, gone) = remains::look_for(world, &stack);
        // Where nothing is found now, finding nothing afterwards would prove nothing.
        assert!(there.len() > 2 && gone.is_empty(), "{there:?}, not found: {gone:?}");
        project.run(&["destroy", "--yes"]).assert_exit(0);
        assert_eq!(remains::look_for(world, &stack).0, Vec::<String>::new(), "{self} leaves something");
        project.run(&["status"]).assert_exit(3);
        row.step("destroy");
        self.print(&row, &cold);
    }

    /// A project of this cell in a world; its stack has a name that no other cell's has.
    pub(super) fn scaffold(self, world: World, more: &[&str]) -> Project {
        self.scaffold_as(&format!("{}-{}", self.pattern, self.language), world, more)
    }

    /// The same under another name.
    pub(super) fn scaffold_as(self, name: &str, world: World, more: &[&str]) -> Project {
        let mut arguments = vec!["new", self.pattern, name, "--language", self.language];
        let is_other = |answer: &&&str| !more.iter().any(|given| question(given) == question(answer));
        for answer in self.answers.iter().filter(is_other).chain(more) {
            arguments.extend(["--set", *answer]);
        }
        world.slsx(&arguments).assert_exit(0);
        Project { world, name: name.to_owned() }
    }

    /// The tool that the functions cannot be built without, where it is missing.
    pub(super) fn missing_tool(self) -> Option<&'static str> {
        let tool = match self.language {
            "node" => "npm",
            _ => return None,
        };
        Command::new(tool).arg("--version").output().is_err().then_some(tool)
    }

    /// Runs the project's own tests as its README says.
    fn unit_tests(self, project: &Project) {
        let pattern = slsx::pattern::find(self.pattern).unwrap();
        let language =
            pattern.manifest.languages.iter().find(|language| language.name == self.language).unwrap();
        for line in language.setup.iter().chain([&language.test]) {
            let mut shell = Command::new("sh");
            shell.args(["-c", line]).current_dir(project.world.path(&project.name));
            shell.env("CARGO_TARGET_DIR", rust_target());
            let output = shell.output().unwrap();
            let said = [output.stdout, output.stderr].concat();
            assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&said));
        }
    }

    fn print(self, row: &Row, cold: &str) {
        let steps: Vec<String> =
            row.steps.iter().map(|(name, took)| format!("{name} {:.1} s", took.as_secs_f64())).collect();
        // Past the capture of the test runner: these figures are what the run is for.
        let _ = writeln!(std::io::stderr(), "{self}: {} | local cold start p50 {cold}", steps.join(" | "));
    }
}

/// What an answer such as `timeout=2` answers.
fn question(answer: &str) -> &str {
    answer.split('=').next().unwrap_or(answer)
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} in {}", self.pattern, self.language)?;
        if self.answers.is_empty() { Ok(()) } else { write!(f, " ({})", self.answers.join(", ")) }
    }
}

/// Where slsx itself builds, so that the tests of a project find its dependencies compiled.
fn rust_target() -> std::path::PathBuf {
    slsx::host::folders::Folders::of_user().unwrap().cache.join("builds").join("cargo-target")
}

/// A scaffolded project.
pub(super) struct Project {
    pub(super) world: World,
    pub(super) name: String,
}

impl Project {
    /// A command about the project, on local AWS.
    pub(super) fn run(&self, arguments: &[&str]) -> Ran {
        self.world.on_local_aws(&[arguments, &["--project", &self.name]].concat())
    }

    /// The verdict of `verify`, which must be that the promise is kept.
    #[track_caller]
    pub(super) fn verify(&self, more: &[&str]) -> Value {
        let verdict = self.run(&[&["verify", "--format", "json"], more].concat()).assert_exit(0).json();
        assert_eq!(verdict["conclusion"], "kept", "{verdict:#}");
        verdict
    }

    /// Replaces pieces of one file; each must be there.
    #[track_caller]
    pub(super) fn edit(&self, file: &str, change: impl FnOnce(&str) -> String) {
        let path = format!("{}/{file}", self.name);
        let text = std::fs::read_to_string(self.world.path(&path)).unwrap();
        let changed = change(&text);
        assert_ne!(changed, text, "{path} is not what it was thought to be");
        self.world.write(&path, &changed);
    }
}

/// The p50 of Init Duration of the function that comes first. Every function answers an empty event.
fn cold_start(project: &Project) -> String {
    let functions = remains::of_type(project, "AWS::Lambda::Function");
    let first = functions.first().unwrap();
    let bench = project.run(&["coldstart-bench", first, "-n", "6", "--format", "json"]).assert_exit(0).json();
    let function = &bench["report"]["functions"][0];
    assert_eq!(function["n"], 6, "{function:#}");
    let (p50, p99) = (&function["init"]["p50"], &function["init"]["p99"]);
    let value = p50["value"].as_f64().unwrap();
    assert!(value > 0.1 && p50["interval"].is_object(), "{p50:#}");
    assert!(p99["interval"].is_null(), "six samples say nothing about p99: {p99:#}");
    let bound = |name: &str| p50["interval"][name].as_f64().unwrap();
    format!("{first} {value:.1} ms [{:.1}, {:.1}]", bound("low"), bound("high"))
}
