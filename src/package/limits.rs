//! AWS's limits on packages and templates, checked before anything is sent; measures, never shortens.

use std::fmt::Write as _;

use crate::template::Document;

/// Bytes of a function's unzipped code, layers included (Lambda developer guide, "Lambda quotas": 250 MB). The quota of
/// 50 MB for the zip file is about uploads to Lambda itself; packages go through a bucket, where only this one counts.
pub const UNZIPPED_BYTES: u64 = 262_144_000;
/// Bytes of a template in the request itself (CloudFormation user guide, "CloudFormation quotas").
pub const TEMPLATE_BODY_BYTES: usize = 51_200;
/// Bytes of a template in a bucket (the same page: 1 MB).
pub const TEMPLATE_BYTES: usize = 1_048_576;
/// Resources of a template (the same page).
pub const TEMPLATE_RESOURCES: usize = 500;
/// Parameters of a template, and outputs, and mappings (the same page).
pub const TEMPLATE_ENTRIES: usize = 200;

/// How many files a size table names.
const LARGEST: usize = 20;

/// One file and its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sized {
    /// Path in the package.
    pub path: String,
    /// Bytes, unzipped.
    pub bytes: u64,
}

/// The code is larger than Lambda unzips.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
#[error("the code is {total} bytes unzipped, and Lambda takes {UNZIPPED_BYTES}")]
#[diagnostic(help("{table}"))]
pub struct TooLarge {
    /// Bytes of all files.
    pub total: u64,
    /// The largest files, largest first.
    pub largest: Vec<Sized>,
    table: String,
}

/// Checks the unzipped size, before any file is read.
pub fn check_unzipped(files: &[Sized]) -> Result<(), TooLarge> {
    let total = files.iter().fold(0_u64, |sum, file| sum.saturating_add(file.bytes));
    if total <= UNZIPPED_BYTES {
        return Ok(());
    }
    let mut largest = files.to_vec();
    largest.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.path.cmp(&b.path)));
    largest.truncate(LARGEST);
    let mut table = "the largest files are:".to_owned();
    for file in &largest {
        // Writing to a String cannot fail.
        let _ = write!(table, "\n{:>12}  {}", file.bytes, file.path);
    }
    Err(TooLarge { total, largest, table })
}

/// How a template reaches CloudFormation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// In the request.
    Body,
    /// Through a bucket.
    Upload,
}

/// A template CloudFormation would refuse for its size.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum TemplateLimit {
    /// Too many bytes.
    #[error("the template is {bytes} bytes, and CloudFormation takes {TEMPLATE_BYTES}")]
    #[diagnostic(help("move a part of it into a nested stack, or inline code into files"))]
    Bytes {
        /// Its size.
        bytes: usize,
    },
    /// Too many resources.
    #[error("the template has {resources} resources, and CloudFormation takes {TEMPLATE_RESOURCES}")]
    #[diagnostic(help("split it into several stacks; a transform such as SAM's adds resources of its own"))]
    Resources {
        /// How many.
        resources: usize,
    },
    /// Too many entries of another section.
    #[error("the template has {entries} {section}, and CloudFormation takes {TEMPLATE_ENTRIES}")]
    #[diagnostic(help("split it into several stacks"))]
    Entries {
        /// Which section.
        section: &'static str,
        /// How many.
        entries: usize,
    },
}

/// Checks a template's length and the number of entries of its sections, and decides how it is delivered.
///
/// # Errors
/// When CloudFormation would refuse it.
pub fn template(document: &Document, bytes: usize) -> Result<Delivery, TemplateLimit> {
    for (name, section) in [("parameters", "Parameters"), ("outputs", "Outputs"), ("mappings", "Mappings")] {
        let entries = document.section(section).map_or(0, |section| section.entries().count());
        if entries > TEMPLATE_ENTRIES {
            return Err(TemplateLimit::Entries { section: name, entries });
        }
    }
    delivery(bytes, document.resources().count())
}

/// Decides how a template is delivered, or that it is too large.
const fn delivery(bytes: usize, resources: usize) -> Result<Delivery, TemplateLimit> {
    if bytes > TEMPLATE_BYTES {
        Err(TemplateLimit::Bytes { bytes })
    } else if resources > TEMPLATE_RESOURCES {
        Err(TemplateLimit::Resources { resources })
    } else if bytes > TEMPLATE_BODY_BYTES {
        Ok(Delivery::Upload)
    } else {
        Ok(Delivery::Body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(sizes: &[u64]) -> Vec<Sized> {
        sizes
            .iter()
            .enumerate()
            .map(|(index, bytes)| Sized { path: format!("f{index:02}"), bytes: *bytes })
            .collect()
    }

    #[test]
    fn the_last_byte_counts() {
        assert_eq!(check_unzipped(&files(&[UNZIPPED_BYTES])), Ok(()));
        assert!(check_unzipped(&files(&[UNZIPPED_BYTES, 1])).is_err());
        assert!(check_unzipped(&files(&[u64::MAX, 1])).is_err());
    }

    #[test]
    fn too_large_names_the_twenty_largest() {
        let mut sizes = vec![1_u64; 30];
        sizes[7] = UNZIPPED_BYTES;
        sizes[9] = 2;
        let error = check_unzipped(&files(&sizes)).unwrap_err();
        assert_eq!(error.total, UNZIPPED_BYTES + 30);
        assert_eq!(error.largest.len(), 20);
        let names: Vec<_> = error.largest.iter().take(3).map(|file| file.path.as_str()).collect();
        assert_eq!(names, ["f07", "f09", "f00"]);
        let help = miette::Diagnostic::help(&error).unwrap().to_string();
        assert!(help.contains("\n   262144000  f07\n"), "{help}");
    }

    #[test]
    fn each_section_has_its_limit() {
        let with = |section: &str, count: usize| {
            let entries: String = (0..count).map(|index| format!("  N{index}: {{Type: String}}\n")).collect();
            let document = crate::template::parse(format!("{section}:\n{entries}").as_bytes()).unwrap();
            template(&document, document.text().len())
        };
        for (section, name) in
            [("Parameters", "parameters"), ("Outputs", "outputs"), ("Mappings", "mappings")]
        {
            assert_eq!(with(section, 200), Ok(Delivery::Body));
            assert_eq!(with(section, 201), Err(TemplateLimit::Entries { section: name, entries: 201 }));
        }
        assert!(with("Resources", 501).is_err());
    }

    #[test]
    fn templates_travel_by_size() {
        assert_eq!(delivery(51_200, 500), Ok(Delivery::Body));
        assert_eq!(delivery(51_201, 500), Ok(Delivery::Upload));
        assert_eq!(delivery(1_048_576, 1), Ok(Delivery::Upload));
        assert_eq!(delivery(1_048_577, 1), Err(TemplateLimit::Bytes { bytes: 1_048_577 }));
        assert_eq!(delivery(10, 501), Err(TemplateLimit::Resources { resources: 501 }));
    }
}
