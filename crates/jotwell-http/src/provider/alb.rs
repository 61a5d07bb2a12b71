//! Tokens that an Application Load Balancer of AWS adds to requests.
//!
//! They differ from JWTs: each part is base64url *with padding* (RFC 7515 §2 has none), and the claims about the token
//! are in the header. Nothing else in this crate reads that format.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderName, Request, StatusCode, Uri};
use jotwell::{
    Algorithm, Audience, Claims, ClaimsReader, Clock, Expiry, Header, Issuer, KeyError, NumericDate,
    SigningKey, SystemClock, UnsignedToken, Validator, Verified, VerifyError, VerifyingKey, base64url,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::facts::{self, Facts};
use super::known::is_uuid;
use crate::access_claims::AccessClaims;
use crate::auth::{Authenticator, TokenVerifier};
use crate::reload_keys::{ReloadKeys, ReloadOutcome};
use crate::remote::{DEFAULT_TIMEOUT, Fetch, FetchLimits, MIN_FETCH_INTERVAL};

/// The tokens that an Application Load Balancer adds as `x-amzn-oidc-data` after a user has logged in.
///
/// `signer` must be the configured load balancer: others have keys at the same address. There is no key set; each key
/// has an address that ends with its `kid`, which is checked to be a UUID before the request.
///
/// ```
/// use jotwell_http::{Authenticator, provider::{Alb, AlbError}};
/// # use jotwell_http::remote::Fetch;
/// # fn example(fetch: impl Fetch) -> Result<Authenticator, AlbError> {
/// let arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188";
/// Alb::new(arn, "client-id", "https://login.example")?.authenticator(fetch)
/// # }
/// ```
#[derive(Clone)]
pub struct Alb {
    load_balancer: String,
    client: String,
    issuer: String,
    keys_at: String,
    clock: Arc<dyn Clock>,
}

/// The reason why the authenticator of a load balancer cannot be created.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AlbError {
    /// The ARN is not that of a load balancer.
    Arn,
    /// The address of the keys is not an absolute `https` URL.
    Address,
    /// The key for use within this process cannot be created.
    Key(KeyError),
}

impl Alb {
    /// Accepts the tokens of the load balancer with this ARN, for users of this issuer that have logged in with this
    /// client.
    ///
    /// # Errors
    /// [`AlbError::Arn`]. Partitions other than `aws` need [`keys_at`](Self::keys_at).
    pub fn new(load_balancer: &str, client: &str, issuer: &str) -> Result<Self, AlbError> {
        let parts: Vec<&str> = load_balancer.splitn(6, ':').collect();
        let &[arn, partition, "elasticloadbalancing", region, _, resource] = &parts[..] else {
            return Err(AlbError::Arn);
        };
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let named = !region.is_empty() && region.bytes().all(is_name) && partition.starts_with("aws");
        if arn != "arn" || !named || !resource.starts_with("loadbalancer/app/") {
            return Err(AlbError::Arn);
        }
        Ok(Self {
            load_balancer: load_balancer.to_owned(),
            client: client.to_owned(),
            issuer: issuer.to_owned(),
            keys_at: format!("https://public-keys.auth.elb.{region}.amazonaws.com"),
            clock: Arc::new(SystemClock),
        })
    }

    /// Returns the facts about these tokens.
    #[must_use]
    pub fn facts() -> &'static Facts {
        &facts::AWS_ALB
    }

    /// Fetches keys from addresses with this prefix, without the slash before the `kid`: for AWS GovCloud and China.
    #[must_use]
    pub fn keys_at(self, prefix: &str) -> Self {
        Self { keys_at: prefix.to_owned(), ..self }
    }

    /// Sets the clock. Defaults to the system's.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Creates the authenticator, which reads `x-amzn-oidc-data` and fetches keys when a token needs one.
    ///
    /// **Accept requests only from the load balancer**, by security groups; see
    /// [`token_header`](Authenticator::token_header) for the risks of such a header.
    ///
    /// # Errors
    /// [`AlbError::Address`], [`AlbError::Key`].
    pub fn authenticator<T: DeserializeOwned + 'static>(
        self,
        fetch: impl Fetch,
    ) -> Result<Authenticator<T>, AlbError> {
        let address: Uri = self.keys_at.parse().map_err(|_| AlbError::Address)?;
        if address.scheme_str() != Some("https")
            || address.query().is_some()
            || self.keys_at.contains(['#', '@'])
        {
            return Err(AlbError::Address);
        }
        let inner = SigningKey::generate(Algorithm::HS256).map_err(AlbError::Key)?;
        let policy = Validator::new(inner.verifying_key(), Issuer::unchecked(), Audience::unchecked())
            .clock(SharedClock(self.clock.clone()))
            .expiry(Expiry::IfPresent)
            .claim_at("scope", [""; 0])
            .claim_at("roles", [""; 0]);
        let issuer = self.issuer.clone();
        let policy = policy.check(move |claims| match claims.issuer() {
            Some(found) if found != issuer => reject("`iss` of the claims is not the configured issuer"),
            _ => Ok(()),
        });
        let verifier = AlbVerifier(Arc::new(Shared {
            settings: self,
            inner,
            policy,
            fetch: Box::new(fetch),
            fetching: tokio::sync::Mutex::new(()),
            state: Mutex::default(),
        }));
        let header = HeaderName::from_static("x-amzn-oidc-data");
        Ok(Authenticator::new(verifier.clone()).reload_keys(verifier).token_header(header))
    }
}

fn reject<T>(reason: &'static str) -> Result<T, VerifyError> {
    Err(VerifyError::CustomCheck { reason })
}

/// A clock whose type is known only at runtime.
struct SharedClock(Arc<dyn Clock>);

impl Clock for SharedClock {
    fn now(&self) -> NumericDate {
        self.0.now()
    }
}

/// Verifies the format of the load balancer, and reads the claims under the usual policy.
#[derive(Clone)]
struct AlbVerifier(Arc<Shared>);

struct Shared {
    settings: Alb,
    /// Only the core's validator creates verified claims, and it does not read the padded format. So the payload that
    /// the load balancer signed is signed again, unchanged, by a key that never leaves this process.
    inner: SigningKey,
    policy: Validator<VerifyingKey>,
    fetch: Box<dyn Fetch>,
    /// One fetch at a time.
    fetching: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    keys: Vec<VerifyingKey>,
    /// Keys that tokens have named and that were not requested yet.
    wanted: Vec<String>,
    /// Keys that were requested, and when.
    tried: Vec<(String, NumericDate)>,
    added_at: Option<NumericDate>,
}

/// The number of keys to keep. A load balancer has one key at a time, and rotates it.
const MAX_KEYS: usize = 8;
/// The number of key requests per [`MIN_FETCH_INTERVAL`] that anyone who reaches the service can cause by naming keys.
const MAX_FETCHES: usize = 8;
const MAX_WANTED: usize = 16;
const MAX_LENGTH: usize = 16 * 1024;
const MAX_KEY_LENGTH: usize = 4 * 1024;

#[derive(Deserialize)]
struct AlbHeader {
    alg: String,
    kid: String,
    signer: String,
    client: String,
    iss: String,
    exp: u32,
    #[serde(default)]
    crit: Option<serde::de::IgnoredAny>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn verify<T: DeserializeOwned>(
        &self,
        token: &str,
    ) -> Result<Verified<Claims<AccessClaims<T>>>, VerifyError> {
        if token.len() > MAX_LENGTH {
            return Err(VerifyError::TooLong { length: token.len(), limit: MAX_LENGTH });
        }
        let parts: Vec<&str> = token.split('.').collect();
        let &[header, payload, signature] = &parts[..] else {
            return reject("the token of the load balancer does not have three parts");
        };
        let input =
            token.get(..header.len().saturating_add(payload.len()).saturating_add(1)).unwrap_or_default();
        let (header, payload, signature) = (decode(header)?, decode(payload)?, decode(signature)?);
        let header: AlbHeader = ClaimsReader::read_unverified(&header)?;
        let key = self.key_for(&header)?;
        key.verify(input.as_bytes(), &signature)?;
        // From here on the header comes from the load balancer.
        self.check(&header)?;
        let again = UnsignedToken::new(&Header::for_key(&self.inner), &payload).sign(&self.inner);
        self.policy.verify(&again.or_else(|_| reject("the claims cannot be read"))?)
    }

    fn key_for(&self, header: &AlbHeader) -> Result<VerifyingKey, VerifyError> {
        let settings = &self.settings;
        if header.alg != "ES256" || header.crit.is_some() {
            return reject("`alg` of the header is not ES256, or it has `crit`");
        }
        // Both before anything is fetched: a token of another load balancer cannot be accepted, and a `kid` becomes
        // part of an address.
        if header.signer != settings.load_balancer {
            return reject("`signer` is not the configured load balancer");
        }
        if !is_uuid(&header.kid) {
            return reject("`kid` is not a UUID");
        }
        let mut state = self.state();
        let known = state.keys.iter().find(|key| key.key_id() == Some(&header.kid)).cloned();
        known.ok_or_else(|| {
            if state.wanted.len() < MAX_WANTED && !state.wanted.contains(&header.kid) {
                state.wanted.push(header.kid.clone());
            }
            VerifyError::unknown_key(Some(&header.kid))
        })
    }

    fn check(&self, header: &AlbHeader) -> Result<(), VerifyError> {
        if header.client != self.settings.client {
            return reject("`client` is not the configured client");
        }
        if header.iss != self.settings.issuer {
            return reject("`iss` of the header is not the configured issuer");
        }
        let (expired_at, now) = (NumericDate::from_secs(header.exp.into()), self.settings.clock.now());
        if now >= expired_at { Err(VerifyError::Expired { expired_at, now }) } else { Ok(()) }
    }

    async fn reload(&self) -> ReloadOutcome {
        let _guard = self.fetching.lock().await;
        let now = self.settings.clock.now();
        let wanted = {
            let mut state = self.state();
            state.tried.retain(|(_, at)| is_recent(*at, now));
            let State { wanted, tried, .. } = &mut *state;
            let mut wanted = std::mem::take(wanted);
            wanted.retain(|kid| !tried.iter().any(|(other, _)| other == kid));
            wanted.truncate(MAX_FETCHES.saturating_sub(tried.len()));
            tried.extend(wanted.iter().map(|kid| (kid.clone(), now)));
            wanted
        };
        let mut outcome = ReloadOutcome::Unchanged;
        for kid in wanted {
            match tokio::time::timeout(DEFAULT_TIMEOUT, self.fetch(&kid)).await {
                Ok(Ok(Some(key))) => {
                    let mut state = self.state();
                    if state.keys.len() >= MAX_KEYS {
                        state.keys.remove(0);
                    }
                    state.keys.push(key);
                    state.added_at = Some(now);
                }
                Ok(Ok(None)) => {}
                Ok(Err(())) | Err(_) => outcome = ReloadOutcome::Failed,
            }
        }
        // Also after a fetch that another request has just waited for.
        match self.state().added_at {
            Some(at) if is_recent(at, now) => ReloadOutcome::Changed,
            _ => outcome,
        }
    }

    /// Fetches a key. `None` means that no key has this name.
    async fn fetch(&self, kid: &str) -> Result<Option<VerifyingKey>, ()> {
        let mut request = Request::new(());
        *request.uri_mut() = format!("{}/{kid}", self.settings.keys_at).parse().map_err(drop)?;
        request.extensions_mut().insert(FetchLimits::new(MAX_KEY_LENGTH, false));
        let response = self.fetch.fetch(request).await.map_err(|error| {
            tracing::warn!(kid, %error, "key of the load balancer not fetched");
        })?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => return Ok(None),
            status => {
                tracing::warn!(kid, %status, "key of the load balancer not fetched");
                return Err(());
            }
        }
        let body = response.into_body();
        let key = VerifyingKey::from_pem(Algorithm::ES256, body.get(..MAX_KEY_LENGTH).unwrap_or(&body));
        let key = key.map_err(|error| tracing::warn!(kid, %error, "key of the load balancer not read"))?;
        Ok(Some(key.with_key_id(kid)))
    }
}

fn is_recent(at: NumericDate, now: NumericDate) -> bool {
    at <= now && now.saturating_since(at) < Duration::from_secs(MIN_FETCH_INTERVAL.as_secs())
}

/// Decodes base64url, with the padding that completes four symbols, or without.
fn decode(part: &str) -> Result<Vec<u8>, VerifyError> {
    let bare = part.trim_end_matches('=');
    let padding = part.len().saturating_sub(bare.len());
    if padding > 0 && (padding > 2 || !part.len().is_multiple_of(4)) {
        return reject("the padding of the load balancer's token is malformed");
    }
    base64url::decode(bare).or_else(|_| reject("the load balancer's token is not base64url"))
}

impl<T: DeserializeOwned> TokenVerifier<T> for AlbVerifier {
    fn verify(&self, token: &str) -> Result<Arc<Verified<Claims<AccessClaims<T>>>>, VerifyError> {
        self.0.verify(token).map(Arc::new)
    }
}

impl ReloadKeys for AlbVerifier {
    fn reload(&self) -> Pin<Box<dyn Future<Output = ReloadOutcome> + Send + '_>> {
        Box::pin(self.0.reload())
    }
}

impl fmt::Debug for Alb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alb")
            .field("load_balancer", &self.load_balancer)
            .field("issuer", &self.issuer)
            .field("keys_at", &self.keys_at)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for AlbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arn => f.write_str(
                "the ARN is not that of an Application Load Balancer; expected \
                 arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{id}",
            ),
            Self::Address => {
                f.write_str("the address of the keys is not an absolute https URL without a query")
            }
            Self::Key(_) => f.write_str("the key for use within this process cannot be created"),
        }
    }
}

impl std::error::Error for AlbError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Key(error) => Some(error),
            _ => None,
        }
    }
}
