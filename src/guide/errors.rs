//! Errors, and what to do about each.
//!
//! Three types say who has to act:
//!
//! | Type | Reported when | Who acts |
//! |---|---|---|
//! | [`VerifyError`] | a token is verified or read | the sender of the token; sometimes the operator |
//! | [`KeyError`] | a key is created or read | the operator who has the key |
//! | [`SignError`] | a token is issued | the developer of the issuer |
//!
//! The text of every error names the remedy. No error contains a secret, a subject, a custom claim or a part of a token, so you can log
//! all of them. Do not send them to clients.
//!
//! ```
//! use jotwell::{Claims, Validator, VerifyError, VerifyingKey};
//!
//! /// The status of an HTTP response.
//! fn status(validator: &Validator<VerifyingKey>, token: &str) -> u16 {
//!     match validator.verify::<Claims>(token) {
//!         Ok(_) => 200,
//!         Err(VerifyError::Unavailable { reason }) => {
//!             eprintln!("cannot decide: {reason}");
//!             503
//!         }
//!         Err(error) => {
//!             eprintln!("token rejected: {error}");
//!             401 // `WWW-Authenticate: Bearer error="invalid_token"`, without the reason
//!         }
//!     }
//! }
//! ```
//!
//! For a token that you can reproduce, [`Validator::explain`] or `jotwell verify --explain` on the command line shows every check with
//! what was expected and found.
//!
//! All enums are `#[non_exhaustive]`: end a `match` with `_`.
//!
//! # `VerifyError`
//!
//! The form of the token:
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`TooLong`](VerifyError::TooLong) | the token has more than 16 KiB | [`Validator::max_length`], if your issuer's tokens are that long |
//! | [`SegmentCount`](VerifyError::SegmentCount) | it does not have 3 parts: it was cut, is an opaque token, or `Bearer` is part of the text; 5 parts are an encrypted token | pass the whole token and nothing else |
//! | [`HeaderTooLong`](VerifyError::HeaderTooLong) | the header has more than 8 KiB, usually by certificates in `x5c` | have the issuer leave them out, or raise `max_length` to twice the header |
//! | [`Base64`](VerifyError::Base64) | padding, white space, quotes, `+` or `/` in the token | pass the token unchanged |
//! | [`Json`](VerifyError::Json) | header or claims are not one JSON object, a member appears twice, or the nesting is deeper than 32 | fix the issuer |
//! | [`InvalidJws`](VerifyError::InvalidJws) | a JWS in JSON lacks a member, or a detached payload was not given | see [JWS beyond tokens](super::jws_documents) |
//!
//! The header:
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`InvalidHeader`](VerifyError::InvalidHeader) | a header parameter has the wrong type | fix the issuer |
//! | [`DuplicateParameter`](VerifyError::DuplicateParameter) | a parameter is in the protected and the unprotected header | fix the issuer |
//! | [`InvalidCrit`](VerifyError::InvalidCrit) | `crit` is empty, or lists something that it must not | fix the issuer |
//! | [`UnsupportedCrit`](VerifyError::UnsupportedCrit) | `crit` names an extension that this crate does not know | have the issuer leave it out; for `b64` call [`allow_unencoded_payload`](jws::Verifier::allow_unencoded_payload) |
//! | [`UnexpectedEnc`](VerifyError::UnexpectedEnc) | a header of an encrypted token, in a token with 3 parts | pass the whole token |
//! | [`MissingAlgorithm`](VerifyError::MissingAlgorithm) | no `alg` | fix the issuer |
//! | [`Unsecured`](VerifyError::Unsecured) | `alg` is `none` | have the issuer sign; no setting accepts it |
//! | [`UnknownAlgorithm`](VerifyError::UnknownAlgorithm) | `alg` is not one of [`Algorithm::ALL`], or is spelled `rs256` | fix the issuer |
//!
//! The key and the signature:
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`AlgorithmMismatch`](VerifyError::AlgorithmMismatch) | the token says another `alg` than the key is for: a wrong setting, or an attack | if your issuer documents that `alg`, create the key for it; else reject |
//! | [`UnknownKey`](VerifyError::UnknownKey) | no key has the token's `kid` | fetch the key set again; check that it is this issuer's |
//! | [`SkippedKey`](VerifyError::SkippedKey) | the key is in the set and cannot be used | see its reason, a [`KeyError`]; often the algorithm is not on your list |
//! | [`NoKeyForAlgorithm`](VerifyError::NoKeyForAlgorithm) | no `kid`, and no key for this `alg` | check the list of algorithms and [`JwkSet::skipped`] |
//! | [`AmbiguousKey`](VerifyError::AmbiguousKey) | no `kid`, and several keys for this `alg` | have the issuer write a `kid`, or pass one key |
//! | [`InvalidSignature`](VerifyError::InvalidSignature) | another key, or a changed token | compare the keys; for HMAC check whether the secret is base64 |
//! | [`MissingSigner`](VerifyError::MissingSigner) | one of [`RequiredSigners`](jws::RequiredSigners) has not signed | have it sign |
//!
//! The claims:
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`InvalidClaim`](VerifyError::InvalidClaim) | a registered claim has the wrong type, such as `exp` as a string or `sub` as a number | fix the issuer; [`Validator::integer_as_string`] accepts numbers as `iss`, `sub`, `jti` |
//! | [`NullClaim`](VerifyError::NullClaim) | a registered claim is `null` | have the issuer leave it out; [`Validator::null_as_absent`] accepts it |
//! | [`DateOutOfRange`](VerifyError::DateOutOfRange) | a date after the year 9999, usually milliseconds | have the issuer write seconds |
//! | [`TypMismatch`](VerifyError::TypMismatch) | `typ` is not the expected one: an ID token as an access token, or `at+jwt` by default | [`Validator::typ`] |
//! | [`MissingClaim`](VerifyError::MissingClaim) | a required claim is absent | fix the issuer; for `exp` see [`Expiry`], for `iss` and `aud` see `unchecked` |
//! | [`Expired`](VerifyError::Expired) | `exp` is in the past | get a new token; set [`Validator::leeway`] if clocks differ |
//! | [`NotYetValid`](VerifyError::NotYetValid) | `nbf` is more than 10 seconds in the future | wait, or synchronize the clocks |
//! | [`IssuedInFuture`](VerifyError::IssuedInFuture) | `iat` is more than 10 seconds in the future | synchronize the clocks |
//! | [`TooOld`](VerifyError::TooOld) | older than [`Validator::max_age`] | get a new token |
//! | [`IssuerMismatch`](VerifyError::IssuerMismatch) | `iss` differs, often by a slash at the end | copy `iss` from a token of the right issuer |
//! | [`AudienceMismatch`](VerifyError::AudienceMismatch) | the token is for another service | request a token for your audience |
//! | [`SubjectMismatch`](VerifyError::SubjectMismatch) | `sub` is not that of [`Validator::subject`] | get a token of this subject |
//! | [`CustomCheck`](VerifyError::CustomCheck) | a [custom check](Validator::check) rejects the token | see its reason |
//! | [`Unavailable`](VerifyError::Unavailable) | a check could not be made, such as when a database is down | answer 503, and let the client retry |
//! | [`Deserialize`](VerifyError::Deserialize) | the claims do not fit your type; the error names the place | change the type, such as to `Option`, or the issuer |
//!
//! With the feature `jwe` there are more variants: see [Encrypted tokens][encrypted].
//!
//! # `KeyError`
//!
//! Text and format:
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`InvalidPem`](KeyError::InvalidPem) | the text is not one PEM block: empty, a file name, base64 of PEM, a lost line break; the [`PemError`](error::PemError) says which | as its text says; in environment variables write `\n` for line breaks |
//! | [`WrongPemLabel`](KeyError::WrongPemLabel) | the `BEGIN` line names another format than the content | convert it with `openssl pkey` |
//! | [`InvalidDer`](KeyError::InvalidDer) | the bytes are damaged | copy the key again |
//! | [`DerLength`](KeyError::DerLength) | a piece is missing, or follows | copy the whole key |
//! | [`UnexpectedFormat`](KeyError::UnexpectedFormat) | PEM given to `from_der`, a JWK Set to `Jwk::from_json`, and so on | call the function that the error names |
//! | [`UnsupportedFormat`](KeyError::UnsupportedFormat) | OpenSSH, PuTTY, PKCS#12, PGP and others | convert it with the command in the error |
//! | [`MultipleKeys`](KeyError::MultipleKeys) | two keys in one text | pass one |
//! | [`Json`](KeyError::Json) | the JWK or the set is not strict JSON | copy it again |
//! | [`MissingMember`](KeyError::MissingMember) | a JWK lacks a member, such as `kty` | copy the whole JWK |
//! | [`InvalidMember`](KeyError::InvalidMember) | a member has the wrong type, length or encoding; the error says what it must be | fix the publisher |
//! | [`CertificateMismatch`](KeyError::CertificateMismatch) | `x5c` has another key than the JWK | fix the publisher |
//!
//! Passphrases (feature `encrypted-pem`):
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`NotEncrypted`](KeyError::NotEncrypted) | a plain key with a passphrase | call `from_pem` |
//! | [`WrongPassphrase`](KeyError::WrongPassphrase) | the passphrase is wrong, or the key is damaged | check for a line end in the passphrase |
//! | [`UnsupportedEncryption`](KeyError::UnsupportedEncryption) | not PBES2 with SHA-2 or scrypt and AES-CBC | `openssl pkcs8 -topk8 -in KEY -out NEW` |
//! | [`EncryptionCost`](KeyError::EncryptionCost) | more iterations than allowed | encrypt it again with fewer |
//!
//! Purpose:
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`WrongKeyType`](KeyError::WrongKeyType) | for example an RSA key for `ES256` | name the algorithm that fits; the error lists them |
//! | [`UnsupportedKeyType`](KeyError::UnsupportedKeyType) | Ed448, DSA and others | create another key |
//! | [`NotPrivate`](KeyError::NotPrivate) | a public key where a private one is needed | pass the private key |
//! | [`NotPublic`](KeyError::NotPublic) | a private or secret key where a public one is needed | pass the public key: `openssl pkey -pubout` |
//! | [`UseNotAllowed`](KeyError::UseNotAllowed) | `alg`, `use` or `key_ops` of the JWK says otherwise | use the key for what it says |
//! | [`PssParameters`](KeyError::PssParameters) | an RSA-PSS key with other parameters | take the algorithm with the key's hash |
//!
//! Secrets:
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`EmptySecret`](KeyError::EmptySecret) | the variable is empty | set it |
//! | [`ShortSecret`](KeyError::ShortSecret) | fewer bytes than the hash (RFC 7518 §3.2) | `openssl rand -base64 32`, with `hmac_base64` |
//! | [`SecretEncoding`](KeyError::SecretEncoding) | not base64 or base64url | call the method for the other alphabet, or `hmac` |
//! | [`SecretLooksLikeKey`](KeyError::SecretLooksLikeKey) | a public or private key as HMAC secret | use the key with its own algorithm |
//!
//! Key sets and lists:
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`DuplicateKeyId`](KeyError::DuplicateKeyId) | different keys with one `kid` and algorithm | give each key another `kid` |
//! | [`DuplicateKey`](KeyError::DuplicateKey) | a signer is listed twice | list it once |
//! | [`NoKey`](KeyError::NoKey) | an empty list | pass a key |
//! | [`TooManyKeys`](KeyError::TooManyKeys) | more keys than your limit | raise the limit if all are needed |
//! | [`NotSecret`](KeyError::NotSecret) | a public key in an [`HmacKeySet`] | use a [`JwkSet`] |
//! | [`MissingKeyId`](KeyError::MissingKeyId) | a key of an [`HmacKeySet`] has no `kid` | [`VerifyingKey::with_key_id`] |
//!
//! Numbers:
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`RsaModulusSize`](KeyError::RsaModulusSize) | not 2048 to 4096 bits | create another key |
//! | [`RsaExponent`](KeyError::RsaExponent) | not an odd number from 65537 to 2³³ | create another key with 65537 |
//! | [`InvalidRsaKey`](KeyError::InvalidRsaKey) | the numbers do not belong together | copy the key again |
//! | [`UnequalRsaPrimes`](KeyError::UnequalRsaPrimes) | primes of different length | create another key |
//! | [`InvalidPoint`](KeyError::InvalidPoint) | the public key is not on its curve | copy the key again |
//! | [`InvalidScalar`](KeyError::InvalidScalar) | the private key is out of range | copy the key again |
//! | [`PublicKeyMismatch`](KeyError::PublicKeyMismatch) | public and private half are of two keys | take both from one file |
//!
//! Build and machine:
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`Disabled`](KeyError::Disabled) | the feature of the algorithm is off | enable it |
//! | [`BackendDisabled`](KeyError::BackendDisabled) | the feature of the backend is off | enable it |
//! | [`UnsupportedProcessor`](KeyError::UnsupportedProcessor) | the backend has no code for this processor | use the default backend |
//! | [`UnsupportedByBackend`](KeyError::UnsupportedByBackend) | the backend does not have the algorithm | use the default backend |
//! | [`RejectedByBackend`](KeyError::RejectedByBackend) | the backend does not take such a key | use the default backend |
//! | [`Randomness`](KeyError::Randomness) | the system's random number generator failed | make `/dev/urandom` available |
//!
//! # `SignError`
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`Serialize`](SignError::Serialize) | your type does not serialize, such as a map whose keys are no strings | fix the type |
//! | [`Claims`](SignError::Claims) | your claims are not a JSON object | sign a struct or a map; [`NoClaims`] for none |
//! | [`DuplicateMember`](SignError::DuplicateMember) | a claim is set on [`Claims`] and in your type | set it once |
//! | [`NullClaim`](SignError::NullClaim) | a registered claim is `None` in your type | `#[serde(skip_serializing_if = "Option::is_none")]` |
//! | [`DateOutOfRange`](SignError::DateOutOfRange) | milliseconds, or a date after the year 9999 | pass seconds |
//! | [`InvalidClaim`](SignError::InvalidClaim) | a registered claim in your type has the wrong type | as the error says |
//! | [`AlgorithmMismatch`](SignError::AlgorithmMismatch) | the header is for another algorithm than the key | [`Header::for_key`] |
//! | [`InvalidHeader`](SignError::InvalidHeader) | a parameter is set twice or is malformed, or `crit` is set | as the error says |
//! | [`SignatureLength`](SignError::SignatureLength) | a signature from elsewhere has the wrong length | for DER call [`with_der_signature`](UnsignedToken::with_der_signature) |
//! | [`SignatureDer`](SignError::SignatureDer) | it is not DER | call [`with_signature`](UnsignedToken::with_signature) |
//! | [`DetachedPayload`](SignError::DetachedPayload) | a JWS in JSON without its payload | [`with_detached_payload`](jws::JsonJws::with_detached_payload) |
//! | [`InvalidPayload`](SignError::InvalidPayload) | its payload is not base64url | parse the JWS again |
//! | [`TooManySignatures`](SignError::TooManySignatures) | more than 16 signatures | make a second JWS |
//! | [`Randomness`](SignError::Randomness) | the system's random number generator failed, which RSA needs | make `/dev/urandom` available |
//! | [`Backend`](SignError::Backend) | the backend failed | check the RSA key with `openssl pkey -check` |
#![cfg_attr(feature = "jwe", doc = "\n\n[encrypted]: crate::guide::encrypted_tokens#errors")]
#![cfg_attr(
    not(feature = "jwe"),
    doc = "\n\n[encrypted]: https://docs.rs/jotwell/latest/jotwell/guide/encrypted_tokens/#errors"
)]

use crate::*;
