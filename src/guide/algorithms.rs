//! Choosing an algorithm.
//!
//! ```
//! use jotwell::{Algorithm, SigningKey};
//!
//! // Others verify your tokens: publish the public key.
//! let issuer = SigningKey::generate(Algorithm::ES256)?;
//!
//! // One service issues and verifies: a secret of 32 random bytes.
//! # let secret = [7; 32];
//! let service = SigningKey::hmac(Algorithm::HS256, secret)?;
//! # Ok::<(), jotwell::KeyError>(())
//! ```
//!
//! | Situation | Take | Because |
//! |---|---|---|
//! | One service issues and verifies | `HS256` | it is the fastest, and the tokens are the shortest |
//! | Other services verify, all of them use current libraries | `Ed25519` or `EdDSA` | keys and signatures are small, signing is fast |
//! | Other services verify, and you do not know their libraries | `ES256` | almost every library has it, and the signature has 64 bytes |
//! | A partner or an identity provider requires RSA | `RS256` | it is what OpenID Connect requires of every provider |
//! | A rule asks for RSASSA-PSS | `PS256` | it has a security proof; financial APIs (FAPI) require it or `ES256` |
//! | A blockchain key on secp256k1 | `ES256K` | it is the only algorithm for that curve |
//!
//! **Do not share an HMAC secret with a verifier that must not issue tokens.** Anyone who can verify HS256 can also sign. Use a key pair
//! as soon as a second party verifies.
//!
//! # All algorithms
//!
//! | `alg` | Key type | Smallest key | Signature | Specification |
//! |---|---|---|---|---|
//! | `HS256` | secret (`oct`) | 256 bits | 32 bytes | RFC 7518 §3.2 |
//! | `HS384` | secret (`oct`) | 384 bits | 48 bytes | RFC 7518 §3.2 |
//! | `HS512` | secret (`oct`) | 512 bits | 64 bytes | RFC 7518 §3.2 |
//! | `RS256`, `RS384`, `RS512` | RSA | 2048 bits | as long as the modulus | RFC 7518 §3.3 |
//! | `PS256`, `PS384`, `PS512` | RSA | 2048 bits | as long as the modulus | RFC 7518 §3.5 |
//! | `ES256` | EC P-256 | 256 bits | 64 bytes | RFC 7518 §3.4 |
//! | `ES384` | EC P-384 | 384 bits | 96 bytes | RFC 7518 §3.4 |
//! | `ES512` | EC P-521 | 521 bits | 132 bytes | RFC 7518 §3.4 |
//! | `ES256K` | EC secp256k1 | 256 bits | 64 bytes | RFC 8812 §3.2 |
//! | `EdDSA` | OKP Ed25519 | 256 bits | 64 bytes | RFC 8037 §3.1 |
//! | `Ed25519` | OKP Ed25519 | 256 bits | 64 bytes | RFC 9864 §2.2 |
//!
//! There is no `none`. RSA keys have 2048 to 4096 bits. The methods of [`Algorithm`] return these facts, and [`Algorithm::ALL`] lists
//! the algorithms.
//!
//! # The key decides, not the token
//!
//! You name the algorithm when you create a key. A token whose `alg` is another one is rejected with
//! [`VerifyError::AlgorithmMismatch`]. So no token can choose how it is verified (RFC 8725
//! §3.1).
//!
//! ```
//! use jotwell::{Algorithm, Audience, Claims, Issuer, NoClaims, SigningKey, Validator, VerifyError};
//!
//! let ours = SigningKey::generate(Algorithm::ES256)?;
//! let other = SigningKey::generate(Algorithm::EdDSA)?;
//! let token = Claims::new(NoClaims).sign(&other)?;
//!
//! let validator = Validator::new(ours.verifying_key(), Issuer::unchecked(), Audience::unchecked());
//! assert_eq!(
//!     validator.verify::<Claims>(&token).unwrap_err(),
//!     VerifyError::AlgorithmMismatch { expected: Algorithm::ES256, found: Algorithm::EdDSA },
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! To accept two algorithms of one issuer, use a [`JwkSet`] that has a key for each of them.
//!
//! # Pitfalls
//!
//! - **`EdDSA` and `Ed25519` are two names of one signature algorithm.** The first is the older name (RFC 8037), the second the fully
//!   specified one (RFC 9864). A key for one name rejects tokens that say the other. Use the name that your peers use.
//! - **`ES512` uses the curve P-521**, not P-512.
//! - **RSA in the dependency tree.** The `rsa` crate is needed to sign with RSA, not to verify. With `default-features = false` and the
//!   feature `rsa-verify` it is not in the tree, and neither is the advisory RUSTSEC-2023-0071.
//! - **ECDSA signatures can be changed** into a second valid one by anyone. So do not use the text of a token as its identity; use `jti`.

use crate::*;
