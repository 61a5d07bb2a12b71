//! What can be wrong with a token that is presented.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;
use core::time::Duration;

use crate::algorithm::Algorithm;
use crate::base64url;
use crate::json::{JsonError, Mismatch};
use crate::time::NumericDate;

/// A part of a token (RFC 7515 §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenPart {
    /// The protected header.
    Header,
    /// The payload: the claims of a token.
    Payload,
    /// The JSON object that a JWS in one of its JSON forms is.
    Whole,
    /// The signature.
    Signature,
}

impl fmt::Display for TokenPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Whole => "JWS",
            Self::Signature => "signature",
        })
    }
}

/// A token is refused. For the peer, who presented it; what exactly was wrong is for the log.
///
/// The variants stand in the order in which a token is checked, except that a missing claim comes where
/// it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The token is longer than the limit.
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The token has not three parts between dots.
    SegmentCount {
        /// How many it has.
        found: usize,
    },
    /// The header is longer than
    /// [`DEFAULT_MAX_HEADER_LENGTH`](crate::jws::DEFAULT_MAX_HEADER_LENGTH), or than half of the limit
    /// where that is more.
    HeaderTooLong {
        /// Its length in bytes, as it stands in the token.
        length: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// A part is not canonical unpadded base64url.
    Base64 {
        /// The part.
        part: TokenPart,
        /// What is wrong with it.
        error: base64url::DecodeError,
    },
    /// A part is not one strict JSON object.
    Json {
        /// The part.
        part: TokenPart,
        /// What is wrong with it.
        error: JsonError,
    },
    /// A JWS in JSON lacks a member, has one of the wrong type, or has members of both forms
    /// (RFC 7515 §7.2).
    InvalidJws {
        /// Its name.
        member: &'static str,
    },
    /// A header parameter has the wrong type, or a value that its RFC does not allow.
    InvalidHeader {
        /// Its name.
        parameter: &'static str,
    },
    /// The protected and the unprotected header have a parameter in common (RFC 7515 §7.2.1).
    DuplicateParameter,
    /// `crit` is empty, has a name twice, names a parameter of RFC 7515 or one that the header
    /// has not (RFC 7515 §4.1.11).
    InvalidCrit,
    /// `crit` names an extension that this crate does not understand.
    UnsupportedCrit,
    /// The header has no `alg`.
    MissingAlgorithm,
    /// The token says `alg: none`, in whatever spelling: it has no signature.
    Unsecured,
    /// The token's `alg` is none that this crate knows.
    UnknownAlgorithm,
    /// The token's `alg` is not the one that the key is bound to.
    AlgorithmMismatch {
        /// The key's algorithm.
        expected: Algorithm,
        /// The token's.
        found: Algorithm,
    },
    /// No key is found for the token: none has its `kid`; or it has no `kid`, and there is no key of its
    /// algorithm, or more than one.
    UnknownKey,
    /// The signature does not hold. Nothing more can be told.
    InvalidSignature,
    /// No signature of a JWS in JSON holds under one of the
    /// [`RequiredSigners`](crate::jws::RequiredSigners).
    MissingSigner {
        /// The position of the key in the list.
        index: usize,
    },
    /// A registered claim has the wrong type, or a value that RFC 7519 does not allow.
    InvalidClaim {
        /// Its name.
        claim: &'static str,
    },
    /// The token's `typ` is not the one asked for.
    TypMismatch,
    /// A claim that the policy requires is missing.
    MissingClaim {
        /// Its name.
        claim: Cow<'static, str>,
    },
    /// The token has expired.
    Expired {
        /// Its `exp`.
        expired_at: NumericDate,
        /// The time of the check.
        now: NumericDate,
    },
    /// The token is not valid yet.
    NotYetValid {
        /// Its `nbf`.
        not_before: NumericDate,
        /// The time of the check.
        now: NumericDate,
    },
    /// The token says that it was issued in the future.
    IssuedInFuture {
        /// Its `iat`.
        issued_at: NumericDate,
        /// The time of the check.
        now: NumericDate,
    },
    /// The token is older than the policy allows.
    TooOld {
        /// Its `iat`.
        issued_at: NumericDate,
        /// The greatest age.
        max_age: Duration,
        /// The time of the check.
        now: NumericDate,
    },
    /// The token comes from another issuer.
    IssuerMismatch,
    /// The token is meant for another audience.
    AudienceMismatch,
    /// The token is about another subject.
    SubjectMismatch,
    /// A check of the caller's own says no.
    CustomCheck {
        /// The reason that it gave.
        reason: &'static str,
    },
    /// What the check needs cannot be reached at the moment, such as a key set or a list of
    /// revoked tokens: the token is refused, and may be good.
    Unavailable {
        /// What is missing.
        reason: &'static str,
    },
    /// The claims are sound, but do not fit the type that was asked for.
    Deserialize {
        /// Where in the claims, as in `address.lines[2]`: names that the type lists, indices of arrays, and `*` for other
        /// members. Empty for the whole.
        path: String,
        /// What the type expects there.
        expected: Cow<'static, str>,
    },
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length, limit } => {
                write!(f, "the token has {length} bytes, the limit is {limit}")
            }
            Self::SegmentCount { found } => write!(f, "the token has {found} parts, a compact JWS has three"),
            Self::HeaderTooLong { length, limit } => {
                write!(f, "the header has {length} bytes, the limit is {limit}")
            }
            Self::Base64 { part, .. } => write!(f, "the {part} is not canonical unpadded base64url"),
            Self::Json { part, .. } => write!(f, "the {part} is not one strict JSON object"),
            Self::InvalidJws { member } => write!(f, "the member {member:?} of the JWS is missing or wrong"),
            Self::InvalidHeader { parameter } => {
                write!(f, "the header parameter {parameter:?} has a wrong type or value")
            }
            Self::DuplicateParameter => f.write_str("a parameter stands in both headers"),
            Self::MissingAlgorithm => f.write_str("the header has no \"alg\""),
            Self::Unsecured => f.write_str("the token is unsecured: \"alg\" is \"none\""),
            Self::UnknownAlgorithm => f.write_str("the token's \"alg\" is not known"),
            Self::InvalidCrit => f.write_str("\"crit\" is not a list of extensions that the header has"),
            Self::UnsupportedCrit => f.write_str("\"crit\" names an extension that is not understood"),
            Self::AlgorithmMismatch { expected, found } => {
                write!(f, "the token says {found}, the key is for {expected}")
            }
            Self::UnknownKey => f.write_str("no key is found for the token's \"kid\" and \"alg\""),
            Self::InvalidSignature => f.write_str("the signature does not hold"),
            Self::MissingSigner { index } => {
                write!(
                    f,
                    "no signature holds under key {index} of the required ones; that signer must sign, too"
                )
            }
            Self::InvalidClaim { claim } => write!(f, "the claim {claim:?} has a wrong type or value"),
            Self::Deserialize { path, expected } if path.is_empty() => {
                write!(f, "the claims do not fit the type that was asked for: expected {expected}")
            }
            Self::Deserialize { path, expected } => {
                write!(
                    f,
                    "the claims do not fit the type that was asked for: at `{path}`, expected {expected}"
                )
            }
            Self::TypMismatch => f.write_str("the token's \"typ\" is not the one asked for"),
            Self::MissingClaim { claim } => write!(f, "the claim {claim:?} is missing"),
            Self::Expired { expired_at, now } => write!(f, "the token expired at {expired_at}, it is {now}"),
            Self::NotYetValid { not_before, now } => {
                write!(f, "the token is valid from {not_before}, it is {now}")
            }
            Self::IssuedInFuture { issued_at, now } => {
                write!(f, "the token was issued at {issued_at}, it is {now}")
            }
            Self::TooOld { issued_at, max_age, now } => {
                write!(
                    f,
                    "the token was issued at {issued_at}, may be {} s old, it is {now}",
                    max_age.as_secs()
                )
            }
            Self::IssuerMismatch => f.write_str("the token comes from another issuer"),
            Self::AudienceMismatch => f.write_str("the token is meant for another audience"),
            Self::SubjectMismatch => f.write_str("the token is about another subject"),
            Self::CustomCheck { reason } => write!(f, "the token was rejected: {reason}"),
            Self::Unavailable { reason } => write!(f, "the token could not be checked: {reason}"),
        }
    }
}

impl From<Mismatch> for VerifyError {
    fn from(mismatch: Mismatch) -> Self {
        let (path, expected) = mismatch.into_parts();
        Self::Deserialize { path, expected }
    }
}

impl core::error::Error for VerifyError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Base64 { error, .. } => Some(error),
            Self::Json { error, .. } => Some(error),
            _ => None,
        }
    }
}

/// Ends the reading of a part: JSON that is none, or content that is refused.
pub(crate) enum Stop {
    Json(JsonError),
    Refused(VerifyError),
}

impl Stop {
    pub(crate) fn in_part(self, part: TokenPart) -> VerifyError {
        match self {
            Self::Json(error) => VerifyError::Json { part, error },
            Self::Refused(error) => error,
        }
    }
}

impl From<VerifyError> for Stop {
    fn from(error: VerifyError) -> Self {
        Self::Refused(error)
    }
}

impl From<JsonError> for Stop {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}
