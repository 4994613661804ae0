//! The command itself: arguments to a request, the report to its format and exit code.

use super::{AuditError, Request, audit, explain, rules};
use crate::audit::Threshold;
use crate::cli::{AuditArgs, AuditFormat};
use crate::commands::{Context, Failure};
use crate::exit::Exit;
use crate::host::clock::today;
use crate::render::{audit_human, audit_json, github, sarif};

/// Audits what the arguments mean.
///
/// # Errors
/// When there is nothing to audit or a rule is unknown; findings are an exit code.
pub fn run(args: &AuditArgs, context: &mut Context) -> Result<Exit, Failure> {
    if let Some(rule) = &args.explain {
        context.out.write_all(explain(rule)?.as_bytes())?;
        return Ok(Exit::Done);
    }
    if args.list_rules {
        audit_human::write_rules(&rules(), context.style, &mut context.out)?;
        return Ok(Exit::Done);
    }
    let threshold: Threshold = args.fail_on.parse().map_err(AuditError::from)?;
    let report = audit(&Request {
        paths: args.paths.clone(),
        folder: context.current_dir.clone(),
        select: args.select.clone(),
        ignore: args.ignore.clone(),
        today: today(),
    })?;
    match args.format {
        AuditFormat::Human => audit_human::write(&report, context.style, &mut context.out)?,
        AuditFormat::Json => audit_json::write(&report, &mut context.out)?,
        AuditFormat::Sarif => sarif::write(&report, &mut context.out)?,
        AuditFormat::Github => github::write(&report, &mut context.out)?,
    }
    Ok(report.exit(threshold))
}
