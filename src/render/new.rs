//! What `slsx new` made, and what it could make.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::style::Style;
use crate::pattern::{Answer, Extra, ItemName, Origin, Pattern, WritePlan};

/// Beyond this, there is no room for a remark beside a command.
const LONG_COMMAND: usize = 40;

/// What was made, or would be.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The project.
    pub plan: &'a WritePlan,
    /// Its folder.
    pub target: &'a str,
    /// False for a dry run.
    pub is_written: bool,
}

/// For people: the tree of files, and the commands to go on with.
///
/// # Errors
/// When the writer fails.
pub fn human(view: &View<'_>, style: Style, out: &mut impl Write) -> io::Result<()> {
    let scaffold = &view.plan.scaffold;
    let project = scaffold.project.as_str();
    let verb = if view.is_written { "Created" } else { "Would create" };
    writeln!(
        out,
        "{verb} {} from {} {}{}: {} files.",
        style.bold(project),
        scaffold.pattern,
        scaffold.version,
        origin(&scaffold.origin),
        view.plan.files.len()
    )?;
    writeln!(out)?;
    writeln!(out, "{}", style.cyan(&format!("{project}/")))?;
    Folder::of(view.plan).draw("", style, out)?;
    writeln!(out)?;
    writeln!(
        out,
        "On AWS the first deployment takes about {} s. Idle, it costs about ${:.2} a month ({}).",
        scaffold.deploy_seconds, scaffold.idle_usd_per_month, scaffold.cost_words
    )?;
    if !view.is_written {
        return writeln!(out, "Nothing was written (--dry-run).");
    }
    writeln!(out)?;
    writeln!(out, "Next:")?;
    let setup = scaffold.language.setup.iter().map(|setup| (setup.clone(), "what the tests need"));
    let steps = [(format!("cd {project}"), "")].into_iter().chain(setup).chain([
        (scaffold.language.test.clone(), "test the functions, no AWS needed"),
        ("slsx deploy --local".to_owned(), "deploy to local AWS, no account needed"),
        ("slsx verify --local".to_owned(), "prove what the pattern promises"),
    ]);
    for (command, meaning) in steps {
        let line = format!("  {} {}", style.cyan(&format!("{command:<22}")), style.dim(meaning));
        // A command that fills the line speaks for itself.
        let line = if command.len() > LONG_COMMAND { format!("  {}", style.cyan(&command)) } else { line };
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Where a pattern that is not built in came from.
fn origin(origin: &Origin) -> String {
    match origin {
        Origin::BuiltIn => String::new(),
        Origin::Folder { path } => format!(" of {path}"),
        Origin::Git { from, commit } => {
            format!(" of {from} at {}", commit.chars().take(12).collect::<String>())
        }
    }
}

/// Schema `slsx/new/1`.
///
/// # Errors
/// When the writer fails.
pub fn json(view: &View<'_>, out: &mut impl Write) -> io::Result<()> {
    let scaffold = &view.plan.scaffold;
    let answers: BTreeMap<&str, Value> =
        scaffold.answers.iter().map(|(key, answer)| (key, answer_json(answer))).collect();
    let files: Vec<Value> = view
        .plan
        .files
        .iter()
        .map(|(path, content)| json!({ "path": path.as_str(), "bytes": content.len() }))
        .collect();
    let value = json!({
        "schema": "slsx/new/1",
        "project": scaffold.project.as_str(),
        "target": view.target,
        "written": view.is_written,
        "pattern": { "id": scaffold.pattern, "version": scaffold.version, "origin": origin(&scaffold.origin).trim() },
        "language": scaffold.language.name,
        "answers": answers,
        "deploy_seconds": scaffold.deploy_seconds,
        "idle_usd_per_month": dollars(scaffold.idle_usd_per_month),
        "files": files,
    });
    writeln!(out, "{value:#}")
}

/// `--list` for people: each pattern with its questions, as they would be typed.
///
/// # Errors
/// When the writer fails.
pub fn list_human(patterns: &[Pattern], style: Style, out: &mut impl Write) -> io::Result<()> {
    for Pattern { manifest, .. } in patterns {
        writeln!(out, "{}  {}", style.bold(&manifest.id), manifest.title)?;
        for line in wrapped(&manifest.description, style.width.saturating_sub(2)) {
            writeln!(out, "  {line}")?;
        }
        writeln!(out)?;
        let languages: Vec<&str> = manifest.languages.iter().map(|language| language.name.as_str()).collect();
        let cost = &manifest.cost;
        writeln!(out, "  Languages  {}", languages.join(", "))?;
        writeln!(out, "  Deploys    in about {} s", manifest.deploy_seconds)?;
        let each = cost.each.as_ref().map_or_else(String::new, |each| {
            format!(" and ${:.2} for each of its {each}", cost.idle_usd_per_each)
        });
        writeln!(out, "  Idle       ${:.2} a month{each}: {}", cost.idle_usd_per_month, cost.words)?;
        for extra in &manifest.extras {
            writeln!(out, "             {}", extra_words(extra))?;
        }
        for question in &manifest.questions {
            let set = format!("--set {}={}", question.key(), question.default_text());
            let when = question.when().map_or_else(String::new, |when| format!("; only if {when}"));
            writeln!(out)?;
            writeln!(out, "  {} ({}{when})", question.prompt(), question.accepts())?;
            writeln!(out, "    {}", style.cyan(&set))?;
        }
        writeln!(out)?;
        writeln!(out, "  Try it: {}", style.cyan(&format!("slsx new {} --dry-run", manifest.id)))?;
    }
    Ok(())
}

/// `--list`, schema `slsx/patterns/1`.
///
/// # Errors
/// When the writer fails.
pub fn list_json(patterns: &[Pattern], out: &mut impl Write) -> io::Result<()> {
    let patterns: Vec<Value> = patterns.iter().map(pattern_json).collect();
    let value = json!({ "schema": "slsx/patterns/1", "patterns": patterns });
    writeln!(out, "{value:#}")
}

/// What a choice adds, in one line.
fn extra_words(extra: &Extra) -> String {
    let seconds =
        (extra.deploy_seconds > 0).then(|| format!(" and about {} s more to deploy", extra.deploy_seconds));
    let words = &extra.words;
    format!(
        "if {}: ${:.2} more{}: {words}",
        extra.when,
        extra.idle_usd_per_month,
        seconds.unwrap_or_default()
    )
}

fn pattern_json(Pattern { manifest, .. }: &Pattern) -> Value {
    let languages: Vec<&str> = manifest.languages.iter().map(|language| language.name.as_str()).collect();
    let questions: Vec<Value> = manifest
        .questions
        .iter()
        .map(|question| {
            json!({
                "key": question.key(),
                "kind": question.kind(),
                "when": question.when(),
                "prompt": question.prompt(),
                "default": question.default_text(),
                "accepts": question.accepts(),
            })
        })
        .collect();
    json!({
        "id": manifest.id,
        "version": manifest.version,
        "title": manifest.title,
        "description": manifest.description,
        "languages": languages,
        "deploy_seconds": manifest.deploy_seconds,
        "idle_usd_per_month": manifest.cost.idle_usd_per_month,
        "questions": questions,
    })
}

fn answer_json(answer: &Answer) -> Value {
    match answer {
        Answer::Choice(text) | Answer::Text(text) => json!(text),
        Answer::Boolean(is_so) => json!(is_so),
        Answer::Name(name) => json!(name.as_str()),
        Answer::Names(names) => json!(names.iter().map(ItemName::as_str).collect::<Vec<_>>()),
        Answer::Integer(number) => json!(number),
    }
}

/// Without the digits that a sum of decimal fractions grows.
fn dollars(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

/// Words put into lines of at most `width` columns.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A folder of the tree.
#[derive(Default)]
struct Folder<'a> {
    folders: BTreeMap<&'a str, Folder<'a>>,
    files: Vec<&'a str>,
}

impl<'a> Folder<'a> {
    fn of(plan: &'a WritePlan) -> Self {
        let mut root = Self::default();
        for path in plan.files.keys() {
            let mut folder = &mut root;
            let mut components = path.components().peekable();
            while let Some(name) = components.next() {
                if components.peek().is_some() {
                    folder = folder.folders.entry(name).or_default();
                } else {
                    folder.files.push(name);
                }
            }
        }
        root
    }

    /// One line for each folder with files only, so that a project fits a screen.
    fn draw(&self, indent: &str, style: Style, out: &mut impl Write) -> io::Result<()> {
        let last = self.folders.len() + self.files.len();
        let branch = |number| match (number == last, style.unicode) {
            (false, true) => ("├── ", "│   "),
            (true, true) => ("└── ", "    "),
            (false, false) => ("|-- ", "|   "),
            (true, false) => ("`-- ", "    "),
        };
        for (number, (name, folder)) in (1..).zip(&self.folders) {
            let (mark, below) = branch(number);
            let name = format!("{name}/");
            write!(out, "{indent}{mark}{}", style.cyan(&name))?;
            if folder.folders.is_empty() {
                writeln!(out, " {}", style.dim(&folder.files.join(", ")))?;
            } else {
                writeln!(out)?;
                folder.draw(&format!("{indent}{below}"), style, out)?;
            }
        }
        for (number, name) in (self.folders.len() + 1..).zip(&self.files) {
            writeln!(out, "{indent}{}{name}", branch(number).0)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{View, human, json, list_human, list_json, wrapped};
    use crate::pattern::{ProjectName, Request, WritePlan, all, find, plan};
    use crate::render::style::Style;

    fn planned() -> WritePlan {
        let name = ProjectName::parse("clips").unwrap();
        let answers = ["workers=thumbnail,update-db".to_owned()];
        plan(
            &find("fan-out").unwrap(),
            &Request { name: &name, language: None, kept: &BTreeMap::new(), answers: &answers },
        )
        .unwrap()
    }

    fn text(is_written: bool, style: Style) -> String {
        let plan = planned();
        let mut out = Vec::new();
        human(&View { plan: &plan, target: "/tmp/clips", is_written }, style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_new_project_is_shown_as_a_tree_with_next_steps() {
        let expected = "\
Created clips from fan-out 1.2.0: 28 files.

clips/
|-- .github/
|   |-- workflows/ deploy.yml
|   `-- deploy-role.yaml
|-- .slsx/ answers.toml, base.zip
|-- events/ broken.bin, make_sample.py, no-upload.json, sample.y4m
|-- functions/
|   |-- thumbnail/ app.py, upload.py, video.py, work.py
|   `-- update-db/ app.py, upload.py, video.py, work.py
|-- tests/ __init__.py, project.py, test_every_worker.py, test_shared.py, test_worker_thumbnail.py, test_worker_update_db.py
|-- .editorconfig
|-- .gitignore
|-- README.md
|-- promise.toml
|-- slsx.toml
`-- template.yaml

On AWS the first deployment takes about 150 s. Idle, it costs about $0.20 a month (one CloudWatch alarm for each worker; all the rest is paid by use).

Next:
  cd clips
  python3 -m unittest    test the functions, no AWS needed
  slsx deploy --local    deploy to local AWS, no account needed
  slsx verify --local    prove what the pattern promises
";
        assert_eq!(text(true, Style::plain(80)), expected);
    }

    #[test]
    fn a_dry_run_says_that_nothing_was_written() {
        let text = text(false, Style { color: false, unicode: true, width: 80 });
        assert!(text.starts_with("Would create clips"));
        assert!(text.contains("└── template.yaml"));
        assert!(text.ends_with("Nothing was written (--dry-run).\n"));
    }

    #[test]
    fn json_names_every_file_and_answer() {
        let plan = planned();
        let mut out = Vec::new();
        json(&View { plan: &plan, target: "/tmp/clips", is_written: true }, &mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["schema"], "slsx/new/1");
        assert_eq!(value["answers"]["workers"], serde_json::json!(["thumbnail", "update-db"]));
        assert_eq!(value["idle_usd_per_month"], 0.2);
        assert_eq!(value["files"].as_array().unwrap().len(), plan.files.len());
    }

    #[test]
    fn the_list_names_every_question_as_it_is_typed() {
        let patterns = all().unwrap();
        let mut out = Vec::new();
        list_human(&patterns, Style::plain(80), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        for pattern in &patterns {
            for question in &pattern.manifest.questions {
                assert!(text.contains(&format!("--set {}={}", question.key(), question.default_text())));
            }
        }
        let mut out = Vec::new();
        list_json(&patterns, &mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let ids: Vec<_> = value["patterns"].as_array().unwrap().iter().map(|found| &found["id"]).collect();
        assert_eq!(ids, ["api-proxy", "cqrs", "fan-out", "sqs-buffer", "step-functions"]);
    }

    #[test]
    fn words_are_wrapped_and_long_ones_kept() {
        assert_eq!(wrapped("a bb ccc verylong d", 5), ["a bb", "ccc", "verylong", "d"]);
    }
}
