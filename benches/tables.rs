//! Measures the gain and the cost of tables for ECDSA and EdDSA, compared with verification by the underlying crate.
//!
//! ```text
//! cargo bench --bench tables                    all, in a minute
//! cargo bench --bench tables -- verify/ES256    some
//! ```

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ecdsa::signature::Verifier;
use jotwell::{Algorithm, Precomputation, SigningKey, VerifyingKey};

/// As long as the signing input of a token with some claims.
const MESSAGE: [u8; 400] = [b'x'; 400];

const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::ES256, Algorithm::ES384, Algorithm::ES512, Algorithm::ES256K, Algorithm::EdDSA];

/// Returns whether the underlying crate accepts the signature, without tables.
type Beneath = Box<dyn Fn(&[u8]) -> bool>;

macro_rules! beneath {
    ($signature:ty, $key:ty, $point:expr) => {{
        let key = <$key>::from_sec1_bytes($point).unwrap();
        Box::new(move |signature| {
            let signature = <$signature>::from_slice(signature).unwrap();
            // k256 accepts only low s.
            key.verify(black_box(&MESSAGE), &signature.normalize_s()).is_ok()
        })
    }};
}

fn beneath(key: &VerifyingKey) -> (&'static str, Beneath) {
    let der = key.to_der().unwrap();
    if key.algorithm() == Algorithm::EdDSA {
        // The encoded point, too, is at the end.
        let point = der.last_chunk().unwrap();
        let key = ed25519_dalek::VerifyingKey::from_bytes(point).unwrap();
        let verifies = move |signature: &[u8]| {
            let signature = ed25519_dalek::Signature::from_slice(signature).unwrap();
            key.verify(black_box(&MESSAGE), &signature).is_ok()
        };
        return ("ed25519-dalek", Box::new(verifies));
    }
    // The uncompressed point is at the end of a SubjectPublicKeyInfo.
    let point = &der[der.len() - 1 - 2 * key.algorithm().curve().unwrap().field_len()..];
    match key.algorithm() {
        Algorithm::ES256 => ("p256", beneath!(p256::ecdsa::Signature, p256::ecdsa::VerifyingKey, point)),
        Algorithm::ES384 => ("p384", beneath!(p384::ecdsa::Signature, p384::ecdsa::VerifyingKey, point)),
        Algorithm::ES512 => ("p521", beneath!(p521::ecdsa::Signature, p521::ecdsa::VerifyingKey, point)),
        _ => ("k256", beneath!(k256::ecdsa::Signature, k256::ecdsa::VerifyingKey, point)),
    }
}

fn verify(c: &mut Criterion) {
    for algorithm in ALGORITHMS {
        let mut group = c.benchmark_group(format!("verify/{algorithm}"));
        let key = SigningKey::generate(algorithm).unwrap();
        let signature = key.sign(&MESSAGE).unwrap();
        let verifying = key.verifying_key();
        let with_tables = verifying.clone().with_precomputation(Precomputation::Eager);
        group.bench_function("tables", |b| {
            b.iter(|| with_tables.verify(black_box(&MESSAGE), black_box(&signature)).unwrap());
        });
        let without = verifying.clone().with_precomputation(Precomputation::Never);
        group.bench_function("no tables", |b| {
            b.iter(|| without.verify(black_box(&MESSAGE), black_box(&signature)).unwrap());
        });
        let (name, beneath) = beneath(&verifying);
        group.bench_function(name, |b| b.iter(|| assert!(beneath(black_box(&signature)))));
    }
}

/// Many keys in turn, so that no table stays in the processor's cache.
fn many_keys(c: &mut Criterion) {
    const KEYS: usize = 256;
    let mut group = c.benchmark_group("many keys");
    let choices = [Precomputation::Eager, Precomputation::Never];
    for (algorithm, choice) in [Algorithm::ES256, Algorithm::EdDSA]
        .into_iter()
        .flat_map(|algorithm| choices.map(|choice| (algorithm, choice)))
    {
        let keys = (0..KEYS)
            .map(|_| {
                let key = SigningKey::generate(algorithm).unwrap();
                let signature = key.sign(&MESSAGE).unwrap();
                (key.verifying_key().with_precomputation(choice), signature)
            })
            .collect::<Vec<_>>();
        let mut turns = keys.iter().cycle();
        group.bench_function(BenchmarkId::new(algorithm.name(), format!("{choice:?}")), |b| {
            b.iter(|| {
                let (key, signature) = turns.next().unwrap();
                key.verify(black_box(&MESSAGE), signature).unwrap();
            });
        });
    }
}

/// Only the table of a key; that of the curve already exists.
fn build(c: &mut Criterion) {
    let mut group = c.benchmark_group("build");
    for algorithm in ALGORITHMS {
        let key = SigningKey::generate(algorithm).unwrap().verifying_key();
        let _of_the_curve = key.clone().with_precomputation(Precomputation::Eager);
        group.bench_function(algorithm.name(), |b| {
            b.iter(|| black_box(&key).clone().with_precomputation(Precomputation::Eager));
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
    targets = verify, many_keys, build
}
criterion_main!(benches);
