//! Shared secrets: as bytes, in base64, and as a JWK.

use crate::common::{Desk, kept};

const POLICY: [&str; 2] = ["--dangerous-any-issuer", "--dangerous-any-audience"];

#[test]
fn base64_is_read_and_written() {
    let desk = Desk::new();
    // All symbols in which the two alphabets differ.
    let secret: Vec<u8> = (0..64).map(|at: u8| [0xfb, 0xff, 0xbf, at][usize::from(at) % 4]).collect();
    desk.write("raw", &secret);
    let convert = |from: &str, encoding: &str, to: &str| {
        let args = ["key", "convert", from, "--secret-encoding", encoding, "--alg", "HS512", "--private"];
        desk.run(&[&args[..], &["--to", to]].concat()).ends(0).text()
    };
    let base64 = convert("raw", "raw", "base64");
    assert!(base64.contains('+') && base64.contains('/') && base64.ends_with("==\n"), "{base64}");
    desk.write("base64", &base64);
    let base64url = convert("base64", "base64", "base64url");
    assert!(base64url.contains('-') && base64url.contains('_') && !base64url.contains('='), "{base64url}");
    desk.write("base64url", &base64url);
    let jwk = convert("base64url", "base64url", "jwk");
    desk.write("jwk", &jwk);
    let back = desk.run(&["key", "convert", "jwk", "--to", "base64", "--private"]).ends(0).text();
    assert_eq!(back, base64);

    let token = |from: &str, more: &[&str]| {
        desk.run(&[&["sign", "--key", from, "--alg", "HS512"][..], more].concat()).ends(0).text()
    };
    desk.write("token", token("jwk", &[]));
    for (file, encoding) in [("raw", "raw"), ("base64", "base64"), ("base64url", "base64url")] {
        let keys = ["verify", "token", "--key", file, "--secret-encoding", encoding, "--alg", "HS512"];
        desk.run(&[&keys[..], &POLICY].concat()).ends(0);
        token(file, &["--secret-encoding", encoding]);
    }
    // The encoding is not guessed, and a wrong one is rejected.
    let sign = |more: &[&str]| desk.run(&[&["sign", "--alg", "HS512"][..], more].concat());
    sign(&["--key", "base64"]).ends(2).says("--secret-encoding raw, base64 or base64url");
    sign(&["--key", "base64", "--secret-encoding", "base64url"]).ends(2).says("base64");
    sign(&["--key", "jwk", "--secret-encoding", "raw"]).ends(2).says("the secret is itself a key");
}

#[test]
fn new_secrets_are_written_in_base64() {
    let desk = Desk::new();
    for (alg, format, length) in
        [("HS256", "base64", 45), ("HS512", "base64url", 87), ("A128KW", "base64", 25)]
    {
        let secret = desk.run(&["keygen", "--alg", alg, "--format", format]).ends(0).text();
        assert_eq!(secret.len(), length, "{alg}");
    }
    for args in [
        &["keygen", "--alg", "ES256", "--format", "base64"][..],
        &["key", "convert", &kept("p256.pkcs8.pem"), "--private", "--to", "base64"],
        &["key", "convert", &kept("p256.spki.pem"), "--to", "base64url"],
    ] {
        let run = desk.run(args).ends(2).says("only a shared secret is written in base64");
        assert!(run.stdout.is_empty());
    }
    // Only with an explicit option.
    desk.run(&["key", "convert", &kept("hs256.jwk.json"), "--to", "base64"]).ends(2).says("--private");
}

#[test]
fn a_secret_of_one_length_needs_no_algorithm() {
    let desk = Desk::new();
    let sign = |secret: &[u8]| {
        let args = ["sign", "--key", "-", "--secret-encoding", "raw"];
        desk.run_with(&args, secret, &[])
    };
    sign(&[7; 32]).ends(0);
    sign(&[7; 48]).ends(2).says("--alg HS256 or HS384");
    sign(&[7; 31]).ends(2).says("at least 32 bytes");
}

#[test]
fn a_line_end_in_a_raw_secret_counts_and_causes_a_warning() {
    let desk = Desk::new();
    let secret = "correct horse battery staple stapler";
    let sign = |secret: &str, encoding: &str| {
        let args = ["sign", "--key-env", "SECRET", "--secret-encoding", encoding, "--alg", "HS256"];
        desk.run_with(&args, b"", &[("SECRET", secret)]).ends(0)
    };
    let with_line_end = sign(&format!("{secret}\n"), "raw").says("ends with a line end, which counts");
    assert!(!with_line_end.stderr.contains("horse"));
    let without = sign(secret, "raw");
    assert!(without.stderr.is_empty(), "{}", without.stderr);
    let verify = |token: &[u8], secret: &str| {
        let args = ["verify", "--key-env", "SECRET", "--secret-encoding", "raw", "--alg", "HS256"];
        desk.run_with(&[&args[..], &POLICY].concat(), token, &[("SECRET", secret)])
    };
    verify(&with_line_end.stdout, secret).ends(1).says("the signature is invalid");
    verify(&with_line_end.stdout, &format!("{secret}\n")).ends(0);
    verify(&without.stdout, secret).ends(0);
    // A line end around base64 is not part of it.
    let base64 = sign("3q2+796tvu/erb7v3q2+796tvu/erb7v3q2+796tvu8=\n", "base64");
    assert!(base64.stderr.is_empty(), "{}", base64.stderr);
}
