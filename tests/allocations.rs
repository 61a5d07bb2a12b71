//! Verification allocates only what the application's type needs.
#![forbid(unsafe_code)]
#![cfg(not(miri))]

use std::path::Path;

use jotwell::{
    Algorithm, Audience, Claims, Issuer, JwkSet, KeySource, NoClaims, NumericDate, Precomputation,
    SigningKey, Validator, VerifyingKey,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Account {
    name: String,
    email: String,
    roles: Vec<String>,
}

#[derive(Deserialize)]
struct Borrowed<'a> {
    name: &'a str,
    #[serde(borrow)]
    roles: [&'a str; 2],
}

fn claims() -> Claims<Account> {
    let roles = vec!["editor".to_owned(), "auditor".to_owned()];
    Claims::new(Account { name: "Ada".into(), email: "ada@example.com".into(), roles })
        .issuer("https://auth.example")
        .subject("user-42")
        .audience("orders-api")
        .expires_at(NumericDate::from_secs(4_102_444_800))
}

fn key(algorithm: Algorithm) -> SigningKey {
    match algorithm.key_type() {
        "RSA" => {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/interop/keys/rsa2048.pkcs8.pem");
            SigningKey::from_pem(algorithm, std::fs::read(path).expect("a file"))
        }
        _ => SigningKey::generate(algorithm),
    }
    .expect("a key")
    .with_key_id("2026-11")
}

fn allocations(mut run: impl FnMut()) -> u64 {
    // Caches (headers of verified tokens, tables of a key) are filled in the first runs.
    (0..20).for_each(|_| run());
    allocation_counter::measure(run).count_total
}

fn check(algorithm: Algorithm, keys: impl KeySource, token: &str) {
    let validator =
        Validator::new(keys, Issuer::is("https://auth.example"), Audience::is("orders-api")).require("sub");
    assert_eq!(allocations(|| drop(validator.verify::<NoClaims>(token).expect("a token"))), 0, "{algorithm}");

    let payload = jotwell::UnverifiedToken::parse(token).expect("a token");
    let payload = std::str::from_utf8(payload.payload_without_verification()).expect("UTF-8");
    let of_account = allocations(|| drop(serde_json::from_str::<Account>(payload).expect("an account")));
    assert!(of_account > 0);
    assert_eq!(
        allocations(|| drop(validator.verify::<Account>(token).expect("a token"))),
        of_account,
        "{algorithm}"
    );

    let mut buffer = Vec::new();
    let borrowed = allocations(|| {
        let token = validator.verify_in::<Borrowed<'_>>(token, &mut buffer).expect("a token");
        assert_eq!((token.name, token.roles), ("Ada", ["editor", "auditor"]));
    });
    assert_eq!(borrowed, 0, "{algorithm}");
}

#[test]
fn verification_allocates_only_for_the_applications_type() {
    for algorithm in Algorithm::ALL {
        let key = key(*algorithm);
        let token = claims().sign(&key).expect("a token");
        check(*algorithm, key.verifying_key(), &token);
        if !algorithm.is_symmetric() {
            check(*algorithm, JwkSet::from_keys([key.verifying_key()]).expect("a set"), &token);
        }
    }
}

/// The content; nothing for the other parts, nor for the header, which is cached.
#[cfg(feature = "jwe")]
#[test]
fn an_encrypted_token_allocates_for_its_content_alone() {
    use jotwell::jwe::{ContentEncryption, KeyManagement, SharedKey};

    let key = SharedKey::generate(KeyManagement::Dir, &[ContentEncryption::A256GCM]).expect("a key");
    let token = claims().encrypt(&key).expect("a token");
    let validator =
        Validator::for_encrypted(key, Issuer::is("https://auth.example"), Audience::is("orders-api"));
    let count = allocations(|| drop(validator.verify_encrypted::<NoClaims>(&token).expect("a token")));
    assert_eq!(count, 1);
}

/// Longer tokens too, up to the default limit.
#[test]
fn long_tokens_are_decoded_on_the_stack() {
    let key = key(Algorithm::HS256);
    for length in [100, 1_000, 10_000] {
        let token = Claims::new(NoClaims)
            .subject("x".repeat(length))
            .expires_at(NumericDate::from_secs(4_102_444_800))
            .sign(&key)
            .expect("a token");
        let validator = Validator::new(key.verifying_key(), Issuer::unchecked(), Audience::unchecked());
        assert_eq!(allocations(|| drop(validator.verify::<NoClaims>(&token).expect("a token"))), 0);
    }
}

/// The claims as JSON, the application's part of them, and the token.
#[test]
fn issuing_allocates_three_times() {
    let key = key(Algorithm::HS256);
    let claims = Claims::new(NoClaims).subject("user-42").audience("orders-api");
    let count = allocations(|| drop(claims.sign(&key).expect("a token")));
    assert_eq!(count, 3);
}

/// The memory of a key's tables shows whether it has any; the smallest are those of ES256K.
#[test]
fn a_key_has_the_tables_that_were_chosen_for_it() {
    const TABLES: i64 = 50_000;

    let kept = |run: &mut dyn FnMut()| allocation_counter::measure(run).bytes_current;
    for algorithm in Algorithm::ALL.iter().copied().filter(|one| matches!(one.key_type(), "EC" | "OKP")) {
        let key = key(algorithm);
        let signature = key.sign(b"message").expect("a signature");
        let verify = |key: &VerifyingKey| key.verify(b"message", &signature).expect("a good one");
        // The generator's tables are for all keys, and built once.
        drop(key.verifying_key().with_precomputation(Precomputation::Eager));

        let mut now = None;
        let with = kept(&mut || now = Some(key.verifying_key().with_precomputation(Precomputation::Eager)));
        assert!(with >= TABLES, "{algorithm}: {with} bytes");
        assert_eq!(kept(&mut || now.iter().for_each(verify)), 0, "{algorithm}");

        let never = key.verifying_key().with_precomputation(Precomputation::Never);
        assert_eq!(kept(&mut || (0..20).for_each(|_| verify(&never))), 0, "{algorithm}");

        let lazy = never.clone().with_precomputation(Precomputation::Lazy);
        assert!(kept(&mut || (0..8).for_each(|_| verify(&lazy))) >= TABLES, "{algorithm}");
        // A separate key: the original still has no tables.
        assert_eq!(kept(&mut || (0..20).for_each(|_| verify(&never))), 0, "{algorithm}");
    }
}
