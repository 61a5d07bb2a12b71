//! Tokens that are looked at without being believed.

mod common;

use common::Desk;
use jotwell::base64url;

fn token(header: &str, payload: &str) -> String {
    [header, payload, "signature"].map(base64url::encode).join(".")
}

#[test]
fn it_has_to_be_asked_for_by_name() {
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
        // The token may have been made in this very second.
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
fn what_no_verifier_would_take_is_shown_with_the_reason() {
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
        ("..".to_owned(), "(not base64url of JSON)", "refuses"),
    ] {
        desk.write("token", &text);
        let run = desk.run(&["inspect", "--unverified", "token"]).ends(0).text();
        assert!(run.contains(shown) && run.contains("every verifier refuses it"), "{run}");
        assert!(run.rsplit("problem").next().is_some_and(|end| end.contains(problem)), "{run}");
        let answer = desk.run(&["inspect", "--unverified", "--json", "token"]).ends(0).json();
        assert!(answer["problem"].is_string());
    }
}

#[test]
fn what_a_terminal_would_act_on_is_not_passed_on() {
    let desk = Desk::new();
    let payload = "{\"sub\":\"\u{9b}2J\u{202e}\u{7f}\"}";
    desk.write("token", token(r#"{"alg":"ES256"}"#, payload));
    let text = desk.run(&["inspect", "--unverified", "token"]).ends(0).text();
    assert!(text.contains("\\u009b2J\\u202e\\u007f"), "{text}");
    desk.write("token", "\u{1b}[2J.\u{9b}.");
    let text = desk.run(&["inspect", "--unverified", "token"]).ends(0).text();
    assert!(!text.contains(['\u{1b}', '\u{9b}']), "{text}");
}
