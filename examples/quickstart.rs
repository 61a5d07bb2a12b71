//! Issues tokens, decodes them, verifies them, and tries the known attacks.
//!
//! `cargo run --example quickstart`
//!
//! Exits with 1 if any attack is accepted.
#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::Duration;

use jotwell::Clock as _;
use jotwell::{
    Algorithm, Audience, Claims, Header, Issuer, NumericDate, SigningKey, SystemClock, UnsignedToken,
    Validator, VerifyError, VerifyingKey, base64url,
};
use serde::{Deserialize, Serialize};

type Failure = Box<dyn std::error::Error>;

const ISSUER: &str = "https://auth.example";
const AUDIENCE: &str = "orders-api";
/// A published test key. Create your own: `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`.
const RSA_KEY: &str = include_str!("../vectors/interop/keys/rsa2048.pkcs8.pem");
const RSA_PUBLIC_KEY: &str = include_str!("../vectors/interop/keys/rsa2048.spki.pem");

/// The custom claims. Registered ones already have types.
#[derive(Debug, Serialize, Deserialize)]
struct Account {
    roles: Vec<String>,
}

fn claims() -> Claims<Account> {
    Claims::new(Account { roles: vec!["editor".into()] })
        .issuer(ISSUER)
        .subject("user-42")
        .audience(AUDIENCE)
        .expires_in(Duration::from_secs(900))
}

fn validator(key: VerifyingKey) -> Validator<VerifyingKey> {
    Validator::new(key, Issuer::is(ISSUER), Audience::is(AUDIENCE))
}

fn main() -> Result<ExitCode, Failure> {
    let keys = [
        SigningKey::generate(Algorithm::HS256)?,
        SigningKey::from_pem(Algorithm::RS256, RSA_KEY)?,
        SigningKey::generate(Algorithm::ES256)?,
    ];
    for key in keys {
        issue_and_verify(&key.with_key_id("2026-11"))?;
    }
    let accepted = try_attacks()?;
    Ok(if accepted == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn issue_and_verify(key: &SigningKey) -> Result<(), Failure> {
    let token = claims().sign(key)?;
    let verified = validator(key.verifying_key()).verify::<Claims<Account>>(&token)?;

    println!("{} ({})", key.algorithm(), key.algorithm().reference());
    let decoded =
        |part: &str| base64url::decode(part).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let parts: Vec<_> = token.split('.').collect();
    if let [header, payload, signature] = parts[..] {
        println!("  header     {}\n             {}", shortened(header), decoded(header)?);
        println!("  payload    {}\n             {}", shortened(payload), decoded(payload)?);
        println!(
            "  signature  {}\n             {} bytes",
            shortened(signature),
            base64url::decode(signature)?.len()
        );
    }
    let left = verified.expires_at.map(|exp| exp.saturating_since(SystemClock.now()).as_secs());
    println!(
        "  verified   subject {}, roles {:?}, expires in {} s\n",
        verified.subject.as_deref().unwrap_or("unknown"),
        verified.custom.roles,
        left.unwrap_or(0)
    );
    Ok(())
}

fn shortened(part: &str) -> String {
    match part.get(..60) {
        Some(start) if part.len() > 64 => format!("{start}… ({} characters)", part.len()),
        _ => part.to_owned(),
    }
}

/// Tries each attack, prints the result, and returns how many were accepted.
fn try_attacks() -> Result<usize, Failure> {
    let key = SigningKey::generate(Algorithm::HS256)?;
    let rsa = VerifyingKey::from_pem(Algorithm::RS256, RSA_PUBLIC_KEY)?;
    let good = claims().sign(&key)?;
    let (signing_input, signature) = good.rsplit_once('.').ok_or("no token")?;
    let (header, payload) = signing_input.split_once('.').ok_or("no token")?;
    // Any content with a valid signature: only the content is wrong.
    let signed = |header: &str, payload: &str| -> Result<String, Failure> {
        let input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
        Ok(format!("{input}.{}", base64url::encode(key.sign(input.as_bytes())?)))
    };
    let hs256 = r#"{"alg":"HS256"}"#;
    let payload_with = |changed: Claims<Account>| -> Result<String, Failure> { Ok(changed.sign(&key)?) };
    let mut no_audience = claims();
    no_audience.audience.0.clear();
    let mut stranger = claims();
    stranger.audience.0 = vec!["billing-api".into()];
    let past = NumericDate::from_secs(1_300_819_380);
    // The attacker knows the public key, and signs with its text as a secret.
    let public_key_as_secret = {
        let unsigned = claims().unsigned(&Header::new(Algorithm::HS256))?;
        with_hmac_of(RSA_PUBLIC_KEY.as_bytes(), unsigned)?
    };

    let key = key.verifying_key();
    let tampered = base64url::encode(r#"{"sub":"admin","exp":9999999999}"#);
    let attempts = [
        ("payload tampered with", &key, format!("{header}.{tampered}.{signature}")),
        ("alg: none", &key, format!("{}.{payload}.", base64url::encode(r#"{"alg":"none"}"#))),
        ("RS256 public key as HS256 secret", &rsa, public_key_as_secret),
        ("expired", &key, payload_with(claims().expires_at(past))?),
        ("for another audience", &key, payload_with(stranger)?),
        ("for an empty audience", &key, payload_with(no_audience)?),
        ("unknown crit", &key, signed(r#"{"alg":"HS256","crit":["x"],"x":1}"#, "{}")?),
        ("padded base64", &key, format!("{header}.{payload}.{signature}=")),
        ("duplicate member", &key, signed(hs256, r#"{"sub":"user-42","\u0073ub":"admin"}"#)?),
    ];

    println!("refused:");
    let mut accepted = 0;
    for (attack, key, token) in attempts {
        match validator(key.clone()).verify::<Account>(&token) {
            Err(error) => println!("  {attack:<34} {}", explained(&error)),
            Ok(_) => {
                accepted += 1;
                println!("  {attack:<34} ACCEPTED");
            }
        }
    }
    println!(
        "  {:<34} {}",
        "that public key, given as a secret",
        SigningKey::hmac(Algorithm::HS256, RSA_PUBLIC_KEY).err().ok_or("accepted")?
    );
    Ok(accepted)
}

/// Does what an attacker's tool does: HMAC with any bytes as the key. This crate rejects a secret that is a key, so
/// the hash of the text is used instead: HMAC hashes a key that is longer than a block of SHA-256 first (RFC 2104 §2),
/// and the hash is an ordinary secret.
fn with_hmac_of(secret: &[u8], unsigned: UnsignedToken) -> Result<String, Failure> {
    use sha2::{Digest as _, Sha256};
    let key = SigningKey::hmac(Algorithm::HS256, Sha256::digest(secret))?;
    Ok(unsigned.sign(&key)?)
}

fn explained(error: &VerifyError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
