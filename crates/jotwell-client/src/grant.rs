//! Grants: what access tokens are requested with.

use std::fmt;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Uri};
use zeroize::Zeroizing;

use crate::error::TokenError;
use crate::refresh_token::{RefreshToken, StoreRefreshToken};

/// A request for tokens.
pub(crate) type TokenRequest = Request<Zeroizing<Vec<u8>>>;

/// An authorization grant (RFC 6749 §1.3).
pub(crate) trait Grant: Send + Sync + fmt::Debug {
    /// Builds the request for the next access token.
    fn request(&self, refresh: Option<&RefreshToken>) -> Result<TokenRequest, TokenError>;

    /// Returns the store for refresh tokens.
    fn store(&self) -> Option<&dyn StoreRefreshToken>;
}

/// Builds the request that posts a body to an endpoint.
pub(crate) fn post(uri: &Uri, content_type: &'static str, body: Zeroizing<Vec<u8>>) -> TokenRequest {
    let mut request = Request::new(body);
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri.clone();
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    request
}
