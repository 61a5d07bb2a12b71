//! The routes of the API.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use jotwell_http::{
    Auth, AuthError, IssuerKeys, KeysError, RequireRole, RequireScope, SessionError, Sessions, TokenResponse,
    jwks_router,
};
use serde::{Deserialize, Serialize};

use crate::app::{App, Credentials, wrong_password};
use crate::limits::{Limit, limit};
use crate::page;
use crate::settings::Settings;
use crate::users::{Account, Users};

pub(crate) fn router(sessions: Sessions<Account>, users: Users, settings: &Settings) -> Router {
    // Bearer tokens for programs, cookies for the page.
    let authenticator = sessions.authenticator().cookies();
    let keys = sessions.keys().clone();

    // Doors for all who are logged in, for those with a scope, and for those with a role.
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

    let logins = Limit::per_minute(settings.logins_per_minute);
    let refreshes = Limit::per_minute(settings.refreshes_per_minute);
    let entrance = Router::new()
        .route("/login", post(login))
        .route("/page/login", post(page::login))
        .route_layer(middleware::from_fn_with_state(logins, limit));
    let again = Router::new()
        .route("/refresh", post(refresh))
        .route("/page/refresh", post(page::refresh))
        .route_layer(middleware::from_fn_with_state(refreshes, limit));

    Router::new()
        .merge(members)
        .merge(orders)
        .merge(admin)
        .merge(entrance)
        .merge(again)
        .route("/page/logout", post(page::logout))
        .route("/orders", post(order))
        .route("/open", get(open))
        .merge(page::router())
        .with_state(App { sessions, authenticator, users })
        .merge(jwks_router(keys))
}

async fn login(State(app): State<App>, Json(credentials): Json<Credentials>) -> Response {
    app.log_in(credentials).await.map_or_else(IntoResponse::into_response, |grant| {
        grant.map_or_else(wrong_password, IntoResponse::into_response)
    })
}

#[derive(Deserialize)]
struct Refresh {
    refresh_token: String,
}

async fn refresh(State(app): State<App>, Json(body): Json<Refresh>) -> Result<TokenResponse, SessionError> {
    app.refresh(&body.refresh_token).await
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

/// As `/me`, for whoever comes: what a door costs shows in the comparison of the two.
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

/// A rule in a handler rather than at the door.
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
struct Turned {
    kid: Option<String>,
}

async fn rotate_keys(State(app): State<App>) -> Response {
    let keys = app.sessions.keys().clone();
    // It waits for a disk.
    match tokio::task::spawn_blocking(move || turn(&keys)).await {
        Ok(Ok(turned)) => Json(turned).into_response(),
        Ok(Err(KeysError::TooEarly { ready_at })) => {
            let text = format!("verifiers may not know the next key before {ready_at}");
            (StatusCode::CONFLICT, [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], text)
                .into_response()
        }
        Ok(Err(KeysError::NotRotatable)) => (StatusCode::CONFLICT, "this key does not turn").into_response(),
        Ok(Err(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the keys did not turn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn turn(keys: &IssuerKeys) -> Result<Turned, KeysError> {
    keys.rotate()?;
    Ok(Turned { kid: keys.signing_key().key_id().map(str::to_owned) })
}
