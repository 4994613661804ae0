//! A value of a template on one line, as YAML's short forms write it: two values that mean the same are the same text.

use crate::template::{Kind, NodeRef};

/// The text.
#[must_use]
pub(super) fn shown(node: NodeRef<'_>) -> String {
    if let Some(intrinsic) = node.intrinsic() {
        let name = intrinsic.name.trim_start_matches("Fn::");
        return match (name, intrinsic.argument.kind()) {
            // `!GetAtt A.B` and `Fn::GetAtt: [A, B]` are one function.
            ("GetAtt", Kind::Sequence) => {
                let parts: Vec<String> = intrinsic.argument.items().map(shown).collect();
                format!("!GetAtt {}", parts.join("."))
            }
            _ => format!("!{name} {}", shown(intrinsic.argument)),
        };
    }
    match node.kind() {
        Kind::Scalar => scalar(node),
        Kind::Sequence => {
            let items: Vec<String> = node.items().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Kind::Mapping => {
            let entries: Vec<String> =
                node.entries().map(|entry| format!("{}: {}", entry.name(), shown(entry.value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn scalar(node: NodeRef<'_>) -> String {
    match node.as_str() {
        Some("") => "''".to_owned(),
        Some(text) => text.to_owned(),
        None => "null".to_owned(),
    }
}
