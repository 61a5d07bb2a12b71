#![doc = include_str!("guide.md")]

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

/// The tokens of an identity provider: where its keys are, and what a token must say.
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

/// Where the keys are.
#[derive(Clone, Debug)]
enum KeyPlace {
    /// Where the issuer's metadata say.
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

    /// Returns what is known of the provider.
    #[must_use]
    pub fn facts(&self) -> &'static Facts {
        self.facts
    }

    /// Fetches the key set from another address, such as one inside of the cluster. Tokens must still name the same issuer.
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

    /// Creates an authenticator with the provider's key set, which is fetched when the first token comes, and the header that
    /// the provider's tokens come in.
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
