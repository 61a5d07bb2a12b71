//! A signature in a separate file.
//!
//! `cargo run --example detached [FILE]`
//!
//! Exits with 1 if a changed file is accepted.
#![forbid(unsafe_code)]

use jotwell::jws::{self, JsonJws, Verifier};
use jotwell::{Algorithm, Header, SigningKey, VerifyError};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path =
        std::env::args().nth(1).unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into());
    let file = std::fs::read(&path)?;
    let mut changed = file.clone();
    changed.push(b' ');
    let key = SigningKey::generate(Algorithm::EdDSA)?.with_key_id("releases");
    println!("{path}: {} bytes\n", file.len());

    // The payload is left out of the token (RFC 7515 appendix F).
    let signature = jws::sign_detached(&file, &key)?;
    let verifier = Verifier::new(key.verifying_key());
    println!("detached\n  {signature}");
    println!("  verified over {} bytes", verifier.verify_detached(&signature, &file)?.len());
    report(verifier.verify_detached(&signature, &changed).map(drop))?;

    // It is not encoded either (RFC 7797). Verifiers must allow that.
    let signature = jws::sign_detached_unencoded(&file, &key)?;
    println!("\ndetached, b64: false\n  {signature}");
    report(verifier.verify_detached(&signature, &file).map(drop))?;
    let asks = verifier.allow_unencoded_payload();
    println!("  verified over {} bytes", asks.verify_detached(&signature, &file)?.len());
    report(asks.verify_detached(&signature, &changed).map(drop))?;

    // In JSON there may be several signatures, each with its own headers.
    let other = SigningKey::generate(Algorithm::ES256)?.with_key_id("reviewers");
    let both =
        JsonJws::new(&file).sign(&key, &Header::for_key(&key))?.sign(&other, &Header::for_key(&other))?;
    let mut both: serde_json::Value = serde_json::from_str(&both.to_general_json())?;
    both.as_object_mut().ok_or("no object")?.remove("payload");
    println!("\ndetached, by two\n  {both}");
    let both = JsonJws::parse(&both.to_string())?;
    let keys = jotwell::JwkSet::from_keys([key.verifying_key(), other.verifying_key()])?;
    let all = Verifier::new(keys);
    let verified = all.verify_all(&both.clone().with_detached_payload(&file)?)?;
    println!("  {} signatures verified", verified.len());
    report(all.verify_all(&both.with_detached_payload(&changed)?).map(drop))?;
    Ok(())
}

fn report(result: Result<(), VerifyError>) -> Result<(), &'static str> {
    println!("  rejected: {}", result.err().ok_or("accepted what must be rejected")?);
    Ok(())
}
