//! Providers of tokens for workloads and proxies.

use jotwell_http::provider;
use jotwell_http::remote::RemoteJwkSetBuilder;
use serde_json::{Value, json};

use super::*;

fn kubernetes() -> Image {
    let keys = "https://kubernetes.default.svc/openid/v1/jwks";
    let world = World::default().at(keys, set(&[jwk(&rsa(), |_| ())]));
    let claims = json!({
        "aud": ["orders-api"], "exp": now() + 3607, "iat": now(), "nbf": now(), "jti": "j",
        "iss": "https://kubernetes.default.svc.cluster.local", "sub": "system:serviceaccount:shop:web",
        "kubernetes.io": {
            "namespace": "shop", "serviceaccount": {"name": "web", "uid": "u"},
            "pod": {"name": "web-1", "uid": "u"}, "node": {"name": "n", "uid": "u"}, "warnafter": now() + 3600,
        },
    });
    let provider = provider::kubernetes("https://kubernetes.default.svc.cluster.local", "orders-api", "shop");
    Image::new(&provider, world, json!({"alg": "RS256", "kid": "key-1"}), claims)
}

#[tokio::test]
async fn kubernetes_service_accounts_of_the_namespace_are_accepted() {
    let image = kubernetes();
    assert_eq!(image.accepted().await.subject(), Some("system:serviceaccount:shop:web"));
    image.refuses_the_usual().await;
}

#[tokio::test]
async fn kubernetes_tokens_of_another_namespace_audience_or_form_are_rejected() {
    let image = kubernetes();
    let bound = |namespace: &str| json!({"namespace": namespace, "serviceaccount": {"name": "web"}});
    image
        .rejects(
            json!({"sub": "system:serviceaccount:thief:web", "kubernetes.io": bound("thief")}),
            "another namespace",
        )
        .await;
    image.rejects(json!({"kubernetes.io": bound("thief")}), "another namespace").await;
    image.rejects(json!({"sub": "system:serviceaccount:shop:admin"}), "`sub`").await;
    // A token for the API server.
    image.rejects(json!({"aud": ["https://kubernetes.default.svc.cluster.local"]}), "\"aud\"").await;
    // The format before bound tokens: no expiry, no audience, other claims.
    image.rejects(json!({"exp": null, "aud": null, "iss": "kubernetes/serviceaccount"}), "missing").await;
    image.rejects(json!({"kubernetes.io": null}), "kubernetes.io").await;
}

const TEAM: &str = "https://shop.cloudflareaccess.com";
const TAG: &str = "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2";

fn cloudflare() -> Image {
    let document = json!({
        "keys": [jwk(&rsa(), |_| ())], "public_cert": {"kid": "key-1", "cert": "-----"}, "public_certs": [],
    });
    let world = World::default().at(&format!("{TEAM}/cdn-cgi/access/certs"), document);
    let claims = json!({
        "aud": [TAG], "email": "ada@shop.example", "exp": now() + 3600, "iat": now(), "nbf": now(), "iss": TEAM,
        "type": "app", "identity_nonce": "n", "sub": "s", "custom": {}, "country": "DE",
    });
    let provider = provider::cloudflare_access(TEAM, TAG);
    let image = Image::new(&provider, world, json!({"alg": "RS256", "kid": "key-1"}), claims);
    Image { carrier: Some("cf-access-jwt-assertion"), ..image }
}

#[tokio::test]
async fn cloudflare_access_tokens_come_in_their_own_header() {
    let mut image = cloudflare();
    image.accepted().await;
    image.refuses_the_usual().await;
    image.carrier = None;
    assert!(matches!(image.with(json!({})).await, Err(AuthErrorKind::Missing)));
}

#[tokio::test]
async fn cloudflare_access_tokens_of_another_application_or_team_are_rejected() {
    let image = cloudflare();
    image.rejects(json!({"aud": ["0".repeat(64)]}), "\"aud\"").await;
    image.rejects(json!({"iss": "https://thief.cloudflareaccess.com"}), "\"iss\"").await;
    for kind in [json!("org"), json!("warp"), Value::Null] {
        image.rejects(json!({"type": kind}), "`type` is not `app`").await;
    }
}

const BUNDLE: &str = "https://spire.shop.example/bundle";

fn spiffe(public_key_use: &str) -> Image {
    let x509 = json!({"use": "x509-svid", "kty": "RSA", "n": "AQAB", "e": "AQAB", "x5c": ["AAAA"]});
    let signing = jwk(&rsa(), |jwk| {
        jwk["use"] = json!(public_key_use);
        jwk.as_object_mut().expect("an object").remove("alg");
    });
    let bundle = json!({"keys": [x509, signing], "spiffe_sequence": 7, "spiffe_refresh_hint": 300});
    let world = World::default().at(BUNDLE, bundle);
    let claims = json!({"aud": ["orders-api"], "exp": now() + 300, "iat": now(), "sub": "spiffe://shop.example/ns/a/sa/web"});
    let provider = provider::spiffe("shop.example", BUNDLE, "orders-api");
    Image::new(&provider, world, json!({"alg": "RS256", "kid": "key-1", "typ": "JWT"}), claims)
}

#[tokio::test]
async fn spiffe_svids_of_the_trust_domain_are_accepted() {
    let mut image = spiffe("jwt-svid");
    assert_eq!(image.accepted().await.subject(), Some("spiffe://shop.example/ns/a/sa/web"));
    image.refuses_the_usual().await;
    image.header["typ"] = json!("JOSE");
    image.accepted().await;
}

#[tokio::test]
async fn spiffe_svids_of_another_domain_audience_or_key_are_rejected() {
    let image = spiffe("jwt-svid");
    for sub in [
        "spiffe://thief.example/ns/a/sa/web",
        "spiffe://shop.example.thief/ns/a",
        "spiffe://shop.example",
        "spiffe://shop.example/",
        "https://shop.example/ns/a",
    ] {
        image.rejects(json!({"sub": sub}), "trust domain").await;
    }
    image.rejects(json!({"aud": ["other"]}), "\"aud\"").await;
    image.rejects(json!({"aud": null}), "\"aud\" is missing").await;
    // A key for X.509-SVIDs must not sign JWT-SVIDs.
    spiffe("x509-svid").rejects(json!({}), "use").await;
}

/// The bearer token file of Kubernetes and the host of Keycloak are settings of the key set that a preset returns.
#[test]
fn presets_return_a_set_that_can_be_configured_further() {
    let builder: RemoteJwkSetBuilder = provider::kubernetes("https://issuer.example", "a", "b").keys();
    let keys = builder.bearer_token_file("/token").max_bytes(1024).build(World::default()).expect("a set");
    assert!(format!("{keys:?}").contains("https://kubernetes.default.svc/openid/v1/jwks"));
}
