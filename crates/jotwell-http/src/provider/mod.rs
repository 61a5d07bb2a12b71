//! Presets for the tokens of well-known identity providers.
//!
//! Each consists of a few [`Facts`] from the provider's documentation, and the checks that its tokens need beyond
//! issuer, audience and times. A [`Provider`] creates the remote key set, the policy and the authenticator; the first
//! two can be changed further. `docs/PROVIDERS.md` in the repository has a table of the checks, with their tests.
//!
//! [`RequireScope`](crate::RequireScope) and [`RequireRole`](crate::RequireRole) read the claims in which the provider
//! has scopes and roles. Other claims `scope` or `roles` in its tokens are ignored.
//!
//! With the feature `fetch-ring`, `fetch` below is `HttpFetch::with_ring()?`.
//!
//! # Users
//!
//! Keycloak; roles are those of the realm, or those of one client:
//!
//! ```
//! # use jotwell_http::remote::{Fetch, RemoteError};
//! use jotwell_http::{Authenticator, provider::{self, KeycloakRoles}};
//!
//! fn authenticator(fetch: impl Fetch) -> Result<Authenticator, RemoteError> {
//!     let roles = KeycloakRoles::Client("orders-api".into());
//!     provider::keycloak("https://sso.example/realms/shop", "orders-api", roles).authenticator(fetch)
//! }
//! ```
//!
//! Keycloak at an address inside the cluster, over `http`, with its public issuer:
//!
//! ```
//! # use jotwell_http::remote::{Fetch, RemoteError};
//! use jotwell_http::{Authenticator, provider::{self, KeycloakRoles}};
//!
//! fn authenticator(fetch: impl Fetch) -> Result<Authenticator, RemoteError> {
//!     let url = "http://keycloak:8080/realms/shop/protocol/openid-connect/certs";
//!     let keycloak = provider::keycloak("https://sso.example/realms/shop", "orders-api", KeycloakRoles::Realm);
//!     let keycloak = keycloak.keys_at(url);
//!     let keys = keycloak.keys().danger_allow_http_to("keycloak").build(fetch)?;
//!     Ok(Authenticator::new(keycloak.validator(keys.clone())).reload_keys(keys))
//! }
//! ```
//!
//! Microsoft Entra ID; the audience is the ID of the API's application:
//!
//! ```
//! # use jotwell_http::remote::{Fetch, RemoteError};
//! use jotwell_http::{Authenticator, provider::{self, EntraTenants}};
//!
//! fn authenticator(fetch: impl Fetch) -> Result<Authenticator, RemoteError> {
//!     let tenant = EntraTenants::One("8d6a4f0e-7f56-4c0a-9e6a-111111111111".into());
//!     provider::entra(tenant, "2f0f6a5e-0000-4000-8000-000000000001").authenticator(fetch)
//! }
//! ```
//!
//! Amazon Cognito, whose access tokens name a client instead of an audience:
//!
//! ```
//! # use jotwell_http::remote::{Fetch, RemoteError};
//! use jotwell_http::{Authenticator, provider};
//!
//! fn authenticator(fetch: impl Fetch) -> Result<Authenticator, RemoteError> {
//!     provider::cognito("eu-central-1", "eu-central-1_AbCdEfGhI", ["web-client"]).authenticator(fetch)
//! }
//! ```
//!
//! Auth0, Okta, Google and Firebase:
//!
//! ```
//! # use jotwell_http::remote::{Fetch, RemoteError};
//! use jotwell_http::{Authenticator, provider};
//!
//! fn auth0(fetch: impl Fetch) -> Result<Authenticator, RemoteError> {
//!     provider::auth0("shop.eu.auth0.com", "https://api.example/orders").authenticator(fetch)
//! }
//! ```
//!
//! ```
//! # use jotwell_http::remote::{Fetch, RemoteError};
//! use jotwell_http::{Authenticator, provider};
//!
//! fn okta(fetch: impl Fetch) -> Result<Authenticator, RemoteError> {
//!     provider::okta("https://shop.okta.com/oauth2/default", "api://default").authenticator(fetch)
//! }
//! ```
//!
//! ```
//! # use jotwell_http::remote::{Fetch, RemoteError};
//! use jotwell_http::{Authenticator, provider};
//!
//! fn google(fetch: impl Fetch) -> Result<Authenticator, RemoteError> {
//!     provider::google("1234.apps.googleusercontent.com", Some("shop.example")).authenticator(fetch)
//! }
//! ```
//!
//! ```
//! # use jotwell_http::remote::{Fetch, RemoteError};
//! use jotwell_http::{Authenticator, provider};
//!
//! fn firebase(fetch: impl Fetch) -> Result<Authenticator, RemoteError> {
//!     provider::firebase("shop-1").authenticator(fetch)
//! }
//! ```
//!
//! # Jobs
//!
//! GitHub Actions and GitLab. The permissions of a job depend on its branch or environment, which your policy checks:
//!
//! ```
//! # use jotwell_http::remote::{Fetch, RemoteError};
//! use jotwell_http::{Auth, Authenticator, provider};
//!
//! #[derive(serde::Deserialize)]
//! struct Job { environment: Option<String> }
//!
//! fn github(fetch: impl Fetch) -> Result<Authenticator<Job>, RemoteError> {
//!     provider::github_actions("deploy.example", "shop/orders").authenticator(fetch)
//! }
//! fn may_deploy(job: &Auth<Job>) -> bool { job.environment.as_deref() == Some("production") }
//! ```
//!
//! ```
//! # use jotwell_http::remote::{Fetch, RemoteError};
//! use jotwell_http::{Authenticator, provider};
//!
//! fn gitlab(fetch: impl Fetch) -> Result<Authenticator, RemoteError> {
//!     provider::gitlab("https://gitlab.example", "deploy.example", "shop/orders").authenticator(fetch)
//! }
//! ```
//!
//! # Workloads and proxies
//!
//! Service accounts of Kubernetes, and JWT-SVIDs of SPIFFE:
//!
//! ```
//! # use jotwell_http::remote::{Fetch, RemoteError};
//! use jotwell_http::{Authenticator, provider};
//!
//! fn pods(fetch: impl Fetch) -> Result<Authenticator, RemoteError> {
//!     let pods = provider::kubernetes("https://kubernetes.default.svc.cluster.local", "orders-api", "shop");
//!     let token = "/var/run/secrets/kubernetes.io/serviceaccount/token";
//!     let keys = pods.keys().bearer_token_file(token).build(fetch)?; // HttpFetch: and `trust_only` of its ca.crt
//!     Ok(Authenticator::new(pods.validator(keys.clone())).reload_keys(keys))
//! }
//! ```
//!
//! ```
//! # use jotwell_http::remote::{Fetch, RemoteError};
//! use jotwell_http::{Authenticator, provider};
//!
//! fn spiffe(fetch: impl Fetch) -> Result<Authenticator, RemoteError> {
//!     provider::spiffe("shop.example", "https://spire.shop.example/bundle", "orders-api").authenticator(fetch)
//! }
//! ```
//!
//! Cloudflare Access and Application Load Balancers of AWS, whose tokens are in a separate header. Accept requests only
//! from them, and see [`Authenticator::token_header`] for the risks of such a header:
//!
//! ```
//! # use jotwell_http::remote::{Fetch, RemoteError};
//! use jotwell_http::{Authenticator, provider};
//!
//! fn cloudflare(fetch: impl Fetch) -> Result<Authenticator, RemoteError> {
//!     let tag = "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2";
//!     provider::cloudflare_access("https://shop.cloudflareaccess.com", tag).authenticator(fetch)
//! }
//! ```
//!
//! ```
//! # #[cfg(feature = "alb")]
//! # mod with_the_feature {
//! # use jotwell_http::remote::Fetch;
//! use jotwell_http::{Authenticator, provider::{Alb, AlbError}};
//!
//! fn load_balancer(fetch: impl Fetch) -> Result<Authenticator, AlbError> {
//!     let arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188";
//!     Alb::new(arn, "client-id", "https://login.example")?.authenticator(fetch)
//! }
//! # }
//! ```

#[cfg(feature = "alb")]
mod alb;
mod facts;
mod known;

use std::fmt;
use std::sync::Arc;

#[cfg(feature = "alb")]
pub use alb::{Alb, AlbError};
pub use facts::Facts;
use http::HeaderName;
use jotwell::{Audience, Issuer, KeySource, RegisteredClaims, Typ, Validator, VerifyError};
pub use known::{
    EntraTenants, KeycloakRoles, auth0, cloudflare_access, cognito, entra, firebase, github_actions, gitlab,
    google, keycloak, kubernetes, okta, spiffe,
};
use serde::de::DeserializeOwned;

use crate::auth::Authenticator;
use crate::remote::{Fetch, RemoteError, RemoteJwkSet, RemoteJwkSetBuilder};

type Check = dyn Fn(&RegisteredClaims<'_>) -> Result<(), VerifyError> + Send + Sync;

/// The tokens of an identity provider: the address of its keys, and the required claims.
#[derive(Clone)]
pub struct Provider {
    facts: &'static Facts,
    keys: KeyPlace,
    issuer: Issuer,
    audience: Audience,
    roles: Vec<String>,
    required: Vec<&'static str>,
    header: Option<HeaderName>,
    check: Arc<Check>,
}

/// The source of the keys.
#[derive(Clone, Debug)]
enum KeyPlace {
    /// At the address in the issuer's metadata.
    Discovery(String),
    Url(String),
    /// A map of certificates by `kid`.
    Certificates(String),
    /// The bundle of a SPIFFE trust domain.
    Bundle(String),
}

impl Provider {
    fn new(facts: &'static Facts, keys: KeyPlace, issuer: Issuer, audience: Audience) -> Self {
        let roles = facts.roles.iter().map(ToString::to_string).collect();
        let (required, header, check) = (Vec::new(), None, Arc::new(|_: &RegisteredClaims<'_>| Ok(())));
        Self { facts, keys, issuer, audience, roles, required, header, check }
    }

    /// Checks claims of this shape as well. A token that does not fit is rejected.
    fn checking<C: DeserializeOwned>(
        self,
        check: impl Fn(&C) -> Result<(), VerifyError> + Send + Sync + 'static,
    ) -> Self {
        Self { check: Arc::new(move |claims| check(&claims.read()?)), ..self }
    }

    fn requiring(self, claims: &[&'static str]) -> Self {
        Self { required: claims.to_vec(), ..self }
    }

    /// Returns the facts about the provider.
    #[must_use]
    pub fn facts(&self) -> &'static Facts {
        self.facts
    }

    /// Fetches the key set from another address, such as one inside the cluster. Tokens must still name the same
    /// issuer.
    #[must_use]
    pub fn keys_at(self, url: &str) -> Self {
        let keys = match self.keys {
            KeyPlace::Discovery(_) | KeyPlace::Url(_) => KeyPlace::Url(url.to_owned()),
            KeyPlace::Certificates(_) => KeyPlace::Certificates(url.to_owned()),
            KeyPlace::Bundle(_) => KeyPlace::Bundle(url.to_owned()),
        };
        Self { keys, ..self }
    }

    /// Configures the provider's key set.
    pub fn keys(&self) -> RemoteJwkSetBuilder {
        let algorithms = self.facts.algorithms;
        match &self.keys {
            KeyPlace::Discovery(issuer) => RemoteJwkSet::discover(issuer, algorithms),
            KeyPlace::Url(url) => RemoteJwkSet::from_url(url, algorithms),
            KeyPlace::Certificates(url) => RemoteJwkSet::from_url(url, algorithms).certificates_by_key_id(),
            KeyPlace::Bundle(url) => RemoteJwkSet::from_url(url, algorithms).accept_use("jwt-svid"),
        }
    }

    /// Creates the policy for the provider's tokens, with these keys.
    #[must_use]
    pub fn validator<K: KeySource>(&self, keys: K) -> Validator<K> {
        let facts = self.facts;
        let typ = Typ::any_of(facts.typ.iter().copied());
        let check = self.check.clone();
        let validator = Validator::new(keys, self.issuer.clone(), self.audience.clone())
            .typ(if facts.typ_may_be_absent { typ.or_absent() } else { typ })
            .claim_at("scope", facts.scope.iter().copied())
            .claim_at("roles", self.roles.clone())
            .check(move |claims| check(claims));
        self.required.iter().fold(validator, |validator, claim| validator.require(*claim))
    }

    /// Creates an authenticator with the provider's key set, which is fetched when the first token arrives, and the
    /// header in which the provider's tokens arrive.
    ///
    /// # Errors
    /// Those of [`RemoteJwkSetBuilder::build`].
    pub fn authenticator<T: DeserializeOwned + 'static>(
        &self,
        fetch: impl Fetch,
    ) -> Result<Authenticator<T>, RemoteError> {
        let keys = self.keys().build(fetch)?;
        let authenticator = Authenticator::new(self.validator(keys.clone())).reload_keys(keys);
        Ok(match &self.header {
            Some(name) => authenticator.token_header(name.clone()),
            None => authenticator,
        })
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("name", &self.facts.name)
            .field("keys", &self.keys)
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}
