//! actix-web and tonic: nested guards, and particular behavior of each. `answers.rs` checks that they respond as axum
//! does.

use std::convert::Infallible;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, SET_COOKIE};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, Error, HttpMessage, HttpRequest, HttpResponse, Responder, web};
use http::Request;
use jotwell::{Algorithm, NoClaims, SigningKey};
use jotwell_http::store::MemoryStore;
use jotwell_http::{
    AccessClaims, Auth, AuthError, AuthErrorKind, Authenticator, Cookies, IssuerKeys, OptionalAuth,
    PlainResponse, RequestHead, RequireRole, SessionError, Sessions, jwks_resource,
};
use jotwell_test::{AttackSuite, TestIssuer};
use tower::{Layer, ServiceExt, service_fn};

use crate::actix::ask;
use crate::common::tokens::{bearer, get, good, request, tampered};
use crate::common::world::{Counted, authenticator, replay_guard};
use crate::grpc::{Orders, by_call};

type Answered = ServiceResponse<BoxBody>;

/// Two scopes behind guards of these authenticators, and two extractors of the second.
async fn nested(
    outer: &Authenticator,
    inner: &Authenticator,
) -> impl Service<actix_http::Request, Response = Answered, Error = Error> + use<> {
    let route = web::get().to(async |_: Auth, _: OptionalAuth, _: Auth| "through");
    let resource = web::resource("").wrap(inner.guard()).route(route);
    let scope = web::scope("/orders").wrap(outer.guard().optional()).service(resource);
    init_service(App::new().app_data(web::Data::new(inner.clone())).service(scope)).await
}

#[tokio::test]
async fn actix_verifies_once_for_guards_and_extractors() {
    let (authenticator, count) = Counted::authenticator();
    let app = nested(&authenticator, &authenticator.clone()).await;
    assert_eq!(ask(&app, &bearer(&good())).await.status(), 200);
    assert_eq!(count(), 1);
    let ((outer, outer_count), (inner, inner_count)) = (Counted::authenticator(), Counted::authenticator());
    assert_eq!(ask(&nested(&outer, &inner).await, &bearer(&good())).await.status(), 200);
    assert_eq!((outer_count(), inner_count()), (1, 1));
}

#[tokio::test]
async fn actix_uses_a_single_use_token_once() {
    let authenticator = authenticator().single_use(replay_guard(Arc::new(MemoryStore::new())));
    let app = nested(&authenticator, &authenticator).await;
    assert_eq!(ask(&app, &bearer(&good())).await.status(), 200);
    assert_eq!(ask(&app, &bearer(&good())).await.status(), 401);
}

#[tokio::test]
async fn tonic_verifies_once_for_layers_and_calls() {
    let (authenticator, count) = Counted::authenticator();
    let layered = authenticator
        .layer()
        .grpc()
        .layer(authenticator.layer().grpc().layer(Orders::Alone(authenticator.clone(), &[])));
    let call = bearer(&good()).map(|()| tonic::body::Body::new(http_body_util::Full::from(&[0; 5][..])));
    let (mut parts, body) = call.into_parts();
    parts.headers.insert("content-type", "application/grpc".parse().expect("a header"));
    let response = layered.oneshot(Request::from_parts(parts, body)).await.expect("a response");
    assert_eq!((response.status().as_u16(), response.headers().get("grpc-status")), (200, None));
    assert_eq!(count(), 1);

    let authenticator =
        crate::common::world::authenticator().single_use(replay_guard(Arc::new(MemoryStore::new())));
    let status =
        async || by_call(&authenticator, &[], &bearer(&good())).await.headers()["grpc-status"].clone();
    assert_eq!((status().await, status().await), ("0".parse().unwrap(), "16".parse().unwrap()));
}

/// A request that looks as if another authenticator had accepted it.
async fn noted_by_another(request: &Request<()>) -> actix_http::Request {
    let good = bearer(&good());
    let auth = authenticator().authenticate(good.method(), good.headers()).await.expect("a valid token");
    let asked = request.headers().iter().fold(TestRequest::with_uri("/orders"), |asked, (name, value)| {
        asked.append_header((name.as_str(), value.as_bytes()))
    });
    let asked = asked.to_request();
    asked.extensions_mut().insert::<Auth>(auth);
    asked
}

#[tokio::test]
async fn actix_does_not_trust_another_authenticators_result() {
    let authenticator = authenticator();
    for (request, optional) in [(get(&[]), 200), (bearer(&tampered()), 401)] {
        let noted = async |request: HttpRequest| {
            HttpResponse::Ok().body(if request.extensions().get::<Auth>().is_some() {
                "noted"
            } else {
                "nobody"
            })
        };
        for (guard, status) in [(authenticator.guard(), 401), (authenticator.guard().optional(), optional)] {
            let scope = web::scope("/orders").wrap(guard).default_service(web::to(noted));
            let app = init_service(App::new().service(scope)).await;
            let answered = call_service(&app, noted_by_another(&request).await).await;
            assert_eq!(answered.status(), status);
            assert_ne!(read_body(answered).await, "noted");
        }
        for (route, status) in [
            (web::to(async |_: Auth| "somebody"), 401),
            (
                web::to(async |auth: OptionalAuth, request: HttpRequest| {
                    let noted = request.extensions().get::<Auth>().is_some();
                    if auth.is_some() || noted { "somebody" } else { "nobody" }
                }),
                optional,
            ),
        ] {
            let data = web::Data::new(authenticator.clone());
            let app = init_service(App::new().app_data(data).default_service(route)).await;
            let answered = call_service(&app, noted_by_another(&request).await).await;
            assert_eq!(answered.status(), status);
            assert_ne!(read_body(answered).await, "somebody");
        }
    }
}

#[tokio::test]
async fn actix_rejects_every_request_without_an_authenticator() {
    let app = App::new().route("/orders", web::get().to(async |_: Auth| "through"));
    let app = init_service(app.route("/", web::get().to(async |_: OptionalAuth| "through"))).await;
    for path in ["/orders", "/"] {
        let response = ask(&app, &request("GET", path, &[])).await;
        assert_eq!((response.status().as_u16(), response.body().as_str()), (500, ""));
    }
}

/// actix-web does so for every extractor; `OptionalAuth` exists for this reason.
#[tokio::test]
async fn actix_treats_an_invalid_token_as_none_for_an_option() {
    let handler = async |auth: Option<Auth>| if auth.is_some() { "somebody" } else { "nobody" };
    let app = App::new().app_data(web::Data::new(authenticator())).default_service(web::to(handler));
    let response = ask(&init_service(app).await, &bearer(&tampered())).await;
    assert_eq!((response.status().as_u16(), response.body().as_str()), (200, "nobody"));
}

#[tokio::test]
async fn an_inner_guard_of_actix_adds_its_rules() {
    let authenticator = authenticator();
    let resource = web::resource("").wrap(authenticator.guard().require(RequireRole::new("admin")));
    let scope = web::scope("/orders")
        .wrap(authenticator.guard().optional())
        .service(resource.route(web::get().to(async || "through")));
    let app = init_service(App::new().service(scope)).await;
    assert_eq!(ask(&app, &bearer(&good())).await.status(), 403);
    assert_eq!(ask(&app, &get(&[])).await.status(), 401);
}

/// Outer middleware sees a response rather than an error of actix-web, and headers of a handler are preserved.
#[tokio::test]
async fn a_guard_of_actix_does_not_affect_outer_middleware() {
    use actix_web::middleware::DefaultHeaders;
    let authenticator = authenticator().cookies();
    let handler = async || HttpResponse::Ok().insert_header((CACHE_CONTROL, "private")).body("through");
    let scope = web::scope("/orders")
        .wrap(authenticator.guard())
        .wrap(DefaultHeaders::new().add(("x-outer", "seen")))
        .default_service(web::to(handler));
    let app = init_service(App::new().service(scope)).await;
    let cookie = format!("__Host-access={}", good());
    let through = ask(&app, &get(&[("cookie", &cookie)])).await;
    assert_eq!(
        (through.status().as_u16(), &through.headers()["cache-control"]),
        (200, &"private".parse().unwrap())
    );
    let rejected = ask(&app, &get(&[])).await;
    assert_eq!((rejected.status().as_u16(), &rejected.headers()["x-outer"]), (401, &"seen".parse().unwrap()));
    assert!(matches!(
        rejected.extensions().get::<AuthError>().map(AuthError::kind),
        Some(AuthErrorKind::Missing)
    ));
}

#[tokio::test]
async fn actix_publishes_cacheable_keys() {
    let key = SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("one");
    let keys = IssuerKeys::single(key).expect("keys");
    let app = init_service(App::new().service(jwks_resource(keys.clone()))).await;
    let asked = || TestRequest::with_uri("/.well-known/jwks.json");
    let first = call_service(&app, asked().to_request()).await;
    assert_eq!(first.status(), 200);
    assert_eq!(first.headers().get(CONTENT_TYPE).expect("a type"), "application/jwk-set+json");
    let lifetime = format!("public, max-age={}", keys.max_age().as_secs());
    assert_eq!(first.headers().get(CACHE_CONTROL).expect("a lifetime"), lifetime.as_str());
    let tag = first.headers().get(ETAG).expect("a tag").clone();
    assert_eq!(read_body(first).await, keys.published().to_json().expect("a set"));
    let known = asked().append_header((IF_NONE_MATCH, "\"a\"")).append_header((IF_NONE_MATCH, tag.clone()));
    let again = call_service(&app, known.to_request()).await;
    assert_eq!((again.status().as_u16(), again.headers().get(ETAG)), (304, Some(&tag)));
    assert_eq!(read_body(again).await, "");
    let posted = asked().method(actix_web::http::Method::POST).to_request();
    assert_eq!(call_service(&app, posted).await.status(), 405);
    let head = asked().method(actix_web::http::Method::HEAD).to_request();
    assert_eq!(call_service(&app, head).await.status(), 200);
}

/// Exchanges the refresh token of a browser, as in the README.
async fn refresh(request: HttpRequest, sessions: web::Data<Sessions>) -> Result<HttpResponse, SessionError> {
    let token = Cookies::refresh_token_of(&request)?;
    let cookies = sessions.refresh(token).await?.cookies(&Cookies::new())?;
    let mut response = HttpResponse::NoContent();
    response.insert_header((CACHE_CONTROL, "no-store"));
    for cookie in &cookies {
        response.append_header((SET_COOKIE, cookie.as_bytes()));
    }
    Ok(response.finish())
}

#[tokio::test]
async fn a_browser_keeps_its_session_with_actix() {
    let key = SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("one");
    let (name, audience) =
        (jotwell_http::IssuerId::new("https://auth.example"), jotwell_http::AudienceId::new("orders"));
    let store = Arc::new(MemoryStore::new());
    let sessions: Sessions = Sessions::new(store, IssuerKeys::single(key).expect("keys"), name, audience);
    let login = sessions.begin().await.expect("a store");
    let tokens = login.complete("user-42", AccessClaims::new(NoClaims)).await.expect("a session");
    let guard = sessions.authenticator().cookies().guard();
    let app = App::new()
        .app_data(web::Data::new(sessions))
        .route("/refresh", web::post().to(refresh))
        .service(web::scope("/orders").wrap(guard).default_service(web::to(async || "through")));
    let app = init_service(app).await;

    let pairs = tokens.cookies(&Cookies::new()).expect("cookies");
    let pairs =
        pairs.map(|cookie| cookie.to_str().expect("text").split(';').next().expect("a pair").to_owned());
    let (cookies, proof) = (pairs.join("; "), pairs[2].split_once('=').expect("a value").1);
    let without = ask(&app, &request("POST", "/refresh", &[("cookie", &cookies)])).await;
    assert_eq!(without.status(), 403);
    let with = [("cookie", cookies.as_str()), ("x-csrf-token", proof)];
    let refreshed = ask(&app, &request("POST", "/refresh", &with)).await;
    assert_eq!(
        (refreshed.status().as_u16(), refreshed.headers().get_all("set-cookie").iter().count()),
        (204, 3)
    );
    assert_eq!(ask(&app, &request("POST", "/orders", &with)).await.status(), 200);
    assert_eq!(ask(&app, &request("POST", "/orders", &[("cookie", &cookies)])).await.status(), 403);

    let asked = TestRequest::default().to_http_request();
    let plain = tokens.plain_response();
    let answered = tokens.clone().respond_to(&asked);
    assert_eq!(headers(&answered), headers_of(&plain));
    assert_eq!(plain.status, 200);
    let body = actix_web::body::to_bytes(answered.into_body()).await.expect("a body");
    assert_eq!(
        (&body[..], serde_json::from_slice(&body).ok()),
        (plain.body.as_bytes(), serde_json::to_value(&tokens).ok())
    );
    assert!(!format!("{plain:?}").contains(&**tokens.access_token), "{plain:?}");
}

fn headers(response: &HttpResponse) -> Vec<(String, String)> {
    let headers = response.headers().iter();
    let mut headers: Vec<_> =
        headers.map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned())).collect();
    headers.sort();
    headers
}

fn headers_of(plain: &PlainResponse) -> Vec<(String, String)> {
    let mut headers: Vec<_> =
        plain.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    headers.sort();
    headers
}

#[tokio::test]
async fn actix_responds_to_errors_of_sessions() {
    for error in [SessionError::Ended, SessionError::Claims, SessionError::CsrfFailed] {
        let plain = error.plain_response();
        let answered = actix_web::ResponseError::error_response(&error);
        assert_eq!((answered.status().as_u16(), headers(&answered)), (plain.status, headers_of(&plain)));
        assert_eq!(actix_web::ResponseError::status_code(&error).as_u16(), error.status().as_u16());
        let same = http::Response::<String>::from(plain.clone());
        assert_eq!((same.status(), same.body()), (error.status(), &plain.body));
    }
}

/// An adapter needs only the head as pairs, with names in any case.
#[tokio::test]
async fn any_framework_authenticates_by_pairs() {
    let token = format!("Bearer {}", good());
    let authenticator = authenticator();
    let head = || RequestHead::new("GET", [("Accept", &b"*/*"[..]), ("AUTHORIZATION", token.as_bytes())]);
    let auth = authenticator.authenticate_head(head(), None).await.expect("a valid token");
    assert_eq!(auth.subject(), Some("user-42"));
    assert!(authenticator.guard().check(head(), Some(auth)).await.expect("accepted").is_some());
    let nothing = RequestHead::new("GET", []);
    assert!(authenticator.guard().optional().check(nothing.clone(), None).await.expect("accepted").is_none());
    let error = authenticator.guard().check(nothing, None).await.expect_err("rejected");
    assert_eq!((error.plain_response().status, error.grpc_response().status), (401, 200));
}

/// Sends requests as the tests of this suite do: an actix-web service as a tower service.
async fn attacked<S>(app: &S, request: Request<()>) -> Result<http::Response<axum::body::Body>, Infallible>
where
    S: Service<actix_http::Request, Response = Answered, Error = Error>,
{
    Ok(ask(app, &request).await.map(axum::body::Body::from))
}

fn issuer() -> TestIssuer {
    TestIssuer::new("https://auth.example", "orders-api").expect("an issuer")
}

fn authenticator_of(issuer: &TestIssuer) -> Authenticator {
    let (iss, aud) = (jotwell::Issuer::is(issuer.issuer()), jotwell::Audience::is(issuer.audience()));
    Authenticator::new(jotwell::Validator::new(issuer.verifying_key(), iss, aud).typ("at+jwt"))
}

#[tokio::test]
async fn actix_rejects_every_attack() {
    let issuer = issuer();
    let token = issuer.token("user-42", AccessClaims::new(NoClaims)).expect("a token");
    let authenticator = authenticator_of(&issuer).cookies();
    let post = || request("POST", "/", &[]);
    let scope = web::scope("").wrap(authenticator.guard()).default_service(web::to(async || "orders"));
    let guarded = init_service(App::new().service(scope)).await;
    let service = service_fn(|request| attacked(&guarded, request));
    let suite = AttackSuite::new(&token, issuer.signing_key()).cookies();
    suite.assert_refused_by(service, post).await;

    let app =
        App::new().app_data(web::Data::new(authenticator)).default_service(web::to(async |_: Auth| "orders"));
    let extracting = init_service(app).await;
    suite.assert_refused_by(service_fn(|request| attacked(&extracting, request)), post).await;
}

#[tokio::test]
async fn tonic_rejects_every_attack() {
    let issuer = issuer();
    let token = issuer.token("user-42", AccessClaims::new(NoClaims)).expect("a token");
    let authenticator = authenticator_of(&issuer);
    let call = || {
        let frame = http_body_util::Full::from(&[0; 5][..]);
        let request = Request::post("/orders.Orders/Whose").header("content-type", "application/grpc");
        request.body(tonic::body::Body::new(frame)).expect("a call")
    };
    let suite = AttackSuite::new(&token, issuer.signing_key()).grpc();
    let layered = authenticator.layer().grpc().layer(Orders::Layered);
    suite.assert_refused_by(layered, call).await;
    suite.assert_refused_by(Orders::Alone(authenticator, &[]), call).await;
    // A service without protection accepts every attack.
    let tried = suite.run(Orders::Layered, call).await.expect_err("a service without protection");
    let jotwell_test::AttackError::Failures { survived, tried } = tried else { panic!("{tried}") };
    assert_eq!(survived.len(), tried);
}
