//! Claims: RFC 7519 §4. The registered ones are typed; the rest is the caller's own.

mod audiences;
mod from_claims;
#[cfg(feature = "cache")]
mod kept;
mod no_claims;
mod registered;

use alloc::string::String;

use serde::Serialize;

pub use audiences::Audiences;
pub use from_claims::FromClaims;
#[cfg(feature = "cache")]
pub(crate) use kept::KeptClaims;
pub use no_claims::NoClaims;
pub(crate) use registered::Dates;
pub use registered::{RegisteredClaim, RegisteredClaims};

use crate::error::SignError;
use crate::json::{self, JsonError};
use crate::time::NumericDate;

/// The claims of a token: registered ones as fields, the caller's own as `custom`.
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
    pub custom: T,
}

impl<T> Claims<T> {
    /// No registered claim yet. `custom` serializes to a JSON object.
    pub fn new(custom: T) -> Self {
        Self {
            issuer: None,
            subject: None,
            audience: Audiences::default(),
            expires_at: None,
            not_before: None,
            issued_at: None,
            jwt_id: None,
            custom,
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
    #[cfg(all(
        feature = "std",
        any(feature = "wasm-js", not(all(target_family = "wasm", target_os = "unknown")))
    ))]
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
        let custom = serde_json::to_string(&self.custom).map_err(|_| SignError::Serialize)?;
        let mut text = String::with_capacity(custom.len().saturating_add(512));
        let mut string = |claim: RegisteredClaim, value: &Option<String>| {
            if let Some(value) = value {
                json::write_name(claim.name(), &mut text);
                json::write_string(value, &mut text);
            }
        };
        string(RegisteredClaim::Issuer, &self.issuer);
        string(RegisteredClaim::Subject, &self.subject);
        string(RegisteredClaim::JwtId, &self.jwt_id);
        if !self.audience.0.is_empty() {
            json::write_name(RegisteredClaim::Audience.name(), &mut text);
            match self.audience.0.as_slice() {
                [one] => json::write_string(one, &mut text),
                many => json::write_strings(many, &mut text),
            }
        }
        let mut date = |claim: RegisteredClaim, value: Option<NumericDate>| {
            if let Some(value) = value {
                json::write_name(claim.name(), &mut text);
                match value.subsec_nanos() {
                    0 => text.push_str(itoa::Buffer::new().format(value.as_secs())),
                    // Writing to a string cannot fail.
                    _ => drop(core::fmt::write(&mut text, format_args!("{value}"))),
                }
            }
        };
        date(RegisteredClaim::ExpirationTime, self.expires_at);
        date(RegisteredClaim::NotBefore, self.not_before);
        date(RegisteredClaim::IssuedAt, self.issued_at);

        let members = custom.strip_prefix('{').ok_or(SignError::Claims(JsonError::NotAnObject))?;
        text.push_str(match (text.is_empty(), members) {
            (true, _) => "{",
            (false, members) if members.trim_start().starts_with('}') => "",
            (false, _) => ",",
        });
        text.push_str(members);
        // What was written here is right. So is the whole, where the caller's part is and adds to it.
        let mut own = RegisteredClaims::default();
        if own.read_with(custom.as_bytes(), &mut None::<NoClaims>).is_some() && own.is_empty() {
            return Ok(text);
        }
        RegisteredClaims::read_or_fault(text.as_bytes())?;
        Ok(text)
    }
}
