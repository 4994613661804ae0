//! What a finished package must be before it is sent: it starts, its native code fits the processor, it is not too
//! large. It reads the files that went into the package.

use std::collections::BTreeMap;

use super::SourceFile;
use super::handler::{HandlerError, check_handler};
use super::limits::{Sized, TooLarge, check_unzipped};
use super::native::{Native, System, native};
use super::plan::{CodeUse, Kind};
use super::platform::Architecture;
use crate::names::LogicalId;

/// Why a package would not work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum CheckError {
    /// It does not start.
    #[error("{user}: {error}")]
    #[diagnostic(forward(error))]
    Handler {
        /// The function.
        user: LogicalId,
        /// Why.
        error: HandlerError,
    },
    /// Native code of another platform.
    #[error("{user}: {file} is for {found}, and this is to run on {wanted}")]
    #[diagnostic(help("{help}"))]
    Platform {
        /// The function or layer.
        user: LogicalId,
        /// The file.
        file: String,
        /// What it is for.
        found: String,
        /// What it must be for.
        wanted: String,
        /// What to do.
        help: &'static str,
    },
    /// Lambda would not unzip it.
    #[error("{user}: {error}")]
    #[diagnostic(forward(error))]
    TooLarge {
        /// The function or layer.
        user: LogicalId,
        /// By how much.
        error: TooLarge,
    },
}

/// Where packages will run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// On Lambda, each function on the processor it names.
    OnLambda,
    /// On this machine.
    Here(System, Architecture),
}

/// Checks one package for one of its users. `layers` are the sizes of this template's own layers.
///
/// # Errors
/// The first reason why it would not work.
pub fn check(
    code_use: &CodeUse,
    files: &[SourceFile],
    layers: &BTreeMap<LogicalId, Vec<Sized>>,
    runs: Runs,
) -> Result<(), CheckError> {
    let user = || code_use.user.clone();
    if code_use.kind == Kind::Function {
        let runtime = code_use.runtime.as_deref().unwrap_or_default();
        let has_layers = code_use.has_foreign_layers || !code_use.layers.is_empty();
        check_handler(runtime, code_use.handler.as_deref(), files, has_layers)
            .map_err(|error| CheckError::Handler { user: user(), error })?;
    }
    let wanted = match runs {
        Runs::OnLambda => code_use.architecture.map(|architecture| (System::Linux, architecture)),
        Runs::Here(system, architecture) => Some((system, architecture)),
    };
    // Where the template does not tell the processors, there is nothing to hold the files against.
    let found = wanted.and_then(|wanted| foreign(files, wanted).map(|found| (wanted, found)));
    if let Some(((system, architecture), (file, found))) = found {
        let wanted = Native { system, architecture: Some(architecture), is_universal: false }.describe();
        let help = match runs {
            Runs::OnLambda => {
                "build it for the function's Architectures, or leave prebuilt files away and let slsx build"
            }
            Runs::Here(..) => {
                "local AWS runs functions on this machine: leave prebuilt files away and let slsx build, or deploy to AWS"
            }
        };
        let file = file.path.clone();
        return Err(CheckError::Platform { user: user(), file, found: found.describe(), wanted, help });
    }
    let mut all = sizes(files);
    for layer in &code_use.layers {
        let sizes = layers.get(layer).into_iter().flatten();
        all.extend(sizes.map(|file| Sized { path: format!("{layer}: {}", file.path), bytes: file.bytes }));
    }
    check_unzipped(&all).map_err(|error| CheckError::TooLarge { user: user(), error })
}

/// The sizes of the files.
#[must_use]
pub fn sizes(files: &[SourceFile]) -> Vec<Sized> {
    files.iter().map(Sized::of).collect()
}

/// The first native file that cannot run there.
fn foreign(files: &[SourceFile], wanted: (System, Architecture)) -> Option<(&SourceFile, Native)> {
    let candidates = || files.iter().filter(|file| is_loaded(file));
    let fits = |native: &Native| {
        native.system == wanted.0 && (native.is_universal || native.architecture == Some(wanted.1))
    };
    let has_other = |folder: &str| {
        candidates().any(|file| {
            prebuilds(&file.path) == Some(folder) && native(&file.content).is_some_and(|native| fits(&native))
        })
    };
    candidates().find_map(|file| {
        let found = native(&file.content).filter(|found| !fits(found))?;
        // Packages that carry one file for each platform choose among them when they are loaded.
        let is_choice = prebuilds(&file.path).is_some_and(has_other);
        (!is_choice).then_some((file, found))
    })
}

/// Whether the system would load or start the file. Libraries of other systems that lie around, such as the launchers
/// in Python's packaging tools, do no harm.
fn is_loaded(file: &SourceFile) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let is_library = name.ends_with(".so") || name.contains(".so.") || name.ends_with(".node");
    is_library || file.is_executable && !name.ends_with(".exe") && !name.ends_with(".dll")
}

/// The `prebuilds` folder a file is below (node-gyp-build's layout).
fn prebuilds(path: &str) -> Option<&str> {
    let at = path.find("prebuilds/")?;
    path.get(..at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::limits::UNZIPPED_BYTES;
    use crate::package::native::tests::elf_header;
    use crate::package::plan::local_code;
    use crate::template::parse;

    const X86: u16 = 62;
    const ARM: u16 = 183;

    fn code_use() -> CodeUse {
        let template = "
Resources:
  Shared: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer/}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code/
      Runtime: provided.al2023
      Handler: bootstrap
      Architectures: [arm64]
      Layers: [!Ref Shared]
";
        local_code(&parse(template.as_bytes()).unwrap(), &BTreeMap::new()).unwrap().remove(0).first
    }

    fn file(path: &str, content: Vec<u8>) -> SourceFile {
        SourceFile { path: path.into(), is_executable: true, has_special_bits: false, content }
    }

    fn checked(files: &[SourceFile], runs: Runs) -> Result<(), String> {
        check(&code_use(), files, &BTreeMap::new(), runs).map_err(|error| error.to_string())
    }

    #[test]
    fn native_code_must_fit_where_it_runs() {
        let bootstrap = |machine| [file("bootstrap", elf_header(machine))];
        assert_eq!(checked(&bootstrap(ARM), Runs::OnLambda), Ok(()));
        assert_eq!(
            checked(&bootstrap(X86), Runs::OnLambda).unwrap_err(),
            "F: bootstrap is for Linux on x86_64, and this is to run on Linux on arm64"
        );
        let here = Runs::Here(System::Linux, Architecture::X86);
        assert_eq!(checked(&bootstrap(X86), here), Ok(()));
        assert!(checked(&bootstrap(ARM), here).is_err());
        assert!(checked(&bootstrap(X86), Runs::Here(System::MacOs, Architecture::X86)).is_err());
    }

    #[test]
    fn what_is_not_loaded_or_can_be_chosen_does_no_harm() {
        let bootstrap = file("bootstrap", elf_header(ARM));
        let with = |path: &str| checked(&[bootstrap.clone(), file(path, elf_header(X86))], Runs::OnLambda);
        assert!(with("lib/x.so").is_err());
        assert!(with("lib/x.so.1").is_err());
        assert!(with("node_modules/a/prebuilds/linux-x64/a.node").is_err());
        assert_eq!(with("distlib/t64.exe"), Ok(()));
        let both = [
            bootstrap.clone(),
            file("node_modules/a/prebuilds/linux-x64/a.node", elf_header(X86)),
            file("node_modules/a/prebuilds/linux-arm64/a.node", elf_header(ARM)),
        ];
        assert_eq!(checked(&both, Runs::OnLambda), Ok(()));
    }

    #[test]
    fn layers_count_towards_the_size() {
        let bootstrap = [file("bootstrap", elf_header(ARM))];
        let sized = |bytes| vec![Sized { path: "opt.bin".into(), bytes }];
        let layers = |bytes| BTreeMap::from([(LogicalId::new("Shared"), sized(bytes))]);
        let of = |bytes| check(&code_use(), &bootstrap, &layers(bytes), Runs::OnLambda);
        assert_eq!(of(UNZIPPED_BYTES - 64), Ok(()));
        let error = of(UNZIPPED_BYTES).unwrap_err();
        assert_eq!(error.to_string(), "F: the code is 262144064 bytes unzipped, and Lambda takes 262144000");
        let help = miette::Diagnostic::help(&error).unwrap().to_string();
        assert!(help.contains("Shared: opt.bin"), "{help}");
    }

    #[test]
    fn a_package_that_does_not_start_is_told() {
        let nothing = file("README", b"x".to_vec());
        // Its layer could hold the bootstrap, so only a function without one is told.
        let without = CodeUse { layers: Vec::new(), ..code_use() };
        let error = check(&without, &[nothing], &BTreeMap::new(), Runs::OnLambda).unwrap_err();
        assert!(error.to_string().starts_with("F: the runtime starts"), "{error}");
    }
}
