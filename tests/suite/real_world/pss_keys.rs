//! RSA keys that are restricted to RSASSA-PSS by their object identifier: RFC 4055 §1.2.

use jotwell::Algorithm::{self, PS256, PS384, PS512, RS256, RS384, RS512};
use jotwell::{KeyError, KeyFormat, KeyType, SigningKey, UnboundKey, VerifyingKey};

use super::{belong_together, key, says, text};

const ALL: [Algorithm; 3] = [PS256, PS384, PS512];

fn pem(name: &str, half: &str) -> String {
    match name {
        "rsapss2048" | "rsapss2048-sha256" => key(&format!("{name}.{half}.pem")),
        _ => text(&format!("real-world/{name}.{half}.pem")),
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn pss_keys_work_for_the_algorithms_whose_parameters_they_have() {
    for (name, fitting) in [
        ("rsapss2048", &ALL[..]),
        ("rsapss2048-sha256", &[PS256]),
        ("rsapss-sha384", &[PS384]),
        // Signatures must have at least the salt length that the key requires (RFC 4055 §3.3).
        ("rsapss-sha256-shorter-salt", &[PS256]),
    ] {
        let (private, public) = (pem(name, "pkcs8"), pem(name, "spki"));
        for half in [&private, &public] {
            let unbound = UnboundKey::from_pem(half).expect(name);
            assert_eq!(
                (unbound.key_type(), unbound.algorithms()),
                (KeyType::RsaPss, fitting.to_vec()),
                "{name}"
            );
        }
        for algorithm in ALL {
            let keys =
                (SigningKey::from_pem(algorithm, &private), VerifyingKey::from_pem(algorithm, &public));
            if fitting.contains(&algorithm) {
                assert!(belong_together(&keys.0.expect(name), &keys.1.expect(name)), "{name} {algorithm}");
            } else {
                let refused = KeyError::PssParameters { algorithm };
                assert_eq!(keys.0.unwrap_err(), refused, "{name}");
                assert_eq!(keys.1.unwrap_err(), refused, "{name}");
                says(&refused, &[algorithm.name(), "hash of the key"]);
            }
        }
    }
}

/// The restriction of a key excludes signatures with weaker or other parameters.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn pss_keys_work_for_nothing_else() {
    for name in ["rsapss-sha256-longer-salt", "rsapss-sha256-other-mask", "rsapss-sha1"] {
        for algorithm in ALL {
            let refused = KeyError::PssParameters { algorithm };
            assert_eq!(SigningKey::from_pem(algorithm, pem(name, "pkcs8")).unwrap_err(), refused, "{name}");
            assert_eq!(VerifyingKey::from_pem(algorithm, pem(name, "spki")).unwrap_err(), refused, "{name}");
        }
    }
    for algorithm in [RS256, RS384, RS512] {
        let found = KeyType::RsaPss;
        let refused = |format| KeyError::WrongKeyType { algorithm, found, format };
        let (private, public) = (pem("rsapss2048", "pkcs8"), pem("rsapss2048", "spki"));
        assert_eq!(SigningKey::from_pem(algorithm, private).unwrap_err(), refused(KeyFormat::Pkcs8));
        assert_eq!(VerifyingKey::from_pem(algorithm, public).unwrap_err(), refused(KeyFormat::Spki));
        says(&refused(KeyFormat::Spki), &["PS256, PS384, PS512"]);
    }
}

/// With each byte of the parameters changed, the key becomes unusable, or matches its new parameters.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn no_changed_byte_of_pss_parameters_panics_or_lifts_the_restriction() {
    use base64ct::{Base64, Encoding as _};
    let text = pem("rsapss2048-sha256", "spki");
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    let der = Base64::decode_vec(&body).expect("base64");
    // The last byte of the object identifier distinguishes RSASSA-PSS from RSA.
    const KIND: usize = 16;
    // The parameters are a SEQUENCE. Only its content is malformed.
    for tag in [0x04, 0x31] {
        let mut changed = der.clone();
        changed[KIND + 1] = tag;
        assert!(matches!(UnboundKey::from_der(&changed), Err(KeyError::InvalidDer { .. })), "{tag}");
    }
    for index in (0..80).filter(|index| *index != KIND) {
        for value in 0..=255 {
            let mut changed = der.clone();
            changed[index] = value;
            let Ok(key) = UnboundKey::from_der(&changed) else { continue };
            let fitting = key.algorithms();
            assert!(fitting.len() <= 1, "byte {index} as {value}: {fitting:?}");
        }
    }
}
