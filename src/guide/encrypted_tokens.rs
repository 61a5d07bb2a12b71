//! Encrypted tokens: when, when not, and with which algorithm.
//!
//! A signed token (JWS) says who issued it, and anyone who holds it can read it. An encrypted token (JWE, RFC 7516) can be read by
//! its recipient alone. Encrypted tokens need the feature `jwe`, and their types are in [`jwe`].
//!
//! ```
//! use std::time::Duration;
//! use jotwell::jwe::{ContentEncryption, KeyManagement, SharedKey};
//! use jotwell::{Audience, Claims, Issuer, NoClaims, Validator};
//!
//! let key = SharedKey::generate(KeyManagement::Dir, &[ContentEncryption::A256GCM])?;
//! let token = Claims::new(NoClaims)
//!     .issuer("https://app.example")
//!     .audience("https://app.example")
//!     .expires_in(Duration::from_secs(3600))
//!     .encrypt(&key)?;
//!
//! let validator =
//!     Validator::for_encrypted(key, Issuer::is("https://app.example"), Audience::is("https://app.example"));
//! let claims = validator.verify_encrypted::<Claims>(&token)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # When to encrypt
//!
//! - **Claims that the bearer must not read**: an internal account number, a risk score, tokens of another system.
//! - **Claims that pass through systems you do not trust**: a browser's storage, a log, a queue, a partner's proxy.
//! - **State that a client keeps for you**: a cookie or a `state` parameter whose contents the client must not read.
//!
//! # When not to encrypt
//!
//! - **To protect a token in transit.** TLS does that.
//! - **To keep a stolen token from being used.** Anyone who holds it can send it, encrypted or not. Short lifetimes, revocation and
//!   sender-constrained tokens help there.
//! - **To hide that a token exists, how long it is, or what its header says.** The header is not encrypted. The length of the
//!   content is visible. For that reason compression (`zip`) is not supported: compressed lengths reveal contents.
//! - **Instead of a signature.** [Encrypted does not mean authentic](#encrypted-does-not-mean-authentic).
//! - **Because a reference would do.** A random session identifier reveals nothing at all, and can be revoked.
//!
//! # Encrypted does not mean authentic
//!
//! Anyone can encrypt to a public key. A token that decrypts with your private key says nothing about who wrote it. `jotwell` keeps the
//! two apart by type:
//!
//! | You hold | Decryption gives | Who may have written it |
//! |---|---|---|
//! | `DecryptingKey` (ECDH-ES, RSA-OAEP) | `Decrypted` | anyone |
//! | `DecryptingKey` (a password, PBES2) | `Decrypted` | anyone who guesses the password |
//! | `DecryptingKey` (`dir`, AES Key Wrap), one of several recipients | `Decrypted` | any of the recipients |
//! | `DecryptingKey`, and a signature inside | `Verified`, by `Validator::verify_nested` | the signer |
//! | `SharedKey` (`dir`, AES Key Wrap), one recipient | `Verified`, by `Validator::verify_encrypted` | a holder of the secret |
//!
//! No function converts `Decrypted` to `Verified`.
//!
//! # Which key and algorithm
//!
//! ## You issue tokens to yourself
//!
//! Cookies and `state` parameters, for example. Use a [`SharedKey`](jwe::SharedKey) with `dir` and `A256GCM`. It is the fastest and gives
//! the shortest tokens, which are both confidential and authentic. For the access tokens of sessions `jotwell-http` has
//! `Cookies::encrypted`.
//!
//! ```
//! use std::time::Duration;
//! use jotwell::jwe::{ContentEncryption, KeyManagement, KeyRing, SharedKey};
//! use jotwell::{Audience, Claims, Issuer, NoClaims, Validator};
//!
//! let key = SharedKey::generate(KeyManagement::Dir, &[ContentEncryption::A256GCM])?.with_key_id("2026-11");
//! let ring = KeyRing::new([key])?;
//! let token = Claims::new(NoClaims)
//!     .issuer("https://app.example")
//!     .audience("https://app.example")
//!     .subject("user-42")
//!     .expires_in(Duration::from_secs(3600))
//!     .encrypt(ring.active())?;
//!
//! let validator =
//!     Validator::for_encrypted(&ring, Issuer::is("https://app.example"), Audience::is("https://app.example"));
//! let claims = validator.verify_encrypted::<Claims>(&token)?;
//! assert_eq!(claims.subject.as_deref(), Some("user-42"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## You issue tokens to others
//!
//! Sign, then encrypt: `ECDH-ES` over X25519 or P-256 with `A256GCM`. The recipient publishes an encrypting key, the issuer a verifying
//! key.
//!
//! ```
//! use std::time::Duration;
//! use jotwell::jwe::{ContentEncryption, DecryptingKey, KeyManagement};
//! use jotwell::{Algorithm, Audience, Claims, Curve, Issuer, NoClaims, SigningKey, Validator};
//!
//! let issuer = SigningKey::generate(Algorithm::EdDSA)?;
//! let recipient =
//!     DecryptingKey::generate_on(Curve::X25519, KeyManagement::EcdhEs, &[ContentEncryption::A256GCM])?;
//! let token = Claims::new(NoClaims)
//!     .issuer("https://auth.example")
//!     .audience("orders-api")
//!     .expires_in(Duration::from_secs(900))
//!     .sign_and_encrypt(&issuer, &recipient.encrypting_key())?;
//!
//! let validator =
//!     Validator::new(issuer.verifying_key(), Issuer::is("https://auth.example"), Audience::is("orders-api"));
//! let claims = validator.verify_nested::<Claims>(&token, &recipient)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## Other situations
//!
//! | Situation | Use |
//! |---|---|
//! | one message for several recipients | [`JsonEncrypter`](jwe::JsonEncrypter) with `ECDH-ES+A256KW` or AES Key Wrap; sign the content if its sender matters |
//! | a partner decides the algorithm | what it has, in this order: `ECDH-ES` (or `+A128KW`, `+A256KW`), `RSA-OAEP-256`, `RSA-OAEP` (here `RsaOaepLegacy`, for its SHA-1); there is no `RSA1_5` |
//! | you have only a password | PBES2, by [`from_password`](jwe::DecryptingKey::from_password), with a bound of iterations; prefer a random secret if a machine keeps it |
//! | content encryption | `A256GCM` |
//! | a peer without GCM, or more than 2³² tokens under one secret | `A128CBC-HS256` or `A256CBC-HS512` |
//!
//! # Limits
//!
//! - **Messages under one secret.** Initialization vectors are random, of 96 bits for AES-GCM. Under one `dir` secret with AES-GCM, or one
//!   AES-GCM key wrapping secret, encrypt at most 2³² tokens (NIST SP 800-38D §8.3), then rotate. With AES Key Wrap, ECDH-ES, RSA-OAEP and
//!   PBES2 each token has its own content key, and there is no such bound.
//! - **Sizes.** A token has at most 16 KiB unless configured otherwise, a message in JSON at most 16 recipients.
//! - **Secrets shared with others.** A `SharedKey` proves that a holder of the secret made a token. Give each pair of parties its own
//!   secret, and never the same secret to an `EncryptingKey` for several recipients.
//! - **Claims in the header.** They can be read by everyone. If the header repeats a claim, the content must have the same value.
//!
//! # Rotation
//!
//! A [`jwe::KeyRing`] has one active key, which encrypts, and retiring keys, which only decrypt. Give each key a `kid` by `with_key_id`.
//! [`rotate`](jwe::KeyRing::rotate) makes a new key active. [`remove`](jwe::KeyRing::remove) a key when its last token has expired.
//!
//! # Errors
//!
//! Additional variants of [`VerifyError`]:
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`MissingEnc`](VerifyError::MissingEnc) | 5 parts, but no `enc` in the header | fix the issuer |
//! | [`UnknownEnc`](VerifyError::UnknownEnc) | `enc` is not one of [`ContentEncryption::ALL`](jwe::ContentEncryption::ALL) | have the issuer use another one |
//! | [`Compressed`](VerifyError::Compressed) | the content is compressed (`zip`) | have the issuer leave it uncompressed |
//! | [`KeyManagementMismatch`](VerifyError::KeyManagementMismatch) | the token says another `alg` than the key is for | create the key for the `alg` that the issuer documents |
//! | [`EncNotAllowed`](VerifyError::EncNotAllowed) | the key is not for this `enc` | list it when you create the key |
//! | [`InvalidJwe`](VerifyError::InvalidJwe) | a part is missing, superfluous or of the wrong length | fix the issuer |
//! | [`IterationsNotAllowed`](VerifyError::IterationsNotAllowed) | PBES2 with more iterations than the key allows | allow more if you trust the issuer |
//! | [`DecryptionFailed`](VerifyError::DecryptionFailed) | another key, or a changed token; the error says no more on purpose (RFC 7516 §11.5) | compare the keys |
//! | [`NotNested`](VerifyError::NotNested) | the content is not a signed token | call `verify_encrypted`, or have the issuer sign first and set `cty` to `JWT` |
//! | [`Nested`](VerifyError::Nested) | the content is a signed token | call [`Validator::verify_nested`] |
//! | [`HeaderClaimMismatch`](VerifyError::HeaderClaimMismatch) | a claim differs between header and content | fix the issuer |
//!
//! Additional variants of [`KeyError`]:
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`EncryptionDisabled`](KeyError::EncryptionDisabled) | the feature of the algorithm is off | enable `rsa` for RSA-OAEP |
//! | [`WrongEncryptionKeyType`](KeyError::WrongEncryptionKeyType) | for example an RSA key for ECDH-ES | pass the key that the error names |
//! | [`SecretLength`](KeyError::SecretLength) | the secret does not have exactly the length of the AES key | create one of that length |
//! | [`ContentEncryptions`](KeyError::ContentEncryptions) | no `enc`, or several for `dir` | list one, or create a key for each |
//! | [`PasswordAlgorithm`](KeyError::PasswordAlgorithm) | a password for an algorithm that takes a key, or the reverse | call `from_password` for PBES2 and for nothing else |
//! | [`Iterations`](KeyError::Iterations) | too few iterations | raise the number |
//! | [`EncryptionUnsupportedByBackend`](KeyError::EncryptionUnsupportedByBackend) | AWS-LC has no AES Key Wrap with 192 bits | leave the key on the default backend |
//! | [`EncryptionRejectedByBackend`](KeyError::EncryptionRejectedByBackend) | the backend does not accept the numbers of this key | leave the key on the default backend |
//! | [`NotSymmetric`](KeyError::NotSymmetric) | a [`SharedKey`](jwe::SharedKey) for RSA or ECDH-ES | use an encrypting and a decrypting key |
//!
//! [`EncryptError`]:
//!
//! | Variant | Cause | Remedy |
//! |---|---|---|
//! | [`Sign`](EncryptError::Sign) | the claims cannot be written or signed | see its [`SignError`] |
//! | [`InvalidHeader`](EncryptError::InvalidHeader) | a parameter is set twice, or by encryption itself | leave it out |
//! | [`KeyManagementMismatch`](EncryptError::KeyManagementMismatch) | the header is for another `alg` than the key | [`jwe::Header::for_key`] |
//! | [`EncNotAllowed`](EncryptError::EncNotAllowed) | the key is not for this `enc` | list it when you create the key |
//! | [`RecipientCount`](EncryptError::RecipientCount) | no recipient, or more than 16 | 1 to 16 recipients |
//! | [`OneRecipientOnly`](EncryptError::OneRecipientOnly) | `dir` or `ECDH-ES` with several recipients | use key wrapping, such as `ECDH-ES+A256KW` |
//! | [`Randomness`](EncryptError::Randomness) | the system's random number generator failed | make `/dev/urandom` available |
//! | [`Backend`](EncryptError::Backend) | the content is too long for the algorithm | encrypt less at once |

use crate::*;
