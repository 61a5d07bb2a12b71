//! Keys from PEM in every format, and the errors for keys that do not fit.
//!
//! `cargo run --example pem_keys`
#![forbid(unsafe_code)]

use jotwell::{Algorithm, KeyError, SigningKey, VerifyingKey, jws};

const PKCS8: &str = include_str!("../vectors/interop/keys/rsa2048.pkcs8.pem");
const PKCS1: &str = include_str!("../vectors/interop/keys/rsa2048.pkcs1.pem");
const SPKI: &str = include_str!("../vectors/interop/keys/rsa2048.spki.pem");
const CERTIFICATE: &str = include_str!("../vectors/interop/keys/rsa2048.cert.pem");
const SEC1: &str = include_str!("../vectors/interop/keys/p256.ecparam-genkey.pem");
const SMALL: &str = include_str!("../vectors/interop/keys/rsa1024.spki.pem");
const ENCRYPTED: &str = include_str!("../vectors/interop/keys/rsa2048.pkcs8-encrypted.pem");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (form, private) in [("PKCS#8", PKCS8), ("PKCS#1", PKCS1)] {
        let token = jws::sign(b"payload", &SigningKey::from_pem(Algorithm::RS256, private)?)?;
        for (public_form, public) in [("SubjectPublicKeyInfo", SPKI), ("certificate", CERTIFICATE)] {
            let key = VerifyingKey::from_pem(Algorithm::RS256, public)?;
            jws::Verifier::new(key).verify(&token)?;
            println!("signed with {form}, verified with {public_form}");
        }
    }
    let key = SigningKey::from_pem(Algorithm::ES256, SEC1)?;
    println!("read SEC 1 after EC PARAMETERS: {key:?}");

    println!("\nand these are rejected:");
    let public = VerifyingKey::from_pem;
    let refused: [(&str, Option<KeyError>); 6] = [
        ("an RSA key for ES256", public(Algorithm::ES256, SPKI).err()),
        ("1024 bits", public(Algorithm::RS256, SMALL).err()),
        ("a private key to verify with", public(Algorithm::RS256, PKCS8).err()),
        ("a public key to sign with", SigningKey::from_pem(Algorithm::RS256, SPKI).err()),
        ("a key encrypted with a password", SigningKey::from_pem(Algorithm::RS256, ENCRYPTED).err()),
        ("a public key as HMAC secret", SigningKey::hmac(Algorithm::HS256, SPKI).err()),
    ];
    for (what, error) in refused {
        println!("  {what:<30} {}", error.ok_or("accepted")?);
    }
    Ok(())
}
