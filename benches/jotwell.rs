//! Measures durations. There is no pass or fail.
//!
//! ```text
//! cargo bench --bench jotwell                            all, in a few minutes
//! cargo bench --bench jotwell -- verify/ES256            some
//! cargo bench --bench jotwell -- --measurement-time 10   some more carefully
//! ```

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jotwell::{
    Algorithm, Audience, Audiences, Claims, Issuer, Jwk, NumericDate, SigningKey, UnverifiedToken, Validator,
    VerifyingKey, base64url, jws,
};
use serde::{Deserialize, Serialize};

const ISSUER: &str = "https://auth.example";
const AUDIENCE: &str = "orders-api";

/// The issuer's custom claims.
#[derive(Serialize)]
struct Account {
    roles: Vec<String>,
    name: String,
    email: String,
}

/// All claims of the token, as the verifier reads them.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read into, never from")]
struct AccessToken {
    iss: String,
    sub: String,
    aud: Audiences,
    exp: NumericDate,
    nbf: NumericDate,
    iat: NumericDate,
    jti: String,
    roles: Vec<String>,
    name: String,
    email: String,
}

/// Claims of about 260 bytes, valid until 2100.
fn claims() -> Claims<Account> {
    let account = Account {
        roles: vec!["editor".into(), "auditor".into()],
        name: "Ada Lovelace".into(),
        email: "ada.lovelace@example.com".into(),
    };
    Claims::new(account)
        .issuer(ISSUER)
        .subject("248289761001")
        .audience(AUDIENCE)
        .expires_at(NumericDate::from_secs(4_102_444_800))
        .not_before(NumericDate::from_secs(1_700_000_000))
        .issued_at(NumericDate::from_secs(1_700_000_000))
        .jwt_id("3b0c9f5e-6a52-4d0e-9c7e-0d6f1f3a2b4c")
}

fn read(file: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/interop/keys").join(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns a new key; for RSA, where creating one takes seconds, a stored one of 2048 bits.
fn key(algorithm: Algorithm) -> SigningKey {
    match algorithm.key_type() {
        "RSA" => SigningKey::from_pem(algorithm, read("rsa2048.pkcs8.pem")),
        _ => SigningKey::generate(algorithm),
    }
    .unwrap()
}

fn sign(c: &mut Criterion) {
    let claims = claims();
    let mut group = c.benchmark_group("sign");
    for &algorithm in Algorithm::ALL {
        let key = key(algorithm);
        group.bench_function(algorithm.name(), |b| b.iter(|| black_box(&claims).sign(&key).unwrap()));
    }
}

fn verify(c: &mut Criterion) {
    let claims = claims();
    let mut group = c.benchmark_group("verify");
    for &algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let token = claims.sign(&key).unwrap();
        let payload = UnverifiedToken::parse(&token).unwrap().payload_without_verification().len();
        assert!((250..=270).contains(&payload), "{payload}");
        let validator = Validator::new(key.verifying_key(), Issuer::is(ISSUER), Audience::is(AUDIENCE));
        group.bench_function(algorithm.name(), |b| {
            b.iter(|| validator.verify::<AccessToken>(black_box(&token)).unwrap());
        });
    }
}

fn parse(c: &mut Criterion) {
    let key = key(Algorithm::HS256);
    let around = jws::sign(b"", &key).unwrap().len();
    let mut group = c.benchmark_group("parse");
    for length in [256, 1024, 8192] {
        let payload = vec![b'x'; base64url::decoded_len(length - around).unwrap()];
        let token = jws::sign(&payload, &key).unwrap();
        assert_eq!(token.len(), length);
        group.throughput(Throughput::Bytes(length as u64));
        group.bench_with_input(BenchmarkId::from_parameter(length), &token, |b, token| {
            b.iter(|| UnverifiedToken::parse(black_box(token)).unwrap());
        });
    }
}

/// Throughput counts decoded bytes, in both directions.
fn base64url(c: &mut Criterion) {
    let mut group = c.benchmark_group("base64url");
    for length in [16, 256, 4 * 1024, 64 * 1024] {
        let bytes = (0..length).map(|index| (index * 7 % 256) as u8).collect::<Vec<_>>();
        let text = base64url::encode(&bytes);
        assert_eq!(text, Base64UrlUnpadded::encode_string(&bytes));
        group.throughput(Throughput::Bytes(length as u64));
        group.bench_with_input(BenchmarkId::new("encode/jotwell", length), &bytes, |b, bytes| {
            b.iter(|| base64url::encode(black_box(bytes)));
        });
        group.bench_with_input(BenchmarkId::new("encode/base64ct", length), &bytes, |b, bytes| {
            b.iter(|| Base64UrlUnpadded::encode_string(black_box(bytes)));
        });
        group.bench_with_input(BenchmarkId::new("decode/jotwell", length), &text, |b, text| {
            b.iter(|| base64url::decode(black_box(text)).unwrap());
        });
        group.bench_with_input(BenchmarkId::new("decode/base64ct", length), &text, |b, text| {
            b.iter(|| Base64UrlUnpadded::decode_vec(black_box(text)).unwrap());
        });
    }
}

fn keys(c: &mut Criterion) {
    const KEYS: &[(&str, Algorithm)] = &[
        ("rsa2048", Algorithm::RS256),
        ("rsa4096", Algorithm::RS256),
        ("p256", Algorithm::ES256),
        ("p384", Algorithm::ES384),
        ("p521", Algorithm::ES512),
        ("secp256k1", Algorithm::ES256K),
        ("ed25519", Algorithm::EdDSA),
    ];

    let mut group = c.benchmark_group("key");
    let (secret, jwk) = (read("hs256.bin"), read("hs256.jwk.json"));
    group.bench_function("verifying/hmac/hs256", |b| {
        b.iter(|| VerifyingKey::hmac(Algorithm::HS256, black_box(&secret)).unwrap());
    });
    group.bench_function("verifying/from_jwk/hs256", |b| {
        b.iter(|| VerifyingKey::from_jwk(Algorithm::HS256, &parse_jwk(&jwk)).unwrap());
    });
    for &(name, algorithm) in KEYS {
        let pem = read(&format!("{name}.spki.pem"));
        group.bench_function(BenchmarkId::new("verifying/from_pem", name), |b| {
            b.iter(|| VerifyingKey::from_pem(algorithm, black_box(&pem)).unwrap());
        });
        let jwk = read(&format!("{name}.pub.jwk.json"));
        group.bench_function(BenchmarkId::new("verifying/from_jwk", name), |b| {
            b.iter(|| VerifyingKey::from_jwk(algorithm, &parse_jwk(&jwk)).unwrap());
        });
        let pem = read(&format!("{name}.pkcs8.pem"));
        group.bench_function(BenchmarkId::new("signing/from_pem", name), |b| {
            b.iter(|| SigningKey::from_pem(algorithm, black_box(&pem)).unwrap());
        });
        let jwk = read(&format!("{name}.jwk.json"));
        group.bench_function(BenchmarkId::new("signing/from_jwk", name), |b| {
            b.iter(|| SigningKey::from_jwk(algorithm, &parse_jwk(&jwk)).unwrap());
        });
    }
}

/// Parses the JSON text, as for PEM.
fn parse_jwk(json: &[u8]) -> Jwk {
    Jwk::from_json(black_box(json)).unwrap()
}

/// Short by default, so that the whole bench ends within a few minutes.
fn short() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
}

criterion_group! {
    name = benches;
    config = short();
    targets = sign, verify, parse, base64url, keys
}
criterion_main!(benches);
