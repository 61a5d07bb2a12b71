//! Keys: created, converted, named.

use jotwell::Algorithm;

use crate::common::{Desk, kept, kept_text};

/// Each stored key pair, with an algorithm that it is for.
const PAIRS: &[(&str, &str)] = &[
    ("rsa2048", "RS256"),
    ("rsa3072", "PS384"),
    ("rsa4096", "RS512"),
    ("p256", "ES256"),
    ("p384", "ES384"),
    ("p521", "ES512"),
    ("secp256k1", "ES256K"),
    ("ed25519", "EdDSA"),
];

/// The members of a JWK that are numbers of the key.
fn numbers(jwk: &str) -> serde_json::Map<String, serde_json::Value> {
    let mut members: serde_json::Map<_, _> = serde_json::from_str(jwk).expect("a JWK");
    for name in ["alg", "use", "kid", "key_ops"] {
        members.remove(name);
    }
    members
}

#[test]
fn pem_to_jwk_and_back_is_what_openssl_and_jose_write() {
    let desk = Desk::new();
    for (name, alg) in PAIRS {
        let pem = kept(&format!("{name}.pkcs8.pem"));
        let jwk =
            desk.run(&["key", "convert", &pem, "--alg", alg, "--to", "jwk", "--private"]).ends(0).text();
        assert_eq!(numbers(&jwk), numbers(&kept_text(&format!("{name}.jwk.json"))), "{name}");
        desk.write("key", &jwk);
        // The JWK names its algorithm.
        let back = desk.run(&["key", "convert", "key", "--to", "pem", "--private"]).ends(0).text();
        assert_eq!(back, kept_text(&format!("{name}.pkcs8.pem")), "{name}");

        let pem = kept(&format!("{name}.spki.pem"));
        let jwk = desk.run(&["key", "convert", &pem, "--alg", alg, "--to", "jwk"]).ends(0).text();
        assert_eq!(numbers(&jwk), numbers(&kept_text(&format!("{name}.pub.jwk.json"))), "{name}");
        desk.write("public", &jwk);
        let back = desk.run(&["key", "convert", "public", "--to", "pem"]).ends(0).text();
        assert_eq!(back, kept_text(&format!("{name}.spki.pem")), "{name}");
    }
}

#[test]
fn der_is_read_and_written() {
    let desk = Desk::new();
    for (name, alg) in [("p256", "ES256"), ("rsa2048", "RS256"), ("ed25519", "Ed25519")] {
        for (from, to, more) in [
            ("pkcs8.pem", "pkcs8.der", &["--private"][..]),
            ("spki.pem", "spki.der", &[]),
            ("cert.pem", "spki.der", &[]),
        ] {
            let (from, to) = (kept(&format!("{name}.{from}")), kept(&format!("{name}.{to}")));
            let args = ["key", "convert", &from, "--alg", alg, "--to", "der"];
            let run = desk.run(&[&args, more].concat()).ends(0);
            assert_eq!(run.stdout, std::fs::read(&to).expect("a kept key"), "{name}");
            let pem =
                desk.run(&[&["key", "convert", &to, "--alg", alg, "--to", "pem"], more].concat()).ends(0);
            assert!(pem.text().starts_with("-----BEGIN "));
        }
    }
}

#[test]
fn the_public_half_has_nothing_private_and_the_format_of_the_key() {
    let desk = Desk::new();
    for (name, alg) in PAIRS {
        let private = numbers(&kept_text(&format!("{name}.jwk.json")));
        let public = numbers(&kept_text(&format!("{name}.pub.jwk.json")));
        let secrets: Vec<_> =
            private.iter().filter(|(name, _)| !public.contains_key(*name)).map(|(_, value)| value).collect();
        assert!(!secrets.is_empty());
        for command in [&["public"][..], &["convert", "--to", "jwk"]] {
            let file = kept(&format!("{name}.jwk.json"));
            let run = desk.run(&[&["key"], command, &[&file, "--alg", alg]].concat()).ends(0);
            assert_eq!(numbers(&run.text()), public, "{name}");
            for secret in &secrets {
                let secret = secret.as_str().expect("a string");
                assert!(!run.text().contains(secret) && !run.stderr.contains(secret), "{name}");
            }
        }
        let pem = desk.run(&["key", "public", &kept(&format!("{name}.pkcs8.pem")), "--alg", alg]).ends(0);
        assert_eq!(pem.text(), kept_text(&format!("{name}.spki.pem")), "{name}");
    }
    desk.run(&["key", "convert", &kept("p256.pkcs8.pem"), "--alg", "ES256", "--to", "jwk"])
        .ends(0)
        .says("--private writes the private key");
    desk.run(&["key", "public", &kept("hs256.jwk.json"), "--alg", "HS256"]).ends(2).says("no public half");
    desk.run(&["key", "convert", &kept("p256.spki.pem"), "--alg", "ES256", "--to", "jwk", "--private"])
        .ends(2)
        .says("signing needs the private key");
}

#[test]
fn one_of_several_fitting_algorithms_must_be_chosen() {
    let desk = Desk::new();
    for (name, fitting) in [
        ("rsa2048.spki.pem", "--alg RS256, RS384, RS512, PS256, PS384 or PS512"),
        ("ed25519.pub.jwk.json", "--alg EdDSA or Ed25519"),
        ("hs512.jwk.json", "--alg HS256, HS384 or HS512"),
    ] {
        desk.run(&["key", "convert", &kept(name), "--to", "jwk"]).ends(2).says(fitting);
    }
    desk.run(&["key", "public", &kept("p256.jwk.json"), "--alg", "ES384"]).ends(2).says("the key fits ES256");
    desk.run(&["key", "public", &kept("rsa1024.spki.pem")]).ends(2).says("1024 bits");
    desk.run(&["key", "public", &kept("x25519.spki.pem")]).ends(2).says("X25519");
}

#[test]
fn thumbprints_are_those_of_the_rfcs() {
    let desk = Desk::new();
    // RFC 8037 §A.3.
    let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    const WANTED: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
    assert_eq!(
        desk.run_with(&["key", "thumbprint", "-"], jwk.as_bytes(), &[]).ends(0).text(),
        format!("{WANTED}\n")
    );
    let uri = desk.run_with(&["key", "thumbprint", "--key-env", "A_KEY", "--uri"], b"", &[("A_KEY", jwk)]);
    assert_eq!(uri.ends(0).text(), format!("urn:ietf:params:oauth:jwk-thumbprint:sha-256:{WANTED}\n"));
    // The same for either half, in any format, with any algorithm.
    let of = |name| desk.run(&["key", "thumbprint", &kept(name)]).ends(0).text();
    assert_eq!(of("rsa2048.pkcs1.pem"), of("rsa2048.pub.jwk.json"));
    desk.run(&["key", "thumbprint", &kept("hs256.jwk.json")]).ends(2).says("would help to guess it");
}

#[test]
fn a_secret_is_read_from_bytes_only_with_an_option() {
    let desk = Desk::new();
    let file = kept("hs256.bin");
    desk.run(&["key", "convert", &file, "--alg", "HS256", "--to", "jwk"])
        .ends(2)
        .says("--secret-encoding raw");
    let convert =
        ["key", "convert", "--secret-encoding", "raw", "--alg", "HS256", "--to", "jwk", "--private"];
    let run = desk.run(&[&convert[..], &[&file]].concat()).ends(0);
    assert_eq!(numbers(&run.text()), numbers(&kept_text("hs256.jwk.json")));
    // A public key is not accepted as a secret.
    let pem = kept("rsa2048.spki.pem");
    desk.run(&[&convert[..], &[&pem]].concat()).ends(2).says("the secret is itself a key");
}

#[test]
fn new_keys_are_named_as_the_options_say() {
    let desk = Desk::new();
    for algorithm in Algorithm::ALL {
        let alg = algorithm.name();
        let jwk = desk.run(&["keygen", "--alg", alg, "--kid", "a"]).ends(0).json();
        assert_eq!((&jwk["alg"], &jwk["kid"]), (&alg.into(), &"a".into()));
        let pem = desk.run(&["keygen", "--alg", alg, "--format", "pem"]);
        let named = desk.run(&["keygen", "--alg", alg, "--thumbprint-kid", "--out", alg]);
        if algorithm.is_symmetric() {
            pem.ends(2).says("jwk, base64 or base64url");
            named.ends(2).says("would help to guess it");
            continue;
        }
        assert!(pem.ends(0).text().starts_with("-----BEGIN PRIVATE KEY-----\n"));
        named.ends(0);
        let thumbprint = desk.run(&["key", "thumbprint", alg]).ends(0).text();
        let jwk: serde_json::Value = serde_json::from_str(&desk.read(alg)).expect("a JWK");
        assert_eq!(jwk["kid"], thumbprint.trim_end());
    }
    desk.run(&["keygen", "--alg", "ES256", "--format", "pem", "--kid", "a"]).ends(2).says("only a JWK");
    desk.run(&["keygen", "--alg", "none"]).ends(2).says("ES256K");
}

#[test]
#[cfg(unix)]
fn private_files_are_private_and_are_not_overwritten() {
    use std::os::unix::fs::PermissionsExt;

    let desk = Desk::new();
    desk.run(&["keygen", "--alg", "ES256", "--out", "key"]).ends(0);
    assert_eq!(crate::common::mode(&desk.path("key")), 0o600);
    let before = desk.read("key");
    desk.run(&["keygen", "--alg", "ES256", "--out", "key"]).ends(2).says("--force");
    desk.run(&["key", "public", "key", "--out", "key"]).ends(2).says("exists already");
    assert_eq!(desk.read("key"), before);
    let convert = ["key", "convert", "key", "--to", "pem", "--private", "--out", "pem"];
    desk.run(&convert).ends(0);
    assert_eq!(crate::common::mode(&desk.path("pem")), 0o600);

    // If others may read it, there is a warning, and replacing it sets the mode.
    std::fs::set_permissions(desk.path("key"), PermissionsExt::from_mode(0o644)).expect("a mode");
    desk.run(&["key", "public", "key"]).ends(0).says("chmod 600 key");
    desk.run(&["keygen", "--alg", "ES256", "--out", "key", "--force"]).ends(0);
    assert_ne!(desk.read("key"), before);
    assert_eq!(crate::common::mode(&desk.path("key")), 0o600);
    let files = std::fs::read_dir(desk.path("")).expect("a folder").count();
    assert_eq!(files, 2, "nothing is left beside them");
}

#[test]
fn a_key_is_not_accepted_on_the_command_line() {
    let desk = Desk::new();
    for key in [kept_text("p256.jwk.json"), kept_text("p256.pkcs8.pem")] {
        let run = desk.run(&["key", "thumbprint", &key[..]]);
        // PEM begins like an option, so clap rejects it first.
        assert_eq!(run.code, 2);
    }
    let run = desk.run(&["key", "thumbprint", &kept_text("p256.jwk.json")]).ends(2).says("--key-env NAME");
    assert!(!run.stderr.contains("OgUxhbFhtj578UCAMh6s0372JW88euu2x5a9UqC750Q"));
    for name in ["A-KEY", "", "{\"k\":\"secret\"}", "secret"] {
        let run = desk.run(&["key", "thumbprint", "--key-env", name]).ends(2).says("the name, not the value");
        assert!(!run.stderr.contains("secret"));
    }
}

#[test]
fn files_that_are_not_keys_are_named() {
    let desk = Desk::new();
    for (content, said) in [
        ("", "--secret-encoding raw, base64 or base64url"),
        ("hello", "--secret-encoding raw, base64 or base64url"),
        ("-----BEGIN PUBLIC KEY-----", "stops after its first line"),
        ("{", "not one strict JSON object"),
        (r#"{"keys":[]}"#, "key is a JWK Set, and a key is needed"),
        (r#"{"kty":"EC"}"#, "no \"crv\""),
        (r#"{"kty":"oct","k":"c2hvcnQ"}"#, "at least 32 bytes"),
        (r#"{"kty":"oct","k":"c2hvcnQ","alg":"A128KW"}"#, "A128KW"),
    ] {
        desk.write("key", content);
        desk.run(&["key", "public", "key"]).ends(2).says(said);
    }
    desk.run(&["key", "public", "missing"]).ends(2).says("missing cannot be read");
    desk.run(&["key", "public", "."]).ends(2).says("cannot be read");
    desk.write("long", vec![b' '; (1 << 20) + 1]);
    desk.run(&["key", "public", "long"]).ends(2).says("longer than");
}

#[test]
fn only_a_jwk_contains_the_name_of_a_key() {
    let desk = Desk::new();
    let (private, public) = (kept("p256.pkcs8.pem"), kept("p256.spki.pem"));
    let convert = |key: &str, more: &[&str]| {
        desk.run(&[&["key", "convert", key, "--alg", "ES256", "--kid", "a"], more].concat())
    };
    assert_eq!(convert(&private, &["--to", "jwk", "--private"]).ends(0).json()["kid"], "a");
    assert_eq!(convert(&public, &["--to", "jwk"]).ends(0).json()["kid"], "a");
    for form in ["pem", "der"] {
        convert(&public, &["--to", form]).ends(2).says("only a JWK can contain the name of a key");
    }
}

#[test]
fn a_secret_has_no_pem_or_der_and_no_thumbprint() {
    let desk = Desk::new();
    let secret = kept("hs256.jwk.json");
    for form in ["pem", "der"] {
        let args = ["key", "convert", &secret, "--alg", "HS256", "--private", "--to", form];
        assert_eq!(desk.run(&args).ends(2).says("jwk, base64 or base64url").stdout, b"");
    }
    desk.write("nothing", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
    desk.run(&["key", "thumbprint", "nothing"]).ends(2).says("nothing: ");
}

#[test]
#[cfg(target_os = "linux")]
fn failed_output_is_an_error_and_a_closed_pipe_is_silent() {
    use std::process::{Command, Stdio};

    let key = kept("p256.spki.pem");
    let print = |stdout: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jotwell"));
        command.args(["key", "convert", &key, "--alg", "ES256", "--to", "jwk"]).stdout(stdout);
        let output = command.stderr(Stdio::piped()).output().expect("the program runs");
        (output.status.code(), String::from_utf8(output.stderr).expect("text"))
    };
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
    let (code, said) = print(full.into());
    assert!(code == Some(2) && said.contains("standard output cannot be written"), "{code:?} {said}");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    assert_eq!(print(writer.into()), (Some(2), String::new()));

    let desk = Desk::new();
    let to = |out: &str| desk.run(&["key", "convert", &key, "--alg", "ES256", "--to", "jwk", "--out", out]);
    to("no-such-folder/key").ends(2).says("no-such-folder/key cannot be written");
}
