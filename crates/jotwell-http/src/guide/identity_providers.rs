//! Identity providers: presets for the tokens of well-known issuers.
//!
//! They need the feature `remote`. The HTTP client of the example needs `fetch-ring`, which includes `remote`.
//!
//! ```no_run
//! use jotwell_http::remote::HttpFetch;
//! use jotwell_http::{Authenticator, provider::{self, KeycloakRoles}};
//!
//! fn authenticator() -> Result<Authenticator, Box<dyn std::error::Error>> {
//!     let keycloak = provider::keycloak("https://sso.example/realms/shop", "orders-api", KeycloakRoles::Realm);
//!     Ok(keycloak.authenticator(HttpFetch::with_ring()?)?)
//! }
//! ```
//!
//! A preset knows where the provider publishes its keys, which algorithms it uses, where scopes and roles are in its tokens, and what
//! distinguishes its access tokens from its other tokens.
//!
//! | Provider | Call |
//! |---|---|
//! | Keycloak | [`provider::keycloak`] |
//! | Microsoft Entra ID (Azure AD) | [`provider::entra`] |
//! | Amazon Cognito | [`provider::cognito`] |
//! | Auth0 | [`provider::auth0`] |
//! | Okta | [`provider::okta`] |
//! | Google (ID tokens) | [`provider::google`] |
//! | Firebase Authentication | [`provider::firebase`] |
//! | GitHub Actions | [`provider::github_actions`] |
//! | GitLab CI | [`provider::gitlab`] |
//! | Kubernetes service accounts | [`provider::kubernetes`] |
//! | SPIFFE | [`provider::spiffe`] |
//! | Cloudflare Access | [`provider::cloudflare_access`] |
//! | AWS Application Load Balancer (feature `alb`) | [`provider::Alb`] |
//!
//! The [module `provider`](provider) has code for each. `docs/PROVIDERS.md` in the repository lists what is checked, with the tests.
//!
//! # Change a preset
//!
//! [`Provider::keys`](provider::Provider::keys) and [`Provider::validator`](provider::Provider::validator) return the two parts, which
//! you can configure further:
//!
//! ```
//! use std::time::Duration;
//! use jotwell_http::remote::{Fetch, RemoteError};
//! use jotwell_http::{Authenticator, provider};
//!
//! fn authenticator(fetch: impl Fetch) -> Result<Authenticator, RemoteError> {
//!     let auth0 = provider::auth0("shop.eu.auth0.com", "https://api.example/orders");
//!     let keys = auth0.keys().stale_if_error(Duration::from_secs(600)).build(fetch)?;
//!     let validator = auth0.validator(keys.clone()).max_age(Duration::from_secs(3600)).require("azp");
//!     Ok(Authenticator::new(validator).reload_keys(keys))
//! }
//! ```
//!
//! # Another provider
//!
//! Use [a remote key set](super::remote_keys) and find out from a token and from the provider's documentation:
//!
//! 1. `iss`, to the last character;
//! 2. `aud` of an *access token for your API*, not of an ID token;
//! 3. `alg` of its keys;
//! 4. `typ` in the header, if there is one;
//! 5. where scopes and roles are: [`claim_at`](jotwell::Validator::claim_at).
//!
//! `jotwell inspect token --unverified` shows the first four, of the token in the file `token`.
//!
//! # Pitfalls
//!
//! - **Do not protect an API with ID tokens.** They are for the client that logged in. Request an access token for your API's audience.
//!   Google is the exception: its access tokens for APIs are opaque.
//! - **An access token with three parts is not always for you.** Entra ID's tokens for Microsoft Graph cannot be verified by others.
//! - **Opaque access tokens** need [introspection](super::introspection).
//! - **A preset checks the provider's rules, not yours**: which organization, branch or service account may do what is your
//!   [policy](super::roles_and_scopes).

use crate::*;
