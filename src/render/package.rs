//! Shows what was packaged.

use std::io::{self, Write};

use serde::Serialize;

use super::deploy::{counted, size};
use super::style::{Style, printable};
use crate::deploy::report::Package;

/// What was packaged, and where it is.
#[derive(Clone, Debug)]
pub struct Report {
    /// Each package and file once.
    pub packages: Vec<Package>,
    /// The bucket they were uploaded to, if they were.
    pub bucket: Option<String>,
    /// The file that names them.
    pub written: Option<String>,
    /// The template that names them, if it is in no file.
    pub template: Option<String>,
}

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    bucket: Option<&'a str>,
    template_file: Option<&'a str>,
    template: Option<&'a str>,
    packages: Vec<PackageView<'a>>,
}

#[derive(Serialize)]
struct PackageView<'a> {
    users: Vec<&'a str>,
    key: &'a str,
    bytes: u64,
    uploaded: bool,
}

/// Writes the template, if it is in no file; else one line for each package.
pub fn human(out: &mut impl Write, style: Style, report: &Report) -> io::Result<()> {
    if let Some(template) = &report.template {
        return out.write_all(template.as_bytes());
    }
    let users = |package: &Package| {
        let users: Vec<&str> = package.users.iter().map(|user| user.as_str()).collect();
        printable(&users.join(", ")).into_owned()
    };
    let width =
        report.packages.iter().map(|package| users(package).chars().count()).max().unwrap_or_default();
    for package in &report.packages {
        let (users, size) = (users(package), size(package.bytes));
        writeln!(out, "  {users:<width$}  {size:>9}  {}", style.dim(&printable(&package.key)))?;
    }
    let bytes = report.packages.iter().map(|package| package.bytes).sum();
    let total = format!("{}, {}", counted(report.packages.len(), "package"), size(bytes));
    match &report.written {
        Some(file) => writeln!(out, "{} {total}; {} names them", style.passed(), printable(file)),
        None => writeln!(out, "{} {total}", style.passed()),
    }
}

/// Writes the same as `slsx/package/1`.
pub fn json(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let packages = report.packages.iter().map(|package| PackageView {
        users: package.users.iter().map(|user| user.as_str()).collect(),
        key: &package.key,
        bytes: package.bytes,
        uploaded: package.was_uploaded,
    });
    let view = View {
        schema: "slsx/package/1",
        bucket: report.bucket.as_deref(),
        template_file: report.written.as_deref(),
        template: report.template.as_deref(),
        packages: packages.collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &view)?;
    writeln!(out)
}
