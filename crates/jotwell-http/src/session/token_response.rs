//! The response when a session begins or continues: RFC 6749 §5.1.

use std::fmt;

use http::{HeaderValue, StatusCode};
use jotwell::NumericDate;
use serde::Serialize;
use zeroize::Zeroizing;

use super::SessionError;
use crate::access_claims::Scope;
use crate::cookie::{Cookies, NotSet};
use crate::plain_response::PlainResponse;

/// An access token and its refresh token.
///
/// Serializes to the response of RFC 6749 §5.1, to be sent with `Cache-Control: no-store` and `Pragma: no-cache`;
/// [`cookies`](Self::cookies) are for a page. `Debug` shows neither token.
#[derive(Clone, Serialize)]
#[non_exhaustive]
pub struct TokenResponse {
    /// The access token. It is wiped from memory when it is dropped; `as_str` borrows the text.
    pub access_token: Zeroizing<String>,
    pub(super) token_type: &'static str,
    /// The lifetime of the access token, in seconds.
    pub expires_in: u64,
    /// The refresh token: opaque, for one exchange.
    pub refresh_token: Zeroizing<String>,
    /// `scope` of the access token.
    #[serde(skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    /// `sid`: the name of the session.
    #[serde(skip)]
    pub session_id: String,
    /// When the session ends at the latest.
    #[serde(skip)]
    pub session_expires_at: NumericDate,
    #[serde(skip)]
    pub(super) session_expires_in: u64,
}

impl TokenResponse {
    /// Returns the response of RFC 6749 §5.1: JSON that must not be cached. For a page use [`cookies`](Self::cookies)
    /// instead.
    #[must_use]
    pub fn plain_response(&self) -> PlainResponse {
        let Ok(text) = serde_json::to_string(self) else { return SessionError::Claims.plain_response() };
        PlainResponse::new(StatusCode::OK)
            .body("application/json", text)
            .header("cache-control", "no-store")
            .header("pragma", "no-cache")
    }

    /// Returns the tokens in [`Cookies`], with a new anti-forgery token: the values of three `Set-Cookie` headers.
    ///
    /// # Errors
    /// [`SessionError::Randomness`] if the system's random number generator fails or the token cannot be encrypted;
    /// [`SessionError::Claims`] if the access token is too long for a cookie, which browsers limit to 4096 bytes. The
    /// session of such a login has begun nevertheless: [end](crate::Sessions::logout) it.
    pub fn cookies(&self, cookies: &Cookies) -> Result<[HeaderValue; 3], SessionError> {
        let mut csrf = [0; 32];
        getrandom::fill(&mut csrf).map_err(|_| SessionError::Randomness)?;
        let access = (self.access_token.as_str(), self.expires_in);
        let refresh = (self.refresh_token.as_str(), self.session_expires_in);
        cookies.set(access, refresh, &csrf).map_err(|error| match error {
            NotSet::TooLong => SessionError::Claims,
            #[cfg(feature = "encrypted-cookies")]
            NotSet::Encryption => SessionError::Randomness,
        })
    }
}

impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenResponse")
            .field("session_id", &self.session_id)
            .field("expires_in", &self.expires_in)
            .field("session_expires_at", &self.session_expires_at)
            .finish_non_exhaustive()
    }
}
