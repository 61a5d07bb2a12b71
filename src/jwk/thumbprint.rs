//! Thumbprints: RFC 7638, and their URI: RFC 9278.

use alloc::format;
use alloc::string::String;

use sha2::{Digest, Sha256};

use super::Jwk;
use super::write::write_members;
use crate::base64url;
use crate::error::KeyError;

impl Jwk {
    /// Returns the SHA-256 thumbprint in base64url: an identifier that is derived from the key alone, and is the same
    /// for its private and its public half (RFC 7638 §3).
    ///
    /// ```
    /// use jotwell::{Algorithm, SigningKey};
    ///
    /// let key = SigningKey::generate(Algorithm::ES256)?;
    /// assert_eq!(key.to_jwk().thumbprint()?, key.verifying_key().to_jwk().thumbprint()?);
    /// # Ok::<(), jotwell::KeyError>(())
    /// ```
    ///
    /// # Errors
    /// [`KeyError::NotPublic`] for a shared secret, whose thumbprint would help to guess it
    /// (RFC 7638 §7), and [`KeyError::UnsupportedKeyType`].
    pub fn thumbprint(&self) -> Result<String, KeyError> {
        let mut members = self.public_members()?;
        // §3.3: only the required members, in the order of their names, without white space.
        members.sort_unstable_by_key(|(name, _)| *name);
        let mut text = String::new();
        write_members(&members, &mut text);
        text.push('}');
        Ok(base64url::encode(Sha256::digest(text.as_bytes())))
    }

    /// Returns the thumbprint as a URI: `urn:ietf:params:oauth:jwk-thumbprint:sha-256:…` (RFC 9278 §3).
    ///
    /// # Errors
    /// As [`thumbprint`](Self::thumbprint).
    pub fn thumbprint_uri(&self) -> Result<String, KeyError> {
        Ok(format!("urn:ietf:params:oauth:jwk-thumbprint:sha-256:{}", self.thumbprint()?))
    }
}
