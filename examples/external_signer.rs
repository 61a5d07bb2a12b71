//! Signing with a key that is elsewhere: in a key management service, a hardware module, another process.
//!
//! Here OpenSSL represents the service: it has the key, receives the bytes to sign, and returns DER, as most services
//! do.
//!
//! `cargo run --example external_signer`
#![forbid(unsafe_code)]

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use jotwell::{Algorithm, Audience, Claims, Header, Issuer, NoClaims, Validator, VerifyingKey};

const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/interop/keys/p256.pkcs8.pem");
const PUBLIC_KEY: &str = include_str!("../vectors/interop/keys/p256.spki.pem");

/// The service. It does not know that it signs claims, and this program never has the key.
fn sign_elsewhere(message: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut service = Command::new("openssl")
        .args(["dgst", "-sha256", "-sign", KEY])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = service.stdin.take() {
        input.write_all(message)?;
    }
    let output = service.wait_with_output()?;
    if output.status.success() { Ok(output.stdout) } else { Err(std::io::Error::other("openssl failed")) }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let header = Header::new(Algorithm::ES256).with_typ("JWT").with_key_id("kms-1");
    let unsigned = Claims::new(NoClaims)
        .issuer("https://auth.example")
        .subject("user-42")
        .audience("orders-api")
        .expires_in(Duration::from_secs(900))
        .unsigned(&header)?;

    // This call may be asynchronous: nothing here holds a lock or borrows across it.
    let signature = sign_elsewhere(unsigned.signing_input().as_bytes())?;
    let token = unsigned.with_der_signature(&signature)?;
    println!("{token}");

    let key = VerifyingKey::from_pem(Algorithm::ES256, PUBLIC_KEY)?.with_key_id("kms-1");
    let validator = Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api"));
    let claims = validator.verify::<Claims>(&token)?;
    println!("verified, about {:?}", claims.subject);
    Ok(())
}
