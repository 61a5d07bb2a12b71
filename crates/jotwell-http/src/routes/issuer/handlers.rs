//! Handlers of the endpoints.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use jotwell::UnverifiedToken;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::IssuerRoutes;
use super::client::{ClientCredentials, IssuerEndpoint, unauthorized};
use super::form::{Form, invalid};
use crate::audit::AuditKind;
use crate::auth::{Auth, Authenticator};
use crate::plain_response::PlainResponse;
use crate::response::Answer;
use crate::routes::CredentialsError;
use crate::routes::answer::{done, error, json, too_many};
use crate::routes::incoming::Incoming;
use crate::session::{SessionError, Sessions};

pub(crate) struct IssuerHandlers<T>(Arc<Inner<T>>);

struct Inner<T> {
    routes: IssuerRoutes<T>,
    authenticator: Authenticator<T>,
}

impl<T> Clone for IssuerHandlers<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Success and error are both responses. An error ends a handler early.
type Handled = Result<PlainResponse, PlainResponse>;

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> IssuerHandlers<T> {
    pub(crate) fn new(routes: IssuerRoutes<T>) -> Self {
        let authenticator = routes.sessions.authenticator();
        Self(Arc::new(Inner { routes, authenticator }))
    }

    pub(crate) async fn revoke(&self, request: Incoming) -> PlainResponse {
        self.try_revoke(request).await.unwrap_or_else(|response| response)
    }

    pub(crate) async fn introspect(&self, request: Incoming) -> PlainResponse {
        self.try_introspect(request).await.unwrap_or_else(|response| response)
    }

    /// Revokes a token (RFC 7009 §2).
    async fn try_revoke(&self, request: Incoming) -> Handled {
        let (client, form) = self.client(request, IssuerEndpoint::Revocation).await?;
        let sessions = &self.0.routes.sessions;
        if client.client_id() != sessions.own_client_id() {
            let description = "the tokens of this issuer are for another client";
            return Err(error(StatusCode::BAD_REQUEST, "unauthorized_client", description));
        }
        let token = form.get("token").ok_or_else(|| invalid("`token` is missing"))?;
        match sessions.logout_with(token).await {
            // The session has ended now, or had ended before.
            Ok(_) => {}
            Err(SessionError::Malformed) => {
                if let Some(auth) = self.access_token(token).await? {
                    revoke(sessions, &auth).await.map_err(|error| error.plain_response())?;
                }
            }
            Err(failed) => return Err(failed.plain_response()),
        }
        // RFC 7009 §2.2: also for a token that is not valid.
        Ok(done(StatusCode::OK))
    }

    /// Introspects a token (RFC 7662 §2).
    async fn try_introspect(&self, request: Incoming) -> Handled {
        let (_, form) = self.client(request, IssuerEndpoint::Introspection).await?;
        let token = form.get("token").ok_or_else(|| invalid("`token` is missing"))?;
        let mut response = match self.access_token(token).await? {
            None => Map::new(),
            Some(_) => claims(token).ok_or_else(|| SessionError::Claims.plain_response())?,
        };
        let is_active = !response.is_empty();
        // Last: custom claims of these names are overwritten.
        response.insert("active".to_owned(), Value::Bool(is_active));
        if is_active {
            response.insert("token_type".to_owned(), Value::from("Bearer"));
        }
        Ok(json(&response))
    }

    /// The authenticated caller, and its form.
    async fn client(
        &self,
        request: Incoming,
        endpoint: IssuerEndpoint,
    ) -> Result<(ClientCredentials, Form), PlainResponse> {
        let form = Form::read(&request)?;
        let client = ClientCredentials::of(&request.parts.headers, &form, endpoint)?;
        match (self.0.routes.verify)(client.clone()).await {
            Ok(()) => Ok((client, form)),
            Err(CredentialsError::Invalid) => Err(unauthorized()),
            Err(CredentialsError::TooManyAttempts { retry_after }) => Err(too_many(retry_after)),
            Err(CredentialsError::Unavailable) => {
                Err(Answer::unavailable("clients cannot be authenticated at the moment").response())
            }
        }
    }

    /// Returns the access token if it is accepted. An error if that is unknown.
    async fn access_token(&self, token: &str) -> Result<Option<Auth<T>>, PlainResponse> {
        // As an API would verify it.
        let Ok(value) = HeaderValue::try_from(format!("Bearer {token}")) else { return Ok(None) };
        let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
        match self.0.authenticator.authenticate(&Method::POST, &headers).await {
            Ok(auth) => Ok(Some(auth)),
            Err(refused) if refused.retry_after().is_some() => Err(refused.plain_response()),
            Err(_) => Ok(None),
        }
    }
}

/// Returns all claims of a verified access token, unchanged.
fn claims(token: &str) -> Option<Map<String, Value>> {
    let token = UnverifiedToken::parse(token).ok()?;
    serde_json::from_slice(token.payload_without_verification()).ok()
}

async fn revoke<T>(sessions: &Sessions<T>, auth: &Auth<T>) -> Result<(), SessionError> {
    let claims = auth.token();
    // All access tokens have these three.
    if let (Some(issuer), Some(jwt_id), Some(expires_at)) =
        (&claims.issuer, &claims.jwt_id, claims.expires_at)
    {
        sessions.revocations().revoke(issuer, jwt_id, expires_at).await.map_err(SessionError::Store)?;
    }
    sessions.event(AuditKind::TokenRevoked, auth.subject(), auth.session_id());
    Ok(())
}
