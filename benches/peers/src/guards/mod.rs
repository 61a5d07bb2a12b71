//! Authentication of a whole request: from its headers to the claims in the application's type.

mod jotwell_http;
mod jsonwebtoken;
mod jwt_authorizer;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderName, Request};
use harness::{Algorithm, claims};
use serde::Deserialize;

use crate::own;

/// The algorithms that are measured.
pub const ALGORITHMS: [Algorithm; 2] = [Algorithm::HS256, Algorithm::ES256];

/// The shared secret of HS256: text, because jwt-authorizer accepts nothing else.
const SECRET: &str = "a secret of a bench, which nothing else may use";
/// The name of jotwell-http's cookie, so that all read the same requests.
const COOKIE_NAME: &str = "__Host-access";

/// The carrier of a request's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    Bearer,
    Cookie,
}

impl Carrier {
    pub const ALL: [Self; 2] = [Self::Bearer, Self::Cookie];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::Cookie => "cookie",
        }
    }
}

/// The result of authentication for the application, as every guard returns it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct User {
    sub: String,
    roles: Vec<String>,
    name: String,
    email: String,
}

impl User {
    /// Returns the user of the valid token.
    fn expected() -> Self {
        let claims = claims();
        Self { sub: claims.sub, roles: claims.roles, name: claims.name, email: claims.email }
    }
}

/// Authenticates requests. Key and policy are created once.
pub trait Guard {
    /// Returns its name in the results.
    fn name(&self) -> &'static str;

    /// Authenticates a request, and drops the result. This is measured.
    fn accepts(&self, request: &mut Parts) -> bool;

    /// Returns whether the expected user was found, to check that all claims were read.
    fn is_of_expected_user(&self, request: &mut Parts) -> bool;
}

/// Returns all guards of this build, jotwell-http first.
///
/// # Panics
/// If a guard rejects a valid request, or accepts one with an invalid signature or expiry.
#[must_use]
pub fn guards(algorithm: Algorithm, carrier: Carrier) -> Vec<Box<dyn Guard>> {
    let guards: Vec<Box<dyn Guard>> = vec![
        Box::new(jotwell_http::JotwellHttp::with_store(algorithm, carrier)),
        Box::new(jotwell_http::JotwellHttp::without_store(algorithm, carrier)),
        Box::new(jsonwebtoken::Extractor::new(algorithm, carrier)),
        Box::new(jwt_authorizer::JwtAuthorizer::new(algorithm, carrier)),
    ];
    for guard in &guards {
        let name = guard.name();
        assert!(guard.is_of_expected_user(&mut request(algorithm, carrier)), "{name}");
        for token in [with_changed_signature(algorithm), expired(algorithm)] {
            assert!(!guard.accepts(&mut with_token(carrier, &token)), "{name}");
        }
        // Keys that verify often may use precomputation.
        for _ in 0..32 {
            assert!(guard.accepts(&mut request(algorithm, carrier)), "{name}");
        }
    }
    guards
}

/// Returns a request with a valid token, with the usual headers of browsers.
#[must_use]
pub fn request(algorithm: Algorithm, carrier: Carrier) -> Parts {
    let token = own::own_claims().sign(&signing_key(algorithm)).expect("a token");
    with_token(carrier, &token)
}

fn with_token(carrier: Carrier, token: &str) -> Parts {
    let (name, value): (HeaderName, _) = match carrier {
        Carrier::Bearer => (AUTHORIZATION, format!("Bearer {token}")),
        Carrier::Cookie => (COOKIE, format!("theme=dark; {COOKIE_NAME}={token}; lang=en")),
    };
    Request::get("/orders")
        .header("host", "api.example")
        .header("accept", "application/json")
        .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
        .header(name, value)
        .body(())
        .expect("a request")
        .into_parts()
        .0
}

fn with_changed_signature(algorithm: Algorithm) -> String {
    let token = own::own_claims().sign(&signing_key(algorithm)).expect("a token");
    let (input, signature) = token.rsplit_once('.').expect("three segments");
    let mut signature = jotwell::base64url::decode(signature).expect("base64url");
    signature[7] ^= 1;
    format!("{input}.{}", jotwell::base64url::encode(signature))
}

fn expired(algorithm: Algorithm) -> String {
    let claims = own::own_claims().expires_at(jotwell::NumericDate::from_secs(1_700_000_001));
    claims.sign(&signing_key(algorithm)).expect("a token")
}

fn signing_key(algorithm: Algorithm) -> jotwell::SigningKey {
    match algorithm {
        Algorithm::HS256 => jotwell::SigningKey::hmac(jotwell::Algorithm::HS256, SECRET).expect("a key"),
        _ => own::signing_key(algorithm),
    }
}

/// Polls a future without a runtime: nothing that is measured waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing here waits"),
    }
}
