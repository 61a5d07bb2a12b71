//! Encrypted tokens: keys, encryption, decryption, and what is visible without a key.

use crate::common::Desk;
use jotwell::jwe::{ContentEncryption, KeyManagement};

#[test]
fn every_algorithm_from_a_new_key_to_the_content() {
    for algorithm in KeyManagement::ALL.iter().filter(|algorithm| !algorithm.is_password_based()) {
        let desk = Desk::new();
        desk.run(&["keygen", "--alg", algorithm.name(), "--kid", "a", "--out", "private.jwk"]).ends(0);
        let key = if algorithm.is_symmetric() {
            desk.run(&["key", "public", "private.jwk"]).ends(2).says("has no public half");
            "private.jwk"
        } else {
            desk.run(&["key", "public", "private.jwk", "--out", "public.jwk"]).ends(0);
            assert!(!desk.read("public.jwk").contains("\"d\""));
            "public.jwk"
        };
        let token = desk.run_with(&["encrypt", "--key", key], b"content", &[]).ends(0);
        desk.write("token", &token.stdout);
        let run = desk.run(&["decrypt", "token", "--key", "private.jwk"]).ends(0);
        assert_eq!(run.stdout, b"content", "{algorithm}");
        assert_eq!(run.stderr.contains("not verified"), !algorithm.is_symmetric(), "{algorithm}");
    }
}

#[test]
fn a_password_decrypts_with_a_limit_of_iterations() {
    let desk = Desk::new();
    let env = [("PASSWORD", "correct horse"), ("OTHER", "battery staple")];
    let encrypt = ["encrypt", "--password-env", "PASSWORD", "--iterations", "2000"];
    let token = desk.run_with(&encrypt, b"content", &env).ends(0);
    let decrypt = |args: &[&str]| desk.run_with(&[&["decrypt"], args].concat(), &token.stdout, &env);
    assert_eq!(decrypt(&["--password-env", "PASSWORD"]).ends(0).stdout, b"content");
    decrypt(&["--password-env", "OTHER"]).ends(1).says("refused: the token does not decrypt");
    decrypt(&["--password-env", "PASSWORD", "--max-iterations", "1999"]).ends(1).says("2000 iterations");
}

#[test]
fn keys_and_tokens_that_do_not_match_are_rejected_with_a_hint() {
    let desk = Desk::new();
    desk.run(&["keygen", "--alg", "ES256", "--out", "signing.jwk"]).ends(0);
    desk.run(&["keygen", "--alg", "ECDH-ES", "--crv", "X25519", "--out", "private.jwk"]).ends(0);
    let content: &[u8] = b"content";
    desk.run_with(&["encrypt", "--key", "signing.jwk"], content, &[])
        .ends(2)
        .says("not a key management algorithm");
    desk.run(&["sign", "--key", "private.jwk"]).ends(2).says("jotwell encrypt");
    let token = desk.run_with(&["encrypt", "--key", "private.jwk"], content, &[]).ends(0);
    desk.write("token", &token.stdout);
    let refused = |args: &[&str]| desk.run(&[&["decrypt", "token", "--key", "private.jwk"], args].concat());
    refused(&["--enc", "A128GCM"]).ends(1).says("--enc A256GCM");
    refused(&["--alg", "ECDH-ES+A128KW"]).ends(2).says("by its \"alg\"");
    desk.run(&["keygen", "--alg", "ECDH-ES", "--crv", "X25519", "--out", "other.jwk"]).ends(0);
    let run = desk.run(&["decrypt", "token", "--key", "other.jwk"]).ends(1).says("does not decrypt");
    assert!(run.stdout.is_empty());
    desk.run(&["keygen", "--alg", "RSA-OAEP-256", "--crv", "P-256"]).ends(2).says("--crv");
    desk.run(&["keygen", "--alg", "A128KW", "--enc", "A128GCM"]).ends(2).says("--enc");
    desk.run(&["keygen", "--alg", "dir", "--thumbprint-kid"]).ends(2).says("help to guess it");
}

/// Where the key names no algorithm, those that it fits are named, and the only one is taken.
#[test]
fn an_algorithm_that_is_not_said_is_the_only_one_that_fits() {
    let desk = Desk::new();
    let pem =
        |name: &str| format!("{}/../../vectors/interop/keys/{name}.pkcs8.pem", env!("CARGO_MANIFEST_DIR"));
    for name in ["p256.pem", "rsa2048.pem", "secp256k1.pem"] {
        let bytes = std::fs::read(pem(name.trim_end_matches(".pem"))).expect("a key");
        desk.write(name, &bytes);
    }
    let encrypt = |args: &[&str]| desk.run_with(&[&["encrypt", "--key"], args].concat(), b"content", &[]);
    let curve = "--alg ECDH-ES, ECDH-ES+A128KW, ECDH-ES+A192KW or ECDH-ES+A256KW";
    encrypt(&["p256.pem"]).ends(2).says("does not say its algorithm").says(curve);
    encrypt(&["rsa2048.pem"]).ends(2).says("--alg RSA-OAEP-256 or RSA-OAEP");
    encrypt(&["secp256k1.pem"]).ends(2).says("fits no algorithm that encrypts").says("X25519");
    encrypt(&["p256.pem", "--alg", "RSA-OAEP-256"]).ends(2).says("the key fits ECDH-ES, ");

    // A secret of 64 bytes is one for `dir` alone.
    let secret = ["--secret-encoding", "raw", "--enc", "A256CBC-HS512"];
    desk.write("secret", [7; 64]);
    let token = encrypt(&[&["secret"], &secret[..]].concat()).ends(0);
    let decrypt = [&["decrypt", "--key", "secret"], &secret[..]].concat();
    assert_eq!(desk.run_with(&decrypt, &token.stdout, &[]).ends(0).stdout, b"content");
    desk.write("short", [7; 16]);
    let short = ["short", "--secret-encoding", "raw"];
    encrypt(&short).ends(2).says("--alg dir, A128KW or A128GCMKW");
    encrypt(&[&short[..], &["--alg", "A256KW"]].concat())
        .ends(2)
        .says("the key fits dir, A128KW or A128GCMKW");
    // RFC 7520 §5.6.1.
    let jwk = r#"{"kty":"oct","alg":"A128GCM","k":"BwcHBwcHBwcHBwcHBwcHBw"}"#;
    desk.write("named.jwk", jwk.as_bytes());
    encrypt(&["named.jwk", "--enc", "A128GCM"]).ends(0);
}

#[test]
fn a_secret_for_dir_has_the_length_of_its_content_encryption() {
    for enc in ContentEncryption::ALL {
        let desk = Desk::new();
        desk.run(&["keygen", "--alg", "dir", "--enc", enc.name(), "--out", "key.jwk"]).ends(0);
        let encrypt = ["encrypt", "--key", "key.jwk", "--enc", enc.name(), "--cty", "text/plain"];
        let token = desk.run_with(&encrypt, b"content", &[]).ends(0);
        let decrypt = ["decrypt", "--key", "key.jwk", "--enc", enc.name()];
        assert_eq!(desk.run_with(&decrypt, &token.stdout, &[]).ends(0).stdout, b"content", "{enc}");
    }
}

#[test]
fn a_signed_token_inside_is_passed_on_to_verify() {
    let desk = Desk::with_token();
    desk.run(&["keygen", "--alg", "ECDH-ES+A256KW", "--out", "recipient.jwk"]).ends(0);
    let encrypt = ["encrypt", "token", "--key", "recipient.jwk", "--cty", "JWT"];
    let nested = desk.run(&encrypt).ends(0);
    let run = desk.run_with(&["decrypt", "--key", "recipient.jwk"], &nested.stdout, &[]).ends(0);
    let run = run.says("jotwell verify");
    assert_eq!(run.text().trim_end(), desk.read("token").trim_end());
}

#[test]
fn inspect_shows_the_header_and_names_what_is_hidden() {
    let desk = Desk::new();
    desk.run(&["keygen", "--alg", "A256KW", "--kid", "a", "--out", "key.jwk"]).ends(0);
    let token = desk.run_with(&["encrypt", "--key", "key.jwk"], b"content", &[]).ends(0);
    desk.write("token", &token.stdout);
    let text = desk.run(&["inspect", "--unverified", "token"]).ends(0).text();
    let wanted = [
        "NOT VERIFIED",
        "\"alg\": \"A256KW\"",
        "only its length can be seen",
        "encrypted_key 40 bytes",
        "ciphertext    7 bytes",
    ];
    for wanted in wanted {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    let json = desk.run(&["inspect", "--unverified", "--json", "token"]).ends(0).json();
    assert_eq!((&json["encrypted"], &json["ciphertext_bytes"]), (&true.into(), &7.into()));
    assert_eq!(json["header"]["enc"], "A256GCM");
    // Not even the header is JSON.
    desk.write("token", "!.e30.AA.AA.\u{202e}");
    let text = desk.run(&["inspect", "--unverified", "token"]).ends(0).text();
    assert!(text.contains("(not base64url of JSON)") && !text.contains('\u{202e}'), "{text}");
}
