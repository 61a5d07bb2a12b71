//! The registered claims, read from a payload: RFC 7519 §4.1.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde::Deserialize;

use crate::error::{SignError, TokenPart, VerifyError};
use crate::json::{self, JsonError, Str, Value};
use crate::names::names;
use crate::time::NumericDate;

names! {
    /// A claim that RFC 7519 §4.1 registers.
    #[non_exhaustive]
    pub enum RegisteredClaim {
        /// Who issued the token (§4.1.1).
        Issuer = "iss",
        /// Whom the token is about (§4.1.2).
        Subject = "sub",
        /// Whom the token is meant for (§4.1.3).
        Audience = "aud",
        /// When the token stops being valid (§4.1.4).
        ExpirationTime = "exp",
        /// When the token begins to be valid (§4.1.5).
        NotBefore = "nbf",
        /// When the token was issued (§4.1.6).
        IssuedAt = "iat",
        /// The token's own name (§4.1.7).
        JwtId = "jti",
    }
}

/// The registered claims of a payload, each of the right type, borrowed from it.
///
/// What a [check](crate::Validator::check) of the caller's own gets to see.
#[derive(Clone, Debug, Default)]
pub struct RegisteredClaims<'a> {
    /// The payload: one strict JSON object.
    pub(super) text: &'a str,
    pub(super) issuer: Option<Str<'a>>,
    pub(super) subject: Option<Str<'a>>,
    pub(super) audience: Option<Aud<'a>>,
    pub(crate) dates: Dates,
    pub(super) jwt_id: Option<Str<'a>>,
}

/// The dates of a payload.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Dates {
    pub(crate) expires_at: Option<NumericDate>,
    pub(crate) not_before: Option<NumericDate>,
    pub(crate) issued_at: Option<NumericDate>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Aud<'a> {
    One(Str<'a>),
    /// The text of an array that holds at least one element, and nothing but strings.
    Many(&'a str),
}

impl<'a> RegisteredClaims<'a> {
    /// `iss`.
    #[must_use]
    pub fn issuer(&self) -> Option<Cow<'a, str>> {
        self.issuer.map(Str::to_cow)
    }

    /// `sub`.
    #[must_use]
    pub fn subject(&self) -> Option<Cow<'a, str>> {
        self.subject.map(Str::to_cow)
    }

    /// `aud`, one or many; empty where it is missing.
    #[must_use]
    pub fn audience(&self) -> Vec<Cow<'a, str>> {
        let mut audience = Vec::new();
        self.each_audience(|one| audience.push(one.to_cow()));
        audience
    }

    /// `exp`.
    #[must_use]
    pub fn expires_at(&self) -> Option<NumericDate> {
        self.dates.expires_at
    }

    /// `nbf`.
    #[must_use]
    pub fn not_before(&self) -> Option<NumericDate> {
        self.dates.not_before
    }

    /// `iat`.
    #[must_use]
    pub fn issued_at(&self) -> Option<NumericDate> {
        self.dates.issued_at
    }

    /// `jti`.
    #[must_use]
    pub fn jwt_id(&self) -> Option<Cow<'a, str>> {
        self.jwt_id.map(Str::to_cow)
    }

    pub(crate) fn is_present(&self, claim: RegisteredClaim) -> bool {
        match claim {
            RegisteredClaim::Issuer => self.issuer.is_some(),
            RegisteredClaim::Subject => self.subject.is_some(),
            RegisteredClaim::Audience => self.audience.is_some(),
            RegisteredClaim::ExpirationTime => self.dates.expires_at.is_some(),
            RegisteredClaim::NotBefore => self.dates.not_before.is_some(),
            RegisteredClaim::IssuedAt => self.dates.issued_at.is_some(),
            RegisteredClaim::JwtId => self.jwt_id.is_some(),
        }
    }

    /// Whether there is none of them.
    pub(super) fn is_empty(&self) -> bool {
        let Self { text: _, issuer, subject, audience, dates, jwt_id } = self;
        let Dates { expires_at, not_before, issued_at } = dates;
        let strings = [issuer, subject, jwt_id].iter().all(|claim| claim.is_none());
        strings && audience.is_none() && [expires_at, not_before, issued_at].iter().all(|date| date.is_none())
    }

    pub(crate) fn issuer_is(&self, issuer: &str) -> bool {
        self.issuer.is_some_and(|one| one == *issuer)
    }

    pub(crate) fn subject_is(&self, subject: &str) -> bool {
        self.subject.is_some_and(|one| one == *subject)
    }

    pub(crate) fn audience_is(&self, audience: &str) -> bool {
        let mut found = false;
        self.each_audience(|one| found |= one == *audience);
        found
    }

    fn each_audience(&self, mut visit: impl FnMut(Str<'a>)) {
        match self.audience {
            None => {}
            Some(Aud::One(one)) => visit(one),
            // The text has been read as an array of strings before, so this cannot fail.
            Some(Aud::Many(text)) => {
                let _ = json::read_array::<JsonError>(text, |value| {
                    if let Value::String(one) = value {
                        visit(one);
                    }
                    Ok(())
                });
            }
        }
    }

    /// Whether the payload has a member of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        if let Some(claim) = RegisteredClaim::from_name(name) {
            return self.is_present(claim);
        }
        let mut found = false;
        let _ = json::read_object::<JsonError>(self.text.as_bytes(), |member| {
            found |= member.name == *name;
            Ok(())
        });
        found
    }

    /// Reads a payload: one strict JSON object, the registered claims of the right types.
    pub(crate) fn read(payload: &'a [u8]) -> Result<Self, VerifyError> {
        Self::read_or_fault(payload).map_err(VerifyError::from)
    }

    /// As [`read`](Self::read), for who tells it otherwise.
    pub(super) fn read_or_fault(payload: &'a [u8]) -> Result<Self, Fault> {
        let mut claims = Self::default();
        let text = json::read_object(payload, |member| match RegisteredClaim::from_name(&member.name) {
            Some(claim) => claims.set(claim, member.value).ok_or(Fault::Claim(claim)),
            None => Ok(()),
        })?;
        Ok(Self { text, ..claims })
    }

    /// Reads a payload, and `value` from it, in one pass; `None` where that is not plainly possible, and no
    /// value where it alone was not.
    pub(super) fn read_with<T: Deserialize<'a>>(
        &mut self,
        payload: &'a [u8],
        value: &mut Option<T>,
    ) -> Option<()> {
        self.text = core::str::from_utf8(payload).ok()?;
        json::read_object_as(
            self.text,
            RegisteredClaim::from_name,
            |claim, value| self.set(claim, value),
            value,
        )
    }

    /// Takes a value over, if it is of the right type.
    fn set(&mut self, claim: RegisteredClaim, value: Value<'a>) -> Option<()> {
        match claim {
            RegisteredClaim::Issuer => self.issuer = Some(string(value)?),
            RegisteredClaim::Subject => self.subject = Some(string(value)?),
            RegisteredClaim::Audience => self.audience = Some(audience(value)?),
            RegisteredClaim::ExpirationTime => self.dates.expires_at = Some(date(value)?),
            RegisteredClaim::NotBefore => self.dates.not_before = Some(date(value)?),
            RegisteredClaim::IssuedAt => self.dates.issued_at = Some(date(value)?),
            RegisteredClaim::JwtId => self.jwt_id = Some(string(value)?),
        }
        Some(())
    }
}

#[inline]
fn string(value: Value<'_>) -> Option<Str<'_>> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

#[inline]
fn date(value: Value<'_>) -> Option<NumericDate> {
    let Value::Number(text) = value else { return None };
    let seconds = text.as_bytes().try_into().ok().and_then(json::ten_digits);
    match seconds.and_then(|seconds| i64::try_from(seconds).ok()) {
        Some(seconds) => Some(NumericDate::from_secs(seconds)),
        None => NumericDate::from_json_number(text),
    }
}

/// A string, or an array of at least one. A token for nobody is no token.
fn audience(value: Value<'_>) -> Option<Aud<'_>> {
    match value {
        Value::String(one) => Some(Aud::One(one)),
        Value::Array(text) => {
            let mut empty = true;
            // The array has been read before, so only a value can be wrong.
            let strings = json::read_array(text, |value| {
                empty = false;
                string(value).map(drop).ok_or(Fault::Claim(RegisteredClaim::Audience))
            });
            (strings.is_ok() && !empty).then_some(Aud::Many(text))
        }
        _ => None,
    }
}

/// What can be wrong with a payload, whoever is told: no JSON, or a claim of the wrong type.
pub(super) enum Fault {
    Json(JsonError),
    Claim(RegisteredClaim),
}

impl From<JsonError> for Fault {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

impl From<Fault> for VerifyError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Json(error) => Self::Json { part: TokenPart::Payload, error },
            Fault::Claim(claim) => Self::InvalidClaim { claim: claim.name() },
        }
    }
}

impl From<Fault> for SignError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Json(error) => Self::Claims(error),
            Fault::Claim(claim) => Self::InvalidClaim { claim: claim.name() },
        }
    }
}
