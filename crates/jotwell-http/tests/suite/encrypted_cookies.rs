//! Access tokens in encrypted cookies: who can read them, and the rotation of their keys.

use std::sync::Arc;

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue, Method};
use jotwell::jwe::{ContentEncryption, KeyManagement, KeyRing, SharedKey};
use jotwell::{KeyError, VerifyError, base64url};
use jotwell_http::{AuthErrorKind, Authenticator, CookieKeys, Cookies, SessionError, TokenResponse};

use crate::sessions_common::{Account, Service, bearer};

const A256GCM: &[ContentEncryption] = &[ContentEncryption::A256GCM];

fn key(name: &str) -> SharedKey {
    SharedKey::generate(KeyManagement::Dir, A256GCM).expect("a key").with_key_id(name)
}

fn access_cookie(tokens: &TokenResponse, cookies: &Cookies) -> String {
    let [access, ..] = tokens.cookies(cookies).expect("cookies");
    let pair = access.to_str().expect("text").split(';').next().expect("a pair");
    pair.strip_prefix("__Host-access=").expect("the first").to_owned()
}

async fn get(authenticator: &Authenticator<Account>, access: &str) -> Result<(), AuthErrorKind> {
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, HeaderValue::try_from(format!("__Host-access={access}")).expect("a header"));
    let result = authenticator.authenticate(&Method::GET, &headers).await;
    result.map(drop).map_err(|error| error.kind().clone())
}

struct World {
    service: Service,
    keys: CookieKeys,
    cookies: Cookies,
    authenticator: Authenticator<Account>,
}

fn world() -> World {
    let service = Service::new();
    let keys = CookieKeys::new(KeyRing::new([key("1")]).expect("a ring")).expect("keys");
    let cookies = Cookies::new().encrypted(keys.clone());
    let authenticator = service.authenticator.clone().encrypted_cookies(keys.clone());
    World { service, keys, cookies, authenticator }
}

#[tokio::test]
async fn claims_are_unreadable_in_the_browser_and_readable_in_the_handler() {
    let world = world();
    let tokens = world.service.login().await;
    let plain = access_cookie(&tokens, &Cookies::new());
    let encrypted = access_cookie(&tokens, &world.cookies);
    let readable = |cookie: &str| -> Vec<u8> {
        cookie.split('.').flat_map(|part| base64url::decode(part).expect("base64url")).collect()
    };
    let contains = |text: &[u8], part: &str| text.windows(part.len()).any(|window| window == part.as_bytes());
    for claim in ["\"sub\"", "\"iss\"", "at+jwt"] {
        assert!(contains(&readable(&plain), claim), "{claim}");
        assert!(!contains(&readable(&encrypted), claim), "{claim}");
    }
    assert_eq!(encrypted.split('.').count(), 5);
    let header = encrypted.split('.').next().expect("a header");
    assert_eq!(base64url::decode(header).expect("base64url"), br#"{"alg":"dir","enc":"A256GCM","kid":"1"}"#);
    get(&world.authenticator, &encrypted).await.expect("accepted");
    // Bearer tokens are not encrypted.
    world.authenticator.authenticate(&Method::GET, &bearer(&tokens.access_token)).await.expect("accepted");
}

#[tokio::test]
async fn tokens_that_are_not_encrypted_with_these_keys_are_rejected() {
    let world = world();
    let tokens = world.service.login().await;
    let rejected = async |access: &str| match get(&world.authenticator, access).await {
        Err(AuthErrorKind::Token(error)) => error,
        other => panic!("{other:?}"),
    };
    let plain = access_cookie(&tokens, &Cookies::new());
    assert_eq!(rejected(&plain).await, VerifyError::SegmentCount { found: 3 });
    let others = CookieKeys::generate("1").expect("keys");
    let strange = access_cookie(&tokens, &Cookies::new().encrypted(others));
    assert_eq!(rejected(&strange).await, VerifyError::DecryptionFailed);
    let encrypted = access_cookie(&tokens, &world.cookies);
    let mut changed = encrypted.clone().into_bytes();
    let place = encrypted.rfind('.').expect("a tag") + 1;
    changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
    assert_eq!(rejected(std::str::from_utf8(&changed).expect("ASCII")).await, VerifyError::DecryptionFailed);
    // Encrypted, but not signed: the key for cookies cannot issue tokens.
    let unsigned = world.keys.ring().encrypt("eyJhbGciOiJub25lIn0.e30.").expect("encrypted");
    assert_eq!(rejected(&unsigned).await, VerifyError::Unsecured);
    let garbage = world.keys.ring().encrypt(b"\xff\xfe").expect("encrypted");
    assert_eq!(rejected(&garbage).await, VerifyError::DecryptionFailed);
    // It is not a bearer token, and is not valid in a cookie without encryption.
    let bearer = world.authenticator.authenticate(&Method::GET, &bearer(&encrypted)).await;
    assert!(matches!(bearer.expect_err("rejected").kind(), AuthErrorKind::Token(_)));
    let plain_only = world.service.authenticator.clone().cookies();
    assert!(matches!(get(&plain_only, &encrypted).await, Err(AuthErrorKind::Token(_))));
}

#[tokio::test]
async fn key_rotation_ends_no_session() {
    let world = world();
    let tokens = world.service.login().await;
    let before = access_cookie(&tokens, &world.cookies);
    let mut ring = (*world.keys.ring()).clone();
    ring.rotate(key("2")).expect("rotated");
    world.keys.replace(ring.clone()).expect("replaced");
    let after = access_cookie(&tokens, &world.cookies);
    for access in [&before, &after] {
        get(&world.authenticator, access).await.expect("accepted");
    }
    ring.remove("1");
    world.keys.replace(ring).expect("replaced");
    get(&world.authenticator, &after).await.expect("accepted");
    let gone = get(&world.authenticator, &before).await;
    assert!(matches!(&gone, Err(AuthErrorKind::Token(error)) if error.is_key_not_found()), "{gone:?}");
    assert_eq!(format!("{:?}", world.keys), r#"CookieKeys { active: Some("2"), retiring: [] }"#);
}

#[test]
fn keys_are_only_for_dir_and_a256gcm() {
    let wrong = [
        SharedKey::generate(KeyManagement::A256KW, A256GCM),
        SharedKey::generate(KeyManagement::Dir, &[ContentEncryption::A128GCM]),
        SharedKey::generate(KeyManagement::Dir, &[ContentEncryption::A256CbcHs512]),
    ];
    let keys = CookieKeys::new(KeyRing::new([key("1")]).expect("a ring")).expect("keys");
    for wrong in wrong {
        let wrong = wrong.expect("a key");
        let error = KeyError::UseNotAllowed { member: "alg" };
        let alone = KeyRing::new([wrong.clone().with_key_id("2")]).expect("a ring");
        assert_eq!(CookieKeys::new(alone).map(drop), Err(error.clone()));
        let retiring = KeyRing::new([key("1"), wrong.with_key_id("2")]).expect("a ring");
        assert_eq!(keys.replace(retiring), Err(error));
    }
    assert_eq!(Arc::clone(&keys.ring()).active().key_id(), Some("1"));
}

#[tokio::test]
async fn a_token_that_fits_only_unencrypted_is_rejected_when_it_is_issued() {
    let world = world();
    let mut tokens = world.service.login().await;
    let longest = 4096 - "__Host-access".len();
    // Base64url has four characters for three bytes, and there are 94 more around them.
    for (length, fits) in [(longest * 3 / 4 - 100, true), (longest * 3 / 4, false), (longest, false)] {
        tokens.access_token = "x".repeat(length).into();
        tokens.cookies(&Cookies::new()).expect("fits unencrypted");
        let result = tokens.cookies(&world.cookies).map(drop);
        assert_eq!(result.is_ok(), fits, "{length}");
        assert!(fits || matches!(result, Err(SessionError::Claims)), "{length}");
    }
}
