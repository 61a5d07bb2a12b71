//! `cases NAME` runs one case under valgrind: see `run`.
#![forbid(unsafe_code)]

use std::hint::black_box;

use jotwell::{Algorithm, Header, SigningKey, UnsignedToken, VerifyingKey, base64url, jws};
use jotwell_constant_time::{is_secret, leaky, reveal, secret, some_bytes};

const MESSAGE: &[u8] = b"a message that everybody may know, of more than one block of either hash: \
    a token's header and payload, which the one who presents it has written himself";
const ALGORITHMS: [Algorithm; 3] = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];
/// Lengths of whole blocks of the loops, and every possible remainder.
const LENGTHS: std::ops::Range<usize> = 0..200;

fn main() {
    let name = std::env::args().nth(1).expect("the name of a case");
    let (_, case) = CASES.iter().find(|(known, _)| *known == name).expect("a case");
    case();
    println!("{name}: done");
}

const CASES: &[(&str, fn())] = &[
    ("sign", sign),
    ("issue", issue),
    ("verify", verify),
    ("verify_token", verify_token),
    ("encode", encode),
    ("encode_to_slice", encode_to_slice),
    ("decode", decode),
    ("decode_to_slice", decode_to_slice),
    ("leaky_tag", leaky_tag),
    ("leaky_is_equal", leaky_is_equal),
    ("leaky_encode", leaky_encode),
    ("leaky_decode", leaky_decode),
];

/// Returns the bytes of a key, which are not secret.
fn key_bytes(algorithm: Algorithm) -> Vec<u8> {
    some_bytes(algorithm.hash().output_len(), 1)
}

fn secret_key(algorithm: Algorithm) -> SigningKey {
    let key = SigningKey::hmac(algorithm, secret(key_bytes(algorithm)));
    reveal(std::slice::from_ref(&key));
    key.expect("a key")
}

fn secret_verifying_key(algorithm: Algorithm) -> VerifyingKey {
    secret_key(algorithm).verifying_key()
}

/// Returns the tag of `MESSAGE`, with a key that is not secret.
fn tag(algorithm: Algorithm) -> Vec<u8> {
    SigningKey::hmac(algorithm, key_bytes(algorithm)).expect("a key").sign(MESSAGE).expect("a tag")
}

fn sign() {
    for algorithm in ALGORITHMS {
        let made = secret_key(algorithm).sign(black_box(MESSAGE)).expect("a tag");
        assert!(is_secret(&made), "the key has gone into each byte");
        assert_eq!(reveal(&made), tag(algorithm));
    }
}

fn issue() {
    for algorithm in ALGORITHMS {
        let unsigned = UnsignedToken::new(&Header::new(algorithm), black_box(MESSAGE));
        let token = unsigned.clone().sign(&secret_key(algorithm)).expect("a token");
        let open = SigningKey::hmac(algorithm, key_bytes(algorithm)).expect("a key");
        let length = base64url::encoded_len(algorithm.hash().output_len());
        assert!(is_secret(&token.as_bytes()[token.len() - length..]), "the tag is in the token");
        assert_eq!(reveal(token.as_bytes()), unsigned.sign(&open).expect("a token").as_bytes());
    }
}

/// Returns the correct tag, and tags with one wrong byte each.
fn verify() {
    for algorithm in ALGORITHMS {
        let key = secret_verifying_key(algorithm);
        let tag = tag(algorithm);
        let verifies = |tag: &[u8]| {
            let verified = key.verify(black_box(MESSAGE), black_box(tag));
            let verdict = [u8::from(verified.is_ok())];
            // Dropping it would be a branch on it.
            std::mem::forget(verified);
            assert!(is_secret(&verdict), "the key has gone into the verdict");
            reveal(&verdict) == [1]
        };
        assert!(verifies(&tag));
        for index in 0..tag.len() {
            let mut wrong = tag.clone();
            wrong[index] ^= 1;
            assert!(!verifies(&wrong));
        }
    }
}

fn verify_token() {
    for algorithm in ALGORITHMS {
        let open = SigningKey::hmac(algorithm, key_bytes(algorithm)).expect("a key");
        let unsigned = UnsignedToken::new(&Header::new(algorithm), MESSAGE);
        let right = unsigned.clone().sign(&open).expect("a token");
        let forged = unsigned.with_signature(&tag(algorithm)).expect("a token");
        let verifier = jws::Verifier::new(secret_verifying_key(algorithm));
        for (token, expected) in [(right, true), (forged, false)] {
            let verified = verifier.verify(black_box(&token));
            reveal(std::slice::from_ref(&verified));
            assert_eq!(verified.is_ok(), expected);
        }
    }
}

fn encode() {
    for length in LENGTHS {
        let bytes = some_bytes(length, 2);
        let encoded = base64url::encode(secret(bytes.clone()));
        assert!(is_secret(encoded.as_bytes()));
        assert_eq!(reveal(encoded.as_bytes()), base64url::encode(bytes).as_bytes());
    }
}

fn encode_to_slice() {
    for length in LENGTHS {
        let bytes = some_bytes(length, 3);
        let mut output = [0; 300];
        let encoded = base64url::encode_to_slice(&secret(bytes.clone()), &mut output);
        reveal(std::slice::from_ref(&encoded));
        let encoded = encoded.expect("room enough").as_bytes();
        assert!(is_secret(encoded));
        assert_eq!(reveal(encoded), base64url::encode(bytes).as_bytes());
    }
}

/// Returns a text of that many bytes, and the same made invalid at its beginning and at its end.
fn texts(length: usize) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let bytes = some_bytes(length, 4);
    let right = base64url::encode(&bytes).into_bytes();
    let mut texts = vec![(right.clone(), Some(bytes))];
    for index in [0, right.len().saturating_sub(1)] {
        let mut wrong = right.clone();
        if let Some(symbol) = wrong.get_mut(index) {
            *symbol = b'=';
            texts.push((wrong, None));
        }
    }
    texts
}

fn decode() {
    for (text, expected) in LENGTHS.flat_map(texts) {
        let decoded = base64url::decode(secret(text));
        reveal(std::slice::from_ref(&decoded));
        let decoded = decoded.ok();
        assert!(decoded.as_ref().is_none_or(|bytes| is_secret(bytes)));
        assert_eq!(decoded.as_deref().map(reveal), expected.as_deref());
    }
}

fn decode_to_slice() {
    for (text, expected) in LENGTHS.flat_map(texts) {
        let mut output = [0; 200];
        let decoded = base64url::decode_to_slice(&secret(text), &mut output);
        reveal(std::slice::from_ref(&decoded));
        let decoded = decoded.ok().map(|bytes| &*bytes);
        assert!(decoded.is_none_or(is_secret));
        assert_eq!(decoded.map(reveal), expected.as_deref());
    }
}

fn leaky_tag() {
    black_box(leaky::tag(&secret(some_bytes(32, 1)), MESSAGE));
}

/// Like a verification that compares with `==`.
fn leaky_is_equal() {
    let key = secret_key(Algorithm::HS256);
    let computed = key.sign(MESSAGE).expect("a tag");
    assert!(!leaky::is_equal(&computed, &some_bytes(32, 5)));
}

fn leaky_encode() {
    black_box(leaky::encode(&secret(some_bytes(32, 2))));
}

fn leaky_decode() {
    black_box(leaky::decode(&secret(base64url::encode(some_bytes(32, 4)).into_bytes())));
}
