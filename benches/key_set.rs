//! Measures the cost of a set of keys as it grows: the look-up alone, and together with the signature.
//!
//! ```text
//! cargo bench --bench key_set              all, in a minute
//! cargo bench --bench key_set -- lookup    some
//! ```

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use jotwell::{Algorithm, JwkSet, KeySource, SigningKey, UnverifiedToken, jws};

const SIZES: [usize; 5] = [1, 10, 100, 1_000, 10_000];

/// Returns that many keys with names as long as thumbprints, and the one in the middle.
fn keys(size: usize) -> (JwkSet, SigningKey) {
    let key = |index| {
        let name = format!("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHk-{index:08}");
        SigningKey::generate(Algorithm::EdDSA).unwrap().with_key_id(name)
    };
    let mut keys: Vec<_> = (0..size).map(key).collect();
    let set = JwkSet::from_keys(keys.iter().map(SigningKey::verifying_key)).unwrap();
    (set, keys.swap_remove(size / 2))
}

/// With a header that has already been read.
fn lookup(c: &mut Criterion) {
    let mut group = c.benchmark_group("lookup");
    for size in SIZES {
        let (set, key) = keys(size);
        let token = UnverifiedToken::parse(&jws::sign(b"payload", &key).unwrap()).unwrap();
        group.bench_with_input(BenchmarkId::new("known", size), token.header(), |b, header| {
            b.iter(|| set.key_for(black_box(header)).unwrap());
        });
        let stranger = jws::sign(b"payload", &key.with_key_id("x".repeat(43))).unwrap();
        let token = UnverifiedToken::parse(&stranger).unwrap();
        group.bench_with_input(BenchmarkId::new("unknown", size), token.header(), |b, header| {
            b.iter(|| set.key_for(black_box(header)).unwrap_err());
        });
    }
}

fn verify(c: &mut Criterion) {
    let mut group = c.benchmark_group("verify/EdDSA");
    for size in SIZES {
        let (set, key) = keys(size);
        let token = jws::sign(b"payload", &key).unwrap();
        let verifier = jws::Verifier::new(set);
        group.bench_with_input(BenchmarkId::from_parameter(size), &token, |b, token| {
            b.iter(|| verifier.verify(black_box(token)).unwrap());
        });
    }
}

/// From the text, as it was fetched.
fn read(c: &mut Criterion) {
    let mut group = c.benchmark_group("from_json");
    for size in [1, 100, 10_000] {
        let text = keys(size).0.to_json().unwrap();
        group.bench_with_input(BenchmarkId::from_parameter(size), &text, |b, text| {
            b.iter(|| JwkSet::from_json(black_box(text), &[Algorithm::EdDSA]).unwrap());
        });
    }
}

/// Short by default, so that the whole bench ends within a minute.
fn short() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
}

criterion_group! {
    name = benches;
    config = short();
    targets = lookup, verify, read
}
criterion_main!(benches);
