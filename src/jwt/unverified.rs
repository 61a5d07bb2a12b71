//! Reading a token without verifying it.

use crate::claims::{ClaimsReader, FromClaims, Tolerance};
use crate::error::{TokenPart, VerifyError};
use crate::header::Header;
use crate::jws::{Compact, DEFAULT_MAX_LENGTH, decoded};

/// A token that was parsed but not verified, for tools that show tokens, and for selecting a validator by the header.
/// **An attacker may have written all of it.**
///
/// ```
/// use jotwell::{Algorithm, Claims, NoClaims, SigningKey, UnverifiedToken};
///
/// let key = SigningKey::generate(Algorithm::EdDSA)?.with_key_id("2026-11");
/// let token = Claims::new(NoClaims).subject("user-42").sign(&key)?;
///
/// let unverified = UnverifiedToken::parse(&token)?;
/// assert_eq!(unverified.header().key_id(), Some("2026-11"));
/// let claims: Claims = unverified.claims_without_verification()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct UnverifiedToken {
    header: Header,
    payload: alloc::vec::Vec<u8>,
}

impl UnverifiedToken {
    /// Parses a token of up to 16 KiB and reads its header.
    ///
    /// # Errors
    /// Those of [`Validator::verify`](crate::Validator::verify) that need neither key nor policy. A token with `alg:
    /// none` is rejected here, too.
    pub fn parse(token: &str) -> Result<Self, VerifyError> {
        Self::parse_up_to(DEFAULT_MAX_LENGTH, token)
    }

    /// Parses a token of up to `max_length` bytes and reads its header.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_up_to(max_length: usize, token: &str) -> Result<Self, VerifyError> {
        let compact = Compact::parse(token, max_length)?;
        let header = Header::parse(&decoded(TokenPart::Header, compact.header)?)?;
        decoded(TokenPart::Signature, compact.signature)?;
        Ok(Self { header, payload: decoded(TokenPart::Payload, compact.payload)? })
    }

    /// Returns the header, as the sender wrote it.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the payload, as the sender wrote it.
    #[must_use]
    pub fn payload_without_verification(&self) -> &[u8] {
        &self.payload
    }

    /// Reads the claims, as the sender wrote them. In [`Claims`](crate::Claims), a registered claim that is `null`
    /// counts as absent, and an `exp` after the year 9999 is read as the end of that year.
    ///
    /// # Errors
    /// [`VerifyError::Json`], [`VerifyError::InvalidClaim`], [`VerifyError::DateOutOfRange`] for other dates,
    /// [`VerifyError::Deserialize`].
    pub fn claims_without_verification<'a, T: FromClaims<'a>>(&'a self) -> Result<T, VerifyError> {
        ClaimsReader::new(&[]).payload(&self.payload, Tolerance::ALL).read_all()
    }
}
