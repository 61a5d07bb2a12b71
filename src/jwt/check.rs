//! The steps of verification.

use core::fmt;

/// A step of verification. The variants are in the order of the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Check {
    /// The token is short enough.
    Length,
    /// It has three segments, or five if it is encrypted.
    Form,
    /// Its header is well-formed, and `crit` lists nothing unknown.
    Header,
    /// The key source has a key for it, with its algorithm.
    Key,
    /// It decrypts with that key, and was not changed.
    #[cfg(feature = "jwe")]
    Decryption,
    /// Its `cty` says that the decrypted content is a signed token, or that it is not one.
    #[cfg(feature = "jwe")]
    ContentType,
    /// Its signature is valid.
    Signature,
    /// Its claims are one strict JSON object, and the registered ones have the right types.
    Claims,
    /// `typ`.
    Type,
    /// `exp`.
    Expiry,
    /// `nbf`.
    NotBefore,
    /// `iat`.
    IssuedAt,
    /// The maximum age.
    Age,
    /// `iss`.
    Issuer,
    /// `aud`.
    Audience,
    /// `sub`.
    Subject,
    /// Claims that are required by name.
    Required,
    /// Custom checks.
    Custom,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Length => "length",
            Self::Form => "form",
            Self::Header => "header",
            Self::Key => "key",
            #[cfg(feature = "jwe")]
            Self::Decryption => "decryption",
            #[cfg(feature = "jwe")]
            Self::ContentType => "content type",
            Self::Signature => "signature",
            Self::Claims => "claims",
            Self::Type => "type",
            Self::Expiry => "expiry",
            Self::NotBefore => "not before",
            Self::IssuedAt => "issued at",
            Self::Age => "age",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Subject => "subject",
            Self::Required => "required claims",
            Self::Custom => "custom checks",
        })
    }
}
