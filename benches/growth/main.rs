//! Measures how time grows with the length of a token, with the number of keys and with threads, and compares hostile
//! tokens with a valid one of the same length.
//!
//! ```text
//! cargo bench --bench growth              all, in two minutes
//! cargo bench --bench growth -- refuse    some
//! ```

#![forbid(unsafe_code)]

mod hostile;

use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use hostile::Hostile;
use jotwell::{
    Algorithm, Audience, Audiences, Claims, Issuer, JwkSet, KeySource, NumericDate, SigningKey, Validator,
};
use serde::{Deserialize, Serialize};

const ISSUER: &str = "https://auth.example";
const AUDIENCE: &str = "orders-api";

/// Fills a token up to the requested length.
#[derive(Serialize)]
struct Note {
    note: String,
}

/// All claims of such a token.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read into, never from")]
struct AccessToken {
    iss: String,
    aud: Audiences,
    exp: NumericDate,
    note: String,
}

fn claims(note: String) -> Claims<Note> {
    Claims::new(Note { note })
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .expires_at(NumericDate::from_secs(4_102_444_800))
}

fn validator<K: KeySource>(keys: K) -> Validator<K> {
    Validator::new(keys, Issuer::is(ISSUER), Audience::is(AUDIENCE)).max_length(64 * 1024)
}

/// Returns a valid token of that length, or one less if base64 does not have that length.
fn token(key: &SigningKey, length: usize) -> String {
    let around = claims(String::new()).sign(key).unwrap().len();
    let about = (length - around) / 4 * 3;
    let tokens = (about..about + 4).map(|note| claims("x".repeat(note)).sign(key).unwrap());
    tokens.take_while(|token| token.len() <= length).last().unwrap()
}

fn group<'a>(c: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = c.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat);
    group
}

fn length(c: &mut Criterion) {
    let key = SigningKey::generate(Algorithm::HS256).unwrap();
    let validator = validator(key.verifying_key());
    let mut group = group(c, "length");
    for length in [256, 1024, 4 * 1024, 16 * 1024, 64 * 1024] {
        let token = token(&key, length);
        assert!(token.len() + 1 >= length, "{}", token.len());
        group.throughput(Throughput::Bytes(length as u64));
        group.bench_with_input(BenchmarkId::from_parameter(length), &token, |b, token| {
            b.iter(|| validator.verify::<AccessToken>(black_box(token)).unwrap());
        });
    }
}

/// A set of that many keys with names as long as thumbprints, and the key in its middle.
fn keys(c: &mut Criterion) {
    let mut group = group(c, "keys");
    for size in [1, 10, 100, 1_000, 10_000] {
        let key = |index| {
            let name = format!("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHk-{index:08}");
            SigningKey::generate(Algorithm::EdDSA).unwrap().with_key_id(name)
        };
        let keys: Vec<_> = (0..size).map(key).collect();
        let set = JwkSet::from_keys(keys.iter().map(SigningKey::verifying_key)).unwrap();
        let (token, validator) = (token(&keys[size / 2], 512), validator(set));
        group.bench_with_input(BenchmarkId::from_parameter(size), &token, |b, token| {
            b.iter(|| validator.verify::<AccessToken>(black_box(token)).unwrap());
        });
    }
}

/// One validator that threads share. The time is the wall-clock time of one verification, so twice as many threads
/// should halve it.
fn threads(c: &mut Criterion) {
    let mut group = group(c, "threads");
    for algorithm in [Algorithm::HS256, Algorithm::EdDSA] {
        let key = SigningKey::generate(algorithm).unwrap();
        let (token, validator) = (token(&key, 512), validator(key.verifying_key()));
        for threads in [1, 2] {
            group.bench_function(BenchmarkId::new(algorithm.name(), threads), |b| {
                b.iter_custom(|iterations| {
                    let each = iterations.div_ceil(threads);
                    in_parallel(threads, || {
                        for _ in 0..each {
                            black_box(validator.verify::<AccessToken>(black_box(&token)).unwrap());
                        }
                    })
                });
            });
        }
    }
}

/// Returns the time from when all threads are ready until all are done.
fn in_parallel(threads: u64, work: impl Fn() + Sync) -> Duration {
    let start = Barrier::new(threads as usize + 1);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    work();
                })
            })
            .collect();
        start.wait();
        let started = Instant::now();
        running.into_iter().for_each(|thread| thread.join().unwrap());
        started.elapsed()
    })
}

/// A token of 16 KiB that is rejected, compared with a valid one. HS256, so that no slow signature hides the
/// difference.
fn refuse(c: &mut Criterion) {
    let key = SigningKey::generate(Algorithm::HS256).unwrap();
    // The limit of a header depends on this length.
    let validator = validator(key.verifying_key()).max_length(hostile::LENGTH);
    let valid = token(&key, hostile::LENGTH);
    let mut group = group(c, "refuse");
    let dearest = hostile::valid_of_many_members(&key, hostile::LENGTH);
    for (name, valid) in [("valid", &valid), ("valid, of many members", &dearest)] {
        group.bench_function(name, |b| {
            b.iter(|| validator.verify::<AccessToken>(black_box(valid)).unwrap());
        });
    }
    for Hostile { name, token, error } in hostile::all(&key, hostile::LENGTH) {
        assert!(valid.len().abs_diff(token.len()) <= 1, "{name}: {} bytes", token.len());
        let refused = validator.verify::<AccessToken>(&token).map(drop).unwrap_err();
        assert!(format!("{refused:?}").starts_with(error), "{name}: {refused:?}");
        group.bench_function(name, |b| {
            b.iter(|| validator.verify::<AccessToken>(black_box(&token)).map(drop).unwrap_err());
        });
    }
}

/// Short by default, so that the whole bench ends within two minutes.
fn short() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
}

criterion_group! {
    name = benches;
    config = short();
    targets = length, keys, threads, refuse
}
criterion_main!(benches);
