//! Compares the README with the code.

use jotwell::jws::{DEFAULT_MAX_HEADER_LENGTH, DEFAULT_MAX_LENGTH};
use jotwell::{Algorithm, MAX_DEPTH, MAX_HEADER_VALUES};

const README: &str = include_str!("../../README.md");
const MANIFEST: &str = include_str!("../../Cargo.toml");

/// Returns the text under a heading, up to the next one.
fn section(heading: &str) -> &'static str {
    let start = format!("\n## {heading}\n");
    README.split(&start).nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a section")
}

/// Removes the line ends of a paragraph.
fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_algorithms_are_those_of_the_table() {
    let names: Vec<_> = Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
    let listed = flowing(section("Algorithms"));
    assert!(listed.starts_with(&format!("{}. ", names.join(", "))), "{listed}");
}

#[test]
fn the_features_are_those_of_the_manifest() {
    let features =
        MANIFEST.split("[features]").nth(1).and_then(|rest| rest.split("\n[").next()).expect("features");
    let default = features.lines().find(|line| line.starts_with("default = ")).expect("the default features");
    let declared = features.lines().filter_map(|line| line.split_once(" = [")).map(|(name, _)| name);
    let mut declared: Vec<_> = declared
        .filter(|name| *name != "default")
        .map(|name| (name, default.contains(&format!("\"{name}\""))))
        .collect();
    let mut listed = Vec::new();
    for row in section("Features").lines().skip_while(|line| !line.starts_with("|---")).skip(1) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let [_, names, default, ..] = cells[..] else { break };
        listed.extend(names.split('`').skip(1).step_by(2).map(|name| (name, default == "yes")));
    }
    declared.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, declared);
}

#[test]
fn the_minimum_rust_versions_are_those_of_the_manifests() {
    let version = |manifest: &str| {
        let line = manifest.lines().find(|line| line.starts_with("rust-version = ")).expect("a version");
        line.split('"').nth(1).expect("quotes").to_owned()
    };
    let text = flowing(section("Features"));
    assert!(text.contains(&format!("minimum supported Rust version is {};", version(MANIFEST))), "{text}");
    assert!(text.contains("needs Rust 1.89"), "the feature `graviola`: {text}");
}

#[test]
fn the_limits_are_those_of_the_code() {
    assert_eq!(DEFAULT_MAX_LENGTH % 1024 + DEFAULT_MAX_HEADER_LENGTH % 1024, 0);
    let rsa = Algorithm::RS256.min_key_bits();
    let text = flowing(section("Limits"));
    for limit in [
        format!(
            "at most {} KiB and its header at most {} KiB",
            DEFAULT_MAX_LENGTH / 1024,
            DEFAULT_MAX_HEADER_LENGTH / 1024
        ),
        format!("{MAX_HEADER_VALUES} values"),
        format!("at most {MAX_DEPTH} levels deep"),
        format!("RSA keys have {rsa} to 4096 bits"),
    ] {
        assert!(text.contains(&limit), "{limit}: {text}");
    }
}

#[test]
fn the_example_of_the_documentation_is_that_of_the_readme() {
    let code = |text: &str| {
        let block =
            text.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
        let lines =
            block.lines().map(str::trim).filter(|line| line.contains("jotwell") || line.contains("alidator"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let front: String = include_str!("../../src/lib.rs")
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"])
        .collect();
    let (readme, front) = (code(README), code(&front.replacen("```\n", "```rust\n", 1)));
    assert!(readme.len() > 2, "{readme:?}");
    assert_eq!(readme, front);
}
