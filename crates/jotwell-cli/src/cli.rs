//! The commands.

use clap::{Parser, Subcommand};

use crate::{decrypt, encrypt, inspect, jwks, jws, key, keygen, ring, shell, sign, verify};

/// Keys and tokens (JWS, JWT, JWE, JWK) on the command line
///
/// Exit codes: 0 success, or the token is valid; 1 the token or the keys were rejected; 2 misuse: wrong options, files
/// that cannot be read, malformed keys.
///
/// Keys and tokens are read from files, from standard input (`-`) or from environment variables, never from the
/// command line, where the shell's history and every process of the machine would see them.
#[derive(Debug, Parser)]
#[command(name = "jotwell", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a new key
    Keygen(keygen::Args),
    /// Convert a key, write its public half, print its thumbprint
    #[command(subcommand)]
    Key(key::Command),
    /// Issue a token
    Sign(sign::Args),
    /// Verify a token and print its claims
    Verify(verify::Args),
    /// Encrypt a file for a recipient
    Encrypt(encrypt::Args),
    /// Decrypt a token; this does not authenticate its sender
    Decrypt(decrypt::Args),
    /// Show a token without verifying it
    Inspect(inspect::Args),
    /// Sign and verify any file
    #[command(subcommand)]
    Jws(jws::Command),
    /// JWK Sets: list, check, merge
    #[command(subcommand)]
    Jwks(jwks::Command),
    /// Rotate the keys of an issuer without an outage
    #[command(subcommand)]
    Ring(ring::Command),
    /// Write completions for a shell
    Completions(shell::CompletionsArgs),
    /// Write manual pages
    Man(shell::ManArgs),
}

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory};

    use super::Cli;
    use clap::Parser;

    /// The interface that scripts rely on, one line for each command and each of its arguments.
    fn interface(command: &Command, path: &str) -> String {
        let mut lines = format!("{path}\n");
        for arg in command.get_arguments() {
            let short = arg.get_short().map(|short| format!("-{short}"));
            let long = arg.get_long().into_iter().chain(arg.get_visible_aliases().unwrap_or_default());
            let mut words: Vec<_> = short.into_iter().chain(long.map(|long| format!("--{long}"))).collect();
            if arg.get_action().takes_values() {
                let names = arg.get_value_names().unwrap_or_default();
                words.extend(names.iter().map(|name| format!("<{name}>")));
                let possible = arg.get_possible_values();
                let possible: Vec<_> = possible.iter().map(|value| value.get_name()).collect();
                if !possible.is_empty() {
                    words.push(possible.join("|"));
                }
            }
            if arg.is_required_set() {
                words.push("(required)".to_owned());
            }
            lines += &format!("{path} {}\n", words.join(" "));
        }
        let below = command.get_subcommands();
        lines.extend(below.map(|command| interface(command, &format!("{path} {}", command.get_name()))));
        lines
    }

    fn examples(command: &Command, found: &mut Vec<String>) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        found.extend(help.lines().filter_map(|line| line.strip_prefix("  jotwell ")).map(str::to_owned));
        command.get_subcommands().for_each(|command| examples(command, found));
    }

    #[test]
    fn the_examples_of_the_help_are_valid() {
        let mut found = Vec::new();
        examples(&Cli::command(), &mut found);
        assert!(found.len() > 10, "{found:?}");
        for example in found {
            let words = std::iter::once("jotwell").chain(example.split(' '));
            assert!(Cli::try_parse_from(words).is_ok(), "{example}");
        }
    }

    /// Removing or renaming a command, an option or a value breaks scripts. `JOTWELL_BLESS=1` updates the list.
    #[test]
    fn the_interface_is_the_recorded_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/interface.txt");
        let found = interface(&Cli::command(), "jotwell");
        if std::env::var_os("JOTWELL_BLESS").is_some() {
            std::fs::write(path, &found).expect("a file");
        }
        assert_eq!(found, std::fs::read_to_string(path).expect("a file"));
    }
}
