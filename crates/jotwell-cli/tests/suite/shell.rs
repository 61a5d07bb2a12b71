//! Completions and manual pages, and the program's own help.

use jotwell::Algorithm;

use crate::common::Desk;

#[test]
fn completions_know_every_algorithm() {
    let desk = Desk::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let text = desk.run(&["completions", shell]).ends(0).text();
        assert!(text.contains("thumbprint"), "{shell}");
        // The other shells complete values by themselves.
        if shell == "bash" {
            assert!(Algorithm::ALL.iter().all(|algorithm| text.contains(algorithm.name())));
        }
    }
    desk.run(&["completions", "cmd"]).ends(2);
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let desk = Desk::new();
    let page = desk.run(&["man"]).ends(0).text();
    assert!(page.contains(".TH jotwell 1") && page.contains("Exit codes"), "{page}");
    desk.run(&["man", "--out", "man"]).ends(0);
    for page in ["jotwell.1", "jotwell-verify.1", "jotwell-key-convert.1", "jotwell-ring-rotate.1"] {
        assert!(desk.read(&format!("man/{page}")).len() > 200, "{page}");
    }
}

#[test]
fn every_command_has_help() {
    let desk = Desk::new();
    for command in [
        "",
        "keygen",
        "key",
        "key convert",
        "key public",
        "key thumbprint",
        "sign",
        "verify",
        "inspect",
        "jwks",
        "jwks list",
        "jwks check",
        "jwks merge",
        "ring",
        "ring init",
        "ring rotate",
        "ring publish",
        "ring status",
        "completions",
        "man",
    ] {
        let args: Vec<_> = command.split_whitespace().chain(["--help"]).collect();
        assert!(desk.run(&args).ends(0).text().contains("Usage: jotwell"), "{command}");
    }
    desk.run(&[]).ends(2).says("Usage: jotwell");
    assert!(desk.run(&["--version"]).ends(0).text().starts_with("jotwell "));
}
