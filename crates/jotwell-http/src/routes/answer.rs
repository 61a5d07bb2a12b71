//! Responses of the routes, in the format of RFC 6749 §5.

use std::time::Duration;

use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::cookie::Cookies;
use crate::plain_response::PlainResponse;
use crate::response::Answer;
use crate::session::{SessionError, TokenResponse};

/// Returns an error response of RFC 6749 §5.2.
pub(super) fn error(status: StatusCode, code: &'static str, description: &'static str) -> PlainResponse {
    Answer::new(status, code, description).response()
}

/// Returns 429 (RFC 6585 §4). RFC 6749 §5.2 has no code for it; this one is from §4.1.2.1.
pub(super) fn too_many(after: Duration) -> PlainResponse {
    let description = "there were too many attempts";
    // Rounded up, so that an attempt at that moment is allowed.
    let seconds = after.as_millis().div_ceil(1000).max(1);
    error(StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", description)
        .header("retry-after", seconds.to_string())
}

/// Returns a response without a body that must not be cached.
pub(super) fn done(status: StatusCode) -> PlainResponse {
    PlainResponse::new(status).header("cache-control", "no-store")
}

pub(super) fn json(value: &impl Serialize) -> PlainResponse {
    let Ok(text) = serde_json::to_string(value) else { return SessionError::Claims.plain_response() };
    done(StatusCode::OK).body("application/json", text)
}

/// Returns the tokens in cookies, without a body.
pub(super) fn in_cookies(tokens: &TokenResponse, cookies: &Cookies) -> Result<PlainResponse, SessionError> {
    Ok(with_cookies(done(StatusCode::NO_CONTENT), tokens.cookies(cookies)?))
}

/// Removes the cookies of an ended session: a request with them is rejected, even if a request without cookies would be
/// accepted.
pub(super) fn without_cookies(response: PlainResponse, cookies: &Cookies) -> PlainResponse {
    with_cookies(response, cookies.clear())
}

fn with_cookies(response: PlainResponse, cookies: [HeaderValue; 3]) -> PlainResponse {
    // `Cookies` creates visible ASCII only.
    let cookies = cookies.iter().filter_map(|cookie| cookie.to_str().ok());
    cookies.fold(response, |response, cookie| response.header("set-cookie", cookie))
}
