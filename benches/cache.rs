//! Measures the gain of the token cache: hits compared with complete verifications, in one run.
//!
//! ```text
//! cargo bench --features cache --bench cache
//! ```

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use jotwell::{
    Algorithm, Audience, CachedValidator, Claims, Issuer, JwkSet, KeySource, NumericDate, SigningKey,
    Validator, VerifyError,
};
use serde::{Deserialize, Serialize};

const ISSUER: &str = "https://auth.example";
const AUDIENCE: &str = "orders-api";

#[derive(Clone, Serialize, Deserialize)]
struct Account {
    roles: Vec<String>,
    name: String,
    email: String,
}

/// Returns that many tokens with payloads of about 260 bytes, valid until 2100.
fn tokens(key: &SigningKey, count: usize) -> Vec<String> {
    let account = Account {
        roles: vec!["editor".into(), "auditor".into()],
        name: "Ada Lovelace".into(),
        email: "ada.lovelace@example.com".into(),
    };
    let claims = Claims::new(account)
        .issuer(ISSUER)
        .subject("248289761001")
        .audience(AUDIENCE)
        .expires_at(NumericDate::from_secs(4_102_444_800))
        .not_before(NumericDate::from_secs(1_700_000_000))
        .issued_at(NumericDate::from_secs(1_700_000_000));
    let token = |index| claims.clone().jwt_id(format!("3b0c9f5e-6a52-4d0e-9c7e-{index:012}")).sign(key);
    (0..count).map(|index| token(index).unwrap()).collect()
}

fn validator<K: KeySource>(keys: K) -> Validator<K> {
    Validator::new(keys, Issuer::is(ISSUER), Audience::is(AUDIENCE))
}

/// Adds a custom check that costs as little as a list of revoked tokens can.
fn with_own_check<K: KeySource>(validator: Validator<K>) -> Validator<K> {
    validator.check(|claims| match claims.jwt_id().as_deref() {
        Some("stolen") => Err(VerifyError::CustomCheck { reason: "revoked" }),
        _ => Ok(()),
    })
}

fn in_turn<'a>(tokens: &'a [String]) -> impl FnMut() -> &'a str {
    let mut turn = tokens.iter().cycle();
    move || black_box(turn.next().unwrap())
}

fn cached<K: KeySource>(c: &mut Criterion, name: &str, validator: Validator<K>, key: &SigningKey) {
    let mut group = c.benchmark_group("hit");
    // So many slots that no token replaces another, which would hide the cost of a hit.
    let cached = CachedValidator::<Account, _>::new(validator, NonZeroUsize::new(16_384).unwrap());
    for count in [1, 1_000] {
        let tokens = tokens(key, count);
        tokens.iter().for_each(|token| drop(cached.verify(token).unwrap()));
        let mut next = in_turn(&tokens);
        group.bench_function(BenchmarkId::new(name, count), |b| b.iter(|| cached.verify(next()).unwrap()));
    }
}

fn hit(c: &mut Criterion) {
    let key = SigningKey::generate(Algorithm::HS256).unwrap();
    cached(c, "HS256", validator(key.verifying_key()), &key);
    cached(c, "HS256/own check", with_own_check(validator(key.verifying_key())), &key);
    let key = SigningKey::generate(Algorithm::ES256).unwrap();
    cached(c, "ES256", validator(key.verifying_key()), &key);
    let keys = ["2026-10", "2026-11", "2026-12"]
        .map(|name| SigningKey::generate(Algorithm::ES256).unwrap().with_key_id(name));
    let set = || JwkSet::from_keys(keys.iter().map(SigningKey::verifying_key)).unwrap();
    cached(c, "ES256/set", validator(set()), &keys[1]);
    cached(c, "ES256/set/own check", with_own_check(validator(set())), &keys[1]);
}

/// Each token is verified for the first time, into a cache that is full of others.
fn miss(c: &mut Criterion) {
    let key = SigningKey::generate(Algorithm::HS256).unwrap();
    let tokens = tokens(&key, 10_000);
    let mut group = c.benchmark_group("miss");
    for (name, validator) in [
        ("HS256", validator(key.verifying_key())),
        ("HS256/own check", with_own_check(validator(key.verifying_key()))),
    ] {
        let cached = CachedValidator::<Account, _>::new(validator, NonZeroUsize::new(8).unwrap());
        let mut next = in_turn(&tokens);
        group.bench_function(name, |b| b.iter(|| cached.verify(next()).unwrap()));
    }
}

fn uncached(c: &mut Criterion) {
    let mut group = c.benchmark_group("uncached");
    for algorithm in [Algorithm::HS256, Algorithm::ES256] {
        let key = SigningKey::generate(algorithm).unwrap();
        let tokens = tokens(&key, 1);
        let validator = validator(key.verifying_key());
        // A key may build tables during its first tokens.
        (0..32).for_each(|_| drop(validator.verify::<Account>(&tokens[0]).unwrap()));
        group.bench_function(algorithm.name(), |b| {
            b.iter(|| validator.verify::<Account>(black_box(&tokens[0])).unwrap());
        });
    }
}

fn short() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
}

criterion_group! {
    name = benches;
    config = short();
    targets = hit, miss, uncached
}
criterion_main!(benches);
