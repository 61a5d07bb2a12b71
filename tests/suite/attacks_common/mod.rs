//! Shared by the attack tests: published test keys, and tokens assembled by hand, since the crate would not create
//! them.

mod algorithms;

use std::path::PathBuf;
use std::sync::OnceLock;

use jotwell::algorithm::Family;
use jotwell::base64url::{self, DecodeError};
use jotwell::{
    Algorithm, Audience, Issuer, NoClaims, NumericDate, SigningKey, Validator, VerifyError, VerifyingKey, jws,
};

pub(crate) use algorithms::{algorithms, backends_of};

/// The issuer, the audience and the time of most checks: 2026-01-01T00:00:00Z.
pub(crate) const ISSUER: &str = "https://auth.example";
pub(crate) const AUDIENCE: &str = "orders-api";
pub(crate) const NOW: i64 = 1_767_225_600;

/// RFC 8037 §A.1.
const RFC_8037: &str = "\
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
";

pub(crate) fn key_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/interop/keys")
}

pub(crate) fn key_file(name: &str) -> Vec<u8> {
    let path = key_dir().join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads one JSON file of the key directory, without white space.
pub(crate) fn jwk_file(name: &str) -> String {
    let value: serde_json::Value = serde_json::from_slice(&key_file(name)).expect("JSON");
    value.to_string()
}

/// Returns the test key for an algorithm.
///
/// Algorithms that can have the same key do: one secret for all of HMAC, one RSA key for all of PKCS#1 and PSS, so
/// that only the name of the algorithm differs. EdDSA and Ed25519 are the exception, since they are one scheme with
/// two names.
pub(crate) fn key(algorithm: Algorithm) -> &'static SigningKey {
    // Created on first use: most tests need only HS256, and an RSA key takes minutes under Miri.
    static KEYS: [OnceLock<SigningKey>; Algorithm::ALL.len()] =
        [const { OnceLock::new() }; Algorithm::ALL.len()];
    let index = Algorithm::ALL.iter().position(|one| *one == algorithm).expect("it lists them all");
    KEYS[index].get_or_init(|| load(algorithm).expect("a key"))
}

fn load(algorithm: Algorithm) -> Result<SigningKey, jotwell::KeyError> {
    let file = match algorithm {
        Algorithm::ES256 => "p256.pkcs8.pem",
        Algorithm::ES384 => "p384.pkcs8.pem",
        Algorithm::ES512 => "p521.pkcs8.pem",
        Algorithm::ES256K => "secp256k1.pkcs8.pem",
        Algorithm::EdDSA => "ed25519.pkcs8.pem",
        Algorithm::Ed25519 => return SigningKey::from_pem(algorithm, RFC_8037),
        other => match other.family() {
            Family::Hmac => return SigningKey::hmac(other, key_file("hs512.bin")),
            Family::RsaPkcs1 | Family::RsaPss => "rsa2048.pkcs8.pem",
            family => panic!("{family:?} has no key here yet"),
        },
    };
    SigningKey::from_pem(algorithm, key_file(file))
}

/// Returns the test key for HS256, which most tests sign with, since their attacks do not depend on the algorithm.
pub(crate) fn hs256() -> &'static SigningKey {
    key(Algorithm::HS256)
}

pub(crate) fn public(algorithm: Algorithm) -> VerifyingKey {
    key(algorithm).verifying_key()
}

/// Returns `BASE64URL(header) "." BASE64URL(payload)` for any texts.
pub(crate) fn signing_input(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    format!("{}.{}", base64url::encode(header), base64url::encode(payload))
}

/// Signs exactly this text, so that only its content can be rejected.
pub(crate) fn sign_text(signing_input: &str, key: &SigningKey) -> String {
    let signature = key.sign(signing_input.as_bytes()).expect("a signature");
    with_signature(signing_input, signature)
}

pub(crate) fn with_signature(signing_input: &str, signature: impl AsRef<[u8]>) -> String {
    format!("{signing_input}.{}", base64url::encode(signature))
}

/// Returns a token with a valid signature over any header and payload.
pub(crate) fn token(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>, key: &SigningKey) -> String {
    sign_text(&signing_input(header, payload), key)
}

/// Returns the payload if the signature is valid.
pub(crate) fn verify(token: &str, key: &SigningKey) -> Result<Vec<u8>, VerifyError> {
    jws::Verifier::new(key.verifying_key()).verify(token).map(jotwell::Verified::into_inner)
}

/// Verifies a token that has this header, an arbitrary payload, and a valid signature.
pub(crate) fn verify_header(header: impl AsRef<[u8]>) -> Result<(), VerifyError> {
    verify(&token(header, "any bytes", hs256()), hs256()).map(drop)
}

pub(crate) fn validator_of(key: VerifyingKey) -> Validator<VerifyingKey> {
    let now = NumericDate::from_secs(NOW);
    Validator::with_clock(key, Issuer::is(ISSUER), Audience::is(AUDIENCE), now)
}

pub(crate) fn validator() -> Validator<VerifyingKey> {
    validator_of(hs256().verifying_key())
}

/// Returns claims that [`validator`] accepts.
pub(crate) fn good_claims() -> String {
    format!(r#"{{"iss":"{ISSUER}","aud":"{AUDIENCE}","exp":{}}}"#, NOW + 900)
}

/// Returns [`good_claims`] with one claim replaced verbatim, or removed.
pub(crate) fn claims_with(name: &str, value: Option<&str>) -> String {
    let good = [
        ("iss", format!("\"{ISSUER}\"")),
        ("aud", format!("\"{AUDIENCE}\"")),
        ("exp", (NOW + 900).to_string()),
    ];
    let mut members: Vec<_> = good
        .iter()
        .filter(|(good, _)| *good != name)
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    members.extend(value.map(|value| format!("\"{name}\":{value}")));
    format!("{{{}}}", members.join(","))
}

/// Returns a token with these claims and a valid signature.
pub(crate) fn jwt(claims: impl AsRef<[u8]>) -> String {
    token(r#"{"alg":"HS256"}"#, claims, hs256())
}

/// Checks these claims by the policy, in a token with a valid signature.
pub(crate) fn check(policy: &Validator<VerifyingKey>, claims: impl AsRef<[u8]>) -> Result<(), VerifyError> {
    policy.verify::<NoClaims>(&jwt(claims)).map(drop)
}

/// Returns what is wrong with a text as base64url, by RFC 4648 §3.5 and §5, without using the crate.
pub(crate) fn base64_error(text: &str) -> Option<DecodeError> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let unused = match text.len() % 4 {
        1 => return Some(DecodeError::InvalidLength { length: text.len() }),
        2 => 0b1111,
        3 => 0b0011,
        _ => 0,
    };
    let values: Option<Vec<usize>> = text.chars().map(|symbol| ALPHABET.find(symbol)).collect();
    match values {
        None => Some(DecodeError::InvalidSymbol),
        Some(values) if values.last().is_some_and(|last| last & unused != 0) => {
            Some(DecodeError::TrailingBits)
        }
        Some(_) => None,
    }
}

/// A small random number generator (SplitMix64) with the same numbers in each run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }
}
