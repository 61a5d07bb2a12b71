//! JWS beyond tokens: sign files, documents and webhooks.
//!
//! The module [`jws`] signs any bytes. Nothing that expects a token accepts its results unless the payload is claims, and nothing here
//! checks expiry, issuer or audience.
//!
//! ```
//! use jotwell::{Algorithm, SigningKey, jws};
//!
//! let key = SigningKey::generate(Algorithm::EdDSA)?.with_key_id("2026-11");
//! let signed = jws::sign(b"any bytes", &key)?; // header.payload.signature
//!
//! let verifier = jws::Verifier::new(key.verifying_key());
//! assert_eq!(*verifier.verify(&signed)?, b"any bytes");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Detached signatures
//!
//! The payload travels separately, as a file or as the body of an HTTP request (RFC 7515 appendix F). What is between the two dots is
//! empty.
//!
//! ```
//! use jotwell::{Algorithm, SigningKey, jws};
//!
//! let key = SigningKey::generate(Algorithm::ES256)?;
//! let body = br#"{"event":"order.paid"}"#;
//! let signature = jws::sign_detached(body, &key)?; // send it in a header
//! assert!(signature.contains(".."));
//!
//! let verifier = jws::Verifier::new(key.verifying_key());
//! assert!(verifier.verify_detached(&signature, body).is_ok());
//! assert!(verifier.verify_detached(&signature, b"another body").is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Unencoded payloads
//!
//! RFC 7797 signs the payload itself instead of its base64url (`b64: false`), which saves time and memory on large files. Open Banking
//! and others require it. The verifier has to allow it.
//!
//! ```
//! use jotwell::{Algorithm, SigningKey, jws};
//!
//! let key = SigningKey::generate(Algorithm::PS256)?;
//! let signature = jws::sign_detached_unencoded(b"a large file", &key)?;
//!
//! let verifier = jws::Verifier::new(key.verifying_key()).allow_unencoded_payload();
//! assert!(verifier.verify_detached(&signature, b"a large file").is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Several signatures: JWS in JSON
//!
//! ```
//! use jotwell::{Algorithm, Header, SigningKey, jws};
//!
//! let alice = SigningKey::generate(Algorithm::ES256)?.with_key_id("alice");
//! let bob = SigningKey::generate(Algorithm::EdDSA)?.with_key_id("bob");
//! let contract = jws::JsonJws::new(b"We agree.")
//!     .sign(&alice, &Header::for_key(&alice))?
//!     .sign(&bob, &Header::for_key(&bob))?
//!     .to_general_json();
//!
//! let contract = jws::JsonJws::parse(&contract)?;
//! let both = jws::RequiredSigners::new([alice.verifying_key(), bob.verifying_key()])?;
//! assert_eq!(*both.verify(&contract)?[0], b"We agree.");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | Method | Accepts |
//! |---|---|
//! | [`RequiredSigners::verify`](jws::RequiredSigners::verify) | a JWS that all of the listed keys have signed |
//! | [`Verifier::verify_any`](jws::Verifier::verify_any) | a JWS with one signature that holds |
//! | [`Verifier::verify_all`](jws::Verifier::verify_all) | a JWS whose signatures all hold; it cannot notice a removed one |
//!
//! [`to_flattened_json`](jws::JsonJws::to_flattened_json) writes the form for one signature;
//! [`JsonJws::parse`](jws::JsonJws::parse) reads both forms. A JWS in JSON has at most 16 signatures and 16 KiB, or what
//! [`parse_up_to`](jws::JsonJws::parse_up_to) allows.
//!
//! # Header parameters
//!
//! ```
//! use jotwell::{Algorithm, Header, SigningKey, UnsignedToken};
//!
//! let key = SigningKey::generate(Algorithm::EdDSA)?;
//! let header = Header::for_key(&key).with_content_type("text/plain").with("iat", &1_800_000_000)?;
//! let signed = UnsignedToken::new(&header, b"hello").sign(&key)?;
//! # assert!(jotwell::jws::Verifier::new(key.verifying_key()).verify(&signed).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Pitfalls
//!
//! - **A signature says who signed, not when or for whom.** Put recipient and time into the payload and check them, or use a token.
//! - **An unprotected header can be changed by anyone.** It helps to find the key and nothing else.
//! - **`RequiredSigners`, not `verify_all`, for contracts:** the list of signatures is not signed.

use crate::*;
