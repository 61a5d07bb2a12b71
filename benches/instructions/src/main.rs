//! Repeats one operation, and does little else, so that callgrind can count its instructions.
//!
//! ```text
//! instructions list              the names of the operations
//! instructions cpu               what the processor offers to code that asks
//! instructions verify/HS256 100  repeats one
//! ```
//!
//! Keys and claims are fixed, so that every run executes the same instructions. The program avoids names of
//! `jotwell-http` where possible, since it is also built with older and newer versions, to compare them.

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method};
use jotwell::{
    Algorithm, Audience, Audiences, Claims, Issuer, NumericDate, SigningKey, Validator, Verified,
    VerifyingKey,
};
use jotwell_http::store::MemoryStore;
use jotwell_http::{Auth, Authenticator, Revocations};
use serde::{Deserialize, Serialize};

const ISSUER: &str = "https://auth.example";
const AUDIENCE: &str = "orders-api";
const ALGORITHMS: [Algorithm; 4] = [Algorithm::HS256, Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];
const OTHERS: [&str; 3] = ["verify_access_claims/HS256", "verify_wrong_type/HS256", "authenticate/HS256"];

/// The issuer's custom claims.
#[derive(Serialize)]
struct Account {
    scope: String,
    roles: Vec<String>,
    name: String,
    email: String,
}

/// Every claim of the token.
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
    scope: String,
    roles: Vec<String>,
    name: String,
    email: String,
}

/// Claims that the token does not have: its `name` is a string.
#[derive(Deserialize)]
#[expect(dead_code, reason = "never read")]
struct WrongType {
    sub: String,
    roles: Vec<String>,
    name: u64,
}

/// Claims of about 300 bytes, valid until 2100.
fn claims() -> Claims<Account> {
    let account = Account {
        scope: "orders:read orders:write".into(),
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

fn key(algorithm: Algorithm) -> SigningKey {
    let file = match algorithm {
        Algorithm::HS256 => "hs256.bin",
        Algorithm::RS256 => "rsa2048.pkcs8.pem",
        Algorithm::ES256 => "p256.pkcs8.pem",
        _ => "ed25519.pkcs8.pem",
    };
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors/interop/keys").join(file);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    match algorithm {
        Algorithm::HS256 => SigningKey::hmac(algorithm, bytes),
        _ => SigningKey::from_pem(algorithm, bytes),
    }
    .expect("a key of the vectors")
}

fn validator(key: &SigningKey) -> Validator<VerifyingKey> {
    Validator::new(key.verifying_key(), Issuer::is(ISSUER), Audience::is(AUDIENCE))
}

fn repeat(times: u64, mut operation: impl FnMut()) {
    for _ in 0..times {
        operation();
    }
}

/// Makes the compiler read a token into the claims that [`Auth::token`] returns, whatever the name of their type.
fn as_authenticated<P>(_: fn(&Auth) -> &Verified<P>, verified: Verified<P>) -> Verified<P> {
    verified
}

/// The memory store responds at once, so no runtime is needed.
fn authenticate(authenticator: &Authenticator, headers: &HeaderMap) -> Auth {
    let future = pin!(authenticator.authenticate(&Method::GET, black_box(headers)));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(auth)) => auth,
        Poll::Ready(Err(error)) => panic!("{error}"),
        Poll::Pending => panic!("the memory store waits for nothing"),
    }
}

fn run(name: &str, times: u64) {
    let (operation, algorithm) = name.split_once('/').expect("an operation and an algorithm");
    let algorithm = ALGORITHMS.into_iter().find(|a| a.name() == algorithm).expect("one of the algorithms");
    let (key, claims) = (key(algorithm), claims());
    let token = claims.sign(&key).expect("a token");
    let validator = validator(&key);
    match operation {
        "sign" => repeat(times, || {
            black_box(black_box(&claims).sign(&key).expect("a token"));
        }),
        "verify" => repeat(times, || {
            black_box(validator.verify::<AccessToken>(black_box(&token)).expect("a valid token"));
        }),
        "verify_access_claims" => repeat(times, || {
            let verified = validator.verify(black_box(&token)).expect("a valid token");
            black_box(as_authenticated(Auth::token, verified));
        }),
        "verify_wrong_type" => repeat(times, || {
            assert!(black_box(validator.verify::<WrongType>(black_box(&token))).is_err());
        }),
        "authenticate" => {
            let revocations = Revocations::new(Arc::new(MemoryStore::new()));
            let authenticator: Authenticator = Authenticator::new(validator).revocations(revocations);
            let value = HeaderValue::try_from(format!("Bearer {token}")).expect("a header");
            let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
            repeat(times, || {
                black_box(authenticate(&authenticator, &headers));
            });
        }
        other => panic!("unknown operation {other}"),
    }
}

/// Returns the processor features by which cryptography and the standard library select code.
fn cpu() -> String {
    #[cfg(target_arch = "x86_64")]
    {
        macro_rules! features {
            ($($name:tt)*) => { [$(($name, std::arch::is_x86_feature_detected!($name))),*] };
        }
        let features = features!("ssse3" "sse4.1" "avx" "avx2" "bmi2" "adx" "aes" "pclmulqdq" "sha" "avx512f" "avx512ifma");
        let found: Vec<_> = features.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect();
        format!("x86_64 {}", found.join(" "))
    }
    #[cfg(not(target_arch = "x86_64"))]
    std::env::consts::ARCH.to_owned()
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["list"] => {
            for operation in ["verify", "sign"] {
                ALGORITHMS.iter().for_each(|algorithm| println!("{operation}/{}", algorithm.name()));
            }
            OTHERS.iter().for_each(|name| println!("{name}"));
        }
        ["cpu"] => println!("{}", cpu()),
        [name, times] => run(name, times.parse().expect("a number")),
        _ => panic!("list, cpu, or an operation and how many times"),
    }
}
