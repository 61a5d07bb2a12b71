//! Claims: RFC 7519 §4. The registered ones are typed; the rest is the caller's own.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::{Part, SignError, VerifyError};
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

/// The claims of a token: registered ones as fields, the caller's own as `private`.
///
/// It issues tokens, and is one of the types that verified claims can be read into; another is the
/// caller's type alone. Where nothing but registered claims is needed, plain `Claims` will do.
///
/// ```
/// use std::time::Duration;
/// use jotwell::{Algorithm, Audience, Claims, Issuer, NoClaims, SigningKey, Validator};
///
/// let key = SigningKey::generate(Algorithm::ES256)?;
/// let token = Claims::new(NoClaims)
///     .issuer("https://auth.example")
///     .subject("user-42")
///     .audience("orders-api")
///     .expires_in(Duration::from_secs(900))
///     .sign(&key)?;
///
/// let validator = Validator::new(
///     key.verifying_key(),
///     Issuer::is("https://auth.example"),
///     Audience::is("orders-api"),
/// );
/// let token = validator.verify::<Claims>(&token)?;
/// assert_eq!(token.subject.as_deref(), Some("user-42"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claims<T = NoClaims> {
    /// `iss`.
    pub issuer: Option<String>,
    /// `sub`.
    pub subject: Option<String>,
    /// `aud`: one or many, in JSON a string or an array; none where it is missing.
    pub audience: Audiences,
    /// `exp`.
    pub expires_at: Option<NumericDate>,
    /// `nbf`.
    pub not_before: Option<NumericDate>,
    /// `iat`.
    pub issued_at: Option<NumericDate>,
    /// `jti`.
    pub jwt_id: Option<String>,
    /// The caller's own claims. They stand beside the registered ones in the token.
    pub private: T,
}

/// No claims of the caller's own: in JSON an empty object, and read from any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoClaims;

impl Serialize for NoClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(core::iter::empty::<((), ())>())
    }
}

impl<'de> Deserialize<'de> for NoClaims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl<T> Claims<T> {
    /// No registered claim yet. `private` serializes to a JSON object.
    pub fn new(private: T) -> Self {
        Self {
            issuer: None,
            subject: None,
            audience: Audiences::default(),
            expires_at: None,
            not_before: None,
            issued_at: None,
            jwt_id: None,
            private,
        }
    }

    /// Sets `iss`.
    #[must_use]
    pub fn issuer(self, issuer: impl Into<String>) -> Self {
        Self { issuer: Some(issuer.into()), ..self }
    }

    /// Sets `sub`.
    #[must_use]
    pub fn subject(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// Adds an audience to `aud`.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience.0.push(audience.into());
        self
    }

    /// Sets `exp`.
    #[must_use]
    pub fn expires_at(self, date: NumericDate) -> Self {
        Self { expires_at: Some(date), ..self }
    }

    /// Sets `iat` to the system's present second, and `exp` to that much later.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn expires_in(self, lifetime: core::time::Duration) -> Self {
        use crate::time::{Clock, SystemClock};

        let now = NumericDate::from_secs(SystemClock.now().as_secs());
        self.issued_at(now).expires_at(now.saturating_add(lifetime))
    }

    /// Sets `nbf`.
    #[must_use]
    pub fn not_before(self, date: NumericDate) -> Self {
        Self { not_before: Some(date), ..self }
    }

    /// Sets `iat`.
    #[must_use]
    pub fn issued_at(self, date: NumericDate) -> Self {
        Self { issued_at: Some(date), ..self }
    }

    /// Sets `jti`.
    #[must_use]
    pub fn jwt_id(self, id: impl Into<String>) -> Self {
        Self { jwt_id: Some(id.into()), ..self }
    }
}

impl<T: Serialize> Claims<T> {
    /// The claims as JSON: what a strict verifier will accept, or an error.
    pub(crate) fn to_json(&self) -> Result<String, SignError> {
        let private = serde_json::to_string(&self.private).map_err(|_| SignError::Serialize)?;
        let mut text = String::with_capacity(private.len().saturating_add(256));
        let mut string = |claim: RegisteredClaim, value: &Option<String>| {
            if let Some(value) = value {
                name(claim, &mut text);
                json::write_string(value, &mut text);
            }
        };
        string(RegisteredClaim::Issuer, &self.issuer);
        string(RegisteredClaim::Subject, &self.subject);
        string(RegisteredClaim::JwtId, &self.jwt_id);
        if !self.audience.0.is_empty() {
            name(RegisteredClaim::Audience, &mut text);
            text.push_str(&serde_json::to_string(&self.audience).map_err(|_| SignError::Serialize)?);
        }
        let mut date = |claim: RegisteredClaim, value: Option<NumericDate>| {
            if let Some(value) = value {
                name(claim, &mut text);
                // Writing to a string cannot fail.
                let _ = core::fmt::write(&mut text, format_args!("{value}"));
            }
        };
        date(RegisteredClaim::ExpirationTime, self.expires_at);
        date(RegisteredClaim::NotBefore, self.not_before);
        date(RegisteredClaim::IssuedAt, self.issued_at);

        let members = private.strip_prefix('{').ok_or(SignError::Claims(JsonError::NotAnObject))?;
        text.push_str(match (text.is_empty(), members) {
            (true, _) => "{",
            (false, "}") => "",
            (false, _) => ",",
        });
        text.push_str(members);
        match RegisteredClaims::read(text.as_bytes()) {
            Ok(_) => Ok(text),
            Err(VerifyError::Json { error, .. }) => Err(SignError::Claims(error)),
            Err(VerifyError::InvalidClaim { claim }) => Err(SignError::InvalidClaim { claim }),
            Err(_) => Err(SignError::Serialize),
        }
    }
}

fn name(claim: RegisteredClaim, text: &mut String) {
    text.push_str(if text.is_empty() { "{\"" } else { ",\"" });
    text.push_str(claim.name());
    text.push_str("\":");
}

/// The value of `aud`: in JSON a string where it is one, an array where it is many
/// (RFC 7519 §4.1.3). For the caller's types that hold `aud` themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audiences(pub Vec<String>);

impl Audiences {
    /// Whether `audience` is among them, compared exactly.
    #[must_use]
    pub fn contains(&self, audience: &str) -> bool {
        self.0.iter().any(|one| one == audience)
    }
}

impl Serialize for Audiences {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => serializer.serialize_str(one),
            many => serializer.collect_seq(many),
        }
    }
}

impl<'de> Deserialize<'de> for Audiences {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Audiences;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("a string or an array of strings")
            }

            fn visit_str<E: de::Error>(self, one: &str) -> Result<Audiences, E> {
                Ok(Audiences(alloc::vec![one.into()]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut many: A) -> Result<Audiences, A::Error> {
                let mut audiences = Vec::new();
                while let Some(one) = many.next_element()? {
                    audiences.push(one);
                }
                Ok(Audiences(audiences))
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

/// The registered claims of a payload, each of the right type, borrowed from it.
///
/// What a [check](crate::Validator::check) of the caller's own gets to see.
#[derive(Clone, Debug, Default)]
pub struct RegisteredClaims<'a> {
    /// The payload.
    text: &'a str,
    issuer: Option<Str<'a>>,
    subject: Option<Str<'a>>,
    audience: Option<Aud<'a>>,
    expires_at: Option<NumericDate>,
    not_before: Option<NumericDate>,
    issued_at: Option<NumericDate>,
    jwt_id: Option<Str<'a>>,
}

#[derive(Clone, Copy, Debug)]
enum Aud<'a> {
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
        self.expires_at
    }

    /// `nbf`.
    #[must_use]
    pub fn not_before(&self) -> Option<NumericDate> {
        self.not_before
    }

    /// `iat`.
    #[must_use]
    pub fn issued_at(&self) -> Option<NumericDate> {
        self.issued_at
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
            RegisteredClaim::ExpirationTime => self.expires_at.is_some(),
            RegisteredClaim::NotBefore => self.not_before.is_some(),
            RegisteredClaim::IssuedAt => self.issued_at.is_some(),
            RegisteredClaim::JwtId => self.jwt_id.is_some(),
        }
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
        let mut claims = Self::default();
        let text = json::read_object::<Stop>(payload, |member| {
            let Some(claim) = RegisteredClaim::from_name(&member.name.to_cow()) else {
                return Ok(());
            };
            match claim {
                RegisteredClaim::Issuer => claims.issuer = Some(string(claim, member.value)?),
                RegisteredClaim::Subject => claims.subject = Some(string(claim, member.value)?),
                RegisteredClaim::Audience => claims.audience = Some(audience(member.value)?),
                RegisteredClaim::ExpirationTime => claims.expires_at = Some(date(claim, member.value)?),
                RegisteredClaim::NotBefore => claims.not_before = Some(date(claim, member.value)?),
                RegisteredClaim::IssuedAt => claims.issued_at = Some(date(claim, member.value)?),
                RegisteredClaim::JwtId => claims.jwt_id = Some(string(claim, member.value)?),
            }
            Ok(())
        })
        .map_err(|stop| stop.0)?;
        Ok(Self { text, ..claims })
    }
}

fn string(claim: RegisteredClaim, value: Value<'_>) -> Result<Str<'_>, VerifyError> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(invalid(claim)),
    }
}

fn date(claim: RegisteredClaim, value: Value<'_>) -> Result<NumericDate, VerifyError> {
    match value {
        Value::Number(text) => NumericDate::from_json_number(text).ok_or_else(|| invalid(claim)),
        _ => Err(invalid(claim)),
    }
}

/// A string, or an array of at least one. A token for nobody is no token.
fn audience(value: Value<'_>) -> Result<Aud<'_>, VerifyError> {
    match value {
        Value::String(one) => Ok(Aud::One(one)),
        Value::Array(text) => {
            let mut empty = true;
            json::read_array::<Stop>(text, |value| {
                empty = false;
                string(RegisteredClaim::Audience, value).map(drop).map_err(Stop)
            })
            .map_err(|stop| stop.0)?;
            if empty { Err(invalid(RegisteredClaim::Audience)) } else { Ok(Aud::Many(text)) }
        }
        _ => Err(invalid(RegisteredClaim::Audience)),
    }
}

fn invalid(claim: RegisteredClaim) -> VerifyError {
    VerifyError::InvalidClaim { claim: claim.name() }
}

/// Ends the reading of a payload.
struct Stop(VerifyError);

impl From<VerifyError> for Stop {
    fn from(error: VerifyError) -> Self {
        Self(error)
    }
}

impl From<JsonError> for Stop {
    fn from(error: JsonError) -> Self {
        Self(VerifyError::Json { part: Part::Payload, error })
    }
}

/// What verified claims can be read into: any type that implements [`serde::Deserialize`], which
/// may hold registered claims itself or leave them out, and [`Claims`] of such a type.
///
/// Sealed: implement `Deserialize` instead.
#[diagnostic::on_unimplemented(
    message = "claims cannot be read into `{Self}`",
    note = "derive or implement `serde::Deserialize` for it"
)]
pub trait FromClaims<'de>: Sized + sealed::Sealed<'de> {}

impl<'de, T: sealed::Sealed<'de>> FromClaims<'de> for T {}

pub(crate) mod sealed {
    use super::{Audiences, Claims, Deserialize, RegisteredClaims, Str, VerifyError};
    use alloc::borrow::Cow;

    pub trait Sealed<'de>: Sized {
        fn from_claims(claims: &RegisteredClaims<'de>) -> Result<Self, VerifyError>;
    }

    impl<'de, T: Deserialize<'de>> Sealed<'de> for T {
        fn from_claims(claims: &RegisteredClaims<'de>) -> Result<Self, VerifyError> {
            serde_json::from_str(claims.text)
                .map_err(|error| VerifyError::ClaimsType { line: error.line(), column: error.column() })
        }
    }

    impl<'de, T: Deserialize<'de>> Sealed<'de> for Claims<T> {
        fn from_claims(claims: &RegisteredClaims<'de>) -> Result<Self, VerifyError> {
            let owned = |text: Option<Str<'de>>| text.map(|text| text.to_cow().into_owned());
            Ok(Self {
                issuer: owned(claims.issuer),
                subject: owned(claims.subject),
                audience: Audiences(claims.audience().into_iter().map(Cow::into_owned).collect()),
                expires_at: claims.expires_at,
                not_before: claims.not_before,
                issued_at: claims.issued_at,
                jwt_id: owned(claims.jwt_id),
                private: T::from_claims(claims)?,
            })
        }
    }
}
