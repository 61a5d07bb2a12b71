//! Requests, and what `jotwell-http` reads from them.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jotwell::{Claims, NoClaims, Verified, VerifyError};
use jotwell_http::{AccessClaims, AuthErrorKind, Authenticator, TokenVerifier};

/// The result for the token of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    Missing,
    Malformed,
    CsrfFailed,
    /// The verifier was called with it.
    Token(String),
}

/// Records the token that it is called with, and rejects it.
#[derive(Clone, Default)]
struct Asked(Arc<Mutex<Option<String>>>);

impl TokenVerifier<NoClaims> for Asked {
    fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims>>>, VerifyError> {
        *self.0.lock().expect("not poisoned") = Some(token.to_owned());
        Err(VerifyError::InvalidSignature)
    }
}

/// Authenticates a request, with or without cookies.
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

/// Returns the result of a future that is ready at once.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("it waits"),
    }
}

/// Returns a header field for each line that is a valid value.
pub fn fields<'a>(name: &HeaderName, lines: impl Iterator<Item = &'a [u8]>) -> HeaderMap {
    let values = lines.filter_map(|line| HeaderValue::from_bytes(line).ok());
    values.map(|value| (name.clone(), value)).fold(HeaderMap::new(), |mut headers, (name, value)| {
        headers.append(name, value);
        headers
    })
}
