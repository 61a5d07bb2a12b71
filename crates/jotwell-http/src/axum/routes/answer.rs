//! The answers of the routes, of the form of RFC 6749 §5.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::cookie::Cookies;
use crate::response::Answer;
use crate::session::{SessionError, TokenResponse};

/// RFC 6749 §5.2.
pub(super) fn error(status: StatusCode, code: &'static str, description: &'static str) -> Response {
    answer(Answer::new(status, code, description))
}

pub(super) fn answer(answer: Answer) -> Response {
    answer.response().into_response()
}

/// 429 (RFC 6585 §4). RFC 6749 has no code for it in §5.2; this one is of §4.1.2.1.
pub(super) fn too_many(after: Duration) -> Response {
    let description = "there were too many attempts";
    let mut response = error(StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", description);
    // Rounded up, so that an attempt at that moment is allowed.
    let seconds = after.as_millis().div_ceil(1000).max(1);
    let seconds = HeaderValue::from(u64::try_from(seconds).unwrap_or(u64::MAX));
    response.headers_mut().insert(RETRY_AFTER, seconds);
    response
}

/// 204, for one client alone.
pub(super) fn done() -> Response {
    (StatusCode::NO_CONTENT, [(CACHE_CONTROL, "no-store")]).into_response()
}

pub(super) fn json(value: &impl Serialize) -> Response {
    let Ok(text) = serde_json::to_string(value) else { return SessionError::Claims.into_response() };
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], text).into_response()
}

/// The tokens in cookies, without a body.
pub(super) fn in_cookies(tokens: &TokenResponse, cookies: &Cookies) -> Result<Response, SessionError> {
    Ok(with_cookies(done(), tokens.cookies(cookies)?))
}

/// Removes the cookies of a session that is over: a request with them is refused, also where one without any would be
/// accepted.
pub(super) fn without_cookies(response: Response, cookies: &Cookies) -> Response {
    with_cookies(response, cookies.clear())
}

fn with_cookies(mut response: Response, cookies: [HeaderValue; 3]) -> Response {
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
