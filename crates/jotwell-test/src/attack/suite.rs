//! All attacks on one service.

use std::error::Error;
use std::future::poll_fn;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use http::{HeaderMap, HeaderName, Request, Response, StatusCode};
use jotwell::{JwkSet, SigningKey};
use tower_service::Service;

use super::report::{AttackError, Failure, Inconclusive, Outcome, Refused};
use super::{Attack, Original, of_flaws, of_original, request};
use crate::TestJwks;

/// Asserts that a service refuses every known attack.
///
/// The attacks are made of `valid_token`, which the service takes, and of the key that has signed it; `request`
/// makes a request that it answers with success, once it brings that token. Nothing goes over a network.
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

/// All attacks on one service, with options. Without any, [`assert_refuses`] is shorter.
///
/// First the service must let the valid token through, also under `bearer` in lower case, and at the end once
/// more. So it does not suit tokens that are good for one use, nor a service that limits how many requests
/// somebody makes. Then every attack must be answered with 400, 401 or 403 (one that is oversized with 413 or 431 as
/// well), without a piece of the token in the answer, and without a look at where the token points to.
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
///     // What a proxy in front sees to.
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
    /// By what can be made of a valid token, and of the key that has signed it.
    #[must_use]
    pub fn new(valid_token: &'a str, key: &'a SigningKey) -> Self {
        Self { valid_token, key, cookies: false, grpc: false, header: None, except: Vec::new() }
    }

    /// Also on a service that takes the token from [`Cookies`](jotwell_http::Cookies). The request has to be one that may
    /// change something, such as a POST.
    #[must_use]
    pub fn cookies(self) -> Self {
        Self { cookies: true, ..self }
    }

    /// On a service of gRPC. A response whose headers have `grpc-status` 16 counts as a 401, 7 as a 403, 3 as a 400;
    /// one without that header as success, as long as its status over HTTP is one.
    #[must_use]
    pub fn grpc(self) -> Self {
        Self { grpc: true, ..self }
    }

    /// On a service that reads the token from this header, which has nothing else, and not from `Authorization`:
    /// [`Authenticator::token_header`](jotwell_http::Authenticator::token_header).
    #[must_use]
    pub fn token_header(self, name: HeaderName) -> Self {
        Self { header: Some(name), ..self }
    }

    /// Without the attack, or the control, of that name. The report names it.
    #[must_use]
    pub fn except(mut self, name: &str) -> Self {
        self.except.push(name.to_owned());
        self
    }

    /// As [`run`](Self::run), for a test.
    ///
    /// # Panics
    /// With the report, where an attack was not refused, or the run proves nothing.
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

    /// Tries every attack on a service.
    ///
    /// # Errors
    /// [`AttackError::Failures`] with every attack that was not refused, and [`AttackError::Inconclusive`].
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
        // Where the stranger's key is to be had, for whoever goes and gets it. A shared secret is not published.
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

/// The status of the answer, where there is one.
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

/// The status by which an attack was refused, without a word too many.
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

/// The status of a response, that of gRPC in terms of HTTP.
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
