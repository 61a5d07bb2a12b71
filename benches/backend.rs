//! Compares the backends, and AWS-LC called without this crate.

use std::hint::black_box;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature as raw;
use criterion::{Criterion, criterion_group, criterion_main};
use jotwell::{Algorithm, Backend, SigningKey};

/// The signing input of a token with a payload of 260 bytes.
const MESSAGE: &[u8] = &[b'a'; 384];

fn pem(name: &str) -> String {
    let path = format!("{}/vectors/interop/keys/{name}.pkcs8.pem", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("a key")
}

fn keys(algorithm: Algorithm) -> Vec<SigningKey> {
    let key = match algorithm.curve() {
        None if algorithm.is_symmetric() => SigningKey::hmac(algorithm, [7; 64]).expect("a key"),
        None => SigningKey::from_pem(algorithm, pem("rsa2048")).expect("a key"),
        Some(_) => SigningKey::generate(algorithm).expect("a key"),
    };
    let backends = Backend::ALL.iter().filter(|on| on.is_available() && algorithm.runs_on(**on));
    backends.map(|on| key.clone().with_backend(*on).expect("a key")).collect()
}

fn backends(criterion: &mut Criterion) {
    for algorithm in [
        Algorithm::HS256,
        Algorithm::RS256,
        Algorithm::PS256,
        Algorithm::ES256,
        Algorithm::ES384,
        Algorithm::EdDSA,
    ] {
        let mut group = criterion.benchmark_group(algorithm.name());
        for key in keys(algorithm) {
            let (backend, verifying) = (key.backend(), key.verifying_key());
            let signature = key.sign(MESSAGE).expect("a signature");
            group.bench_function(format!("sign/{backend}"), |bencher| {
                bencher.iter(|| key.sign(black_box(MESSAGE)));
            });
            group.bench_function(format!("verify/{backend}"), |bencher| {
                bencher.iter(|| verifying.verify(black_box(MESSAGE), black_box(&signature)));
            });
        }
        if let Some(raw) = Raw::new(algorithm) {
            let signature = raw.sign();
            let verifying = raw.verifying_key();
            group.bench_function("sign/raw", |bencher| bencher.iter(|| raw.sign()));
            group.bench_function("verify/raw", |bencher| {
                bencher.iter(|| verifying.verify_sig(black_box(MESSAGE), black_box(&signature)));
            });
        }
    }
}

/// The library's own keys.
enum Raw {
    Rsa(raw::RsaKeyPair),
    Ecdsa(raw::EcdsaKeyPair),
    Eddsa(raw::Ed25519KeyPair),
}

impl Raw {
    fn new(algorithm: Algorithm) -> Option<Self> {
        let der = || SigningKey::from_pem(algorithm, pem("rsa2048")).and_then(|key| key.to_private_der());
        match algorithm {
            Algorithm::RS256 => raw::RsaKeyPair::from_pkcs8(&der().expect("DER")).ok().map(Self::Rsa),
            Algorithm::ES256 => {
                raw::EcdsaKeyPair::generate(&raw::ECDSA_P256_SHA256_FIXED_SIGNING).ok().map(Self::Ecdsa)
            }
            Algorithm::EdDSA => raw::Ed25519KeyPair::generate().ok().map(Self::Eddsa),
            _ => None,
        }
    }

    fn sign(&self) -> Vec<u8> {
        let (random, message) = (SystemRandom::new(), black_box(MESSAGE));
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&raw::RSA_PKCS1_SHA256, &random, message, &mut signature).expect("a signature");
                signature
            }
            Self::Ecdsa(key) => key.sign(&random, message).expect("a signature").as_ref().to_vec(),
            Self::Eddsa(key) => key.sign(message).as_ref().to_vec(),
        }
    }

    fn verifying_key(&self) -> raw::ParsedPublicKey {
        use raw::{KeyPair, ParsedPublicKey};
        match self {
            Self::Rsa(key) => ParsedPublicKey::new(&raw::RSA_PKCS1_2048_8192_SHA256, key.public_key()),
            Self::Ecdsa(key) => ParsedPublicKey::new(&raw::ECDSA_P256_SHA256_FIXED, key.public_key()),
            Self::Eddsa(key) => ParsedPublicKey::new(&raw::ED25519, key.public_key()),
        }
        .expect("a key")
    }
}

criterion_group!(benches, backends);
criterion_main!(benches);
