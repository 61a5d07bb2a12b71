//! PKCS#8 encrypted with a passphrase: RFC 5958 §3, RFC 8018 §6.2, RFC 7914 §7.

use jotwell::{Algorithm, KeyError, KeyFormat, SigningKey, UnboundKey, VerifyingKey};

use super::{belong_together, bytes, key, says, text};

const PASSPHRASE: &str = "test-passphrase";

fn file(name: &str) -> String {
    text(&format!("real-world/encrypted-{name}.pem"))
}

fn refused(name: &str) -> KeyError {
    UnboundKey::from_encrypted_pem(file(name), PASSPHRASE).unwrap_err()
}

/// A definite length in its shortest form (X.690 §10.1).
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = match content.len() {
        short @ 0..=0x7f => vec![short as u8],
        long @ 0x80..=0xff => vec![0x81, long as u8],
        long => vec![0x82, (long >> 8) as u8, long as u8],
    };
    [&[tag][..], &length, content].concat()
}

const PBES2: [u8; 11] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13];

/// Returns PKCS#8 with a key derivation function and AES-256-CBC, whose encrypted part is zeros.
fn encrypted(function: Vec<u8>) -> Vec<u8> {
    const AES_256_CBC: [u8; 11] = [6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42];
    let cipher = tlv(0x30, &[&AES_256_CBC[..], &tlv(4, &[0; 16])].concat());
    let scheme = tlv(0x30, &[&PBES2[..], &tlv(0x30, &[function, cipher].concat())].concat());
    tlv(0x30, &[scheme, tlv(4, &[0; 160])].concat())
}

/// Returns PKCS#8 with PBKDF2 and that many iterations of HMAC with SHA-256, or else with SHA-1, which is the default.
fn pbkdf2(iterations: &[u8], sha256: bool) -> Vec<u8> {
    const PBKDF2: [u8; 11] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12];
    const HMAC_SHA256: [u8; 12] = [6, 8, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9, 5, 0];
    let mut parameters = [tlv(4, &[7; 16]), tlv(2, iterations)].concat();
    if sha256 {
        parameters.extend(tlv(0x30, &HMAC_SHA256));
    }
    encrypted(tlv(0x30, &[&PBKDF2[..], &tlv(0x30, &parameters)].concat()))
}

/// Returns PKCS#8 with scrypt and these costs.
fn scrypt(n: &[u8], r: u8, p: u8) -> Vec<u8> {
    const SCRYPT: [u8; 11] = [6, 9, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 11];
    let costs = [tlv(4, &[7; 16]), tlv(2, n), tlv(2, &[r]), tlv(2, &[p])].concat();
    encrypted(tlv(0x30, &[&SCRYPT[..], &tlv(0x30, &costs)].concat()))
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn encrypted_pkcs8_is_read_with_its_passphrase() {
    for (text, algorithm, public) in [
        (file("pbkdf2-aes256"), Algorithm::ES256, "p256"),
        (file("pbkdf2-aes192-sha384"), Algorithm::RS256, "rsa2048"),
        (file("pbkdf2-aes128-sha512"), Algorithm::EdDSA, "ed25519"),
        (file("scrypt"), Algorithm::ES256, "p256"),
        (file("scrypt-at-the-limit"), Algorithm::ES256, "p256"),
        (key("rsa2048.pkcs8-encrypted.pem"), Algorithm::PS256, "rsa2048"),
        // As in environment variables.
        (file("pbkdf2-aes256").replace('\n', r"\n"), Algorithm::ES256, "p256"),
    ] {
        let unbound = UnboundKey::from_encrypted_pem(&text, PASSPHRASE).expect(public);
        assert_eq!((unbound.format(), unbound.is_private()), (KeyFormat::Encrypted, true));
        let private = SigningKey::from_encrypted_pem(algorithm, &text, PASSPHRASE).expect(public);
        let public = VerifyingKey::from_pem(algorithm, key(&format!("{public}.spki.pem"))).expect(public);
        assert!(belong_together(&private, &public));
    }
    let der = bytes("interop/keys/rsa2048.pkcs8-encrypted.der");
    assert!(UnboundKey::from_encrypted_der(der, PASSPHRASE).expect("a key").is_private());
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_wrong_passphrase_is_named() {
    // One in 256 of them leaves valid padding.
    for number in 0..600 {
        let error =
            UnboundKey::from_encrypted_pem(file("pbkdf2-aes256"), format!("wrong-{number}")).unwrap_err();
        assert_eq!(error, KeyError::WrongPassphrase);
    }
    for passphrase in ["", "test-passphrase\n", "Test-passphrase"] {
        let error = UnboundKey::from_encrypted_pem(file("scrypt"), passphrase).unwrap_err();
        assert_eq!(error, KeyError::WrongPassphrase);
    }
    says(&KeyError::WrongPassphrase, &["line break", "openssl pkey"]);
}

#[test]
fn a_key_that_is_not_encrypted_is_named() {
    for (name, found) in [("p256.pkcs8.pem", KeyFormat::Pkcs8), ("p256.spki.pem", KeyFormat::Spki)] {
        let error = UnboundKey::from_encrypted_pem(key(name), PASSPHRASE).unwrap_err();
        assert_eq!(error, KeyError::NotEncrypted { found });
        says(&error, &["`from_pem`"]);
    }
    let error = UnboundKey::from_encrypted_der(bytes("interop/keys/p256.pkcs8.der"), PASSPHRASE).unwrap_err();
    assert_eq!(error, KeyError::NotEncrypted { found: KeyFormat::Pkcs8 });
    let traditional =
        UnboundKey::from_encrypted_pem(key("rsa2048.pkcs1-encrypted.pem"), PASSPHRASE).unwrap_err();
    assert_eq!(traditional, KeyError::UnsupportedFormat { found: KeyFormat::EncryptedTraditional });
}

#[test]
fn other_ciphers_and_functions_are_named() {
    for name in ["sha1", "3des", "pbes1"] {
        assert_eq!(refused(name), KeyError::UnsupportedEncryption, "{name}");
    }
    says(&KeyError::UnsupportedEncryption, &["openssl pkcs8 -topk8 -v2 aes-256-cbc"]);
}

/// The file declares the cost of its decryption, so anyone who may upload one could make a server compute for hours,
/// or use all of its memory.
#[test]
fn costs_are_bounded_before_any_work() {
    let pbkdf2_cost = KeyError::EncryptionCost { found: 5_000_001, limit: 5_000_000 };
    assert_eq!(refused("costly-pbkdf2"), pbkdf2_cost);
    says(&pbkdf2_cost, &["5000001", "5000000", "-iter"]);
    let limit = 1 << 20;
    assert_eq!(refused("costly-scrypt"), KeyError::EncryptionCost { found: 1024 * 8 * 129, limit });
    let read = |der: Vec<u8>| UnboundKey::from_encrypted_der(der, PASSPHRASE).unwrap_err();
    // 2^40, with which scrypt would need a pebibyte; 2^63, which overflows in any product.
    assert_eq!(read(scrypt(&[1, 0, 0, 0, 0, 0], 8, 1)), KeyError::EncryptionCost { found: 1 << 43, limit });
    assert_eq!(
        read(scrypt(&[0, 0x80, 0, 0, 0, 0, 0, 0, 0], 8, 1)),
        KeyError::EncryptionCost { found: u64::MAX, limit }
    );
    // Values that RFC 7914 §2 does not allow never reach the function.
    for (n, r, p) in [(&[0][..], 8, 1), (&[1], 8, 1), (&[3], 8, 1), (&[2], 0, 1), (&[2], 8, 0)] {
        assert_eq!(read(scrypt(n, r, p)), KeyError::UnsupportedEncryption, "{n:?} {r} {p}");
    }
    assert_eq!(read(scrypt(&[4], 8, 1)), KeyError::WrongPassphrase);
    // RFC 8018 §A.2 counts from 1. The cost of an unsupported scheme is not checked.
    assert_eq!(read(pbkdf2(&[1], true)), KeyError::WrongPassphrase);
    assert_eq!(read(pbkdf2(&[0], true)), KeyError::UnsupportedEncryption);
    let too_many = [0x4c, 0x4b, 0x41];
    assert_eq!(read(pbkdf2(&too_many, true)), pbkdf2_cost);
    assert_eq!(read(pbkdf2(&too_many, false)), KeyError::UnsupportedEncryption);
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn no_changed_byte_of_an_encrypted_key_panics_or_results_in_another_key() {
    let der = {
        let text = file("pbkdf2-aes256");
        let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
        use base64ct::Encoding as _;
        base64ct::Base64::decode_vec(&body).expect("base64")
    };
    let good = VerifyingKey::from_pem(Algorithm::ES256, key("p256.spki.pem")).expect("a key");
    for index in 0..der.len() {
        for bit in [0x01, 0x40] {
            let mut changed = der.clone();
            changed[index] ^= bit;
            let read = UnboundKey::from_encrypted_der(&changed, PASSPHRASE);
            // CBC does not authenticate: the result is a key only if its halves still match.
            if let Ok(private) = read.and_then(|key| SigningKey::new(Algorithm::ES256, &key)) {
                assert!(belong_together(&private, &good), "{index}");
            }
            let _ = UnboundKey::from_encrypted_der(&der[..index], PASSPHRASE);
        }
    }
}
