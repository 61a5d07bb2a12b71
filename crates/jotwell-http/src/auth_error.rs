//! The responses to rejected requests: RFC 6750 §3.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{Response, StatusCode};
use jotwell::VerifyError;

use crate::access_claims::{AccessClaimError, Scope};
use crate::challenge::Challenge;
use crate::counters;
use crate::plain_response::PlainResponse;
use crate::response::{Answer, ErrorBody};
use crate::store::StoreError;

/// An authentication or authorization failure, and the HTTP response it produces.
///
/// | reason | status | `WWW-Authenticate: Bearer realm="…"`, further parameters of the [`Authenticator`](crate::Authenticator), and |
/// |---|---|---|
/// | the request has no token | 401 | nothing more |
/// | the request is malformed | 400 | `error="invalid_request"` |
/// | the token is not valid, revoked, or was used | 401 | `error="invalid_token"` |
/// | scope or role are missing | 403 | `error="insufficient_scope"`, and `scope` if one is missing |
/// | the login is too old, or of another class | 401 | `error="insufficient_user_authentication"`, and `max_age` or `acr_values` (RFC 9470 §3) |
/// | a cookie came without its anti-forgery token | 403 | no such header |
/// | store or keys are unavailable | 503 | no such header, but `Retry-After` |
///
/// The body is JSON with the same `error` and `error_description`; it is empty if the request has no token. A
/// description is one of a few fixed sentences. The exact reason is in [`kind`](Self::kind) and in the log, which
/// contains no part of a token either.
#[derive(Clone, Debug)]
pub struct AuthError {
    kind: AuthErrorKind,
    challenge: Arc<Challenge>,
    /// What the route requires, for a response with status 401.
    required: Option<Scope>,
}

/// The reason why a request is rejected. For the log, not for the client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AuthErrorKind {
    /// The request has no token.
    Missing,
    /// The request does not contain exactly one well-formed token: it has two headers, `Bearer` without a token, or a
    /// token in a header and another in a cookie.
    Malformed,
    /// The token came in a cookie, and the proof that your own page sent the request is missing or wrong.
    CsrfFailed,
    /// The token is not valid.
    Token(VerifyError),
    /// The token, its session or its subject was revoked.
    Revoked,
    /// The token is single-use and has been used.
    Replayed,
    /// The token lacks a scope.
    Scope {
        /// The required scope.
        required: Scope,
    },
    /// A policy rejects the token.
    Forbidden {
        /// The name of the rule.
        rule: &'static str,
    },
    /// The login is too old, or of another authentication context class.
    Authentication {
        /// The maximum age of the login.
        max_age: Option<Duration>,
        /// The accepted values of `acr`; empty if any value is accepted.
        acr_values: Vec<String>,
    },
    /// A claim that a rule or the check of sessions needs is malformed.
    Claim(AccessClaimError),
    /// The keys are unavailable at the moment.
    Keys,
    /// The store failed or did not respond.
    Store(StoreError),
}

impl AuthError {
    /// Creates the error and logs it.
    pub(crate) fn logged(kind: AuthErrorKind, challenge: &Arc<Challenge>) -> Self {
        let refusal = Self { kind, challenge: challenge.clone(), required: None };
        refusal.log();
        counters::auth_error(refusal.code());
        refusal
    }

    /// Names the scope that the route requires, if the authenticator is set to.
    pub(crate) fn requiring(self, scope: impl FnOnce() -> Option<Scope>) -> Self {
        let required = if self.challenge.names_scope { scope() } else { None };
        Self { required, ..self }
    }

    /// Returns the reason, for the log.
    #[must_use]
    pub fn kind(&self) -> &AuthErrorKind {
        &self.kind
    }

    /// Returns a stable code for logs and metrics: see [`AuthErrorKind::code`].
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Returns the status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.kind.answer().status
    }

    /// Returns how long the client should wait before the next attempt, if waiting helps.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.kind.answer().retry_after()
    }

    /// Returns the response. Its extensions hold this error, so that outer middleware can see the reason.
    #[must_use]
    pub fn response(&self) -> Response<String> {
        let mut response = Response::from(self.plain_response());
        response.extensions_mut().insert(self.clone());
        response
    }

    /// Returns the response for a framework that does not use the types of `http` 1.
    #[must_use]
    pub fn plain_response(&self) -> PlainResponse {
        let answer = self.kind.answer();
        match self.challenge(answer) {
            Some(challenge) => answer.response().header("www-authenticate", challenge),
            None => answer.response(),
        }
    }

    /// Returns `WWW-Authenticate` if another token would help.
    fn challenge(&self, answer: Answer) -> Option<String> {
        if matches!(self.kind, AuthErrorKind::CsrfFailed) || answer.retry_after().is_some() {
            return None;
        }
        let mut challenge = self.challenge.to_string();
        if let Some(ErrorBody { code, description }) = answer.error {
            challenge.push_str(&format!(", error=\"{code}\", error_description=\"{description}\""));
        }
        if let AuthErrorKind::Scope { required } = &self.kind {
            challenge.push_str(&format!(", scope=\"{required}\""));
        }
        if let AuthErrorKind::Authentication { max_age, acr_values } = &self.kind {
            if let Some(max_age) = max_age {
                challenge.push_str(&format!(", max_age=\"{}\"", max_age.as_secs()));
            }
            // A value that a space-separated list cannot hold is left out.
            let is_word = |value: &&str| {
                !value.is_empty()
                    && value.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
            };
            let values: Vec<_> = acr_values.iter().map(String::as_str).filter(is_word).collect();
            if !values.is_empty() {
                challenge.push_str(&format!(", acr_values=\"{}\"", values.join(" ")));
            }
        }
        // RFC 6750 §3 allows `scope` in any challenge.
        if let (StatusCode::UNAUTHORIZED, Some(required)) = (answer.status, &self.required) {
            challenge.push_str(&format!(", scope=\"{required}\""));
        }
        Some(challenge)
    }

    /// Logs the error without the token and without anything that the client could choose.
    fn log(&self) {
        let (status, code) = (self.status().as_u16(), self.code());
        match &self.kind {
            AuthErrorKind::Missing => tracing::debug!(status, code, "no token was presented"),
            AuthErrorKind::Store(error) => {
                tracing::error!(
                    status,
                    code,
                    error = error as &dyn std::error::Error,
                    "a token could not be checked"
                );
            }
            AuthErrorKind::Keys | AuthErrorKind::Token(VerifyError::Unavailable { .. }) => {
                tracing::error!(status, code, reason = %self.kind, "a token could not be checked");
            }
            reason => tracing::info!(status, code, %reason, "a request was rejected"),
        }
    }
}

impl AuthErrorKind {
    /// Returns a stable, machine-readable code for logs and metrics. Unlike the text of an error, it does not change
    /// between versions. It is not part of the response.
    ///
    /// | kind | code |
    /// |---|---|
    /// | `Missing` | `missing_token` |
    /// | `Malformed` | `malformed_request` |
    /// | `CsrfFailed` | `csrf_failed` |
    /// | `Token`: `Expired`, `TooOld` | `token_expired` |
    /// | `Token`: `NotYetValid`, `IssuedInFuture` | `token_not_yet_valid` |
    /// | `Token`: `Unavailable`; `Keys` | `keys_unavailable` |
    /// | any other `Token` | `invalid_token` |
    /// | `Revoked` | `token_revoked` |
    /// | `Replayed` | `token_replayed` |
    /// | `Scope` | `insufficient_scope` |
    /// | `Forbidden` | `policy_denied` |
    /// | `Authentication` | `insufficient_user_authentication` |
    /// | `Claim` | `invalid_claim` |
    /// | `Store` | `store_unavailable` |
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing_token",
            Self::Malformed => "malformed_request",
            Self::CsrfFailed => "csrf_failed",
            Self::Token(VerifyError::Expired { .. } | VerifyError::TooOld { .. }) => "token_expired",
            Self::Token(VerifyError::NotYetValid { .. } | VerifyError::IssuedInFuture { .. }) => {
                "token_not_yet_valid"
            }
            Self::Token(VerifyError::Unavailable { .. }) | Self::Keys => "keys_unavailable",
            Self::Token(_) => "invalid_token",
            Self::Revoked => "token_revoked",
            Self::Replayed => "token_replayed",
            Self::Scope { .. } => "insufficient_scope",
            Self::Forbidden { .. } => "policy_denied",
            Self::Authentication { .. } => "insufficient_user_authentication",
            Self::Claim(_) => "invalid_claim",
            Self::Store(_) => "store_unavailable",
        }
    }

    /// The table of responses.
    pub(crate) fn answer(&self) -> Answer {
        let token = |description| Answer::new(StatusCode::UNAUTHORIZED, "invalid_token", description);
        let forbidden = |description| Answer::new(StatusCode::FORBIDDEN, "insufficient_scope", description);
        match self {
            Self::Missing => Answer { status: StatusCode::UNAUTHORIZED, error: None },
            Self::Malformed => Answer::new(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "the request does not carry exactly one well-formed token",
            ),
            Self::CsrfFailed => Answer::FORGED,
            Self::Token(VerifyError::Unavailable { .. }) | Self::Keys | Self::Store(_) => {
                Answer::unavailable("the token cannot be checked at the moment")
            }
            Self::Token(VerifyError::Expired { .. } | VerifyError::TooOld { .. }) => {
                token("the token has expired")
            }
            Self::Token(VerifyError::NotYetValid { .. } | VerifyError::IssuedInFuture { .. }) => {
                token("the token is not valid yet")
            }
            Self::Token(_) | Self::Claim(_) => token("the token is not valid"),
            Self::Revoked => token("the token has been revoked"),
            Self::Replayed => token("the token has been used"),
            Self::Scope { .. } => forbidden("the token lacks the required scope"),
            Self::Forbidden { .. } => forbidden("the token does not allow this"),
            Self::Authentication { .. } => Answer::new(
                StatusCode::UNAUTHORIZED,
                "insufficient_user_authentication",
                "a more recent or a stronger login is required",
            ),
        }
    }
}

impl fmt::Display for AuthErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("no token was presented"),
            Self::Malformed => f.write_str("the request does not carry exactly one well-formed token"),
            Self::CsrfFailed => f.write_str("the anti-forgery token is missing or wrong"),
            Self::Token(error) => error.fmt(f),
            Self::Revoked => f.write_str("the token has been revoked"),
            Self::Replayed => f.write_str("the token has been used before"),
            Self::Scope { required } => write!(f, "the token lacks the scope {:?}", required.as_str()),
            Self::Forbidden { rule } => write!(f, "the token does not satisfy the rule {rule:?}"),
            Self::Authentication { max_age: Some(max_age), .. } => {
                write!(
                    f,
                    "the login was more than {} seconds ago, or the token has no `auth_time`",
                    max_age.as_secs()
                )
            }
            Self::Authentication { acr_values, .. } => {
                write!(f, "the login is not of one of the classes {acr_values:?}")
            }
            Self::Claim(error) => error.fmt(f),
            Self::Keys => f.write_str("the keys are unavailable at the moment"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

/// The text of this error is that of the [`VerifyError`] or [`StoreError`], so `source` returns the next one.
impl std::error::Error for AuthError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            AuthErrorKind::Token(error) => error.source(),
            AuthErrorKind::Store(error) => error.source(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use jotwell::NumericDate;

    use super::*;

    fn error(kind: AuthErrorKind) -> AuthError {
        AuthError { kind, challenge: Arc::new(Challenge::new()), required: None }
    }

    /// Dashboards and alerts depend on these: a code is never changed or reused for something else.
    #[test]
    fn codes_are_stable() {
        let (date, required) = (NumericDate::default(), Scope::of(["a"]).expect("a scope"));
        let token = AuthErrorKind::Token;
        let codes = [
            (AuthErrorKind::Missing, "missing_token"),
            (AuthErrorKind::Malformed, "malformed_request"),
            (AuthErrorKind::CsrfFailed, "csrf_failed"),
            (token(VerifyError::Expired { expired_at: date, now: date }), "token_expired"),
            (token(VerifyError::NotYetValid { not_before: date, now: date }), "token_not_yet_valid"),
            (token(VerifyError::Unavailable { reason: "" }), "keys_unavailable"),
            (token(VerifyError::InvalidSignature), "invalid_token"),
            (AuthErrorKind::Revoked, "token_revoked"),
            (AuthErrorKind::Replayed, "token_replayed"),
            (AuthErrorKind::Scope { required }, "insufficient_scope"),
            (AuthErrorKind::Forbidden { rule: "role" }, "policy_denied"),
            (
                AuthErrorKind::Authentication { max_age: None, acr_values: Vec::new() },
                "insufficient_user_authentication",
            ),
            (AuthErrorKind::Claim(AccessClaimError::Malformed { claim: "scope" }), "invalid_claim"),
            (AuthErrorKind::Keys, "keys_unavailable"),
            (AuthErrorKind::Store(StoreError::InUse), "store_unavailable"),
        ];
        for (kind, code) in codes {
            assert_eq!(kind.code(), code, "{kind:?}");
            assert_eq!(error(kind).code(), code);
        }
    }

    #[test]
    fn an_error_that_displays_its_source_does_not_return_it() {
        let io = StoreError::unreachable(std::io::Error::other("the cause"));
        for kind in [AuthErrorKind::Token(VerifyError::InvalidSignature), AuthErrorKind::Store(io)] {
            let error = error(kind);
            assert_ne!(error.source().map(ToString::to_string), Some(error.to_string()));
        }
        let io = StoreError::unreachable(std::io::Error::other("the cause"));
        let error = error(AuthErrorKind::Store(io));
        assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("the cause"));
    }
}
