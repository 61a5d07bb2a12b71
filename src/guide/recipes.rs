//! Recipes: tokens that other services ask for.
//!
//! Each recipe loads the key from PEM and returns the token. Send it as the service's documentation describes.
//!
//! # GitHub App
//!
//! An app authenticates by a token that it signs with its private key: RS256, `iss` is the client ID (or the app's ID), at most 10
//! minutes. GitHub advises to set `iat` 60 seconds into the past against clocks that differ. The token is for the endpoints of the app,
//! above all for an installation's access token.
//!
//! ```
//! use std::time::Duration;
//! use jotwell::{Algorithm, Claims, NoClaims, NumericDate, SigningKey};
//!
//! fn github_app_token(private_key_pem: &str, client_id: &str) -> Result<String, Box<dyn std::error::Error>> {
//!     let key = SigningKey::from_pem(Algorithm::RS256, private_key_pem)?;
//!     let now = NumericDate::now();
//!     let token = Claims::new(NoClaims)
//!         .issuer(client_id)
//!         .issued_at(now - Duration::from_secs(60))
//!         .expires_at(now + Duration::from_secs(540))
//!         .sign(&key)?;
//!     Ok(token) // Authorization: Bearer {token}
//! }
//! # let pem = include_str!("../../vectors/interop/keys/rsa2048.pkcs1.pem");
//! # assert!(github_app_token(pem, "Iv1.8a61f9b3a7aba766").is_ok());
//! ```
//!
//! GitHub hands out the key as `BEGIN RSA PRIVATE KEY` (PKCS#1), which [`SigningKey::from_pem`] reads.
//!
//! # Apple's client secret
//!
//! "Sign in with Apple" takes a token as `client_secret`: ES256, `kid` is the key's ID, `iss` the team's ID, `sub` the client (Services
//! ID or App ID), `aud` `https://appleid.apple.com`, at most 6 months (15,777,000 seconds).
//!
//! ```
//! use std::time::Duration;
//! use jotwell::{Algorithm, Claims, Header, NoClaims, SigningKey};
//!
//! fn apple_client_secret(
//!     p8: &str, key_id: &str, team_id: &str, client_id: &str,
//! ) -> Result<String, Box<dyn std::error::Error>> {
//!     let key = SigningKey::from_pem(Algorithm::ES256, p8)?.with_key_id(key_id);
//!     let secret = Claims::new(NoClaims)
//!         .issuer(team_id)
//!         .subject(client_id)
//!         .audience("https://appleid.apple.com")
//!         .expires_in(Duration::from_secs(3600)) // create one when you need it; 6 months at most
//!         .sign_with(&key, &Header::for_key(&key))?;
//!     Ok(secret)
//! }
//! # let p8 = include_str!("../../vectors/interop/keys/p256.pkcs8.pem");
//! # let secret = apple_client_secret(p8, "ABC123DEFG", "DEF123GHIJ", "com.example.app")?;
//! # let header = jotwell::UnverifiedToken::parse(&secret)?;
//! # assert_eq!(header.header().key_id(), Some("ABC123DEFG"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The file `AuthKey_….p8` is PEM (PKCS#8). Apple documents a header with `alg` and `kid` alone, which [`Claims::sign_with`] writes with
//! [`Header::for_key`]; [`Claims::sign`] would add `typ: JWT`.
//!
//! # Service account (RFC 7523)
//!
//! A JWT bearer grant: the assertion names the account in `iss`, often also in `sub`, and the token endpoint in `aud`. Google's service
//! accounts work so, with a claim `scope` and at most one hour.
//!
//! ```
//! use std::time::Duration;
//! use jotwell::{Algorithm, Claims, SigningKey};
//! use serde::Serialize;
//!
//! #[derive(Serialize)]
//! struct Assertion<'a> { scope: &'a str }
//!
//! fn assertion(
//!     private_key_pem: &str, key_id: &str, account: &str, token_endpoint: &str, scope: &str,
//! ) -> Result<String, Box<dyn std::error::Error>> {
//!     let key = SigningKey::from_pem(Algorithm::RS256, private_key_pem)?.with_key_id(key_id);
//!     let assertion = Claims::new(Assertion { scope })
//!         .issuer(account)
//!         .audience(token_endpoint)
//!         .expires_in(Duration::from_secs(3600))
//!         .sign(&key)?;
//!     // POST to the token endpoint, as a form:
//!     // grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion={assertion}
//!     Ok(assertion)
//! }
//! # let pem = include_str!("../../vectors/interop/keys/rsa2048.pkcs8.pem");
//! # assert!(assertion(pem, "1", "bot@project.iam.gserviceaccount.com", "https://oauth2.googleapis.com/token", "a b").is_ok());
//! ```
//!
//! # Client authentication with `private_key_jwt` (RFC 7523 §3, OpenID Connect Core §9)
//!
//! `iss` and `sub` are both your client ID, `aud` is the token endpoint (or the issuer, as the server documents), and `jti` is new for
//! each token. The crate `jotwell-client` does it for you, as part of the client credentials grant, with the issuer as `aud`.
//!
//! ```
//! use std::time::Duration;
//! use jotwell::{Claims, NoClaims, SignError, SigningKey};
//!
//! fn client_assertion(key: &SigningKey, client_id: &str, token_endpoint: &str, jti: &str) -> Result<String, SignError> {
//!     Claims::new(NoClaims)
//!         .issuer(client_id)
//!         .subject(client_id)
//!         .audience(token_endpoint)
//!         .jwt_id(jti)
//!         .expires_in(Duration::from_secs(60))
//!         .sign(key)
//! }
//! # let key = SigningKey::generate(jotwell::Algorithm::ES256)?;
//! # assert!(client_assertion(&key, "client-7", "https://login.example/token", "b7c1").is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A link that expires
//!
//! A link to confirm an address or to reset a password. `typ` keeps these tokens apart from access tokens that you sign with the same
//! key.
//!
//! ```
//! use std::time::Duration;
//! use jotwell::{Algorithm, Audience, Claims, Header, Issuer, NoClaims, SigningKey, Validator};
//!
//! # let secret = [7; 32];
//! let key = SigningKey::hmac(Algorithm::HS256, secret)?;
//! let token = Claims::new(NoClaims)
//!     .issuer("https://app.example")
//!     .audience("https://app.example")
//!     .subject("user-42")
//!     .expires_in(Duration::from_secs(3600))
//!     .sign_with(&key, &Header::for_key(&key).with_typ("reset+jwt"))?;
//! let link = format!("https://app.example/reset#{token}");
//!
//! let validator =
//!     Validator::new(key.verifying_key(), Issuer::is("https://app.example"), Audience::is("https://app.example"))
//!         .typ("reset+jwt");
//! assert_eq!(validator.verify::<Claims>(&token)?.require_subject()?, "user-42");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A link that must work once only needs a record of used `jti`.

use crate::*;
