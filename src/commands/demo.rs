//! `slsx demo`: every step of the road in a temporary folder on a local AWS of its own.
//!
//! Each step is a real command line, parsed and run as if it had been typed: nothing here knows how to deploy.

use std::path::PathBuf;

use clap::Parser;

use super::{Context, Failure};
use crate::cli::{Cli, DemoArgs};
use crate::exit::Exit;
use crate::host::temporary::TemporaryFolder;
use crate::host::{self, files};
use crate::local::{self, Options};
use crate::render::demo as narrate;

const PROJECT: &str = "my-uploads";

/// Walks the road, and tears down what it built unless it should be kept.
///
/// # Errors
/// The first step that fails; what it built is torn down all the same.
pub fn run(args: &DemoArgs, context: &mut Context) -> Result<Exit, Failure> {
    let started = crate::host::clock::Stopwatch::start();
    let folder = TemporaryFolder::create("slsx-demo-")?;
    let walk = Walk { instance: format!("demo-{}", host::process_id()), folder: folder.path().to_owned() };
    narrate::opening(context.style, &mut context.out)?;
    let home = context.current_dir.clone();
    let outcome = walk.steps(args, context);
    context.current_dir = home;
    if args.keep {
        let kept = folder.keep();
        narrate::kept(
            &kept.join(PROJECT).to_string_lossy(),
            &walk.instance,
            context.style,
            &mut context.out,
        )?;
        return outcome.map(|()| Exit::Done);
    }
    let torn_down = walk.tear_down(context);
    outcome?;
    torn_down?;
    narrate::closing(started.elapsed(), context.style, &mut context.out)?;
    Ok(Exit::Done)
}

struct Walk {
    instance: String,
    folder: PathBuf,
}

impl Walk {
    fn steps(&self, args: &DemoArgs, context: &mut Context) -> Result<(), Failure> {
        self.start_local_aws(args.keep, context)?;
        context.current_dir.clone_from(&self.folder);
        self.step(context, "Scaffold a project from a pattern", &["new", &args.pattern, PROJECT])?;
        context.current_dir = self.folder.join(PROJECT);
        let local = ["--local", "--instance", &self.instance];
        let samples = args.samples.to_string();
        let deploy = [&["deploy", "--quiet"], &local[..]].concat();
        self.step(context, "Deploy it with CloudFormation", &deploy)?;
        self.step(context, "Deploy again: nothing changed", &deploy)?;
        self.step(context, "Prove that the workers run in parallel", &[&["verify"], &local[..]].concat())?;
        let bench = [&["coldstart-bench", "-n", &samples], &local[..]].concat();
        self.step(context, "Measure cold starts in fresh execution environments", &bench)?;
        self.step(context, "Audit template, code and IAM", &["audit"])?;
        if args.keep {
            return Ok(());
        }
        self.step(context, "Delete everything", &[&["destroy", "--quiet"], &local[..]].concat())
    }

    /// Its end is tied to ours unless it should be kept, so that even a demo that is killed leaves nothing running.
    fn start_local_aws(&self, is_kept: bool, context: &mut Context) -> Result<(), Failure> {
        let line = format!("slsx local up --instance {}", self.instance);
        narrate::step("Start local AWS", &line, context.style, &mut context.out)?;
        let while_process = (!is_kept).then(host::process_id);
        let options = Options { while_process, ..Options::default() };
        let state = context.local_up(&self.instance, &options)?;
        narrate::running(&state.endpoint(), context.style, &mut context.out)?;
        Ok(())
    }

    fn step(&self, context: &mut Context, title: &str, arguments: &[&str]) -> Result<(), Failure> {
        let line = format!("slsx {}", arguments.join(" "));
        narrate::step(title, &line, context.style, &mut context.out)?;
        let words = std::iter::once("slsx").chain(arguments.iter().copied());
        let parsed = Cli::try_parse_from(words).map_err(|error| Failure::Usage {
            message: format!("the demo's own command line is wrong: {error}"),
            help: "please report this".into(),
        })?;
        let was_quiet = context.is_quiet;
        context.is_quiet |= parsed.output.quiet;
        let ended = super::run(&parsed.command, context);
        context.is_quiet = was_quiet;
        let exit = ended?;
        if exit == Exit::Done { Ok(()) } else { Err(Failure::DemoStep { line, exit }) }
    }

    fn tear_down(&self, context: &mut Context) -> Result<(), Failure> {
        local::down(&context.folders, &self.instance)?;
        files::remove_tree(&context.folders.local_instances().join(&self.instance))?;
        Ok(())
    }
}
