//! A client sends one token with every request. It is verified once, and then found in the cache until it expires, or
//! until it or its key is withdrawn.
//!
//! `cargo run --features cache --example cached`
//!
//! Exits with 1 if a result is not the expected one.
#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use jotwell::{
    Algorithm, Audience, CachedValidator, Claims, Header, Issuer, JwkSet, KeySource, NoClaims, NumericDate,
    SigningKey, Validator, VerifyError, VerifyingKey,
};

type Failure = Box<dyn std::error::Error>;

const UNREADABLE: VerifyError = VerifyError::Unavailable { reason: "a lock is poisoned" };

/// A set that is fetched again from time to time.
#[derive(Clone, Default)]
struct Fetched(Arc<RwLock<JwkSet>>);

impl KeySource for Fetched {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        let set = self.0.read().map_err(|_| UNREADABLE)?;
        set.key_for(header).map(|key| Cow::Owned(key.into_owned()))
    }
}

fn main() -> Result<(), Failure> {
    let start = NumericDate::from_secs(1_800_000_000);
    let seconds = Arc::new(AtomicI64::new(start.as_secs()));
    let clock = seconds.clone();
    let revoked = Arc::new(RwLock::new(BTreeSet::new()));
    let list = revoked.clone();
    let key = SigningKey::generate(Algorithm::ES256)?.with_key_id("2026-11");
    let keys = Fetched::default();
    *keys.0.write().map_err(|_| UNREADABLE)? = JwkSet::from_keys([key.verifying_key()])?;

    let validator =
        Validator::new(keys.clone(), Issuer::is("https://auth.example"), Audience::is("orders-api"))
            .clock(move || NumericDate::from_secs(clock.load(Ordering::Relaxed)))
            // Runs on hits as well.
            .check(move |claims| match claims.jwt_id() {
                Some(id) if !list.read().map_err(|_| UNREADABLE)?.contains(&*id) => Ok(()),
                _ => Err(VerifyError::CustomCheck { reason: "revoked" }),
            });
    let slots = NonZeroUsize::new(10_000).ok_or("no slots")?;
    let validator = CachedValidator::<Claims, _>::new(validator, slots);

    let token = |id: &str, lifetime| {
        let claims = Claims::new(NoClaims).issuer("https://auth.example").audience("orders-api");
        claims.jwt_id(id).expires_at(start.saturating_add(Duration::from_secs(lifetime))).sign(&key)
    };
    let (short, stolen, long) = (token("short", 60)?, token("stolen", 900)?, token("long", 900)?);
    for token in [&short, &stolen, &long] {
        let (first, again) = (validator.verify(token)?, validator.verify(token)?);
        println!("{:<8} verified, then found in the cache: {}", name(&first), Arc::ptr_eq(&first, &again));
    }

    seconds.fetch_add(60, Ordering::Relaxed);
    let error = validator.verify(&short).err().ok_or("the expired token was accepted")?;
    println!("short    expired:  {error}");

    revoked.write().map_err(|_| UNREADABLE)?.insert("stolen".to_owned());
    let error = validator.verify(&stolen).err().ok_or("the revoked token was accepted")?;
    println!("stolen   revoked:  {error}");

    println!("long     untouched: {}", validator.verify(&long).is_ok());
    *keys.0.write().map_err(|_| UNREADABLE)? = JwkSet::default();
    let error = validator.verify(&long).err().ok_or("a retired key's token was accepted")?;
    println!("long     its key retired: {error}");
    Ok(())
}

fn name(claims: &Claims) -> &str {
    claims.jwt_id.as_deref().unwrap_or_default()
}
