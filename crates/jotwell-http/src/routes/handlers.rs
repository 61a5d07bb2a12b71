//! Handlers of the routes.

use std::sync::Arc;

use http::header::{AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::answer::{done, error, in_cookies, json, too_many, without_cookies};
use super::incoming::Incoming;
use super::limit::{Attempt, AuthRoute, RateLimitError};
use super::{AuthRoutes, CredentialsError};
use crate::audit::AuditKind;
use crate::auth::{Auth, Authenticator};
use crate::cookie::Cookies;
use crate::plain_response::PlainResponse;
use crate::response::Answer;
use crate::session::{SessionError, SessionInfo, Sessions, TokenResponse};

pub(crate) struct Handlers<T>(Arc<Inner<T>>);

struct Inner<T> {
    routes: AuthRoutes<T>,
    authenticator: Authenticator<T>,
}

impl<T> Clone for Handlers<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[derive(Deserialize)]
struct Refresh {
    refresh_token: Zeroizing<String>,
}

#[derive(Serialize)]
struct Listing {
    sessions: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    session: SessionInfo,
    /// Whether the session of the request is this one.
    current: bool,
}

/// Success and error are both responses. An error ends a handler early.
type Handled = Result<PlainResponse, PlainResponse>;

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> Handlers<T> {
    pub(crate) fn new(routes: AuthRoutes<T>) -> Self {
        let authenticator = routes.sessions.authenticator();
        let authenticator = match &routes.cookies {
            Some(cookies) => authenticator.with_cookies(cookies),
            None => authenticator,
        };
        Self(Arc::new(Inner { routes, authenticator }))
    }

    pub(crate) async fn login(&self, request: Incoming) -> PlainResponse {
        either(self.try_login(request).await)
    }

    pub(crate) async fn refresh(&self, request: Incoming) -> PlainResponse {
        either(self.try_refresh(request).await)
    }

    pub(crate) async fn logout(&self, request: Incoming) -> PlainResponse {
        either(self.try_logout(request).await)
    }

    pub(crate) async fn logout_everywhere(&self, request: Incoming) -> PlainResponse {
        either(self.try_logout_everywhere(request).await)
    }

    pub(crate) async fn list(&self, request: Incoming) -> PlainResponse {
        either(self.try_list(request).await)
    }

    pub(crate) async fn end(&self, id: &str, request: Incoming) -> PlainResponse {
        either(self.try_end(id, request).await)
    }

    async fn try_login(&self, request: Incoming) -> Handled {
        let routes = &self.0.routes;
        let client = (routes.client)(&request.parts);
        let headers = &request.parts.headers;
        let sessions = routes.sessions.for_client(client);
        if routes.cookies.is_some() && is_of_another_site(headers) {
            return Err(SessionError::CsrfFailed.plain_response());
        }
        // Read, and not verified yet.
        let verification = (routes.verify)(&request)?;
        self.check_limit(&sessions, Attempt::new(AuthRoute::Login, client, headers)).await?;
        // Before the credentials are verified: the login fails if the user's sessions are ended in between.
        let login = sessions.begin().await.map_err(|error| error.plain_response())?;
        let (subject, access) = verification.await.map_err(|failed| refused(failed, &sessions))?;
        let device = headers.get(USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()));
        let login = login.device(&device.unwrap_or_default());
        let login = if routes.cookies.is_some() { login.replacing_cookies(headers) } else { login };
        let tokens = login.complete(&subject, access).await.map_err(|error| error.plain_response())?;
        match self.hand_out(&tokens) {
            Ok(response) => Ok(response),
            Err(error) => {
                // The client does not get its tokens.
                let ended = sessions.logout(&tokens.session_id).await;
                Err(ended.err().unwrap_or(error).plain_response())
            }
        }
    }

    async fn try_refresh(&self, request: Incoming) -> Handled {
        let routes = &self.0.routes;
        let client = (routes.client)(&request.parts);
        let headers = &request.parts.headers;
        let sessions = routes.sessions.for_client(client);
        let token = match &routes.cookies {
            Some(_) => {
                let token = Cookies::refresh_token_of(headers).map_err(|error| error.plain_response())?;
                Zeroizing::new(token.to_owned())
            }
            None => request.json::<Refresh>()?.refresh_token,
        };
        self.check_limit(&sessions, Attempt::new(AuthRoute::Refresh, client, headers)).await?;
        let refreshed = match &routes.reload {
            Some(reload) => sessions.refresh_with(&token, |subject, access| reload(subject, access)).await,
            None => sessions.refresh(&token).await,
        };
        match refreshed.and_then(|tokens| self.hand_out(&tokens)) {
            Ok(response) => Ok(response),
            Err(error) => {
                let is_over = matches!(error, SessionError::Ended | SessionError::Reused);
                let cookies = routes.cookies.as_ref().filter(|_| is_over);
                Err(cookies_gone(error.plain_response(), cookies))
            }
        }
    }

    async fn try_logout(&self, request: Incoming) -> Handled {
        let routes = &self.0.routes;
        let client = (routes.client)(&request.parts);
        let headers = &request.parts.headers;
        let sessions = routes.sessions.for_client(client);
        let ended = if routes.cookies.is_some() {
            // The refresh token, since it outlives the access token.
            match Cookies::refresh_token_of(headers) {
                Ok(token) => sessions.logout_with(token).await,
                Err(error) => Err(error),
            }
        } else if headers.contains_key(CONTENT_TYPE) && !headers.contains_key(AUTHORIZATION) {
            let body: Refresh = request.json()?;
            sessions.logout_with(&body.refresh_token).await
        } else {
            let auth = self.authenticate(&request).await?;
            sessions.end(auth.session_id().unwrap_or_default(), auth.subject()).await
        };
        ended.map_err(|error| error.plain_response())?;
        Ok(cookies_gone(done(StatusCode::NO_CONTENT), routes.cookies.as_ref()))
    }

    async fn try_logout_everywhere(&self, request: Incoming) -> Handled {
        let routes = &self.0.routes;
        let client = (routes.client)(&request.parts);
        let auth = self.authenticate(&request).await?;
        let sessions = routes.sessions.for_client(client);
        let ended = sessions.logout_everywhere(auth.subject().unwrap_or_default()).await;
        ended.map_err(|error| error.plain_response())?;
        Ok(cookies_gone(done(StatusCode::NO_CONTENT), routes.cookies.as_ref()))
    }

    async fn try_list(&self, request: Incoming) -> Handled {
        let sessions = &self.0.routes.sessions;
        let auth = self.authenticate(&request).await?;
        let listed = sessions.list(auth.subject().unwrap_or_default()).await;
        let listed = listed.map_err(|error| error.plain_response())?;
        let current = auth.session_id().map(|session_id| sessions.id_of(session_id));
        let listed =
            listed.into_iter().map(|session| Listed { current: Some(session.id) == current, session });
        Ok(json(&Listing { sessions: listed.collect() }))
    }

    async fn try_end(&self, id: &str, request: Incoming) -> Handled {
        let routes = &self.0.routes;
        let client = (routes.client)(&request.parts);
        let auth = self.authenticate(&request).await?;
        let sessions = routes.sessions.for_client(client);
        let unknown = || error(StatusCode::NOT_FOUND, "invalid_request", "there is no such session");
        let id = id.parse().map_err(|_| unknown())?;
        let ended = sessions.logout_of(auth.subject().unwrap_or_default(), id).await;
        if !ended.map_err(|error| error.plain_response())? {
            return Err(unknown());
        }
        let is_current = auth.session_id().is_some_and(|session_id| sessions.id_of(session_id) == id);
        Ok(cookies_gone(done(StatusCode::NO_CONTENT), routes.cookies.as_ref().filter(|_| is_current)))
    }

    async fn authenticate(&self, request: &Incoming) -> Result<Auth<T>, PlainResponse> {
        let auth = self.0.authenticator.authenticate_head((&request.parts).into(), None).await;
        auth.map_err(|error| error.plain_response())
    }

    async fn check_limit(&self, sessions: &Sessions<T>, attempt: Attempt<'_>) -> Result<(), PlainResponse> {
        let Err(limited) = self.0.routes.limit.check(attempt).await else { return Ok(()) };
        match limited {
            RateLimitError::TooMany { retry_after } => {
                sessions.event(AuditKind::RateLimited, None, None);
                Err(too_many(retry_after))
            }
            RateLimitError::UnknownClient => {
                tracing::error!(error = &limited as &dyn std::error::Error, "attempts cannot be limited");
                let description = "the attempt could not be counted";
                Err(error(StatusCode::INTERNAL_SERVER_ERROR, "server_error", description))
            }
        }
    }

    fn hand_out(&self, tokens: &TokenResponse) -> Result<PlainResponse, SessionError> {
        match &self.0.routes.cookies {
            Some(cookies) => in_cookies(tokens, cookies),
            None => Ok(tokens.plain_response()),
        }
    }
}

fn either(handled: Handled) -> PlainResponse {
    match handled {
        Ok(response) | Err(response) => response,
    }
}

fn refused<T>(failed: CredentialsError, sessions: &Sessions<T>) -> PlainResponse {
    match failed {
        CredentialsError::Invalid => {
            sessions.event(AuditKind::LoginFailed, None, None);
            // RFC 6749 §5.2: a 401 would have to name an authentication scheme.
            error(StatusCode::BAD_REQUEST, "invalid_grant", "the credentials are wrong")
        }
        CredentialsError::TooManyAttempts { retry_after } => {
            sessions.event(AuditKind::RateLimited, None, None);
            too_many(retry_after)
        }
        CredentialsError::Unavailable => {
            Answer::unavailable("credentials cannot be checked at the moment").response()
        }
    }
}

fn cookies_gone(response: PlainResponse, cookies: Option<&Cookies>) -> PlainResponse {
    match cookies {
        Some(cookies) => without_cookies(response, cookies),
        None => response,
    }
}

/// Returns whether the browser says that a page of another site, or of a sibling subdomain, caused the request (Fetch
/// Metadata Request Headers §2.3). That page could log its visitors in as another user.
fn is_of_another_site(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all("sec-fetch-site").into_iter();
    values.any(|value| value != "same-origin" && value != "none")
}
