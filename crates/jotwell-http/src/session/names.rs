//! The two identifiers of every access token, as distinct types.

use std::sync::Arc;

/// The issuer identifier that access tokens carry in `iss` (RFC 9068 §2.2), such as `https://auth.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerId(pub(super) Arc<str>);

impl IssuerId {
    /// Creates the identifier. Verifiers compare it exactly.
    #[must_use]
    pub fn new(issuer: &str) -> Self {
        Self(Arc::from(issuer))
    }
}

/// The identifier of the API that access tokens carry in `aud` (RFC 9068 §2.2), such as `orders-api`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudienceId(pub(super) Arc<str>);

impl AudienceId {
    /// Creates the identifier. Verifiers compare it exactly.
    #[must_use]
    pub fn new(audience: &str) -> Self {
        Self(Arc::from(audience))
    }
}
