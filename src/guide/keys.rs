//! Keys: create them, and load them from PEM, JWK, the environment or a secret file.
//!
//! A [`SigningKey`] signs. Its [`verifying_key`](SigningKey::verifying_key) is the [`VerifyingKey`] that verifies. Each key is bound to
//! one [`Algorithm`] when it is created.
//!
//! ```
//! use jotwell::{Algorithm, SigningKey, VerifyingKey};
//!
//! let key = SigningKey::generate(Algorithm::ES256)?.with_key_id("2026-11");
//! let private_pem = key.to_private_pem()?; // keep it secret
//! let public_pem = key.verifying_key().to_pem()?; // give it to verifiers
//!
//! let key = SigningKey::from_pem(Algorithm::ES256, &private_pem)?.with_key_id("2026-11");
//! let verifier = VerifyingKey::from_pem(Algorithm::ES256, &public_pem)?.with_key_id("2026-11");
//! # Ok::<(), jotwell::KeyError>(())
//! ```
//!
//! OpenSSL creates keys, too:
//!
//! ```sh
//! openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out private.pem
//! openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out private.pem   # or an RSA key
//! openssl pkey -in private.pem -pubout -out public.pem
//! openssl rand -base64 32        # a secret for HS256
//! ```
//!
//! # Formats
//!
//! | You have | Call |
//! |---|---|
//! | PEM: PKCS#8, PKCS#1, SEC 1, SubjectPublicKeyInfo, X.509 certificate | [`SigningKey::from_pem`], [`VerifyingKey::from_pem`] |
//! | an encrypted PEM, with its passphrase (feature `encrypted-pem`) | `SigningKey::from_encrypted_pem` |
//! | DER of the same formats | [`SigningKey::from_der`], [`VerifyingKey::from_der`] |
//! | a JWK | [`Jwk::from_json`], then [`SigningKey::from_jwk`] or [`VerifyingKey::from_jwk`] |
//! | a JWK Set | [`JwkSet::from_json`], see [JWK Sets](super::jwk_sets) |
//! | a secret as bytes | [`SigningKey::hmac`], [`VerifyingKey::hmac`] |
//! | a secret in base64 | [`SigningKey::hmac_base64`], [`VerifyingKey::hmac_base64`] |
//! | a secret in base64url | [`SigningKey::hmac_base64url`], [`VerifyingKey::hmac_base64url`] |
//! | a key in a configuration file | deserialize an [`UnboundKey`], then [`SigningKey::new`] |
//!
//! A private key is not accepted where a public one is expected ([`KeyError::NotPublic`]), so that private keys do not spread. The
//! error of a wrong format names the format that was found and the function that reads it.
//!
//! # Secrets from the environment
//!
//! ```
//! use jotwell::{Algorithm, SigningKey};
//!
//! fn key_from_env() -> Result<SigningKey, Box<dyn std::error::Error>> {
//!     let secret = std::env::var("JWT_SECRET")?; // made by `openssl rand -base64 32`
//!     Ok(SigningKey::hmac_base64(Algorithm::HS256, secret)?)
//! }
//! ```
//!
//! [`hmac`](SigningKey::hmac) takes the bytes unchanged. [`hmac_base64`](SigningKey::hmac_base64) decodes them first, with or without
//! padding and white space. The two give different keys for the same text, so use the one that the other side uses. A secret has at
//! least as many bytes as the hash: 32 for HS256, 48 for HS384, 64 for HS512 (RFC 7518 §3.2).
//!
//! A PEM text in an environment variable may have `\n` for each line break: [`from_pem`](SigningKey::from_pem) reads that.
//!
//! # Secrets from files
//!
//! [`PrivateFile`][private-file] (feature `key-ring-file`) checks owner and permissions of a file before it reads it, on Unix. It
//! accepts files of root or of the process's user that nobody else can write and not everyone can read.
//!
//! ```
//! # #[cfg(feature = "key-ring-file")]
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use jotwell::private_file::PrivateFile;
//! use jotwell::{Algorithm, SigningKey};
//!
//! let pem = PrivateFile::new("/run/secrets/signing.pem").read()?;
//! let key = SigningKey::from_pem(Algorithm::ES256, &pem)?;
//!
//! // The bytes of the file, without the line end, are the secret.
//! let secret = PrivateFile::new("/run/secrets/jwt_secret").read()?.without_line_end();
//! let key = SigningKey::hmac(Algorithm::HS256, &secret)?;
//! # Ok(()) }
//! ```
//!
//! Kubernetes mounts secrets with mode 0644 and Docker with mode 0444. Set `defaultMode: 0400` or `mode: 0400`, or call
//! `allow_world_readable`.
//!
//! # Key identifiers
//!
//! A `kid` tells verifiers which key signed a token. [`with_key_id`](SigningKey::with_key_id) sets it, and
//! [`with_thumbprint_key_id`](SigningKey::with_thumbprint_key_id) computes it from the key (RFC 7638). The header of every token that
//! the key signs then has it. Verifying keys keep the `kid` of the signing key.
//!
//! # Keys as JWK
//!
//! ```
//! use jotwell::{Algorithm, Jwk, JwkSet, SigningKey, VerifyingKey};
//!
//! let key = SigningKey::generate(Algorithm::EdDSA)?.with_thumbprint_key_id()?;
//!
//! // What you publish at /.well-known/jwks.json:
//! let published = JwkSet::from_keys([key.verifying_key()])?.to_json()?;
//!
//! // What you keep: the method says that private members are in it.
//! let private = key.to_jwk().to_json_with_private_members()?;
//! let key = SigningKey::from_jwk(Algorithm::EdDSA, &Jwk::from_json(&private)?)?;
//! # Ok::<(), jotwell::KeyError>(())
//! ```
//!
//! A JWK whose `alg`, `use` or `key_ops` forbids the algorithm is rejected with [`KeyError::UseNotAllowed`].
//!
//! # Keys in a configuration file
//!
//! ```
//! use jotwell::{Algorithm, KeyError, UnboundKey, VerifyingKey};
//!
//! #[derive(serde::Deserialize)]
//! struct Settings {
//!     partner_key: UnboundKey, // a JWK, or a string with PEM or a JWK in it
//! }
//!
//! fn partner(settings: &Settings) -> Result<VerifyingKey, KeyError> {
//!     VerifyingKey::new(Algorithm::RS256, &settings.partner_key)
//! }
//! # let settings: Settings = serde_json::from_str(r#"{"partner_key":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}"#)?;
//! # assert!(partner(&settings).is_err());
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! The algorithm is in the code, so a configuration file cannot change it. [`UnboundKey::algorithms`] lists what a key could be used
//! for.
//!
//! # Pitfalls
//!
//! - **A public key is not a secret.** [`SigningKey::hmac`] rejects PEM, DER, JWK and base64 of them with
//!   [`KeyError::SecretLooksLikeKey`].
//! - **A pass phrase is not a secret of 32 bytes.** [`KeyError::ShortSecret`] names the length. For a peer whose secret you cannot
//!   change, [`SigningKey::hmac_dangerously_short`] accepts any length above zero; a short secret can be found from one token.
//! - **Secrets are wiped** when the last clone of a key is dropped, and `Debug` does not show them. The `String` that you read from the
//!   environment is yours to wipe.
//! - **Certificates** give their public key and nothing else. Chains, dates and names are not checked.
#![cfg_attr(feature = "key-ring-file", doc = "\n\n[private-file]: crate::private_file::PrivateFile")]
#![cfg_attr(
    not(feature = "key-ring-file"),
    doc = "\n\n[private-file]: https://docs.rs/jotwell/latest/jotwell/private_file/struct.PrivateFile.html"
)]

use crate::*;
