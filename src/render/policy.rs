//! Shows the policy that a deployment takes.

use std::io::{self, Write};

use super::style::{Style, printable};
use crate::deploy::permissions::{INLINE_LIMIT, MANAGED_LIMIT, Permissions, Policy};

/// Writes the policy document.
pub fn json(out: &mut impl Write, policy: &Policy) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, policy)?;
    writeln!(out)
}

/// Writes what it leaves out or reaches too far, and where it fits.
pub fn notes(out: &mut impl Write, style: Style, permissions: &Permissions) -> io::Result<()> {
    for note in &permissions.notes {
        writeln!(out, "{} {}", style.yellow("Note:"), printable(note))?;
    }
    let length = permissions.policy.length();
    let fits = match length {
        _ if length <= MANAGED_LIMIT => format!("it fits a managed policy, which holds {MANAGED_LIMIT}"),
        _ if length <= INLINE_LIMIT => {
            format!(
                "more than the {MANAGED_LIMIT} of a managed policy; the inline policies of a role hold {INLINE_LIMIT}"
            )
        }
        _ => format!(
            "more than one policy holds: divide its statements among managed policies of {MANAGED_LIMIT}"
        ),
    };
    writeln!(out, "{}", style.dim(&format!("{length} characters: {fits}.")))
}
