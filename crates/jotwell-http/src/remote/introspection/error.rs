//! Errors of token introspection.

use std::error::Error as StdError;
use std::fmt;

use http::StatusCode;

use crate::remote::FetchError;

/// The reason why a token is not accepted: the issuer rejects it, or does not confirm it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum IntrospectionError {
    /// The token is not active, is not a bearer token, or is not a well-formed token.
    Inactive,
    /// `iss` is missing or is another issuer.
    IssuerMismatch,
    /// `aud` is missing or does not contain this API.
    AudienceMismatch,
    /// There is no complete response.
    Fetch(FetchError),
    /// The status of the response is not 200: 401 if the issuer does not know the credentials of this API.
    Status {
        /// The status.
        status: u16,
    },
    /// The response is not an introspection response of RFC 7662 §2.2, or its claims do not have their type.
    Malformed,
}

impl IntrospectionError {
    /// Returns the status with which to reject the request: 401 if the token is invalid, 503 if the issuer fails.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Inactive | Self::IssuerMismatch | Self::AudienceMismatch => StatusCode::UNAUTHORIZED,
            Self::Fetch(_) | Self::Status { .. } | Self::Malformed => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl fmt::Display for IntrospectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inactive => f.write_str("the token is not active"),
            Self::IssuerMismatch => f.write_str("the token is from another issuer, or the response has no `iss`"),
            Self::AudienceMismatch => {
                f.write_str("the token is for another audience, or the response has no `aud`")
            }
            Self::Fetch(_) => f.write_str("the issuer could not be asked about the token"),
            Self::Status { status: 401 } => f.write_str(
                "the issuer answered 401 and not 200; check the client identifier and the secret of this API",
            ),
            Self::Status { status } => write!(f, "the issuer answered {status} and not 200"),
            Self::Malformed => f.write_str(
                "the response of the issuer is not an introspection response of RFC 7662; check the address of the endpoint",
            ),
        }
    }
}

impl StdError for IntrospectionError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Fetch(error) => Some(error),
            _ => None,
        }
    }
}
