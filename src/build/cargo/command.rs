//! The command line for each way of building: which cargo, for which platform, and which binaries. It runs nothing.

use std::path::Path;

use super::{Run, Wanted};
use crate::host::programs::{self, Program};
use crate::package::platform::{Architecture, Platform, glibc_minor};

/// Which cargo builds.
pub(super) enum Way {
    /// `cargo build` for this machine.
    Here,
    /// `cargo lambda build`.
    Lambda(Program),
    /// `cargo zigbuild`.
    Zig(Program),
    /// `cargo build` with musl.
    Musl,
}

impl Way {
    pub(super) fn find(platform: &Platform) -> Self {
        match platform {
            Platform::Host => Self::Here,
            Platform::Lambda { .. } => programs::find("cargo-lambda")
                .map(Self::Lambda)
                .or_else(|| programs::find("cargo-zigbuild").map(Self::Zig))
                .unwrap_or(Self::Musl),
        }
    }

    pub(super) fn stamp(&self) -> String {
        match self {
            Self::Here => "here".into(),
            Self::Lambda(program) | Self::Zig(program) => program.stamp.clone(),
            Self::Musl => "musl".into(),
        }
    }

    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Here | Self::Musl => "cargo",
            Self::Lambda(_) => "cargo lambda",
            Self::Zig(_) => "cargo zigbuild",
        }
    }
}

/// Where cargo-lambda puts the binaries, below the target folder.
pub(super) const LAMBDA_FOLDER: &str = "lambda";

pub(super) fn command(
    way: &Way,
    run: &Run,
    wanted: &[Wanted<'_>],
    target: &Path,
) -> (Vec<String>, Vec<(&'static str, String)>) {
    let mut words: Vec<String> = match way {
        Way::Here | Way::Musl => vec!["build".into()],
        Way::Lambda(_) => vec!["lambda".into(), "build".into()],
        Way::Zig(_) => vec!["zigbuild".into()],
    };
    if !run.arguments.iter().any(|argument| argument.starts_with("--profile=")) {
        words.push("--release".into());
    }
    // What is locked is built; a lock file that does not fit its manifest is told, not changed.
    words.push("--locked".into());
    words.extend(run.arguments.iter().cloned());
    // From the root, cargo looks at the root package only.
    if wanted.iter().any(|wanted| wanted.folder != run.root) {
        words.push("--workspace".into());
    }
    for wanted in wanted {
        words.extend(["--bin".into(), wanted.recipe.binary.clone()]);
    }
    let mut set = vec![("CARGO_TARGET_DIR", target.to_string_lossy().into_owned())];
    if let Platform::Lambda { runtime, architecture } = &run.platform {
        let glibc = format!("{}-unknown-linux-gnu.2.{}", architecture.linux_name(), glibc_minor(runtime));
        match way {
            Way::Here => {}
            Way::Lambda(_) => {
                let folder = target.join(LAMBDA_FOLDER).to_string_lossy().into_owned();
                words.extend(["--target".into(), glibc, "--lambda-dir".into(), folder]);
            }
            Way::Zig(_) => words.extend(["--target".into(), glibc]),
            Way::Musl => {
                words.extend(["--target".into(), musl(*architecture)]);
                if *architecture != programs::architecture() {
                    // Rust's own linker: that of this machine links for this machine.
                    set.push((linker_variable(*architecture), "rust-lld".into()));
                }
            }
        }
    }
    if !matches!(way, Way::Lambda(_)) {
        words.push("--message-format=json-render-diagnostics".into());
    }
    (words, set)
}

pub(super) fn musl(architecture: Architecture) -> String {
    format!("{}-unknown-linux-musl", architecture.linux_name())
}

pub(super) const fn linker_variable(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86 => "CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_LINKER",
        Architecture::Arm => "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::cache::Cache;
    use crate::package::recipe::CargoRecipe;

    fn words(way: &Way, platform: Platform, arguments: &[&str]) -> String {
        let run = Run {
            root: "/p".into(),
            arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
            platform: platform.clone(),
        };
        let recipe = CargoRecipe { binary: "create".into(), arguments: run.arguments.clone(), platform };
        let cache = Cache::open("/c".into());
        let wanted = Wanted { order: 0, recipe: &recipe, folder: "/p".into(), entry: cache.lasting("x") };
        command(way, &run, &[wanted], Path::new("/t")).0.join(" ")
    }

    #[test]
    fn every_way_is_told_the_platform_in_its_words() {
        let arm = || Platform::Lambda { runtime: "provided.al2023".into(), architecture: Architecture::Arm };
        let program = || Program { path: "/x".into(), stamp: "x".into() };
        let json = "--message-format=json-render-diagnostics";
        assert_eq!(
            words(&Way::Here, Platform::Host, &["--features=a"]),
            format!("build --release --locked --features=a --bin create {json}")
        );
        assert_eq!(
            words(&Way::Lambda(program()), arm(), &[]),
            "lambda build --release --locked --bin create --target aarch64-unknown-linux-gnu.2.34 --lambda-dir /t/lambda"
        );
        assert_eq!(
            words(&Way::Zig(program()), arm(), &["--profile=small"]),
            format!(
                "zigbuild --locked --profile=small --bin create --target aarch64-unknown-linux-gnu.2.34 {json}"
            )
        );
        assert_eq!(
            words(&Way::Musl, arm(), &[]),
            format!("build --release --locked --bin create --target aarch64-unknown-linux-musl {json}")
        );
    }
}
