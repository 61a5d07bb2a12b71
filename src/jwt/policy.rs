//! What a token must contain: RFC 7519 §4.1, RFC 8725 §3.8 and §3.9.

use alloc::string::String;
use alloc::vec::Vec;

use crate::claims::{RegisteredClaim, RegisteredClaims};
use crate::error::{VerifyError, shown, shown_all};

/// Which issuers are accepted. [`Validator::new`](crate::Validator::new) takes it as an argument, so that the check
/// cannot be forgotten.
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
    /// Accepts only this value, compared exactly.
    #[must_use]
    pub fn is(issuer: impl Into<String>) -> Self {
        Self(Accepted::one(issuer))
    }

    /// Accepts any of these issuers. With an empty list, every token is rejected.
    ///
    /// All of them use the same keys, so each of these issuers can issue tokens in the name of the others.
    /// [`MultiIssuerValidator`](crate::MultiIssuerValidator) keeps them apart.
    #[must_use]
    pub fn any_of<S: Into<String>>(issuers: impl IntoIterator<Item = S>) -> Self {
        Self(Accepted::any_of(issuers))
    }

    /// Accepts any issuer, and tokens without one. Only the type of `iss` is checked.
    #[must_use]
    pub fn unchecked() -> Self {
        Self(Accepted::Unchecked)
    }

    /// Returns the accepted values, or `None` if any value is accepted.
    pub(super) fn accepted(&self) -> Option<&[String]> {
        self.0.values()
    }

    pub(super) fn check(&self, claims: &RegisteredClaims<'_>) -> Result<(), VerifyError> {
        self.0.check(
            claims,
            RegisteredClaim::Issuer,
            |one| claims.issuer_is(one),
            |expected| VerifyError::IssuerMismatch {
                expected,
                found: shown(&claims.issuer().unwrap_or_default()),
            },
        )
    }
}

/// Which audiences are accepted. [`Validator::new`](crate::Validator::new) takes it as an argument, so that the check
/// cannot be forgotten. A token for several audiences is accepted by each of them.
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
    /// Accepts only this value, compared exactly.
    #[must_use]
    pub fn is(audience: impl Into<String>) -> Self {
        Self(Accepted::one(audience))
    }

    /// Accepts any of these audiences. With an empty list, every token is rejected.
    #[must_use]
    pub fn any_of<S: Into<String>>(audiences: impl IntoIterator<Item = S>) -> Self {
        Self(Accepted::any_of(audiences))
    }

    /// Accepts any audience, and tokens without one. Only the type of `aud` is checked, so tokens for other services
    /// are accepted too.
    #[must_use]
    pub fn unchecked() -> Self {
        Self(Accepted::Unchecked)
    }

    /// Returns the accepted values, or `None` if any value is accepted.
    pub(super) fn accepted(&self) -> Option<&[String]> {
        self.0.values()
    }

    pub(super) fn check(&self, claims: &RegisteredClaims<'_>) -> Result<(), VerifyError> {
        self.0.check(
            claims,
            RegisteredClaim::Audience,
            |one| claims.audience_is(one),
            |expected| VerifyError::AudienceMismatch { expected, found: shown_all(claims.audience()) },
        )
    }
}

/// Which `typ` is accepted in a header (RFC 7515 §4.1.9, RFC 8725 §3.11): an argument of
/// [`Validator::typ`](crate::Validator::typ). Case is ignored, and a leading `application/` may be left out.
///
/// Defaults to [`Typ::jwt`]. The type separates tokens of different kinds from the same issuer, such as access tokens
/// (`at+jwt`) and ID tokens (`JWT`).
///
/// ```
/// use jotwell::Typ;
///
/// let access_tokens = Typ::is("at+jwt");
/// let during_a_migration = Typ::any_of(["at+jwt", "JWT"]).or_absent();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typ {
    accepted: Accepted,
    or_absent: bool,
}

impl Typ {
    /// Accepts `JWT`, and tokens without `typ`.
    #[must_use]
    pub fn jwt() -> Self {
        Self::is("JWT").or_absent()
    }

    /// Accepts only this type.
    #[must_use]
    pub fn is(typ: impl Into<String>) -> Self {
        Self { accepted: Accepted::one(typ), or_absent: false }
    }

    /// Accepts any of these types. With an empty list, every token with a `typ` is rejected.
    #[must_use]
    pub fn any_of<S: Into<String>>(types: impl IntoIterator<Item = S>) -> Self {
        Self { accepted: Accepted::any_of(types), or_absent: false }
    }

    /// Also accepts tokens without `typ`.
    #[must_use]
    pub fn or_absent(self) -> Self {
        Self { or_absent: true, ..self }
    }

    /// Accepts any `typ`, and tokens without one. A token of another kind from the same issuer is then accepted too if
    /// its claims are.
    #[must_use]
    pub fn unchecked() -> Self {
        Self { accepted: Accepted::Unchecked, or_absent: true }
    }

    /// Returns the accepted values, or `None` if any value is accepted, and whether a token without `typ` is accepted.
    pub(super) fn accepted(&self) -> (Option<&[String]>, bool) {
        (self.accepted.values(), self.or_absent)
    }

    #[inline]
    pub(super) fn check(&self, found: Option<&str>) -> Result<(), VerifyError> {
        let accepted = match (found, &self.accepted) {
            (None, _) => self.or_absent,
            (Some(_), Accepted::Unchecked) => true,
            (Some(found), Accepted::AnyOf(values)) => values.iter().any(|value| is_media_type(found, value)),
        };
        if accepted { Ok(()) } else { Err(self.mismatch(found)) }
    }

    #[cold]
    fn mismatch(&self, found: Option<&str>) -> VerifyError {
        let expected = self.accepted.values().unwrap_or_default();
        VerifyError::TypMismatch { expected: shown_all(expected), found: found.map(shown) }
    }
}

/// Accepts only this type, like [`Typ::is`].
impl From<&str> for Typ {
    fn from(typ: &str) -> Self {
        Self::is(typ)
    }
}

/// Accepts only this type, like [`Typ::is`].
impl From<String> for Typ {
    fn from(typ: String) -> Self {
        Self::is(typ)
    }
}

/// Compares media types by RFC 7515 §4.1.9: `application/` may be left out, and case is ignored (RFC 2045 §5.1).
pub(super) fn is_media_type(found: &str, wanted: &str) -> bool {
    found == wanted || short(found).eq_ignore_ascii_case(short(wanted))
}

fn short(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => typ,
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
        mismatch: impl FnOnce(Vec<String>) -> VerifyError,
    ) -> Result<(), VerifyError> {
        match self {
            Self::Unchecked => Ok(()),
            Self::AnyOf(_) if !claims.is_present(claim) => {
                Err(VerifyError::MissingClaim { claim: claim.name().into() })
            }
            Self::AnyOf(values) if values.iter().any(|value| is(value)) => Ok(()),
            Self::AnyOf(values) => Err(mismatch(shown_all(values))),
        }
    }
}

/// Whether a token must have an expiry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expiry {
    /// `exp` must be present, and in the future. The default.
    #[default]
    Required,
    /// If `exp` is present, it must be in the future. A token without `exp` never expires.
    IfPresent,
    /// Only the type of `exp` is checked: expired tokens are accepted.
    Unchecked,
}
