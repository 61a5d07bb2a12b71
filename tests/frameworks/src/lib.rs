//! The examples for actix-web and tonic in the README and the guide of `jotwell-http`, compiled.
#![forbid(unsafe_code)]

/// Only compiled.
#[allow(dead_code)]
mod readme {
    mod actix_web;
    mod tonic;

    #[test]
    fn the_readme_and_the_guide_have_these_examples() {
        const README: &str = include_str!("../../../crates/jotwell-http/README.md");
        const GUIDE: &str = include_str!("../../../crates/jotwell-http/src/guide/frameworks.rs");
        let guide: String = GUIDE
            .lines()
            .filter_map(|line| line.strip_prefix("//!"))
            .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
            .collect();
        for source in [include_str!("readme/actix_web.rs"), include_str!("readme/tonic.rs")] {
            assert!(README.contains(&format!("```rust,ignore\n{source}```")), "{source}");
            assert!(guide.contains(&format!("```ignore\n{source}```")), "{source}");
            assert!(source.lines().count() <= 15, "{source}");
        }
    }
}
