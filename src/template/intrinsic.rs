//! Which intrinsic function a node is. It looks at one node; it does not evaluate.

use super::node::{Entry, NodeRef};

/// An intrinsic function with its argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intrinsic<'d> {
    /// Which function it is.
    pub function: Function,
    /// The name as the long form writes it, such as `Fn::Sub`.
    pub name: &'d str,
    /// What is given to it.
    pub argument: NodeRef<'d>,
}

/// The intrinsic functions that have a meaning here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// `Ref`.
    Ref,
    /// `Fn::Sub`.
    Sub,
    /// `Fn::GetAtt`.
    GetAtt,
    /// `Fn::Join`.
    Join,
    /// `Fn::Select`.
    Select,
    /// `Fn::Split`.
    Split,
    /// `Fn::FindInMap`.
    FindInMap,
    /// `Fn::If`.
    If,
    /// `Fn::ImportValue`.
    ImportValue,
    /// `Fn::Base64`.
    Base64,
    /// `Condition`, a reference to a named condition.
    Condition,
    /// Any other `Fn::` name.
    Other,
}

impl Function {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Ref" => Self::Ref,
            "Condition" => Self::Condition,
            "Fn::Sub" => Self::Sub,
            "Fn::GetAtt" => Self::GetAtt,
            "Fn::Join" => Self::Join,
            "Fn::Select" => Self::Select,
            "Fn::Split" => Self::Split,
            "Fn::FindInMap" => Self::FindInMap,
            "Fn::If" => Self::If,
            "Fn::ImportValue" => Self::ImportValue,
            "Fn::Base64" => Self::Base64,
            other if other.starts_with("Fn::") => Self::Other,
            _ => return None,
        })
    }
}

impl<'d> NodeRef<'d> {
    /// The intrinsic function that this node is: a mapping with its name as the only key.
    #[must_use]
    pub fn intrinsic(self) -> Option<Intrinsic<'d>> {
        let mut entries = self.entries();
        let entry = entries.next()?;
        if entries.next().is_some() {
            return None;
        }
        let function = Function::named(entry.name()).filter(|function| fits(*function, entry))?;
        Some(Intrinsic { function, name: entry.name(), argument: entry.value })
    }
}

/// An IAM statement may consist of a `Condition` alone; the function names a condition.
fn fits(function: Function, entry: Entry<'_>) -> bool {
    function != Function::Condition || entry.value.is_scalar()
}
