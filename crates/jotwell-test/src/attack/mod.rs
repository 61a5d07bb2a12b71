//! The known attacks on a service that accepts bearer tokens: RFC 8725 §2, RFC 6750 §5.

mod flaw;
mod forge;
mod original;
mod report;
mod request;
mod suite;

pub use flaw::Flaw;
use http::header::AUTHORIZATION;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, Uri};
use jotwell::SigningKey;
pub(super) use original::Original;
pub use report::{AttackError, Failure, Inconclusive, Outcome, Refused};
pub use suite::{AttackSuite, assert_refuses};

/// A request that a service must reject, derived from one that it accepts.
#[derive(Clone, Debug)]
pub struct Attack {
    name: &'static str,
    headers: HeaderMap,
    query: Option<String>,
    right_answers: &'static [StatusCode],
    /// Text that must not appear in the response.
    secrets: Vec<String>,
}

/// RFC 6750 §3.1.
const REFUSED: &[StatusCode] = &[StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
/// The same, and what servers return for a header that is too large (RFC 6585 §5).
const REFUSED_OR_TOO_LARGE: &[StatusCode] = &[
    StatusCode::BAD_REQUEST,
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
];

/// Shorter parts of a token may appear in a response by chance.
const LEAST_SECRET: usize = 8;

impl Attack {
    fn new(name: &'static str) -> Self {
        let (headers, secrets) = (HeaderMap::new(), Vec::new());
        Self { name, headers, query: None, right_answers: REFUSED, secrets }
    }

    fn header(mut self, name: HeaderName, value: impl AsRef<[u8]>) -> Result<Self, Inconclusive> {
        let value = HeaderValue::from_bytes(value.as_ref()).map_err(|_| Inconclusive::NotAToken)?;
        self.headers.append(name, value);
        Ok(self)
    }

    /// Adds a token whose payload and signature the response must not contain. Its header is not a secret.
    fn with(mut self, token: &str) -> Self {
        let parts = token.split('.').skip(1).filter(|part| part.len() >= LEAST_SECRET);
        self.secrets.extend(parts.map(str::to_owned));
        self
    }

    fn bearer(name: &'static str, token: &str) -> Result<Self, Inconclusive> {
        Self::new(name).with(token).header(AUTHORIZATION, format!("Bearer {token}"))
    }

    fn of_flaw(flaw: Flaw, token: &str) -> Result<Self, Inconclusive> {
        let attack = Self::bearer(flaw.name(), token)?;
        let large = matches!(flaw, Flaw::Oversized);
        Ok(Self { right_answers: if large { REFUSED_OR_TOO_LARGE } else { REFUSED }, ..attack })
    }

    /// Sends the token alone in this header, instead of after `Bearer` in `Authorization`.
    fn in_header(mut self, name: &HeaderName) -> Result<Self, Inconclusive> {
        let Some(value) = self.headers.remove(AUTHORIZATION) else { return Ok(self) };
        let token = value.as_bytes().strip_prefix(b"Bearer ").ok_or(Inconclusive::NotAToken)?.to_vec();
        self.header(name.clone(), token)
    }

    /// Returns its name in reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the headers that it adds to a request.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns what it adds to the query.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// Returns the statuses that are correct responses.
    #[must_use]
    pub fn right_answers(&self) -> &'static [StatusCode] {
        self.right_answers
    }

    /// Applies the attack to a request.
    ///
    /// # Errors
    /// If the query makes the URL too long.
    pub fn apply<B>(&self, mut request: Request<B>) -> Result<Request<B>, http::Error> {
        for (name, value) in &self.headers {
            request.headers_mut().append(name, value.clone());
        }
        if let Some(query) = &self.query {
            let mut parts = request.uri().clone().into_parts();
            let before = parts.path_and_query.as_ref().map_or("/", PathAndQuery::as_str);
            let separator = if before.contains('?') { '&' } else { '?' };
            parts.path_and_query = Some(PathAndQuery::try_from(format!("{before}{separator}{query}"))?);
            *request.uri_mut() = Uri::from_parts(parts)?;
        }
        Ok(request)
    }
}

/// Returns all attacks that can be derived from one token that the service under test accepts, and from the key that
/// signed it: every [`Flaw`] that such a token can have, and invalid requests. Attacks on
/// [cookies](AttackSuite::cookies) are not included.
///
/// [`assert_refuses`] runs them against a service.
///
/// ```
/// use jotwell::NoClaims;
/// use jotwell_http::AccessClaims;
/// use jotwell_test::{TestIssuer, attacks};
///
/// let issuer = TestIssuer::new("https://auth.example", "orders-api")?;
/// let token = issuer.token("user-42", AccessClaims::new(NoClaims))?;
/// for attack in attacks(&token, issuer.signing_key())? {
///     println!("{}: {:?}", attack.name(), attack.apply(http::Request::new(()))?.headers());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Inconclusive::NotAToken`], [`Inconclusive::OtherKey`], [`Inconclusive::Key`], [`Inconclusive::Sign`].
pub fn attacks(valid_token: &str, key: &SigningKey) -> Result<Vec<Attack>, Inconclusive> {
    let original = Original::read(valid_token, key)?;
    Ok(of_original(&original)?.0)
}

/// Returns the attacks, and the flaws that this token cannot have.
fn of_original(original: &Original) -> Result<(Vec<Attack>, Vec<&'static str>), Inconclusive> {
    let (mut attacks, inapplicable) = of_flaws(original)?;
    attacks.extend(request::attacks(original)?);
    Ok((attacks, inapplicable))
}

fn of_flaws(original: &Original) -> Result<(Vec<Attack>, Vec<&'static str>), Inconclusive> {
    let (mut attacks, mut inapplicable) = (Vec::new(), Vec::new());
    for flaw in Flaw::ALL {
        match flaw.forge(original)? {
            Some(token) => attacks.push(Attack::of_flaw(*flaw, &token)?),
            None => inapplicable.push(flaw.name()),
        }
    }
    Ok((attacks, inapplicable))
}
