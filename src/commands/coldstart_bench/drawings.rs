//! `--html` and `--svg`: where the report is drawn, checked before anything is measured.

use std::path::{Path, PathBuf};

use crate::cli::ColdstartBenchArgs;
use crate::coldstart::Report;
use crate::commands::{Context, Failure};
use crate::host::files;
use crate::render::coldstart::page::{drawing, page};
use crate::render::coldstart::plots::{NAMES, plots};

/// What every page and drawing of ours says of itself.
const OURS: [&str; 2] = ["<meta name=\"generator\" content=\"slsx ", "<!-- slsx "];
/// Longer files are none of ours, or not worth a look.
const LONGEST: u64 = 64 * 1024 * 1024;

/// The files that are asked for.
#[derive(Debug)]
pub(super) struct Drawings {
    page: Option<PathBuf>,
    folder: Option<PathBuf>,
}

impl Drawings {
    /// Refuses what could not be written in the end, and files that are not ours.
    pub(super) fn of(args: &ColdstartBenchArgs, context: &Context) -> Result<Self, Failure> {
        let here = |path: &PathBuf| context.current_dir.join(path);
        let drawings = Self { page: args.html.as_ref().map(here), folder: args.svg.as_ref().map(here) };
        for path in drawings.paths() {
            check(&path)?;
        }
        Ok(drawings)
    }

    fn paths(&self) -> Vec<PathBuf> {
        let drawings = self.folder.iter().flat_map(|folder| NAMES.map(|name| file(folder, name)));
        self.page.iter().cloned().chain(drawings).collect()
    }

    /// Draws.
    pub(super) fn write(&self, report: &Report, context: &mut Context) -> Result<(), Failure> {
        if self.page.is_none() && self.folder.is_none() {
            return Ok(());
        }
        let plots = plots(report).map_err(Failure::Output)?;
        if let Some(path) = &self.page {
            let text = page(report, &plots).map_err(Failure::Output)?;
            files::replace(path, text.as_bytes())?;
            context.say(&format!("Wrote {}", path.display()));
        }
        if let Some(folder) = &self.folder {
            for plot in &plots {
                files::replace(&file(folder, plot.name), drawing(plot).as_bytes())?;
            }
            context.say(&format!("Wrote {} plots to {}", plots.len(), folder.display()));
        }
        Ok(())
    }
}

fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("coldstart-{name}.svg"))
}

fn check(path: &Path) -> Result<(), Failure> {
    match files::read_at_most(path, LONGEST) {
        Ok(content) => {
            let text = String::from_utf8_lossy(&content);
            if OURS.iter().any(|mark| text.contains(mark)) {
                return Ok(());
            }
            Err(Failure::Usage {
                message: format!("{} exists, and slsx did not write it", path.display()),
                help: "choose another name, or move it away: nothing is overwritten but an earlier report"
                    .into(),
            })
        }
        Err(error) if error.is_not_found() => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test makes the files it is about")]
    fn only_reports_of_ours_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        assert!(check(&at("new.html")).is_ok());
        std::fs::write(at("mine.html"), "<p>my notes</p>").unwrap();
        assert!(check(&at("mine.html")).unwrap_err().to_string().contains("slsx did not write it"));
        std::fs::write(at("ours.html"), "<meta name=\"generator\" content=\"slsx 0.0.1\">").unwrap();
        assert!(check(&at("ours.html")).is_ok());
        assert!(check(folder.path()).is_err(), "a folder is no file");
    }
}
