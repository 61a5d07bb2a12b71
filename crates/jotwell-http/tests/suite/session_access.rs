//! The access tokens of sessions: their claims, and when they are rejected.

use std::sync::Arc;
use std::time::Duration;

use crate::sessions_common::{AUDIENCE, Account, ISSUER, NOW, Service, bearer, payload};
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue, Method};
use jotwell::{
    Algorithm, Audience, Claims, Expiry, Issuer, KeyRing, KeyRotationPolicy, NoClaims, NumericDate,
    SigningKey, UnverifiedToken, Validator, VerifyError,
};
use jotwell_http::store::MemoryStore;
use jotwell_http::{
    AccessClaimError, AccessClaims, AuthErrorKind, Authenticator, Cookies, IssuerKeys, ReloadKeys,
    ReloadOutcome, ReplayGuard, Revocations, Scope, SessionError, Sessions, TokenResponse, TokenVerifier,
};
use jotwell_test::TestClock;
use serde_json::json;

#[tokio::test]
async fn an_access_token_has_the_claims_of_rfc_9068() {
    let service = Service::new();
    let grant = service.login().await;
    let header = UnverifiedToken::parse(&grant.access_token).expect("a token");
    assert_eq!(header.header().typ(), Some("at+jwt"));
    assert_eq!(header.header().key_id(), Some("one"));
    let mut claims = payload(&grant.access_token);
    let jwt_id = claims.as_object_mut().expect("an object").remove("jti").expect("a jti");
    assert_eq!(jwt_id.as_str().expect("a string").len(), 22);
    let expected = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "user-42", "client_id": AUDIENCE, "iat": 1_800_000_000,
        "exp": 1_800_000_900, "scope": "orders:read", "roles": ["editor"], "plan": "free",
        "sid": grant.session_id, "auth_time": 1_800_000_000,
    });
    assert_eq!(claims, expected);
    let other = service.login().await;
    assert_ne!(payload(&other.access_token)["jti"], jwt_id);
    assert_ne!(other.session_id, grant.session_id);
}

#[tokio::test]
async fn only_the_access_tokens_of_sessions_are_accepted() {
    let service = Service::new();
    let grant = service.login().await;
    let key = service.sessions.keys().signing_key();
    let sign = |change: fn(&mut serde_json::Value), typ: &str| {
        let mut claims = payload(&grant.access_token);
        change(&mut claims);
        let header = jotwell::Header::for_key(&key).with_typ(typ);
        jotwell::UnsignedToken::new(&header, claims.to_string().as_bytes()).sign(&key).expect("a token")
    };
    let authenticate = async |token: String| {
        let answer = service.authenticator.authenticate(&Method::GET, &bearer(&token)).await;
        answer.map(drop).map_err(|rejection| rejection.kind().clone())
    };
    type Change = fn(&mut serde_json::Value);
    fn without(claims: &mut serde_json::Value, name: &str) {
        claims.as_object_mut().expect("an object").remove(name);
    }
    authenticate(sign(|_| (), "at+jwt")).await.expect("accepted");
    authenticate(sign(|_| (), "application/at+jwt")).await.expect("accepted");
    let wrong_type = authenticate(sign(|_| (), "JWT")).await;
    assert!(matches!(wrong_type, Err(AuthErrorKind::Token(VerifyError::TypMismatch { .. }))));
    let cases: [(&str, Change); 6] = [
        ("sid", |claims| without(claims, "sid")),
        ("jti", |claims| without(claims, "jti")),
        ("sub", |claims| without(claims, "sub")),
        ("iat", |claims| without(claims, "iat")),
        ("exp", |claims| without(claims, "exp")),
        ("client_id", |claims| without(claims, "client_id")),
    ];
    for (claim, change) in cases {
        match authenticate(sign(change, "at+jwt")).await {
            Err(AuthErrorKind::Token(VerifyError::MissingClaim { claim: missing })) => {
                assert_eq!(missing, claim)
            }
            other => panic!("{claim}: {other:?}"),
        }
    }
    let null = authenticate(sign(|claims| claims["sid"] = json!(null), "at+jwt")).await;
    assert!(matches!(null, Err(AuthErrorKind::Token(VerifyError::MissingClaim { .. }))), "{null:?}");
    let malformed: [Change; 3] = [
        |claims| claims["sid"] = json!(7),
        |claims| claims["sid"] = json!([claims["sid"]]),
        |claims| claims["sid"] = json!({"sid": claims["sid"]}),
    ];
    for change in malformed {
        let answer = authenticate(sign(change, "at+jwt")).await;
        let expected = AccessClaimError::Malformed { claim: "sid" };
        assert!(matches!(&answer, Err(AuthErrorKind::Claim(error)) if *error == expected), "{answer:?}");
    }
    let unknown =
        authenticate(sign(|claims| claims["sid"] = json!("AAAAAAAAAAAAAAAAAAAAAA"), "at+jwt")).await;
    assert!(matches!(unknown, Err(AuthErrorKind::Revoked)));
    // A token of another subject in the name of this session.
    let issuer = authenticate(sign(|claims| claims["iss"] = json!("https://other.example"), "at+jwt")).await;
    assert!(matches!(issuer, Err(AuthErrorKind::Token(VerifyError::IssuerMismatch { .. }))));
}

#[tokio::test]
async fn one_access_token_can_be_revoked_separately() {
    let service = Service::new();
    let first = service.login().await;
    let second = service.sessions.refresh(&first.refresh_token).await.expect("a grant");
    let claims = payload(&first.access_token);
    let jwt_id = claims["jti"].as_str().expect("a jti");
    let expires_at = NumericDate::from_secs(claims["exp"].as_i64().expect("seconds"));
    service.sessions.revocations().revoke(ISSUER, jwt_id, expires_at).await.expect("the store");
    assert!(matches!(service.authenticate(&first).await, Err(AuthErrorKind::Revoked)));
    service.authenticate(&second).await.expect("accepted");
}

#[tokio::test]
async fn a_new_store_has_no_session() {
    let service = Service::new();
    let grant = service.login().await;
    let keys = service.sessions.keys().clone();
    let elsewhere: Sessions<Account> = Sessions::new(
        Arc::new(MemoryStore::new()),
        keys,
        jotwell_http::IssuerId::new(ISSUER),
        jotwell_http::AudienceId::new(AUDIENCE),
    )
    .clock(service.clock.clone());
    let answer = elsewhere.authenticator().authenticate(&Method::GET, &bearer(&grant.access_token)).await;
    assert!(matches!(answer.expect_err("rejected").kind(), AuthErrorKind::Revoked));
}

#[tokio::test]
async fn cookies_contain_a_session_and_need_the_anti_forgery_token() {
    let service = Service::new();
    let authenticator = service.authenticator.clone().cookies();
    let grant = service.login().await;
    let cookies = grant.cookies(&Cookies::new()).expect("cookies");
    let pairs: Vec<&str> = cookies
        .iter()
        .map(|cookie| cookie.to_str().expect("text").split(';').next().expect("a pair"))
        .collect();
    let csrf = pairs[2].strip_prefix("__Host-csrf=").expect("the third").to_owned();
    assert!(cookies[0].to_str().expect("text").contains("; Max-Age=900;"));
    assert!(cookies[1].to_str().expect("text").contains("; Max-Age=2592000;"));
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, HeaderValue::try_from(pairs.join("; ")).expect("a header"));

    authenticator.authenticate(&Method::GET, &headers).await.expect("accepted");
    let rejected = authenticator.authenticate(&Method::POST, &headers).await.expect_err("no proof");
    assert!(matches!(rejected.kind(), AuthErrorKind::CsrfFailed));
    assert!(matches!(Cookies::refresh_token_of(&headers), Err(SessionError::CsrfFailed)));
    headers.insert("x-csrf-token", HeaderValue::try_from(csrf).expect("a header"));
    authenticator.authenticate(&Method::POST, &headers).await.expect("accepted");
    let token = Cookies::refresh_token_of(&headers).expect("a token");
    assert_eq!(token, &**grant.refresh_token);
    // An authenticator without cookies ignores them.
    let missing = service.authenticator.authenticate(&Method::GET, &headers).await.expect_err("nothing");
    assert!(matches!(missing.kind(), AuthErrorKind::Missing));
    let empty = HeaderMap::new();
    let none = Cookies::refresh_token_of(&empty);
    assert!(matches!(none, Err(SessionError::Malformed)));
}

#[tokio::test]
async fn adding_revocations_keeps_earlier_ones() {
    let service = Service::new();
    let list = Revocations::new(Arc::new(MemoryStore::new())).clock(service.clock.clone());
    let authenticator = service.authenticator.clone().revocations(list.clone());
    let authenticate = async |grant: &TokenResponse| {
        authenticator.authenticate(&Method::GET, &bearer(&grant.access_token)).await.map(drop)
    };
    let (one, two) = (service.login().await, service.login().await);
    authenticate(&one).await.expect("accepted");
    service.sessions.logout(&one.session_id).await.expect("the store");
    assert!(matches!(authenticate(&one).await.expect_err("rejected").kind(), AuthErrorKind::Revoked));
    let claims = payload(&two.access_token);
    let exp = NumericDate::from_secs(claims["exp"].as_i64().expect("seconds"));
    list.revoke(ISSUER, claims["jti"].as_str().expect("a jti"), exp).await.expect("the store");
    assert!(matches!(authenticate(&two).await.expect_err("rejected").kind(), AuthErrorKind::Revoked));
}

#[tokio::test]
async fn a_service_that_only_verifies_can_check_the_session() {
    let service = Service::new();
    let validator = jotwell::Validator::with_clock(
        service.sessions.keys().published(),
        jotwell::Issuer::is(ISSUER),
        jotwell::Audience::is(AUDIENCE),
        service.clock.clone(),
    );
    let revocations = Revocations::of_sessions(service.store.clone()).clock(service.clock.clone());
    let authenticator = Authenticator::<Account>::new(validator.typ("at+jwt")).revocations(revocations);
    let grant = service.login().await;
    let authenticate = async || authenticator.authenticate(&Method::GET, &bearer(&grant.access_token)).await;
    authenticate().await.expect("accepted");
    service.sessions.logout(&grant.session_id).await.expect("the store");
    assert!(matches!(authenticate().await.expect_err("rejected").kind(), AuthErrorKind::Revoked));
}

/// Otherwise roles that users may choose themselves would be trusted.
#[tokio::test]
async fn custom_claims_cannot_use_registered_names() {
    let key = SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("one");
    let keys = IssuerKeys::single(key).expect("keys");
    for name in ["roles", "scope", "sid", "client_id", "sub"] {
        let sessions: Sessions<serde_json::Value> = Sessions::new(
            Arc::new(MemoryStore::new()),
            keys.clone(),
            jotwell_http::IssuerId::new(ISSUER),
            jotwell_http::AudienceId::new(AUDIENCE),
        );
        let rejected = sessions
            .begin()
            .await
            .expect("the store")
            .complete("user-42", AccessClaims::new(json!({name: ["admin"]})))
            .await;
        assert!(matches!(rejected, Err(SessionError::Claims | SessionError::Sign(_))), "{name}");
    }
}

#[tokio::test]
async fn an_access_token_does_not_outlive_its_key() {
    let clock = TestClock::at(NOW);
    let rotation = KeyRotationPolicy::new()
        .publish_ahead(Duration::from_secs(300))
        .token_lifetime(Duration::from_secs(600))
        .leeway(Duration::ZERO);
    let ring = jotwell::KeyRing::generate(Algorithm::ES256, rotation, NOW).expect("a ring");
    let keys = IssuerKeys::in_memory(ring, clock.clone()).expect("keys");
    let sessions: Sessions = Sessions::new(
        Arc::new(MemoryStore::new()),
        keys,
        jotwell_http::IssuerId::new(ISSUER),
        jotwell_http::AudienceId::new(AUDIENCE),
    )
    .clock(clock.clone());
    let sessions = sessions.access_lifetime(Duration::from_secs(3600));
    assert_eq!(
        sessions
            .begin()
            .await
            .expect("the store")
            .complete("user-42", AccessClaims::new(NoClaims))
            .await
            .expect("a session")
            .expires_in,
        600
    );
}

#[tokio::test]
async fn an_access_token_has_the_configured_lifetime() {
    let service = Service::with(|sessions| sessions.access_lifetime(Duration::from_secs(300)));
    assert_eq!(service.login().await.expires_in, 300);
    assert_eq!(Service::new().login().await.expires_in, 900);
}

/// Several sources of keys are all reloaded, and one with a change is enough.
#[tokio::test]
async fn every_source_of_keys_is_reloaded() {
    use std::future::{Future, ready};
    use std::pin::Pin;

    struct Says(ReloadOutcome);
    impl ReloadKeys for Says {
        fn reload(&self) -> Pin<Box<dyn Future<Output = ReloadOutcome> + Send + '_>> {
            Box::pin(ready(self.0))
        }
    }
    struct NoKey;
    impl TokenVerifier<NoClaims> for NoKey {
        fn verify(
            &self,
            _: &str,
        ) -> Result<Arc<jotwell::Verified<jotwell::Claims<AccessClaims>>>, VerifyError> {
            Err(VerifyError::unknown_key(None))
        }
    }
    for (one, two, keys_are_down) in [
        (ReloadOutcome::Unchanged, ReloadOutcome::Failed, true),
        (ReloadOutcome::Failed, ReloadOutcome::Unchanged, true),
        (ReloadOutcome::Failed, ReloadOutcome::Changed, false),
        (ReloadOutcome::Changed, ReloadOutcome::Failed, false),
        (ReloadOutcome::Unchanged, ReloadOutcome::Unchanged, false),
    ] {
        let authenticator = Authenticator::new(NoKey).reload_keys(Says(one)).reload_keys(Says(two));
        let rejection = authenticator.authenticate(&Method::GET, &bearer("a.b.c")).await.expect_err("no key");
        assert_eq!(matches!(rejection.kind(), AuthErrorKind::Keys), keys_are_down, "{one:?} {two:?}");
    }
}

/// A type that accepts all members must get only its own.
#[tokio::test]
async fn claims_of_any_type_are_restored_unchanged() {
    let key = SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("one");
    let keys = IssuerKeys::single(key).expect("keys");
    let sessions: Sessions<serde_json::Value> = Sessions::new(
        Arc::new(MemoryStore::new()),
        keys,
        jotwell_http::IssuerId::new(ISSUER),
        jotwell_http::AudienceId::new(AUDIENCE),
    );
    let scope = Scope::of(["orders:read"]).expect("a scope");
    let access = AccessClaims::new(json!({"plan": "free"})).scope(scope).role("editor");
    let grant =
        sessions.begin().await.expect("the store").complete("user-42", access).await.expect("a session");
    let next = sessions.refresh_with(&grant.refresh_token, async |_, access| {
        assert_eq!(access.custom, json!({"plan": "free"}));
        Ok(Some(access))
    });
    let claims = payload(&next.await.expect("a grant").access_token);
    assert_eq!(
        (&claims["plan"], &claims["roles"], &claims["scope"]),
        (&json!("free"), &json!(["editor"]), &json!("orders:read"))
    );
}

/// A validator may accept an expired token, by a policy or a custom clock. Its use would not be recorded any more.
#[tokio::test]
async fn an_expired_single_use_token_is_rejected() {
    let key = SigningKey::generate(Algorithm::Ed25519).expect("a key");
    let validator = Validator::with_clock(
        key.verifying_key(),
        Issuer::is(ISSUER),
        Audience::is(AUDIENCE),
        TestClock::at(NOW),
    );
    let guard = ReplayGuard::new(Arc::new(MemoryStore::new())).clock(TestClock::at(NOW));
    let authenticator: Authenticator =
        Authenticator::new(validator.expiry(Expiry::Unchecked)).single_use(guard);
    let authenticate = async |age: Duration, jti: &str| {
        let claims = Claims::new(NoClaims).issuer(ISSUER).audience(AUDIENCE).jwt_id(jti);
        let token = claims.expires_at(NOW.saturating_sub(age)).sign(&key).expect("a token");
        authenticator.authenticate(&Method::GET, &bearer(&token)).await.map(drop)
    };
    let last = jotwell::MAX_LEEWAY - Duration::from_secs(1);
    authenticate(last, "1").await.expect("accepted");
    assert!(matches!(authenticate(last, "1").await.expect_err("used").kind(), AuthErrorKind::Replayed));
    for _ in 0..2 {
        let rejection = authenticate(jotwell::MAX_LEEWAY, "2").await.expect_err("over");
        assert!(matches!(rejection.kind(), AuthErrorKind::Token(VerifyError::Expired { .. })), "{rejection}");
    }
}

#[tokio::test]
async fn a_machine_whose_clock_is_behind_accepts_a_new_token() {
    let service = Service::new();
    service.clock.set(NOW.saturating_add(Duration::from_secs(1)));
    let grant = service.login().await;
    service.clock.set(NOW.saturating_sub(Duration::from_secs(1)));
    service.authenticate(&grant).await.expect("accepted");
    service.clock.set(NOW.saturating_sub(Duration::from_millis(1_001)));
    let rejected = service.authenticate(&grant).await;
    assert!(
        matches!(rejected, Err(AuthErrorKind::Token(VerifyError::IssuedInFuture { .. }))),
        "{rejected:?}"
    );
}

#[tokio::test]
async fn leeway_is_configurable_and_capped_by_the_rotation_policy() {
    let ring = |leeway| {
        let (publish_ahead, token_lifetime) = (Duration::from_secs(300), Duration::from_secs(900));
        let rotation = KeyRotationPolicy::new()
            .publish_ahead(publish_ahead)
            .token_lifetime(token_lifetime)
            .leeway(leeway);
        let ring = KeyRing::generate(Algorithm::ES256, rotation, NOW).expect("a ring");
        IssuerKeys::in_memory(ring, TestClock::at(NOW)).expect("keys")
    };
    let key = SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("one");
    let fixed = IssuerKeys::single(key).expect("keys");
    let second = Duration::from_secs(1);
    for (keys, said, leeway) in [
        (fixed.clone(), None, second * 2),
        (fixed.clone(), Some(Duration::ZERO), Duration::ZERO),
        (fixed.clone(), Some(second * 30), second * 30),
        (fixed, Some(second * 86_400), jotwell::MAX_LEEWAY),
        (ring(second * 60), None, second * 2),
        (ring(second * 60), Some(second * 90), second * 60),
        (ring(Duration::ZERO), None, Duration::ZERO),
    ] {
        let clock = TestClock::at(NOW);
        let sessions: Sessions = Sessions::new(
            Arc::new(MemoryStore::new()),
            keys,
            jotwell_http::IssuerId::new(ISSUER),
            jotwell_http::AudienceId::new(AUDIENCE),
        )
        .clock(clock.clone());
        let sessions = match said {
            Some(said) => sessions.leeway(said),
            None => sessions,
        };
        let grant = sessions
            .begin()
            .await
            .expect("the store")
            .complete("user-42", AccessClaims::new(NoClaims))
            .await
            .expect("a session");
        let authenticator = sessions.authenticator();
        let headers = bearer(&grant.access_token);
        let mut rejected = Vec::new();
        let end = NOW.saturating_add(second * 900);
        let millisecond = Duration::from_millis(1);
        for now in [
            NOW.saturating_sub(leeway + millisecond),
            NOW.saturating_sub(leeway),
            end.saturating_add(leeway).saturating_sub(millisecond),
            end.saturating_add(leeway),
        ] {
            clock.set(now);
            rejected.push(authenticator.authenticate(&Method::GET, &headers).await.is_err());
        }
        assert_eq!(rejected, [true, false, false, true], "{said:?} of {leeway:?}");
    }
}

/// Keys that are reloaded only when the other source has been reloaded too.
struct Together(Arc<tokio::sync::Barrier>, ReloadOutcome);

impl ReloadKeys for Together {
    fn reload(&self) -> std::pin::Pin<Box<dyn Future<Output = ReloadOutcome> + Send + '_>> {
        Box::pin(async {
            self.0.wait().await;
            self.1
        })
    }
}

#[tokio::test]
async fn several_sources_of_keys_are_reloaded_concurrently() {
    let service = Service::new();
    let stranger = SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("another");
    let claims = Claims::new(NoClaims).issuer(ISSUER).audience(AUDIENCE).expires_at(NOW);
    let headers = bearer(&claims.sign(&stranger).expect("a token"));
    for (answers, status) in [
        ([ReloadOutcome::Unchanged, ReloadOutcome::Unchanged], 401),
        ([ReloadOutcome::Failed, ReloadOutcome::Unchanged], 503),
        ([ReloadOutcome::Unchanged, ReloadOutcome::Failed], 503),
        ([ReloadOutcome::Changed, ReloadOutcome::Failed], 401),
        ([ReloadOutcome::Failed, ReloadOutcome::Changed], 401),
    ] {
        let both = Arc::new(tokio::sync::Barrier::new(2));
        let authenticator = answers.into_iter().fold(service.authenticator.clone(), |one, answer| {
            one.reload_keys(Together(both.clone(), answer))
        });
        let authenticate = authenticator.authenticate(&Method::GET, &headers);
        let rejection =
            tokio::time::timeout(Duration::from_secs(60), authenticate).await.expect("a response");
        assert_eq!(rejection.map(drop).expect_err("rejected").status().as_u16(), status, "{answers:?}");
    }
}
