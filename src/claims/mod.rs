//! Claims: RFC 7519 §4. Registered claims are typed; the others are defined by the application.

mod audiences;
mod no_claims;
#[cfg(feature = "cache")]
mod owned;
mod places;
mod reader;
mod registered;
mod table;

use alloc::string::String;

use serde::Serialize;

pub use audiences::Audiences;
pub use no_claims::NoClaims;
#[cfg(feature = "cache")]
pub(crate) use owned::OwnedClaims;
pub(crate) use places::ClaimPlaces;
pub(crate) use reader::find_string;
pub use reader::{ClaimReader, ClaimsReader, FromClaims};
pub use registered::RegisteredClaims;
pub(crate) use registered::{Dates, Tolerance};
pub use table::RegisteredClaim;

use self::reader::InvalidPayload;
use self::table::{AudienceList, Date, Kind, Text, registered_claims};
use crate::error::{SignError, VerifyError};
use crate::json::{self, JsonError};
use crate::time::NumericDate;

macro_rules! declare {
    ($( $(#[$attribute:meta])* $Variant:ident = $name:literal, $field:ident, $require:ident: $Kind:ident as $Owned:ty; )+) => {
        /// The claims of a token: registered ones as fields, yours as `custom`.
        ///
        /// Use it to issue tokens, and to read verified claims into. You can also read them into a type of your own.
        /// If you need only registered claims, use plain `Claims`.
        ///
        /// A token may lack any claim, so each field can be empty. The methods that begin with `require_` return the
        /// value of a claim that you or your policy require, or [`VerifyError::MissingClaim`].
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
        /// assert_eq!(token.require_subject()?, "user-42");
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Claims<T = NoClaims> {
            $(
                #[doc = concat!("`", $name, "`.")]
                $(#[$attribute])*
                pub $field: $Owned,
            )+
            /// The application's own claims. In the token they are in the same object as the registered ones.
            pub custom: T,
            origin: Origin,
        }

        impl<T> Claims<T> {
            /// Creates claims with no registered claim set. `custom` must serialize to a JSON object.
            pub fn new(custom: T) -> Self {
                Self { $( $field: Default::default(), )+ custom, origin: Origin::New }
            }

            $( setter! { $name $field: $Kind } )+

            $( requirement! { $name $Variant $field $require: $Kind } )+

            /// Writes the registered claims that are set, without a closing brace.
            fn write_registered(&self, output: &mut String) {
                $( $Kind::write($name, &self.$field, output); )+
            }
        }

        impl RegisteredClaims<'_> {
            fn to_claims<T>(&self, custom: T) -> Claims<T> {
                Claims { $( $field: $Kind::to_owned(self.$field), )+ custom, origin: Origin::Token }
            }
        }
    };
}

/// Where claims come from. This decides what registered claims in the application's type mean. It is ignored in
/// comparisons.
#[derive(Clone, Copy, Debug, Default)]
enum Origin {
    /// They were created. A registered claim that is set twice is an error.
    #[default]
    New,
    /// They were read from a token. Registered claims in the application's type are copies of the token's, and are not
    /// written.
    Token,
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Origin {}

macro_rules! setter {
    ($name:literal $field:ident: Text) => {
        #[doc = concat!("Sets `", $name, "`.")]
        #[must_use]
        pub fn $field(self, $field: impl Into<String>) -> Self {
            Self { $field: Some($field.into()), ..self }
        }
    };
    ($name:literal $field:ident: Date) => {
        #[doc = concat!("Sets `", $name, "`, rounded down to whole seconds. Some libraries reject fractions; to issue one, set the")]
        /// field.
        #[must_use]
        pub fn $field(self, date: NumericDate) -> Self {
            Self { $field: Some(date.to_whole_seconds()), ..self }
        }
    };
    ($name:literal $field:ident: AudienceList) => {
        #[doc = concat!("Adds an audience to `", $name, "`.")]
        #[must_use]
        pub fn $field(mut self, $field: impl Into<String>) -> Self {
            self.$field.0.push($field.into());
            self
        }
    };
}

macro_rules! requirement {
    ($name:literal $Variant:ident $field:ident $require:ident: Text) => {
        requirement! { $name $require: &str = |claims| claims.$field.as_deref(), $Variant }
    };
    ($name:literal $Variant:ident $field:ident $require:ident: Date) => {
        requirement! { $name $require: NumericDate = |claims| claims.$field, $Variant }
    };
    ($name:literal $Variant:ident $field:ident $require:ident: AudienceList) => {
        requirement! {
            $name $require: &Audiences = |claims| Some(&claims.$field).filter(|audiences| !audiences.0.is_empty()), $Variant
        }
    };
    ($name:literal $require:ident: $Value:ty = |$claims:ident| $value:expr, $Variant:ident) => {
        #[doc = concat!("Returns `", $name, "`.")]
        ///
        /// # Errors
        #[doc = concat!("[`VerifyError::MissingClaim`] if there is no `", $name, "`, which cannot happen after a policy has required it.")]
        pub fn $require(&self) -> Result<$Value, VerifyError> {
            let $claims = self;
            $value.ok_or_else(|| RegisteredClaim::$Variant.missing())
        }
    };
}
registered_claims!(declare);

impl<T> Claims<T> {
    crate::time::with_system_clock! {
        /// Sets `iat` to the current second of the system clock, and `exp` to `lifetime` later.
        #[must_use]
        pub fn expires_in(self, lifetime: core::time::Duration) -> Self {
            let now = NumericDate::now();
            self.issued_at(now).expires_at(now.saturating_add(lifetime))
        }
    }
}

impl<T: Serialize> Claims<T> {
    /// Returns the claims as JSON that a strict verifier accepts.
    pub(crate) fn to_json(&self) -> Result<String, SignError> {
        let mut custom = serde_json::to_string(&self.custom).map_err(|_| SignError::Serialize)?;
        if let Origin::Token = self.origin {
            custom = without_registered(&custom)?;
        }
        // The registered claims written here are valid, so the whole is valid if the custom claims are and repeat no
        // registered one.
        let mut reader = ClaimsReader::new(custom.as_bytes());
        let registered = match reader.finish() {
            Ok(claims) => !claims.is_empty(),
            Err(error) => return Err(error.on_signing(&custom)),
        };
        let mut text = String::with_capacity(custom.len().saturating_add(512));
        self.write_registered(&mut text);
        let members = custom.strip_prefix('{').ok_or(SignError::Claims(JsonError::NotAnObject))?;
        text.push_str(match (text.is_empty(), members) {
            (true, _) => "{",
            (false, members) if members.trim_start().starts_with('}') => "",
            (false, _) => ",",
        });
        text.push_str(members);
        if registered {
            let mut reader = ClaimsReader::new(text.as_bytes());
            reader.finish().map_err(|error| error.on_signing(&text))?;
        }
        Ok(text)
    }
}

/// Returns the members of an object that are not registered claims. Registered ones may be of any type, such as `null`
/// in a token that was accepted with it.
fn without_registered(object: &str) -> Result<String, SignError> {
    let mut text = String::with_capacity(object.len());
    json::read_object::<JsonError>(object.as_bytes(), |member| {
        if RegisteredClaim::from_name(&member.name).is_none() {
            json::write_name(&member.name, &mut text);
            text.push_str(member.raw);
        }
        Ok(())
    })
    .map_err(|error| InvalidPayload::Json(error).on_signing(object))?;
    text.push_str(if text.is_empty() { "{}" } else { "}" });
    Ok(text)
}
