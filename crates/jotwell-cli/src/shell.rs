//! `jotwell completions` and `jotwell man`: files that a package installs with the program.

use std::path::PathBuf;

use clap::Command;
use clap_complete::Shell;

use crate::failure::Failure;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArgs {
    /// Shell to complete in
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ManArgs {
    /// Folder to write a page for each command into, instead of one page to standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn completions(args: &CompletionsArgs, mut command: Command) -> Result<(), Failure> {
    // Into memory first, because `generate` panics if it writes to a closed pipe.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, "jotwell", &mut text);
    output::bytes(&text)
}

pub(crate) fn man(args: &ManArgs, command: Command) -> Result<(), Failure> {
    let failed = |error| Failure::misuse(format!("the manual cannot be written: {error}"));
    match &args.out {
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(failed)?;
            clap_mangen::generate_to(command, folder).map_err(failed)
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page).map_err(failed)?;
            output::bytes(&page)
        }
    }
}
