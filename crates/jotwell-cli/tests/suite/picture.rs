//! The picture of `jotwell inspect` in the README of the repository.
//!
//! `JOTWELL_BLESS=1 cargo test -p jotwell-cli --test suite picture` draws it again.

use std::fmt::Write as _;

use crate::common::{AUDIENCE, Desk, ISSUER};
use crate::jobs::lasting;

const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/pictures/inspect.svg");
const COLUMNS: usize = 92;

/// Draws a terminal as SVG: light text on a dark background.
fn svg(lines: &[String]) -> String {
    const LINE: usize = 18;
    const MARGIN: usize = 16;
    let height = lines.len() * LINE + 2 * MARGIN;
    let width = COLUMNS * 8 + 2 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1b1f27\"/>\n"
    );
    for (index, line) in lines.iter().enumerate() {
        let y = MARGIN + index * LINE + LINE * 2 / 3;
        let colour = match line.as_str() {
            line if line.starts_with("$ ") => "#7ee787",
            line if line.starts_with("NOT VERIFIED") => "#ffb86b",
            "header" | "payload" => "#79c0ff",
            _ => "#d7dce5",
        };
        let text = line.replace('&', "&amp;").replace('<', "&lt;");
        writeln!(
            svg,
            "<text x=\"{MARGIN}\" y=\"{y}\" fill=\"{colour}\" xml:space=\"preserve\">{text}</text>"
        )
        .expect("a string takes text");
    }
    svg + "</svg>\n"
}

#[test]
fn the_picture_shows_what_inspect_prints() {
    let desk = Desk::new();
    desk.run(&["keygen", "--alg", "ES256", "--kid", "2026-11", "--out", "private.jwk"]).ends(0);
    let claims = ["--sub", "user-42", "--claim", "role=admin", "--out", "token"];
    desk.run(&[&["sign", "--key", "private.jwk", "--iss", ISSUER, "--aud", AUDIENCE], &claims[..]].concat())
        .ends(0);
    let run = desk.run(&["inspect", "token", "--unverified"]).ends(0);

    let mut lines = vec!["$ jotwell inspect token --unverified".to_owned()];
    for line in run.stderr.lines().chain([""]).chain(run.text().lines()) {
        let characters: Vec<_> = line.chars().collect();
        match characters.is_empty() {
            true if lines.last().is_some_and(String::is_empty) => {}
            true => lines.push(String::new()),
            false => lines.extend(characters.chunks(COLUMNS).map(|part| part.iter().collect::<String>())),
        }
    }
    let drawn = svg(&lines);
    if std::env::var_os("JOTWELL_BLESS").is_some() {
        std::fs::write(PICTURE, drawn).expect("the picture");
        return;
    }
    let kept = std::fs::read_to_string(PICTURE).expect("the picture");
    // The token's own lines are random.
    let without_token = |svg: &str| {
        let lines = svg.lines().filter(|line| line.contains("</text>") && line.contains(' '));
        let texts = lines.map(|line| line.split(['<', '>']).nth(2).unwrap_or_default());
        lasting(&texts.filter(|text| text.len() < 20 || text.contains(' ')).collect::<Vec<_>>().join("\n"))
    };
    assert!(without_token(&kept).contains("NOT VERIFIED"), "{kept}");
    assert_eq!(without_token(&kept), without_token(&drawn));
}
