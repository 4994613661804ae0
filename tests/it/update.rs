//! `slsx update`, and patterns from folders and git repositories: real folders, a real git, a real terminal.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::world::{Ran, offline};

/// A pattern of one version, in a folder of its own.
fn write_pattern(folder: &Path, version: &str, files: &[(&str, &str)]) {
    let rules: String =
        files.iter().map(|(path, _)| format!("[[file]]\nfrom = \"{path}\"\nto = \"{path}\"\n")).collect();
    let manifest = format!(
        "id = \"small\"\nversion = \"{version}\"\ntitle = \"S\"\ndescription = \"S.\"\ndeploy_seconds = 1\n\
         [cost]\nidle_usd_per_month = 0.0\nwords = \"nothing\"\n\
         [[language]]\nname = \"python\"\ntest = \"true\"\n\
         [[language]]\nname = \"node\"\ntest = \"true\"\n\
         [[question]]\nkind = \"integer\"\nkey = \"memory\"\nprompt = \"How much?\"\ndefault = 128\nminimum = 1\nmaximum = 999\n{rules}"
    );
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("pattern.toml"), manifest).unwrap();
    for (path, text) in files {
        fs::write(folder.join(path), text).unwrap();
    }
}

fn slsx(folder: &Path, arguments: &[&str]) -> Ran {
    Ran::of(offline(folder).args(arguments).output().unwrap(), arguments)
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity =
        ["-c", "user.name=slsx", "-c", "user.email=slsx@example.com", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").args(identity).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

const LINES: &str = "one\ntwo\nthree\nfour\nfive\nsix\n";

/// A project of version 1 with changes of its user, and the pattern at version 2.
fn changed_project() -> tempfile::TempDir {
    let world = tempfile::tempdir().unwrap();
    let pattern = world.path().join("small");
    let kept = [("mine.txt", LINES), ("both.txt", LINES), ("same.txt", LINES), ("gone.txt", "old\n")];
    write_pattern(&pattern, "1.0.0", &kept);
    slsx(world.path(), &["new", "small", "app", "--from", "small"]).assert_exit(0);
    let app = world.path().join("app");
    fs::write(app.join("mine.txt"), LINES.replace("two", "mine")).unwrap();
    fs::write(app.join("both.txt"), LINES.replace("two", "mine")).unwrap();
    let both = LINES.replace("two", "theirs");
    let mine = LINES.replace("five", "theirs");
    let new =
        [("mine.txt", mine.as_str()), ("both.txt", &both), ("same.txt", "new\n"), ("added.txt", "added\n")];
    write_pattern(&pattern, "2.0.0", &new);
    world
}

#[test]
fn an_update_keeps_what_the_user_changed() {
    let world = changed_project();
    let app = world.path().join("app");
    let read = |name: &str| fs::read_to_string(app.join(name)).ok();
    let arguments = ["update", "--project", "app", "--from", "small"];

    let before = read("same.txt");
    let dry = slsx(world.path(), &[&arguments[..], &["--dry-run"]].concat()).assert_exit(1);
    assert!(dry.stdout.contains("Nothing was written"), "{}", dry.stdout);
    assert_eq!(read("same.txt"), before);

    let ran = slsx(world.path(), &[&arguments[..], &["--format", "json"]].concat()).assert_exit(1).json();
    let words: Vec<(String, String)> = ran["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["path"].as_str().unwrap().to_owned(), file["change"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        ("added.txt", "add"),
        ("both.txt", "conflict"),
        ("gone.txt", "delete"),
        ("mine.txt", "merge"),
        ("same.txt", "replace"),
    ];
    assert_eq!(words, expected.map(|(path, word)| (path.to_owned(), word.to_owned())));
    assert_eq!(read("mine.txt").unwrap(), LINES.replace("two", "mine").replace("five", "theirs"));
    assert_eq!(read("same.txt").unwrap(), "new\n");
    assert_eq!(read("gone.txt"), None);
    let both = read("both.txt").unwrap();
    assert!(both.contains("mine") && both.contains("theirs") && both.contains("<<<<<<<"), "{both}");
    // Without version control, what was overwritten is kept.
    assert!(app.join(".slsx/before-1.0.0.zip").is_file());

    fs::write(app.join("both.txt"), "settled\n").unwrap();
    let again = slsx(world.path(), &arguments).assert_exit(0);
    assert!(again.stdout.contains("nothing to update"), "{}", again.stdout);
    assert_eq!(read("both.txt").unwrap(), "settled\n");
}

#[test]
fn a_rejected_conflict_leaves_the_file_alone() {
    let world = changed_project();
    let app = world.path().join("app");
    let mine = fs::read_to_string(app.join("both.txt")).unwrap();
    fs::write(app.join("both.txt.rej"), "of another update\n").unwrap();
    let arguments = ["update", "--project", "app", "--from", "small", "--conflict", "reject"];
    slsx(world.path(), &arguments).assert_exit(1);
    assert_eq!(fs::read_to_string(app.join("both.txt")).unwrap(), mine);
    assert!(fs::read_to_string(app.join("both.txt.rej")).unwrap().contains("theirs"));
    let originals = fs::File::open(app.join(".slsx/before-1.0.0.zip")).unwrap();
    let mut originals = zip::ZipArchive::new(originals).unwrap();
    let kept = std::io::read_to_string(originals.by_name("both.txt.rej").unwrap()).unwrap();
    assert_eq!(kept, "of another update\n");
}

#[test]
fn an_update_wants_a_clean_work_tree() {
    let world = changed_project();
    let app = world.path().join("app");
    git(&app, &["init", "--quiet"]);
    let arguments = ["update", "--project", "app", "--from", "small"];
    let refused = slsx(world.path(), &arguments).assert_exit(2);
    assert!(refused.stderr.contains("not committed"), "{}", refused.stderr);
    git(&app, &["add", "."]);
    git(&app, &["commit", "--quiet", "--message", "mine"]);
    slsx(world.path(), &arguments).assert_exit(1);
    assert!(!app.join(".slsx/before-1.0.0.zip").exists());
}

#[test]
fn a_project_without_a_record_cannot_be_updated() {
    let world = tempfile::tempdir().unwrap();
    let ran = slsx(world.path(), &["update"]).assert_exit(2);
    assert!(ran.stderr.contains(".slsx/answers.toml"), "{}", ran.stderr);
}

#[test]
fn a_pattern_comes_from_a_git_repository_at_a_revision() {
    let world = tempfile::tempdir().unwrap();
    let repository = world.path().join("repository");
    write_pattern(&repository.join("patterns/small"), "1.0.0", &[("a.txt", "first\n")]);
    git(&repository, &["init", "--quiet"]);
    // Would run on a checkout, and in an archive by the user's configuration, and must not run at all.
    fs::write(repository.join("patterns/.gitattributes"), "*.txt filter=evil\n").unwrap();
    let configuration = world.path().join("gitconfig");
    let command = format!("touch {}; cat", world.path().join("was-run").display());
    fs::write(&configuration, format!("[filter \"evil\"]\n\tsmudge = \"{command}\"\n")).unwrap();
    // As in a hook of another repository, which must stay as it is.
    let elsewhere = world.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    git(&elsewhere, &["init", "--quiet"]);
    let slsx = |folder: &Path, arguments: &[&str]| {
        let mut command = offline(folder);
        command
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", &configuration)
            .env("GIT_DIR", elsewhere.join(".git"));
        Ran::of(command.output().unwrap(), arguments)
    };
    git(&repository, &["add", "."]);
    git(&repository, &["commit", "--quiet", "--message", "1"]);
    git(&repository, &["tag", "v1"]);
    write_pattern(&repository.join("patterns/small"), "2.0.0", &[("a.txt", "second\n")]);
    git(&repository, &["add", "."]);
    git(&repository, &["commit", "--quiet", "--message", "2"]);

    let url = format!("file://{}//patterns", repository.display());
    slsx(world.path(), &["new", "small", "newest", "--from", &url]).assert_exit(0);
    slsx(world.path(), &["new", "small", "tagged", "--from", &format!("{url}#v1")]).assert_exit(0);
    let read = |path: &str| fs::read_to_string(world.path().join(path)).unwrap();
    assert_eq!((read("newest/a.txt"), read("tagged/a.txt")), ("second\n".into(), "first\n".into()));
    let record: toml::Table = read("tagged/.slsx/answers.toml").parse().unwrap();
    assert_eq!(record["commit"].as_str().unwrap().len(), 40);

    let missing = slsx(world.path(), &["new", "small", "x", "--from", &format!("{url}#v9")]).assert_exit(2);
    assert!(missing.stderr.contains("git fetch failed"), "{}", missing.stderr);
    let no_pattern = slsx(world.path(), &["new", "large", "x", "--from", &url]).assert_exit(2);
    assert!(no_pattern.stderr.contains("no pattern large"), "{}", no_pattern.stderr);
    // An update follows the branch from where the project was made.
    slsx(world.path(), &["update", "--project", "tagged", "--from", &url]).assert_exit(0);
    assert_eq!(read("tagged/a.txt"), "second\n");
    assert!(
        !world.path().join("was-run").exists(),
        "a command of the configuration was run for the repository"
    );
    git(&elsewhere, &["status"]);
    assert!(!elsewhere.join(".git/FETCH_HEAD").exists());
}

#[test]
fn a_folder_is_remembered_as_seen_from_the_project() {
    let world = tempfile::tempdir().unwrap();
    let pattern = world.path().join("below/small");
    write_pattern(&pattern, "1.0.0", &[("a.txt", "first\n")]);
    slsx(world.path(), &["new", "small", "app", "--from", "below/small"]).assert_exit(0);
    write_pattern(&pattern, "2.0.0", &[("a.txt", "second\n")]);
    // Nothing is named, and we are elsewhere.
    let app = world.path().join("app");
    slsx(&app, &["update"]).assert_exit(0);
    assert_eq!(fs::read_to_string(app.join("a.txt")).unwrap(), "second\n");
    write_pattern(&pattern, "3.0.0", &[("a.txt", "third\n")]);
    slsx(&pattern, &["update", "--project", "../../app", "--from", "."]).assert_exit(0);
    assert_eq!(fs::read_to_string(app.join("a.txt")).unwrap(), "third\n");
    write_pattern(&pattern, "4.0.0", &[("a.txt", "fourth\n")]);
    slsx(world.path(), &["update", "--project", "app"]).assert_exit(0);
    assert_eq!(fs::read_to_string(app.join("a.txt")).unwrap(), "fourth\n");
}

#[test]
fn a_pattern_cannot_write_what_git_runs_or_what_lies_outside() {
    let world = tempfile::tempdir().unwrap();
    let pattern = world.path().join("small");
    write_pattern(&pattern, "1.0.0", &[("a.txt", "a\n")]);
    let manifest = fs::read_to_string(pattern.join("pattern.toml")).unwrap();
    let evil = manifest.replace("to = \"a.txt\"", "to = \".git/config\"");
    fs::write(pattern.join("pattern.toml"), evil).unwrap();
    let ran = slsx(world.path(), &["new", "small", "app", "--from", "small"]).assert_exit(2);
    assert!(ran.stderr.contains(".git/config"), "{}", ran.stderr);
    assert!(!world.path().join("app").exists());

    fs::write(pattern.join("pattern.toml"), &manifest).unwrap();
    slsx(world.path(), &["new", "small", "app", "--from", "small"]).assert_exit(0);
    let answers = world.path().join("app/.slsx/answers.toml");
    let record = fs::read_to_string(&answers).unwrap();
    fs::write(&answers, record.replace("version = \"1.0.0\"", "version = \"1/../../../x\"")).unwrap();
    write_pattern(&pattern, "2.0.0", &[("a.txt", "b\n")]);
    slsx(world.path(), &["update", "--project", "app"]).assert_exit(2);
    assert_eq!(fs::read_to_string(world.path().join("app/a.txt")).unwrap(), "a\n");
}

#[cfg(unix)]
#[test]
fn an_update_does_not_follow_a_link_out_of_the_project() {
    let world = tempfile::tempdir().unwrap();
    let pattern = world.path().join("small");
    write_pattern(&pattern, "1.0.0", &[("a.txt", "a\n")]);
    slsx(world.path(), &["new", "small", "app", "--from", "small"]).assert_exit(0);
    let outside = world.path().join("outside");
    fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, world.path().join("app/sub")).unwrap();
    write_pattern(&pattern, "2.0.0", &[("a.txt", "b\n")]);
    let manifest = fs::read_to_string(pattern.join("pattern.toml")).unwrap();
    fs::write(pattern.join("pattern.toml"), manifest.replace("to = \"a.txt\"", "to = \"sub/a.txt\""))
        .unwrap();
    let ran = slsx(world.path(), &["update", "--project", "app"]).assert_exit(2);
    assert!(ran.stderr.contains("leads out of the project"), "{}", ran.stderr);
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
}

#[test]
fn originals_of_every_update_are_kept_where_git_keeps_nothing() {
    let world = tempfile::tempdir().unwrap();
    let pattern = world.path().join("small");
    write_pattern(&pattern, "1.0.0", &[("a.txt", "a\n")]);
    slsx(world.path(), &["new", "small", "app", "--from", "small"]).assert_exit(0);
    // A repository that ignores everything keeps nothing either.
    git(world.path(), &["init", "--quiet"]);
    fs::write(world.path().join(".gitignore"), "*\n").unwrap();
    for (text, kept) in [("b\n", "before-1.0.0.zip"), ("c\n", "before-1.0.0-2.zip")] {
        write_pattern(&pattern, "1.0.0", &[("a.txt", text)]);
        slsx(world.path(), &["update", "--project", "app"]).assert_exit(0);
        assert!(world.path().join("app/.slsx").join(kept).is_file(), "{kept}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_a_repository_is_refused() {
    let world = tempfile::tempdir().unwrap();
    let repository = world.path().join("repository");
    write_pattern(&repository.join("small"), "1.0.0", &[("a.txt", "a\n")]);
    std::os::unix::fs::symlink("/etc/passwd", repository.join("small/link")).unwrap();
    git(&repository, &["init", "--quiet"]);
    git(&repository, &["add", "."]);
    git(&repository, &["commit", "--quiet", "--message", "1"]);
    let url = format!("file://{}", repository.display());
    let ran = slsx(world.path(), &["new", "small", "x", "--from", &url]).assert_exit(2);
    assert!(ran.stderr.contains("is a link"), "{}", ran.stderr);
    assert!(!world.path().join("x").exists());
}

#[test]
fn answers_of_one_project_make_another() {
    let world = tempfile::tempdir().unwrap();
    let first = ["new", "fan-out", "one", "--set", "bus=eventbridge", "--set", "workers=a,b-db"];
    slsx(world.path(), &first).assert_exit(0);
    let second = [
        "new",
        "fan-out",
        "two",
        "--answers",
        "one/.slsx/answers.toml",
        "--set",
        "workers=c",
        "--format",
        "json",
    ];
    let made = slsx(world.path(), &second).assert_exit(0).json();
    assert_eq!(made["answers"]["bus"], "eventbridge");
    assert_eq!(made["answers"]["workers"], serde_json::json!(["c"]));
    fs::write(world.path().join("bad.toml"), "language = 1").unwrap();
    let bad = slsx(world.path(), &["new", "fan-out", "three", "--answers", "bad.toml"]).assert_exit(2);
    assert!(bad.stderr.contains("answers file"), "{}", bad.stderr);
}

/// Answers one question after another.
fn on_terminal(folder: &Path, keys: &[&str], arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slsx"));
    command.args(arguments).current_dir(folder);
    let steps: Vec<(&str, &str)> = keys.iter().map(|keys| ("", *keys)).collect();
    crate::terminal::run(&command, &steps)
}

#[test]
fn questions_are_asked_on_a_terminal_and_checked_as_they_are_typed() {
    let world = tempfile::tempdir().unwrap();
    write_pattern(&world.path().join("small"), "1.0.0", &[("a.txt", "a\n")]);
    let keys = ["my-app\r", "\x1b[B\r", "5000\r", "\x7f\x7f\x7f\x7f512\r"];
    let ran = on_terminal(world.path(), &keys, &["new", "small", "--from", "small"]).assert_exit(0);
    assert!(ran.stdout.contains("How much?") && ran.stdout.contains("1 to 999"), "{}", ran.stdout);
    let text = fs::read_to_string(world.path().join("my-app/.slsx/answers.toml")).unwrap();
    let record: toml::Table = text.parse().unwrap();
    assert_eq!(record["language"].as_str(), Some("node"));
    assert_eq!(record["answers"]["memory"].as_integer(), Some(512));
}

#[test]
fn a_person_who_stops_leaves_nothing() {
    let world = tempfile::tempdir().unwrap();
    for key in ["\x03", "\x1b"] {
        on_terminal(world.path(), &["app\r", key], &["new", "fan-out"]).assert_exit(130);
        assert_eq!(fs::read_dir(world.path()).unwrap().count(), 0);
    }
}
