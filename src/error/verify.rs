//! Errors of verifying a token.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::KeyError;
use crate::algorithm::Algorithm;
use crate::base64url;
#[cfg(feature = "jwe")]
use crate::content_encryption::ContentEncryption;
use crate::json::{JsonError, Mismatch};
#[cfg(feature = "jwe")]
use crate::key_management::KeyManagement;
use crate::time::NumericDate;

/// A part of a token (RFC 7515 §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenPart {
    /// The protected header.
    Header,
    /// The payload: the claims of a token.
    Payload,
    /// The whole of a JWS in one of its JSON serializations.
    Whole,
    /// The signature.
    Signature,
    /// The encrypted key of an encrypted token.
    #[cfg(feature = "jwe")]
    EncryptedKey,
    /// The initialization vector of an encrypted token.
    #[cfg(feature = "jwe")]
    InitializationVector,
    /// The ciphertext of an encrypted token.
    #[cfg(feature = "jwe")]
    Ciphertext,
    /// The authentication tag of an encrypted token.
    #[cfg(feature = "jwe")]
    AuthenticationTag,
    /// The additional authenticated data of a JWE in JSON.
    #[cfg(feature = "jwe")]
    AuthenticatedData,
    /// The whole of a JWE in one of its JSON serializations.
    #[cfg(feature = "jwe")]
    WholeJwe,
}

impl fmt::Display for TokenPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Whole => "JWS",
            Self::Signature => "signature",
            #[cfg(feature = "jwe")]
            Self::EncryptedKey => "encrypted key",
            #[cfg(feature = "jwe")]
            Self::InitializationVector => "initialization vector",
            #[cfg(feature = "jwe")]
            Self::Ciphertext => "ciphertext",
            #[cfg(feature = "jwe")]
            Self::AuthenticationTag => "authentication tag",
            #[cfg(feature = "jwe")]
            Self::AuthenticatedData => "additional authenticated data",
            #[cfg(feature = "jwe")]
            Self::WholeJwe => "JWE",
        })
    }
}

/// Why a token is rejected. Log it; send the peer that presented the token a response without details.
///
/// The variants are in the order in which a token is checked, except that a missing claim is reported by the check
/// that requires it.
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
    /// The token does not have three parts between dots, or five if it is encrypted.
    SegmentCount {
        /// How many it has.
        found: usize,
    },
    /// The header is longer than [`DEFAULT_MAX_HEADER_LENGTH`](crate::jws::DEFAULT_MAX_HEADER_LENGTH), or than half of
    /// the limit for tokens if that is more.
    HeaderTooLong {
        /// Its length in bytes, as encoded in the token.
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
    /// A JWS in JSON lacks a member, has one of the wrong type, or mixes members of both forms (RFC 7515 §7.2).
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
    /// `crit` is empty, has a name twice, or names a parameter of RFC 7515 or one that is not in the header (RFC 7515
    /// §4.1.11).
    InvalidCrit,
    /// `crit` names an extension that this crate does not support.
    UnsupportedCrit,
    /// The header has `enc`, which belongs to encrypted tokens (JWE), but the token is not encrypted (RFC 7516 §9).
    UnexpectedEnc,
    /// The header of an encrypted token has no `enc` (RFC 7516 §4.1.2).
    #[cfg(feature = "jwe")]
    MissingEnc,
    /// The `enc` of the token is not a content encryption algorithm that this crate supports.
    #[cfg(feature = "jwe")]
    UnknownEnc,
    /// The content is compressed (`zip`). Compression reveals contents by its length, and a short token can expand to
    /// gigabytes.
    #[cfg(feature = "jwe")]
    Compressed,
    /// The header has no `alg`.
    MissingAlgorithm,
    /// The token has `alg: none`, in any spelling: it has no signature.
    Unsecured,
    /// The token's `alg` is not an [`Algorithm`].
    UnknownAlgorithm {
        /// The token's, cut to 128 characters.
        found: String,
    },
    /// The token's `alg` is not the one that the key is bound to.
    AlgorithmMismatch {
        /// The key's algorithm.
        expected: Algorithm,
        /// The token's.
        found: Algorithm,
    },
    /// No key has the token's `kid`. A custom key source returns it by [`VerifyError::unknown_key`].
    UnknownKey {
        /// The token's, cut to 128 characters. `None` if the token has none.
        key_id: Option<String>,
    },
    /// The key with the token's `kid` was skipped when the key set was read.
    SkippedKey {
        /// Why it was skipped.
        reason: KeyError,
    },
    /// The token has no `kid`, and no key is for its algorithm.
    NoKeyForAlgorithm {
        /// The token's algorithm.
        algorithm: Algorithm,
        /// How many keys were skipped when the key set was read.
        skipped: usize,
    },
    /// The token has no `kid`, and several keys are for its algorithm.
    AmbiguousKey {
        /// The token's algorithm.
        algorithm: Algorithm,
        /// How many keys are for it.
        keys: usize,
    },
    /// The signature is invalid. The error does not say more.
    InvalidSignature,
    /// A JWS in JSON has no valid signature of one of the [`RequiredSigners`](crate::jws::RequiredSigners).
    MissingSigner {
        /// The position of the key in the list.
        index: usize,
    },
    /// The `alg` of an encrypted token is not the one that the key is bound to.
    #[cfg(feature = "jwe")]
    KeyManagementMismatch {
        /// The key's algorithm.
        expected: KeyManagement,
        /// The token's.
        found: KeyManagement,
    },
    /// The key does not allow the `enc` of the token.
    #[cfg(feature = "jwe")]
    EncNotAllowed {
        /// The token's.
        found: ContentEncryption,
    },
    /// A part of an encrypted token is missing, superfluous, or has a wrong type or length.
    #[cfg(feature = "jwe")]
    InvalidJwe {
        /// The name of the part, as in the JSON serializations (RFC 7516 §7.2.1).
        member: &'static str,
    },
    /// The token requires more PBKDF2 iterations than the key allows.
    #[cfg(feature = "jwe")]
    IterationsNotAllowed {
        /// The token's `p2c`.
        found: u32,
        /// The largest number that the key allows.
        max: u32,
    },
    /// The token does not decrypt: it was encrypted for another key, or changed. RFC 7516 §11.5 forbids more detail.
    #[cfg(feature = "jwe")]
    DecryptionFailed,
    /// The content of the encrypted token is not a signed token: `cty` is not `JWT` (RFC 7519 §5.2), or it is not text.
    #[cfg(feature = "jwe")]
    NotNested,
    /// The content of the encrypted token is another token according to `cty: JWT`, but claims are expected.
    #[cfg(feature = "jwe")]
    Nested,
    /// A claim that the header repeats has another value there (RFC 7519 §5.3).
    #[cfg(feature = "jwe")]
    HeaderClaimMismatch,
    /// A registered claim has the wrong type, or a value that RFC 7519 does not allow.
    InvalidClaim {
        /// Its name.
        claim: &'static str,
    },
    /// A registered claim is `null`. [`Validator::null_as_absent`](crate::Validator::null_as_absent) accepts it as absent.
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
    /// The token's `typ` is not one that the policy accepts.
    TypMismatch {
        /// The types that the policy accepts.
        expected: Vec<String>,
        /// The token's, cut to 128 characters.
        found: Option<String>,
    },
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
    /// The token's `iat` is in the future.
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
    IssuerMismatch {
        /// The issuers that the policy accepts.
        expected: Vec<String>,
        /// The token's, cut to 128 characters.
        found: String,
    },
    /// The token is meant for another audience.
    AudienceMismatch {
        /// The audiences that the policy accepts.
        expected: Vec<String>,
        /// The first of the token's, each cut to 128 characters.
        found: Vec<String>,
    },
    /// The token is about another subject. The error contains neither of the two, since a subject is often a person.
    SubjectMismatch,
    /// A custom check rejected the token.
    CustomCheck {
        /// The reason that the check gave.
        reason: &'static str,
    },
    /// Something that the check needs is not available at the moment, such as a key set or a list of revoked tokens.
    /// The token is rejected although it may be valid.
    Unavailable {
        /// What is missing.
        reason: &'static str,
    },
    /// The claims are valid, but do not fit the requested type.
    Deserialize {
        /// Where in the claims, as in `address.lines[2]`: names of fields that the type lists, indices of arrays, and
        /// `*` for other members. Empty for the whole.
        path: Cow<'static, str>,
        /// What the type expects there.
        expected: Cow<'static, str>,
    },
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length, limit } => {
                write!(
                    f,
                    "the token has {length} bytes, the limit is {limit}: raise it with `max_length` if the issuer's \
                     tokens are that long"
                )
            }
            Self::SegmentCount { found } => {
                write!(
                    f,
                    "the token has {found} parts; a signed token (JWS) has 3, an encrypted one (JWE) 5: pass the whole \
                     token and nothing else, such as `Bearer`"
                )
            }
            Self::HeaderTooLong { length, limit } => write!(
                f,
                "the header has {length} bytes, the limit is {limit}: have the issuer leave out certificates, or raise \
                 `max_length` to twice of what it needs"
            ),
            Self::Base64 { part, .. } => write!(
                f,
                "the {part} is not canonical unpadded base64url: pass the token as its issuer wrote it, without `=`, \
                 spaces, quotes or line breaks"
            ),
            Self::Json { part, .. } => write!(
                f,
                "the {part} is not one strict JSON object: its issuer must write one object in UTF-8, each member once"
            ),
            Self::InvalidJws { member } => write!(
                f,
                "the member {member:?} of the JWS is missing or wrong: it has \"payload\" and \"signatures\", or \
                 \"payload\", \"protected\" and \"signature\" (RFC 7515 §7.2)"
            ),
            Self::InvalidHeader { parameter } => write!(
                f,
                "the header parameter {parameter:?} has a wrong type or value: it must be {}",
                shape_of_parameter(parameter)
            ),
            Self::DuplicateParameter => f.write_str(
                "a parameter is in both the protected and the unprotected header: its issuer must write it in one of them",
            ),
            Self::UnexpectedEnc => f.write_str(
                "the header has \"enc\", but the token does not have the 5 parts of an encrypted one: pass the whole \
                 token, or have its issuer leave out \"enc\"",
            ),
            #[cfg(feature = "jwe")]
            Self::MissingEnc => f.write_str("the token has 5 parts, but its header has no \"enc\": its issuer must write it"),
            #[cfg(feature = "jwe")]
            Self::UnknownEnc => f.write_str("the token's \"enc\" is not known: have its issuer use one of RFC 7518 §5, such as \"A256GCM\""),
            #[cfg(feature = "jwe")]
            Self::Compressed => f.write_str("the content is compressed (\"zip\"), which is not supported: have its issuer leave it uncompressed"),
            #[cfg(feature = "jwe")]
            Self::KeyManagementMismatch { expected, found } => {
                write!(
                    f,
                    "the token says {found}, the key is for {expected}: if its issuer documents {found}, make the \
                     key for that; if not, reject the token"
                )
            }
            #[cfg(feature = "jwe")]
            Self::EncNotAllowed { found } => write!(f, "the key is not meant for {found}: allow it for the key, or have the issuer use another \"enc\""),
            #[cfg(feature = "jwe")]
            Self::InvalidJwe { member } => {
                write!(
                    f,
                    "the part {member:?} of the encrypted token is missing, wrong or not allowed: its issuer must \
                     write it as RFC 7516 has it"
                )
            }
            #[cfg(feature = "jwe")]
            Self::IterationsNotAllowed { found, max } => {
                write!(
                    f,
                    "the token asks for {found} iterations of PBKDF2, the key allows {max}: have the issuer ask for \
                     fewer, or allow more if it is trusted"
                )
            }
            #[cfg(feature = "jwe")]
            Self::DecryptionFailed => f.write_str("the token does not decrypt: it was made for another key, or was changed; compare the key with the issuer's"),
            #[cfg(feature = "jwe")]
            Self::NotNested => {
                f.write_str(
                    "the content is not a signed token, announced by \"cty\": \"JWT\": have the issuer sign the \
                     claims, then encrypt the signed token",
                )
            }
            #[cfg(feature = "jwe")]
            Self::Nested => {
                f.write_str("the content is a token by its \"cty\"; decrypt and verify it as a nested token")
            }
            #[cfg(feature = "jwe")]
            Self::HeaderClaimMismatch => f.write_str(
                "a claim has another value in the header: its issuer must write the same in both, or leave it out of \
                 the header (RFC 7519 §5.3)",
            ),
            Self::MissingAlgorithm => {
                f.write_str("the header has no \"alg\": its issuer must name the algorithm of the key there")
            }
            Self::Unsecured => f.write_str(
                "the token is unsecured: \"alg\" is \"none\", which no setting accepts; have its issuer sign it",
            ),
            Self::UnknownAlgorithm { found } => write!(
                f,
                "the token's \"alg\" is {found:?}, which is not supported: expected a name such as \"RS256\", in the \
                 spelling of RFC 7518"
            ),
            Self::InvalidCrit => f.write_str(
                "\"crit\" is not a list of extensions that the header has: its issuer must list names of other \
                 parameters, each once, or leave it out",
            ),
            Self::UnsupportedCrit => f.write_str(
                "\"crit\" names an extension that is not understood: have its issuer leave it out, or for \"b64\" use \
                 `allow_unencoded_payload`",
            ),
            Self::AlgorithmMismatch { expected, found } => write!(
                f,
                "the token says {found}, the key is for {expected}: if its issuer documents {found}, make the key for \
                 that; if not, reject the token"
            ),
            Self::UnknownKey { key_id: Some(key_id) } => write!(
                f,
                "no key has the token's \"kid\" {key_id:?}: are these the keys of the token's issuer, and up to date?",
            ),
            Self::UnknownKey { key_id: None } => f.write_str(
                "the token has no \"kid\", and not exactly one key is for its algorithm: have its issuer write a \"kid\"",
            ),
            Self::SkippedKey { reason } => {
                write!(f, "the key with the token's \"kid\" was skipped when the key set was read: {reason}")
            }
            Self::NoKeyForAlgorithm { algorithm, skipped: 0 } => {
                write!(
                    f,
                    "the token has no \"kid\", and no key is for {algorithm}: are these the keys of its issuer?"
                )
            }
            Self::NoKeyForAlgorithm { algorithm, skipped } => write!(
                f,
                "the token has no \"kid\", and no key is for {algorithm}; {skipped} of the key set were skipped, \
                 `JwkSet::skipped` has the reasons"
            ),
            Self::AmbiguousKey { algorithm, keys } => write!(
                f,
                "the token has no \"kid\", and {keys} keys are for {algorithm}: have the issuer write a \"kid\", or pass \
                 the one key instead of the set"
            ),
            Self::InvalidSignature => f.write_str(
                "the signature is invalid: it was made with another key, or the token was changed; compare the key with \
                 its issuer's",
            ),
            Self::MissingSigner { index } => {
                write!(
                    f,
                    "there is no valid signature by key {index} of the required ones; that signer must sign, too"
                )
            }
            Self::InvalidClaim { claim } => {
                write!(f, "the claim {claim:?} has a wrong type or value: it must be {}", shape_of_claim(claim))?;
                match *claim {
                    "iss" | "sub" | "jti" => {
                        f.write_str("; `Validator::integer_as_string` accepts an integer as well")
                    }
                    _ => Ok(()),
                }
            }
            Self::Deserialize { path, expected } if path.is_empty() => {
                write!(f, "the claims do not fit the type that was asked for: expected {expected}; change the type, or have the issuer change the claims")
            }
            Self::Deserialize { path, expected } => {
                write!(
                    f,
                    "the claims do not fit the type that was asked for: at `{path}`, expected {expected}; change the \
                     type, or have the issuer change the claim"
                )
            }
            Self::NullClaim { claim } => write!(
                f,
                "the claim {claim:?} is null; its issuer should leave it out (with serde: \
                 `skip_serializing_if = \"Option::is_none\"`), or accept it with `Validator::null_as_absent`"
            ),
            Self::DateOutOfRange { claim, value } => {
                write!(f, "the claim {claim:?} is {value}, which is not a date in the years 0000 to 9999")?;
                if is_in_milliseconds(value) { f.write_str("; is it in milliseconds?") } else { Ok(()) }
            }
            Self::TypMismatch { expected, found } => {
                f.write_str("the token's \"typ\" is ")?;
                match found {
                    Some(found) => write!(f, "{found:?}")?,
                    None => f.write_str("missing")?,
                }
                f.write_str(", expected ")?;
                one_of(f, expected)?;
                f.write_str("; `Validator::typ` sets what is accepted")
            }
            Self::MissingClaim { claim } => {
                write!(f, "the claim {claim:?} is missing: have its issuer write it, or ")?;
                f.write_str(match claim.as_ref() {
                    "exp" => "set another `Validator::expiry`",
                    "iss" => "write out `Issuer::unchecked`",
                    "aud" => "write out `Audience::unchecked`",
                    _ => "do not require it",
                })
            }
            Self::Expired { expired_at, now } => write!(
                f,
                "the token expired at {expired_at}, it is {now}: get a new one, or set `Validator::leeway` if the clocks \
                 differ"
            ),
            Self::NotYetValid { not_before, now } => write!(
                f,
                "the token is valid from {not_before}, it is {now}: wait, or set `Validator::leeway` if the clocks differ"
            ),
            Self::IssuedInFuture { issued_at, now } => write!(
                f,
                "the token was issued at {issued_at}, it is {now}: set the clocks, or `Validator::leeway` for their \
                 difference"
            ),
            Self::TooOld { issued_at, max_age, now } => {
                write!(
                    f,
                    "the token was issued at {issued_at}, may be {} s old, it is {now}: get a new one, or raise \
                     `Validator::max_age`",
                    max_age.as_secs()
                )
            }
            Self::IssuerMismatch { expected, found } => {
                write!(f, "the token's \"iss\" is {found:?}, expected ")?;
                one_of(f, expected)?;
                f.write_str(": they must be equal in every character, including a final slash")
            }
            Self::AudienceMismatch { expected, found } => {
                f.write_str("the token's \"aud\" is ")?;
                one_of(f, found)?;
                f.write_str(", expected ")?;
                one_of(f, expected)?;
                f.write_str(": the token is for another service, or `Audience::any_of` has to name this one")
            }
            Self::SubjectMismatch => {
                f.write_str("the token is about another subject than the one of `Validator::subject`")
            }
            Self::CustomCheck { reason } => write!(f, "the token was rejected: {reason}"),
            Self::Unavailable { reason } => write!(f, "the token could not be checked: {reason}; try again"),
        }
    }
}

/// Describes what a header parameter must be.
fn shape_of_parameter(parameter: &str) -> &'static str {
    match parameter {
        "jwk" => "a public JSON Web Key",
        "x5c" => "an array of at least one certificate in base64 of DER",
        "x5t" => "unpadded base64url of a SHA-1 digest of 20 bytes",
        "x5t#S256" => "unpadded base64url of a SHA-256 digest of 32 bytes",
        "b64" => "protected, in \"crit\" where it is false, and the same for all signatures",
        "alg" | "typ" | "kid" | "cty" | "jku" | "x5u" => "a string",
        _ => "of the type that its specification says",
    }
}

/// Describes what a registered claim must be.
pub(super) fn shape_of_claim(claim: &str) -> &'static str {
    match claim {
        "exp" | "nbf" | "iat" => "a number, of seconds since 1970",
        "aud" => "a string, or an array of at least one",
        _ => "a string",
    }
}

/// Cuts and escapes text from a token, for an error that an operator reads.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 128;

    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => [text.get(..end).expect("a character begins there"), "…"].concat(),
        None => text.into(),
    }
}

/// Returns the first of several values, as many as help an operator.
pub(crate) fn shown_all<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> Vec<String> {
    const MOST: usize = 8;

    values.into_iter().take(MOST).map(|value| shown(value.as_ref())).collect()
}

fn one_of(f: &mut fmt::Formatter<'_>, values: &[String]) -> fmt::Result {
    let [first, rest @ ..] = values else { return f.write_str("none") };
    write!(f, "{first:?}")?;
    rest.iter().try_for_each(|value| write!(f, " or {value:?}"))
}

/// Returns whether a number that is not a date in seconds is one in milliseconds.
pub(super) fn is_in_milliseconds(value: &str) -> bool {
    value.parse::<f64>().is_ok_and(|value| {
        let seconds = value / 1000.0;
        seconds > 0.0 && seconds <= NumericDate::MAX.as_secs() as f64
    })
}

impl VerifyError {
    /// Returns [`VerifyError::UnknownKey`] for a token's `kid`. Use it in a custom [`KeySource`](crate::KeySource).
    ///
    /// ```
    /// use jotwell::VerifyError;
    ///
    /// let error = VerifyError::unknown_key(Some("2026-11"));
    /// assert!(error.to_string().contains("\"2026-11\""));
    /// ```
    #[must_use]
    pub fn unknown_key(key_id: Option<&str>) -> Self {
        Self::UnknownKey { key_id: key_id.map(shown) }
    }

    /// Returns whether no key was found for the token. A newer key set of the issuer may have it.
    #[must_use]
    pub const fn is_key_not_found(&self) -> bool {
        matches!(
            self,
            Self::UnknownKey { .. }
                | Self::SkippedKey { .. }
                | Self::NoKeyForAlgorithm { .. }
                | Self::AmbiguousKey { .. }
        )
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

/// Why the reading of a part stops: it is not JSON, or its content is rejected.
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
