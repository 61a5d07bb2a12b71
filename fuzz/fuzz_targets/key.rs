//! A key that is read signs and verifies, and keys and secrets are never confused.
#![no_main]

use std::iter;
use std::sync::LazyLock;

use jotwell::algorithm::Hash;
use jotwell::{Algorithm, Header, Jwk, SigningKey, UnsignedToken, VerifyingKey, base64url};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let jwk = Jwk::from_json(data).ok();
    // Algorithms with the same type of key nearly always agree, so one of each type is tried, in turn, and the others
    // only if it accepts the key.
    let turn = data.iter().fold(data.len(), |sum, byte| sum + usize::from(*byte));
    for kind in &*KINDS {
        let asked = turn % kind.len();
        if holds(kind[asked], data, jwk.as_ref()) {
            for (_, algorithm) in kind.iter().enumerate().filter(|(index, _)| *index != asked) {
                holds(*algorithm, data, jwk.as_ref());
            }
        }
    }
    [Algorithm::ES256, Algorithm::ES512].iter().for_each(|algorithm| der_signature(*algorithm, data));
});

/// Two positive numbers have one encoding, and nothing else is accepted as a signature in DER.
fn der_signature(algorithm: Algorithm, data: &[u8]) {
    let len = algorithm.signature_len().expect("of ECDSA") / 2;
    let fixed = |der: &[u8]| {
        let token = UnsignedToken::new(&Header::new(algorithm), b"").with_der_signature(der).ok()?;
        Some(base64url::decode(token.rsplit('.').next().expect("a part")).expect("base64url"))
    };
    if let Some(numbers) = fixed(data) {
        assert_eq!(encoded(&numbers, len).as_deref(), Some(data));
    }
    let numbers: Vec<u8> = data.iter().copied().chain(iter::repeat(0)).take(2 * len).collect();
    if let Some(der) = encoded(&numbers, len) {
        assert_eq!(fixed(&der), Some(numbers));
    }
}

/// Encodes RFC 3279 §2.2.3 in DER; `None` if one of the two is zero.
fn encoded(numbers: &[u8], len: usize) -> Option<Vec<u8>> {
    let value = |tag: u8, content: &[u8]| match u8::try_from(content.len()).expect("short") {
        short @ ..0x80 => [&[tag, short], content].concat(),
        long => [&[tag, 0x81, long], content].concat(),
    };
    let integers = numbers.chunks(len).map(|number| {
        let first = number.iter().position(|byte| *byte != 0)?;
        let sign: &[u8] = if number[first] < 0x80 { &[] } else { &[0] };
        Some(value(0x02, &[sign, &number[first..]].concat()))
    });
    Some(value(0x30, &integers.collect::<Option<Vec<_>>>()?.concat()))
}

/// Algorithms by family and curve.
static KINDS: LazyLock<Vec<Vec<Algorithm>>> = LazyLock::new(|| {
    let same =
        |one: &Algorithm, other: &Algorithm| one.family() == other.family() && one.curve() == other.curve();
    Algorithm::ALL.chunk_by(same).map(<[_]>::to_vec).collect()
});

/// Returns whether it is a key for this algorithm, in any form.
fn holds(algorithm: Algorithm, data: &[u8], jwk: Option<&Jwk>) -> bool {
    let keys = [
        Some((SigningKey::from_pem(algorithm, data), VerifyingKey::from_pem(algorithm, data))),
        Some((SigningKey::from_der(algorithm, data), VerifyingKey::from_der(algorithm, data))),
        jwk.map(|jwk| (SigningKey::from_jwk(algorithm, jwk), VerifyingKey::from_jwk(algorithm, jwk))),
    ];
    let mut is_key = false;
    for (signing, verifying) in keys.into_iter().flatten() {
        is_key |= signing.is_ok() || verifying.is_ok();
        assert!(algorithm.is_symmetric() || signing.is_err() || verifying.is_err(), "private and public");
        signing.iter().for_each(|key| signs(key, &key.verifying_key()));
        let constants = [0, 1].map(|byte| vec![byte; algorithm.signature_len().unwrap_or(256)]);
        assert!(verifying.iter().all(|key| constants.iter().all(|s| key.verify(b"message", s).is_err())));
    }
    if let Ok(secret) = SigningKey::hmac(algorithm, data) {
        is_key = true;
        assert!(algorithm.is_symmetric() && data.len() >= algorithm.min_key_bits() / 8);
        assert!(!data.windows(11).any(|text| text == b"-----BEGIN "));
        assert!(VerifyingKey::from_der(Algorithm::RS256, data).is_err());
        signs(&secret, &VerifyingKey::hmac(algorithm, data).expect("the same secret"));
    }
    is_key
}

fn signs(key: &SigningKey, public: &VerifyingKey) {
    // RSA is slow, and the algorithms differ only in the hash.
    if key.algorithm().key_type() != "RSA" || key.algorithm().hash() == Hash::Sha256 {
        let signature = key.sign(b"message").expect("a signature");
        assert_eq!(signature.len(), key.algorithm().signature_len().unwrap_or(signature.len()));
        assert_eq!(public.verify(b"message", &signature), Ok(()));
        assert!(public.verify(b"massage", &signature).is_err());
    }
}
