//! Requests, and what `jotwell-http` takes out of them.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jotwell::{Claims, NoClaims, Verified, VerifyError};
use jotwell_http::{AccessClaims, AuthErrorKind, Authenticator, TokenVerifier};

/// What became of the token of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    Missing,
    Malformed,
    CsrfFailed,
    /// The verifier was asked about it.
    Token(String),
}

/// Remembers the token that it is asked about, and rejects it.
#[derive(Clone, Default)]
struct Asked(Arc<Mutex<Option<String>>>);

impl TokenVerifier<NoClaims> for Asked {
    fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims>>>, VerifyError> {
        *self.0.lock().expect("not poisoned") = Some(token.to_owned());
        Err(VerifyError::InvalidSignature)
    }
}

/// Asks an authenticator, with or without cookies, about a request.
pub fn found(method: &Method, headers: &HeaderMap, cookies: bool) -> Found {
    let asked = Asked::default();
    let authenticator: Authenticator = Authenticator::new(asked.clone());
    let authenticator = if cookies { authenticator.cookies() } else { authenticator };
    let error = ready(authenticator.authenticate(method, headers)).expect_err("the verifier rejects all");
    let token = asked.0.lock().expect("not poisoned").take();
    match (error.kind(), token) {
        (AuthErrorKind::Missing, None) => Found::Missing,
        (AuthErrorKind::Malformed, None) => Found::Malformed,
        (AuthErrorKind::CsrfFailed, None) => Found::CsrfFailed,
        (AuthErrorKind::Token(VerifyError::InvalidSignature), Some(token)) => Found::Token(token),
        (kind, token) => panic!("{kind:?}, and the verifier was asked about {token:?}"),
    }
}

/// The result of a future that waits for nothing.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("it waits"),
    }
}

/// A header field for each line, if the line can be the value of one.
pub fn fields<'a>(name: &HeaderName, lines: impl Iterator<Item = &'a [u8]>) -> HeaderMap {
    let values = lines.filter_map(|line| HeaderValue::from_bytes(line).ok());
    values.map(|value| (name.clone(), value)).fold(HeaderMap::new(), |mut headers, (name, value)| {
        headers.append(name, value);
        headers
    })
}
