//! The quick starts of actix-web and tonic of the README of `jotwell-http`, compiled.
#![forbid(unsafe_code)]

/// They are here to be compiled.
#[allow(dead_code)]
mod readme {
    mod actix_web;
    mod tonic;

    #[test]
    fn the_readme_has_these_quick_starts() {
        const README: &str = include_str!("../../../crates/jotwell-http/README.md");
        for source in [include_str!("readme/actix_web.rs"), include_str!("readme/tonic.rs")] {
            assert!(README.contains(&format!("```rust,ignore\n{source}```")), "{source}");
            assert!(source.lines().count() <= 15, "{source}");
        }
    }
}
