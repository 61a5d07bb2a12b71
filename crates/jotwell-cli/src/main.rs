//! `jotwell`: keys and tokens on the command line.

#![forbid(unsafe_code)]
#![warn(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod args;
mod cli;
mod content;
mod decrypt;
mod eddsa;
mod encrypt;
mod failure;
mod format;
mod input;
mod inspect;
mod json;
mod jwks;
mod jws;
mod key;
mod keyfile;
mod keygen;
mod keys;
mod output;
mod pasted;
mod printable;
mod remote;
mod ring;
mod shell;
mod sign;
mod style;
mod time;
mod verify;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::cli::{Cli, Command};
use crate::printable::printable;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let done = match cli.command {
        Command::Keygen(args) => keygen::run(&args),
        Command::Key(command) => key::run(&command),
        Command::Sign(args) => sign::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Encrypt(args) => encrypt::run(&args),
        Command::Decrypt(args) => decrypt::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Jws(command) => jws::run(&command),
        Command::Jwks(command) => jwks::run(&command),
        Command::Ring(command) => ring::run(&command),
        Command::Completions(args) => shell::completions(&args, Cli::command()),
        Command::Man(args) => shell::man(&args, Cli::command()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.lines().iter().for_each(|line| output::note(line));
            failure.exit_code()
        }
    }
}

/// Prints help, or what is wrong with the arguments. These may contain untrusted file names, which clap repeats
/// unchanged.
fn usage(error: &clap::Error) -> ExitCode {
    let arguments = std::env::args_os().skip(1);
    if arguments.into_iter().all(|argument| argument.to_str().is_some_and(|text| printable(text) == text)) {
        error.exit();
    }
    error.render().to_string().lines().for_each(output::note);
    ExitCode::from(2)
}
