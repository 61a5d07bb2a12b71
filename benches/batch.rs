//! Measures the gain of several cores over verifying token by token.
//!
//! ```text
//! cargo bench --features rayon --bench batch
//! ```

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jotwell::{Algorithm, Audience, Claims, Issuer, NumericDate, SigningKey, Validator};
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Account {
    roles: Vec<String>,
    email: String,
}

fn batch(c: &mut Criterion) {
    for algorithm in [Algorithm::HS256, Algorithm::ES256] {
        let key = SigningKey::generate(algorithm).unwrap();
        let account = Account { roles: vec!["editor".into()], email: "ada.lovelace@example.com".into() };
        let claims = Claims::new(account)
            .issuer("https://auth.example")
            .audience("orders-api")
            .expires_at(NumericDate::from_secs(4_102_444_800));
        let tokens: Vec<_> =
            (0..1_000).map(|index| claims.clone().jwt_id(format!("{index}")).sign(&key).unwrap()).collect();
        let validator = Validator::new(
            key.verifying_key(),
            Issuer::is("https://auth.example"),
            Audience::is("orders-api"),
        );
        let mut group = c.benchmark_group(algorithm.name());
        for size in [10, 100, 1_000] {
            let tokens = &tokens[..size];
            group.throughput(Throughput::Elements(size as u64));
            group.bench_with_input(BenchmarkId::new("one by one", size), tokens, |b, tokens| {
                b.iter(|| {
                    let verify = |token| validator.verify::<Account>(token);
                    black_box(tokens).iter().map(|token| verify(token)).collect::<Vec<_>>()
                });
            });
            group.bench_with_input(BenchmarkId::new("batch", size), tokens, |b, tokens| {
                b.iter(|| validator.verify_batch::<Account>(black_box(tokens)));
            });
        }
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
    targets = batch
}
criterion_main!(benches);
