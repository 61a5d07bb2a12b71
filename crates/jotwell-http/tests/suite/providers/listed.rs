//! `docs/PROVIDERS.md` has every provider and every test of one, and no other.

use std::collections::BTreeSet;
use std::path::Path;

use jotwell_http::provider::Facts;

/// Text in backticks that looks like the path of a test.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|quoted| {
        quoted.contains("::")
            && quoted.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_:".contains(&byte))
    })
}

#[test]
fn the_table_of_providers_names_each_provider_and_each_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = std::fs::read_to_string(root.join("../../docs/PROVIDERS.md")).expect("a file");
    let mut tests = BTreeSet::new();
    for file in ["alb", "ci", "claims", "cloud", "login"] {
        let source =
            std::fs::read_to_string(root.join(format!("tests/suite/providers/{file}.rs"))).expect("a file");
        for (at, attribute) in source.match_indices("test]\n") {
            let rest = &source[at + attribute.len()..];
            let name = rest.split("fn ").nth(1).and_then(|rest| rest.split('(').next()).expect("a name");
            tests.insert(format!("{file}::{name}"));
        }
    }
    assert!(tests.len() > 25, "{tests:?}");
    let listed: BTreeSet<_> =
        paths(&table).filter_map(|path| path.strip_prefix("providers::")).map(str::to_owned).collect();
    assert_eq!(listed, tests, "left: the table, right: the tests");
    for facts in Facts::ALL {
        let row = table.lines().find(|line| line.starts_with(&format!("| {} |", facts.name)));
        let row = row.unwrap_or_else(|| panic!("{} is not in the table", facts.name));
        assert!(row.contains(facts.documentation), "{}: the title of its documentation", facts.name);
        for algorithm in facts.algorithms {
            assert!(row.contains(algorithm.name()), "{}: {}", facts.name, algorithm.name());
        }
        for place in [facts.scope, facts.roles].into_iter().filter(|place| !place.is_empty()) {
            assert!(row.contains(&format!("`{}`", place.join("."))), "{}: {place:?}", facts.name);
        }
    }
}

#[test]
fn other_tests_that_the_table_names_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = std::fs::read_to_string(root.join("../../docs/PROVIDERS.md")).expect("a file");
    let others: Vec<_> = paths(&table)
        .filter(|path| !path.starts_with("providers::") && !path.starts_with("jotwell_http::"))
        .filter(|path| path.starts_with(|first: char| first.is_ascii_lowercase()))
        .collect();
    assert!(others.len() > 15, "{others:?}");
    for path in others {
        let (file, name) = path.rsplit_once("::").expect("a path");
        let file = file.replace("::", "/");
        let candidates = [
            format!("tests/suite/{file}.rs"),
            format!("tests/suite/{file}/mod.rs"),
            format!("src/{file}.rs"),
        ];
        let found = candidates.iter().any(|candidate| {
            let source = std::fs::read_to_string(root.join(candidate)).unwrap_or_default();
            source.contains(&format!("fn {name}("))
        });
        assert!(found, "{path} is not a test");
    }
}
