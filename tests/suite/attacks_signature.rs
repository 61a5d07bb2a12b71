//! Attacks on the signature: RFC 7515 §10, RFC 7518 §3, RFC 8032 §5.1.7.

use crate::attacks_common::{
    algorithms, backends_of, base64_error, good_claims, key, key_file, public, signing_input, token,
    validator_of, verify, with_signature,
};
use jotwell::algorithm::Family;
use jotwell::base64url;
use jotwell::error::TokenPart;
use jotwell::jws::Verifier;
use jotwell::{Algorithm, Curve, Jwk, KeyError, NoClaims, Validator, VerifyError, VerifyingKey};

/// Returns a header and a payload for `algorithm`, with a valid signature.
fn signed(algorithm: Algorithm) -> (String, Vec<u8>) {
    let input = signing_input(format!(r#"{{"alg":"{algorithm}"}}"#), "any bytes");
    let signature = key(algorithm).sign(input.as_bytes()).expect("a signature");
    (input, signature)
}

/// Asserts that no backend of this build accepts the signature.
#[track_caller]
fn assert_invalid(algorithm: Algorithm, input: &str, signature: &[u8], what: &str) {
    let token = with_signature(input, signature);
    for backend in backends_of(algorithm) {
        let key = public(algorithm).with_backend(backend).expect("a key");
        let verdict = Verifier::new(key).verify(&token).map(drop);
        assert_eq!(verdict, Err(VerifyError::InvalidSignature), "{algorithm} {backend}: {what}");
    }
}

fn of_family(families: &[Family]) -> impl Iterator<Item = Algorithm> {
    Algorithm::ALL.iter().copied().filter(|algorithm| families.contains(&algorithm.family()))
}

// ---- Of the wrong length ---------------------------------------------------------------------

#[test]
fn rejects_signature_of_wrong_length_of_every_algorithm() {
    for algorithm in algorithms() {
        let (input, good) = signed(algorithm);
        assert_eq!(verify(&with_signature(&input, &good), key(algorithm)), Ok(b"any bytes".to_vec()));
        // Each prefix, the empty one first.
        for length in 0..good.len() {
            assert_invalid(algorithm, &input, &good[..length], &format!("cut to {length} bytes"));
        }
        assert_invalid(algorithm, &input, &good[1..], "without the first byte");
        for byte in [0, 1, 0x80, 0xff] {
            assert_invalid(algorithm, &input, &[&good[..], &[byte]].concat(), "one byte more");
            assert_invalid(algorithm, &input, &[&[byte], &good[..]].concat(), "one byte more in front");
        }
        assert_invalid(algorithm, &input, &[&good[..], &good[..]].concat(), "twice");
        assert_invalid(algorithm, &input, &vec![0; 4096], "4 KiB of zeros");
        let other = key(algorithm).sign(b"other bytes").expect("a signature");
        assert_invalid(algorithm, &input, &other, "of another message");
    }
}

#[test]
fn rejects_constant_signatures_of_every_algorithm() {
    for algorithm in algorithms() {
        let (input, good) = signed(algorithm);
        for byte in [0, 1, 0x7f, 0x80, 0xff] {
            assert_invalid(algorithm, &input, &vec![byte; good.len()], &format!("all bytes {byte}"));
        }
        let one = [vec![0; good.len() - 1], vec![1]].concat();
        assert_invalid(algorithm, &input, &one, "the number one");
    }
}

// ---- ECDSA -----------------------------------------------------------------------------------

/// The order of the group, as long as a field element (SEC 2 §2.4.1, §2.4.2, §2.5.1, §2.6.1).
fn order(curve: Curve) -> Vec<u8> {
    let hex = match curve {
        Curve::P256 => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551".to_owned(),
        Curve::P384 => {
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"
                .to_owned()
        }
        Curve::P521 => {
            "01ff".to_owned()
                + &"ff".repeat(31)
                + "fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"
        }
        Curve::Secp256k1 => "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141".to_owned(),
        Curve::Ed25519 => panic!("no ECDSA there"),
        other => panic!("{other} has no order here yet"),
    };
    let order = unhex(&hex);
    assert_eq!(order.len(), curve.field_len());
    order
}

fn unhex(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().as_chunks::<2>().0.iter();
    let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    digits.map(|pair| byte(pair).expect("hex")).collect()
}

/// `a - b`, big-endian and of equal length.
fn subtract(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrow = 0;
    let digits = a.iter().zip(b).rev().map(|(a, b)| {
        let digit = i16::from(*a) - i16::from(*b) - borrow;
        borrow = i16::from(digit < 0);
        digit.to_le_bytes()[0]
    });
    let mut result: Vec<u8> = digits.collect();
    result.reverse();
    result
}

/// Returns `a + b`, big-endian and of equal length, and whether it fits.
fn add(a: &[u8], b: &[u8]) -> (Vec<u8>, bool) {
    let mut carry = 0;
    let digits = a.iter().zip(b).rev().map(|(a, b)| {
        let digit = u16::from(*a) + u16::from(*b) + carry;
        carry = digit >> 8;
        digit.to_le_bytes()[0]
    });
    let mut result: Vec<u8> = digits.collect();
    result.reverse();
    (result, carry == 0)
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_ecdsa_numbers_out_of_range() {
    // RFC 7518 §3.4; signatures of zeros are CVE-2022-21449, where they were valid under every key.
    for algorithm in of_family(&[Family::Ecdsa]) {
        let (input, good) = signed(algorithm);
        let curve = algorithm.curve().expect("ECDSA");
        let (r, s) = good.split_at(curve.field_len());
        let n = order(curve);
        let zero = vec![0; n.len()];
        let one = [&zero[1..], &[1]].concat();
        let ones = vec![0xff; n.len()];
        let (n_plus_1, _) = add(&n, &one);
        for (name, bad) in [("0", &zero), ("n", &n), ("n + 1", &n_plus_1), ("all ones", &ones)] {
            assert_invalid(algorithm, &input, &[bad, s].concat(), &format!("r = {name}"));
            assert_invalid(algorithm, &input, &[r, bad].concat(), &format!("s = {name}"));
            assert_invalid(algorithm, &input, &[&bad[..], bad].concat(), &format!("r = s = {name}"));
            assert_invalid(algorithm, &input, &[bad, &one[..]].concat(), &format!("r = {name}, s = 1"));
            assert_invalid(algorithm, &input, &[&one[..], bad].concat(), &format!("r = 1, s = {name}"));
        }
        // The same numbers modulo n. They fit only on P-521, whose bytes have seven unused bits.
        let ((r_twin, fits), (s_twin, _)) = (add(r, &n), add(s, &n));
        assert_eq!(fits, curve == Curve::P521);
        if fits {
            assert_invalid(algorithm, &input, &[&r_twin, s].concat(), "r + n");
            assert_invalid(algorithm, &input, &[r, &s_twin].concat(), "s + n");
        }
        assert_invalid(algorithm, &input, &[subtract(&n, r), s.to_vec()].concat(), "n - r");
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_ecdsa_numbers_swapped() {
    for algorithm in of_family(&[Family::Ecdsa]) {
        let (input, good) = signed(algorithm);
        let (r, s) = good.split_at(good.len() / 2);
        assert_invalid(algorithm, &input, &[s, r].concat(), "s and r");
        assert_invalid(algorithm, &input, &[r, r].concat(), "r twice");
        let little: Vec<u8> = r.iter().rev().chain(s.iter().rev()).copied().collect();
        assert_invalid(algorithm, &input, &little, "little-endian");
    }
}

/// ECDSA-Sig-Value (RFC 3279 §2.2.3).
fn der(signature: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let start = number.iter().take_while(|byte| **byte == 0).count();
        let digits = &number[start..];
        let sign = if digits[0] >= 0x80 { &[0][..] } else { &[] };
        [&[2, u8::try_from(sign.len() + digits.len()).expect("short")], sign, digits].concat()
    };
    let (r, s) = signature.split_at(signature.len() / 2);
    let content = [integer(r), integer(s)].concat();
    match u8::try_from(content.len()).expect("short") {
        length @ 0..0x80 => [&[0x30, length], &content[..]].concat(),
        length => [&[0x30, 0x81, length], &content[..]].concat(),
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_ecdsa_in_der() {
    // RFC 7518 §3.4 requires r ‖ s. A second form would be a second signature for each token.
    for algorithm in of_family(&[Family::Ecdsa]) {
        let (input, good) = signed(algorithm);
        let der = der(&good);
        let unsigned = jotwell::UnsignedToken::new(&jotwell::Header::new(algorithm), b"any bytes");
        assert_eq!(unsigned.with_der_signature(&der), Ok(with_signature(&input, &good)), "it is good DER");
        assert_invalid(algorithm, &input, &der, "DER");
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_ecdsa_of_the_length_of_another_curve() {
    for algorithm in of_family(&[Family::Ecdsa]) {
        let (input, good) = signed(algorithm);
        let (r, s) = good.split_at(good.len() / 2);
        for length in [63, 64, 65, 96, 128, 131, 132, 133].into_iter().filter(|length| *length != good.len())
        {
            let mut resized = good.clone();
            resized.resize(length, 0);
            assert_invalid(algorithm, &input, &resized, &format!("{length} bytes"));
        }
        // Each number with the length of a longer field, or without its leading zeros.
        for field in [48, 66].into_iter().filter(|field| *field > r.len()) {
            let pad = vec![0; field - r.len()];
            assert_invalid(algorithm, &input, &[&pad, r, &pad, s].concat(), "wider numbers");
        }
        let wider = [&[0], r, &[0], s].concat();
        assert_invalid(algorithm, &input, &wider, "a zero in front of each");
        // Recoverable signatures have an additional byte.
        for recovery in [0, 1, 27, 28] {
            assert_invalid(algorithm, &input, &[&good[..], &[recovery]].concat(), "a recovery byte");
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn accepts_both_signs_of_ecdsa_s() {
    // (r, n − s) is valid if (r, s) is: RFC 7518 and RFC 8812 require neither, and other libraries create both. So the
    // text of a token does not identify it; use `jti` for that.
    for algorithm in of_family(&[Family::Ecdsa]) {
        let (input, good) = signed(algorithm);
        let (r, s) = good.split_at(good.len() / 2);
        let twin = [r, &subtract(&order(algorithm.curve().expect("ECDSA")), s)].concat();
        assert_ne!(twin, good);
        for backend in backends_of(algorithm) {
            let key = public(algorithm).with_backend(backend).expect("a key");
            let verdict = Verifier::new(key).verify(&with_signature(&input, &twin)).map(drop);
            assert_eq!(verdict, Ok(()), "{algorithm} {backend}");
        }
    }
}

// ---- Ed25519 ---------------------------------------------------------------------------------

/// The order of the base point, little-endian (RFC 8032 §5.1).
const ED25519_ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

#[test]
fn rejects_ed25519_s_that_is_not_reduced() {
    // RFC 8032 §5.1.7: otherwise anyone can create variants of each signature.
    let mut order = unhex(ED25519_ORDER);
    order.reverse();
    for algorithm in of_family(&[Family::Eddsa]) {
        let (input, good) = signed(algorithm);
        let (r, s) = good.split_at(32);
        let mut sum: Vec<u8> = s.iter().rev().copied().collect();
        // 2²⁵⁶ is a little under 16 times the order.
        let mut twins = 0;
        loop {
            let (next, fits) = add(&sum, &order);
            if !fits {
                break;
            }
            sum = next;
            let twin: Vec<u8> = r.iter().chain(sum.iter().rev()).copied().collect();
            assert_invalid(algorithm, &input, &twin, "s + a multiple of the order");
            twins += 1;
        }
        assert!((14..=15).contains(&twins), "{twins}");
    }
}

#[test]
fn rejects_ed25519_signature_with_r_of_small_order() {
    // Created with the test key: R is the neutral element, and s the hash times the private scalar, so the equation of
    // RFC 8032 §5.1.7 holds. The holder of a key can create such signatures that some verifiers accept and others
    // reject; strict ones reject them.
    let (input, _) = signed(Algorithm::EdDSA);
    assert_eq!(input, "eyJhbGciOiJFZERTQSJ9.YW55IGJ5dGVz");
    let signature = unhex(
        "0100000000000000000000000000000000000000000000000000000000000000\
         d2de3c53225d14daa1127c1da17d2ac979c7dd5a15b4f4889373f3a45b67110c",
    );
    assert_invalid(Algorithm::EdDSA, &input, &signature, "R of order one");
}

/// Every encoding of the eight points of small order (RFC 7748 §7 has the ones of Curve25519).
const SMALL_ORDER: &[&str] = &[
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    // The same points in encodings that are not canonical: y at or above p, or a sign on x = 0.
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

/// Reads an Ed25519 public key as JWK and as DER, which must agree.
fn ed25519_key(algorithm: Algorithm, point: &[u8]) -> Result<(), KeyError> {
    let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, base64url::encode(point));
    let jwk: Jwk = jwk.parse().expect("a JWK");
    // SubjectPublicKeyInfo of RFC 8410 §4.
    let spki = [&unhex("302a300506032b6570032100"), point].concat();
    let from_jwk = VerifyingKey::from_jwk(algorithm, &jwk).map(drop);
    assert_eq!(VerifyingKey::from_der(algorithm, spki).map(drop), from_jwk);
    from_jwk
}

#[test]
fn rejects_ed25519_public_key_of_small_order() {
    // Under such a key a signature of zeros can be valid for every message.
    for algorithm in of_family(&[Family::Eddsa]) {
        for point in SMALL_ORDER {
            let verdict = ed25519_key(algorithm, &unhex(point));
            assert_eq!(verdict, Err(KeyError::InvalidPoint { curve: Curve::Ed25519 }), "{point}");
        }
        let good = key_file("ed25519.spki.der");
        assert_eq!(ed25519_key(algorithm, &good[good.len() - 32..]), Ok(()));
    }
}

#[test]
fn rejects_ed25519_public_key_whose_y_is_not_reduced() {
    // RFC 8032 §5.1.3, step 1: decoding fails if y is at or above p = 2²⁵⁵ − 19. These are on the curve and have a
    // large order.
    for low in [0xf0, 0xf1, 0xf2, 0xf3, 0xf6, 0xf7, 0xfb, 0xfc, 0xfd, 0xff] {
        for high in [0x7f, 0xff] {
            let point = [&[low][..], &[0xff; 30], &[high]].concat();
            let verdict = ed25519_key(Algorithm::EdDSA, &point);
            assert_eq!(verdict, Err(KeyError::InvalidPoint { curve: Curve::Ed25519 }), "{low:x} {high:x}");
        }
    }
}

// ---- RSA -------------------------------------------------------------------------------------

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_rsa_signature_at_or_above_the_modulus() {
    // RFC 8017 §5.2.2, step 1: numbers from n on would be variants of smaller ones.
    let jwk: serde_json::Value = serde_json::from_slice(&key_file("rsa2048.pub.jwk.json")).expect("a JWK");
    let n = base64url::decode(jwk["n"].as_str().expect("n")).expect("base64url");
    assert_eq!(n.len(), 256);
    let one = [vec![0; 255], vec![1]].concat();
    for algorithm in of_family(&[Family::RsaPkcs1, Family::RsaPss]) {
        let (mut input, mut signature) = signed(algorithm);
        assert_invalid(algorithm, &input, &n, "n");
        assert_invalid(algorithm, &input, &add(&n, &one).0, "n + 1");
        assert_invalid(algorithm, &input, &subtract(&n, &one), "n - 1");
        assert_invalid(algorithm, &input, &subtract(&n, &signature), "n - s");
        // s + n fits if s is small enough, for about one message in six.
        for round in 0.. {
            let (twin, fits) = add(&signature, &n);
            if fits {
                let verdict = verify(&with_signature(&input, &signature), key(algorithm)).map(drop);
                assert_eq!(verdict, Ok(()));
                assert_invalid(algorithm, &input, &twin, "s + n");
                break;
            }
            assert!(round < 500, "no signature is small");
            input = signing_input(format!(r#"{{"alg":"{algorithm}"}}"#), round.to_string());
            signature = key(algorithm).sign(input.as_bytes()).expect("a signature");
        }
    }
}

// ---- Each bit and each character -------------------------------------------------------------

/// A whole token, its policy, and how many changed copies of it were tried.
struct Victim {
    token: String,
    policy: Validator<VerifyingKey>,
    tried: usize,
}

impl Victim {
    fn new(algorithm: Algorithm) -> Self {
        let token = token(format!(r#"{{"alg":"{algorithm}"}}"#), good_claims(), key(algorithm));
        let policy = validator_of(public(algorithm));
        assert_eq!(policy.verify::<NoClaims>(&token).map(drop), Ok(()));
        Self { token, policy, tried: 0 }
    }

    /// Asserts that a token is rejected for the first possible reason, and never for one that requires a verified
    /// payload.
    #[track_caller]
    fn assert_refuses(&mut self, token: &str) {
        self.tried += 1;
        let error = self.policy.verify::<NoClaims>(token).map(drop).expect_err(token);
        let parts: Vec<&str> = token.split('.').collect();
        let [header, _, signature] = parts[..] else {
            return assert_eq!(error, VerifyError::SegmentCount { found: parts.len() }, "{token}");
        };
        if Some(header) == self.token.split('.').next() {
            let expected = match base64_error(signature) {
                Some(error) => VerifyError::Base64 { part: TokenPart::Signature, error },
                None => VerifyError::InvalidSignature,
            };
            return assert_eq!(error, expected, "{token}");
        }
        // The error for a header depends on where it was changed.
        match (base64_error(header), error) {
            (Some(expected), error) => {
                assert_eq!(
                    error,
                    VerifyError::Base64 { part: TokenPart::Header, error: expected },
                    "{token}"
                );
            }
            (
                None,
                VerifyError::Json { part: TokenPart::Header, .. }
                | VerifyError::MissingAlgorithm
                | VerifyError::UnknownAlgorithm { .. }
                | VerifyError::AlgorithmMismatch { .. },
            ) => {}
            (None, error) => panic!("{error:?}: {token}"),
        }
    }
}

// These tests are complete: every position of a whole token is tried, for every algorithm, including RSA and P-521.

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_every_flip_of_one_bit() {
    for algorithm in algorithms() {
        let mut victim = Victim::new(algorithm);
        let token = victim.token.clone();
        let mut not_utf8 = 0;
        for position in 0..token.len() {
            for bit in 0..8 {
                let mut flipped = token.clone().into_bytes();
                flipped[position] ^= 1 << bit;
                match String::from_utf8(flipped) {
                    Ok(flipped) => victim.assert_refuses(&flipped),
                    // The eighth bit: the result is not a `&str`, so it cannot be a token.
                    Err(_) => not_utf8 += 1,
                }
            }
        }
        assert_eq!((victim.tried, not_utf8), (token.len() * 7, token.len()), "{algorithm}");
    }
}

#[test]
fn rejects_every_truncation() {
    for algorithm in algorithms() {
        let mut victim = Victim::new(algorithm);
        let token = victim.token.clone();
        for position in 0..token.len() {
            victim.assert_refuses(&token[..position]);
        }
        for position in 1..=token.len() {
            victim.assert_refuses(&token[position..]);
        }
        assert_eq!(victim.tried, token.len() * 2, "{algorithm}");
    }
}

/// One character of each kind: of the alphabet, of the other base64 alphabet, and of neither. Without their eighth
/// bits the two bytes of ð are `C0`, which is base64url.
const KINDS: &[char] = &['A', 'z', '5', '-', '_', '.', '+', '/', '=', ' ', '\n', '\0', '%', '"', 'ð'];

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_every_substitution_of_one_character() {
    for algorithm in algorithms() {
        let mut victim = Victim::new(algorithm);
        let token = victim.token.clone();
        let mut same = 0;
        for position in 0..token.len() {
            for kind in KINDS {
                let changed = format!("{}{kind}{}", &token[..position], &token[position + 1..]);
                if changed == token {
                    same += 1;
                } else {
                    victim.assert_refuses(&changed);
                }
            }
        }
        assert_eq!(victim.tried + same, token.len() * KINDS.len(), "{algorithm}");
        assert_eq!(same, token.matches(KINDS).count(), "{algorithm}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_every_insertion_and_removal_of_one_character() {
    for algorithm in algorithms() {
        let mut victim = Victim::new(algorithm);
        let token = victim.token.clone();
        for position in 0..=token.len() {
            for kind in ['A', '=', '\n', '.'] {
                let (before, after) = token.split_at(position);
                victim.assert_refuses(&format!("{before}{kind}{after}"));
            }
        }
        for position in 0..token.len() {
            victim.assert_refuses(&format!("{}{}", &token[..position], &token[position + 1..]));
        }
        assert_eq!(victim.tried, (token.len() + 1) * 4 + token.len(), "{algorithm}");
    }
}
