//! Signing with a KMS: the private key is in a key management service or a hardware security module.
//!
//! ```
//! use std::time::Duration;
//! use jotwell::{Algorithm, Claims, Header, NoClaims, SignError};
//!
//! # struct Kms(jotwell::SigningKey);
//! # impl Kms {
//! #     /// Signs a message with ECDSA on P-256 and SHA-256. Returns DER.
//! #     async fn sign(&self, message: &[u8]) -> Vec<u8> { der(&self.0.sign(message).unwrap()) }
//! # }
//! # fn der(raw: &[u8]) -> Vec<u8> {
//! #     let integer = |half: &[u8]| {
//! #         let start = half.iter().position(|&byte| byte != 0).unwrap();
//! #         let mut bytes = half[start..].to_vec();
//! #         if bytes[0] & 0x80 != 0 { bytes.insert(0, 0); }
//! #         [&[2, bytes.len() as u8][..], &bytes].concat()
//! #     };
//! #     let both = [integer(&raw[..32]), integer(&raw[32..])].concat();
//! #     [&[0x30, both.len() as u8][..], &both].concat()
//! # }
//! async fn token(kms: &Kms) -> Result<String, SignError> {
//!     let header = Header::new(Algorithm::ES256).with_typ("JWT").with_key_id("kms-1");
//!     let unsigned = Claims::new(NoClaims)
//!         .issuer("https://auth.example")
//!         .subject("user-42")
//!         .audience("orders-api")
//!         .expires_in(Duration::from_secs(900))
//!         .unsigned(&header)?;
//!
//!     let signature = kms.sign(unsigned.signing_input().as_bytes()).await; // DER, as most services return it
//!     unsigned.with_der_signature(&signature)
//! }
//! # let key = jotwell::SigningKey::generate(Algorithm::ES256).unwrap();
//! # let public = key.verifying_key();
//! # let kms = Kms(key);
//! # let future = std::pin::pin!(token(&kms));
//! # let std::task::Poll::Ready(token) = std::future::Future::poll(future, &mut std::task::Context::from_waker(std::task::Waker::noop())) else { panic!() };
//! # let validator = jotwell::Validator::new(public, jotwell::Issuer::is("https://auth.example"), jotwell::Audience::is("orders-api"));
//! # assert!(validator.verify::<Claims>(&token.unwrap()).is_ok());
//! ```
//!
//! [`Claims::unsigned`] returns an [`UnsignedToken`]. Its [`signing_input`](UnsignedToken::signing_input) is what the service signs. It
//! borrows nothing, so you can keep it across an `.await`, or send it to another process.
//!
//! # Which method takes the signature
//!
//! | The service returns | Call |
//! |---|---|
//! | ECDSA in DER (AWS KMS, Google Cloud KMS, OpenSSL, most HSMs) | [`with_der_signature`](UnsignedToken::with_der_signature) |
//! | ECDSA as `r ‖ s` (Azure Key Vault, PKCS#11) | [`with_signature`](UnsignedToken::with_signature) |
//! | RSA, Ed25519, HMAC | [`with_signature`](UnsignedToken::with_signature) |
//!
//! # Which algorithm to ask the service for
//!
//! | `alg` | The service's operation |
//! |---|---|
//! | `ES256`, `ES384`, `ES512` | ECDSA over SHA-256, SHA-384, SHA-512, with P-256, P-384, P-521 |
//! | `RS256`, `RS384`, `RS512` | RSASSA-PKCS1-v1_5 over SHA-256, SHA-384, SHA-512 |
//! | `PS256`, `PS384`, `PS512` | RSASSA-PSS over the same, with a salt as long as the hash |
//! | `EdDSA`, `Ed25519` | Ed25519 over the message itself, not over its hash |
//!
//! Some services take a digest instead of the message. Hash the signing input with the hash that [`Algorithm::hash`] names. Services
//! often limit the message, such as to 4096 bytes; a digest avoids that.
//!
//! # The public key
//!
//! Services export it as PEM or DER (SubjectPublicKeyInfo). Read it, name it, and publish it:
//!
//! ```
//! use jotwell::{Algorithm, JwkSet, KeyError, VerifyingKey};
//!
//! fn published(public_key_der: &[u8]) -> Result<String, KeyError> {
//!     let key = VerifyingKey::from_der(Algorithm::ES256, public_key_der)?.with_key_id("kms-1");
//!     JwkSet::from_keys([key])?.to_json()
//! }
//! ```
//!
//! # Pitfalls
//!
//! - **The signature is not verified** when you add it; only its form is checked. Verify the first token after a deployment.
//! - **The `kid` of the header** must be the one of the published key.
//! - **Do not sign the payload alone.** The signing input has the header in it.

use crate::*;
