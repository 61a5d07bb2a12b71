//! The client credentials grant, with a token endpoint that checks the requirements of RFC 6749 and RFC 7523.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use jotwell::{Algorithm, Audience, Issuer, NumericDate, SigningKey, SystemClock, Validator, VerifyingKey};
use jotwell_client::{ClientAuth, ClientCredentials, OAuthError, TokenError, TokenSource};
use jotwell_test::TestClock;
use serde_json::json;

use crate::server::{ClientClock, transport};

const ISSUER: &str = "https://auth.example";

#[derive(Clone)]
struct Endpoint {
    key: VerifyingKey,
    /// `jti` of the assertions.
    seen: Arc<Mutex<BTreeSet<String>>>,
    fields: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Endpoint {
    async fn start(key: VerifyingKey) -> (Self, String) {
        let endpoint = Self { key, seen: Arc::default(), fields: Arc::default() };
        let router = Router::new().route("/token", post(token)).with_state(endpoint.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/token", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        (endpoint, url)
    }

    /// Checks strictly: `iss` and `sub` are the client, and `aud` is only the issuer, as a string.
    fn accepts(&self, assertion: &str) -> bool {
        let validator =
            Validator::new(self.key.clone(), Issuer::is("orders"), Audience::is(ISSUER)).subject("orders");
        let Ok(verified) = validator.require("iat").verify::<serde_json::Value>(assertion) else {
            return false;
        };
        verified["aud"] == ISSUER
            && verified["exp"].as_i64() == verified["iat"].as_i64().map(|issued| issued + 60)
            && self.seen.lock().expect("a lock").insert(verified["jti"].as_str().expect("a name").to_owned())
    }
}

async fn token(State(endpoint): State<Endpoint>, headers: HeaderMap, body: String) -> Response {
    let fields = fields(&body);
    let basic = headers.get(header::AUTHORIZATION).map(|value| value.to_str().expect("text"));
    let is_known = match (basic, fields.get("client_assertion")) {
        // `orders` and `p%C3%A4ss+%3A` in base64.
        (Some(basic), None) => basic == "Basic b3JkZXJzOnAlQzMlQTRzcyslM0E=",
        (None, Some(assertion)) => {
            fields["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                && endpoint.accepts(assertion)
        }
        _ => false,
    };
    if !is_known || fields.get("grant_type").map(String::as_str) != Some("client_credentials") {
        return (StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_client"}))).into_response();
    }
    *endpoint.fields.lock().expect("a lock") = fields;
    Json(json!({"access_token": "abc", "token_type": "bearer", "expires_in": 600})).into_response()
}

fn fields(form: &str) -> BTreeMap<String, String> {
    let url = reqwest::Url::parse(&format!("https://form.example/?{form}")).expect("a form");
    url.query_pairs().into_owned().collect()
}

fn source(url: &str, auth: ClientAuth, clock: &ClientClock) -> TokenSource {
    ClientCredentials::new(url, auth, transport())
        .expect("an address")
        .scope("stock:read stock:write")
        .resource("https://stock.example/")
        .clock(clock.clone())
        .into_source()
}

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("1")
}

#[tokio::test]
async fn a_secret_is_sent_in_the_header_and_scope_and_resource_in_the_form() {
    let (endpoint, url) = Endpoint::start(key().verifying_key()).await;
    let source = source(&url, ClientAuth::secret_basic("orders", "päss :"), &ClientClock::default());
    assert_eq!(source.token().await.expect("a token").as_str(), "abc");
    let fields = endpoint.fields.lock().expect("a lock").clone();
    let expected = [
        ("grant_type", "client_credentials"),
        ("resource", "https://stock.example/"),
        ("scope", "stock:read stock:write"),
    ];
    assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    assert!(!format!("{source:?}").contains("päss"));
}

#[tokio::test]
async fn each_request_has_its_own_assertion_for_the_issuer_only() {
    let (key, clock) = (key(), ClientClock::default());
    let (endpoint, url) = Endpoint::start(key.verifying_key()).await;
    let source =
        source(&url, ClientAuth::private_key_jwt("orders", ISSUER, key).expect("a private key"), &clock);
    for _ in 0..3 {
        assert_eq!(source.token().await.expect("a token").as_str(), "abc");
        clock.advance(Duration::from_secs(601));
    }
    assert_eq!(endpoint.seen.lock().expect("a lock").len(), 3);
}

/// The only use of the client's time of day.
#[tokio::test]
async fn an_assertion_with_a_wrong_clock_is_an_error_that_names_the_clock() {
    let key = key();
    let (_, url) = Endpoint::start(key.verifying_key()).await;
    for hours in [-1, 1] {
        let now = NumericDate::from_secs(jotwell::Clock::now(&SystemClock).as_secs() + hours * 3600);
        let auth = ClientAuth::private_key_jwt("orders", ISSUER, key.clone()).expect("a private key");
        let source = source(&url, auth.clock(TestClock::at(now)), &ClientClock::default());
        let error = source.token().await.expect_err("a wrong clock");
        assert!(matches!(error, TokenError::Refused { error: OAuthError::InvalidClient, .. }), "{error:?}");
        assert!(error.to_string().contains("this machine's clock"), "{error}");
    }
    let right = ClientAuth::private_key_jwt("orders", ISSUER, key).expect("a private key");
    assert!(source(&url, right, &ClientClock::default()).token().await.is_ok());
}
