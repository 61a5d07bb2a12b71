//! The README says what the code does.

use jotwell::Algorithm;
use jotwell::algorithm::Family;

const README: &str = include_str!("../../README.md");

#[test]
fn the_table_of_algorithms_is_that_of_the_code() {
    let row = |algorithm: &Algorithm| {
        let kind = match (algorithm.family(), algorithm.curve()) {
            (Family::Ecdsa | Family::Eddsa, Some(curve)) => format!("`{}` {curve}", algorithm.key_type()),
            _ => format!("`{}`", algorithm.key_type()),
        };
        let signature =
            algorithm.signature_len().map_or("as the modulus".into(), |len| format!("{len} bytes"));
        let (bits, reference) = (algorithm.min_key_bits(), algorithm.reference());
        format!("| {algorithm} | {kind} | {bits} bits | {signature} | {reference} |")
    };
    let expected: Vec<_> = Algorithm::ALL.iter().map(row).collect();
    let section =
        README.split("## Algorithms").nth(1).and_then(|rest| rest.split("##").next()).expect("a section");
    let table: Vec<_> = section.lines().filter(|line| line.starts_with('|')).skip(2).collect();
    assert_eq!(table, expected);
}

#[test]
fn the_features_are_those_of_the_manifest() {
    let manifest = include_str!("../../Cargo.toml");
    let section =
        manifest.split("[features]").nth(1).and_then(|rest| rest.split("\n[").next()).expect("features");
    let declared = section.lines().filter_map(|line| line.split_once(" = [")).map(|(name, _)| name);
    let mut declared: Vec<_> = declared.filter(|name| *name != "default").collect();
    let section =
        README.split("## Features").nth(1).and_then(|rest| rest.split("\n\n").nth(1)).expect("a table");
    let mut told: Vec<_> = section
        .lines()
        .skip(2)
        .filter_map(|line| line.split('|').nth(1))
        .flat_map(|names| names.split('`').skip(1).step_by(2))
        .collect();
    declared.sort_unstable();
    told.sort_unstable();
    assert_eq!(told, declared);
}
