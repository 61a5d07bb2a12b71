//! Why there is no access token.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use jotwell::SignError;

use crate::transport::TransportError;

/// There is no access token.
///
/// No variant contains a part of a token or of a secret, or text that the server has chosen.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TokenError {
    /// The session has ended: its refresh token was rejected. It is not presented again. Log in again.
    SessionEnded,
    /// The token is fixed, and the server rejects it.
    NotRenewable,
    /// The server rejects the request for tokens.
    Refused {
        /// The status of the response.
        status: StatusCode,
        /// The error code of the response, if there is one.
        error: OAuthError,
    },
    /// The server cannot issue tokens at the moment: 429, or a status of 500 and above.
    Unavailable {
        /// The status of the response.
        status: StatusCode,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// The server did not respond, or not completely.
    Transport(TransportError),
    /// The response is not one of RFC 6749 §5.
    MalformedResponse {
        /// The status of the response.
        status: StatusCode,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The new refresh token could not be stored. It is kept in memory, and stored before the next access token is
    /// returned.
    Store(StoreTokenError),
    /// The credentials of a login cannot be written as JSON.
    Credentials,
    /// The client's assertion cannot be signed.
    Assertion(SignError),
    /// The system's random number generator failed.
    Randomness,
    /// The renewal was aborted: a [`StoreRefreshToken`](crate::StoreRefreshToken) panicked, or the runtime has stopped.
    Aborted,
    /// The method was not called within a tokio runtime.
    NoRuntime,
}

impl TokenError {
    /// Returns a stable, machine-readable code for logs and metrics.
    ///
    /// | variant | code |
    /// |---|---|
    /// | `SessionEnded` | `session_ended` |
    /// | `NotRenewable` | `token_rejected` |
    /// | `Refused` | that of [`OAuthError::code`] |
    /// | `Unavailable` | `issuer_unavailable` |
    /// | `Transport` | `issuer_unreachable` |
    /// | `MalformedResponse` | `malformed_response` |
    /// | `Store` | `refresh_token_not_stored` |
    /// | `Credentials`, `Assertion`, `Randomness`, `Aborted`, `NoRuntime` | `client_error` |
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SessionEnded => "session_ended",
            Self::NotRenewable => "token_rejected",
            Self::Refused { error, .. } => error.code(),
            Self::Unavailable { .. } => "issuer_unavailable",
            Self::Transport(_) => "issuer_unreachable",
            Self::MalformedResponse { .. } => "malformed_response",
            Self::Store(_) => "refresh_token_not_stored",
            Self::Credentials | Self::Assertion(_) | Self::Randomness | Self::Aborted | Self::NoRuntime => {
                "client_error"
            }
        }
    }

    /// Returns whether the response was lost or the server busy, so that the same request may be repeated.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::Transport(_) => true,
            // Tokens were issued, but not received.
            Self::MalformedResponse { status, .. } => status.is_success(),
            _ => false,
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SessionEnded => f.write_str("the session has ended; log in again"),
            Self::NotRenewable => f.write_str(
                "the server rejects the token, which is fixed; use a token source that renews its tokens",
            ),
            Self::Refused { status, error } => {
                write!(f, "the server refuses to issue tokens ({status}): {error}")
            }
            Self::Unavailable { status, retry_after: Some(after) } => {
                write!(
                    f,
                    "the server cannot issue tokens at the moment ({status}); it asks to wait {} s",
                    after.as_secs()
                )
            }
            Self::Unavailable { status, retry_after: None } => {
                write!(f, "the server cannot issue tokens at the moment ({status}); try again later")
            }
            Self::Transport(error) => write!(f, "the request for tokens failed: {error}"),
            Self::MalformedResponse { status, reason } => {
                write!(f, "the response of the token endpoint ({status}) is malformed: {reason}")
            }
            Self::Store(error) => write!(f, "{error}"),
            Self::Credentials => f.write_str(
                "the credentials cannot be written as JSON; use a struct or a map with string keys",
            ),
            Self::Assertion(error) => write!(f, "the client's assertion cannot be signed: {error}"),
            Self::Randomness => f.write_str("the system's random number generator failed"),
            Self::Aborted => f.write_str("the renewal was aborted by a panic, or by the end of the runtime"),
            Self::NoRuntime => f.write_str("a token source needs a tokio runtime; call it within one"),
        }
    }
}

/// The source is that of the error that this one displays.
impl StdError for TokenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Transport(error) => error.source(),
            Self::Store(error) => error.source(),
            Self::Assertion(error) => error.source(),
            _ => None,
        }
    }
}

/// A refresh token could not be stored.
#[derive(Clone, Debug)]
pub struct StoreTokenError(pub(crate) Arc<dyn StdError + Send + Sync>);

impl fmt::Display for StoreTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the refresh token could not be stored; it is kept in memory and tried again")
    }
}

impl StdError for StoreTokenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}

/// The error code of a request for tokens: `error` of RFC 6749 §5.2 and §4.1.2.1, RFC 8707 §2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OAuthError {
    /// `invalid_request`
    InvalidRequest,
    /// `invalid_client`: the client is unknown, or its authentication failed.
    InvalidClient,
    /// `invalid_grant`: a wrong name or password, or a refresh token that is not valid.
    InvalidGrant,
    /// `unauthorized_client`
    UnauthorizedClient,
    /// `unsupported_grant_type`
    UnsupportedGrantType,
    /// `invalid_scope`
    InvalidScope,
    /// `invalid_target`: the resource is unknown.
    InvalidTarget,
    /// Another code, or no code.
    Other,
}

impl OAuthError {
    pub(crate) fn from_code(code: &str) -> Self {
        match code {
            "invalid_request" => Self::InvalidRequest,
            "invalid_client" => Self::InvalidClient,
            "invalid_grant" => Self::InvalidGrant,
            "unauthorized_client" => Self::UnauthorizedClient,
            "unsupported_grant_type" => Self::UnsupportedGrantType,
            "invalid_scope" => Self::InvalidScope,
            "invalid_target" => Self::InvalidTarget,
            _ => Self::Other,
        }
    }

    /// Returns the code, or `other`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidRequest => "`invalid_request`; does the server expect another form of the request?",
            Self::InvalidClient => {
                "`invalid_client`; check the identifier, the secret or key, the issuer and this machine's clock"
            }
            Self::InvalidGrant => "`invalid_grant`; the credentials are wrong or have expired",
            Self::UnauthorizedClient => "`unauthorized_client`; allow the client this grant at the server",
            Self::UnsupportedGrantType => "`unsupported_grant_type`; is this the right endpoint?",
            Self::InvalidScope => "`invalid_scope`; ask for scopes that the client may have",
            Self::InvalidTarget => "`invalid_target`; ask for a resource that the server knows",
            Self::Other => "it does not say why; is this the right address?",
        })
    }
}
