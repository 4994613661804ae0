//! What became of the journals, as text and JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::deploy;
use super::style::{Style, printable};
use crate::deploy::report::Rollback;
use crate::deploy::state_machine::Outcome;
use crate::journal::{Recovered, Recovery, Undone, Verdict};

/// Schema `slsx/recover/1`.
///
/// # Errors
/// When the writer fails.
pub fn json(recovery: &Recovery, rollback: Option<&Rollback>, out: &mut impl Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        dry_run: bool,
        journals: &'a [Recovered],
        rollback: Option<RollbackView<'a>>,
    }
    let document = Document {
        schema: "slsx/recover/1",
        dry_run: recovery.is_dry_run,
        journals: &recovery.journals,
        rollback: rollback.map(view),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// For people; `folder` is where the journals are.
///
/// # Errors
/// When the writer fails.
pub fn human(
    recovery: &Recovery,
    rollback: Option<&Rollback>,
    folder: &str,
    style: Style,
    out: &mut impl Write,
) -> io::Result<()> {
    if let Some(rollback) = rollback {
        rolled_back(out, style, rollback)?;
    }
    if recovery.journals.is_empty() && rollback.is_some() {
        return Ok(());
    }
    if recovery.journals.is_empty() {
        return writeln!(out, "Nothing to recover: no run left a journal in {folder}.");
    }
    for recovered in &recovery.journals {
        let mark = match recovered.verdict {
            Verdict::Undone(_) => style.passed(),
            Verdict::Held | Verdict::Foreign { .. } => style.skipped(),
            Verdict::Unreadable { .. } | Verdict::Failed { .. } => style.failed(),
        };
        let name = recovered.function.as_deref().unwrap_or(&recovered.journal);
        writeln!(
            out,
            "{mark} {name}: {}",
            verdict(&recovered.verdict, &recovered.journal, folder, recovery.is_dry_run)
        )?;
    }
    Ok(())
}

#[derive(Serialize)]
struct RollbackView<'a> {
    stack: &'a str,
    failed: Vec<FailedView<'a>>,
    skipped: &'a [String],
    outcome: Option<&'static str>,
}

#[derive(Serialize)]
struct FailedView<'a> {
    logical_id: &'a str,
    resource_type: &'a str,
    reason: Option<&'a str>,
}

fn view(rollback: &Rollback) -> RollbackView<'_> {
    let failed = rollback.failed.iter().map(|resource| FailedView {
        logical_id: resource.logical_id.as_str(),
        resource_type: &resource.resource_type,
        reason: resource.reason.as_deref(),
    });
    RollbackView {
        stack: rollback.stack.as_str(),
        failed: failed.collect(),
        skipped: &rollback.skipped,
        outcome: rollback.outcome.map(deploy::word),
    }
}

/// Writes what could not be rolled back, and what is about to be done about it.
///
/// # Errors
/// When the writer fails.
pub fn rollback_plan(out: &mut impl Write, style: Style, rollback: &Rollback) -> io::Result<()> {
    writeln!(
        out,
        "The rollback of {} failed. What could not be rolled back:",
        printable(rollback.stack.as_str())
    )?;
    for resource in &rollback.failed {
        let is_skipped = rollback.skipped.iter().any(|skipped| skipped == resource.logical_id.as_str());
        let what = if is_skipped { style.yellow("left as it is") } else { style.cyan("tried again") };
        writeln!(
            out,
            "  {} {}  {}  {what}",
            style.failed(),
            printable(resource.logical_id.as_str()),
            style.dim(&printable(&resource.resource_type))
        )?;
        if let Some(reason) = &resource.reason {
            writeln!(out, "      {}", printable(reason))?;
        }
    }
    Ok(())
}

fn rolled_back(out: &mut impl Write, style: Style, rollback: &Rollback) -> io::Result<()> {
    let stack = printable(rollback.stack.as_str());
    if let Some(found) = &rollback.diagnosis {
        deploy::diagnosis(out, style, found)?;
    }
    match rollback.outcome {
        None => writeln!(out, "{} {stack} was not changed: this was a preview", style.skipped()),
        Some(Outcome::RolledBack | Outcome::Succeeded) if rollback.skipped.is_empty() => {
            writeln!(out, "{} {stack} is rolled back; `slsx deploy` goes on from there", style.passed())
        }
        Some(Outcome::RolledBack | Outcome::Succeeded) => writeln!(
            out,
            "{} {stack} is rolled back but for {}, which CloudFormation takes for rolled back: make it so before you deploy",
            style.passed(),
            printable(&rollback.skipped.join(", "))
        ),
        Some(Outcome::Failed | Outcome::NeedsRecovery | Outcome::StillRunning) => {
            let skip: Vec<String> =
                rollback.failed.iter().map(|resource| format!("--skip {}", resource.logical_id)).collect();
            writeln!(
                out,
                "{} {stack} could not be rolled back again: remove the cause and run `slsx recover` once more, or leave what fails as it is: `slsx recover {}`",
                style.failed(),
                printable(&skip.join(" "))
            )
        }
    }
}

fn verdict(verdict: &Verdict, journal: &str, folder: &str, is_dry_run: bool) -> String {
    match verdict {
        Verdict::Undone(undone) => self::undone(undone, is_dry_run),
        Verdict::Held => "a run that still goes on holds its journal; left alone".to_owned(),
        Verdict::Foreign { reason, command } => {
            format!("left alone: {reason}; run `{command}` with the credentials of that place")
        }
        Verdict::Unreadable { reason } => format!(
            "not obeyed: {reason}. Look at {folder}/{journal}.journal: it names the function and its original \
             description. Put that back by hand, then delete the file"
        ),
        Verdict::Failed { reason } => {
            format!("not undone: {reason}; the journal stays, run `slsx recover` again")
        }
    }
}

/// What was undone, in words.
#[must_use]
pub fn undone(undone: &Undone, is_dry_run: bool) -> String {
    if undone.is_function_gone {
        return "the function does not exist any more; nothing is left to undo".to_owned();
    }
    if undone.has_deleted_copy {
        let what =
            if is_dry_run { "the temporary copy would be deleted" } else { "the temporary copy is deleted" };
        return what.to_owned();
    }
    let (restored, deleted) = if is_dry_run {
        ("its description would be restored", "would be deleted")
    } else {
        ("its description is restored", "deleted")
    };
    let mut parts = Vec::new();
    if undone.has_restored_description {
        parts.push(restored.to_owned());
    }
    if !undone.deleted_versions.is_empty() {
        parts.push(format!("{} {deleted}", versions(&undone.deleted_versions)));
    }
    if !undone.adopted_versions.is_empty() {
        parts.push(format!(
            "{} kept, because an alias points there by now",
            versions(&undone.adopted_versions)
        ));
    }
    if parts.is_empty() { "nothing was left to undo".to_owned() } else { parts.join(", ") }
}

fn versions(versions: &[crate::names::Qualifier]) -> String {
    let numbers: Vec<&str> = versions.iter().map(crate::names::Qualifier::as_str).collect();
    format!("{} {}", if numbers.len() == 1 { "version" } else { "versions" }, numbers.join(", "))
}

#[cfg(test)]
mod tests {
    use super::{human, json};
    use crate::journal::{Recovered, Recovery, Undone, Verdict};
    use crate::render::style::Style;

    fn recovery() -> Recovery {
        let undone = Undone {
            has_restored_description: true,
            deleted_versions: vec!["4".into(), "5".into()],
            adopted_versions: vec!["6".into()],
            has_deleted_copy: false,
            is_function_gone: false,
        };
        let verdicts = [
            (Some("thumbnail"), Verdict::Undone(undone)),
            (Some("idle"), Verdict::Undone(Undone::default())),
            (None, Verdict::Held),
            (
                None,
                Verdict::Foreign {
                    reason: "it belongs elsewhere".into(),
                    command: "slsx recover --local --instance demo".into(),
                },
            ),
            (None, Verdict::Unreadable { reason: "it is not a complete journal".into() }),
            (
                Some("denied"),
                Verdict::Failed { reason: "lambda:UpdateFunctionConfiguration was denied: no".into() },
            ),
        ];
        let journals = verdicts.into_iter().zip("abcdef".chars()).map(|((function, verdict), name)| {
            Recovered { journal: name.to_string(), function: function.map(ToOwned::to_owned), verdict }
        });
        Recovery { is_dry_run: false, journals: journals.collect() }
    }

    #[test]
    fn each_verdict_says_what_was_done_and_what_to_do() {
        let mut out = Vec::new();
        human(&recovery(), None, "/state/journals", Style::plain(100), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        ok thumbnail: its description is restored, versions 4, 5 deleted, version 6 kept, because an alias points there by now
        ok idle: nothing was left to undo
        skip c: a run that still goes on holds its journal; left alone
        skip d: left alone: it belongs elsewhere; run `slsx recover --local --instance demo` with the credentials of that place
        FAIL e: not obeyed: it is not a complete journal. Look at /state/journals/e.journal: it names the function and its original description. Put that back by hand, then delete the file
        FAIL denied: not undone: lambda:UpdateFunctionConfiguration was denied: no; the journal stays, run `slsx recover` again
        "#);
    }

    #[test]
    fn a_dry_run_does_not_claim_to_have_done_anything() {
        let mut out = Vec::new();
        human(&Recovery { is_dry_run: true, ..recovery() }, None, "/state", Style::plain(100), &mut out)
            .unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.starts_with(
                "ok thumbnail: its description would be restored, versions 4, 5 would be deleted"
            ),
            "{text}"
        );
    }

    #[test]
    fn nothing_to_recover_is_said_too() {
        let mut out = Vec::new();
        human(&Recovery::default(), None, "/state", Style::plain(100), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "Nothing to recover: no run left a journal in /state.\n");
    }

    #[test]
    fn json_names_its_schema() {
        let mut out = Vec::new();
        json(&recovery(), None, &mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["schema"], "slsx/recover/1");
        assert_eq!(value["journals"][0]["verdict"]["undone"]["deleted_versions"][1], "5");
        assert_eq!(value["journals"][2]["verdict"], "held");
    }
}
