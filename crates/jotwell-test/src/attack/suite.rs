//! Runs all attacks against one service.

use std::error::Error;
use std::future::poll_fn;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use http::{HeaderMap, HeaderName, Request, Response, StatusCode};
use jotwell::{JwkSet, SigningKey};
use tower_service::Service;

use super::report::{AttackError, Failure, Inconclusive, Outcome, Refused};
use super::{Attack, Original, of_flaws, of_original, request};
use crate::TestJwks;

/// Asserts that a service rejects every known attack.
///
/// The attacks are derived from `valid_token`, which the service accepts, and from the key that signed it. `request`
/// creates a request that succeeds once the token is added. No network is used.
///
/// ```
/// use axum::{Router, body::Body, http::Request, routing::get};
/// use jotwell::{Audience, Issuer, NoClaims, Validator};
/// use jotwell_http::{AccessClaims, Authenticator};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let issuer = jotwell_test::TestIssuer::new("https://auth.example", "orders-api")?;
/// let validator = Validator::new(issuer.verifying_key(), Issuer::is(issuer.issuer()), Audience::is("orders-api"));
/// let authenticator: Authenticator = Authenticator::new(validator.typ("at+jwt"));
/// let router = Router::new().route("/", get(async || "orders")).layer(authenticator.layer());
///
/// let token = issuer.token("user-42", AccessClaims::new(NoClaims))?;
/// jotwell_test::assert_refuses(router, Request::<Body>::default, &token, issuer.signing_key()).await;
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
/// As [`AttackSuite::assert_refused_by`].
pub async fn assert_refuses<S, B, R>(
    service: S,
    request: impl Fn() -> Request<B>,
    valid_token: &str,
    key: &SigningKey,
) where
    S: Service<Request<B>, Response = Response<R>>,
    R: HttpBody<Data = Bytes> + Send + 'static,
    R::Error: Into<Box<dyn Error + Send + Sync>>,
{
    AttackSuite::new(valid_token, key).assert_refused_by(service, request).await;
}

/// All attacks on one service, with options. Without options, [`assert_refuses`] is shorter.
///
/// The service must first accept the valid token, also with `bearer` in lower case, and once more at the end. So the
/// suite does not work for one-time tokens, or for a service that limits the number of requests. Every attack must be
/// rejected with 400, 401 or 403 (an oversized one also with 413 or 431), without a part of the token in the response,
/// and without a request to a URL in the token.
///
/// ```
/// use axum::body::Body;
/// use axum::{Router, http::Request};
/// use jotwell::SigningKey;
/// use jotwell_test::{AttackSuite, Flaw};
///
/// # async fn example(router: Router, session_token: &str, key: &SigningKey) {
/// AttackSuite::new(session_token, key)
///     .cookies()
///     // A proxy in front of the service checks this.
///     .except(Flaw::Oversized.name())
///     .assert_refused_by(router, || Request::post("/orders").body(Body::empty()).unwrap())
///     .await;
/// # }
/// ```
#[derive(Debug)]
pub struct AttackSuite<'a> {
    valid_token: &'a str,
    key: &'a SigningKey,
    cookies: bool,
    grpc: bool,
    header: Option<HeaderName>,
    except: Vec<String>,
}

impl<'a> AttackSuite<'a> {
    /// Creates the attacks from a valid token, and from the key that signed it.
    #[must_use]
    pub fn new(valid_token: &'a str, key: &'a SigningKey) -> Self {
        Self { valid_token, key, cookies: false, grpc: false, header: None, except: Vec::new() }
    }

    /// Adds attacks on a service that reads the token from [`Cookies`](jotwell_http::Cookies). The request must use a
    /// method that may change something, such as POST.
    #[must_use]
    pub fn cookies(self) -> Self {
        Self { cookies: true, ..self }
    }

    /// Tests a gRPC service. A response whose headers have `grpc-status` 16 counts as 401, 7 as 403, 3 as 400. A
    /// response without that header counts as success if its HTTP status is a success.
    #[must_use]
    pub fn grpc(self) -> Self {
        Self { grpc: true, ..self }
    }

    /// Tests a service that reads the token from this header, which contains nothing else, and not from
    /// `Authorization`: [`Authenticator::token_header`](jotwell_http::Authenticator::token_header).
    #[must_use]
    pub fn token_header(self, name: HeaderName) -> Self {
        Self { header: Some(name), ..self }
    }

    /// Leaves out the attack, or the control, with that name. The report lists it.
    #[must_use]
    pub fn except(mut self, name: &str) -> Self {
        self.except.push(name.to_owned());
        self
    }

    /// Runs the suite like [`run`](Self::run), for use in a test.
    ///
    /// # Panics
    /// With the report, if an attack was not rejected, or the run proves nothing.
    #[allow(clippy::panic)]
    pub async fn assert_refused_by<S, B, R>(&self, service: S, request: impl Fn() -> Request<B>)
    where
        S: Service<Request<B>, Response = Response<R>>,
        R: HttpBody<Data = Bytes> + Send + 'static,
        R::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        if let Err(breach) = self.run(service, request).await {
            panic!("{breach}");
        }
    }

    /// Runs every attack against a service.
    ///
    /// # Errors
    /// [`AttackError::Failures`] with every attack that was not rejected, and [`AttackError::Inconclusive`].
    pub async fn run<S, B, R>(
        &self,
        mut service: S,
        request: impl Fn() -> Request<B>,
    ) -> Result<Refused, AttackError>
    where
        S: Service<Request<B>, Response = Response<R>>,
        R: HttpBody<Data = Bytes> + Send + 'static,
        R::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let mut original = Original::read(self.valid_token, self.key)?;
        // The set at the attacker's URLs, for a service that fetches it. A shared secret is not published.
        let elsewhere = JwkSet::from_keys([original.stranger.verifying_key()]).unwrap_or_default();
        let elsewhere = TestJwks::start(&elsewhere).map_err(Inconclusive::Elsewhere)?;
        original.elsewhere = elsewhere.url();

        let (mut attacks, mut not_tried) = match &self.header {
            None => of_original(&original)?,
            Some(name) => {
                let (flaws, not_tried) = of_flaws(&original)?;
                let attacks: Result<Vec<_>, _> = flaws.into_iter().map(|flaw| flaw.in_header(name)).collect();
                (attacks?.into_iter().chain(request::in_header(&original, name)?).collect(), not_tried)
            }
        };
        if self.cookies {
            if request().method().is_safe() {
                return Err(Inconclusive::SafeMethod.into());
            }
            attacks.extend(request::on_cookies(&original)?);
        }
        let mut controls = match &self.header {
            None => request::controls(&original, self.cookies)?,
            Some(name) => request::controls_in_header(&original, name)?,
        };
        for name in &self.except {
            let of_that_name = |one: &Attack| one.name == name;
            let found = controls.iter().chain(&attacks).find(|one| of_that_name(one));
            match found {
                Some(found) => not_tried.push(found.name),
                None if not_tried.contains(&&**name) => {}
                None => return Err(Inconclusive::NoSuchAttack(name.clone()).into()),
            }
            controls.retain(|one| !of_that_name(one));
            attacks.retain(|one| !of_that_name(one));
        }

        for control in &controls {
            let status = status(&mut service, control, &request, self.grpc).await;
            if !status.is_some_and(|status| status.is_success()) {
                return Err(Inconclusive::ControlRefused { control: control.name, status }.into());
            }
        }
        let (mut refused, mut survived) = (Vec::new(), Vec::new());
        for attack in &attacks {
            let visits = elsewhere.requests();
            let outcome = match attempt(&mut service, attack, &request, self.grpc).await {
                Ok(status) if elsewhere.requests() != visits => Err(Outcome::Followed(status)),
                other => other,
            };
            match outcome {
                Ok(status) => refused.push((attack.name, status)),
                Err(outcome) => survived.push(Failure { attack: attack.name, outcome }),
            }
        }
        if !survived.is_empty() {
            return Err(AttackError::Failures { survived, tried: attacks.len() });
        }
        if let Some(control) = controls.first() {
            let status = status(&mut service, control, &request, self.grpc).await;
            if !status.is_some_and(|status| status.is_success()) {
                return Err(Inconclusive::RefusedAfterwards { status }.into());
            }
        }
        Ok(Refused { refused, not_tried })
    }
}

/// Returns the status of the response, if there is one.
async fn status<S, B, R>(
    service: &mut S,
    control: &Attack,
    request: &impl Fn() -> Request<B>,
    grpc: bool,
) -> Option<StatusCode>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    let request = control.apply(request()).ok()?;
    send(service, request).await.map(|response| status_of(&response, grpc))
}

/// Returns the status with which an attack was rejected, if the response reveals nothing.
async fn attempt<S, B, R>(
    service: &mut S,
    attack: &Attack,
    request: &impl Fn() -> Request<B>,
    grpc: bool,
) -> Result<StatusCode, Outcome>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: HttpBody<Data = Bytes> + Send + 'static,
    R::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let request = attack.apply(request()).map_err(|_| Outcome::NotSent)?;
    let response = send(service, request).await.ok_or(Outcome::Failed)?;
    let status = status_of(&response, grpc);
    let (parts, body) = response.into_parts();
    if !attack.right_answers.contains(&status) {
        return Err(Outcome::Answered(status));
    }
    let body = to_bytes(Body::new(body), usize::MAX).await.map_err(|_| Outcome::Broken(status))?;
    if repeats(&attack.secrets, &parts.headers, &body) { Err(Outcome::Repeated(status)) } else { Ok(status) }
}

async fn send<S, B, R>(service: &mut S, request: Request<B>) -> Option<Response<R>>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    poll_fn(|context| service.poll_ready(context)).await.ok()?;
    service.call(request).await.ok()
}

/// Returns the status of a response, with a gRPC status converted to an HTTP status.
fn status_of<R>(response: &Response<R>, grpc: bool) -> StatusCode {
    let code = response.headers().get("grpc-status").filter(|_| grpc && response.status().is_success());
    match code.map(|code| code.as_bytes()) {
        None | Some(b"0") => response.status(),
        Some(b"3") => StatusCode::BAD_REQUEST,
        Some(b"7") => StatusCode::FORBIDDEN,
        Some(b"16") => StatusCode::UNAUTHORIZED,
        Some(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn repeats(secrets: &[String], headers: &HeaderMap, body: &[u8]) -> bool {
    let has = |text: &[u8]| {
        secrets.iter().any(|secret| text.windows(secret.len()).any(|piece| piece == secret.as_bytes()))
    };
    has(body) || headers.values().any(|value| has(value.as_bytes()))
}
