//! The published keys of an issuer, as a response: RFC 7517 §5.

use http::StatusCode;
use jotwell::base64url;
use sha2::{Digest, Sha256};

use crate::keys::IssuerKeys;
use crate::plain_response::PlainResponse;

/// The conventional path of an issuer's keys.
#[cfg(any(feature = "actix-web", feature = "axum"))]
pub(crate) const PATH: &str = "/.well-known/jwks.json";

impl IssuerKeys {
    /// Returns the response to a GET of the published keys, for frameworks without a route for them. `if_none_match`
    /// are the values of the request's `If-None-Match` headers.
    ///
    /// Clients may cache it for [`max_age`](Self::max_age). A client that sends the `ETag` of its copy gets a 304 while
    /// the copy is current.
    ///
    /// ```
    /// use jotwell::{Algorithm, SigningKey};
    /// use jotwell_http::IssuerKeys;
    ///
    /// let keys = IssuerKeys::single(SigningKey::generate(Algorithm::ES256)?.with_key_id("2026-11"))?;
    /// let response = keys.jwks_response([]);
    /// assert_eq!(response.status, 200);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn jwks_response<'a>(&self, if_none_match: impl IntoIterator<Item = &'a [u8]>) -> PlainResponse {
        // Serializing a set that this crate created cannot fail; the type does not express that.
        let Ok(text) = self.published().to_json() else {
            return PlainResponse::new(StatusCode::INTERNAL_SERVER_ERROR);
        };
        let tag = format!("\"{}\"", base64url::encode(Sha256::digest(&text)));
        let response = if if_none_match.into_iter().any(|value| is_among(&tag, value)) {
            PlainResponse::new(StatusCode::NOT_MODIFIED)
        } else {
            PlainResponse::new(StatusCode::OK).body("application/jwk-set+json", text)
        };
        response
            .header("cache-control", format!("public, max-age={}", self.max_age().as_secs()))
            .header("etag", tag)
    }
}

/// Weak comparison: RFC 9110 §13.1.2.
fn is_among(tag: &str, value: &[u8]) -> bool {
    let tag = tag.as_bytes();
    let mut tags = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    tags.any(|one| one == b"*" || one.strip_prefix(b"W/").unwrap_or(one) == tag)
}
