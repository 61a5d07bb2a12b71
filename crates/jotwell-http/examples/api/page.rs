//! The page at `/`, whose session is in cookies that its scripts cannot read.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, Html, IntoResponse, Response};
use axum::routing::get;
use jotwell_http::{Cookies, SessionError, TokenResponse};

use crate::app::{App, Credentials, wrong_password};
use crate::body::JsonObject;

/// Nothing from other origins, no inline script, and no frame around the page: text of a stranger that gets into the page
/// does not run.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn router() -> Router<App> {
    let text = |content_type: &'static str, text: &'static str| {
        get(async move || ([(header::CONTENT_TYPE, content_type)], text))
    };
    let page = async || ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(include_str!("page.html")));
    Router::new()
        .route("/", get(page))
        .route("/page.js", text("text/javascript; charset=utf-8", include_str!("page.js")))
        .route("/session.js", text("text/javascript; charset=utf-8", include_str!("../../js/session.js")))
        .route("/page.css", text("text/css; charset=utf-8", include_str!("page.css")))
}

pub(crate) async fn login(
    State(app): State<App>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    JsonObject(credentials): JsonObject<Credentials>,
) -> Response {
    if let Err(too_many) = app.logins.check(client) {
        return too_many.into_response();
    }
    match app.log_in(credentials, &headers).await {
        Ok(Some(tokens)) => in_cookies(&tokens).into_response(),
        Ok(None) => wrong_password(),
        Err(error) => error.into_response(),
    }
}

/// Removes the cookies of a session that has ended: a request with them is rejected, also where one without a token
/// would be accepted.
pub(crate) async fn refresh(
    State(app): State<App>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, SessionError> {
    let token = Cookies::refresh_token_of(&headers)?;
    if let Err(too_many) = app.refreshes.check(client) {
        return Ok(too_many.into_response());
    }
    match app.refresh(token).await {
        Ok(tokens) => Ok(in_cookies(&tokens)?.into_response()),
        Err(error @ (SessionError::Ended | SessionError::Reused)) => {
            Ok((no_cookies(), error).into_response())
        }
        Err(error) => Err(error),
    }
}

/// Ends the session of the refresh token, which outlives the access token.
pub(crate) async fn logout(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, SessionError> {
    let token = Cookies::refresh_token_of(&headers)?;
    app.sessions.logout_with(token).await?;
    Ok((StatusCode::NO_CONTENT, no_cookies()))
}

fn no_cookies() -> AppendHeaders<[(HeaderName, HeaderValue); 3]> {
    AppendHeaders(Cookies::new().clear().map(|cookie| (header::SET_COOKIE, cookie)))
}

fn in_cookies(tokens: &TokenResponse) -> Result<impl IntoResponse + use<>, SessionError> {
    let cookies = tokens.cookies(Cookies::new())?.map(|cookie| (header::SET_COOKIE, cookie));
    let fresh = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::NO_CONTENT, fresh, AppendHeaders(cookies)))
}
