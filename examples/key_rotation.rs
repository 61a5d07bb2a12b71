//! A new key every day, and no token rejected because of it: ten days of an issuer, simulated.
//!
//! `cargo run --example key_rotation`
//!
//! Exits with 1 if a valid token is rejected, or one outlives its key.
#![forbid(unsafe_code)]

use std::time::Duration;

use jotwell::{
    Algorithm, Audience, Claims, Expiry, Issuer, JwkSet, KeyRing, KeyRingError, KeyRotationPolicy, NoClaims,
    NumericDate, Validator, VerifyError,
};

type Failure = Box<dyn std::error::Error>;

const HOUR: Duration = Duration::from_secs(3600);

fn verify(set: JwkSet, now: NumericDate, expiry: Expiry, token: &str) -> Result<(), VerifyError> {
    Validator::with_clock(set, Issuer::is("https://auth.example"), Audience::is("orders-api"), now)
        .expiry(expiry)
        .leeway(Duration::from_secs(60))
        .verify::<NoClaims>(token)
        .map(drop)
}

fn main() -> Result<(), Failure> {
    let rotation = KeyRotationPolicy::new()
        .publish_ahead(6 * HOUR)
        .token_lifetime(36 * HOUR)
        .leeway(Duration::from_secs(60));
    let start = NumericDate::from_secs(1_800_000_000);
    let mut ring = KeyRing::generate(Algorithm::EdDSA, rotation, start)?;

    // Too early is an error that contains the time: a job that runs too often does no harm.
    match ring.rotate(start.saturating_add(HOUR)) {
        Err(KeyRingError::TooEarly { ready_at }) => {
            println!("after 1 h: too early by {} h\n", ready_at.saturating_since(start).as_secs() / 3600 - 1);
        }
        other => return Err(format!("rotated too early: {other:?}").into()),
    }

    println!("day  signs     then      retiring");
    let mut tokens: Vec<(u32, String)> = Vec::new();
    for day in 0..10 {
        let now = start.saturating_add(day * 24 * HOUR);
        if day > 0 {
            ring.rotate(now)?;
        }
        let published = ring.published(now)?;
        let names: Vec<_> = published.keys().iter().filter_map(|key| key.key_id()?.get(..8)).collect();
        if let [active, next, retiring @ ..] = names.as_slice() {
            println!("{day:>3}  {active}  {next}  {}", retiring.join(" "));
        }

        let claims = Claims::new(NoClaims).issuer("https://auth.example").audience("orders-api");
        let token =
            claims.expires_at(now.saturating_add(rotation.token_lifetime)).sign(ring.signing_key())?;
        tokens.push((day, token));

        for (issued, token) in &tokens {
            let age = day - issued;
            let result = verify(published.clone(), now, Expiry::Required, token);
            match result {
                Ok(()) if age < 2 => {}
                Err(VerifyError::Expired { .. }) if age == 2 => {}
                // By then its key has been removed, so its expiry is not even checked.
                Err(VerifyError::UnknownKey { .. }) if age > 2 => {}
                other => return Err(format!("day {day}, token of day {issued}: {other:?}").into()),
            }
            if age > 2 && verify(published.clone(), now, Expiry::Unchecked, token).is_ok() {
                return Err(format!("day {day}: the token of day {issued} outlives its key").into());
            }
        }
        // The ring is stored in a file between one day and the next.
        ring = KeyRing::from_json(ring.to_json_with_private_members()?)?;
    }
    println!("\n{} tokens: each verified until it expired, none after its key was removed", tokens.len());
    Ok(())
}
