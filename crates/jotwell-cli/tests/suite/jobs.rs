//! The daily jobs of `JOBS.md`: every command on that page runs, and prints what the page shows.

use std::process::{Command, Stdio};

use crate::common::Desk;

const JOBS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/JOBS.md");

/// Runs a command of the page as a shell does, and returns both of its outputs.
fn run(desk: &Desk, command: &str) -> String {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_jotwell")).parent().expect("a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .env("PATH", format!("{}:{path}", program.display()))
        .current_dir(desk.path(""))
        .stdin(Stdio::null())
        .output()
        .expect("a shell");
    String::from_utf8(output.stdout).expect("text")
}

/// Keeps only what is the same each time: long words are keys and signatures, digits are dates and lengths.
pub(crate) fn lasting(output: &str) -> String {
    let is_symbol = |character: char| character.is_ascii_alphanumeric() || "-_+/=.".contains(character);
    let mut lasting = String::new();
    for piece in output.split_inclusive(|character| !is_symbol(character)) {
        let word = piece.trim_end_matches(|character| !is_symbol(character));
        match word.len() {
            40.. if !word.contains("//") => lasting.push_str("RANDOM"),
            _ => {
                lasting.extend(word.chars().map(|symbol| if symbol.is_ascii_digit() { '0' } else { symbol }))
            }
        }
        lasting.push_str(&piece[word.len()..]);
    }
    // The number of digits depends on the time of day.
    while lasting.contains("00") {
        lasting = lasting.replace("00", "0");
    }
    // The clock may have advanced by a second since.
    ["now", "0 s ago", "in 0 min", "in 0 s"].iter().fold(lasting, |text, ago| text.replace(ago, "SOON"))
}

#[test]
fn every_command_of_the_page_prints_what_the_page_shows() {
    let jobs = std::fs::read_to_string(JOBS).expect("the page");
    let desk = Desk::new();
    let mut commands = 0;
    let mut found = String::new();
    let mut blocks = jobs.split("```");
    while let Some(prose) = blocks.next() {
        found.push_str(prose);
        let Some(block) = blocks.next() else { break };
        let lines = block.strip_prefix("console\n").expect("a console");
        found.push_str("```console\n");
        for line in lines.lines() {
            let Some(command) = line.strip_prefix("$ ") else { continue };
            commands += 1;
            found.push_str(&format!("{line}\n{}", run(&desk, command)));
        }
        found.push_str("```");
    }
    assert!(commands >= 10, "{commands}");
    let headings: Vec<_> = jobs.lines().filter(|line| line.starts_with("## ")).collect();
    assert_eq!(headings.len(), 10, "{headings:?}");
    if std::env::var_os("JOTWELL_BLESS").is_some() {
        std::fs::write(JOBS, found).expect("the page");
        return;
    }
    for (line, (wanted, got)) in jobs.lines().zip(found.lines()).enumerate() {
        assert_eq!(lasting(wanted), lasting(got), "line {line} of the jobs\n{found}");
    }
    assert_eq!(jobs.lines().count(), found.lines().count(), "{found}");
}
