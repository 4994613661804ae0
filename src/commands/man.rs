//! `slsx man`: manual pages for every command.

use clap::CommandFactory;

use super::{Context, Failure};
use crate::cli::{Cli, ManArgs};
use crate::exit::Exit;
use crate::host::files;

/// Writes one page for the program and one for each command into a folder.
///
/// # Errors
/// When the folder cannot be written.
pub fn run(args: &ManArgs, context: &mut Context) -> Result<Exit, Failure> {
    let folder = context.current_dir.join(&args.folder);
    let pages = pages()?;
    files::create_folders(&folder)?;
    for (name, page) in &pages {
        files::write_atomic(&folder.join(name), page)?;
    }
    context.say(&format!("Wrote {} pages to {}.", pages.len(), folder.display()));
    Ok(Exit::Done)
}

/// Name and text of every page.
fn pages() -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut root = Cli::command();
    root.build();
    let mut pages = vec![page("slsx", root.clone())?];
    for command in root.get_subcommands() {
        let name = format!("slsx-{}", command.get_name());
        pages.push(page(&name, command.clone())?);
        for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
            pages.push(page(&format!("{name}-{}", inner.get_name()), inner.clone())?);
        }
    }
    Ok(pages)
}

fn page(name: &str, command: clap::Command) -> Result<(String, Vec<u8>), Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command.name(name.to_owned())).render(&mut text)?;
    Ok((format!("{name}.1"), text))
}
