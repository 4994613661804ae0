//! What is measured: a function itself, or a temporary copy of it that may differ from it.

use serde::Serialize;

use crate::names::{Arn, FunctionName, Qualifier, RunId};

/// Memory that Lambda takes, MB (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const MEMORY_MB: std::ops::RangeInclusive<u32> = 128..=10_240;
const ARCHITECTURES: [&str; 2] = ["arm64", "x86_64"];
/// Variants of one function: each is a function of its own while it is measured.
const MOST_VARIANTS: usize = 24;
/// Longest name of a function.
const LONGEST_NAME: usize = 64;

/// How a copy differs from its original.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Variant {
    /// The version or alias that is copied; none for `$LATEST`.
    pub qualifier: Option<Qualifier>,
    /// Other memory.
    pub memory_mb: Option<u32>,
    /// Another architecture.
    pub architecture: Option<String>,
    /// Something else that is different, in words.
    pub with: Option<String>,
    /// It tells where its Init phase goes, which makes it longer, and it starts without a snapshot.
    #[serde(skip)]
    pub is_looked_into: bool,
}

/// One thing to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The function.
    pub function: FunctionName,
    /// Measure a copy of it, which differs in this; none for the function itself.
    pub copy: Option<Variant>,
}

/// Settings that cannot be varied like this.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VariantError {
    /// No such setting.
    #[error("{0:?} varies nothing: write memory=512,1024 or arch=arm64,x86_64")]
    Form(String),
    /// No such value.
    #[error("{0:?} is no memory size: write megabytes from 128 to 10240")]
    Memory(String),
    /// No such value.
    #[error("{0:?} is no architecture: write arm64 or x86_64")]
    Architecture(String),
    /// Too many of them.
    #[error("{0} variants are more than {MOST_VARIANTS}")]
    TooMany(usize),
}

impl Variant {
    /// Every combination of settings written as `memory=512,1024` and `arch=arm64,x86_64`.
    ///
    /// # Errors
    /// What cannot be read, and more than 24 variants.
    pub fn every(settings: &[String]) -> Result<Vec<Self>, VariantError> {
        let mut variants = vec![Self::default()];
        for setting in settings {
            let (name, values) =
                setting.split_once('=').ok_or_else(|| VariantError::Form(setting.clone()))?;
            let mut next = Vec::new();
            for value in values.split(',').map(str::trim) {
                for variant in &variants {
                    next.push(variant.clone().with(name.trim(), value)?);
                }
            }
            variants = next;
        }
        variants.retain(|variant| *variant != Self::default());
        if variants.len() > MOST_VARIANTS {
            return Err(VariantError::TooMany(variants.len()));
        }
        Ok(variants)
    }

    fn with(self, name: &str, value: &str) -> Result<Self, VariantError> {
        match name {
            "memory" => {
                let number = value.strip_suffix("MB").unwrap_or(value).parse::<u32>().ok();
                let memory = number.filter(|memory| MEMORY_MB.contains(memory));
                let memory_mb = Some(memory.ok_or_else(|| VariantError::Memory(value.to_owned()))?);
                Ok(Self { memory_mb, ..self })
            }
            "arch" | "architecture" => match ARCHITECTURES.into_iter().find(|known| *known == value) {
                Some(known) => Ok(Self { architecture: Some(known.to_owned()), ..self }),
                None => Err(VariantError::Architecture(value.to_owned())),
            },
            _ => Err(VariantError::Form(format!("{name}={value}"))),
        }
    }

    /// Names a copy after its original, the run and its number, in 64 characters.
    #[must_use]
    pub fn name_of_copy(function: &FunctionName, run: &RunId, number: usize) -> FunctionName {
        let run: String = run.as_str().chars().take(8).collect();
        let suffix = format!("-slsx-{run}-{number}");
        let kept: String =
            function.as_str().chars().take(LONGEST_NAME.saturating_sub(suffix.len())).collect();
        FunctionName::new(kept + &suffix)
    }
}

/// The ARN of another function in the same place.
#[must_use]
pub fn sibling(arn: &Arn, name: &FunctionName) -> Arn {
    let place: Vec<&str> = arn.as_str().split(':').take(6).collect();
    Arn::new(format!("{}:{name}", place.join(":")))
}

/// A copy that a run makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Copy {
    /// Its name.
    pub name: FunctionName,
    /// Its ARN.
    pub arn: Arn,
    /// How it differs from the original.
    pub variant: Variant,
}

/// What a copy's description says, so that it is known as ours.
#[must_use]
pub fn description_of_copy(function: &FunctionName, run: &RunId) -> String {
    format!("Temporary copy of {function} for slsx run {run}")
}

/// A function with what is different about its copy, for people.
#[must_use]
pub fn label(function: &FunctionName, variant: Option<&Variant>) -> String {
    let Some(variant) = variant else { return function.to_string() };
    let qualifier = variant.qualifier.as_ref().map(|qualifier| format!(":{qualifier}")).unwrap_or_default();
    let memory = variant.memory_mb.map(|memory| format!("{memory} MB"));
    let changes: Vec<String> =
        memory.into_iter().chain(variant.architecture.clone()).chain(variant.with.clone()).collect();
    if changes.is_empty() {
        format!("{function}{qualifier}")
    } else {
        format!("{function}{qualifier} ({})", changes.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Variant, VariantError, label, sibling};

    fn every(settings: &[&str]) -> Result<Vec<String>, VariantError> {
        let settings: Vec<String> = settings.iter().map(|text| (*text).to_owned()).collect();
        Ok(Variant::every(&settings)?.iter().map(|variant| label(&"f".into(), Some(variant))).collect())
    }

    #[test]
    fn settings_are_combined() {
        assert_eq!(every(&["memory=512,1024"]).unwrap(), ["f (512 MB)", "f (1024 MB)"]);
        let both = ["f (512 MB, arm64)", "f (1024 MB, arm64)", "f (512 MB, x86_64)", "f (1024 MB, x86_64)"];
        assert_eq!(every(&["memory=512,1024MB", "arch=arm64, x86_64"]).unwrap(), both);
        assert_eq!(every(&[]).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn wrong_settings_are_named() {
        for wrong in
            ["memory", "cpu=2", "memory=64", "memory=", "memory=512,,1024", "memory=1GB", "arch=mips"]
        {
            assert!(every(&[wrong]).is_err(), "{wrong}");
        }
        let many = format!(
            "memory={}",
            (0..25).map(|index| (200 + index).to_string()).collect::<Vec<_>>().join(",")
        );
        assert_eq!(every(&[&many]), Err(VariantError::TooMany(25)));
    }

    #[test]
    fn copies_have_names_of_their_own_in_the_same_place() {
        let run = "0123456789abcdef".into();
        assert_eq!(Variant::name_of_copy(&"read".into(), &run, 3).as_str(), "read-slsx-01234567-3");
        let long = Variant::name_of_copy(&"f".repeat(64).as_str().into(), &run, 12);
        assert_eq!(long.as_str().len(), 64);
        assert!(long.as_str().ends_with("-slsx-01234567-12"));
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:read:7".into();
        assert_eq!(
            sibling(&arn, &"copy".into()).as_str(),
            "arn:aws:lambda:eu-west-1:123456789012:function:copy"
        );
    }
}
