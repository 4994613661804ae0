//! The judgement of each thing that was looked for.

use std::collections::BTreeSet;

use super::{Aws, Caller, Check, Found, Interpreter, LocalAws, Needs, Project, Verdict};
use crate::names::LogicalId;
use crate::package::platform::Architecture;

/// AWS refuses requests whose time differs by more (<https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html>).
const REFUSED_AFTER_SECONDS: i64 = 300;
/// From here on it is worth saying.
const NOTICED_AFTER_SECONDS: i64 = 60;

const PYTHON: &str = "install it (Debian and Ubuntu: `apt-get install python3 python3-venv`; macOS: `brew install \
                      python`), or point SLSX_PYTHON at one";
const CREDENTIALS: &str = "sign in with `aws sso login` or `aws configure`, name a profile with --profile, or do without an \
                           account: --local";

/// Judges everything that was found.
#[must_use]
pub fn judge(found: &Found, project: &Project) -> Vec<Check> {
    let none = Needs::default();
    let needs = match project {
        Project::Usable { needs, .. } => needs,
        Project::None | Project::Unusable(_) => &none,
    };
    let mut checks = vec![of_project(project), python(found, needs), python_packages(found, needs)];
    checks.extend([
        node(found, needs),
        npm(found, needs),
        cargo(found, needs),
        cross(found, needs),
        git(found),
    ]);
    checks.push(local(&found.local, found.python.is_some()));
    if let Some(aws) = &found.aws {
        checks.extend(of_aws(aws, project));
    }
    checks
}

/// A check of something that is there or not.
fn of_tool(
    name: &'static str,
    version: Option<&str>,
    users: &BTreeSet<LogicalId>,
    otherwise: &str,
    remedy: &str,
) -> Check {
    let verdict = match (version, users.is_empty()) {
        (Some(_), _) => Verdict::Ok,
        (None, true) => Verdict::Optional,
        (None, false) => Verdict::Missing,
    };
    Check {
        name,
        verdict,
        found: version.unwrap_or("not found").to_owned(),
        needed_for: if users.is_empty() { otherwise.to_owned() } else { listed(users) },
        remedy: version.is_none().then(|| remedy.to_owned()),
    }
}

fn listed(users: &BTreeSet<LogicalId>) -> String {
    users.iter().map(LogicalId::as_str).collect::<Vec<_>>().join(", ")
}

fn of_project(project: &Project) -> Check {
    let (verdict, found, remedy) = match project {
        Project::Usable { folder, .. } => (Verdict::Ok, folder.clone(), None),
        Project::None => (
            Verdict::Optional,
            "no slsx.toml and no template here".to_owned(),
            Some("make one with `slsx new fan-out`, or name its folder with --project".to_owned()),
        ),
        Project::Unusable(why) => {
            (Verdict::Missing, why.clone(), Some("correct it; `slsx config` shows what counts".to_owned()))
        }
    };
    Check { name: "project", verdict, found, needed_for: "everything but new and demo".into(), remedy }
}

fn python(found: &Found, needs: &Needs) -> Check {
    let version = found.python.as_ref().map(|python| python.version.as_str());
    let mut check = of_tool("python", version, &BTreeSet::new(), "local AWS", PYTHON);
    // Debian ships venv and pip apart; without them and without uv, nothing can be installed.
    let installs = |python: &Interpreter| python.has_venv || python.has_pip || found.tools.uv.is_some();
    if let Some(python) = found.python.as_ref().filter(|python| !installs(python)) {
        check.found = format!("{}, without venv and pip", python.version);
        check.verdict = if found.local == LocalAws::NotInstalled { Verdict::Optional } else { Verdict::Ok };
        check.remedy =
            Some("install the rest of it (Debian and Ubuntu: `apt-get install python3-venv`)".into());
    }
    if needs.is_local && check.verdict == Verdict::Optional {
        check.verdict = Verdict::Missing;
    }
    check
}

/// uv does without Python, pip is part of one.
fn python_packages(found: &Found, needs: &Needs) -> Check {
    let pip = found.python.as_ref().filter(|python| python.has_pip).map(|_| "pip");
    let installer = found.tools.uv.as_deref().or(pip);
    let remedy = "install uv (`pipx install uv`), or pip (Debian and Ubuntu: `apt-get install python3-pip`)";
    of_tool("pip or uv", installer, &needs.python_packages, "Python functions with requirements", remedy)
}

const NODE: &str = "install Node.js, which brings npm (https://nodejs.org)";

fn node(found: &Found, needs: &Needs) -> Check {
    let users = &needs.node | &needs.npm;
    of_tool("node", found.tools.node.as_deref(), &users, "Node.js functions", NODE)
}

fn npm(found: &Found, needs: &Needs) -> Check {
    of_tool("npm", found.tools.npm.as_deref(), &needs.npm, "Node.js functions with dependencies", NODE)
}

fn cargo(found: &Found, needs: &Needs) -> Check {
    let remedy = "install Rust with rustup (https://rustup.rs)";
    of_tool("cargo", found.tools.cargo.as_deref(), &needs.cargo, "Rust functions", remedy)
}

/// cargo-lambda, cargo-zigbuild or a musl target, in the order that building takes them.
fn cross(found: &Found, needs: &Needs) -> Check {
    let has_musl = |architecture: &Architecture| found.musl.iter().any(|it| it == architecture.linux_name());
    let musl = match needs.cross.is_empty() {
        true => !found.musl.is_empty(),
        false => needs.cross.keys().all(has_musl),
    };
    let musl = musl.then(|| format!("musl target for {}", found.musl.join(", ")));
    let tools = &found.tools;
    let way = tools.cargo_lambda.as_ref().or(tools.cargo_zigbuild.as_ref()).or(musl.as_ref());
    let users = needs.cross.values().flatten().cloned().collect();
    let targets: Vec<String> =
        needs.cross.keys().map(|it| format!("{}-unknown-linux-musl", it.linux_name())).collect();
    let target = if targets.is_empty() { "aarch64-unknown-linux-musl".to_owned() } else { targets.join(" ") };
    let remedy = format!("`pip install cargo-lambda`, or `rustup target add {target}`");
    of_tool("cargo for Lambda", way.map(String::as_str), &users, "Rust functions on AWS", &remedy)
}

fn git(found: &Found) -> Check {
    let remedy = "install git (Debian and Ubuntu: `apt-get install git`; macOS: `xcode-select --install`)";
    let version = found.tools.git.as_deref();
    of_tool("git", version, &BTreeSet::new(), "slsx update, and patterns from repositories", remedy)
}

fn local(local: &LocalAws, has_python: bool) -> Check {
    let (verdict, found, remedy) = match local {
        LocalAws::Running(endpoint) => (Verdict::Ok, format!("runs at {endpoint}"), None),
        LocalAws::Stopped => (Verdict::Ok, "installed, not running; --local starts it".to_owned(), None),
        LocalAws::Unresponsive => (
            Verdict::Optional,
            "runs and does not answer".to_owned(),
            Some("`slsx local down`, then `slsx local up`; `slsx local logs` shows why".to_owned()),
        ),
        LocalAws::NotInstalled => {
            let remedy = if has_python { "--local installs it, once" } else { "needs Python first" };
            (Verdict::Optional, "not installed".to_owned(), Some(remedy.to_owned()))
        }
    };
    Check { name: "local AWS", verdict, found, needed_for: "--local, demo".into(), remedy }
}

fn of_aws(aws: &Aws, project: &Project) -> Vec<Check> {
    let check = |name, verdict, found: String, remedy: Option<&str>| Check {
        name,
        verdict,
        found,
        needed_for: "everything on AWS".into(),
        remedy: remedy.map(ToOwned::to_owned),
    };
    let region = "pass --region, set AWS_REGION, or write `region = \"eu-west-1\"` into slsx.toml";
    match aws {
        Aws::NoRegion => vec![check("AWS region", Verdict::Optional, "not set".into(), Some(region))],
        Aws::NoCredentials(why) => {
            vec![check("AWS credentials", Verdict::Optional, why.clone(), Some(CREDENTIALS))]
        }
        Aws::Unreachable(why) => {
            let remedy = "check the network, and HTTPS_PROXY where the way out needs a proxy";
            vec![check("AWS", Verdict::Optional, why.clone(), Some(remedy))]
        }
        Aws::Known(caller) => {
            let mut checks = vec![account(caller, project)];
            checks.extend(clock(caller));
            checks.push(bucket(caller));
            checks
        }
    }
}

fn account(caller: &Caller, project: &Project) -> Check {
    let allowed: &[String] = match project {
        Project::Usable { accounts, .. } => accounts,
        Project::None | Project::Unusable(_) => &[],
    };
    let is_allowed = allowed.is_empty() || allowed.contains(&caller.account);
    Check {
        name: "AWS credentials",
        verdict: if is_allowed { Verdict::Ok } else { Verdict::Refused },
        found: format!("{} in {}", caller.arn, caller.region),
        needed_for: "everything on AWS".into(),
        remedy: (!is_allowed).then(|| {
            format!("this stage is for {}: use credentials of it, or another --stage", allowed.join(", "))
        }),
    }
}

fn clock(caller: &Caller) -> Option<Check> {
    let ahead = caller.ahead_seconds?;
    let is_right = ahead.abs() < NOTICED_AFTER_SECONDS;
    let direction = if ahead < 0 { "behind" } else { "ahead of" };
    Some(Check {
        name: "clock",
        verdict: match ahead.abs() {
            REFUSED_AFTER_SECONDS.. => Verdict::Refused,
            NOTICED_AFTER_SECONDS.. => Verdict::Optional,
            _ => Verdict::Ok,
        },
        found: if is_right { "as AWS's".to_owned() } else { format!("{} s {direction} AWS's", ahead.abs()) },
        needed_for: "signing requests".into(),
        remedy: (!is_right)
            .then(|| "set the clock, for example with NTP: AWS refuses more than 300 s".into()),
    })
}

fn bucket(caller: &Caller) -> Check {
    let (name, exists) = &caller.bucket;
    let found = match exists {
        Some(true) => name.clone(),
        Some(false) => format!("{name}: not there yet, the first deployment makes it"),
        None => format!("{name}: these credentials may not look"),
    };
    let verdict = if *exists == Some(true) { Verdict::Ok } else { Verdict::Optional };
    Check { name: "artifact bucket", verdict, found, needed_for: "deploy".into(), remedy: None }
}
