//! The answers of the routes, of the form of RFC 6749 §5.

use std::time::Duration;

use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::cookie::Cookies;
use crate::plain_response::PlainResponse;
use crate::response::Answer;
use crate::session::{SessionError, TokenResponse};

/// RFC 6749 §5.2.
pub(super) fn error(status: StatusCode, code: &'static str, description: &'static str) -> PlainResponse {
    Answer::new(status, code, description).response()
}

/// 429 (RFC 6585 §4). RFC 6749 has no code for it in §5.2; this one is of §4.1.2.1.
pub(super) fn too_many(after: Duration) -> PlainResponse {
    let description = "there were too many attempts";
    // Rounded up, so that an attempt at that moment is allowed.
    let seconds = after.as_millis().div_ceil(1000).max(1);
    error(StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", description)
        .header("retry-after", seconds.to_string())
}

/// A response without a body, for one client alone.
pub(super) fn done(status: StatusCode) -> PlainResponse {
    PlainResponse::new(status).header("cache-control", "no-store")
}

pub(super) fn json(value: &impl Serialize) -> PlainResponse {
    let Ok(text) = serde_json::to_string(value) else { return SessionError::Claims.plain_response() };
    done(StatusCode::OK).body("application/json", text)
}

/// The tokens in cookies, without a body.
pub(super) fn in_cookies(tokens: &TokenResponse, cookies: &Cookies) -> Result<PlainResponse, SessionError> {
    Ok(with_cookies(done(StatusCode::NO_CONTENT), tokens.cookies(cookies)?))
}

/// Removes the cookies of a session that is over: a request with them is refused, also where one without any would be
/// accepted.
pub(super) fn without_cookies(response: PlainResponse, cookies: &Cookies) -> PlainResponse {
    with_cookies(response, cookies.clear())
}

fn with_cookies(response: PlainResponse, cookies: [HeaderValue; 3]) -> PlainResponse {
    // Each of them is visible ASCII, as `Cookies` made them.
    let cookies = cookies.iter().filter_map(|cookie| cookie.to_str().ok());
    cookies.fold(response, |response, cookie| response.header("set-cookie", cookie))
}
