//! The issuer for tests, the attacks on services that are sound, and the report on those that are not. That each
//! attack can succeed is for `attack_suite_holes.rs`.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::header::{AUTHORIZATION, LOCATION};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{Full, Limited};
use jotwell::{
    Algorithm, Audience, Claims, Issuer, NoClaims, NumericDate, SigningKey, Validator, VerifyError, base64url,
};
use jotwell_http::store::MemoryStore;
use jotwell_http::{AccessClaims, Auth, Authenticator, IssuerKeys, Sessions};
use jotwell_test::{
    Attack, AttackError, AttackSuite, Failure, Flaw, Inconclusive, Outcome, Refused, TestClock, TestIssuer,
    assert_refuses, attacks,
};
use tower::{ServiceBuilder, service_fn};

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const ISSUER: &str = "https://auth.example";
const AUDIENCE: &str = "orders-api";

fn issuer() -> TestIssuer {
    TestIssuer::new(ISSUER, AUDIENCE).expect("an issuer").clock(NOW)
}

fn token(issuer: &TestIssuer) -> String {
    issuer.token("user-42", AccessClaims::new(NoClaims).role("editor")).expect("a token")
}

fn authenticator(issuer: &TestIssuer) -> Authenticator {
    let (iss, aud) = (Issuer::is(issuer.issuer()), Audience::is(issuer.audience()));
    Authenticator::new(Validator::with_clock(issuer.verifying_key(), iss, aud, NOW).typ("at+jwt"))
}

fn router(authenticator: &Authenticator) -> Router {
    Router::new().route("/", post(async || "orders")).layer(authenticator.layer())
}

fn request() -> Request<Body> {
    Request::post("/").body(Body::empty()).expect("a request")
}

/// A service that responds with 200 to the valid token, and otherwise as given.
fn refusing_by(good: &str, answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> Router {
    let good = [format!("Bearer {good}"), format!("bearer {good}")];
    let route = post(async move |headers: HeaderMap| {
        let values: Vec<_> = headers.get_all(AUTHORIZATION).iter().collect();
        let is_good = matches!(&values[..], [one] if good.iter().any(|good| good == *one));
        if is_good { "orders".into_response() } else { answer() }
    });
    Router::new().route("/", route)
}

fn survived(result: Result<Refused, AttackError>) -> Vec<Failure> {
    match result {
        Err(AttackError::Failures { survived, .. }) => survived,
        other => panic!("{other:?}"),
    }
}

fn unproven(result: Result<Refused, AttackError>) -> Inconclusive {
    match result {
        Err(AttackError::Inconclusive(unproven)) => unproven,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_service_with_a_validator_rejects_every_attack() {
    let issuer = issuer();
    let token = token(&issuer);
    assert_refuses(router(&authenticator(&issuer)), request, &token, issuer.signing_key()).await;
    let service = router(&authenticator(&issuer).cookies());
    let rejected = AttackSuite::new(&token, issuer.signing_key()).cookies().run(service, request).await;
    let rejected = rejected.expect("a secure service");
    assert_eq!(rejected.not_tried(), [""; 0]);
    assert_eq!(rejected.to_string(), format!("{} attacks were refused", rejected.attacks().len()));
    assert!(rejected.attacks().contains(&("expired", StatusCode::UNAUTHORIZED)), "{rejected:?}");
    assert!(rejected.attacks().contains(&("a comma between two tokens", StatusCode::BAD_REQUEST)));
    assert!(rejected.attacks().contains(&("a cookie without its proof", StatusCode::FORBIDDEN)));
}

#[tokio::test]
async fn a_service_with_sessions_rejects_every_attack_for_all_algorithms() {
    for algorithm in [Algorithm::ES256, Algorithm::EdDSA, Algorithm::HS256] {
        let key = SigningKey::generate(algorithm).expect("a key").with_key_id("one");
        let keys = IssuerKeys::single(key.clone()).expect("keys");
        let sessions: Sessions = Sessions::new(
            Arc::new(MemoryStore::new()),
            keys,
            jotwell_http::IssuerId::new(ISSUER),
            jotwell_http::AudienceId::new(AUDIENCE),
        );
        let sessions = sessions.clock(TestClock::at(NOW));
        let grant = sessions
            .begin()
            .await
            .expect("the store")
            .complete("user-42", AccessClaims::new(NoClaims))
            .await
            .expect("a session");
        let service = router(&sessions.authenticator().cookies());
        let rejected = AttackSuite::new(&grant.access_token, &key).cookies().run(service, request).await;
        let rejected = rejected.unwrap_or_else(|breach| panic!("{algorithm}: {breach}"));
        // A shared secret has no public half that could be used as a secret.
        let inapplicable: Vec<_> = match algorithm {
            Algorithm::HS256 => [
                Flaw::ConfusedPem,
                Flaw::ConfusedPemTrimmed,
                Flaw::ConfusedDer,
                Flaw::ConfusedJwk,
                Flaw::EmbeddedKey,
            ]
            .map(Flaw::name)
            .into(),
            _ => Vec::new(),
        };
        assert_eq!(rejected.not_tried(), inapplicable, "{algorithm}");
    }
}

#[tokio::test]
async fn services_with_extractors_and_tower_services_can_be_attacked() {
    let issuer = issuer();
    let (token, authenticator) = (token(&issuer), authenticator(&issuer));
    let handler = async |auth: Auth| auth.subject().map(str::to_owned).unwrap_or_default();
    let service = Router::new().route("/", post(handler)).with_state(authenticator.clone());
    assert_refuses(service, request, &token, issuer.signing_key()).await;

    let inner = service_fn(async |_: Request<()>| Ok::<_, Infallible>(http::Response::new(Body::empty())));
    let service = ServiceBuilder::new().layer(authenticator.layer()).service(inner);
    assert_refuses(service, Request::<()>::default, &token, issuer.signing_key()).await;
}

#[tokio::test]
async fn a_service_with_a_token_header_rejects_every_attack() {
    let issuer = issuer();
    let token = token(&issuer);
    let name = http::HeaderName::from_static("cf-access-jwt-assertion");
    let service = router(&authenticator(&issuer).token_header(name.clone()));
    let rejected =
        AttackSuite::new(&token, issuer.signing_key()).token_header(name).run(service, request).await;
    let rejected = rejected.expect("a secure service");
    assert!(rejected.attacks().contains(&("the token in Authorization", StatusCode::UNAUTHORIZED)));
    assert!(rejected.attacks().contains(&("a scheme in the token header", StatusCode::BAD_REQUEST)));
}

#[test]
fn an_issuer_creates_valid_tokens_and_flawed_ones() {
    let issuer = issuer();
    let audience = Audience::is(AUDIENCE);
    let validator = Validator::with_clock(issuer.verifying_key(), Issuer::is(ISSUER), audience, NOW);
    let validator = validator.typ("at+jwt").require("jti").require("client_id");
    let verify = |token: &str| validator.verify::<Claims<AccessClaims>>(token);
    let [one, other] = [token(&issuer), token(&issuer)].map(|token| verify(&token).expect("a valid token"));
    assert_ne!(one.jwt_id, other.jwt_id);
    assert_eq!(one.subject.as_deref(), Some("user-42"));
    assert_eq!(one.custom.client_id.as_deref(), Some(AUDIENCE));
    assert!(one.custom.has_role("editor"));

    let claims = issuer.claims("user-42", AccessClaims::new(NoClaims));
    for flaw in Flaw::ALL {
        let token = issuer.flawed(*flaw, &claims).expect("a flawed token");
        assert!(verify(&token).is_err(), "{flaw:?}");
    }
    let flawed = |flaw| verify(&issuer.flawed(flaw, &claims).expect("a flawed token")).map(drop);
    let expired_at = NumericDate::from_secs(NOW.as_secs() - 86_400);
    assert_eq!(flawed(Flaw::Expired), Err(VerifyError::Expired { expired_at, now: NOW }));
    assert_eq!(flawed(Flaw::StrangersKey), Err(VerifyError::InvalidSignature));
    assert_eq!(flawed(Flaw::Unsecured), Err(VerifyError::Unsecured));

    let turned = issuer.with_new_key().expect("a key");
    let rejected = verify(&token(&turned)).map(drop);
    assert!(matches!(rejected, Err(VerifyError::UnknownKey { key_id: Some(_) })), "{rejected:?}");
    // A token without an issuer cannot have a wrong one.
    let mut nobodys = claims;
    nobodys.issuer = None;
    let flawed = issuer.flawed(Flaw::OtherIssuer, &nobodys);
    assert!(matches!(flawed, Err(Inconclusive::Inapplicable(Flaw::OtherIssuer))), "{flawed:?}");
}

#[test]
fn only_flaws_of_claims_are_signed_by_the_issuer() {
    let issuer = issuer();
    let claims = issuer.claims("user-42", AccessClaims::new(NoClaims));
    let signed = Flaw::ALL.iter().copied().filter(|flaw| {
        let token = issuer.flawed(*flaw, &claims).expect("a flawed token");
        let verdict = jotwell::jws::Verifier::new(issuer.verifying_key()).max_length(1 << 20).verify(&token);
        verdict.is_ok() || matches!(verdict, Err(VerifyError::UnsupportedCrit))
    });
    let expected = [
        Flaw::Expired,
        Flaw::ExpiryText,
        Flaw::NoExpiry,
        Flaw::NotYetValid,
        Flaw::OtherAudience,
        Flaw::LongerAudience,
        Flaw::NoAudience,
        Flaw::OtherIssuer,
        Flaw::LongerIssuer,
        Flaw::NoIssuer,
        Flaw::DuplicateClaim,
        Flaw::OtherType,
        Flaw::PlainType,
        Flaw::UnknownCritical,
        Flaw::Oversized,
    ];
    assert_eq!(signed.collect::<Vec<_>>(), expected);
}

#[test]
fn an_attack_is_added_to_a_request() {
    let issuer = issuer();
    let token = token(&issuer);
    let attacks = attacks(&token, issuer.signing_key()).expect("attacks");
    let find = |name: &str| attacks.iter().find(|attack| attack.name() == name).expect("an attack");
    let apply = |attack: &Attack, uri: &str| {
        attack.apply(Request::get(uri).body(()).expect("a request")).expect("a request")
    };
    let in_query = find("the token in the query");
    assert_eq!(in_query.query(), Some(&*format!("access_token={token}")));
    assert_eq!(apply(in_query, "/a").uri(), &*format!("/a?access_token={token}"));
    assert_eq!(apply(in_query, "http://x/a?b=c").uri(), &*format!("http://x/a?b=c&access_token={token}"));
    let twice = apply(find("two headers, the valid one first"), "/");
    assert_eq!(twice.headers().get_all(AUTHORIZATION).iter().count(), 2);
    assert!(find("no token").headers().is_empty());
    assert_eq!(find("expired").right_answers(), [400, 401, 403]);
    assert_eq!(find(Flaw::Oversized.name()).right_answers(), [400, 401, 403, 413, 431]);
    let long = Request::get(format!("/{}", "a".repeat(65_400))).body(()).expect("a request");
    assert!(in_query.apply(long).is_err());
}

#[tokio::test]
async fn an_accepting_response_is_reported() {
    let issuer = issuer();
    let token = token(&issuer);
    let assault = AttackSuite::new(&token, issuer.signing_key());
    let tried = attacks(&token, issuer.signing_key()).expect("attacks").len();
    for status in [204, 302, 404, 429, 500, 503] {
        let status = StatusCode::from_u16(status).expect("a status");
        let survived =
            survived(assault.run(refusing_by(&token, move || status.into_response()), request).await);
        assert_eq!(survived.len(), tried, "{status}");
        assert!(survived.iter().all(|one| one.outcome == Outcome::Answered(status)), "{survived:?}");
    }
    // A response for a token that is too large, and for no other.
    let too_large = || StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response();
    let survived = survived(assault.run(refusing_by(&token, too_large), request).await);
    assert_eq!(survived.len(), tried - 1);
    assert!(survived.iter().all(|one| one.attack != Flaw::Oversized.name()));
}

#[tokio::test]
async fn a_response_with_a_part_of_the_token_is_reported() {
    let issuer = issuer();
    let token = token(&issuer);
    let assault = AttackSuite::new(&token, issuer.signing_key());
    let parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    let repeated = Outcome::Repeated(StatusCode::UNAUTHORIZED);
    for piece in &parts[1..] {
        let text = format!("this is invalid: {piece}!");
        let in_header = [(LOCATION, text.clone())];
        let body = move || (StatusCode::UNAUTHORIZED, text.clone()).into_response();
        let header = move || (StatusCode::UNAUTHORIZED, in_header.clone()).into_response();
        for result in [
            assault.run(refusing_by(&token, body), request).await,
            assault.run(refusing_by(&token, header), request).await,
        ] {
            let survived = survived(result);
            let found = survived.iter().any(|one| one.attack == "no scheme" && one.outcome == repeated);
            assert!(found, "{survived:?}");
        }
    }
    // The issuer and the `kid` are not secret.
    let header = parts[0].clone();
    let body = move || (StatusCode::UNAUTHORIZED, header.clone()).into_response();
    assault.run(refusing_by(&token, body), request).await.expect("a secure service");
}

#[tokio::test]
async fn a_truncated_response_and_a_failing_service_are_reported() {
    let issuer = issuer();
    let token = token(&issuer);
    let assault = AttackSuite::new(&token, issuer.signing_key());
    let broken = || {
        (StatusCode::UNAUTHORIZED, Body::new(Limited::new(Full::<Bytes>::from("long"), 1))).into_response()
    };
    let survived_by_break = survived(assault.run(refusing_by(&token, broken), request).await);
    assert!(survived_by_break.iter().all(|one| one.outcome == Outcome::Broken(StatusCode::UNAUTHORIZED)));

    let good = [format!("Bearer {token}"), format!("bearer {token}")];
    let failing = service_fn(move |request: Request<Body>| {
        let values: Vec<_> = request.headers().get_all(AUTHORIZATION).iter().collect();
        let is_good = matches!(&values[..], [one] if good.iter().any(|good| good == *one));
        async move { if is_good { Ok(http::Response::new(Body::empty())) } else { Err("out of order") } }
    });
    let survived = survived(assault.run(failing, request).await);
    assert!(survived.iter().all(|one| one.outcome == Outcome::Failed), "{survived:?}");
}

#[tokio::test]
async fn a_service_that_fetches_from_an_address_in_a_token_is_reported() {
    let issuer = issuer();
    let token = token(&issuer);
    let follow = from_fn(async |request: Request<Body>, next: axum::middleware::Next| {
        if let Some(url) =
            request.headers().get(AUTHORIZATION).and_then(|value| pointed_to(value.to_str().ok()?))
        {
            let (address, path) = url.strip_prefix("http://").expect("http").split_once('/').expect("a path");
            crate::loopback::get(address.parse().expect("an address"), &format!("/{path}"))
                .expect("a response");
        }
        next.run(request).await
    });
    let service = router(&authenticator(&issuer)).layer(follow);
    let survived = survived(AttackSuite::new(&token, issuer.signing_key()).run(service, request).await);
    let outcome = Outcome::Followed(StatusCode::UNAUTHORIZED);
    let names: Vec<_> = survived.iter().filter(|one| one.outcome == outcome).map(|one| one.attack).collect();
    assert_eq!(names, [Flaw::KeySetUrl.name(), Flaw::CertificateUrl.name()]);
    assert_eq!(survived.len(), 2);
}

fn pointed_to(header: &str) -> Option<String> {
    let (_, token) = header.split_once(' ')?;
    let header: serde_json::Value =
        serde_json::from_slice(&base64url::decode(token.split('.').next()?).ok()?).ok()?;
    ["jku", "x5u"].iter().find_map(|name| header[name].as_str().map(str::to_owned))
}

#[tokio::test]
async fn a_run_that_proves_nothing_is_inconclusive() {
    let issuer = issuer();
    let token = token(&issuer);
    let key = issuer.signing_key();
    let service = || router(&authenticator(&issuer));
    for text in ["", "a.b", "a.b.c.d", "no token", &format!("{token}=")] {
        let result = AttackSuite::new(text, key).run(service(), request).await;
        assert!(matches!(unproven(result), Inconclusive::NotAToken), "{text:?}");
    }
    let signed = |header: &str, payload: &str| {
        let input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
        format!("{input}.{}", base64url::encode(key.sign(input.as_bytes()).expect("a signature")))
    };
    for text in [signed("[]", "{}"), signed("{}", "text"), signed("{}", "[]")] {
        let result = AttackSuite::new(&text, key).run(service(), request).await;
        assert!(matches!(unproven(result), Inconclusive::NotAToken), "{text:?}");
    }
    let other = issuer.with_new_key().expect("a key");
    let result = AttackSuite::new(&token, other.signing_key()).run(service(), request).await;
    assert!(matches!(unproven(result), Inconclusive::OtherKey));

    // A service that rejects every token rejects every attack.
    let closed = Router::new().fallback(async || StatusCode::UNAUTHORIZED);
    let error = unproven(AttackSuite::new(&token, key).run(closed, request).await);
    assert_eq!(error.to_string(), "the valid token must get through, but: answered 401 Unauthorized");
    let failing = service_fn(async |_: Request<Body>| Err::<http::Response<Body>, _>("out of order"));
    let error = unproven(AttackSuite::new(&token, key).run(failing, request).await);
    assert_eq!(error.to_string(), "the valid token must get through, but: the service failed");

    // A service without cookies cannot be attacked with cookies, nor by a method that needs no anti-forgery token.
    let error = unproven(AttackSuite::new(&token, key).cookies().run(service(), request).await);
    let status = Some(StatusCode::UNAUTHORIZED);
    let control = "a cookie with its proof";
    assert!(
        matches!(error, Inconclusive::ControlRefused { control: c, status: s } if c == control && s == status)
    );
    let get = || Request::get("/").body(Body::empty()).expect("a request");
    let result = AttackSuite::new(&token, key).cookies().run(service(), get).await;
    assert!(matches!(unproven(result), Inconclusive::SafeMethod));
}

#[tokio::test]
async fn a_rate_limit_makes_a_run_inconclusive() {
    let issuer = issuer();
    let token = token(&issuer);
    let count = Arc::new(AtomicUsize::new(0));
    let limited = from_fn(move |request: Request<Body>, next: axum::middleware::Next| {
        let late = count.fetch_add(1, Ordering::Relaxed) >= 10;
        async move { if late { StatusCode::FORBIDDEN.into_response() } else { next.run(request).await } }
    });
    let service = router(&authenticator(&issuer)).layer(limited);
    let error = unproven(AttackSuite::new(&token, issuer.signing_key()).run(service, request).await);
    assert!(
        matches!(error, Inconclusive::RefusedAfterwards { status: Some(StatusCode::FORBIDDEN) }),
        "{error:?}"
    );
}

#[tokio::test]
async fn skipped_attacks_are_named() {
    let issuer = issuer();
    let token = token(&issuer);
    let (iss, aud) = (Issuer::is(ISSUER), Audience::is(AUDIENCE));
    let immortal = Validator::with_clock(issuer.verifying_key(), iss, aud, NOW).typ("at+jwt");
    let immortal = router(&Authenticator::new(immortal.expiry(jotwell::Expiry::IfPresent)));
    let assault = || AttackSuite::new(&token, issuer.signing_key());
    let survived = survived(assault().run(immortal.clone(), request).await);
    let messages: Vec<_> = survived.iter().map(Failure::to_string).collect();
    assert_eq!(messages, ["without exp: answered 200 OK"]);

    let assault = assault().except("without exp").except("a scheme in lower case");
    let rejected = assault.run(immortal.clone(), request).await.expect("a secure service");
    assert_eq!(rejected.not_tried(), ["without exp", "a scheme in lower case"]);
    assert!(rejected.to_string().ends_with("refused; not tried: without exp, a scheme in lower case"));
    let error = unproven(assault.except("no such thing").run(immortal, request).await);
    assert_eq!(error.to_string(), r#"no attack has the name "no such thing""#);
}

#[tokio::test]
#[should_panic(expected = "attacks were not refused as they should:\n  without exp: answered 200 OK")]
async fn a_failing_assertion_shows_the_report() {
    let issuer = issuer();
    let token = token(&issuer);
    let (iss, aud) = (Issuer::is(ISSUER), Audience::is(AUDIENCE));
    let immortal = Validator::with_clock(issuer.verifying_key(), iss, aud, NOW).typ("at+jwt");
    let immortal = router(&Authenticator::new(immortal.expiry(jotwell::Expiry::IfPresent)));
    assert_refuses(immortal, request, &token, issuer.signing_key()).await;
}

#[tokio::test]
#[should_panic(expected = "this run proves nothing: the valid token was not signed with the given key")]
async fn a_failing_assertion_says_that_it_proves_nothing() {
    let (issuer, other) = (issuer(), issuer());
    assert_refuses(router(&authenticator(&issuer)), request, &token(&issuer), other.signing_key()).await;
}
