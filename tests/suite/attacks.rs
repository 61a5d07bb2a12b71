//! Attacks on the header and on the selection of the key: RFC 8725 §2, RFC 7515 §10.
//!
//! Wherever possible, the token of an attack has a valid signature, so that only the tested rule can reject it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::error::Error;
use std::time::Duration;

use crate::attacks_common::{
    AUDIENCE, ISSUER, NOW, Random, algorithms, claims_with, good_claims, hs256, jwk_file, key, key_dir,
    key_file, public, sign_text, signing_input, token, validator, validator_of, verify, verify_header,
    with_signature,
};
use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use jotwell::{
    Algorithm, Header, KeyError, KeyFormat, KeySource, NoClaims, NumericDate, SigningKey, UnboundKey,
    UnverifiedToken, Validator, VerifyError, VerifyingKey, base64url, jws,
};

fn invalid_header(parameter: &'static str) -> Result<(), VerifyError> {
    Err(VerifyError::InvalidHeader { parameter })
}

// ---- alg: none -------------------------------------------------------------------------------

/// RFC 7515 §10.7 and RFC 8725 §2.1: names are compared exactly, and attackers vary the spelling.
const NONES: &[&str] =
    &["none", "None", "NONE", "nOnE", " none", "none ", r"\tnone", r"none\n", r"n\u006fne"];

#[test]
fn rejects_alg_none_in_every_spelling_with_every_key() {
    let stale = key(Algorithm::HS256).sign(b"another token").expect("a signature");
    for none in NONES {
        for header in [format!(r#"{{"alg":"{none}"}}"#), format!(r#"{{"typ":"JWT","alg":"{none}"}}"#)] {
            let input = signing_input(&header, good_claims());
            for algorithm in algorithms() {
                let ours = key(algorithm);
                // Without a signature, with that of another token, and with a valid one.
                for token in [format!("{input}."), with_signature(&input, &stale), sign_text(&input, ours)] {
                    assert_eq!(verify(&token, ours), Err(VerifyError::Unsecured), "{header} {algorithm}");
                    let policy = validator_of(public(algorithm));
                    let verdict = policy.verify::<NoClaims>(&token).map(drop);
                    assert_eq!(verdict, Err(VerifyError::Unsecured), "{header} {algorithm}");
                    let parsed = UnverifiedToken::parse(&token).map(drop);
                    assert_eq!(parsed, Err(VerifyError::Unsecured), "{header}");
                }
            }
        }
    }
}

#[test]
fn rejects_missing_alg() {
    // Names of parameters are compared exactly too (RFC 7515 §4).
    for header in ["{}", r#"{"typ":"JWT"}"#, r#"{"Alg":"HS256"}"#, r#"{"alg ":"HS256"}"#, r#"{"ALG":"none"}"#]
    {
        assert_eq!(verify_header(header), Err(VerifyError::MissingAlgorithm), "{header}");
    }
}

#[test]
fn rejects_alg_that_is_not_a_string() {
    for value in ["null", "0", "256", "true", "false", "[]", r#"["HS256"]"#, "{}", r#"{"alg":"HS256"}"#] {
        assert_eq!(verify_header(format!(r#"{{"alg":{value}}}"#)), invalid_header("alg"), "{value}");
    }
}

#[test]
fn rejects_alg_that_is_not_exactly_a_name() {
    for name in [
        "",
        " ",
        "no ne",
        "nonee",
        "none;HS256",
        "hs256",
        "Hs256",
        "HS256 ",
        " HS256",
        r"HS256\u0000",
        "HS",
        "HS1",
        "HS2560",
        "HMACSHA256",
        "RS1",
        "EDDSA",
        "ES256k",
        // The Kelvin sign, whose lower case is an ASCII k.
        "ES256\u{212a}",
        "A128KW",
        "dir",
    ] {
        let header = format!(r#"{{"alg":"{name}"}}"#);
        assert_eq!(
            verify_header(&header),
            Err(VerifyError::UnknownAlgorithm { found: name.replace(r"\u0000", "\0") }),
            "{name:?}"
        );
    }
}

// ---- Algorithm confusion ---------------------------------------------------------------------

#[test]
fn verifies_with_the_key_of_its_own_algorithm_and_no_other() {
    let mut verified = 0;
    for found in algorithms() {
        let token = jws::sign(b"any bytes", key(found)).expect("a token");
        for expected in algorithms() {
            let verdict = verify(&token, key(expected));
            if found == expected {
                assert_eq!(verdict, Ok(b"any bytes".to_vec()), "{found}");
                verified += 1;
            } else {
                let mismatch = VerifyError::AlgorithmMismatch { expected, found };
                assert_eq!(verdict, Err(mismatch), "{found} token, {expected} key");
            }
        }
    }
    assert_eq!(verified, algorithms().count());
}

#[test]
fn rejects_signature_of_one_algorithm_under_the_name_of_another() {
    // The token names the algorithm that the key expects (RFC 8725 §3.1). Within HMAC and within RSA the keys have the
    // same numbers, so only the scheme and the hash differ.
    for claimed in algorithms() {
        let input = signing_input(format!(r#"{{"alg":"{claimed}"}}"#), "any bytes");
        for actual in algorithms().filter(|actual| *actual != claimed) {
            let token = sign_text(&input, key(actual));
            let verdict = verify(&token, key(claimed));
            assert_eq!(verdict, Err(VerifyError::InvalidSignature), "{actual} as {claimed}");
        }
    }
}

#[test]
fn treats_eddsa_and_ed25519_as_one_scheme_with_two_names() {
    // RFC 9864 §2.2: the same signatures. The name must still be the key's.
    let pem = key_file("ed25519.pkcs8.pem");
    let eddsa = SigningKey::from_pem(Algorithm::EdDSA, &pem).expect("a key");
    let ed25519 = SigningKey::from_pem(Algorithm::Ed25519, &pem).expect("a key");
    let token = token(r#"{"alg":"Ed25519"}"#, "any bytes", &eddsa);
    assert_eq!(verify(&token, &ed25519), Ok(b"any bytes".to_vec()));
    let mismatch = VerifyError::AlgorithmMismatch { expected: Algorithm::EdDSA, found: Algorithm::Ed25519 };
    assert_eq!(verify(&token, &eddsa), Err(mismatch));
}

#[test]
fn a_single_key_is_returned_for_its_own_algorithm_only() {
    // The verifier compares once more, but a custom source may rely on this result alone.
    for expected in algorithms() {
        let ours = public(expected).with_key_id("2026-11");
        for found in algorithms() {
            let given = |header: Header| ours.key_for(&header).map(|key| key.algorithm());
            if found == expected {
                assert_eq!(given(Header::new(found)), Ok(expected));
                assert_eq!(
                    given(Header::new(found).with_key_id("other")),
                    Err(VerifyError::unknown_key(Some("other")))
                );
            } else {
                let mismatch = VerifyError::AlgorithmMismatch { expected, found };
                assert_eq!(given(Header::new(found)), Err(mismatch.clone()));
                assert_eq!(given(Header::new(found).with_key_id("other")), Err(mismatch));
            }
        }
    }
}

/// A source that returns its one key for every token.
struct Careless(VerifyingKey);

impl KeySource for Careless {
    fn key_for(&self, _: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        Ok(Cow::Borrowed(&self.0))
    }
}

#[test]
fn rejects_key_that_a_careless_source_returns_for_another_algorithm() {
    // A custom key source may forget to compare the algorithm.
    for expected in algorithms() {
        for found in algorithms().filter(|found| *found != expected) {
            let token = token(format!(r#"{{"alg":"{found}"}}"#), good_claims(), key(expected));
            let mismatch = VerifyError::AlgorithmMismatch { expected, found };
            let verdict = jws::Verifier::new(Careless(public(expected))).verify(&token).map(drop);
            assert_eq!(verdict, Err(mismatch.clone()));
            let policy = Validator::with_clock(
                Careless(public(expected)),
                jotwell::Issuer::is(ISSUER),
                jotwell::Audience::is(AUDIENCE),
                NumericDate::from_secs(NOW),
            );
            assert_eq!(policy.verify::<NoClaims>(&token).map(drop), Err(mismatch));
        }
    }
}

// ---- Public keys as secrets ------------------------------------------------------------------

fn hs256_tag(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mac = <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(secret).expect("any length");
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

#[test]
fn rejects_hmac_with_the_public_key_as_secret() {
    // RFC 8725 §2.1: the attacker knows the public key, byte for byte as the server has it.
    let server = VerifyingKey::from_pem(Algorithm::RS256, key_file("rsa2048.spki.pem")).expect("a key");
    let verifier = jws::Verifier::new(server);
    for file in [
        "rsa2048.spki.pem",
        "rsa2048.spki.der",
        "rsa2048.pkcs1-public.pem",
        "rsa2048.pkcs1-public.der",
        "rsa2048.cert.pem",
        "rsa2048.cert.der",
        "rsa2048.pub.jwk.json",
    ] {
        for (alg, error) in [
            ("HS256", VerifyError::AlgorithmMismatch { expected: Algorithm::RS256, found: Algorithm::HS256 }),
            ("RS256", VerifyError::InvalidSignature),
        ] {
            let input = signing_input(format!(r#"{{"alg":"{alg}"}}"#), "any bytes");
            let token = with_signature(&input, hs256_tag(&key_file(file), input.as_bytes()));
            assert_eq!(verifier.verify(&token).map(drop), Err(error), "{file} {alg}");
        }
    }
}

/// Asserts that each of the four ways to create an HMAC key rejects the secret, for that reason.
#[track_caller]
fn assert_is_rejected_as_secret(secret: &[u8], form: KeyFormat, name: &str) {
    let error = KeyError::SecretLooksLikeKey { format: form };
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        let short = SigningKey::hmac_dangerously_short(algorithm, secret).map(drop);
        assert_eq!(short, Err(error.clone()), "{name}");
        let short = VerifyingKey::hmac_dangerously_short(algorithm, secret).map(drop);
        assert_eq!(short, Err(error.clone()), "{name}");
        assert_eq!(SigningKey::hmac(algorithm, secret).map(drop), Err(error.clone()), "{name}");
        assert_eq!(VerifyingKey::hmac(algorithm, secret).map(drop), Err(error.clone()), "{name}");
    }
    // Not even as an unbound key, whatever it may be bound to later.
    assert_eq!(UnboundKey::from_secret(secret).map(drop), Err(error.clone()), "{name}");
    let jwk = format!(r#"{{"kty":"oct","k":"{}"}}"#, base64url::encode(secret));
    assert_eq!(UnboundKey::from_jwk(jwk).map(drop), Err(error), "{name}");
}

/// Returns the format in which a key file is recognized as a key; `None` for a secret.
fn form_of(name: &str) -> Option<KeyFormat> {
    let (_, form) = name.split_once('.').expect("name.form");
    Some(match form {
        "bin" => return None,
        "pkcs8.der" => KeyFormat::Pkcs8,
        "pkcs1.der" => KeyFormat::Pkcs1Private,
        "pkcs1-public.der" => KeyFormat::Pkcs1Public,
        "sec1.der" => KeyFormat::Sec1,
        "spki.der" => KeyFormat::Spki,
        "cert.der" => KeyFormat::Certificate,
        "pkcs8-encrypted.der" => KeyFormat::Encrypted,
        "openssh-public.txt" => KeyFormat::OpenSshPublic,
        pem if pem.ends_with(".pem") => KeyFormat::Pem,
        jwk if jwk.ends_with("jwk.json") => KeyFormat::Jwk,
        other => panic!("what is {other}?"),
    })
}

fn key_files() -> Vec<(String, Vec<u8>)> {
    let mut names: Vec<_> = std::fs::read_dir(key_dir())
        .expect("the key directory")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    assert!(names.len() > 80, "only {} key files", names.len());
    names.into_iter().map(|name| (name.clone(), key_file(&name))).collect()
}

/// Returns whether there is text in front of the first PEM block, which PEM allows (RFC 7468 §2).
fn has_explanation(name: &str) -> bool {
    name.contains("cert-text")
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_every_key_file_as_secret() {
    for (name, bytes) in key_files().iter().filter(|(name, _)| !has_explanation(name)) {
        match form_of(name) {
            Some(form) => assert_is_rejected_as_secret(bytes, form, name),
            None => {
                assert_eq!(SigningKey::hmac_dangerously_short(Algorithm::HS512, bytes).map(drop), Ok(()));
            }
        }
    }
}

#[test]
fn rejects_pem_after_an_explanation_as_secret() {
    // What `openssl x509 -text` and `openssl pkcs12` print, and what this crate reads as PEM.
    for (name, bytes) in key_files().iter().filter(|(name, _)| has_explanation(name)) {
        assert_is_rejected_as_secret(bytes, KeyFormat::Pem, name);
    }
    let pem = String::from_utf8(key_file("rsa2048.cert.pem")).expect("ASCII");
    let bag = format!("Bag Attributes\n    localKeyID: 01 02 03\nsubject=CN = rsa2048\n{pem}");
    assert_is_rejected_as_secret(bag.as_bytes(), KeyFormat::Pem, "Bag Attributes");
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_key_text_as_secret_in_every_encoding() {
    let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<_>>();
    for (name, bytes) in key_files() {
        let (Some(form), Ok(text)) = (form_of(&name), String::from_utf8(bytes)) else {
            continue; // a secret, or DER
        };
        if has_explanation(&name) {
            continue;
        }
        for (how, bytes) in [
            ("byte order mark", format!("\u{feff}{text}").into_bytes()),
            ("newlines in front", format!("\n\n{text}").into_bytes()),
            ("white space in front", format!(" \t\r\n\x0c{text}").into_bytes()),
            ("both", format!("\u{feff}\r\n  {text}").into_bytes()),
            ("nothing after", text.trim_end().as_bytes().to_vec()),
            ("more after", format!("{text}\n\n").into_bytes()),
            ("CRLF", text.replace('\n', "\r\n").into_bytes()),
            ("UTF-16LE", utf16(&text, u16::to_le_bytes)),
            ("UTF-16BE", utf16(&text, u16::to_be_bytes)),
            ("UTF-16LE, marked", utf16(&format!("\u{feff}{text}"), u16::to_le_bytes)),
            ("UTF-16BE, marked", utf16(&format!("\u{feff}{text}"), u16::to_be_bytes)),
            ("UTF-16LE, indented", utf16(&format!("\u{feff}\r\n {text}"), u16::to_le_bytes)),
        ] {
            assert_is_rejected_as_secret(&bytes, form, &format!("{name}, {how}"));
        }
    }
}

#[test]
fn rejects_set_of_keys_as_secret() {
    let set = format!(r#"{{ "keys" : [{}] }}"#, jwk_file("rsa2048.pub.jwk.json"));
    assert_is_rejected_as_secret(set.as_bytes(), KeyFormat::JwkSet, "a JWK set");
    // A name may be written with escapes (RFC 8259 §8.3).
    let escaped = jwk_file("rsa2048.pub.jwk.json").replace("\"kty\"", "\"\\u006bty\"");
    assert_is_rejected_as_secret(escaped.as_bytes(), KeyFormat::Jwk, "an escaped kty");
    let several = format!("[{}]", jwk_file("rsa2048.pub.jwk.json"));
    assert_is_rejected_as_secret(several.as_bytes(), KeyFormat::Jwk, "several in an array");
    let set = format!(r#"{{"keys":[{escaped}]}}"#);
    assert_is_rejected_as_secret(set.as_bytes(), KeyFormat::JwkSet, "a set of escaped keys");
    // `kty` need not come early.
    let late = format!(r#"{{"x5c":["{}"],"kty":"RSA"}}"#, "A".repeat(5000));
    assert_is_rejected_as_secret(late.as_bytes(), KeyFormat::Jwk, "a late kty");
}

/// Only `kty` or `keys` in valid JSON, escaped or not, makes an object a key.
#[test]
fn accepts_json_that_is_not_a_key_as_secret() {
    for text in [
        r#"{"secret":"correct horse battery staple, and more of it"}"#,
        r#"{"\u006bty":"oct","k":"this is no JSON to its very end""#,
        r#"["correct horse battery staple", "correct horse battery"]"#,
    ] {
        assert!(SigningKey::hmac(Algorithm::HS256, text).is_ok(), "{text}");
    }
}

/// The label may be missing, so a key that is truncated after it is recognized too.
#[test]
fn rejects_the_beginning_of_pem_as_secret() {
    let text = format!("{}-----BEGIN ", "k".repeat(64));
    assert_is_rejected_as_secret(text.as_bytes(), KeyFormat::Pem, "the beginning of PEM");
}

/// Some issuers publish their public key as the body of a PEM without the lines around it.
#[test]
fn rejects_der_with_a_line_end_or_in_base64_as_secret() {
    for name in ["rsa2048", "p256", "ed25519"] {
        let path = format!("{}/vectors/interop/keys/{name}.spki", env!("CARGO_MANIFEST_DIR"));
        let der = std::fs::read(format!("{path}.der")).expect("a file");
        let pem = std::fs::read_to_string(format!("{path}.pem")).expect("a file");
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let url = jotwell::base64url::encode(&der);
        let with_line_end = [&der[..], b"\n"].concat();
        let spread = format!(" {body}\n");
        for secret in [&with_line_end[..], body.as_bytes(), spread.as_bytes(), url.as_bytes()] {
            assert_is_rejected_as_secret(secret, KeyFormat::Spki, name);
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn accepts_random_secrets() {
    // Also secrets that begin like DER, JSON, PEM or UTF-16, since random bytes may.
    let starts: &[&[u8]] = &[
        b"",
        b"\x30",
        b"\x30\x3e",
        b"\x30\x81",
        b"\x30\x82",
        b"{",
        b"{\"",
        b"-",
        b"-----",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
        b"ss",
        b" \n",
    ];
    let mut random = Random(7);
    let mut count = 0;
    for start in starts {
        for round in 0..400 {
            let mut secret = start.to_vec();
            secret.extend(random.bytes(64 + round % 64 - start.len()));
            for algorithm in [Algorithm::HS256, Algorithm::HS512] {
                assert_eq!(SigningKey::hmac(algorithm, &secret).map(drop), Ok(()), "{secret:02x?}");
                assert_eq!(VerifyingKey::hmac(algorithm, &secret).map(drop), Ok(()), "{secret:02x?}");
            }
            count += 1;
        }
    }
    assert_eq!(count, 5600);
}

// ---- Keys in the header ----------------------------------------------------------------------

/// Parameters that carry or point to the attacker's key, all well-formed (RFC 7515 §4.1.2 to §4.1.8).
fn pointers_to_key() -> Vec<String> {
    let certificate = Base64::encode_string(&key_file("p256.cert.der"));
    vec![
        format!(r#""jwk":{}"#, jwk_file("p256.pub.jwk.json")),
        r#""jku":"https://attacker.example/jwks.json""#.into(),
        r#""jku":"file:///etc/passwd""#.into(),
        r#""x5u":"https://attacker.example/chain.pem""#.into(),
        format!(r#""x5c":["{certificate}"]"#),
        format!(r#""x5t":"{}""#, "A".repeat(27)),
        format!(r#""x5t#S256":"{}""#, "A".repeat(43)),
    ]
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_attackers_key_in_the_header() {
    // RFC 8725 §2.1 and CVE-2018-0114: the token vouches for the key that verifies the token.
    let attacker = key(Algorithm::ES256);
    let ours = SigningKey::generate(Algorithm::ES256).expect("a key");
    for pointer in pointers_to_key() {
        let token = token(format!(r#"{{"alg":"ES256",{pointer}}}"#), good_claims(), attacker);
        assert_eq!(verify(&token, &ours), Err(VerifyError::InvalidSignature), "{pointer}");
        let verdict = validator_of(ours.verifying_key()).verify::<NoClaims>(&token).map(drop);
        assert_eq!(verdict, Err(VerifyError::InvalidSignature), "{pointer}");
        // Nothing else is wrong with it: the attacker's own servers would accept it.
        assert_eq!(verify(&token, attacker), Ok(good_claims().into_bytes()), "{pointer}");
    }
}

/// Asserts that verification does not use `parameter` in this header: the token is accepted, and reading the parameter
/// fails.
#[track_caller]
fn assert_unused_and_malformed(parameter: &'static str, header: &str) {
    assert_eq!(verify_header(header), Ok(()), "{header}");
    let token = token(header, "any bytes", hs256());
    let verified = jws::Verifier::new(hs256().verifying_key()).verify(&token).expect("verified");
    let header = verified.header();
    let read = match parameter {
        "cty" => header.content_type().map(drop),
        "jku" => header.jwk_set_url().map(drop),
        "jwk" => header.jwk().map(drop),
        "x5u" => header.x509_url().map(drop),
        "x5c" => header.x509_chain().map(drop),
        "x5t" => header.x509_sha1().map(drop),
        "x5t#S256" => header.x509_sha256().map(drop),
        other => panic!("{other}"),
    };
    assert_eq!(read, invalid_header(parameter), "{}", header.to_json());
}

#[test]
fn rejects_secret_in_the_header() {
    let secret = [b'x'; 32];
    let jwk = format!(r#"{{"kty":"oct","k":"{}"}}"#, jotwell::base64url::encode(secret));
    let attacker = SigningKey::hmac(Algorithm::HS256, secret).expect("a key");
    let token = token(format!(r#"{{"alg":"HS256","jwk":{jwk}}}"#), "any bytes", &attacker);
    assert_eq!(verify(&token, hs256()).map(drop), Err(VerifyError::InvalidSignature));
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn ignores_keys_in_the_header_of_our_own_token() {
    let ours = SigningKey::generate(Algorithm::ES256).expect("a key");
    let [jwk, jku, _, x5u, x5c, x5t, x5t_s256] = &pointers_to_key()[..] else { panic!("seven") };
    let all = [jwk, jku, x5u, x5c, x5t, x5t_s256].map(String::as_str).join(",");
    let token = token(format!(r#"{{"alg":"ES256",{all}}}"#), "any bytes", &ours);
    let verified = jws::Verifier::new(ours.verifying_key()).verify(&token).expect("ours");
    let header = verified.header();
    assert!(header.jwk().expect("a key").is_some());
    assert_eq!(header.jwk_set_url(), Ok(Some("https://attacker.example/jwks.json".into())));
    assert_eq!(header.x509_url(), Ok(Some("https://attacker.example/chain.pem".into())));
    assert_eq!(header.x509_chain(), Ok(Some(vec![Base64::encode_string(&key_file("p256.cert.der"))])));
    assert_eq!(header.x509_sha1(), Ok(Some([0; 20])));
    assert_eq!(header.x509_sha256(), Ok(Some([0; 32])));
}

#[test]
fn rejects_header_parameters_of_wrong_type() {
    for parameter in ["typ", "kid"] {
        for value in ["null", "0", "-1.5", "true", "false", "[]", r#"["a"]"#, "{}", r#"{"a":"b"}"#] {
            let header = format!(r#"{{"alg":"HS256","{parameter}":{value}}}"#);
            assert_eq!(verify_header(&header), invalid_header(parameter), "{header}");
        }
    }
}

#[test]
fn accepts_unused_header_parameters_of_wrong_type_and_refuses_to_read_them() {
    for parameter in ["cty", "jku", "x5u", "x5t", "x5t#S256"] {
        for value in ["null", "0", "-1.5", "true", "false", "[]", r#"["a"]"#, "{}", r#"{"a":"b"}"#] {
            assert_unused_and_malformed(parameter, &format!(r#"{{"alg":"HS256","{parameter}":{value}}}"#));
        }
    }
    for value in
        ["null", "0", "true", r#""MIIB""#, "[]", "[0]", "[null]", r#"["MIIB",0]"#, r#"[["MIIB"]]"#, "{}"]
    {
        assert_unused_and_malformed("x5c", &format!(r#"{{"alg":"HS256","x5c":{value}}}"#));
    }
}

#[test]
fn refuses_to_read_malformed_certificate_digests() {
    for (parameter, length) in [("x5t", 27), ("x5t#S256", 43)] {
        for value in [
            String::new(),
            "A".repeat(length - 3),
            "A".repeat(length + 1),
            "A".repeat(length) + "=",
            "A".repeat(length - 1) + "+",
            // Unused bits are set.
            "A".repeat(length - 1) + "B",
            "0".repeat(40),
        ] {
            assert_unused_and_malformed(parameter, &format!(r#"{{"alg":"HS256","{parameter}":"{value}"}}"#));
        }
    }
}

#[test]
fn refuses_to_read_a_jwk_in_the_header_that_is_not_a_key() {
    let public = jwk_file("p256.pub.jwk.json");
    for value in [
        "null".into(),
        "0".into(),
        "true".into(),
        r#""text""#.into(),
        "[]".into(),
        format!("[{public}]"),
        "{}".into(),
        r#"{"kty":"EC"}"#.into(),
        r#"{"kty":"RSA","e":"AQAB"}"#.into(),
        r#"{"kty":0}"#.into(),
        public.replace("\"P-256\"", "\"P-384\""),
    ] {
        assert_unused_and_malformed("jwk", &format!(r#"{{"alg":"HS256","jwk":{value}}}"#));
    }
}

#[test]
fn refuses_to_read_a_private_jwk_in_the_header() {
    // RFC 7515 §4.1.3: it is a public key. A private key in a header has been disclosed to everyone.
    for file in [
        "hs256.jwk.json",
        "hs384.jwk.json",
        "hs512.jwk.json",
        "rsa2048.jwk.json",
        "p256.jwk.json",
        "p384.jwk.json",
        "p521.jwk.json",
        "secp256k1.jwk.json",
        "ed25519.jwk.json",
    ] {
        assert_unused_and_malformed("jwk", &format!(r#"{{"alg":"HS256","jwk":{}}}"#, jwk_file(file)));
    }
}

#[test]
fn refuses_to_read_a_private_jwk_of_unknown_type_in_the_header() {
    // Keys that no algorithm of this crate uses are private nevertheless (RFC 7518 §6.2.2, RFC 8037 §2).
    for jwk in [
        r#"{"kty":"OKP","crv":"Ed448","x":"AAAA","d":"AAAA"}"#,
        r#"{"kty":"OKP","crv":"X25519","x":"AAAA","d":"AAAA"}"#,
        r#"{"kty":"EC","crv":"BP-256","x":"AAAA","y":"AAAA","d":"AAAA"}"#,
    ] {
        assert_unused_and_malformed("jwk", &format!(r#"{{"alg":"HS256","jwk":{jwk}}}"#));
    }
}

// ---- kid -------------------------------------------------------------------------------------

/// RFC 8725 §3.10: a name that tries to be a path, a query, a URL or a command.
const KIDS: &[&str] = &[
    "",
    "../../../../../../dev/null",
    "/dev/null",
    r"C:\\Windows\\win.ini",
    "file:///etc/passwd",
    "https://attacker.example/key.pem",
    "x' UNION SELECT 'known secret' -- ",
    "'; DROP TABLE keys; --",
    "$(id)",
    "| cat /etc/passwd",
    "%2e%2e%2fkey",
    r"2026-11\u0000.pem",
    r"2026-11\n",
    "2026-11 ",
    " 2026-11",
    "2026-1",
    "2026-111",
    "2026\u{2010}11",
];

#[test]
fn rejects_kid_that_names_no_known_key() {
    let named = hs256().clone().with_key_id("2026-11");
    for kid in KIDS {
        let header = format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#);
        let token = token(&header, "any bytes", hs256());
        assert!(matches!(verify(&token, &named), Err(VerifyError::UnknownKey { key_id: Some(_) })), "{kid}");
        // A key without a name accepts every `kid`, which is returned unchanged.
        let verified = jws::Verifier::new(hs256().verifying_key()).verify(&token).expect("ours");
        let kid: String = serde_json::from_str(&format!("\"{kid}\"")).expect("a string");
        assert_eq!(verified.header().key_id(), Some(&*kid));
    }
}

#[test]
fn accepts_known_kid_and_absent_kid() {
    let named = hs256().clone().with_key_id("2026-11");
    for header in [
        r#"{"alg":"HS256"}"#,
        r#"{"alg":"HS256","kid":"2026-11"}"#,
        r#"{"alg":"HS256","kid":"\u0032026-1\u0031"}"#,
    ] {
        let token = token(header, "any bytes", hs256());
        assert_eq!(verify(&token, &named), Ok(b"any bytes".to_vec()), "{header}");
        assert_eq!(verify(&token, hs256()), Ok(b"any bytes".to_vec()), "{header}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_kid_of_64_kib_unless_the_limit_is_raised() {
    let header = format!(r#"{{"alg":"HS256","kid":"{}"}}"#, "k".repeat(64 * 1024));
    let token = token(header, good_claims(), hs256());
    let too_long = VerifyError::TooLong { length: token.len(), limit: 16 * 1024 };
    let named = hs256().clone().with_key_id("2026-11").verifying_key();

    assert_eq!(verify(&token, hs256()), Err(too_long.clone()));
    assert_eq!(validator().verify::<NoClaims>(&token).map(drop), Err(too_long.clone()));
    assert_eq!(UnverifiedToken::parse(&token).map(drop), Err(too_long));

    // A header may have half of the limit.
    let raised = jws::Verifier::new(named.clone()).max_length(2 * token.len());
    assert!(matches!(raised.verify(&token).map(drop), Err(VerifyError::UnknownKey { key_id: Some(_) })));
    let raised = validator_of(named).max_length(2 * token.len());
    assert!(matches!(
        raised.verify::<NoClaims>(&token).map(drop),
        Err(VerifyError::UnknownKey { key_id: Some(_) })
    ));
    let raised = validator().max_length(2 * token.len());
    assert_eq!(raised.verify::<NoClaims>(&token).map(drop), Ok(()));
    let one_less = VerifyError::TooLong { length: token.len(), limit: token.len() - 1 };
    let raised = validator().max_length(token.len() - 1);
    assert_eq!(raised.verify::<NoClaims>(&token).map(drop), Err(one_less));
}

// ---- crit and b64 ----------------------------------------------------------------------------

#[test]
fn rejects_unknown_crit() {
    // RFC 7515 §4.1.11: an extension that must be understood and is not makes the token invalid.
    for members in [
        r#""crit":["x"],"x":1"#,
        r#""x":null,"crit":["x"]"#,
        r#""crit":["x","y"],"x":1,"y":2"#,
        r#""\u0063rit":["x"],"x":1"#,
        r#""crit":["\u0078"],"x":1"#,
        r#""crit":["http://example.com/UNDEFINED"],"http://example.com/UNDEFINED":true"#,
        r#""crit":[""],"":1"#,
        // A claim is not a header parameter of RFC 7515, so one in the header is an extension.
        r#""crit":["exp"],"exp":1"#,
        r#""crit":["b64"],"b64":false"#,
        r#""crit":["b64"],"b64":true"#,
        // Names are compared exactly, so this is not `alg`.
        r#""crit":["ALG"],"ALG":1"#,
    ] {
        let header = format!(r#"{{"alg":"HS256",{members}}}"#);
        assert_eq!(verify_header(&header), Err(VerifyError::UnsupportedCrit), "{header}");
        let header = format!(r#"{{{members},"alg":"HS256"}}"#);
        assert_eq!(verify_header(&header), Err(VerifyError::UnsupportedCrit), "{header}");
    }
}

#[test]
fn rejects_crit_that_is_empty_repeats_or_names_what_is_missing() {
    for members in [
        r#""crit":[]"#,
        r#""crit":["x","x"],"x":1"#,
        r#""crit":["x","y","x"],"x":1,"y":1"#,
        r#""crit":["x","\u0078"],"x":1"#,
        r#""crit":["x"]"#,
        r#""crit":["x","y"],"x":1"#,
        r#""crit":["exp"]"#,
        r#""crit":["b64"]"#,
        r#""crit":["X"],"x":1"#,
        r#""crit":[""]"#,
    ] {
        let header = format!(r#"{{"alg":"HS256",{members}}}"#);
        assert_eq!(verify_header(&header), Err(VerifyError::InvalidCrit), "{header}");
    }
}

#[test]
fn rejects_crit_that_names_a_parameter_of_rfc_7515() {
    let jwk = format!(r#""jwk":{}"#, jwk_file("p256.pub.jwk.json"));
    let x5t = format!(r#""x5t":"{}""#, "A".repeat(27));
    let x5t_s256 = format!(r#""x5t#S256":"{}""#, "A".repeat(43));
    for (name, member) in [
        ("alg", r#""alg":"HS256""#),
        ("typ", r#""typ":"JWT""#),
        ("cty", r#""cty":"text""#),
        ("kid", r#""kid":"a""#),
        ("jku", r#""jku":"a""#),
        ("jwk", &jwk),
        ("x5u", r#""x5u":"a""#),
        ("x5c", r#""x5c":["a"]"#),
        ("x5t", &x5t),
        ("x5t#S256", &x5t_s256),
    ] {
        let others = if name == "alg" { String::new() } else { r#","alg":"HS256""#.into() };
        let header = format!(r#"{{{member}{others},"crit":["{name}"]}}"#);
        assert_eq!(verify_header(&header), Err(VerifyError::InvalidCrit), "{header}");
        // Also next to an extension.
        let header = format!(r#"{{{member}{others},"x":1,"crit":["x","{name}"]}}"#);
        assert_eq!(verify_header(&header), Err(VerifyError::InvalidCrit), "{header}");
        // And if the header does not have it.
        if name != "alg" {
            let header = format!(r#"{{"alg":"HS256","crit":["{name}"]}}"#);
            assert_eq!(verify_header(&header), Err(VerifyError::InvalidCrit), "{header}");
        }
    }
    assert_eq!(verify_header(r#"{"alg":"HS256","crit":["crit"]}"#), Err(VerifyError::InvalidCrit));
}

#[test]
fn rejects_crit_of_wrong_type() {
    for value in [
        "null",
        r#""x""#,
        "0",
        "true",
        "{}",
        r#"{"x":1}"#,
        "[0]",
        "[null]",
        r#"[["x"]]"#,
        r#"["x",0]"#,
        "[{}]",
    ] {
        let header = format!(r#"{{"alg":"HS256","x":1,"crit":{value}}}"#);
        assert_eq!(verify_header(&header), Err(VerifyError::InvalidCrit), "{header}");
    }
}

#[test]
fn rejects_b64_that_is_not_in_crit() {
    // RFC 7797 §6: verifiers that know `b64` and verifiers that ignore it would read different payloads.
    for value in ["false", "null", "0", "1", r#""false""#, r#""true""#, "[]", "[true]", "{}"] {
        for name in ["b64", r"\u006264"] {
            let header = format!(r#"{{"alg":"HS256","{name}":{value}}}"#);
            assert_eq!(verify_header(&header), invalid_header("b64"), "{header}");
        }
    }
    // The payload without an encoding: RFC 7797 §3.
    for (header, error) in [
        (r#"{"alg":"HS256","b64":false}"#, VerifyError::InvalidHeader { parameter: "b64" }),
        (r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#, VerifyError::UnsupportedCrit),
    ] {
        let header = jotwell::base64url::encode(header);
        let token = sign_text(&format!("{header}.any bytes"), hs256());
        assert_eq!(verify(&token, hs256()), Err(error));
    }
    // A header that all verifiers read alike is accepted: RFC 7797 §3, true is the default.
    assert_eq!(verify_header(r#"{"alg":"HS256","b64":true}"#), Ok(()));
}

// ---- Contents of errors ----------------------------------------------------------------------

/// A marker for every place in which a token can have text.
const MARK: &str = "S3cr3t-M4rk3r-9f8e7d";

/// Returns the error as a log would show it: itself and each of its causes, in both forms.
fn printed(error: &VerifyError) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(" {error} {error:?}");
        cause = error.source();
    }
    text
}

/// Returns each run of eight characters in the segments and in their decoded form. Runs without a letter are left out:
/// errors contain times on purpose.
fn pieces(token: &str) -> HashSet<String> {
    let decoded = token.split('.').filter_map(|segment| jotwell::base64url::decode(segment).ok());
    let decoded = decoded.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let mut pieces = HashSet::new();
    for text in token.split('.').map(str::to_owned).chain(decoded) {
        let letters: Vec<char> = text.chars().collect();
        let windows = letters.windows(8).filter(|window| window.iter().any(|letter| letter.is_alphabetic()));
        pieces.extend(windows.map(String::from_iter));
    }
    pieces
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn errors_contain_no_part_of_the_token() {
    #[derive(serde::Deserialize)]
    struct Account {
        #[serde(rename = "role")]
        _role: u32,
    }

    let header = |members: &str| {
        format!(r#"{{"alg":"HS256","kid":"2026-11","cty":"{MARK}","x-{MARK}":"{MARK}"{members}}}"#)
    };
    let claims = |name: &str, value: &str| {
        let claims = claims_with(name, Some(value));
        let iat = if name == "iat" { String::new() } else { format!(r#","iat":{NOW}"#) };
        let role = if name == "role" { "" } else { r#","role":1"# };
        format!(r#"{}{iat}{role},"{MARK}":["{MARK}"]}}"#, claims.trim_end_matches('}'))
    };
    let fair = claims("jti", &format!("\"{MARK}\""));
    // The application's type is read last, so these pass every check before.
    let complete = claims("sub", "\"user-42\"").replace("\"role\"", "\"tenant-of-ours\":1,\"role\"");
    let with_header = |header: &str| token(header, &fair, hs256());
    let with_claims = |claims: &str| token(header(""), claims, hs256());
    let good = with_claims(&fair);
    let (input, signature) = good.rsplit_once('.').expect("three parts");
    let (first, second) = input.split_once('.').expect("two parts");
    let quoted = format!("\"{MARK}\"");

    let corpus = [
        ("TooLong", good.repeat(100)),
        ("SegmentCount", format!("{good}.{good}")),
        ("Base64", format!("+{first}.{second}.{signature}")),
        ("Base64", format!("{input}.{}+", &signature[1..])),
        ("Base64", sign_text(&format!("{first}.+{}", &second[1..]), hs256())),
        ("Json", with_header(&format!("{}}}", header("")))),
        ("Json", with_header(&header(&format!(r#","{MARK}":1,"{MARK}":2"#)))),
        ("Json", with_header(&format!("[{quoted}]"))),
        ("Json", with_header(&format!("{{\"{MARK}\u{1}\":1}}"))),
        ("Json", with_claims(&format!("{fair}}}"))),
        ("Json", with_claims(&format!("\u{feff}{fair}"))),
        ("Json", with_claims(&format!("{fair}\u{7f}{MARK}"))),
        ("Json", with_claims(&fair.replace("\"jti\"", &quoted))),
        ("InvalidHeader", with_header(&header(&format!(r#","typ":[{quoted}]"#)))),
        ("InvalidHeader", with_header(&format!(r#"{{"alg":"HS256","kid":{{{quoted}:{quoted}}}}}"#))),
        ("MissingAlgorithm", with_header(&format!(r#"{{{quoted}:"HS256"}}"#))),
        ("Unsecured", with_header(&format!(r#"{{"alg":"none",{quoted}:{quoted}}}"#))),
        ("UnknownAlgorithm", with_header(&format!(r#"{{"alg":{quoted}}}"#))),
        ("InvalidCrit", with_header(&header(&format!(r#","crit":[{quoted}]"#)))),
        ("UnsupportedCrit", with_header(&header(&format!(r#","crit":["x-{MARK}"]"#)))),
        ("AlgorithmMismatch", with_header(&header("").replace("HS256", "ES256"))),
        ("UnknownKey", with_header(&format!(r#"{{"alg":"HS256","kid":{quoted}}}"#))),
        ("InvalidSignature", with_signature(input, format!("{MARK} thirty-two.."))),
        ("InvalidClaim", with_claims(&claims("exp", &quoted))),
        ("NullClaim", with_claims(&claims("exp", "null"))),
        ("DateOutOfRange", with_claims(&claims("nbf", "1767226500000"))),
        ("InvalidClaim", with_claims(&claims("iss", &format!("[{quoted}]")))),
        ("InvalidClaim", with_claims(&claims("aud", &format!("[{quoted},1]")))),
        // The error of serde that causes this one would quote the text.
        ("Deserialize", with_claims(&complete.replace("\"role\":1", &format!("\"role\":{quoted}")))),
        ("Deserialize", with_claims(&complete.replace("\"role\"", "\"rolf\""))),
        ("TypMismatch", with_header(&header(&format!(r#","typ":{quoted}"#)))),
        ("MissingClaim", with_claims(&fair.replace("\"iat\"", "\"iau\""))),
        ("Expired", with_claims(&claims("exp", "1"))),
        ("NotYetValid", with_claims(&claims("nbf", "1800000000"))),
        ("IssuedInFuture", with_claims(&claims("iat", "1800000000"))),
        ("TooOld", with_claims(&claims("iat", "1700000000"))),
        ("IssuerMismatch", with_claims(&claims("iss", &quoted))),
        ("AudienceMismatch", with_claims(&claims("aud", &format!("[{quoted},{quoted}]")))),
        ("SubjectMismatch", with_claims(&claims("sub", &quoted))),
        ("MissingClaim", with_claims(&claims("sub", "\"user-42\""))),
    ];
    let policy = validator_of(hs256().clone().with_key_id("2026-11").verifying_key())
        .max_age(Duration::from_secs(600))
        .subject("user-42")
        .require("tenant-of-ours");
    // What an operator needs. SECURITY.md lists it.
    let shows = ["UnknownAlgorithm", "UnknownKey", "TypMismatch", "IssuerMismatch", "AudienceMismatch"];
    let mut kinds = HashSet::new();
    for (kind, token) in corpus {
        let pieces = pieces(&token);
        assert!(pieces.iter().any(|piece| MARK.contains(piece.as_str())), "the mark is in {token}");
        let error = policy.verify::<Account>(&token).map(drop).expect_err(kind);
        let debug = format!("{error:?}");
        assert!(debug.starts_with(kind), "{debug}, not {kind}");
        kinds.insert(kind);
        let parsed = UnverifiedToken::parse(&token)
            .and_then(|token| token.claims_without_verification::<Account>().map(drop));
        for error in [Some(error), parsed.err()].into_iter().flatten() {
            let text = printed(&error);
            let shown: Vec<_> = pieces.iter().filter(|piece| text.contains(piece.as_str())).collect();
            assert_eq!(shown.is_empty(), !shows.contains(&kind), "{text} shows {shown:?}");
        }
    }
    // Every variant but `CustomCheck` and `Unavailable`, whose text comes from the application.
    assert_eq!(kinds.len(), 26);
}
