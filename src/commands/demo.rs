//! `slsx demo`: every step of the road in a temporary folder on a local AWS of its own.
//!
//! Each step is a real command line, run as if it had been typed: nothing here knows how to deploy.

use std::path::{Path, PathBuf};

use super::{Context, Failure, runtime};
use crate::cli::DemoArgs;
use crate::exit::Exit;
use crate::host::clock::Stopwatch;
use crate::host::signals::{Signal, Signals};
use crate::host::temporary::TemporaryFolder;
use crate::host::{self, files, own_binary};
use crate::local;
use crate::render::demo as narrate;

const PROJECT: &str = "my-uploads";

/// Walks the road, and tears down what it built unless it should be kept.
///
/// # Errors
/// The first step that fails; what it built is torn down all the same, also after Ctrl-C.
pub fn run(args: &DemoArgs, context: &mut Context) -> Result<Exit, Failure> {
    let stopwatch = Stopwatch::start();
    let folder = TemporaryFolder::create("slsx-demo-")?;
    let walk = Walk { instance: format!("demo-{:08x}", fastrand::u32(..)), folder: folder.path().to_owned() };
    narrate::opening(context.style, &mut context.out)?;
    let ended = runtime()?.block_on(async {
        let mut signals = Signals::listen()?;
        walk.steps(args, &mut signals, context).await
    });
    if args.keep {
        let kept = folder.keep().join(PROJECT);
        narrate::kept(&kept.to_string_lossy(), &walk.instance, context.style, &mut context.out)?;
        return ended;
    }
    let torn_down = walk.tear_down(context);
    let exit = ended?;
    torn_down?;
    if exit == Exit::Done {
        narrate::closing(stopwatch.elapsed(), context.style, &mut context.out)?;
    } else {
        context.say("Interrupted; everything is torn down.");
    }
    Ok(exit)
}

struct Walk {
    instance: String,
    folder: PathBuf,
}

impl Walk {
    async fn steps(
        &self,
        args: &DemoArgs,
        signals: &mut Signals,
        context: &mut Context,
    ) -> Result<Exit, Failure> {
        let project = self.folder.join(PROJECT);
        for (title, folder, arguments) in self.road(args, &project) {
            let exit = self.step(title, folder, &arguments, signals, context).await?;
            if exit != Exit::Done {
                return Ok(exit);
            }
        }
        Ok(Exit::Done)
    }

    /// Every step: its title, the folder it is taken in, and its command line.
    fn road<'a>(&self, args: &DemoArgs, project: &'a Path) -> Vec<(&'static str, &'a Path, Vec<String>)> {
        let beside = project.parent().unwrap_or(project);
        let words = |line: &str| line.split_whitespace().map(ToOwned::to_owned).collect::<Vec<String>>();
        let local = |line: &str| words(&format!("{line} --local --instance {}", self.instance));
        // Its end is tied to ours unless it should be kept, so that even a demo that is killed leaves nothing running.
        let tied = if args.keep { String::new() } else { format!(" --while-process {}", host::process_id()) };
        let mut road = vec![
            ("Start local AWS", beside, words(&format!("local up --instance {}{tied}", self.instance))),
            ("Scaffold a project from a pattern", beside, words(&format!("new {} {PROJECT}", args.pattern))),
            ("Deploy it with CloudFormation", project, local("deploy --quiet")),
            ("Deploy again: nothing changed", project, local("deploy --quiet")),
            ("Prove that the pattern keeps its promise", project, local("verify")),
            (
                "Measure cold starts in fresh execution environments",
                project,
                local(&format!("coldstart-bench -n {}", args.samples)),
            ),
            ("Audit template, code and IAM", project, words("audit")),
        ];
        if !args.keep {
            road.push(("Delete everything", project, local("destroy --quiet")));
        }
        road
    }

    async fn step(
        &self,
        title: &str,
        folder: &Path,
        arguments: &[String],
        signals: &mut Signals,
        context: &mut Context,
    ) -> Result<Exit, Failure> {
        let line = format!("slsx {}", arguments.join(" "));
        narrate::step(title, &line, context.style, &mut context.out)?;
        let color = if context.style.color { "always" } else { "never" };
        let ended = own_binary::run(arguments, folder, &[("SLSX_COLOR", color)], signals).await?;
        match (ended.signal, ended.code) {
            (Some(Signal::Interrupt), _) => Ok(Exit::Interrupted),
            (Some(Signal::Terminate), _) => Ok(Exit::Terminated),
            (None, Some(0)) => Ok(Exit::Done),
            (None, code) => Err(Failure::DemoStep { line, exit: exit_of(code) }),
        }
    }

    fn tear_down(&self, context: &mut Context) -> Result<(), Failure> {
        local::down(&context.folders, &self.instance)?;
        files::remove_tree(&context.folders.local_instances().join(&self.instance))?;
        Ok(())
    }
}

/// The step's own exit code, so that a script sees why the demo failed.
fn exit_of(code: Option<i32>) -> Exit {
    let same = |exit: &&Exit| code == Some(i32::from(exit.code()));
    Exit::ALL.iter().find(same).copied().unwrap_or(Exit::NeedsRecovery)
}
