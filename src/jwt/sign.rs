//! Issues tokens: RFC 7519 §7.1.

use alloc::string::String;

use serde::Serialize;

use crate::claims::Claims;
use crate::error::SignError;
use crate::header::Header;
use crate::jws::UnsignedToken;
use crate::key::SigningKey;

impl<T: Serialize> Claims<T> {
    /// Issues a token whose header has the key's algorithm and `kid`, and `typ: JWT`.
    ///
    /// # Errors
    /// [`SignError::Serialize`], [`SignError::Claims`] if the custom claims are not a JSON object,
    /// [`SignError::DuplicateMember`], [`SignError::InvalidClaim`], [`SignError::NullClaim`], [`SignError::DateOutOfRange`], and
    /// those of [`SigningKey::sign`].
    pub fn sign(&self, key: &SigningKey) -> Result<String, SignError> {
        let header = key.encoded_header(|| Header::for_key(key).with_typ("JWT").encoded());
        UnsignedToken::from_encoded(key.algorithm(), &header, self.to_json()?.as_bytes()).sign(key)
    }

    /// Issues a token with a custom header.
    ///
    /// ```
    /// use jotwell::{Algorithm, Claims, Header, NoClaims, SigningKey};
    ///
    /// let key = SigningKey::generate(Algorithm::ES256)?;
    /// let token = Claims::new(NoClaims)
    ///     .subject("user-42")
    ///     .sign_with(&key, &Header::for_key(&key).with_typ("at+jwt"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`sign`](Self::sign), and as [`UnsignedToken::sign`].
    pub fn sign_with(&self, key: &SigningKey, header: &Header) -> Result<String, SignError> {
        self.unsigned(header)?.sign(key)
    }

    /// Returns the token without its signature, to be signed elsewhere.
    ///
    /// # Errors
    /// As [`sign`](Self::sign), except those of [`SigningKey::sign`].
    pub fn unsigned(&self, header: &Header) -> Result<UnsignedToken, SignError> {
        Ok(UnsignedToken::new(header, self.to_json()?.as_bytes()))
    }
}
