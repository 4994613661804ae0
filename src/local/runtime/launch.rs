//! How a function's process is started: its program, its arguments and its variables.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::Runtimes;
use crate::host::files;
use crate::local::engine::Engine;
use crate::local::error::LocalError;

/// What a Python function may import without bringing it along: the SDK and the runtime itself
/// (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html>).
const PYTHON_PACKAGES: [&str; 11] = [
    "awslambdaric",
    "simplejson",
    "snapshot_restore_py",
    "boto3",
    "botocore",
    "s3transfer",
    "jmespath",
    "dateutil",
    "urllib3",
    "six.py",
    "runtime_client.",
];

/// Everything that a start needs. No `Debug`: variables may be secrets.
#[derive(Clone)]
pub struct Launch {
    pub(super) program: PathBuf,
    /// Those of the program itself, before its arguments.
    pub(super) options: Vec<String>,
    pub(super) arguments: Vec<String>,
    pub(super) folder: PathBuf,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) timeout: Duration,
}

/// Why a function cannot be started here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum NotLaunched {
    /// Its runtime has no client here.
    #[error("{0} cannot be started on this machine")]
    #[diagnostic(help("python, nodejs and provided runtimes can; measure others on AWS"))]
    Runtime(String),
    /// No Node.js.
    #[error("there is no node on the PATH")]
    #[diagnostic(help("install Node.js: `slsx doctor` says what else is missing"))]
    NoNode,
    /// A custom runtime without its program.
    #[error("its package has no executable bootstrap")]
    #[diagnostic(help("a provided runtime starts the file `bootstrap` at the root of the package"))]
    NoBootstrap,
}

impl Launch {
    /// A function's code in a folder, with its layers.
    ///
    /// # Errors
    /// When its runtime cannot be started here.
    pub fn new(
        runtimes: &Runtimes,
        (runtime, handler): (&str, &str),
        code: &Path,
        layers: &[PathBuf],
        own: BTreeMap<String, String>,
        timeout: Duration,
    ) -> Result<Self, NotLaunched> {
        let (program, arguments) = command(runtimes, (runtime, handler), code, layers)?;
        let mut variables = defaults(layers);
        variables.extend(own);
        variables.extend(reserved(runtimes, (runtime, handler), code));
        // -B: /var/task is read-only on AWS, so byte code is never kept there. -S: only what Lambda has is there.
        let options: &[&str] = if runtime.starts_with("python") { &["-B", "-S"] } else { &[] };
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        Ok(Self { program, options, arguments, folder: code.to_owned(), variables, timeout })
    }

    /// The same with further options of the interpreter.
    #[must_use]
    pub fn with_options(&self, options: &[&str]) -> Self {
        let more = options.iter().map(|option| (*option).to_owned());
        Self { options: self.options.iter().cloned().chain(more).collect(), ..self.clone() }
    }

    /// The same with another variable.
    #[must_use]
    pub fn with_variable(&self, name: &str, value: &str) -> Self {
        let mut variables = self.variables.clone();
        variables.insert(name.to_owned(), value.to_owned());
        Self { variables, ..self.clone() }
    }

    /// The same with another copy of the code.
    #[must_use]
    pub fn in_folder(&self, folder: &Path) -> Self {
        let root = folder.to_string_lossy();
        Self { folder: folder.to_owned(), ..self.with_variable("LAMBDA_TASK_ROOT", &root) }
    }

    /// The folder of the code.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

fn command(
    runtimes: &Runtimes,
    (runtime, handler): (&str, &str),
    code: &Path,
    layers: &[PathBuf],
) -> Result<(PathBuf, Vec<String>), NotLaunched> {
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    let bootstrap = |name: &str| text(runtimes.bootstraps.join(name));
    if runtime.starts_with("python") {
        let mut arguments = vec![bootstrap("python_bootstrap.py")];
        arguments.extend([
            handler.to_owned(),
            text(runtimes.packages.path().to_owned()),
            bootstrap("without_native_client"),
        ]);
        arguments.extend(layers.iter().cloned().map(text));
        return Ok((runtimes.python.clone(), arguments));
    }
    if runtime.starts_with("nodejs") {
        let node = crate::host::programs::find("node").ok_or(NotLaunched::NoNode)?;
        return Ok((node.path, vec![bootstrap("node_bootstrap.mjs"), handler.to_owned()]));
    }
    if runtime.starts_with("provided") {
        let folders = std::iter::once(code).chain(layers.iter().map(PathBuf::as_path));
        let program = folders.map(|folder| folder.join("bootstrap")).find(|path| path.is_file());
        return program.map(|program| (program, Vec::new())).ok_or(NotLaunched::NoBootstrap);
    }
    Err(NotLaunched::Runtime(runtime.to_owned()))
}

/// Variables that a function may replace. Nothing it does in its Init phase can reach AWS.
fn defaults(layers: &[PathBuf]) -> BTreeMap<String, String> {
    let below = |name: &str| {
        let folders = layers.iter().map(|layer| layer.join(name).to_string_lossy().into_owned());
        folders.collect::<Vec<_>>().join(":")
    };
    let path = ["/usr/local/bin:/usr/bin:/bin".to_owned(), below("bin")].join(":");
    [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9".to_owned()),
        ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("LANG", "C.UTF-8".to_owned()),
        ("LD_LIBRARY_PATH", below("lib")),
        ("NODE_PATH", below("nodejs/node_modules")),
        ("PATH", path.trim_end_matches(':').to_owned()),
        ("TZ", ":UTC".to_owned()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// Lambda's own (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>).
fn reserved(runtimes: &Runtimes, (runtime, handler): (&str, &str), code: &Path) -> BTreeMap<String, String> {
    [
        ("_HANDLER", handler.to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("AWS_EXECUTION_ENV", format!("AWS_Lambda_{runtime}")),
        ("AWS_LAMBDA_FUNCTION_NAME", "local".to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/local".to_owned()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "local".to_owned()),
        ("LAMBDA_TASK_ROOT", code.to_string_lossy().into_owned()),
        ("LAMBDA_RUNTIME_DIR", runtimes.bootstraps.to_string_lossy().into_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// A folder that holds the packages of Lambda's Python runtime and no others.
pub(super) fn python_packages(engine: &Engine) -> Result<tempfile::TempDir, LocalError> {
    let folder = tempfile::tempdir().map_err(system("prepare the packages of the Python runtime"))?;
    let installed = match &engine.packages {
        Some(packages) => packages.clone(),
        None => site_packages(&engine.python)?,
    };
    for name in files::names_in(&installed)? {
        let is_one = |wanted: &str| name == wanted || wanted.ends_with('.') && name.starts_with(wanted);
        if PYTHON_PACKAGES.into_iter().any(is_one) {
            let link = folder.path().join(&name);
            std::os::unix::fs::symlink(installed.join(&name), link)
                .map_err(system("prepare the packages of the Python runtime"))?;
        }
    }
    Ok(folder)
}

fn system(action: &'static str) -> impl Fn(std::io::Error) -> LocalError {
    move |source| LocalError::System { action: action.to_owned(), source }
}

fn site_packages(python: &Path) -> Result<PathBuf, LocalError> {
    let output = Command::new(python)
        .args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
        .output()
        .map_err(system("prepare the packages of the Python runtime"))?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}
