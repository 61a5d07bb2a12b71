//! What a token must say: RFC 7519 §4.1, RFC 8725 §3.8 and §3.9.

use alloc::string::String;
use alloc::vec::Vec;

use crate::claims::{RegisteredClaim, RegisteredClaims};
use crate::error::VerifyError;

/// Which issuers are accepted: an argument that [`Validator::new`](crate::Validator::new) asks for,
/// so that the check cannot be forgotten.
///
/// ```
/// use jotwell::Issuer;
///
/// let ours = Issuer::is("https://auth.example");
/// let either = Issuer::any_of(["https://auth.example", "https://login.example"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(Accepted);

impl Issuer {
    /// This one alone, compared exactly.
    #[must_use]
    pub fn is(issuer: impl Into<String>) -> Self {
        Self(Accepted::one(issuer))
    }

    /// Any of these. Of none, no token is accepted.
    ///
    /// The keys are not told apart by issuer: each of these issuers could speak for the others.
    #[must_use]
    pub fn any_of<S: Into<String>>(issuers: impl IntoIterator<Item = S>) -> Self {
        Self(Accepted::any_of(issuers))
    }

    /// Whoever, also nobody: `iss` is not looked at beyond its type.
    #[must_use]
    pub fn unchecked() -> Self {
        Self(Accepted::Unchecked)
    }

    /// Which are accepted, or `None` where that is left open.
    pub(super) fn accepted(&self) -> Option<&[String]> {
        self.0.values()
    }

    pub(super) fn check(&self, claims: &RegisteredClaims<'_>) -> Result<(), VerifyError> {
        self.0.check(
            claims,
            RegisteredClaim::Issuer,
            |one| claims.issuer_is(one),
            VerifyError::IssuerMismatch,
        )
    }
}

/// Which audiences are accepted: an argument that [`Validator::new`](crate::Validator::new) asks
/// for, so that the check cannot be forgotten. A token for several is accepted for each.
///
/// ```
/// use jotwell::Audience;
///
/// let us = Audience::is("orders-api");
/// let also_our_old_name = Audience::any_of(["orders-api", "orders"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience(Accepted);

impl Audience {
    /// This one alone, compared exactly.
    #[must_use]
    pub fn is(audience: impl Into<String>) -> Self {
        Self(Accepted::one(audience))
    }

    /// Any of these. Of none, no token is accepted.
    #[must_use]
    pub fn any_of<S: Into<String>>(audiences: impl IntoIterator<Item = S>) -> Self {
        Self(Accepted::any_of(audiences))
    }

    /// Whoever, also nobody: `aud` is not looked at beyond its type. A token that was issued for
    /// another service is then as good as one for this.
    #[must_use]
    pub fn unchecked() -> Self {
        Self(Accepted::Unchecked)
    }

    /// Which are accepted, or `None` where that is left open.
    pub(super) fn accepted(&self) -> Option<&[String]> {
        self.0.values()
    }

    pub(super) fn check(&self, claims: &RegisteredClaims<'_>) -> Result<(), VerifyError> {
        self.0.check(
            claims,
            RegisteredClaim::Audience,
            |one| claims.audience_is(one),
            VerifyError::AudienceMismatch,
        )
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Accepted {
    AnyOf(Vec<String>),
    Unchecked,
}

impl Accepted {
    fn one(value: impl Into<String>) -> Self {
        Self::AnyOf(alloc::vec![value.into()])
    }

    fn any_of<S: Into<String>>(values: impl IntoIterator<Item = S>) -> Self {
        Self::AnyOf(values.into_iter().map(Into::into).collect())
    }

    fn values(&self) -> Option<&[String]> {
        match self {
            Self::AnyOf(values) => Some(values),
            Self::Unchecked => None,
        }
    }

    fn check(
        &self,
        claims: &RegisteredClaims<'_>,
        claim: RegisteredClaim,
        is: impl Fn(&str) -> bool,
        mismatch: VerifyError,
    ) -> Result<(), VerifyError> {
        match self {
            Self::Unchecked => Ok(()),
            Self::AnyOf(_) if !claims.is_present(claim) => {
                Err(VerifyError::MissingClaim { claim: claim.name().into() })
            }
            Self::AnyOf(values) if values.iter().any(|value| is(value)) => Ok(()),
            Self::AnyOf(_) => Err(mismatch),
        }
    }
}

/// Whether a token must say when it expires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expiry {
    /// `exp` must be there, and in the future. The default.
    #[default]
    Required,
    /// `exp` must be in the future where it is there; a token without one never expires.
    IfPresent,
    /// `exp` is not looked at beyond its type: expired tokens are accepted.
    Unchecked,
}
