//! The common part of the middleware for all HTTP clients.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};

use crate::challenge::Challenge;
use crate::error::TokenError;
use crate::origin::Origin;
use crate::source::TokenSource;

/// A request was not sent, or was rejected for a reason that a new token of the same kind does not change.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AuthorizationError {
    /// There is no access token.
    Token(TokenError),
    /// The token lacks a scope (`insufficient_scope`, RFC 6750 §3.1).
    InsufficientScope {
        /// The required scope, if the server names it. Text of the server.
        required: Option<String>,
    },
    /// The user must authenticate again, or with a stronger method (`insufficient_user_authentication`, RFC 9470 §3).
    InsufficientUserAuthentication {
        /// The authentication contexts, one of which is required. Text of the server; empty if it does not name any.
        acr_values: Vec<String>,
        /// The maximum age of the authentication, if the server limits it.
        max_age: Option<Duration>,
    },
    /// The URL of the request is relative, so its origin is unknown.
    RelativeAddress,
}

impl fmt::Display for AuthorizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => error.fmt(f),
            Self::InsufficientScope { required: Some(scope) } => {
                write!(f, "the token lacks the scope {scope:?}; ask for it when the token is issued")
            }
            Self::InsufficientScope { required: None } => {
                f.write_str("the token lacks a scope or a role, and the server does not say which")
            }
            Self::InsufficientUserAuthentication { acr_values, max_age } => {
                f.write_str("the user has to authenticate again")?;
                if !acr_values.is_empty() {
                    write!(f, ", with one of {acr_values:?}")?;
                }
                max_age.map_or(Ok(()), |age| write!(f, ", at most {} s before the request", age.as_secs()))
            }
            Self::RelativeAddress => {
                f.write_str("the address of the request is relative; give scheme and host, so that the token goes to no other")
            }
        }
    }
}

/// The source is that of the [`TokenError`], which this error itself displays.
impl Error for AuthorizationError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Token(error) => error.source(),
            _ => None,
        }
    }
}

/// A source of tokens, and the origins that they may be sent to.
#[derive(Clone, Debug)]
pub(crate) struct BearerAuth {
    pub(crate) source: TokenSource,
    origins: Arc<[Origin]>,
}

impl BearerAuth {
    pub(crate) fn new(source: TokenSource, origin: Origin) -> Self {
        Self { source, origins: Arc::from([origin]) }
    }

    pub(crate) fn and(self, origin: Origin) -> Self {
        Self { origins: self.origins.iter().cloned().chain([origin]).collect(), ..self }
    }

    pub(crate) fn allows(&self, origin: Option<&Origin>) -> bool {
        origin.is_some_and(|origin| self.origins.contains(origin))
    }
}

/// Returns whether the request already has credentials, which are kept.
pub(crate) fn has_credentials(headers: &HeaderMap) -> bool {
    headers.contains_key(AUTHORIZATION)
}

/// What a response says about the token.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Nothing.
    Pass,
    /// It is not valid, and a new one may be (`invalid_token`, RFC 6750 §3.1).
    Rejected,
    /// It does not allow this request.
    Refused(AuthorizationError),
}

/// Reads what a response says about the token.
pub(crate) fn verdict(status: StatusCode, headers: &HeaderMap) -> Verdict {
    if !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return Verdict::Pass;
    }
    let Some(challenge) = Challenge::of(headers) else { return Verdict::Pass };
    match challenge.get("error") {
        Some("invalid_token") if status == StatusCode::UNAUTHORIZED => Verdict::Rejected,
        Some("insufficient_scope") => Verdict::Refused(AuthorizationError::InsufficientScope {
            required: challenge.get("scope").map(str::to_owned),
        }),
        Some("insufficient_user_authentication") => {
            let acr_values = challenge.get("acr_values").unwrap_or_default();
            Verdict::Refused(AuthorizationError::InsufficientUserAuthentication {
                acr_values: acr_values.split_ascii_whitespace().map(str::to_owned).collect(),
                max_age: challenge.get("max_age").and_then(|age| age.parse().ok()).map(Duration::from_secs),
            })
        }
        _ => Verdict::Pass,
    }
}

#[cfg(test)]
mod tests {
    use http::header::WWW_AUTHENTICATE;

    use super::*;

    fn of(status: u16, challenge: &'static str) -> Verdict {
        let mut headers = HeaderMap::new();
        headers.insert(WWW_AUTHENTICATE, challenge.parse().expect("a header"));
        verdict(StatusCode::from_u16(status).expect("a status"), &headers)
    }

    #[test]
    fn only_a_401_with_invalid_token_calls_for_another_token() {
        assert!(matches!(of(401, "Bearer error=invalid_token"), Verdict::Rejected));
        for (status, challenge) in [
            (403, "Bearer error=invalid_token"),
            (200, "Bearer error=invalid_token"),
            (401, "Bearer"),
            (401, "Basic"),
        ] {
            assert!(matches!(of(status, challenge), Verdict::Pass), "{status} {challenge}");
        }
    }

    #[test]
    fn step_up_says_what_is_needed() {
        let step_up =
            of(401, r#"Bearer error="insufficient_user_authentication", acr_values="gold mfa", max_age=5"#);
        let Verdict::Refused(error) = step_up else { panic!("{step_up:?}") };
        assert_eq!(
            error.to_string(),
            r#"the user has to authenticate again, with one of ["gold", "mfa"], at most 5 s before the request"#
        );
        let scope = of(403, r#"Bearer error="insufficient_scope""#);
        assert!(matches!(scope, Verdict::Refused(AuthorizationError::InsufficientScope { required: None })));
    }
}
