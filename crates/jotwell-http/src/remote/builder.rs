//! The settings of a remote key set.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jotwell::{Algorithm, Clock, JwkSetReader};

use super::address::{Address, Transport};
use super::credentials::BearerFile;
use super::discovery::Issuer;
use super::error::RemoteError;
use super::fetch::{DEFAULT_MAX_BYTES, DEFAULT_TIMEOUT, Fetch};
use super::fetcher::{Shared, Source};
use super::freshness::DEFAULT_STALE_IF_ERROR;
use super::keys::{Accepted, DEFAULT_MAX_KEYS};
use super::monotonic::MonotonicClock;
use super::set::RemoteJwkSet;

/// The settings of a [`RemoteJwkSet`]: see [`RemoteJwkSet::from_url`], [`RemoteJwkSet::discover`]
/// and [`RemoteJwkSet::discover_oauth`].
#[must_use]
pub struct RemoteJwkSetBuilder {
    place: Place,
    algorithms: Box<[Algorithm]>,
    max_keys: usize,
    max_bytes: usize,
    uses: Vec<String>,
    certificates: bool,
    transport: Transport,
    bearer_file: Option<PathBuf>,
    stale: Duration,
    timeout: Duration,
    clock: Box<dyn Clock>,
}

pub(super) enum Place {
    Address(String),
    Issuer(String),
    OauthIssuer(String),
}

impl RemoteJwkSet {
    /// Configures the set at an address.
    ///
    /// Keys are accepted for these algorithms only, as in [`JwkSet::from_json`](jotwell::JwkSet::from_json).
    pub fn from_url(address: impl Into<String>, algorithms: &[Algorithm]) -> RemoteJwkSetBuilder {
        RemoteJwkSetBuilder::new(Place::Address(address.into()), algorithms)
    }

    /// Configures the set of an issuer, whose address is `jwks_uri` in `{issuer}/.well-known/openid-configuration`
    /// (OpenID Connect Discovery 1.0 §4). The document must be of exactly this issuer, and `jwks_uri` must be `https`
    /// if the issuer is.
    ///
    /// The address is looked up before the first set is fetched, and again after a day or after a fetch from it has
    /// failed. If the document cannot be read then, the known address is used.
    ///
    /// The [`Validator`](jotwell::Validator) checks whether `iss` of a token is this issuer.
    pub fn discover(issuer: impl Into<String>, algorithms: &[Algorithm]) -> RemoteJwkSetBuilder {
        RemoteJwkSetBuilder::new(Place::Issuer(issuer.into()), algorithms)
    }

    /// Configures the set of an authorization server, whose address is `jwks_uri` in its metadata (RFC 8414). The
    /// document is at `/.well-known/oauth-authorization-server`, between host and path of the issuer (§3.1). Everything
    /// else is as with [`discover`](Self::discover).
    ///
    /// ```
    /// use jotwell::Algorithm;
    /// use jotwell_http::remote::{Fetch, RemoteError, RemoteJwkSet};
    ///
    /// fn keys(fetch: impl Fetch) -> Result<RemoteJwkSet, RemoteError> {
    ///     RemoteJwkSet::discover_oauth("https://auth.example", &[Algorithm::ES256]).build(fetch)
    /// }
    /// ```
    pub fn discover_oauth(issuer: impl Into<String>, algorithms: &[Algorithm]) -> RemoteJwkSetBuilder {
        RemoteJwkSetBuilder::new(Place::OauthIssuer(issuer.into()), algorithms)
    }
}

impl RemoteJwkSetBuilder {
    pub(super) fn new(place: Place, algorithms: &[Algorithm]) -> Self {
        Self {
            place,
            algorithms: algorithms.into(),
            max_keys: DEFAULT_MAX_KEYS,
            max_bytes: DEFAULT_MAX_BYTES,
            uses: Vec::new(),
            certificates: false,
            transport: Transport::Https,
            bearer_file: None,
            stale: DEFAULT_STALE_IF_ERROR,
            timeout: DEFAULT_TIMEOUT,
            clock: Box::new(MonotonicClock::new()),
        }
    }

    /// Allows `http://` with numeric loopback addresses, such as `http://127.0.0.1:8080`. **Any process that can open
    /// that port on this machine is trusted**: for tests, and for an issuer on the same machine. An issuer whose own
    /// address is `https` still cannot name keys at an `http` address.
    pub fn allow_http_on_loopback(self) -> Self {
        Self { transport: Transport::PlainOnLoopback, ..self }
    }

    /// Allows `http://` with this host, such as `http://keycloak:8080` inside a cluster. **Anyone who can answer under
    /// that name, or modify the traffic, can replace the keys and sign tokens**: use it only where the network itself
    /// is trusted or encrypted, for example by a service mesh. The resolver decides where a name leads. Replaces
    /// [`allow_http_on_loopback`](Self::allow_http_on_loopback).
    ///
    /// An issuer whose own address is `https` still cannot name keys at an `http` address.
    pub fn danger_allow_http_to(self, host: &str) -> Self {
        Self { transport: Transport::PlainTo(host.into()), ..self }
    }

    /// Sends the token in this file as `Authorization: Bearer` to the origin of the configured address or issuer, and
    /// to no other origin, even if the issuer's metadata name keys elsewhere. The file is read for each fetch and may
    /// have up to 16 KiB.
    ///
    /// For the API server of Kubernetes, which publishes its keys to authenticated clients only:
    /// `/var/run/secrets/kubernetes.io/serviceaccount/token`.
    pub fn bearer_token_file(self, path: impl Into<PathBuf>) -> Self {
        Self { bearer_file: Some(path.into()), ..self }
    }

    /// Also accepts keys whose `use` has this value, such as `jwt-svid` of SPIFFE: see
    /// [`JwkSetReader::accept_use`](jotwell::JwkSetReader::accept_use).
    pub fn accept_use(mut self, public_key_use: impl Into<String>) -> Self {
        self.uses.push(public_key_use.into());
        self
    }

    /// Reads a map of PEM certificates by `kid` instead of a JWK Set, as Firebase publishes it, for RSA keys. Only the
    /// keys in the certificates are read; their dates are not checked.
    pub fn certificates_by_key_id(self) -> Self {
        Self { certificates: true, ..self }
    }

    /// Sets the maximum length of a set, in bytes. Defaults to [64 KiB](super::DEFAULT_MAX_BYTES). Sets with
    /// certificate chains can be longer. Does not apply to the metadata of an issuer, which may have 64 KiB.
    pub fn max_bytes(self, max_bytes: usize) -> Self {
        Self { max_bytes, ..self }
    }

    /// Sets the maximum number of keys in a set, including keys that are skipped. Defaults to
    /// [256](super::DEFAULT_MAX_KEYS). A larger set is an error, so that an issuer cannot make each fetch arbitrarily
    /// expensive.
    pub fn max_keys(self, max_keys: usize) -> Self {
        Self { max_keys, ..self }
    }

    /// Sets how long keys are used after their lifetime while fetches fail. Defaults to [one
    /// hour](super::DEFAULT_STALE_IF_ERROR). A verifier that cannot reach the issuer may accept withdrawn keys for that
    /// much longer.
    pub fn stale_if_error(self, stale: Duration) -> Self {
        Self { stale, ..self }
    }

    /// Sets how long fetching one document may take. Defaults to [five seconds](super::DEFAULT_TIMEOUT).
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Sets the clock. Defaults to a monotonic clock that starts at the system's time when the builder is created, so
    /// changes of the system's clock have no effect. That clock may stop while a machine sleeps, as on Linux, and keys
    /// are kept for that much longer: on machines that sleep, use [`SystemClock`](jotwell::SystemClock).
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Box::new(clock), ..self }
    }

    /// Creates the set, which has no keys yet: the first read or [`reload`](crate::ReloadKeys::reload) fetches them.
    ///
    /// # Errors
    /// [`RemoteError::Address`], [`RemoteError::NoAlgorithm`], [`RemoteError::SymmetricAlgorithm`],
    /// [`RemoteError::CredentialsOverHttp`].
    pub fn build(self, fetch: impl Fetch) -> Result<RemoteJwkSet, RemoteError> {
        if let Some(algorithm) = self.algorithms.iter().copied().find(|found| found.is_symmetric()) {
            return Err(RemoteError::SymmetricAlgorithm { algorithm });
        }
        if self.algorithms.is_empty() {
            return Err(RemoteError::NoAlgorithm);
        }
        let source = match &self.place {
            Place::Address(address) => Source::Set(Address::parse(address, &self.transport)?),
            Place::Issuer(issuer) => Source::Issuer(Issuer::new(issuer, self.transport)?),
            Place::OauthIssuer(issuer) => Source::Issuer(Issuer::oauth(issuer, self.transport)?),
        };
        let credentials =
            self.bearer_file.map(|path| BearerFile::new(path, source.configured())).transpose()?;
        let reader = JwkSetReader::new(self.algorithms).max_keys(self.max_keys);
        let reader = self.uses.into_iter().fold(reader, JwkSetReader::accept_use);
        let accepted = Accepted { reader, certificates: self.certificates, max_bytes: self.max_bytes };
        let Self { clock, stale, timeout, .. } = self;
        let fetch = Arc::new(fetch);
        Ok(RemoteJwkSet::over(Shared::new(source, accepted, credentials, fetch, clock, stale, timeout)))
    }
}

impl std::fmt::Debug for RemoteJwkSetBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RemoteJwkSetBuilder")
            .field("algorithms", &self.algorithms)
            .field("max_keys", &self.max_keys)
            .field("max_bytes", &self.max_bytes)
            .field("uses", &self.uses)
            .field("transport", &self.transport)
            .field("bearer_file", &self.bearer_file)
            .field("stale", &self.stale)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
