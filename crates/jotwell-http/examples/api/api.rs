//! The routes of the API.

use axum::extract::{FromRef, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jotwell_http::{
    Auth, AuthError, AuthPaths, Authenticator, ClientRateLimit, Cookies, Credentials, CredentialsError,
    IssuerKeys, KeysError, RequireRole, RequireScope, Sessions, auth_routes, jwks_router,
};
use serde::Serialize;

use crate::page;
use crate::settings::Settings;
use crate::users::{Account, Users};

#[derive(Clone)]
struct App {
    sessions: Sessions<Account>,
    authenticator: Authenticator<Account>,
}

/// So that a handler can extract `Auth<Account>`.
impl FromRef<App> for Authenticator<Account> {
    fn from_ref(app: &App) -> Self {
        app.authenticator.clone()
    }
}

pub(crate) fn router(sessions: Sessions<Account>, users: Users, settings: &Settings) -> Router {
    let keys = sessions.keys().clone();
    let current = users.clone();
    let login = auth_routes(&sessions, async move |Credentials { name, password }| {
        users.log_in(&name, &password).await.ok_or(CredentialsError::Invalid)
    })
    // The current roles of the user. If the account was closed, the session ends.
    .reload(async move |id: String, _| Ok(current.access(&id)))
    .rate_limit(ClientRateLimit::per_minute(settings.logins_per_minute, settings.refreshes_per_minute));
    let (cookies, authenticator) = match &settings.cookie_keys {
        Some(keys) => {
            (Cookies::new().encrypted(keys.clone()), sessions.authenticator().encrypted_cookies(keys.clone()))
        }
        None => (Cookies::new(), sessions.authenticator().cookies()),
    };
    let page_login = login.clone().cookies(cookies).paths(AuthPaths::under("/page"));

    // Bearer tokens for programs, cookies for the page. Routes for every user, for those with a scope, and for those
    // with a role.
    let members = Router::new().route("/me", get(me)).route_layer(authenticator.layer());
    let orders = Router::new()
        .route("/orders", get(orders))
        .route_layer(authenticator.layer().require(RequireScope::new("orders:read").expect("a scope")));
    let admin = Router::new()
        .route("/admin", get(admin))
        .route("/admin/keys/rotate", post(rotate_keys))
        .route_layer(authenticator.layer().require(RequireRole::new("admin")));

    Router::new()
        .merge(members)
        .merge(orders)
        .merge(admin)
        .route("/orders", post(order))
        .route("/open", get(open))
        .merge(page::router())
        .with_state(App { sessions, authenticator })
        .merge(login)
        .merge(page_login)
        .merge(jwks_router(keys))
}

#[derive(Serialize)]
struct Me {
    id: String,
    name: String,
    roles: Vec<String>,
    scope: String,
    /// Returns seconds since 1970.
    expires_at: i64,
}

async fn me(auth: Auth<Account>) -> Json<Me> {
    Json(Me {
        id: auth.subject().unwrap_or_default().to_owned(),
        name: auth.name.clone(),
        roles: auth.roles().to_vec(),
        scope: auth.scope().to_string(),
        expires_at: auth.expires_at().map_or(0, |date| date.as_secs()),
    })
}

/// As `/me`, without a token: the difference of the two is the cost of the authentication.
async fn open() -> Json<Me> {
    Json(Me {
        id: "user-1".to_owned(),
        name: "user".to_owned(),
        roles: vec!["customer".to_owned()],
        scope: "orders:read".to_owned(),
        expires_at: 0,
    })
}

async fn orders() -> Json<[&'static str; 2]> {
    Json(["two pens", "a notebook"])
}

/// A policy that is checked in the handler.
async fn order(auth: Auth<Account>) -> Result<(StatusCode, &'static str), AuthError> {
    auth.require(&RequireScope::new("orders:write").expect("a scope"))?;
    Ok((StatusCode::CREATED, "ordered"))
}

async fn admin(auth: Auth<Account>) -> String {
    format!("welcome, {}", auth.name)
}

#[derive(Serialize)]
struct Rotated {
    kid: Option<String>,
}

async fn rotate_keys(State(app): State<App>) -> Response {
    let keys = app.sessions.keys().clone();
    // Blocks on disk I/O.
    match tokio::task::spawn_blocking(move || rotate(&keys)).await {
        Ok(Ok(rotated)) => Json(rotated).into_response(),
        Ok(Err(KeysError::TooEarly { ready_at })) => {
            let text = format!("verifiers may not know the next key before {ready_at}");
            (StatusCode::CONFLICT, [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], text)
                .into_response()
        }
        Ok(Err(KeysError::NotRotatable)) => {
            (StatusCode::CONFLICT, "this key cannot be rotated").into_response()
        }
        Ok(Err(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "key rotation failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn rotate(keys: &IssuerKeys) -> Result<Rotated, KeysError> {
    keys.rotate()?;
    Ok(Rotated { kid: keys.signing_key().key_id().map(str::to_owned) })
}
