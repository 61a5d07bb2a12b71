//! What is rejected, and why.
//!
//! This library accepts what the RFCs describe and nothing else. Each rule has a named error, so you can see which one applied. Few of
//! the rules can be changed; the last column says how.
//!
//! # Attacks
//!
//! | Rejected | Error | Why | Setting |
//! |---|---|---|---|
//! | `alg: none`, in any spelling | [`VerifyError::Unsecured`] | an unsigned token proves nothing | none |
//! | an RS256 key used to verify HS256 | [`VerifyError::AlgorithmMismatch`] | anyone knows the public key, so anyone could sign with it as an HMAC secret (RFC 8725 §2.1); a key is bound to one algorithm | none |
//! | a public key, as PEM, DER, base64 or JWK, as HMAC secret | [`KeyError::SecretLooksLikeKey`] | the same attack, from the other side | none |
//! | a token that was signed with another key, under the `kid` of yours | [`VerifyError::InvalidSignature`] | `kid` only chooses among your keys | none |
//! | keys in the header: `jwk`, `jku`, `x5u`, `x5c` | never used and never fetched | a token that brings its own key proves nothing (RFC 8725 §2.10) | none; a [custom key source](super::jwk_sets#your-own-key-source) sees the header |
//! | a secret shorter than the hash | [`KeyError::ShortSecret`] | it can be found by trying, from one token (RFC 7518 §3.2) | [`SigningKey::hmac_dangerously_short`] |
//! | RSA keys below 2048 bits or with a small exponent, points that are not on the curve | [`KeyError`] | weak or invalid keys reveal secrets or accept forgeries | none |
//!
//! # Missing checks
//!
//! | Rejected | Error | Why | Setting |
//! |---|---|---|---|
//! | code that forgets audience or issuer | does not compile | a token for another service would be accepted (RFC 8725 §3.9) | [`Audience::unchecked`], [`Issuer::unchecked`] |
//! | a token without `exp` | [`VerifyError::MissingClaim`] | it would be valid forever | [`Expiry::IfPresent`] |
//! | `nbf` or `iat` more than 10 seconds in the future | [`VerifyError::NotYetValid`], [`VerifyError::IssuedInFuture`] | clocks or tokens are wrong | [`Validator::leeway`], up to 10 minutes |
//! | `typ` other than `JWT` | [`VerifyError::TypMismatch`] | the token was issued for another purpose (RFC 8725 §3.11) | [`Validator::typ`] |
//! | an empty `aud` | [`VerifyError::InvalidClaim`] | a token for no one is a mistake of its issuer | none |
//! | an extension in `crit` that is not known | [`VerifyError::UnsupportedCrit`] | its issuer says that it must be understood (RFC 7515 §4.1.11) | `b64`: [`allow_unencoded_payload`](jws::Verifier::allow_unencoded_payload) |
//!
//! # Two readings of one token
//!
//! | Rejected | Error | Why | Setting |
//! |---|---|---|---|
//! | a member that appears twice, at any depth, also if one is written with escapes | [`VerifyError::Json`] | two libraries would see two values | none |
//! | base64url with padding, white space, `+`, `/`, or bits that mean nothing | [`VerifyError::Base64`] | a token has one spelling | none |
//! | `exp` as a string, `aud` with numbers, `sub` as a number | [`VerifyError::InvalidClaim`] | others may read another value, also where a claim is optional | [`Validator::integer_as_string`] for `iss`, `sub`, `jti` |
//! | a registered claim that is `null` | [`VerifyError::NullClaim`] | RFC 7519 has no `null` there | [`Validator::null_as_absent`] |
//! | dates after the year 9999 | [`VerifyError::DateOutOfRange`] | usually milliseconds, which would make a token valid for 50,000 years | none |
//!
//! # Work that a stranger could cause
//!
//! | Limit | Default | Error | Setting |
//! |---|---|---|---|
//! | length of a token | 16 KiB | [`VerifyError::TooLong`] | [`Validator::max_length`] |
//! | length of a header | 8 KiB, or half of `max_length` if that is more | [`VerifyError::HeaderTooLong`] | [`Validator::max_length`] |
//! | values in a header | 64 ([`MAX_HEADER_VALUES`]) | [`VerifyError::Json`] | none |
//! | depth of JSON | 32 ([`MAX_DEPTH`]) | [`VerifyError::Json`] | none |
//! | signatures of a JWS in JSON | 16 ([`jws::MAX_SIGNATURES`]) | [`VerifyError::InvalidJws`] | none |
//! | iterations of an encrypted PEM | 5,000,000 | [`KeyError::EncryptionCost`] | none |
//!
//! # When the data cannot change
//!
//! Some issuers write tokens that break a rule with a setting. Set it for the validator of that issuer only:
//!
//! ```
//! use jotwell::{Audience, Expiry, Issuer, Typ, Validator, VerifyingKey};
//!
//! # fn example(key: VerifyingKey) {
//! let legacy = Validator::new(key, Issuer::is("https://old.example"), Audience::is("orders-api"))
//!     .null_as_absent()
//!     .integer_as_string()
//!     .typ(Typ::unchecked())
//!     .expiry(Expiry::IfPresent);
//! # }
//! ```
//!
//! `docs/REAL_WORLD.md` in the repository lists tokens and keys of real systems with the test that shows what happens to each.

use crate::*;
