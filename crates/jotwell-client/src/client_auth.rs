//! Authentication of a client (RFC 6749 §2.3, OpenID Connect Core 1.0 §9).

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64ct::{Base64, Encoding};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use jotwell::{Claims, Clock, NoClaims, NumericDate, SigningKey, SystemClock, base64url};
use zeroize::Zeroizing;

use crate::error::TokenError;
use crate::form;
use crate::grant::TokenRequest;

/// How a client authenticates when it requests a token.
///
/// `Debug` shows neither the secret nor the key.
#[derive(Clone)]
pub struct ClientAuth {
    client_id: Arc<str>,
    method: Method,
}

#[derive(Clone)]
enum Method {
    SecretBasic(Arc<Zeroizing<String>>),
    PrivateKeyJwt { issuer: Arc<str>, key: Arc<SigningKey>, clock: Arc<dyn Clock> },
}

/// How long an assertion is valid.
const ASSERTION_LIFETIME: Duration = Duration::from_secs(60);
/// RFC 7523 §2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl ClientAuth {
    /// Authenticates by a secret, in the header `Authorization` (`client_secret_basic`, RFC 6749 §2.3.1).
    #[must_use]
    pub fn secret_basic(client_id: &str, secret: impl Into<String>) -> Self {
        let secret = Arc::new(Zeroizing::new(secret.into()));
        Self { client_id: Arc::from(client_id), method: Method::SecretBasic(secret) }
    }

    /// Authenticates by a JWT that the client signs with its private key (`private_key_jwt`, RFC 7523 §2.2).
    ///
    /// `aud` of the JWT is only the issuer: an assertion with the URL of an endpoint as its audience could be meant
    /// for another server. It is valid for 60 seconds, and each request has its own.
    ///
    /// # Errors
    /// [`SymmetricKey`] if the key is a shared secret.
    pub fn private_key_jwt(client_id: &str, issuer: &str, key: SigningKey) -> Result<Self, SymmetricKey> {
        if key.algorithm().is_symmetric() {
            return Err(SymmetricKey);
        }
        let method = Method::PrivateKeyJwt {
            issuer: Arc::from(issuer),
            key: Arc::new(key),
            clock: Arc::new(SystemClock),
        };
        Ok(Self { client_id: Arc::from(client_id), method })
    }

    /// Sets the clock for `iat` and `exp`. Defaults to the system's. It has no effect on a secret.
    #[must_use]
    pub fn clock(mut self, to: impl Clock + 'static) -> Self {
        if let Method::PrivateKeyJwt { clock, .. } = &mut self.method {
            *clock = Arc::new(to);
        }
        self
    }

    /// Adds the credentials to the form.
    pub(crate) fn add_to_form(&self, fields: &mut Zeroizing<String>) -> Result<(), TokenError> {
        if let Method::PrivateKeyJwt { issuer, key, clock } = &self.method {
            let assertion = Zeroizing::new(self.assertion(issuer, key, &**clock)?);
            form::append(fields, "client_assertion_type", ASSERTION_TYPE);
            form::append(fields, "client_assertion", &assertion);
        }
        Ok(())
    }

    /// Adds the credentials to the header.
    pub(crate) fn add_to_header(&self, request: &mut TokenRequest) {
        if let Method::SecretBasic(secret) = &self.method {
            let mut pair = Zeroizing::default();
            form::encode(&mut pair, &self.client_id);
            pair.push(':');
            form::encode(&mut pair, secret);
            let encoded = Zeroizing::new(Base64::encode_string(pair.as_bytes()));
            let text = Zeroizing::new(format!("Basic {}", *encoded));
            let mut value = HeaderValue::try_from(text.as_str()).expect("base64 is visible ASCII");
            value.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, value);
        }
    }

    /// Creates an assertion (RFC 7523 §3).
    fn assertion(&self, issuer: &str, key: &SigningKey, clock: &dyn Clock) -> Result<String, TokenError> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|_| TokenError::Randomness)?;
        let now = NumericDate::from_secs(clock.now().as_secs());
        Claims::new(NoClaims)
            .issuer(&*self.client_id)
            .subject(&*self.client_id)
            .audience(issuer)
            .issued_at(now)
            .expires_at(now.saturating_add(ASSERTION_LIFETIME))
            .jwt_id(base64url::encode(id))
            .sign(key)
            .map_err(TokenError::Assertion)
    }
}

impl fmt::Debug for ClientAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = match &self.method {
            Method::SecretBasic(_) => "client_secret_basic",
            Method::PrivateKeyJwt { .. } => "private_key_jwt",
        };
        f.debug_struct("ClientAuth").field("client_id", &self.client_id).field("method", &method).finish()
    }
}

/// The key is a shared secret, not a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SymmetricKey;

impl fmt::Display for SymmetricKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`private_key_jwt` needs a private key, and this is a shared secret; generate a key for ES256, say")
    }
}

impl Error for SymmetricKey {}

#[cfg(test)]
mod tests {
    use jotwell::Algorithm;

    use super::*;

    #[test]
    fn rejects_a_shared_secret_as_private_key() {
        let key = SigningKey::generate(Algorithm::HS256).expect("a key");
        assert_eq!(ClientAuth::private_key_jwt("me", "https://a.example", key).err(), Some(SymmetricKey));
    }

    #[test]
    fn identifier_and_secret_are_encoded_before_they_are_joined() {
        let auth = ClientAuth::secret_basic("a:b", "c d+");
        let mut request = TokenRequest::default();
        auth.add_to_header(&mut request);
        let header = request.headers().get(AUTHORIZATION).expect("a header");
        assert!(header.is_sensitive());
        assert_eq!(header, &format!("Basic {}", Base64::encode_string(b"a%3Ab:c+d%2B")));
        assert!(!format!("{auth:?}").contains("c d"));
    }
}
