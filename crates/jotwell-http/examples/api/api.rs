//! The routes of the API.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jotwell_http::{
    Auth, AuthError, IssuerKeys, KeysError, RequireRole, RequireScope, SessionError, Sessions, jwks_router,
};
use serde::{Deserialize, Serialize};

use crate::app::{App, Credentials, wrong_password};
use crate::body::JsonObject;
use crate::limits::Limit;
use crate::page;
use crate::settings::Settings;
use crate::users::{Account, Users};

pub(crate) fn router(sessions: Sessions<Account>, users: Users, settings: &Settings) -> Router {
    // Bearer tokens for programs, cookies for the page.
    let authenticator = sessions.authenticator().cookies();
    let keys = sessions.keys().clone();

    // Routes for every user, for those with a scope, and for those with a role.
    let members = Router::new()
        .route("/me", get(me))
        .route("/logout", post(logout))
        .route("/logout-everywhere", post(logout_everywhere))
        .route_layer(authenticator.layer());
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
        .route("/login", post(login))
        .route("/refresh", post(refresh))
        .route("/page/login", post(page::login))
        .route("/page/refresh", post(page::refresh))
        .route("/page/logout", post(page::logout))
        .route("/orders", post(order))
        .route("/open", get(open))
        .merge(page::router())
        .with_state(App {
            sessions,
            authenticator,
            users,
            logins: Limit::per_minute(settings.logins_per_minute),
            refreshes: Limit::per_minute(settings.refreshes_per_minute),
        })
        .merge(jwks_router(keys))
}

async fn login(
    State(app): State<App>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    JsonObject(credentials): JsonObject<Credentials>,
) -> Response {
    if let Err(too_many) = app.logins.check(client) {
        return too_many.into_response();
    }
    match app.log_in(credentials, &headers).await {
        Ok(Some(tokens)) => tokens.into_response(),
        Ok(None) => wrong_password(),
        Err(error) => error.into_response(),
    }
}

#[derive(Deserialize)]
struct Refresh {
    refresh_token: String,
}

async fn refresh(
    State(app): State<App>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    JsonObject(body): JsonObject<Refresh>,
) -> Response {
    if let Err(too_many) = app.refreshes.check(client) {
        return too_many.into_response();
    }
    app.refresh(&body.refresh_token).await.into_response()
}

#[derive(Serialize)]
struct Me {
    id: String,
    name: String,
    roles: Vec<String>,
    scope: String,
    /// Seconds since 1970.
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

async fn logout(State(app): State<App>, auth: Auth<Account>) -> Result<StatusCode, SessionError> {
    app.sessions.logout(auth.session_id().unwrap_or_default()).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn logout_everywhere(State(app): State<App>, auth: Auth<Account>) -> Result<StatusCode, SessionError> {
    app.sessions.logout_everywhere(auth.subject().unwrap_or_default()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize)]
struct Rotated {
    kid: Option<String>,
}

async fn rotate_keys(State(app): State<App>) -> Response {
    let keys = app.sessions.keys().clone();
    // It waits for a disk.
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
