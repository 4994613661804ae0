//! Text that is known in part: literal pieces, references that AWS fills in, and what nobody can know here.

use std::fmt;

use crate::names::LogicalId;

/// A value made of known and unknown pieces. Neighbouring literals are one piece; no literal is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text {
    parts: Vec<Part>,
    size: usize,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Known text.
    Literal(String),
    /// A value that AWS knows at deployment.
    Reference(Reference),
    /// A value that cannot be told from the template; the text names it for people.
    Unknown(String),
}

/// What a `Ref` or `Fn::GetAtt` refers to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The thing referred to.
    pub target: Target,
    /// The attribute of `Fn::GetAtt`; none for `Ref`.
    pub attribute: Option<String>,
}

/// A thing that can be referred to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A resource of this template.
    Resource(LogicalId),
    /// A parameter whose value is not in the template.
    Parameter(String),
    /// A pseudo parameter such as `AWS::Region`.
    Pseudo(String),
}

impl Reference {
    /// The resource referred to.
    #[must_use]
    pub const fn resource(&self) -> Option<&LogicalId> {
        match &self.target {
            Target::Resource(id) => Some(id),
            Target::Parameter(_) | Target::Pseudo(_) => None,
        }
    }
}

impl Text {
    pub(super) fn of(part: Part) -> Self {
        let mut text = Self::default();
        text.push(part);
        text
    }

    pub(super) fn literal_of(text: &str) -> Self {
        Self::of(Part::Literal(text.to_owned()))
    }

    pub(super) fn unknown(name: impl Into<String>) -> Self {
        Self::of(Part::Unknown(name.into()))
    }

    pub(super) fn push(&mut self, part: Part) {
        self.size += part.name().len();
        match (self.parts.last_mut(), part) {
            (_, Part::Literal(text)) if text.is_empty() => {}
            (Some(Part::Literal(last)), Part::Literal(text)) => last.push_str(&text),
            (_, part) => self.parts.push(part),
        }
    }

    pub(super) fn followed_by(mut self, other: &Self) -> Self {
        for part in &other.parts {
            self.push(part.clone());
        }
        self
    }

    /// The bytes of its pieces, which count against the budget of a resolution.
    pub(super) const fn size(&self) -> usize {
        self.size
    }

    /// The pieces, in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The whole text, if all of it is known.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The known text at the start; may be empty.
    #[must_use]
    pub fn leading(&self) -> &str {
        self.parts.first().and_then(Part::literal).unwrap_or_default()
    }

    /// The references in it, in order.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.parts.iter().filter_map(Part::reference)
    }

    /// The reference, if the text is that reference and nothing else.
    #[must_use]
    pub fn sole_reference(&self) -> Option<&Reference> {
        match self.parts.as_slice() {
            [part] => part.reference(),
            _ => None,
        }
    }
}

impl Part {
    /// The literal text.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self {
            Self::Literal(text) => Some(text),
            Self::Reference(_) | Self::Unknown(_) => None,
        }
    }

    /// The reference.
    #[must_use]
    pub const fn reference(&self) -> Option<&Reference> {
        match self {
            Self::Reference(reference) => Some(reference),
            Self::Literal(_) | Self::Unknown(_) => None,
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Literal(text) | Self::Unknown(text) => text,
            Self::Reference(reference) => match &reference.target {
                Target::Resource(id) => id.as_str(),
                Target::Parameter(name) | Target::Pseudo(name) => name,
            },
        }
    }
}

impl fmt::Display for Text {
    /// Writes it the way `Fn::Sub` would: `arn:${AWS::Partition}:s3:::${Bucket}/*`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Literal(text) => f.write_str(text)?,
                Part::Unknown(name) => write!(f, "${{{name}}}")?,
                Part::Reference(Reference { attribute: Some(attribute), .. }) => {
                    write!(f, "${{{}.{attribute}}}", part.name())?;
                }
                Part::Reference(Reference { attribute: None, .. }) => write!(f, "${{{}}}", part.name())?,
            }
        }
        Ok(())
    }
}
