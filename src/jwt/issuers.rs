//! Several issuers, each with its own keys and policy: RFC 8725 §3.8.

use alloc::string::String;
use alloc::vec::Vec;

use super::Validator;
use super::validator::Progress;
use crate::claims::{self, FromClaims, RegisteredClaim};
use crate::error::{TokenPart, VerifyError, shown, shown_all};
use crate::jws::{Buffer, Compact, KeySource, Verified, decoded};

/// Validators, each of which accepts one issuer's tokens with that issuer's keys.
///
/// `iss` is read before the signature has been verified, but only to look up a validator. That validator then verifies
/// the signature with its own keys, and `iss`. So a token that names an issuer other than its signer is rejected.
///
/// ```
/// use jotwell::{Audience, Issuer, MultiIssuerValidator, Validator, VerifyingKey};
///
/// # fn example(theirs: VerifyingKey, ours: VerifyingKey, token: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let validator = |key, issuer| Validator::new(key, Issuer::is(issuer), Audience::is("orders-api"));
/// let issuers = MultiIssuerValidator::new([
///     validator(theirs, "https://partner.example"),
///     validator(ours, "https://auth.example"),
/// ])?;
/// # #[derive(serde::Deserialize)]
/// # struct Account;
/// let token = issuers.verify::<Account>(token)?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct MultiIssuerValidator<K> {
    validators: Vec<(String, Validator<K>)>,
    /// The greatest length that any of them accepts.
    max_length: usize,
}

/// Why validators cannot be combined.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MultiIssuerError {
    /// A validator accepts any issuer, so it would accept the tokens of the other issuers.
    Unchecked,
    /// Two validators accept this issuer, or one validator names it twice.
    Duplicate {
        /// The issuer.
        issuer: String,
    },
}

impl core::fmt::Display for MultiIssuerError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Unchecked => f.write_str("a validator does not say which issuer it accepts"),
            Self::Duplicate { issuer } => write!(f, "the issuer {issuer:?} is accepted twice"),
        }
    }
}

impl core::error::Error for MultiIssuerError {}

impl<K: KeySource + Clone> MultiIssuerValidator<K> {
    /// Combines these validators, each of which must accept different issuers.
    ///
    /// # Errors
    /// [`MultiIssuerError::Unchecked`], [`MultiIssuerError::Duplicate`].
    pub fn new(validators: impl IntoIterator<Item = Validator<K>>) -> Result<Self, MultiIssuerError> {
        let mut issuers = Self { validators: Vec::new(), max_length: 0 };
        for validator in validators {
            issuers.max_length = issuers.max_length.max(validator.verifier.max_length);
            for issuer in validator.issuer.accepted().ok_or(MultiIssuerError::Unchecked)? {
                if issuers.validators.iter().any(|(other, _)| other == issuer) {
                    return Err(MultiIssuerError::Duplicate { issuer: issuer.clone() });
                }
                issuers.validators.push((issuer.clone(), validator.clone()));
            }
        }
        issuers.validators.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Ok(issuers)
    }

    /// Verifies `token` with the validator for its `iss`. The payload is decoded once.
    ///
    /// # Errors
    /// [`VerifyError::IssuerMismatch`] if no validator accepts that issuer, [`VerifyError::MissingClaim`] if the token
    /// has no `iss`, and those of [`Validator::verify`].
    pub fn verify<T: for<'de> FromClaims<'de>>(&self, token: &str) -> Result<Verified<T>, VerifyError> {
        let mut payload = DecodedPayload(self.payload(token)?);
        let validator = self.choose(&payload.0)?;
        validator.verify_reaching(token, &mut payload, &mut Progress::default())
    }

    /// Returns the validator that [`verify`](Self::verify) would use. The token is not verified yet: the choice
    /// depends on what the sender wrote.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), but only those that can be detected without a key.
    pub fn validator_for(&self, token: &str) -> Result<&Validator<K>, VerifyError> {
        self.choose(&self.payload(token)?)
    }

    fn payload(&self, token: &str) -> Result<Vec<u8>, VerifyError> {
        decoded(TokenPart::Payload, Compact::parse(token, self.max_length)?.payload)
    }

    /// Reads the payload only up to `iss`. The validator reads all of it when the signature has been verified.
    fn choose(&self, payload: &[u8]) -> Result<&Validator<K>, VerifyError> {
        let hint = claims::find_string(RegisteredClaim::Issuer, payload)?;
        let hint = hint.ok_or(VerifyError::MissingClaim { claim: RegisteredClaim::Issuer.name().into() })?;
        self.validators
            .binary_search_by(|(issuer, _)| issuer.as_str().cmp(&*hint))
            .ok()
            .and_then(|found| self.validators.get(found))
            .map(|(_, validator)| validator)
            .ok_or_else(|| VerifyError::IssuerMismatch {
                expected: shown_all(self.validators.iter().map(|(issuer, _)| issuer)),
                found: shown(&hint),
            })
    }
}

/// The payload of the token, which has already been decoded.
struct DecodedPayload(Vec<u8>);

impl Buffer for DecodedPayload {
    fn decode(&mut self, _: TokenPart, _: &str) -> Result<&[u8], VerifyError> {
        Ok(&self.0)
    }
}
