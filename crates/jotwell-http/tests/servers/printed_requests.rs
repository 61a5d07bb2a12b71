//! The requests that the example prints, run by a shell from top to bottom.

use std::io::{BufRead, BufReader};
use std::process::Command;

use crate::example;

fn answers(arguments: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    // Characters with a special meaning in a shell and in JSON.
    let password = r#"it's "$HOME" \n"#;
    let mut api =
        example::command(folder.path(), &[("USER_PASSWORD", password), ("ADMIN_PASSWORD", password)])
            .args(arguments)
            .spawn()
            .expect("the example");
    let mut printed =
        BufReader::new(api.stdout.take().expect("standard output")).lines().map(|line| line.expect("text"));
    let requests: Vec<_> = printed
        .by_ref()
        .skip_while(|line| !line.starts_with("  #"))
        .take_while(|line| !line.is_empty())
        .collect();
    assert!(requests.len() > 15, "{requests:#?}");
    let output = Command::new("sh").args(["-euc", &requests.join("\n")]).output().expect("a shell");
    api.kill().expect("killed");
    api.wait().expect("gone");
    let (answers, errors) =
        (String::from_utf8(output.stdout).expect("text"), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{answers}\n{errors}");
    let codes: Vec<_> = answers.lines().map(|line| line.rsplit(' ').next().expect("a word")).collect();
    let expected = ["200", "200", "403", "200", "204", "401", "200", "200", "200", "204"];
    assert_eq!(codes, expected, "{answers}\n{errors}\n{requests:#?}");
}

#[test]
fn the_printed_requests_run_from_top_to_bottom() {
    answers(&[]);
}

#[test]
fn the_printed_requests_run_over_tls() {
    answers(&["--tls"]);
}
