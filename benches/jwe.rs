//! How long encrypted tokens take, beside signed ones with the same claims. Nothing here passes or fails.
//!
//! ```text
//! cargo bench --features jwe --bench jwe                 all
//! cargo bench --features jwe --bench jwe -- cookie       claims under a shared secret, and under HS256
//! ```

#![forbid(unsafe_code)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use jotwell::jwe::{ContentEncryption, Decrypter, DecryptingKey, KeyManagement, SharedKey};
use jotwell::{Algorithm, Audience, Claims, Curve, Issuer, NumericDate, SigningKey, Validator};
use serde::{Deserialize, Serialize};

const ISSUER: &str = "https://auth.example";
const AUDIENCE: &str = "orders-api";

/// The application's claims.
#[derive(Clone, Serialize, Deserialize)]
struct Account {
    roles: Vec<String>,
    name: String,
    email: String,
}

/// Claims of about 300 bytes, valid until 2100.
fn claims() -> Claims<Account> {
    let account = Account {
        roles: vec!["editor".into(), "auditor".into(), "administrator".into()],
        name: "Ada Lovelace".into(),
        email: "ada.lovelace@analytical-engine.example.com".into(),
    };
    Claims::new(account)
        .issuer(ISSUER)
        .subject("248289761001")
        .audience(AUDIENCE)
        .expires_at(NumericDate::from_secs(4_102_444_800))
        .issued_at(NumericDate::from_secs(1_700_000_000))
        .jwt_id("3b0c9f5e-6a52-4d0e-9c7e-0d6f1f3a2b4c")
}

/// A cookie: decrypted or verified, its claims read and checked.
fn cookie(criterion: &mut Criterion) {
    let (issuer, audience) = (|| Issuer::is(ISSUER), || Audience::is(AUDIENCE));
    let mut group = criterion.benchmark_group("cookie");

    let signing = SigningKey::generate(Algorithm::HS256).unwrap().with_key_id("2026-11");
    let token = claims().sign(&signing).unwrap();
    let validator = Validator::new(signing.verifying_key(), issuer(), audience());
    group.bench_function("HS256/read", |bencher| {
        bencher.iter(|| validator.verify::<Account>(black_box(&token)).unwrap());
    });
    group.bench_function("HS256/issue", |bencher| bencher.iter(|| claims().sign(&signing).unwrap()));

    for enc in [ContentEncryption::A256GCM, ContentEncryption::A256CbcHs512] {
        let key = SharedKey::generate(KeyManagement::Dir, &[enc]).unwrap().with_key_id("2026-11");
        let token = claims().encrypt(&key).unwrap();
        let validator = Validator::for_encrypted(key.clone(), issuer(), audience());
        group.bench_function(format!("dir {enc}/read"), |bencher| {
            bencher.iter(|| validator.verify_encrypted::<Account>(black_box(&token)).unwrap());
        });
        group.bench_function(format!("dir {enc}/issue"), |bencher| {
            bencher.iter(|| claims().encrypt(&key).unwrap());
        });
    }
    group.finish();
}

/// Any 300 bytes, under each algorithm with A256GCM.
fn algorithms(criterion: &mut Criterion) {
    let content = [7; 300];
    let enc = [ContentEncryption::A256GCM];
    let mut group = criterion.benchmark_group("algorithm");
    for &algorithm in KeyManagement::ALL.iter().filter(|algorithm| !algorithm.is_password_based()) {
        let curves: &[Curve] = match algorithm.name().starts_with("ECDH-ES") {
            true => &[Curve::P256, Curve::X25519],
            false => &[Curve::P256],
        };
        for &curve in curves {
            let key = DecryptingKey::generate_on(curve, algorithm, &enc).unwrap();
            let name = match algorithm.name().starts_with("ECDH-ES") {
                true => format!("{algorithm} {curve}"),
                false => algorithm.name().to_owned(),
            };
            let encrypting = key.encrypting_key();
            let token = encrypting.encrypt(content).unwrap();
            let decrypter = Decrypter::new(key);
            group.bench_function(BenchmarkId::new("encrypt", &name), |bencher| {
                bencher.iter(|| encrypting.encrypt(black_box(&content)).unwrap());
            });
            group.bench_function(BenchmarkId::new("decrypt", &name), |bencher| {
                bencher.iter(|| decrypter.decrypt(black_box(&token)).unwrap());
            });
        }
    }
    group.finish();
}

criterion_group!(benches, cookie, algorithms);
criterion_main!(benches);
