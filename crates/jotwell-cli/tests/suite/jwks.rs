//! JWK Sets: listed, checked, merged.

use crate::common::{Desk, kept, kept_text};

/// Two usable keys, a malformed one, and one for encryption.
fn mixed() -> String {
    let mut keys: Vec<serde_json::Value> = ["p256", "rsa2048"]
        .map(|name| serde_json::from_str(&kept_text(&format!("{name}.pub.jwk.json"))).expect("a JWK"))
        .into();
    keys[0]["kid"] = "first".into();
    let mut broken = keys[0].clone();
    broken["kid"] = "broken".into();
    broken["x"] = "AA".into();
    let mut encryption = keys[1].clone();
    encryption["use"] = "enc".into();
    keys.extend([broken, encryption]);
    serde_json::json!({ "keys": keys }).to_string()
}

#[test]
fn a_list_describes_every_key() {
    let desk = Desk::new();
    let text = desk.run_with(&["jwks", "list", "-"], mixed().as_bytes(), &[]).ends(0).text();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[0].starts_with("kid \"first\": a key on P-256") && lines[0].ends_with("for ES256"));
    assert!(lines[1].starts_with("no kid: an RSA key") && lines[1].ends_with("PS384 or PS512"));
    assert!(lines[2].contains("number 3 of the set") && lines[2].contains("\"x\""));
    assert!(lines[3].contains("number 4 of the set") && lines[3].contains("\"use\""));
}

#[test]
fn a_check_fails_for_each_skipped_key_and_for_an_empty_set() {
    let desk = Desk::new();
    let check = |set: &str, algs: &[&str]| {
        let algs: Vec<_> = algs.iter().flat_map(|alg| ["--alg", alg]).collect();
        desk.run_with(&[&["jwks", "check", "-"], &algs[..]].concat(), set.as_bytes(), &[])
    };
    let run = check(&mixed(), &["ES256", "RS256"])
        .ends(1)
        .says("number 3 of the set")
        .says("2 of its keys cannot be used");
    assert_eq!(run.text().lines().count(), 2);
    check(r#"{"keys":[]}"#, &["ES256"]).ends(1).says("has no key");
    check("[]", &["ES256"]).ends(2);
    check(&mixed(), &[]).ends(2).says("--alg");
    let good = format!(r#"{{"keys":[{}]}}"#, kept_text("p256.pub.jwk.json"));
    check(&good, &["ES256"]).ends(0);
    check(&good, &["ES384"]).ends(1).says("ES384 needs");
    let private = format!(r#"{{"keys":[{}]}}"#, kept_text("p256.jwk.json"));
    let run = check(&private, &["ES256"]).ends(1).says("found a private key");
    assert!(!run.stderr.contains("OgUxhbFhtj578UCAMh6s0372JW88euu2x5a9UqC750Q"));
}

#[test]
fn a_merged_set_has_each_key_once_and_no_private_key() {
    let desk = Desk::with_token();
    let (p256, rsa) = (kept("p256.spki.pem"), kept("rsa2048.cert.pem"));
    desk.run(&["jwks", "merge", "public.jwk", &p256, "--alg", "ES256", "--out", "one"]).ends(0);
    let set = desk.run(&["jwks", "merge", "one", &rsa, "--alg", "PS256"]).ends(0).json();
    let names: Vec<_> = set["keys"].as_array().expect("keys").iter().map(|key| &key["kid"]).collect();
    let thumbprint = desk.run(&["key", "thumbprint", &p256]).ends(0).text();
    assert_eq!(
        (names.len(), names[0].as_str(), names[1].as_str()),
        (3, Some("2026-11"), Some(thumbprint.trim_end()))
    );
    assert_eq!(set["keys"][2]["alg"], "PS256");

    desk.run(&["jwks", "merge", "one", "public.jwk"]).ends(1).says("the \"kid\" \"2026-11\" already");
    // One name for two keys is rejected, even if their algorithms differ.
    desk.run(&["keygen", "--alg", "Ed25519", "--kid", "2026-11", "--out", "other"]).ends(0);
    desk.run(&["key", "public", "other", "--out", "other.pub"]).ends(0);
    desk.run(&["jwks", "merge", "public.jwk", "other.pub"]).ends(1).says("2026-11");
    let run = desk.run(&["jwks", "merge", "private.jwk"]).ends(2).says("jotwell key public");
    assert!(run.stdout.is_empty());
    desk.run(&["jwks", "merge", &kept("hs256.jwk.json"), "--alg", "HS256"]).ends(2);
    desk.run(&["jwks", "merge", &rsa]).ends(2).says("--alg RS256");
    desk.write("mixed", mixed());
    desk.run(&["jwks", "merge", "mixed", "--alg", "RS256"]).ends(2).says("number 3 of the set");
    desk.write("plain", format!(r#"{{"keys":[{}]}}"#, kept_text("rsa2048.pub.jwk.json")));
    desk.run(&["jwks", "merge", "plain"]).ends(2).says("does not say its algorithm");
    assert_eq!(
        desk.run(&["jwks", "merge", "plain", "--alg", "RS512"]).ends(0).json()["keys"][0]["alg"],
        "RS512"
    );
}
