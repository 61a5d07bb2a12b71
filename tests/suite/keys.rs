//! Keys in every form that is common, and every reason for rejecting one. OpenSSL created the files, and npm `jose`
//! the JWKs: see `vectors/interop/README.md`.

use jotwell::error::PemError;
use jotwell::{Algorithm, Curve, Jwk, KeyError, KeyFormat, KeyType, SigningKey, UnboundKey, VerifyingKey};
use serde_json::{Value, json};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/vectors/interop/keys/{name}", env!("CARGO_MANIFEST_DIR"))).expect(name)
}

fn signing(algorithm: Algorithm, name: &str) -> Result<SigningKey, KeyError> {
    match name.ends_with(".der") {
        true => SigningKey::from_der(algorithm, file(name)),
        false => SigningKey::from_pem(algorithm, file(name)),
    }
}

fn verifying(algorithm: Algorithm, name: &str) -> Result<VerifyingKey, KeyError> {
    match name.ends_with(".der") {
        true => VerifyingKey::from_der(algorithm, file(name)),
        false => VerifyingKey::from_pem(algorithm, file(name)),
    }
}

fn jwk(json: impl ToString) -> Jwk {
    json.to_string().parse().expect("a JWK")
}

fn parsed(name: &str) -> Value {
    serde_json::from_slice(&file(name)).expect("JSON")
}

/// Name, the algorithm, forms of the private key, forms of the public key.
const GOOD: &[(&str, Algorithm, &[&str], &[&str])] = &[
    (
        "rsa2048",
        Algorithm::RS256,
        &["pkcs8.pem", "pkcs8.der", "pkcs1.pem", "pkcs1.der"],
        &["spki.pem", "spki.der", "pkcs1-public.pem", "pkcs1-public.der", "cert.pem", "cert.der"],
    ),
    ("rsa3072", Algorithm::PS384, &["pkcs8.pem"], &["spki.pem"]),
    ("rsa4096", Algorithm::RS512, &["pkcs8.pem"], &["spki.pem"]),
    (
        "p256",
        Algorithm::ES256,
        &["pkcs8.pem", "pkcs8.der", "sec1.pem", "sec1.der", "pkcs8-no-public.pem", "sec1-no-public.pem"],
        &[
            "spki.pem",
            "spki.der",
            "cert.pem",
            "cert.der",
            "spki-compressed.pem",
            "cert-text.pem",
            "cert-chain.pem",
        ],
    ),
    (
        "p384",
        Algorithm::ES384,
        &["pkcs8.pem", "pkcs8.der", "sec1.pem", "sec1.der"],
        &["spki.pem", "spki.der", "cert.pem", "cert.der"],
    ),
    (
        "p521",
        Algorithm::ES512,
        &["pkcs8.pem", "pkcs8.der", "sec1.pem", "sec1.der"],
        &["spki.pem", "spki.der", "cert.pem", "cert.der"],
    ),
    (
        "secp256k1",
        Algorithm::ES256K,
        &["pkcs8.pem", "pkcs8.der", "sec1.pem", "sec1.der"],
        &["spki.pem", "spki.der", "cert.pem", "cert.der"],
    ),
    (
        "ed25519",
        Algorithm::Ed25519,
        &["pkcs8.pem", "pkcs8.der"],
        &["spki.pem", "spki.der", "cert.pem", "cert.der"],
    ),
];

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn every_form_of_a_private_key_matches_every_form_of_its_public_key() {
    for (name, algorithm, private, public) in GOOD {
        let mut signers: Vec<_> = private
            .iter()
            .map(|form| {
                signing(*algorithm, &format!("{name}.{form}"))
                    .unwrap_or_else(|error| panic!("{name}.{form}: {error}"))
            })
            .collect();
        signers
            .push(SigningKey::from_jwk(*algorithm, &jwk(parsed(&format!("{name}.jwk.json")))).expect(name));
        let mut verifiers: Vec<_> = public
            .iter()
            .map(|form| {
                verifying(*algorithm, &format!("{name}.{form}"))
                    .unwrap_or_else(|error| panic!("{name}.{form}: {error}"))
            })
            .collect();
        verifiers.push(
            VerifyingKey::from_jwk(*algorithm, &jwk(parsed(&format!("{name}.pub.jwk.json")))).expect(name),
        );
        verifiers.extend(signers.iter().map(SigningKey::verifying_key));
        for signer in &signers {
            let signature = signer.sign(b"message").expect("a signature");
            for verifier in &verifiers {
                assert_eq!(verifier.verify(b"message", &signature), Ok(()), "{name}");
            }
        }
    }
}

#[test]
fn reads_the_key_after_ec_parameters() {
    let key = signing(Algorithm::ES256, "p256.ecparam-genkey.pem").expect("a key");
    let signature = key.sign(b"message").expect("a signature");
    assert_eq!(key.verifying_key().verify(b"message", &signature), Ok(()));
}

#[test]
fn reads_pem_with_other_line_ends_widths_and_surroundings() {
    let pem = String::from_utf8(file("p256.spki.pem")).expect("ASCII");
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let narrow: Vec<_> =
        body.as_bytes().chunks(20).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    for text in [
        pem.replace('\n', "\r\n"),
        pem.replace('\n', "\n    "),
        format!("Schlüssel: ü\n\n{pem}\ntrailing notes"),
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----"),
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", narrow.join("\n")),
    ] {
        assert!(VerifyingKey::from_pem(Algorithm::ES256, &text).is_ok(), "{text}");
    }
    // Latin-1, which is not UTF-8.
    let text = [&b"Schl\xfcssel:\n\n"[..], pem.as_bytes()].concat();
    assert!(VerifyingKey::from_pem(Algorithm::ES256, text).is_ok());
}

#[test]
fn rejects_damaged_pem() {
    let pem = String::from_utf8(file("p256.spki.pem")).expect("ASCII");
    for (text, error) in [
        (String::new(), PemError::Empty),
        ("no key at all".into(), PemError::NoBlock),
        (pem.replace("-----END PUBLIC KEY-----", ""), PemError::NoEnd),
        (pem.replace("END PUBLIC", "END PRIVATE"), PemError::LabelsDiffer),
        (pem.replace("-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY"), PemError::DamagedArmor),
        (pem.replacen('M', "*", 1), PemError::InvalidSymbol),
        (pem.replacen('M', "", 1), PemError::InvalidLength),
    ] {
        assert_eq!(
            VerifyingKey::from_pem(Algorithm::ES256, &text).unwrap_err(),
            KeyError::InvalidPem(error),
            "{text}"
        );
    }
}

/// Each format under the label of each other.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn the_label_decides_and_the_content_must_match() {
    const LABELS: [(&str, KeyFormat); 6] = [
        ("PRIVATE KEY", KeyFormat::Pkcs8),
        ("RSA PRIVATE KEY", KeyFormat::Pkcs1Private),
        ("RSA PUBLIC KEY", KeyFormat::Pkcs1Public),
        ("EC PRIVATE KEY", KeyFormat::Sec1),
        ("PUBLIC KEY", KeyFormat::Spki),
        ("CERTIFICATE", KeyFormat::Certificate),
    ];
    let mut refused = 0;
    for entry in std::fs::read_dir("vectors/interop/keys").expect("a folder") {
        let path = entry.expect("an entry").path();
        let Ok(pem) = std::fs::read_to_string(&path) else { continue };
        // A chain, an encrypted key and parameters in front are not a single block.
        if pem.matches("-----BEGIN ").count() != 1 || pem.contains("Proc-Type") {
            continue;
        }
        let old = pem.split("-----").nth(1).and_then(|line| line.strip_prefix("BEGIN ")).expect("a label");
        for (label, form) in LABELS.into_iter().filter(|(label, _)| *label != old) {
            let relabelled = pem.replace(&format!("{old}-----"), &format!("{label}-----"));
            for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA] {
                let errors = [
                    SigningKey::from_pem(algorithm, &relabelled).map(drop),
                    VerifyingKey::from_pem(algorithm, &relabelled).map(drop),
                ];
                // If the content has no known format, only the label says what it should be.
                let named = |error: &Result<(), KeyError>| match error {
                    Err(KeyError::WrongPemLabel { label, found }) => *label == form && found != label,
                    error => *error == Err(KeyError::InvalidDer { format: form }),
                };
                assert!(errors.iter().all(named), "{path:?}: {errors:?}");
                refused += 1;
            }
        }
    }
    assert!(refused > 500, "{refused}");
    let pem = String::from_utf8(file("rsa2048.spki.pem")).expect("ASCII").replace("PUBLIC KEY", "SECRET KEY");
    let error = VerifyingKey::from_pem(Algorithm::RS256, pem).unwrap_err();
    assert_eq!(error, KeyError::UnsupportedFormat { found: KeyFormat::Unknown });
}

#[test]
fn rejects_several_keys_in_one_text() {
    let multiple = |first, second| KeyError::MultipleKeys { first, second };
    let two = [file("p256.spki.pem"), file("p384.spki.pem")].concat();
    assert_eq!(
        VerifyingKey::from_pem(Algorithm::ES256, two).unwrap_err(),
        multiple(KeyFormat::Spki, KeyFormat::Spki)
    );
    let pair = [file("p256.cert.pem"), file("p256.pkcs8.pem")].concat();
    assert_eq!(
        SigningKey::from_pem(Algorithm::ES256, pair).unwrap_err(),
        multiple(KeyFormat::Certificate, KeyFormat::Pkcs8)
    );
}

#[test]
fn names_unsupported_formats() {
    for (name, found) in [
        ("rsa2048.pkcs8-encrypted.pem", KeyFormat::Encrypted),
        ("rsa2048.pkcs8-encrypted.der", KeyFormat::Encrypted),
        ("rsa2048.pkcs1-encrypted.pem", KeyFormat::EncryptedTraditional),
        ("p256.sec1-encrypted.pem", KeyFormat::EncryptedTraditional),
        ("rsa2048.csr.pem", KeyFormat::CertificateRequest),
        ("ssh-ed25519.openssh.pem", KeyFormat::OpenSsh),
        ("dsa2048.traditional.pem", KeyFormat::DsaTraditional),
        ("dsa2048.params.pem", KeyFormat::Parameters),
    ] {
        assert_eq!(
            signing(Algorithm::RS256, name).unwrap_err(),
            KeyError::UnsupportedFormat { found },
            "{name}"
        );
    }
    for der in [&b""[..], b"\x30", b"\x30\x00", b"\x30\x03\x02\x01\x00", b"not DER", &[0; 100]] {
        let unknown = KeyError::UnsupportedFormat { found: KeyFormat::Unknown };
        assert_eq!(SigningKey::from_der(Algorithm::RS256, der).unwrap_err(), unknown, "{der:?}");
    }
}

#[test]
fn names_the_type_and_format_of_a_key_for_another_use() {
    use Algorithm::{ES256, Ed25519, HS256, RS256};
    for (algorithm, name, found) in [
        (ES256, "p384.pkcs8.pem", KeyType::Ec(Curve::P384)),
        (ES256, "secp256k1.pkcs8.pem", KeyType::Ec(Curve::Secp256k1)),
        (ES256, "ed25519.pkcs8.pem", KeyType::Ec(Curve::Ed25519)),
        (ES256, "rsa2048.pkcs8.pem", KeyType::Rsa),
        (RS256, "p256.pkcs8.pem", KeyType::Ec(Curve::P256)),
        (HS256, "p256.pkcs8.pem", KeyType::Ec(Curve::P256)),
        (RS256, "rsapss2048.pkcs8.pem", KeyType::RsaPss),
        (RS256, "rsapss2048-sha256.pkcs8.pem", KeyType::RsaPss),
        (ES256, "brainpoolp256r1.pkcs8.pem", KeyType::EcOther),
        (ES256, "prime192v1.pkcs8.pem", KeyType::EcOther),
        (ES256, "p256.pkcs8-explicit.pem", KeyType::EcExplicit),
        (Ed25519, "ed448.pkcs8.pem", KeyType::Ed448),
        (Ed25519, "x25519.pkcs8.pem", KeyType::X25519),
        (RS256, "dsa2048.pkcs8.pem", KeyType::Dsa),
    ] {
        let private = KeyError::WrongKeyType { algorithm, found, format: KeyFormat::Pkcs8 };
        assert_eq!(signing(algorithm, name).unwrap_err(), private, "{name}");
        let name = name.replace("pkcs8", "spki");
        let public = KeyError::WrongKeyType { algorithm, found, format: KeyFormat::Spki };
        assert_eq!(verifying(algorithm, &name).unwrap_err(), public, "{name}");
    }
    let explicit =
        KeyError::WrongKeyType { algorithm: ES256, found: KeyType::EcExplicit, format: KeyFormat::Sec1 };
    assert_eq!(signing(ES256, "p256.sec1-explicit.pem").unwrap_err(), explicit);
}

#[test]
fn private_and_public_keys_are_not_confused() {
    for (name, algorithm, private, public) in GOOD {
        for form in *private {
            let error = verifying(*algorithm, &format!("{name}.{form}")).unwrap_err();
            assert!(matches!(error, KeyError::NotPublic { .. }), "{name}.{form}: {error}");
        }
        for form in *public {
            let error = signing(*algorithm, &format!("{name}.{form}")).unwrap_err();
            assert!(matches!(error, KeyError::NotPrivate { .. }), "{name}.{form}: {error}");
        }
        let private = jwk(parsed(&format!("{name}.jwk.json")));
        let public = jwk(parsed(&format!("{name}.pub.jwk.json")));
        assert!(private.is_private() && !public.is_private());
        let not_public = KeyError::NotPublic { found: KeyFormat::Jwk };
        assert_eq!(VerifyingKey::from_jwk(*algorithm, &private).unwrap_err(), not_public);
        let not_private = KeyError::NotPrivate { found: KeyFormat::Jwk };
        assert_eq!(SigningKey::from_jwk(*algorithm, &public).unwrap_err(), not_private);
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn every_changed_byte_of_a_key_is_noticed_or_harmless_and_never_panics() {
    for name in ["p256.pkcs8.der", "p256.sec1.der", "rsa2048.spki.der", "ed25519.cert.der", "p384.spki.der"] {
        let der = file(name);
        for index in 0..der.len() {
            let mut changed = der.clone();
            changed[index] ^= 0x41;
            for algorithm in [Algorithm::ES256, Algorithm::RS256, Algorithm::EdDSA] {
                let _ = SigningKey::from_der(algorithm, &changed);
                let _ = VerifyingKey::from_der(algorithm, &changed);
            }
            let _ = VerifyingKey::from_der(Algorithm::ES384, &der[..index]);
        }
        assert!(SigningKey::from_der(Algorithm::ES256, &der[..der.len() - 1]).is_err());
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_rsa_keys_of_unsafe_size_or_exponent() {
    let small = KeyError::RsaModulusSize { bits: 1024 };
    assert_eq!(signing(Algorithm::RS256, "rsa1024.pkcs8.pem").unwrap_err(), small);
    assert_eq!(verifying(Algorithm::RS256, "rsa1024.spki.pem").unwrap_err(), small);
    assert_eq!(signing(Algorithm::PS256, "rsa2048-e3.pkcs8.pem").unwrap_err(), KeyError::RsaExponent);
    assert_eq!(verifying(Algorithm::PS256, "rsa2048-e3.spki.pem").unwrap_err(), KeyError::RsaExponent);

    // Zero is rejected when it is read (RFC 7518 §6.3.1.2), also as a private exponent, for which the search for the
    // primes would panic.
    for (file, member) in
        [("rsa2048.pub.jwk.json", "e"), ("rsa2048.jwk.json", "d"), ("rsa2048.jwk.json", "p")]
    {
        let mut key = parsed(file);
        key[member] = json!("AA");
        assert_eq!(Jwk::from_json(key.to_string()).unwrap_err(), KeyError::InvalidMember { member });
    }
    for d in [&[1][..], &[2], &[3], &[1, 0, 1], &[0x7f]] {
        let mut key = parsed("rsa2048.pub.jwk.json");
        key["d"] = json!(jotwell::base64url::encode(d));
        let error = SigningKey::from_jwk(Algorithm::RS256, &jwk(key)).unwrap_err();
        assert_eq!(error, KeyError::InvalidRsaKey, "{d:?}");
    }
    // One and the modulus: their product is the modulus, and one has no inverse modulo zero.
    for (one, other) in [("p", "q"), ("q", "p")] {
        let mut key = parsed("rsa2048.jwk.json");
        key[one] = json!("AQ");
        key[other] = key["n"].clone();
        let error = SigningKey::from_jwk(Algorithm::RS256, &jwk(key)).unwrap_err();
        assert_eq!(error, KeyError::InvalidRsaKey, "{one}");
    }
    let with = |member: &str, bytes: &[u8]| {
        let mut key = parsed("rsa2048.pub.jwk.json");
        key[member] = json!(jotwell::base64url::encode(bytes));
        VerifyingKey::from_jwk(Algorithm::RS256, &jwk(key)).unwrap_err()
    };
    for exponent in
        [&[1][..], &[2], &[3], &[1, 0, 0], &[2, 0, 0], &[0xff, 0xff], &[1, 0, 0, 0, 1, 0, 1], &[0xff; 256]]
    {
        assert_eq!(with("e", exponent), KeyError::RsaExponent, "{exponent:?}");
    }
    let mut below_n = jotwell::base64url::decode(parsed("rsa2048.pub.jwk.json")["n"].as_str().expect("text"))
        .expect("base64url");
    *below_n.last_mut().expect("a byte") &= !2;
    assert_eq!(with("e", &below_n), KeyError::RsaExponent);
    for (bytes, bits) in [(64, 512), (128, 1024), (255, 2040), (513, 4104), (2048, 16384)] {
        assert_eq!(with("n", &vec![0xff; bytes]), KeyError::RsaModulusSize { bits });
    }
    assert_eq!(with("n", &[0x7f; 256]), KeyError::RsaModulusSize { bits: 2047 });
    assert_eq!(with("n", &[0xfe; 256]), KeyError::InvalidRsaKey);
}

/// The key is valid nevertheless, so its public half verifies.
#[test]
fn rejects_rsa_primes_of_unequal_length_by_name() {
    let path = format!("{}/vectors/rsa-unequal-primes.jwk.json", env!("CARGO_MANIFEST_DIR"));
    let key: Value = serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON");
    let error = |members: &[&str]| {
        let key: serde_json::Map<_, _> =
            members.iter().map(|member| (member.to_string(), key[*member].clone())).collect();
        SigningKey::from_jwk(Algorithm::RS256, &jwk(Value::from(key))).unwrap_err()
    };
    let all = ["kty", "n", "e", "d", "p", "q", "dp", "dq", "qi"];
    assert_eq!(error(&all), KeyError::UnequalRsaPrimes);
    assert_eq!(error(&all[..4]), KeyError::UnequalRsaPrimes);
    let public = json!({"kty": "RSA", "n": key["n"], "e": key["e"]});
    assert!(VerifyingKey::from_jwk(Algorithm::RS256, &jwk(public)).is_ok());
}

#[test]
fn rejects_rsa_numbers_that_do_not_match_each_other() {
    for member in ["d", "p", "q"] {
        let mut key = parsed("rsa2048.jwk.json");
        let mut number = jotwell::base64url::decode(key[member].as_str().expect("text")).expect("base64url");
        *number.last_mut().expect("a byte") ^= 2;
        key[member] = json!(jotwell::base64url::encode(number));
        let error = SigningKey::from_jwk(Algorithm::RS256, &jwk(key)).unwrap_err();
        assert_eq!(error, KeyError::InvalidRsaKey, "{member}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn computes_the_primes_if_a_jwk_has_none() {
    let mut key = parsed("rsa2048.jwk.json");
    key.as_object_mut()
        .expect("an object")
        .retain(|member, _| ["kty", "n", "e", "d"].contains(&member.as_str()));
    let key = SigningKey::from_jwk(Algorithm::RS256, &jwk(key)).expect("a key");
    let signature = key.sign(b"message").expect("a signature");
    assert_eq!(
        verifying(Algorithm::RS256, "rsa2048.spki.pem").expect("a key").verify(b"message", &signature),
        Ok(())
    );
}

#[test]
fn rejects_points_that_are_not_public_keys() {
    for (name, algorithm, curve) in [
        ("p256", Algorithm::ES256, Curve::P256),
        ("p384", Algorithm::ES384, Curve::P384),
        ("p521", Algorithm::ES512, Curve::P521),
        ("secp256k1", Algorithm::ES256K, Curve::Secp256k1),
    ] {
        let good = parsed(&format!("{name}.pub.jwk.json"));
        let with = |x: &[u8], y: &[u8]| {
            let mut key = good.clone();
            key["x"] = json!(jotwell::base64url::encode(x));
            key["y"] = json!(jotwell::base64url::encode(y));
            key.to_string().parse::<Jwk>().and_then(|jwk| VerifyingKey::from_jwk(algorithm, &jwk)).map(drop)
        };
        let coordinate = |member: &str| {
            jotwell::base64url::decode(good[member].as_str().expect("text")).expect("base64url")
        };
        let (x, y) = (coordinate("x"), coordinate("y"));
        assert_eq!(with(&x, &y), Ok(()));
        let mut next = y.clone();
        *next.last_mut().expect("a byte") ^= 1;
        assert_eq!(with(&x, &next), Err(KeyError::InvalidPoint { curve }));
        let zero = vec![0; x.len()];
        assert_eq!(with(&zero, &zero), Err(KeyError::InvalidPoint { curve }));
        let above = vec![0xff; x.len()];
        assert_eq!(with(&above, &y), Err(KeyError::InvalidPoint { curve }));
        assert_eq!(with(&x[1..], &y), Err(KeyError::InvalidMember { member: "x" }));
        assert_eq!(with(&x, &[&[0], &y[..]].concat()), Err(KeyError::InvalidMember { member: "y" }));
    }
    // Infinity, as in SEC 1 §2.3.3, in a SubjectPublicKeyInfo for P-256.
    let spki = file("p256.spki.der");
    let infinity = [&[0x30, 0x19][..], &spki[2..23], &[3, 2, 0, 0]].concat();
    let error = VerifyingKey::from_der(Algorithm::ES256, infinity).unwrap_err();
    assert_eq!(error, KeyError::InvalidPoint { curve: Curve::P256 });
    // RFC 5480 §2.2 defines only the first bytes 2, 3 and 4: not 5, for x alone, nor 6 and 7, for both in a hybrid
    // form.
    let (x, xy) = (&spki[27..59], &spki[27..91]);
    for first in 0..=255 {
        let short = [&[0x30, 0x39][..], &spki[2..23], &[3, 0x22, 0, first], x].concat();
        let long = [&[0x30, 0x59][..], &spki[2..23], &[3, 0x42, 0, first], xy].concat();
        for (der, good) in [(short, matches!(first, 2 | 3)), (long, first == 4)] {
            let found = VerifyingKey::from_der(Algorithm::ES256, der).map(drop);
            let want = if good { Ok(()) } else { Err(KeyError::InvalidPoint { curve: Curve::P256 }) };
            assert_eq!(found, want, "{first}");
        }
    }
}

/// RFC 8410 §3: "the parameters component [...] MUST be absent".
#[test]
fn rejects_parameters_of_ed25519() {
    let (public, private) = (file("ed25519.spki.der"), file("ed25519.pkcs8.der"));
    for parameters in [&[5, 0][..], &[6, 3, 0x2b, 0x65, 0x70]] {
        let length = u8::try_from(parameters.len()).expect("short");
        let with = |outer: &[u8], before: &[u8], after: &[u8]| {
            [outer, before, &[0x30, 5 + length], &[6, 3, 0x2b, 0x65, 0x70], parameters, after].concat()
        };
        let der = with(&[0x30, 0x2a + length], &[], &public[9..]);
        let error = VerifyingKey::from_der(Algorithm::EdDSA, der).unwrap_err();
        assert_eq!(error, KeyError::InvalidDer { format: KeyFormat::Spki });
        let der = with(&[0x30, 0x2e + length], &private[2..5], &private[12..]);
        let error = SigningKey::from_der(Algorithm::EdDSA, der).unwrap_err();
        assert_eq!(error, KeyError::InvalidDer { format: KeyFormat::Pkcs8 });
    }
}

/// RFC 5958 §2: a private key may be accompanied by its public one, outside of what the algorithm defines.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn the_public_key_of_pkcs8_must_be_that_of_the_private_one() {
    fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).expect("short").to_be_bytes();
        [&[tag, 0x82][..], &length, content].concat()
    }
    // Its version says 1, and `[1]` has the key as a BIT STRING.
    let with_public = |name: &str, header: usize, public: &[u8]| {
        let pkcs8 = file(name);
        // The lengths are short, so the test needs no second form of DER lengths.
        let content = [&[2, 1, 1][..], &pkcs8[header + 3..], &bit_string(public)].concat();
        sequence(&content)
    };
    fn bit_string(public: &[u8]) -> Vec<u8> {
        let content = [&[0], public].concat();
        match u8::try_from(content.len()) {
            Ok(length @ ..0x80) => [&[0x81, length][..], &content].concat(),
            _ => tlv(0x81, &content),
        }
    }
    fn sequence(content: &[u8]) -> Vec<u8> {
        match u8::try_from(content.len()) {
            Ok(length @ ..0x80) => [&[0x30, length][..], content].concat(),
            Ok(length) => [&[0x30, 0x81, length][..], content].concat(),
            Err(_) => tlv(0x30, content),
        }
    }
    let read = |algorithm, der| SigningKey::from_der(algorithm, der).map(|key| key.sign(b"x").map(drop));
    let other = SigningKey::generate(Algorithm::ES256).expect("a key").verifying_key().to_der().expect("DER");

    let own = file("p256.spki.der");
    let der = with_public("p256.pkcs8.der", 3, &own[26..]);
    assert_eq!(read(Algorithm::ES256, der), Ok(Ok(())));
    let der = with_public("p256.pkcs8.der", 3, &other[26..]);
    assert_eq!(read(Algorithm::ES256, der), Err(KeyError::PublicKeyMismatch));
    // Without a public key inside, the one outside must match.
    let scalar = &file("p256.pkcs8.der")[36..68];
    let inner = [&[0x30, 0x25, 2, 1, 1, 4, 0x20][..], scalar].concat();
    for (public, want) in [(&own, Ok(Ok(()))), (&other, Err(KeyError::PublicKeyMismatch))] {
        let content = [&[2, 1, 1][..], &own[2..23], &[4, 0x27], &inner, &bit_string(&public[26..])].concat();
        assert_eq!(read(Algorithm::ES256, sequence(&content)), want);
    }

    let own = file("rsa2048.pkcs1-public.der");
    let der = with_public("rsa2048.pkcs8.der", 4, &own);
    assert_eq!(read(Algorithm::RS256, der), Ok(Ok(())));
    let mut other = own.clone();
    other[20] ^= 1;
    let der = with_public("rsa2048.pkcs8.der", 4, &other);
    assert_eq!(read(Algorithm::RS256, der), Err(KeyError::PublicKeyMismatch));
    let der = with_public("rsa2048.pkcs8.der", 4, b"no key");
    assert_eq!(read(Algorithm::RS256, der), Err(KeyError::InvalidDer { format: KeyFormat::Pkcs8 }));
    // For an unsupported key nothing is compared.
    let inner = [&[2, 1, 1, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20][..], &[7; 32]].concat();
    let der = sequence(&[inner, bit_string(&[9; 32])].concat());
    let (algorithm, found, form) = (Algorithm::EdDSA, KeyType::X25519, KeyFormat::Pkcs8);
    assert_eq!(read(algorithm, der), Err(KeyError::WrongKeyType { algorithm, found, format: form }));
}

/// RFC 5915 §3 has the curve in the key, or it is outside; RFC 5958 has it outside.
#[test]
fn the_curve_is_named_and_the_same_wherever_it_is() {
    let pkcs8 = file("p256.pkcs8.der");
    let scalar = &pkcs8[36..68];
    let sec1 = |parameters: &[u8]| {
        let content = [&[2, 1, 1, 4, 32][..], scalar, parameters].concat();
        [&[0x30, u8::try_from(content.len()).expect("short")][..], &content].concat()
    };
    let in_pkcs8 = |parameters: &[u8]| {
        let inner = sec1(parameters);
        let length = |bytes: &[u8]| u8::try_from(bytes.len()).expect("short");
        // The version, the algorithm with its curve, and the key.
        let content = [&[2, 1, 0][..], &pkcs8[6..27], &[4, length(&inner)], &inner].concat();
        [&[0x30, length(&content)][..], &content].concat()
    };
    let p256 = [0xa0, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    let p384 = [0xa0, 7, 6, 5, 0x2b, 0x81, 4, 0, 0x22];
    let read = |der: Vec<u8>| SigningKey::from_der(Algorithm::ES256, der).map(drop);
    assert_eq!(read(sec1(&p256)), Ok(()));
    assert_eq!(read(sec1(&[])), Err(KeyError::InvalidDer { format: KeyFormat::Sec1 }));
    assert_eq!(read(in_pkcs8(&[])), Ok(()));
    assert_eq!(read(in_pkcs8(&p256)), Ok(()));
    assert_eq!(read(in_pkcs8(&p384)), Err(KeyError::InvalidDer { format: KeyFormat::Pkcs8 }));
}

/// RFC 8259 §8.3: a string is compared after unescaping, and so are numbers in it.
#[test]
fn numbers_of_a_jwk_may_be_escaped() {
    let plain = parsed("ed25519.pub.jwk.json");
    let x = plain["x"].as_str().expect("a text");
    let escaped: String = x.chars().map(|symbol| format!("\\u{:04x}", u32::from(symbol))).collect();
    let text = plain.to_string().replace(x, &escaped);
    assert_ne!(text, plain.to_string());
    let read = |text: &str| VerifyingKey::from_jwk(Algorithm::EdDSA, &jwk(text)).expect("a key").to_der();
    assert_eq!(read(&text), read(&plain.to_string()));
}

#[test]
fn rejects_private_scalars_out_of_range_and_mismatched_public_keys() {
    for (name, algorithm, curve) in [
        ("p256", Algorithm::ES256, Curve::P256),
        ("p521", Algorithm::ES512, Curve::P521),
        ("secp256k1", Algorithm::ES256K, Curve::Secp256k1),
    ] {
        let good = parsed(&format!("{name}.jwk.json"));
        let with = |d: Vec<u8>| {
            let mut key = good.clone();
            key["d"] = json!(jotwell::base64url::encode(d));
            SigningKey::from_jwk(algorithm, &jwk(key)).unwrap_err()
        };
        let length = curve.field_len();
        assert_eq!(with(vec![0; length]), KeyError::InvalidScalar { curve });
        assert_eq!(with(vec![0xff; length]), KeyError::InvalidScalar { curve });
        let one = [vec![0; length - 1], vec![1]].concat();
        assert_eq!(with(one), KeyError::PublicKeyMismatch);
    }
    let mut key = parsed("ed25519.jwk.json");
    key["d"] = json!(jotwell::base64url::encode([1; 32]));
    assert_eq!(SigningKey::from_jwk(Algorithm::EdDSA, &jwk(key)).unwrap_err(), KeyError::PublicKeyMismatch);
}

#[test]
fn reads_jwks_strictly() {
    let refused = |text: &str| Jwk::from_json(text).unwrap_err();
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    for (text, member) in [
        (r#"{"kty":"RSA","e":"AQAB"}"#, "n"),
        (r#"{"kty":"RSA","n":"AQAB"}"#, "e"),
        (r#"{"kty":"EC","x":"AA","y":"AA"}"#, "crv"),
        (r#"{"kty":"oct"}"#, "k"),
        (r#"{"k":"AQAB"}"#, "kty"),
        (r#"{"kty":"OKP","crv":"Ed25519"}"#, "x"),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB","p":"AQAB"}"#, "q"),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB","p":"AQ","q":"AQ","dp":"AQ","dq":"AQ","qi":"AQ"}"#, "d"),
    ] {
        assert_eq!(refused(text), KeyError::MissingMember { member }, "{text}");
    }
    for (text, member) in [
        (format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}="}}"#), "x"),
        (format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}A"}}"#), "x"),
        (r#"{"kty":"OKP","crv":"Ed25519","x":7}"#.into(), "x"),
        (format!(r#"{{"kty":"OKP","crv":"P-256","x":"{x}"}}"#), "crv"),
        (format!(r#"{{"kty":"EC","crv":"Ed25519","x":"{x}","y":"{x}"}}"#), "crv"),
        (r#"{"kty":7}"#.into(), "kty"),
        (r#"{"kty":"RSA","n":"AAEB","e":"AQAB"}"#.into(), "n"),
        (r#"{"kty":"RSA","n":"AQAB","e":"AAEAAQ"}"#.into(), "e"),
        (r#"{"kty":"RSA","n":"","e":"AQAB"}"#.into(), "n"),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQ","oth":[]}"#.into(), "oth"),
        (r#"{"kty":"oct","k":"+/+/"}"#.into(), "k"),
        (r#"{"kty":"oct","k":"AQAB","kid":1}"#.into(), "kid"),
        (r#"{"kty":"oct","k":"AQAB","alg":null}"#.into(), "alg"),
        (r#"{"kty":"oct","k":"AQAB","use":[]}"#.into(), "use"),
        (r#"{"kty":"oct","k":"AQAB","key_ops":"sign"}"#.into(), "key_ops"),
        (r#"{"kty":"oct","k":"AQAB","key_ops":["sign","sign"]}"#.into(), "key_ops"),
        (r#"{"kty":"oct","k":"AQAB","key_ops":["sign",1]}"#.into(), "key_ops"),
    ] {
        assert_eq!(refused(&text), KeyError::InvalidMember { member }, "{text}");
    }
    for text in ["", "[]", r#"{"kty":"oct","k":"AQAB","k":"AQAB"}"#, r#"{"kty":"oct","k":"AQAB"} x"#] {
        assert!(matches!(refused(text), KeyError::Json(_)), "{text}");
    }
}

#[test]
fn names_the_unsupported_types_of_a_jwk() {
    for (text, found) in [
        (r#"{"kty":"AKP","pub":"AQAB"}"#, KeyType::Unknown),
        (r#"{"kty":"EC","crv":"P-192"}"#, KeyType::EcOther),
        (
            r#"{"kty":"OKP","crv":"X25519","x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}"#,
            KeyType::X25519,
        ),
        (r#"{"kty":"OKP","crv":"X448"}"#, KeyType::X448),
        (r#"{"kty":"OKP","crv":"Ed448"}"#, KeyType::Ed448),
        (r#"{"kty":"OKP","crv":"Ed1"}"#, KeyType::Unknown),
    ] {
        let algorithm = Algorithm::EdDSA;
        let error = VerifyingKey::from_jwk(algorithm, &jwk(text)).unwrap_err();
        assert_eq!(error, KeyError::WrongKeyType { algorithm, found, format: KeyFormat::Jwk }, "{text}");
    }
}

#[test]
fn respects_the_uses_of_a_jwk() {
    let with = |member: &str, value: Value| {
        let mut key = parsed("ed25519.pub.jwk.json");
        key[member] = value;
        VerifyingKey::from_jwk(Algorithm::EdDSA, &jwk(key)).map(drop)
    };
    assert_eq!(with("alg", json!("EdDSA")), Ok(()));
    assert_eq!(with("alg", json!("Ed25519")), Err(KeyError::UseNotAllowed { member: "alg" }));
    assert_eq!(with("use", json!("sig")), Ok(()));
    assert_eq!(with("use", json!("enc")), Err(KeyError::UseNotAllowed { member: "use" }));
    assert_eq!(with("key_ops", json!(["verify"])), Ok(()));
    assert_eq!(with("key_ops", json!(["sign"])), Err(KeyError::UseNotAllowed { member: "key_ops" }));
    assert_eq!(with("key_ops", json!([])), Err(KeyError::UseNotAllowed { member: "key_ops" }));
    let mut private = parsed("ed25519.jwk.json");
    private["key_ops"] = json!(["verify"]);
    let error = SigningKey::from_jwk(Algorithm::EdDSA, &jwk(private)).unwrap_err();
    assert_eq!(error, KeyError::UseNotAllowed { member: "key_ops" });
}

#[test]
fn a_jwk_has_its_key_id_and_does_not_show_its_secret() {
    let mut key = parsed("hs256.jwk.json");
    key["kid"] = json!("2026-11");
    let key = jwk(key);
    assert_eq!(key.key_id(), Some("2026-11"));
    assert_eq!(format!("{key:?}"), r#"Jwk { key_type: Secret, key_id: Some("2026-11"), .. }"#);
    assert_eq!(SigningKey::from_jwk(Algorithm::HS256, &key).expect("a key").key_id(), Some("2026-11"));
    assert_eq!(VerifyingKey::from_jwk(Algorithm::HS256, &key).expect("a key").key_id(), Some("2026-11"));
}

#[test]
fn secrets_have_the_length_that_rfc_7518_requires() {
    for (algorithm, min) in [(Algorithm::HS256, 32), (Algorithm::HS384, 48), (Algorithm::HS512, 64)] {
        let short = vec![7; min - 1];
        let error = KeyError::ShortSecret { algorithm, min, found: min - 1 };
        assert_eq!(SigningKey::hmac(algorithm, &short).unwrap_err(), error);
        assert_eq!(VerifyingKey::hmac(algorithm, &short).unwrap_err(), error);
        let key = jwk(json!({"kty": "oct", "k": jotwell::base64url::encode(&short)}));
        assert_eq!(SigningKey::from_jwk(algorithm, &key).unwrap_err(), error);
        assert_eq!(VerifyingKey::from_jwk(algorithm, &key).unwrap_err(), error);
        assert!(SigningKey::hmac(algorithm, vec![7; min]).is_ok());
        assert!(SigningKey::hmac_dangerously_short(algorithm, &short).is_ok());
        assert!(VerifyingKey::hmac_dangerously_short(algorithm, b"7").is_ok());
        assert_eq!(SigningKey::hmac(algorithm, b"").unwrap_err(), KeyError::EmptySecret);
        let empty = jwk(json!({"kty": "oct", "k": ""}));
        assert_eq!(SigningKey::from_jwk(algorithm, &empty).unwrap_err(), KeyError::EmptySecret);
        assert_eq!(VerifyingKey::hmac_dangerously_short(algorithm, b"").unwrap_err(), KeyError::EmptySecret);
    }
    let wrong = KeyError::WrongKeyType {
        algorithm: Algorithm::ES256,
        found: KeyType::Secret,
        format: KeyFormat::Bytes,
    };
    assert_eq!(SigningKey::hmac(Algorithm::ES256, [7; 64]).unwrap_err(), wrong);
    assert_eq!(VerifyingKey::hmac(Algorithm::ES256, [7; 64]).unwrap_err(), wrong);
}

#[test]
fn each_algorithm_has_a_reference_to_its_specification() {
    assert_eq!(Algorithm::HS256.reference(), "RFC 7518 §3.2");
    assert_eq!(Algorithm::PS512.reference(), "RFC 7518 §3.5");
}

#[test]
fn an_unbound_key_describes_itself() {
    let formats = |form: &str| match form.split_once('.').map_or(form, |(format, _)| format) {
        "pkcs8" | "pkcs8-no-public" => KeyFormat::Pkcs8,
        "pkcs1" => KeyFormat::Pkcs1Private,
        "pkcs1-public" => KeyFormat::Pkcs1Public,
        "sec1" | "sec1-no-public" => KeyFormat::Sec1,
        cert if cert.starts_with("cert") => KeyFormat::Certificate,
        _ => KeyFormat::Spki,
    };
    for (name, algorithm, private, public) in GOOD {
        let forms = private.iter().map(|form| (form, true)).chain(public.iter().map(|form| (form, false)));
        for (form, is_private) in forms {
            let text = file(&format!("{name}.{form}"));
            let key =
                if form.ends_with(".der") { UnboundKey::from_der(text) } else { UnboundKey::from_pem(text) };
            let key = key.unwrap_or_else(|error| panic!("{name}.{form}: {error}"));
            assert_eq!(key.format(), formats(form), "{name}.{form}");
            assert_eq!(key.key_type(), KeyType::required_by(*algorithm), "{name}.{form}");
            assert_eq!(key.is_private(), is_private, "{name}.{form}");
            assert_eq!((key.key_id(), key.algorithm(), key.public_key_use()), (None, None, None));
            let same_type = |other: &Algorithm| KeyType::required_by(*other) == key.key_type();
            let fitting: Vec<_> = Algorithm::ALL.iter().copied().filter(same_type).collect();
            assert_eq!(key.algorithms(), fitting, "{name}.{form}");
            assert_eq!(SigningKey::new(*algorithm, &key).is_ok(), is_private, "{name}.{form}");
            assert_eq!(VerifyingKey::new(*algorithm, &key).is_ok(), !is_private, "{name}.{form}");
        }
    }
}

#[test]
fn an_unbound_key_respects_its_jwk() {
    use Algorithm::{Ed25519, EdDSA};
    let fitting = |more: Value| {
        let mut jwk = parsed("ed25519.pub.jwk.json");
        for name in ["alg", "use", "kid", "key_ops"] {
            jwk.as_object_mut().expect("an object").remove(name);
        }
        jwk.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        UnboundKey::from_jwk(jwk.to_string()).expect("a key")
    };
    let key = fitting(json!({"kid": "a", "alg": "EdDSA", "use": "sig"}));
    assert_eq!(
        (key.key_id(), key.algorithm(), key.public_key_use()),
        (Some("a"), Some("EdDSA"), Some("sig"))
    );
    assert_eq!(VerifyingKey::new(EdDSA, &key).expect("a key").key_id(), Some("a"));
    for (more, algorithms) in [
        (json!({}), &[EdDSA, Ed25519][..]),
        (json!({"alg": "Ed25519"}), &[Ed25519]),
        (json!({"alg": "ES256"}), &[]),
        (json!({"alg": "A128KW"}), &[]),
        (json!({"use": "enc"}), &[]),
        (json!({"key_ops": ["verify"]}), &[EdDSA, Ed25519]),
        // A public key cannot sign.
        (json!({"key_ops": ["sign"]}), &[]),
    ] {
        let key = fitting(more.clone());
        assert_eq!(key.algorithms(), algorithms, "{more}");
        for algorithm in Algorithm::ALL {
            let bound = VerifyingKey::new(*algorithm, &key);
            assert_eq!(bound.map(drop), key.check(*algorithm), "{more} {algorithm}");
        }
    }
    // A private key only signs; a secret may be for both.
    for (file, operation, algorithms) in [
        ("ed25519.jwk.json", "sign", &[EdDSA, Ed25519][..]),
        ("ed25519.jwk.json", "verify", &[]),
        ("hs256.jwk.json", "sign", &[Algorithm::HS256]),
        ("hs256.jwk.json", "verify", &[Algorithm::HS256]),
        ("hs256.jwk.json", "encrypt", &[]),
    ] {
        let mut jwk = parsed(file);
        for name in ["alg", "use"] {
            jwk.as_object_mut().expect("an object").remove(name);
        }
        jwk["key_ops"] = json!([operation]);
        let key = UnboundKey::from_jwk(jwk.to_string()).expect("a key");
        assert_eq!(key.algorithms(), algorithms, "{file} {operation}");
    }
}

#[test]
fn an_unbound_key_fits_by_its_size() {
    use Algorithm::{HS256, HS384, HS512};
    for (len, fitting) in
        [(0, &[][..]), (31, &[]), (32, &[HS256]), (48, &[HS256, HS384]), (64, &[HS256, HS384, HS512])]
    {
        let key = UnboundKey::from_secret(vec![7; len]).expect("a key");
        assert_eq!(
            (key.format(), key.key_type(), key.is_private()),
            (KeyFormat::Bytes, KeyType::Secret, true)
        );
        assert_eq!(key.algorithms(), fitting, "{len}");
        for algorithm in Algorithm::ALL {
            assert_eq!(
                SigningKey::new(*algorithm, &key).map(drop),
                key.check(*algorithm),
                "{len} {algorithm}"
            );
        }
    }
    let key = UnboundKey::from_pem(file("rsa1024.spki.pem")).expect("a key");
    assert_eq!((key.key_type(), key.algorithms()), (KeyType::Rsa, vec![]));
    assert_eq!(key.check(Algorithm::RS256), Err(KeyError::RsaModulusSize { bits: 1024 }));
    let key = UnboundKey::from_pem(file("x25519.pkcs8.pem")).expect("a key");
    assert_eq!((key.key_type(), key.is_private(), key.algorithms()), (KeyType::X25519, true, vec![]));
}

#[test]
fn debug_of_an_unbound_key_shows_nothing_private() {
    let shown = format!("{:?}", UnboundKey::from_secret([0xab; 32]).expect("a key"));
    assert_eq!(shown, "UnboundKey { format: Bytes, key_type: Secret, is_private: true, key_id: None, .. }");
    for name in ["p256", "rsa2048", "ed25519"] {
        let jwk = parsed(&format!("{name}.jwk.json"));
        let shown = format!("{:?}", UnboundKey::from_jwk(jwk.to_string()).expect("a key"));
        assert!(!shown.contains(jwk["d"].as_str().expect("a number")) && !shown.contains("171"), "{shown}");
    }
}
