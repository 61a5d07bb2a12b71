//! Signatures over any file.

use jotwell::jws::JsonJws;
use jotwell::{Algorithm, Header, SigningKey};

use crate::common::Desk;

/// Not text, so that a conversion to text would be noticed.
const PAYLOAD: &[u8] = b"{\"not\": claims\xff\0}\n";

#[test]
fn every_form_verifies_and_a_changed_payload_does_not() {
    let desk = Desk::with_token();
    desk.write("file", PAYLOAD);
    desk.write("other", b"other");
    for form in [&[][..], &["--json"]] {
        for detached in [false, true] {
            let more: &[&str] = if detached { &["--detached"] } else { &[] };
            let sign = ["jws", "sign", "file", "--key", "private.jwk"];
            let signed = desk.run(&[&sign[..], form, more].concat()).ends(0);
            let text = signed.text();
            assert_eq!(text.starts_with('{'), !form.is_empty(), "{text}");
            assert_eq!(
                text.contains("..") || (!form.is_empty() && !text.contains("payload")),
                detached,
                "{text}"
            );
            let verify = |more: &[&str]| {
                let args = ["jws", "verify", "--key", "public.jwk"];
                desk.run_with(&[&args[..], more].concat(), &signed.stdout, &[])
            };
            if detached {
                let run = verify(&["--payload", "file"]).ends(0).says("verified: ES256, kid \"2026-11\"");
                assert!(run.stdout.is_empty());
                assert!(
                    verify(&["--payload", "other"]).ends(1).says("signature is invalid").stdout.is_empty()
                );
                verify(&[]).ends(1).says("--payload FILE");
            } else {
                assert_eq!(verify(&[]).ends(0).says("verified: ES256").stdout, PAYLOAD);
                verify(&["--payload", "file"]).ends(1).says("leave out --payload");
            }
        }
    }
}

#[test]
fn the_header_contains_what_the_options_say() {
    let desk = Desk::with_token();
    let args = [
        "jws",
        "sign",
        "--key",
        "private.jwk",
        "--kid",
        "b",
        "--typ",
        "JOSE",
        "--cty",
        "text/plain",
        "--json",
    ];
    let signed = desk.run_with(&args, b"text", &[]).ends(0).json();
    let header =
        signed["protected"].as_str().map(|text| jotwell::base64url::decode(text).expect("base64url"));
    let header: serde_json::Value = serde_json::from_slice(&header.expect("a header")).expect("JSON");
    let wanted = serde_json::json!({ "alg": "ES256", "kid": "b", "typ": "JOSE", "cty": "text/plain" });
    assert_eq!(header, wanted);
    desk.run_with(&["jws", "sign", "--key", "public.jwk"], b"", &[]).ends(2).says("private key");
}

#[test]
fn one_signature_or_all_must_be_valid() {
    let desk = Desk::with_token();
    let keys = ["a", "b"].map(|id| SigningKey::generate(Algorithm::EdDSA).expect("a key").with_key_id(id));
    let mut jws = JsonJws::new(PAYLOAD);
    for (name, key) in ["a.jwk", "b.jwk"].iter().zip(&keys) {
        jws = jws.sign(key, &Header::for_key(key)).expect("a signature");
        desk.write(name, key.verifying_key().to_jwk().to_json().expect("a JWK"));
    }
    desk.write("jws", jws.to_general_json());
    desk.run(&["jwks", "merge", "a.jwk", "b.jwk", "--out", "both"]).ends(0);
    let verify = |more: &[&str]| desk.run(&[&["jws", "verify", "jws"][..], more].concat());
    assert_eq!(verify(&["--key", "b.jwk"]).ends(0).says("kid \"b\"").stdout, PAYLOAD);
    verify(&["--key", "b.jwk", "--all"]).ends(1);
    let run = verify(&["--jwks", "both", "--all"]).ends(0);
    assert_eq!(run.says("verified: EdDSA, kid \"a\"; EdDSA, kid \"b\"").stdout, PAYLOAD);
    verify(&["--key", "public.jwk"]).ends(1);
}
