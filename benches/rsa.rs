//! Measures one RSA verification by the size of the modulus, compared with the `rsa` crate.
//!
//! ```text
//! cargo bench --bench rsa              all, in half a minute
//! cargo bench --bench rsa -- PS256     some
//! ```

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use jotwell::{Algorithm, SigningKey, VerifyingKey};
use rsa::PublicKey;
use rsa::pkcs8::DecodePublicKey;
use rsa::signature::Verifier;
use sha2::Sha256;

/// As long as the signing input of a token with a few claims.
const MESSAGE: &[u8] = &[0x5a; 400];
const BITS: [usize; 3] = [2048, 3072, 4096];

fn pem(bits: usize, form: &str) -> String {
    let path = format!("{}/vectors/interop/keys/rsa{bits}.{form}.pem", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Both verify one signature; `theirs` creates that crate's key and reads its form of signature.
fn verify<K, S>(c: &mut Criterion, algorithm: Algorithm, theirs: impl Fn(PublicKey) -> K)
where
    K: Verifier<S>,
    S: for<'a> TryFrom<&'a [u8]>,
{
    let mut group = c.benchmark_group(format!("verify/{algorithm}"));
    for bits in BITS {
        let signing = SigningKey::from_pem(algorithm, pem(bits, "pkcs8")).unwrap();
        let signature = signing.sign(MESSAGE).unwrap();
        let key = VerifyingKey::from_pem(algorithm, pem(bits, "spki")).unwrap();
        group.bench_with_input(BenchmarkId::new("jotwell", bits), &signature, |b, signature| {
            b.iter(|| key.verify(black_box(MESSAGE), black_box(signature)).unwrap());
        });
        let key = theirs(PublicKey::from_public_key_pem(&pem(bits, "spki")).unwrap());
        group.bench_with_input(BenchmarkId::new("rsa", bits), &signature, |b, signature| {
            b.iter(|| {
                let signature = S::try_from(black_box(signature)).unwrap_or_else(|_| panic!("a signature"));
                key.verify(black_box(MESSAGE), &signature).unwrap();
            });
        });
    }
}

fn pkcs1(c: &mut Criterion) {
    verify(c, Algorithm::RS256, rsa::pkcs1v15::VerifyingKey::<Sha256>::new);
}

fn pss(c: &mut Criterion) {
    verify(c, Algorithm::PS256, rsa::pss::VerifyingKey::<Sha256>::new);
}

/// Creates a checked public key from its numbers.
fn key(c: &mut Criterion) {
    let mut group = c.benchmark_group("key");
    for bits in BITS {
        let public = PublicKey::from_public_key_pem(&pem(bits, "spki")).unwrap();
        let jwk = VerifyingKey::from_pem(Algorithm::RS256, pem(bits, "spki")).unwrap().to_jwk();
        group.bench_with_input(BenchmarkId::new("jotwell", bits), &jwk, |b, jwk| {
            b.iter(|| VerifyingKey::from_jwk(Algorithm::RS256, black_box(jwk)).unwrap());
        });
        group.bench_with_input(BenchmarkId::new("rsa", bits), &public, |b, public| {
            use rsa::traits::PublicKeyParts;
            b.iter(|| PublicKey::new(public.n().as_ref().clone(), black_box(public.e().clone())).unwrap());
        });
    }
}

/// Short by default, so that the whole bench ends within half a minute.
fn short() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
}

criterion_group! {
    name = benches;
    config = short();
    targets = pkcs1, pss, key
}
criterion_main!(benches);
