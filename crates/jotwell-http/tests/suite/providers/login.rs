//! Providers with user logins.

use jotwell_http::provider::{self, EntraTenants, KeycloakRoles};
use jotwell_http::{RequireRole, RequireScope};
use serde_json::{Value, json};

use super::*;

fn may(auth: &Auth, scope: &str, role: &str) -> [bool; 2] {
    [
        auth.require(&RequireScope::new(scope).expect("a scope")).is_ok(),
        auth.require(&RequireRole::new(role)).is_ok(),
    ]
}

const REALM: &str = "https://sso.example/realms/shop";

fn keycloak(roles: KeycloakRoles) -> Image {
    let certs = format!("{REALM}/protocol/openid-connect/certs");
    let encryption =
        json!({"kty": "RSA", "kid": "e", "use": "enc", "alg": "RSA-OAEP", "n": "AQAB", "e": "AQAB"});
    let signing = jwk(&rsa(), |jwk| jwk["x5t"] = json!("bm90IGEgdGh1bWJwcmludA"));
    let world = World::default().issuer(REALM, &certs, &set(&[encryption, signing]));
    let claims = json!({
        "iss": REALM, "aud": ["orders-api", "account"], "sub": "f:42", "typ": "Bearer", "azp": "web", "sid": "s",
        "iat": now(), "exp": now() + 300, "jti": "onrtac:1", "acr": "1", "scope": "openid orders:read",
        "realm_access": {"roles": ["offline_access", "buyer"]},
        "resource_access": {"orders-api": {"roles": ["clerk"]}, "other": {"roles": ["admin"]}},
        "allowed-origins": ["/*"], "preferred_username": "ada",
    });
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": "key-1"});
    Image::new(&provider::keycloak(REALM, "orders-api", roles), world, header, claims)
}

#[tokio::test]
async fn keycloak_access_tokens_are_accepted() {
    let image = keycloak(KeycloakRoles::Realm);
    let auth = image.accepted().await;
    assert_eq!(may(&auth, "orders:read", "buyer"), [true, true]);
    assert_eq!(image.world.asked().len(), 2);
    image.refuses_the_usual().await;
}

#[tokio::test]
async fn keycloak_roles_of_realm_and_clients_are_separate() {
    let realm = keycloak(KeycloakRoles::Realm).accepted().await;
    assert_eq!(realm.roles(), ["offline_access", "buyer"]);
    let image = keycloak(KeycloakRoles::Client("orders-api".into()));
    assert_eq!(image.accepted().await.roles(), ["clerk"]);
    // A top-level claim `roles` comes from a custom mapper, and a role with a full stop is not a path.
    let auth = image.with(json!({"roles": ["admin"], "resource_access.orders-api.roles": ["admin"]})).await;
    assert_eq!(auth.expect("accepted").roles(), ["clerk"]);
    let auth =
        image.with(json!({"resource_access": {"other": {"roles": ["admin"]}}})).await.expect("accepted");
    assert!(auth.roles().is_empty());
    // A malformed claim grants nothing, and is an error when a policy needs it.
    for wrong in
        [json!("admin"), json!(["admin"]), json!({"orders-api": ["admin"]}), json!({"orders-api": "admin"})]
    {
        let auth = image.with(json!({"resource_access": wrong})).await.expect("accepted");
        let error = auth.require(&RequireRole::new("admin")).expect_err("malformed");
        assert_eq!(error.code(), "invalid_claim", "{wrong}");
    }
}

#[tokio::test]
async fn keycloak_tokens_for_another_use_or_client_are_rejected() {
    let image = keycloak(KeycloakRoles::Realm);
    for typ in
        [json!("ID"), json!("Refresh"), json!("Offline"), json!("Logout"), json!("bearer"), Value::Null]
    {
        image.rejects(json!({"typ": typ}), "not an access token of Keycloak").await;
    }
    image.rejects(json!({"aud": "account"}), "\"aud\"").await;
    image.rejects(json!({"aud": null, "azp": "orders-api"}), "\"aud\" is missing").await;
    for issuer in [
        "https://sso.example/realms/other",
        "https://sso.example/realms/shop/",
        "http://sso.example/realms/shop",
    ] {
        image.rejects(json!({"iss": issuer}), "\"iss\"").await;
    }
}

#[tokio::test]
async fn keycloak_inside_a_cluster_keeps_its_public_issuer() {
    let url = "http://keycloak:8080/realms/shop/protocol/openid-connect/certs";
    let provider = provider::keycloak(REALM, "orders-api", KeycloakRoles::Realm).keys_at(url);
    let world = World::default().at(url, set(&[jwk(&rsa(), |_| ())]));
    let keys = provider.keys().danger_allow_http_to("keycloak").build(world).expect("a set");
    let mut image = keycloak(KeycloakRoles::Realm);
    image.authenticator = Authenticator::new(provider.validator(keys.clone())).reload_keys(keys);
    image.accepted().await;
    image.rejects(json!({"iss": "http://keycloak:8080/realms/shop"}), "\"iss\"").await;
}

const TENANT: &str = "8d6a4f0e-7f56-4c0a-9e6a-111111111111";
const OTHER_TENANT: &str = "8d6a4f0e-7f56-4c0a-9e6a-222222222222";
const API: &str = "2f0f6a5e-0000-4000-8000-000000000001";

fn entra(tenants: EntraTenants, authority: &str) -> Image {
    let signing = jwk(&rsa(), |jwk| {
        jwk.as_object_mut().expect("an object").remove("alg");
        jwk["issuer"] = json!("https://login.microsoftonline.com/{tenantid}/v2.0");
        jwk["x5t"] = json!("key-1");
    });
    let keys = format!("https://login.microsoftonline.com/{authority}/discovery/v2.0/keys");
    let world = World::default().at(&keys, set(&[signing]));
    let claims = json!({
        "aud": API, "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"), "iat": now(), "nbf": now(),
        "exp": now() + 3600, "aio": "E2Zg", "azp": "2f0f6a5e-0000-4000-8000-000000000002", "azpacr": "0",
        "name": "Ada", "oid": "o", "rh": "0.", "scp": "Orders.Read Orders.Write", "roles": ["Clerk"], "sub": "s",
        "tid": TENANT, "uti": "u", "ver": "2.0",
    });
    let header = json!({"typ": "JWT", "alg": "RS256", "kid": "key-1"});
    Image::new(&provider::entra(tenants, API), world, header, claims)
}

fn issuer_of(tenant: &str) -> String {
    format!("https://login.microsoftonline.com/{tenant}/v2.0")
}

#[tokio::test]
async fn entra_access_tokens_have_their_scopes_in_scp() {
    let image = entra(EntraTenants::One(TENANT.into()), TENANT);
    let auth = image.accepted().await;
    assert_eq!(may(&auth, "Orders.Write", "Clerk"), [true, true]);
    image.refuses_the_usual().await;
    // An application has roles and no `scp`; a claim `scope` is ignored.
    let auth = image.with(json!({"scp": null, "scope": "Orders.Write"})).await.expect("accepted");
    assert_eq!(may(&auth, "Orders.Write", "Clerk"), [false, true]);
}

#[tokio::test]
async fn entra_tenants_are_distinguished() {
    let one = entra(EntraTenants::One(TENANT.into()), TENANT);
    one.rejects(json!({"iss": issuer_of(OTHER_TENANT), "tid": OTHER_TENANT}), "\"iss\"").await;
    one.rejects(json!({"tid": OTHER_TENANT}), "issuer of the tenant").await;
    let list = EntraTenants::AnyOf(vec![TENANT.into(), OTHER_TENANT.into()]);
    let some = entra(list, "organizations");
    some.accepted().await;
    assert!(some.with(json!({"iss": issuer_of(OTHER_TENANT), "tid": OTHER_TENANT})).await.is_ok());
    some.rejects(json!({"iss": issuer_of(OTHER_TENANT)}), "issuer of the tenant").await;
    let third = "8d6a4f0e-7f56-4c0a-9e6a-333333333333";
    some.rejects(json!({"iss": issuer_of(third), "tid": third}), "\"iss\"").await;
    let any = entra(EntraTenants::Any, "common");
    assert!(any.with(json!({"iss": issuer_of(third), "tid": third})).await.is_ok());
    for (iss, tid) in [
        (issuer_of(third), TENANT),
        (issuer_of("{tenantid}"), "{tenantid}"),
        (issuer_of("a/../b"), "a/../b"),
        ("https://sts.windows.net/8d6a4f0e-7f56-4c0a-9e6a-111111111111/".into(), TENANT),
        ("https://login.example/8d6a4f0e-7f56-4c0a-9e6a-111111111111/v2.0".into(), TENANT),
    ] {
        any.rejects(json!({"iss": iss, "tid": tid}), "issuer of the tenant").await;
    }
    any.rejects(json!({"tid": null}), "\"tid\" is missing").await;
}

#[tokio::test]
async fn entra_tokens_for_another_use_are_rejected() {
    let image = entra(EntraTenants::One(TENANT.into()), TENANT);
    // An ID token for a client that has the API's registration.
    image
        .rejects(json!({"azp": null, "azpacr": null, "scp": null, "nonce": "n"}), "\"azp\" is missing")
        .await;
    image.rejects(json!({"ver": "1.0"}), "token version").await;
    image.rejects(json!({"aud": "00000003-0000-0000-c000-000000000000"}), "\"aud\"").await;
}

const POOL: &str = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI";

fn cognito() -> Image {
    let world = World::default().at(&format!("{POOL}/.well-known/jwks.json"), set(&[jwk(&rsa(), |_| ())]));
    let claims = json!({
        "sub": "s", "cognito:groups": ["clerks"], "iss": POOL, "version": 2, "client_id": "web-client",
        "origin_jti": "o", "event_id": "e", "token_use": "access", "scope": "openid orders/read", "auth_time": now(),
        "exp": now() + 3600, "iat": now(), "jti": "j", "username": "ada",
    });
    let provider = provider::cognito("eu-central-1", "eu-central-1_AbCdEfGhI", ["web-client", "app-client"]);
    Image::new(&provider, world, json!({"kid": "key-1", "alg": "RS256"}), claims)
}

#[tokio::test]
async fn cognito_access_tokens_are_accepted_without_an_audience() {
    let image = cognito();
    let auth = image.accepted().await;
    assert_eq!(may(&auth, "orders/read", "clerks"), [true, true]);
    assert!(image.with(json!({"client_id": "app-client"})).await.is_ok());
    image.refuses_the_usual().await;
}

#[tokio::test]
async fn cognito_tokens_for_another_client_pool_or_use_are_rejected() {
    let image = cognito();
    for client in [json!("other-client"), Value::Null, json!(7), json!(["web-client"])] {
        assert!(image.with(json!({"client_id": client})).await.is_err(), "{client}");
    }
    image.rejects(json!({"client_id": "other-client"}), "app clients").await;
    image
        .rejects(json!({"token_use": "id", "aud": "web-client", "client_id": null}), "send the access token")
        .await;
    image.rejects(json!({"token_use": null}), "send the access token").await;
    let other = POOL.replace("AbCdEfGhI", "XbCdEfGhI");
    image.rejects(json!({"iss": other}), "\"iss\"").await;
    let without_clients = provider::cognito("eu-central-1", "eu-central-1_AbCdEfGhI", [""; 0]);
    let without_clients =
        Image::new(&without_clients, image.world.clone(), image.header.clone(), image.claims.clone());
    without_clients.rejects(json!({}), "app clients").await;
}

fn auth0() -> Image {
    let issuer = "https://shop.eu.auth0.com/";
    let keys = "https://shop.eu.auth0.com/.well-known/jwks.json";
    let world = World::default().issuer(issuer, keys, &set(&[jwk(&rsa(), |_| ())]));
    let claims = json!({
        "iss": issuer, "sub": "auth0|42", "aud": ["https://api.example/orders", "https://shop.eu.auth0.com/userinfo"],
        "iat": now(), "exp": now() + 7200, "scope": "openid orders:read", "azp": "web", "permissions": ["orders:write"],
    });
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": "key-1"});
    Image::new(&provider::auth0("shop.eu.auth0.com", "https://api.example/orders"), world, header, claims)
}

#[tokio::test]
async fn auth0_access_tokens_of_both_profiles_are_accepted() {
    let mut image = auth0();
    assert_eq!(may(&image.accepted().await, "orders:read", "orders:write"), [true, true]);
    image.refuses_the_usual().await;
    image.header["typ"] = json!("at+jwt");
    assert!(image.with(json!({"azp": null, "client_id": "web", "jti": "j"})).await.is_ok());
}

#[tokio::test]
async fn auth0_id_tokens_and_issuers_without_the_slash_are_rejected() {
    let image = auth0();
    image.rejects(json!({"aud": "web", "nonce": "n"}), "\"aud\"").await;
    image.rejects(json!({"aud": "https://shop.eu.auth0.com/userinfo"}), "\"aud\"").await;
    image.rejects(json!({"iss": "https://shop.eu.auth0.com"}), "\"iss\"").await;
    image.rejects(json!({"iss": "https://other.eu.auth0.com/"}), "\"iss\"").await;
}

fn okta() -> Image {
    let issuer = "https://shop.okta.com/oauth2/default";
    let keys = "https://shop.okta.com/oauth2/default/v1/keys";
    let world = World::default().issuer(issuer, keys, &set(&[jwk(&rsa(), |_| ())]));
    let claims = json!({
        "ver": 1, "jti": "AT.1", "iss": issuer, "aud": "api://default", "iat": now(), "exp": now() + 3600, "cid": "web",
        "uid": "u", "scp": ["openid", "orders.read"], "auth_time": now(), "sub": "ada@shop.example", "groups": ["Clerks"],
    });
    Image::new(
        &provider::okta(issuer, "api://default"),
        world,
        json!({"kid": "key-1", "alg": "RS256"}),
        claims,
    )
}

#[tokio::test]
async fn okta_access_tokens_have_their_scopes_in_an_array() {
    let image = okta();
    assert_eq!(may(&image.accepted().await, "openid orders.read", "Clerks"), [true, true]);
    image.refuses_the_usual().await;
    let auth = image.with(json!({"scp": ["openid orders.read"]})).await.expect("accepted");
    let error =
        auth.require(&RequireScope::new("orders.read").expect("a scope")).expect_err("two words in one");
    assert_eq!(error.code(), "invalid_claim");
}

#[tokio::test]
async fn okta_tokens_for_another_use_or_server_are_rejected() {
    let image = okta();
    // An ID token whose client has the audience's name.
    image
        .rejects(
            json!({"cid": null, "uid": null, "scp": null, "idp": "i", "nonce": "n"}),
            "\"cid\" is missing",
        )
        .await;
    image.rejects(json!({"aud": "web"}), "\"aud\"").await;
    image.rejects(json!({"iss": "https://shop.okta.com"}), "\"iss\"").await;
    image.rejects(json!({"iss": "https://shop.okta.com/oauth2/aus1"}), "\"iss\"").await;
}

fn google(hosted_domain: Option<&str>) -> Image {
    let keys = "https://www.googleapis.com/oauth2/v3/certs";
    let world = World::default().at(keys, set(&[jwk(&rsa(), |_| ())]));
    let claims = json!({
        "iss": "https://accounts.google.com", "azp": "web", "aud": "web", "sub": "10769150350006150715113082367",
        "hd": "shop.example", "email": "ada@shop.example", "email_verified": true, "at_hash": "a",
        "iat": now(), "exp": now() + 3600,
    });
    let header = json!({"alg": "RS256", "kid": "key-1", "typ": "JWT"});
    Image::new(&provider::google("web", hosted_domain), world, header, claims)
}

#[tokio::test]
async fn google_id_tokens_are_accepted_for_the_client() {
    let image = google(None);
    assert_eq!(image.accepted().await.subject(), Some("10769150350006150715113082367"));
    assert!(image.with(json!({"iss": "accounts.google.com"})).await.is_ok());
    assert!(image.with(json!({"hd": null})).await.is_ok());
    image.refuses_the_usual().await;
    image.rejects(json!({"aud": "another-client"}), "\"aud\"").await;
    image.rejects(json!({"iss": "https://accounts.google.com.example"}), "\"iss\"").await;
    // Nothing in these tokens is a scope or a role.
    let auth = image.with(json!({"scope": "a", "roles": ["a"]})).await.expect("accepted");
    assert_eq!(may(&auth, "a", "a"), [false, false]);
}

#[tokio::test]
async fn google_accounts_outside_of_the_hosted_domain_are_rejected() {
    let image = google(Some("shop.example"));
    image.accepted().await;
    for hd in [json!("other.example"), Value::Null, json!("SHOP.EXAMPLE")] {
        image.rejects(json!({"hd": hd, "email": "ada@shop.example"}), "hosted domain").await;
    }
}

const FIREBASE_KEYS: &str =
    "https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com";

fn firebase(document: String) -> Image {
    let world = World::default().at(FIREBASE_KEYS, document);
    let claims = json!({
        "iss": "https://securetoken.google.com/shop-1", "aud": "shop-1", "auth_time": now(), "user_id": "u", "sub": "u",
        "iat": now(), "exp": now() + 3600, "roles": ["clerk"],
        "firebase": {"identities": {}, "sign_in_provider": "password"},
    });
    let header = json!({"alg": "RS256", "kid": "key-1", "typ": "JWT"});
    Image::new(&provider::firebase("shop-1"), world, header, claims)
}

const CERTIFICATE: &str = include_str!("../../../../../vectors/interop/keys/rsa2048.cert.pem");

#[tokio::test]
async fn firebase_keys_are_a_map_of_certificates() {
    let other = include_str!("../../../../../vectors/interop/keys/p256.cert.pem");
    let image =
        firebase(json!({"key-1": CERTIFICATE, "key-2": other, "key-3": "no certificate"}).to_string());
    let auth = image.accepted().await;
    assert_eq!((auth.subject(), auth.roles()), (Some("u"), &["clerk".to_owned()][..]));
    image.refuses_the_usual().await;
    for wrong in [r#"{"keys":[]}"#, "[]", r#"{"key-1":7}"#, "", r#"{"key-1":"a","key-1":"b"}"#] {
        let image = firebase(wrong.into());
        assert!(matches!(image.with(json!({})).await, Err(AuthErrorKind::Keys)), "{wrong}");
    }
    // The name in the map counts.
    let image = firebase(json!({"key-2": CERTIFICATE}).to_string());
    image.rejects(json!({}), "key").await;
}

#[tokio::test]
async fn firebase_tokens_of_another_project_are_rejected() {
    let image = firebase(json!({"key-1": CERTIFICATE}).to_string());
    image.rejects(json!({"aud": "shop-2"}), "\"aud\"").await;
    image.rejects(json!({"iss": "https://securetoken.google.com/shop-2"}), "\"iss\"").await;
    image.rejects(json!({"sub": ""}), "`sub` is empty").await;
    image.rejects(json!({"sub": null}), "\"sub\" is missing").await;
    image.rejects(json!({"auth_time": null}), "\"auth_time\" is missing").await;
    // A session cookie has the same claims and another issuer.
    image.rejects(json!({"iss": "https://session.firebase.google.com/shop-1"}), "\"iss\"").await;
}
