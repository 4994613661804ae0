//! Whole commands, timed against the cheapest process there is, so that figures of two machines can be compared.
//!
//! `cargo bench --profile dev --bench commands` reuses what `cargo test` has built; without `--profile dev` it
//! measures the release build.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a benchmark prints its figures and stops at the first trouble"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 31;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let slsx = env!("CARGO_BIN_EXE_slsx");
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/monolith-before");
    let project = folder.path().join("packaged");
    Command::new(slsx)
        .args(["new", "fan-out", "packaged", "--yes"])
        .current_dir(folder.path())
        .output()
        .expect("a project");
    let project = project.to_string_lossy();
    let cases: [(&str, Vec<&str>); 5] = [
        ("slsx --version", vec!["--version"]),
        ("slsx new fan-out --dry-run", vec!["new", "fan-out", "--dry-run"]),
        ("slsx new fan-out (written)", vec!["new", "fan-out"]),
        ("slsx audit examples/monolith-before", vec!["audit", example]),
        ("slsx package (fan-out)", vec!["package", "--project", &project]),
    ];
    let baseline = median(|| time(Path::new("true"), &[], folder.path()));
    println!("{:<38} {:>10} {:>14}", "command", "median", "times `true`");
    println!("{:<38} {:>8.2}ms {:>14.1}", "true", milliseconds(baseline), 1.0);
    for (name, arguments) in cases {
        let median = median(|| {
            let _ = std::fs::remove_dir_all(folder.path().join("fan-out"));
            time(Path::new(slsx), &arguments, folder.path())
        });
        let ratio = median.as_secs_f64() / baseline.as_secs_f64();
        println!("{name:<38} {:>8.2}ms {ratio:>14.1}", milliseconds(median));
    }
}

fn time(program: &Path, arguments: &[&str], folder: &Path) -> Duration {
    let start = Instant::now();
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("a program that starts");
    start.elapsed()
}

fn median(mut run: impl FnMut() -> Duration) -> Duration {
    // The first run reads the program from the disk.
    run();
    let mut times: Vec<Duration> = (0..RUNS).map(|_| run()).collect();
    times.sort_unstable();
    times[RUNS / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
