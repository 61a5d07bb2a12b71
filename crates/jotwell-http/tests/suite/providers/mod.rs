//! The presets of identity providers, with key sets and tokens that imitate each of them. `docs/PROVIDERS.md` lists the
//! tests.

mod alb;
mod ci;
mod claims;
mod cloud;
mod listed;
mod login;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use http::{HeaderMap, Method, Request, Response};
use jotwell::{Algorithm, Jwk, SigningKey, base64url};
use jotwell_http::provider::Provider;
use jotwell_http::remote::{Fetch, FetchFuture};
use jotwell_http::{Auth, AuthErrorKind, Authenticator};
use serde_json::{Value, json};

/// A key from OpenSSL.
pub(super) fn rsa() -> SigningKey {
    let pem = include_bytes!("../../../../../vectors/interop/keys/rsa2048.pkcs8.pem");
    SigningKey::from_pem(Algorithm::RS256, pem).expect("a key").with_key_id("key-1")
}

pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

/// Returns a token with exactly this header and these claims.
pub(super) fn sign(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| base64url::encode(value.to_string().as_bytes());
    let input = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(input.as_bytes()).expect("a signature");
    format!("{input}.{}", base64url::encode(signature))
}

/// Returns the public key as a member of a set, changed by `change`.
pub(super) fn jwk(key: &SigningKey, change: impl Fn(&mut Value)) -> Value {
    let jwk: &Jwk = &key.verifying_key().to_jwk();
    let mut jwk = serde_json::from_str(&jwk.to_json().expect("JSON")).expect("JSON");
    change(&mut jwk);
    jwk
}

pub(super) fn set(keys: &[Value]) -> String {
    json!({"keys": keys}).to_string()
}

/// The addresses of a provider and the documents at them.
#[derive(Clone, Debug, Default)]
pub(super) struct World {
    documents: HashMap<String, String>,
    pub(super) asked: Arc<Mutex<Vec<String>>>,
}

impl World {
    pub(super) fn at(mut self, url: &str, document: impl ToString) -> Self {
        self.documents.insert(url.to_owned(), document.to_string());
        self
    }

    /// With the metadata of an issuer, and its set.
    pub(super) fn issuer(self, issuer: &str, jwks_uri: &str, set: &str) -> Self {
        let document = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        self.at(&document, json!({"issuer": issuer, "jwks_uri": jwks_uri})).at(jwks_uri, set)
    }

    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("the notes").clone()
    }
}

impl Fetch for World {
    fn fetch(&self, request: Request<()>) -> FetchFuture<'_> {
        let url = request.uri().to_string();
        let found = self.documents.get(&url).cloned();
        self.asked.lock().expect("the notes").push(url);
        let status = if found.is_some() { 200 } else { 404 };
        let response = Response::builder().status(status).body(found.unwrap_or_default().into_bytes());
        Box::pin(async move { Ok(response.expect("a response")) })
    }
}

/// A provider, its documents, and a token that imitates its tokens.
pub(super) struct Image {
    pub(super) authenticator: Authenticator,
    pub(super) world: World,
    pub(super) key: SigningKey,
    /// The header that contains the token; `Authorization` if `None`.
    pub(super) carrier: Option<&'static str>,
    pub(super) header: Value,
    pub(super) claims: Value,
}

impl Image {
    pub(super) fn new(provider: &Provider, world: World, header: Value, claims: Value) -> Self {
        let authenticator = provider.authenticator(world.clone()).expect("an authenticator");
        Self { authenticator, world, key: rsa(), carrier: None, header, claims }
    }

    pub(super) async fn send(&self, token: &str) -> Result<Auth, AuthErrorKind> {
        let mut headers = HeaderMap::new();
        match self.carrier {
            None => headers.insert("authorization", format!("Bearer {token}").parse().expect("a value")),
            Some(name) => headers.insert(name, token.parse().expect("a value")),
        };
        self.authenticator.authenticate(&Method::GET, &headers).await.map_err(|error| error.kind().clone())
    }

    /// Returns the result for the token after these members of its claims were replaced; `null` removes one.
    pub(super) async fn with(&self, changes: Value) -> Result<Auth, AuthErrorKind> {
        let mut claims = self.claims.clone();
        for (name, value) in changes.as_object().expect("an object") {
            match value {
                Value::Null => drop(claims.as_object_mut().expect("an object").remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        self.send(&sign(&self.key, &self.header, &claims)).await
    }

    pub(super) async fn accepted(&self) -> Auth {
        self.with(json!({})).await.expect("a valid token")
    }

    /// Asserts that the token is rejected after these changes, with an error that contains `part`.
    pub(super) async fn rejects(&self, changes: Value, part: &str) {
        match self.with(changes.clone()).await {
            Err(AuthErrorKind::Token(error)) => {
                assert!(error.to_string().contains(part), "{changes}: {error} instead of {part}");
            }
            other => panic!("{changes}: {other:?}"),
        }
    }

    /// What every preset rejects.
    pub(super) async fn refuses_the_usual(&self) {
        self.rejects(json!({"exp": now() - 1}), "expired").await;
        self.rejects(json!({"exp": null}), "\"exp\" is missing").await;
        let other = SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("key-1");
        let stranger = sign(&other, &self.header, &self.claims);
        assert!(matches!(self.send(&stranger).await, Err(AuthErrorKind::Token(_))));
        let mut header = self.header.clone();
        header["typ"] = json!("logout+jwt");
        let typed = self.send(&sign(&self.key, &header, &self.claims)).await;
        assert!(
            matches!(&typed, Err(AuthErrorKind::Token(error)) if error.to_string().contains("\"typ\"")),
            "{typed:?}"
        );
    }
}
