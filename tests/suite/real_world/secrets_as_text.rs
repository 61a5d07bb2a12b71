//! Shared secrets in environment variables.

use jotwell::base64url::{self, DecodeError};
use jotwell::error::SecretEncoding::{self, Base64, Base64url};
use jotwell::{Algorithm, KeyError, KeyFormat, SigningKey, UnboundKey, VerifyingKey};

use super::{base64, belong_together, bytes, key, says};

/// Its base64 has `+`, `/` and padding.
const SECRET: [u8; 32] = [
    0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff, 0x1b, 0x57, 0x51, 0xfa, 0xd6, 0xab, 0x93, 0x80, 0xf7, 0xc2, 0xa1,
    0x9d, 0x80, 0xb9, 0x93, 0xf4, 0x13, 0x44, 0x38, 0xcf, 0xfc, 0xae, 0xca, 0x8e, 0x13, 0xd2,
];
const ALGORITHM: Algorithm = Algorithm::HS256;

fn refused(expected: SecretEncoding, error: DecodeError) -> KeyError {
    KeyError::SecretEncoding { expected, error }
}

#[test]
fn secrets_in_base64_are_decoded() {
    let wanted = VerifyingKey::hmac(ALGORITHM, SECRET).expect("a key");
    let standard = base64(SECRET);
    let url = base64url::encode(SECRET);
    assert!(standard.contains('+') && standard.contains('/') && standard.ends_with('='));
    let wrapped = format!("{}\n{}\r\n", &standard[..20], &standard[20..]);
    for text in [&standard, standard.trim_end_matches('='), &format!(" {standard}\n"), &wrapped] {
        let key = SigningKey::hmac_base64(ALGORITHM, text).expect("a key");
        assert!(belong_together(&key, &wanted), "{text}");
        assert!(belong_together(&key, &VerifyingKey::hmac_base64(ALGORITHM, text).expect("a key")));
    }
    for text in [url.clone(), format!("{url}=\n")] {
        let key = SigningKey::hmac_base64url(ALGORITHM, &text).expect("a key");
        assert!(belong_together(&key, &wanted), "{text}");
        assert!(belong_together(&key, &VerifyingKey::hmac_base64url(ALGORITHM, &text).expect("a key")));
    }
    // The undecoded text is another secret.
    assert!(!belong_together(&SigningKey::hmac(ALGORITHM, &standard).expect("a key"), &wanted));
}

/// Guessing the encoding could make two sides read different secrets.
#[test]
fn the_other_alphabet_and_unencoded_text_are_named() {
    let (standard, url) = (base64(SECRET), base64url::encode(SECRET));
    let symbol = |expected| refused(expected, DecodeError::InvalidSymbol);
    assert_eq!(SigningKey::hmac_base64(ALGORITHM, &url).unwrap_err(), symbol(Base64));
    assert_eq!(SigningKey::hmac_base64url(ALGORITHM, &standard).unwrap_err(), symbol(Base64url));
    says(&symbol(Base64), &["`hmac_base64url`", "`hmac`"]);
    says(&symbol(Base64url), &["`hmac_base64`", "`hmac`"]);
    for text in ["correct horse battery staple!!!", "A===", "AAAA====", "=AAA", "\"AAAA\"", "AA=A"] {
        let error = SigningKey::hmac_base64(ALGORITHM, text).unwrap_err();
        assert_eq!(error, symbol(Base64), "{text}");
    }
    let mut text = standard.trim_end_matches('=').to_owned();
    text.pop();
    text.push('J');
    let bits = refused(Base64, DecodeError::TrailingBits);
    assert_eq!(SigningKey::hmac_base64(ALGORITHM, text).unwrap_err(), bits);
    let length = refused(Base64, DecodeError::InvalidLength { length: 5 });
    assert_eq!(SigningKey::hmac_base64(ALGORITHM, "AAAAA").unwrap_err(), length);
}

#[test]
fn a_decoded_secret_follows_the_same_rules() {
    let short = KeyError::ShortSecret { algorithm: ALGORITHM, min: 32, found: 31 };
    assert_eq!(SigningKey::hmac_base64(ALGORITHM, base64([7; 31])).unwrap_err(), short);
    assert_eq!(VerifyingKey::hmac_base64url(ALGORITHM, base64url::encode([7; 31])).unwrap_err(), short);
    says(&short, &["openssl rand -base64 32", "`hmac_base64`"]);
    assert_eq!(SigningKey::hmac_base64(ALGORITHM, " \n").unwrap_err(), KeyError::EmptySecret);
    says(&KeyError::EmptySecret, &["environment variable"]);
}

/// RFC 8725 §2.1: the public key is known, so an attacker who guesses its encoding could create tokens.
#[test]
fn a_key_as_secret_is_rejected_in_each_encoding() {
    let looks_like = |format| Err(KeyError::SecretLooksLikeKey { format });
    let (pem, der, jwk) =
        (key("p256.spki.pem"), bytes("interop/keys/p256.spki.der"), key("p256.pub.jwk.json"));
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    for (encoded, format) in [
        (base64(&pem), KeyFormat::Pem),
        (base64(pem.replace('\n', "\r\n")), KeyFormat::Pem),
        (base64url::encode(&pem), KeyFormat::Pem),
        (format!("\"{}\"\n", base64(&pem)), KeyFormat::Pem),
        (base64(base64(&pem)), KeyFormat::Pem),
        (base64(&jwk), KeyFormat::Jwk),
        (base64(&der), KeyFormat::Spki),
        (base64(base64(&der)), KeyFormat::Spki),
        (hex(&der), KeyFormat::Spki),
        (hex(pem.as_bytes()).to_uppercase(), KeyFormat::Pem),
        (base64(key("rsa2048.cert.pem")), KeyFormat::Pem),
        (base64(key("ssh-ed25519.openssh-public.txt")), KeyFormat::OpenSshPublic),
        (base64(format!("{{\"keys\":[{jwk}]}}")), KeyFormat::JwkSet),
    ] {
        assert_eq!(SigningKey::hmac(ALGORITHM, &encoded).map(drop), looks_like(format), "{encoded}");
        assert_eq!(UnboundKey::from_secret(encoded.as_bytes()).map(drop), looks_like(format), "{encoded}");
        assert_eq!(SigningKey::hmac_base64(ALGORITHM, base64(&encoded)).map(drop), looks_like(format));
        assert_eq!(VerifyingKey::hmac_dangerously_short(ALGORITHM, &encoded).map(drop), looks_like(format));
    }
    assert_eq!(SigningKey::hmac_base64(ALGORITHM, base64(&pem)).map(drop), looks_like(KeyFormat::Pem));
    assert_eq!(SigningKey::hmac_base64(ALGORITHM, base64(&der)).map(drop), looks_like(KeyFormat::Spki));
    says(&KeyError::SecretLooksLikeKey { format: KeyFormat::Pem }, &["`from_pem`", "RS256"]);
}

#[test]
fn random_secrets_are_not_mistaken_for_keys() {
    for secret in
        [base64(SECRET), base64url::encode([0x30; 64]), "3082".repeat(16), base64(base64([0x30; 48]))]
    {
        assert!(SigningKey::hmac(ALGORITHM, secret).is_ok());
    }
}
