//! Clients of an endpoint: RFC 6749 §2.3.1.

use std::fmt;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, StatusCode};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::form::{Form, invalid};
use crate::plain_response::PlainResponse;
use crate::routes::answer::error;

/// The client identifier and the secret of a caller, before verification.
///
/// `Debug` does not show the secret.
#[derive(Clone)]
pub struct ClientCredentials {
    client_id: String,
    secret: Zeroizing<String>,
    endpoint: IssuerEndpoint,
}

/// An endpoint of `issuer_routes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IssuerEndpoint {
    /// Token revocation (RFC 7009).
    Revocation,
    /// Token introspection (RFC 7662).
    Introspection,
}

impl ClientCredentials {
    /// Returns the identifier that the caller claims to have.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Returns the secret, for example to compare it with a hash.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Returns the endpoint that was called.
    #[must_use]
    pub fn endpoint(&self) -> IssuerEndpoint {
        self.endpoint
    }

    /// Returns whether identifier and secret are equal to these, in a time that does not depend on how much of the
    /// secret is correct. An empty secret is always wrong.
    #[must_use]
    pub fn is(&self, client_id: &str, secret: &str) -> bool {
        let is_right: bool = self.secret.as_bytes().ct_eq(secret.as_bytes()).into();
        self.client_id == client_id && !secret.is_empty() && is_right
    }

    /// Reads them from the header or from the form.
    pub(super) fn of(
        headers: &HeaderMap,
        form: &Form,
        endpoint: IssuerEndpoint,
    ) -> Result<Self, PlainResponse> {
        let in_form = match (form.get("client_id"), form.get("client_secret")) {
            (Some(client_id), Some(secret)) => {
                Some((client_id.to_owned(), Zeroizing::new(secret.to_owned())))
            }
            // Without a secret the identifier proves nothing.
            _ => None,
        };
        let mut headers = headers.get_all(AUTHORIZATION).into_iter();
        let in_header = match (headers.next(), headers.next()) {
            (None, _) => None,
            (Some(value), None) => Some(basic(value).ok_or_else(unauthorized)?),
            (Some(_), Some(_)) => return Err(invalid("the request has two Authorization headers")),
        };
        let (client_id, secret) = match (in_header, in_form) {
            (Some(_), Some(_)) => return Err(invalid("the client authenticates in two ways")),
            (Some(client), None) | (None, Some(client)) => client,
            (None, None) => return Err(unauthorized()),
        };
        if form.get("client_id").is_some_and(|other| other != client_id) {
            return Err(invalid("the form names another client"));
        }
        Ok(Self { client_id, secret, endpoint })
    }
}

/// The caller is not a client that may do this (RFC 6749 §5.2).
pub(super) fn unauthorized() -> PlainResponse {
    error(StatusCode::UNAUTHORIZED, "invalid_client", "the client is not authenticated")
        .header("www-authenticate", "Basic realm=\"issuer\", charset=\"UTF-8\"")
}

/// Decodes identifier and secret, which are each encoded as in a form, then joined and encoded again.
fn basic(value: &HeaderValue) -> Option<(String, Zeroizing<String>)> {
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    // Base64 of RFC 4648 §4, which differs from that of tokens in two characters and in its padding.
    let encoded: Zeroizing<String> =
        Zeroizing::new(encoded.trim().trim_end_matches('=').replace('+', "-").replace('/', "_"));
    let bytes = Zeroizing::new(jotwell::base64url::decode(encoded.as_bytes()).ok()?);
    let (client_id, secret) = core::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some((decoded(client_id), Zeroizing::new(decoded(secret))))
}

fn decoded(text: &str) -> String {
    // A name without a value: literal `&` and `=` would be encoded, so they have no meaning here.
    let escaped = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(escaped.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("client_id", &self.client_id)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}
