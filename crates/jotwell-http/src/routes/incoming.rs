//! A request as the routes read it, from any framework.

use std::net::IpAddr;

use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::answer::error;
use crate::plain_response::PlainResponse;

/// The maximum length of a body in bytes: several times what the routes need.
pub(crate) const MAX_BODY: usize = 16 * 1024;

/// The head of a request, with [`PeerAddress`] in its extensions if known, and its body.
pub(crate) struct Incoming {
    pub(super) parts: Parts,
    body: Result<Zeroizing<Vec<u8>>, BodyError>,
}

/// The address of the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PeerAddress(pub(crate) IpAddr);

/// A body could not be read. Routes without a body ignore this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// It is longer than [`MAX_BODY`].
    TooLong,
    /// It ended early.
    Incomplete,
}

impl Incoming {
    pub(crate) fn new(parts: Parts, body: Result<Vec<u8>, BodyError>) -> Self {
        Self { parts, body: body.map(Zeroizing::new) }
    }

    /// Reads a JSON object.
    ///
    /// Arrays, which serde reads into structs, are rejected, and responses do not name types of the service. A page of
    /// another origin cannot send `application/json` without a preflight request (Fetch §2.2.2), which these routes do
    /// not answer.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, PlainResponse> {
        let body = self.body_of("application/json", "send application/json")?;
        let object = body.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(body).ok());
        object.flatten().ok_or_else(|| {
            let description = "the body is not a JSON object with the required members";
            error(StatusCode::BAD_REQUEST, "invalid_request", description)
        })
    }

    /// Returns the body, which must have that media type. Otherwise the error contains `remedy`.
    pub(super) fn body_of(&self, media_type: &str, remedy: &'static str) -> Result<&[u8], PlainResponse> {
        let mut kinds = self.parts.headers.get_all(CONTENT_TYPE).into_iter();
        let kind = kinds.next().and_then(|value| value.to_str().ok());
        let kind = kind.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case(media_type) || kinds.next().is_some() {
            return Err(error(StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request", remedy));
        }
        match &self.body {
            Ok(body) => Ok(body),
            Err(BodyError::TooLong) => {
                Err(error(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", "the body is too long"))
            }
            Err(BodyError::Incomplete) => {
                Err(error(StatusCode::BAD_REQUEST, "invalid_request", "the body ended early"))
            }
        }
    }
}
