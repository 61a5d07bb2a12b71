//! `docs/ASSURANCE.md` names only tests that exist, and has all sections.
#![forbid(unsafe_code)]
#![cfg(not(miri))]

use std::fs;
use std::path::Path;

const ASSURANCE: &str = include_str!("../docs/ASSURANCE.md");

/// Each table, by the beginning of its heading, and the sections or steps that it must have, in order.
const TABLES: &[(&str, &[&str])] = &[
    ("RFC 8725,", &["3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12"]),
    (
        "RFC 8725bis",
        &[
            "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13",
            "3.14", "3.15",
        ],
    ),
    ("RFC 7515 §5.2", &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
    (
        "RFC 7516 §5.2",
        &[
            "1",
            "2",
            "3",
            "4",
            "5",
            "6",
            "7",
            "8",
            "9",
            "10",
            "11",
            "12",
            "13",
            "14",
            "15",
            "16",
            "17",
            "18",
            "§9",
            "§11",
            "RFC 7519 §5.3",
        ],
    ),
    (
        "RFC 7518 §4 and §5",
        &["4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8", "5.1", "5.2", "5.3", "App. C"],
    ),
    ("RFC 7519 §7.2", &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
    ("RFC 9068 §4", &["1", "2", "3", "4", "5", "6", "7", "8"]),
    ("RFC 6750", &["2.1", "2.2", "2.3", "3", "3.1", "5.2", "5.3"]),
    ("RFC 7009", &["2.1", "2.2", "2.2.1", "5"]),
    ("RFC 7662", &["2.1", "2.2", "2.3", "4"]),
    ("RFC 8414", &["2", "3", "3.1", "3.2", "3.3"]),
    ("RFC 9470", &["3", "4", "5", "6.1", "6.2", "9"]),
    ("RFC 9728", &["2", "3", "3.1", "3.2", "3.3", "5.1"]),
];

/// Returns what is between backticks as `file.rs: name`.
fn references(text: &str) -> Vec<(&str, &str)> {
    let quoted = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    quoted.filter_map(|quoted| quoted.split_once(": ")).filter(|(file, _)| file.ends_with(".rs")).collect()
}

/// Returns whether `source` has a test with that name: a function directly below a test attribute.
fn has_test(source: &str, name: &str) -> bool {
    let mut attributes = String::new();
    for line in source.lines().map(str::trim) {
        let function = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
        if function.and_then(|rest| rest.strip_prefix(name)).is_some_and(|rest| rest.starts_with("()")) {
            return attributes.contains("test]") || attributes.contains("test(");
        }
        if line.starts_with("#[") { attributes.push_str(line) } else { attributes.clear() }
    }
    false
}

/// Returns the tests that `text` names and that do not exist.
fn missing(text: &str) -> Vec<String> {
    let exists = |file: &str, name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        fs::read_to_string(path).is_ok_and(|source| has_test(&source, name))
    };
    let named = references(text).into_iter().filter(|(file, name)| !exists(file, name));
    named.map(|(file, name)| format!("{file}: {name}")).collect()
}

/// Returns the rows of the table under the heading that begins with this text, each with its four cells.
fn rows<'a>(text: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let section = text.split("\n## ").find(|section| section.starts_with(heading)).expect("a section");
    let lines = section.lines().filter(|line| line.starts_with('|')).skip(2);
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

fn numbers<'a>(rows: &[Vec<&'a str>]) -> Vec<&'a str> {
    let mut numbers: Vec<_> = rows.iter().map(|row| row[0]).collect();
    numbers.dedup();
    numbers
}

/// Returns whether a row names a test, or says that it has no test.
fn answers(row: &[&str]) -> bool {
    row.len() == 4
        && match row[3] {
            "n/a" => row[2].starts_with("n/a: "),
            test => !references(test).is_empty() || test.starts_with("not tested"),
        }
}

#[test]
fn every_test_that_is_named_exists() {
    assert!(references(ASSURANCE).len() > 100, "{}", references(ASSURANCE).len());
    assert_eq!(missing(ASSURANCE), Vec::<String>::new());
}

#[test]
fn every_section_has_its_rows_and_every_row_its_answer() {
    assert_eq!(ASSURANCE.matches("\n## RFC ").count(), TABLES.len());
    for (heading, expected) in TABLES {
        let rows = rows(ASSURANCE, heading);
        assert_eq!(numbers(&rows), *expected, "{heading}");
        for row in rows {
            assert!(answers(&row), "{heading}: {row:?}");
        }
    }
}

#[test]
fn a_test_that_is_missing_and_a_row_that_is_missing_are_found() {
    let this = "tests/assurance.rs";
    assert_eq!(missing(&format!("`{this}: every_test_that_is_named_exists`")), Vec::<String>::new());
    for (file, name) in [
        (this, "every_test_that_is_named_exist"),
        (this, "every_test_that_is_named_exists_not"),
        // A function that is not a test.
        (this, "references"),
        ("tests/no_such_file.rs", "every_test_that_is_named_exists"),
    ] {
        assert_eq!(missing(&format!("| 1 | `x` | `{file}: {name}` |")), [format!("{file}: {name}")]);
    }
    assert!(!has_test("fn a() {}", "a") && has_test("#[test]\nfn a() {}", "a"));
    assert!(has_test("#[tokio::test(flavor = \"x\")]\nasync fn a() {}", "a"));
    assert!(!has_test("#[test]\nfn b() {}\nfn a() {}", "a"));

    let cut: Vec<_> = ASSURANCE.lines().filter(|line| !line.starts_with("| 3.9 |")).collect();
    assert_ne!(numbers(&rows(&cut.join("\n"), TABLES[0].0)), TABLES[0].1);
    assert!(!answers(&["3.9", "a", "b", ""]) && !answers(&["3.9", "a", "b", "n/a"]));
}
