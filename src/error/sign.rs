//! Errors of issuing a token.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use super::verify::{is_in_milliseconds, shape_of_claim};
use crate::algorithm::Algorithm;
use crate::backend::Backend;
use crate::json::JsonError;

/// Why a token cannot be issued. The cause is its claims, its header or the key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignError {
    /// The claims do not serialize: their `Serialize` implementation fails, or they contain something that JSON does
    /// not support, such as a map whose keys are not strings.
    Serialize,
    /// The claims do not serialize to one strict JSON object, so every strict verifier would reject the token.
    Claims(JsonError),
    /// The claims have two members of that name: two custom ones (for example through serde's `flatten`), or a custom
    /// one and a registered one that was set on [`Claims`](crate::Claims).
    DuplicateMember {
        /// The name.
        name: String,
    },
    /// A registered claim is `null`. Leave it out instead, with serde's `skip_serializing_if = "Option::is_none"`.
    NullClaim {
        /// Its name.
        claim: &'static str,
    },
    /// A date is outside the years 0000 to 9999.
    DateOutOfRange {
        /// The name of the claim.
        claim: &'static str,
        /// The number, cut to 128 characters.
        value: String,
    },
    /// A registered claim in your claims type has a value that verifiers would reject.
    InvalidClaim {
        /// Its name.
        claim: &'static str,
    },
    /// The header names another algorithm than the key's.
    AlgorithmMismatch {
        /// The key's algorithm.
        key: Algorithm,
        /// The header's.
        header: Algorithm,
    },
    /// A verifier would not understand the header: it has a critical extension, or a parameter that repeats one of RFC
    /// 7515 §4.1.
    InvalidHeader {
        /// The parameter's name.
        parameter: Cow<'static, str>,
    },
    /// A signature that was made elsewhere has a length that no signature of this algorithm has.
    SignatureLength {
        /// The algorithm.
        algorithm: Algorithm,
        /// The length of the signature in bytes.
        found: usize,
    },
    /// A signature that was made elsewhere is not a DER `ECDSA-Sig-Value` for the curve of this algorithm.
    SignatureDer {
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// The payload is detached from the JWS and was not provided.
    DetachedPayload,
    /// The payload of a JWS in JSON is not base64url, although its signatures say that it is encoded.
    InvalidPayload,
    /// The JWS in JSON already has as many signatures as verifiers accept.
    TooManySignatures {
        /// The largest number of signatures.
        limit: usize,
    },
    /// The system's random number generator failed. RSA signatures need it.
    Randomness,
    /// The backend could not sign and gave no reason: it ran out of memory, or it detected that the signature is wrong
    /// because the RSA numbers are not a valid key. With the default backend this happens only for RSA keys.
    Backend {
        /// The backend.
        backend: Backend,
    },
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serialize => f.write_str(
                "the claims do not serialize to JSON: keys of maps must be strings, and your `Serialize` must not fail",
            ),
            Self::Claims(_) => f.write_str(
                "the claims are not one strict JSON object: sign a struct or a map, not a list or a single value",
            ),
            Self::DuplicateMember { name } => write!(
                f,
                "the claims have the member {name:?} twice; set it on `Claims` or in the custom claims, not in both"
            ),
            Self::NullClaim { claim } => write!(
                f,
                "the claim {claim:?} is null; leave it out (with serde: `skip_serializing_if = \"Option::is_none\"`)"
            ),
            Self::DateOutOfRange { claim, value } => {
                write!(f, "the claim {claim:?} is {value}, which is not a date in the years 0000 to 9999")?;
                f.write_str(match is_in_milliseconds(value) {
                    true => "; is it in milliseconds?",
                    false => "; give seconds since 1970",
                })
            }
            Self::InvalidClaim { claim } => write!(
                f,
                "the claim {claim:?} has a value that verifiers would reject: it must be {}",
                shape_of_claim(claim)
            ),
            Self::AlgorithmMismatch { key, header } => {
                write!(f, "the header says {header}, the key is for {key}: make the header with `Header::for_key`")
            }
            Self::InvalidHeader { parameter } => write!(
                f,
                "the header parameter {parameter:?} would not be understood: write it once and well-formed, and leave \
                 `crit` and `b64` to the methods that need them"
            ),
            Self::SignatureLength { algorithm, found } => write!(
                f,
                "no signature of {algorithm} has {found} bytes: pass the raw bytes, of ECDSA `r ‖ s`, or use \
                 `with_der_signature` for DER"
            ),
            Self::SignatureDer { algorithm } => write!(
                f,
                "the signature is not a DER ECDSA-Sig-Value for {algorithm}: use `with_signature` for raw bytes"
            ),
            Self::DetachedPayload => {
                f.write_str("the payload is detached; give it with `JsonJws::with_detached_payload`")
            }
            Self::InvalidPayload => f.write_str(
                "the payload of the JWS is not base64url, although its signatures say so: parse the JWS again as it came",
            ),
            Self::TooManySignatures { limit } => {
                write!(f, "a JWS has at most {limit} signatures: make another one for the rest")
            }
            Self::Randomness => {
                f.write_str("the system's random number generator failed: is `/dev/urandom`, or the host's source, available?")
            }
            Self::Backend { backend } => write!(
                f,
                "the backend {backend} could not sign: check an RSA key with `openssl pkey -in KEY -check`, and the \
                 memory that is left"
            ),
        }
    }
}

impl core::error::Error for SignError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Claims(error) => Some(error),
            _ => None,
        }
    }
}

impl From<JsonError> for SignError {
    fn from(error: JsonError) -> Self {
        Self::Claims(error)
    }
}
