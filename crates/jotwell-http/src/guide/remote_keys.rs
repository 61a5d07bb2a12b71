//! Remote key sets: accept tokens of another issuer.
//!
//! ```toml
//! jotwell = "0.1"
//! jotwell-http = { version = "0.1", features = ["axum", "fetch-ring"] }
//! ```
//!
//! ```no_run
//! use jotwell::{Algorithm, Audience, Issuer, Validator};
//! use jotwell_http::Authenticator;
//! use jotwell_http::remote::{HttpFetch, RemoteJwkSet};
//!
//! fn authenticator() -> Result<Authenticator, Box<dyn std::error::Error>> {
//!     let keys = RemoteJwkSet::discover("https://login.example", &[Algorithm::RS256, Algorithm::ES256])
//!         .build(HttpFetch::with_ring()?)?;
//!     let validator =
//!         Validator::new(keys.clone(), Issuer::is("https://login.example"), Audience::is("orders-api"))
//!             .typ("at+jwt"); // RFC 9068; leave it out if your issuer writes no `typ`
//!     Ok(Authenticator::new(validator).reload_keys(keys))
//! }
//! ```
//!
//! [`RemoteJwkSet`](remote::RemoteJwkSet) keeps the issuer's keys in memory. Verification reads them and never waits.
//! [`reload_keys`](Authenticator::reload_keys) fetches the set when a token names an unknown key, and at the first token.
//!
//! # Without HTTP middleware
//!
//! ```no_run
//! use jotwell::{Algorithm, Audience, Claims, Issuer, Validator};
//! use jotwell_http::remote::{HttpFetch, RemoteJwkSet};
//!
//! # async fn example(token: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let keys = RemoteJwkSet::from_url("https://login.example/jwks.json", &[Algorithm::RS256])
//!     .build(HttpFetch::with_ring()?)?;
//! let validator = Validator::new(keys.clone(), Issuer::is("https://login.example"), Audience::is("orders-api"));
//! let claims = keys.verify::<Claims, _>(&validator, token).await?;
//! # Ok(()) }
//! ```
//!
//! # When it fetches
//!
//! | Setting | Default | Set by |
//! |---|---|---|
//! | lifetime of a set | `Cache-Control: max-age`, from 45 seconds to 24 hours; 5 minutes without it | the issuer |
//! | refreshed | in the background, after three quarters of the lifetime, when it is read | |
//! | for an unknown `kid` | at once, but not twice within [`MIN_FETCH_INTERVAL`](remote::MIN_FETCH_INTERVAL) | |
//! | used while the issuer cannot be reached | 1 hour longer | [`stale_if_error`](remote::RemoteJwkSetBuilder::stale_if_error) |
//! | time for one document | 5 seconds | [`timeout`](remote::RemoteJwkSetBuilder::timeout) |
//! | length of a document | 64 KiB | [`max_bytes`](remote::RemoteJwkSetBuilder::max_bytes) |
//! | keys in a set | 256 | [`max_keys`](remote::RemoteJwkSetBuilder::max_keys) |
//!
//! # Discovery or an address
//!
//! [`discover`](remote::RemoteJwkSet::discover) reads `/.well-known/openid-configuration` (OpenID Connect Discovery) and takes
//! `jwks_uri` from there. For an issuer that has only the metadata of RFC 8414, give the address of its keys to
//! [`from_url`](remote::RemoteJwkSet::from_url).
//!
//! # The HTTP client
//!
//! [`HttpFetch`](remote::HttpFetch) comes with the feature `fetch-ring` or `fetch-aws-lc`, which name the cryptography of its TLS. It
//! installs nothing for the process. Any other client works by the trait [`Fetch`](remote::Fetch) (feature `remote`).
//!
//! | Situation | Setting |
//! |---|---|
//! | a proxy | [`HttpFetch::proxy`](remote::HttpFetch::proxy), [`proxy_from_env`](remote::HttpFetch::proxy_from_env) |
//! | a private certificate authority | [`HttpFetch::trust_only`](remote::HttpFetch::trust_only) |
//! | a client certificate | [`HttpFetch::with_tls`](remote::HttpFetch::with_tls) |
//! | `http://keycloak:8080` in a cluster | [`danger_allow_http_to`](remote::RemoteJwkSetBuilder::danger_allow_http_to) |
//! | an issuer on this machine, in development | [`allow_http_on_loopback`](remote::RemoteJwkSetBuilder::allow_http_on_loopback) |
//! | keys for authenticated clients only (Kubernetes) | [`bearer_token_file`](remote::RemoteJwkSetBuilder::bearer_token_file) |
//!
//! # Several issuers
//!
//! ```
//! use jotwell::{Audience, Issuer, MultiIssuerError, MultiIssuerValidator, Validator};
//! use jotwell_http::{Authenticator, remote::RemoteJwkSet};
//!
//! fn authenticator(ours: RemoteJwkSet, partner: RemoteJwkSet) -> Result<Authenticator, MultiIssuerError> {
//!     let issuers = MultiIssuerValidator::new([
//!         Validator::new(ours.clone(), Issuer::is("https://auth.example"), Audience::is("orders-api")),
//!         Validator::new(partner.clone(), Issuer::is("https://partner.example"), Audience::is("orders-api")),
//!     ])?;
//!     Ok(Authenticator::new(issuers).reload_keys(ours).reload_keys(partner))
//! }
//! ```
//!
//! # Health
//!
//! [`RemoteJwkSet::status`](remote::RemoteJwkSet::status) says when the keys were fetched, until when they are used, which keys were
//! skipped, and why the last fetch failed.
//!
//! # Pitfalls
//!
//! - **Symmetric algorithms are not accepted** here: anyone who can fetch such a key could sign with it.
//! - **The issuer in the tokens** must equal the one of the validator exactly. A slash at the end counts.
//! - **The first token waits for the first fetch.** Call [`reload`](ReloadKeys::reload) at startup to avoid that.
//! - **A runtime of tokio** is needed for fetches.

use crate::*;
