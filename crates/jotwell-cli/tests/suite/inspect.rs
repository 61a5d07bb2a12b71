//! Showing tokens without verifying them.

use jotwell::base64url;

use crate::common::Desk;

fn token(header: &str, payload: &str) -> String {
    [header, payload, "signature"].map(base64url::encode).join(".")
}

#[test]
fn it_needs_an_explicit_option() {
    let desk = Desk::with_token();
    let run = desk.run(&["inspect", "token"]).ends(2).says("--unverified");
    assert!(run.stdout.is_empty());
}

#[test]
fn parts_dates_and_size_are_shown_without_colour() {
    let desk = Desk::with_token();
    let text = desk.run(&["inspect", "--unverified", "token"]).ends(0).text();
    for wanted in
        ["NOT VERIFIED", "  \"kid\": \"2026-11\"", "  \"sub\": \"user-42\"", "in 14 min", "64 bytes", "size "]
    {
        // The token may have been created in this very second.
        let wanted = if wanted == "in 14 min" && text.contains("in 15 min") { "in 15 min" } else { wanted };
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(!text.contains('\u{1b}'));
    assert!(text.contains(desk.read("token").trim_end()));

    desk.write("old", token(r#"{"alg":"ES256"}"#, r#"{"exp":0,"nbf":253402214400}"#));
    let text = desk.run(&["inspect", "--unverified", "old"]).ends(0).text();
    assert!(text.contains("exp        1970-01-01T00:00:00Z  expired "), "{text}");
    assert!(
        text.contains("nbf        9999-12-31T00:00:00Z  in ") || text.contains("253402214400  in "),
        "{text}"
    );
}

#[test]
fn json_is_for_machines() {
    let desk = Desk::with_token();
    let answer = desk.run(&["inspect", "--unverified", "--json", "token"]).ends(0).json();
    assert_eq!((&answer["verified"], &answer["payload"]["sub"]), (&false.into(), &"user-42".into()));
    assert_eq!(answer["size"], desk.read("token").trim_end().len());
    assert!(answer["problem"].is_null());
}

#[test]
fn a_token_that_every_verifier_rejects_is_shown_with_the_reason() {
    let desk = Desk::new();
    for (text, shown, problem) in [
        (token(r#"{"alg":"none"}"#, "{}"), "\"alg\": \"none\"", "\"none\""),
        (
            token(r#"{"alg":"ES256"}"#, r#"{"sub":"a","sub":"b"}"#),
            "\"sub\": \"a\",\n  \"sub\": \"b\"",
            "second time",
        ),
        (token(r#"{"alg":"ES256"}"#, "text"), "(not base64url of JSON)", "payload"),
        (token(r#"{"alg":"ES256"}"#, r#"{"exp":"soon"}"#), "\"soon\"", "\"exp\""),
        ("a.b".to_owned(), "(not base64url of JSON)", "has 2 parts"),
        ("..".to_owned(), "(not base64url of JSON)", "header is not one strict JSON object"),
    ] {
        desk.write("token", &text);
        let run = desk.run(&["inspect", "--unverified", "token"]).ends(0).text();
        assert!(run.contains(shown) && run.contains("every verifier rejects it"), "{run}");
        assert!(run.rsplit("problem").next().is_some_and(|end| end.contains(problem)), "{run}");
        let answer = desk.run(&["inspect", "--unverified", "--json", "token"]).ends(0).json();
        assert!(answer["problem"].is_string());
    }
}

#[test]
fn characters_that_control_a_terminal_are_escaped() {
    let desk = Desk::new();
    let payload = "{\"sub\":\"\u{9b}2J\u{202e}\u{7f}\"}";
    desk.write("token", token(r#"{"alg":"ES256"}"#, payload));
    let text = desk.run(&["inspect", "--unverified", "token"]).ends(0).text();
    assert!(text.contains("\\u009b2J\\u202e\\u007f"), "{text}");
    desk.write("token", "\u{1b}[2J.\u{9b}.");
    let text = desk.run(&["inspect", "--unverified", "token"]).ends(0).text();
    assert!(!text.contains(['\u{1b}', '\u{9b}']), "{text}");
}

#[test]
fn deep_nesting_is_shown_raw_and_does_not_multiply() {
    let desk = Desk::new();
    let nested = |depth: usize| format!(r#"{{"a":{}0,0{}}}"#, "[".repeat(depth), "]".repeat(depth));
    for depth in [32, 4_000] {
        let (payload, token) = (nested(depth), token(r#"{"alg":"ES256"}"#, &nested(depth)));
        desk.write("token", &token);
        let text = desk.run(&["inspect", "--unverified", "token"]).ends(0).text();
        assert!(text.contains(&payload), "not shown raw");
        assert!(text.contains("problem") && text.len() < 4 * token.len() + 1000, "{} bytes", text.len());
        let run = desk.run(&["inspect", "--unverified", "--json", "token"]).ends(0);
        assert!(run.stdout.len() < 2 * token.len() + 5000, "{} bytes", run.stdout.len());
        let answer: Box<serde_json::value::RawValue> = serde_json::from_slice(&run.stdout).expect("JSON");
        assert!(answer.get().contains(&"[".repeat(depth - 32)));
    }
    // The deepest level that the library reads is indented.
    desk.write("token", token(r#"{"alg":"ES256"}"#, &nested(31)));
    let text = desk.run(&["inspect", "--unverified", "token"]).ends(0).text();
    assert!(!text.contains("problem") && text.contains(&format!("\n{}0,\n", "  ".repeat(32))), "{text}");
}

#[test]
fn invisible_characters_and_look_alikes_are_shown_as_escapes() {
    let desk = Desk::new();
    let payload =
        "{\"sub\":\"adm\u{e0069}in\u{3164}\u{fe0f}\u{2800}\",\"iss\":\"https://p\u{430}ypal.example\"}";
    desk.write("token", token(r#"{"alg":"ES256"}"#, payload));
    let text = desk.run(&["inspect", "--unverified", "token"]).ends(0).text();
    assert!(text.contains(r#""adm\udb40\udc69in\u3164\ufe0f\u2800""#), "{text}");
    assert!(text.contains(r#""https://p\u0430ypal.example""#), "{text}");
    let answer = desk.run(&["inspect", "--unverified", "--json", "token"]).ends(0).json();
    assert_eq!(answer["payload"]["iss"], "https://p\u{430}ypal.example");
}

#[cfg(unix)]
#[test]
fn names_of_files_are_safe_to_show() {
    let desk = Desk::new();
    let name = "\u{1b}]0;owned\u{7}\u{202e}key.jwk";
    for args in [
        &["inspect", "--unverified", name][..],
        &["key", "public", name],
        &["verify", "token", "--key", name, "--issuer", "a", "--audience", "b"],
        &["jwks", "list", name],
    ] {
        let run = desk.run(args).ends(2);
        assert!(run.stderr.contains(r"\u001b]0;owned\u0007\u202ekey.jwk"), "{args:?}: {}", run.stderr);
        assert!(!run.stderr.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{}", run.stderr);
        assert!(run.stdout.is_empty());
    }
    // One argument too many, which clap reports.
    let run = desk.run(&["jwks", "list", "a", name]).ends(2).says("unexpected argument");
    assert!(!run.stderr.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{}", run.stderr);
    desk.write(name, "{}");
    let run = desk.run(&["keygen", "--alg", "ES256", "--out", name]).ends(2);
    assert!(run.stderr.contains(r"\u001b") && !run.stderr.contains('\u{1b}'), "{}", run.stderr);
    // There is a warning for a private key that others may read.
    std::fs::remove_file(desk.path(name)).expect("removed");
    desk.run(&["keygen", "--alg", "ES256", "--out", name]).ends(0);
    std::fs::set_permissions(desk.path(name), std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .expect("a mode");
    let run = desk.run(&["key", "public", name]).ends(0).says("warning");
    assert!(!run.stderr.contains('\u{1b}'), "{}", run.stderr);
}
