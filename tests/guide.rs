//! The guide lists every error: what causes it, and what to do about it.
#![forbid(unsafe_code)]
#![cfg(not(miri))]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The enums whose variants the guide lists, with their sources.
const ENUMS: [(&str, &str); 4] = [
    ("VerifyError", "src/error/verify.rs"),
    ("KeyError", "src/error/key.rs"),
    ("SignError", "src/error/sign.rs"),
    ("EncryptError", "src/error/encrypt.rs"),
];

/// The pages with the tables. Variants of the feature `jwe` are on the second one.
const PAGES: [&str; 2] = ["src/guide/errors.rs", "src/guide/encrypted_tokens.rs"];

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect(file)
}

/// The variants of the enum `name` in its source: names that are indented by one level.
fn variants(name: &str, source: &str) -> BTreeSet<String> {
    let start = source.find(&format!("pub enum {name} {{\n")).expect(name);
    let body = source[start..].split("\n}\n").next().expect("a body");
    let lines = body.lines().skip(1).filter_map(|line| line.strip_prefix("    "));
    lines
        .filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()))
        .map(|line| line.split(|end: char| !end.is_alphanumeric()).next().expect("a name").to_owned())
        .collect()
}

/// The rows of tables that begin with a link to a variant of `name`, and have a cause and a remedy.
fn rows(name: &str, page: &str) -> Vec<String> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("//! | [`"));
    rows.filter_map(|row| {
        let (variant, rest) = row.split_once("`](")?;
        let rest = rest.strip_prefix(&format!("{name}::{variant}) | "))?;
        let cells: Vec<&str> = rest.split(" | ").collect();
        assert!(cells.len() == 2 && cells.iter().all(|cell| cell.len() > 2), "{name}::{variant}: {rest}");
        Some(variant.to_owned())
    })
    .collect()
}

#[test]
fn the_guide_lists_each_error_once_with_cause_and_remedy() {
    let pages = PAGES.map(read).concat();
    for (name, source) in ENUMS {
        let listed = rows(name, &pages);
        let expected = variants(name, &read(source));
        assert!(expected.len() > 5, "{name}: {expected:?}");
        assert_eq!(listed.iter().cloned().collect::<BTreeSet<_>>(), expected, "{name}");
        assert_eq!(listed.len(), expected.len(), "{name}: a variant is listed twice");
    }
}

#[test]
fn the_first_page_of_each_guide_leads_to_all_others() {
    for folder in ["src/guide", "crates/jotwell-http/src/guide"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        if !folder.exists() {
            continue; // The package has the first one alone.
        }
        let index = fs::read_to_string(folder.join("mod.rs")).expect("an index");
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let page = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
            if page == "mod" {
                continue;
            }
            assert!(index.contains(&format!("pub mod {page};")), "{page} is not a page");
            let links = [format!("]({page})"), format!("]: {page}\"")];
            assert!(links.iter().any(|link| index.contains(link)), "{page} is not in the index");
        }
    }
}
