//! The page at `/`, whose session is in cookies that its scripts cannot read.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jotwell_http::{Cookies, SessionError, TokenResponse};

use crate::app::{App, Credentials, wrong_password};

/// Nothing from elsewhere, no script in the page itself, in no one's frame: should a hole let strangers' text in,
/// it will not run.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn router() -> Router<App> {
    let text = |content_type: &'static str, text: &'static str| {
        let as_told = (header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        get(async move || ([(header::CONTENT_TYPE, content_type), as_told], text))
    };
    let page = async || ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(include_str!("page.html")));
    Router::new()
        .route("/", get(page))
        .route("/page.js", text("text/javascript; charset=utf-8", include_str!("page.js")))
        .route("/page.css", text("text/css; charset=utf-8", include_str!("page.css")))
}

pub(crate) async fn login(
    State(app): State<App>,
    Json(credentials): Json<Credentials>,
) -> Result<Response, SessionError> {
    match app.log_in(credentials).await? {
        Some(grant) => Ok(in_cookies(&grant)?.into_response()),
        None => Ok(wrong_password()),
    }
}

/// Where the session has ended its cookies go as well: a request with the token of a session that has ended is refused,
/// also where one without any would do.
pub(crate) async fn refresh(State(app): State<App>, headers: HeaderMap) -> Result<Response, SessionError> {
    let token = Cookies::refresh_token_of(&headers)?;
    match app.refresh(token).await {
        Ok(grant) => Ok(in_cookies(&grant)?.into_response()),
        Err(error @ (SessionError::Ended | SessionError::Reused)) => {
            Ok((no_cookies(), error).into_response())
        }
        Err(error) => Err(error),
    }
}

/// By the refresh token, which outlives the access token.
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

fn in_cookies(grant: &TokenResponse) -> Result<impl IntoResponse + use<>, SessionError> {
    let cookies = grant.cookies(Cookies::new())?.map(|cookie| (header::SET_COOKIE, cookie));
    let fresh = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::NO_CONTENT, fresh, AppendHeaders(cookies)))
}
