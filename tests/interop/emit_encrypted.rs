//! Prints encrypted tokens of every algorithm with their keys as JSON lines, for other libraries.
#![forbid(unsafe_code)]

use jotwell::Curve;
use jotwell::jwe::{ContentEncryption, DecryptingKey, Header, KeyManagement};

const CONTENT: &str = "It is encrypted by jotwell.";
const PASSWORD: &str = "not a secret, and public";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for algorithm in KeyManagement::ALL {
        let curves: &[Curve] = match algorithm.name().starts_with("ECDH-ES") {
            true => &[Curve::P256, Curve::P384, Curve::P521, Curve::X25519],
            false => &[Curve::P256],
        };
        for curve in curves {
            // One key for all, except if the key is the content encryption key.
            let keys = match algorithm {
                KeyManagement::Dir => ContentEncryption::ALL
                    .iter()
                    .map(|enc| DecryptingKey::generate(*algorithm, &[*enc]))
                    .collect::<Result<Vec<_>, _>>()?,
                _ => vec![key(*algorithm, *curve)?],
            };
            for key in keys {
                for enc in key.encryptions() {
                    let header = Header::for_key(&key.encrypting_key()).with_enc(*enc);
                    let token = key.encrypting_key().encrypt_with(CONTENT, &header)?;
                    let secret = match algorithm.is_password_based() {
                        true => format!(r#""password":"{PASSWORD}""#),
                        false => format!(r#""jwk":{}"#, key.to_jwk().to_json_with_private_members()?),
                    };
                    println!(
                        r#"{{"maker":"jotwell","alg":"{algorithm}","enc":"{enc}",{secret},"plaintext_utf8":"{CONTENT}","token":"{token}"}}"#
                    );
                }
            }
        }
    }
    Ok(())
}

fn key(algorithm: KeyManagement, curve: Curve) -> Result<DecryptingKey, jotwell::KeyError> {
    match algorithm.is_password_based() {
        // The maximum that the others allow by default.
        true => DecryptingKey::from_password(algorithm, ContentEncryption::ALL, PASSWORD, 2000),
        false => DecryptingKey::generate_on(curve, algorithm, ContentEncryption::ALL),
    }
}
