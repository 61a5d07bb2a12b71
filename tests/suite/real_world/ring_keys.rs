//! Ed25519 keys as `ring` wrote them up to 0.16: the public key in a constructed `[1]`.

use jotwell::{Algorithm, KeyError, KeyFormat, SigningKey, VerifyingKey};

use super::{belong_together, bytes, key};

const BEFORE_PUBLIC: [u8; 5] = [0xa1, 0x23, 0x03, 0x21, 0x00];

fn sequence(content: &[u8]) -> Vec<u8> {
    [&[0x30, u8::try_from(content.len()).expect("short")], content].concat()
}

/// Assembles the key of `ed25519` like `ring`.
fn ring_key(tail: &[u8]) -> Vec<u8> {
    let (private, public) = (bytes("interop/keys/ed25519.pkcs8.der"), bytes("interop/keys/ed25519.spki.der"));
    sequence(&[&[2, 1, 1], &private[5..], &BEFORE_PUBLIC, &public[12..], tail].concat())
}

fn read(der: impl AsRef<[u8]>) -> Result<SigningKey, KeyError> {
    SigningKey::from_der(Algorithm::EdDSA, der)
}

#[test]
fn an_ed25519_key_of_old_ring_is_read() {
    let der = ring_key(&[]);
    assert_eq!((der.len(), &der[..2]), (85, &[0x30, 0x53][..]));
    let public = VerifyingKey::from_pem(Algorithm::EdDSA, key("ed25519.spki.pem")).expect("a key");
    assert!(belong_together(&read(&der).expect("a key"), &public));
    // It is written as in RFC 8410 §7.
    let written = read(&der).expect("a key").to_private_der().expect("DER");
    assert_eq!(written, bytes("interop/keys/ed25519.pkcs8.der"));
}

/// Only that one structure is tolerated: the public key is still compared with the private one, nothing may follow,
/// and no other key may have this form.
#[test]
fn only_the_exact_structure_of_old_ring_is_accepted() {
    let good = ring_key(&[]);
    for index in 0..good.len() {
        let mut changed = good.clone();
        changed[index] ^= 1;
        assert!(read(&changed).is_err(), "byte {index}");
    }
    let mut other = good.clone();
    other[84] ^= 1;
    assert_eq!(read(other).unwrap_err(), KeyError::PublicKeyMismatch);
    let invalid = KeyError::InvalidDer { format: KeyFormat::Pkcs8 };
    assert_eq!(read(ring_key(&[0xa2, 0])).unwrap_err(), invalid);
    // P-256 in PKCS#8 with a constructed `[1]`.
    let (private, public) = (bytes("interop/keys/p256.pkcs8.der"), bytes("interop/keys/p256.spki.der"));
    let content = [&[2, 1, 1], &private[6..], &[0xa1, 0x44, 0x03, 0x42, 0x00], &public[26..]].concat();
    let der = [&[0x30, 0x81, u8::try_from(content.len()).expect("short")], &content[..]].concat();
    assert_eq!(SigningKey::from_der(Algorithm::ES256, der).unwrap_err(), invalid);
}
