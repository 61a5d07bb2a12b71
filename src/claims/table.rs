//! The registered claims, one row for each: RFC 7519 §4.1.
//!
//! Names, the fields and methods of [`Claims`](super::Claims) and [`RegisteredClaims`](super::RegisteredClaims),
//! reading, writing and caching all derive from the table.

#[cfg(feature = "cache")]
use alloc::borrow::Cow;
#[cfg(feature = "cache")]
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::Audiences;
use crate::error::VerifyError;
use crate::json::{self, JsonError, Str, Value};
use crate::names::names;
use crate::time::NumericDate;

/// Passes the table to a macro. A row has a variant, its name in JSON, its field, the method that requires it, its
/// [`Kind`], and the type of the field.
macro_rules! registered_claims {
    ($then:ident) => {
        $then! {
            /// The issuer of the token (§4.1.1).
            Issuer = "iss", issuer, require_issuer: Text as Option<String>;
            /// The subject of the token: whom it describes (§4.1.2).
            Subject = "sub", subject, require_subject: Text as Option<String>;
            /// The audience of the token (§4.1.3): a string, or an array of at least one string.
            Audience = "aud", audience, require_audience: AudienceList as Audiences;
            /// The time from which the token is no longer valid (§4.1.4).
            ExpirationTime = "exp", expires_at, require_expires_at: Date as Option<NumericDate>;
            /// The time from which the token is valid (§4.1.5).
            NotBefore = "nbf", not_before, require_not_before: Date as Option<NumericDate>;
            /// The time at which the token was issued (§4.1.6).
            IssuedAt = "iat", issued_at, require_issued_at: Date as Option<NumericDate>;
            /// The identifier of the token (§4.1.7).
            JwtId = "jti", jwt_id, require_jwt_id: Text as Option<String>;
        }
    };
}
pub(super) use registered_claims;

macro_rules! declare {
    ($( $(#[$attribute:meta])* $Variant:ident = $name:literal, $field:ident, $require:ident: $Kind:ident as $Owned:ty; )+) => {
        names! {
            /// A claim that RFC 7519 §4.1 registers.
            #[non_exhaustive]
            pub enum RegisteredClaim {
                $( $(#[$attribute])* $Variant = $name, )+
            }
        }

        impl RegisteredClaim {
            pub(super) const fn is_date(self) -> bool {
                match self {
                    $( Self::$Variant => $Kind::IS_DATE, )+
                }
            }

            pub(super) const fn is_text(self) -> bool {
                match self {
                    $( Self::$Variant => $Kind::IS_TEXT, )+
                }
            }

            pub(super) fn missing(self) -> VerifyError {
                VerifyError::MissingClaim { claim: self.name().into() }
            }
        }
    };
}
registered_claims!(declare);

/// The values that a claim can have, and how they are read and written.
pub(super) trait Kind {
    /// A value that is borrowed from the payload.
    type Value<'a>: Copy;
    /// A value in [`Claims`](super::Claims).
    type Owned;
    /// A value that outlives the payload.
    #[cfg(feature = "cache")]
    type Kept;

    /// Whether a number outside the range of dates has its own error.
    const IS_DATE: bool = false;

    /// Whether the value is a string. Some issuers write an integer instead.
    const IS_TEXT: bool = false;

    /// Returns a value of the right type, or `None`.
    fn read(value: Value<'_>) -> Option<Self::Value<'_>>;

    fn to_owned(value: Option<Self::Value<'_>>) -> Self::Owned;

    /// Writes a member, unless the value is absent.
    fn write(name: &str, value: &Self::Owned, output: &mut String);

    #[cfg(feature = "cache")]
    fn keep(value: Self::Value<'_>) -> Self::Kept;

    #[cfg(feature = "cache")]
    fn lend(kept: &Self::Kept) -> Self::Value<'_>;
}

/// A string.
pub(super) struct Text;

impl Kind for Text {
    type Value<'a> = Str<'a>;
    type Owned = Option<String>;
    #[cfg(feature = "cache")]
    type Kept = Box<str>;

    const IS_TEXT: bool = true;

    #[inline]
    fn read(value: Value<'_>) -> Option<Str<'_>> {
        match value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    fn to_owned(value: Option<Str<'_>>) -> Option<String> {
        value.map(|text| text.to_cow().into_owned())
    }

    fn write(name: &str, value: &Option<String>, output: &mut String) {
        if let Some(value) = value {
            json::write_name(name, output);
            json::write_string(value, output);
        }
    }

    #[cfg(feature = "cache")]
    fn keep(value: Str<'_>) -> Box<str> {
        match value.to_cow() {
            Cow::Borrowed(value) => value.into(),
            Cow::Owned(value) => value.into_boxed_str(),
        }
    }

    #[cfg(feature = "cache")]
    fn lend(kept: &Box<str>) -> Str<'_> {
        Str::Plain(kept)
    }
}

/// Seconds since the epoch.
pub(super) struct Date;

impl Kind for Date {
    type Value<'a> = NumericDate;
    type Owned = Option<NumericDate>;
    #[cfg(feature = "cache")]
    type Kept = NumericDate;

    const IS_DATE: bool = true;

    #[inline]
    fn read(value: Value<'_>) -> Option<NumericDate> {
        let Value::Number(text) = value else { return None };
        let seconds = text.as_bytes().try_into().ok().and_then(json::ten_digits);
        match seconds.and_then(|seconds| i64::try_from(seconds).ok()) {
            Some(seconds) => Some(NumericDate::from_secs(seconds)),
            None => NumericDate::from_json_number(text),
        }
    }

    fn to_owned(value: Option<NumericDate>) -> Option<NumericDate> {
        value
    }

    fn write(name: &str, value: &Option<NumericDate>, output: &mut String) {
        if let Some(value) = value {
            json::write_name(name, output);
            match value.subsec_nanos() {
                0 => output.push_str(itoa::Buffer::new().format(value.as_secs())),
                // Writing to a string cannot fail.
                _ => drop(core::fmt::write(output, format_args!("{value}"))),
            }
        }
    }

    #[cfg(feature = "cache")]
    fn keep(value: NumericDate) -> NumericDate {
        value
    }

    #[cfg(feature = "cache")]
    fn lend(kept: &NumericDate) -> NumericDate {
        *kept
    }
}

/// A string, or an array of at least one string. An empty array is rejected: a token with an empty audience is a
/// mistake.
pub(super) struct AudienceList;

#[derive(Clone, Copy, Debug)]
pub(super) enum Aud<'a> {
    One(Str<'a>),
    /// The text of an array of at least one element, all of them strings.
    Many(&'a str),
}

impl<'a> Aud<'a> {
    pub(super) fn each(self, mut visit: impl FnMut(Str<'a>)) {
        match self {
            Aud::One(one) => visit(one),
            Aud::Many(text) => json::read_array::<JsonError>(text, |value| {
                if let Value::String(one) = value {
                    visit(one);
                }
                Ok(())
            })
            .expect("the text has been read as an array before"),
        }
    }
}

impl Kind for AudienceList {
    type Value<'a> = Aud<'a>;
    type Owned = Audiences;
    #[cfg(feature = "cache")]
    type Kept = KeptAudience;

    fn read(value: Value<'_>) -> Option<Aud<'_>> {
        match value {
            Value::String(one) => Some(Aud::One(one)),
            Value::Array(text) => {
                let (mut any, mut all) = (false, true);
                let read = json::read_array::<JsonError>(text, |value| {
                    any = true;
                    all &= matches!(value, Value::String(_));
                    Ok(())
                });
                (read.is_ok() && any && all).then_some(Aud::Many(text))
            }
            _ => None,
        }
    }

    fn to_owned(value: Option<Aud<'_>>) -> Audiences {
        let mut audiences = Vec::new();
        if let Some(value) = value {
            value.each(|one| audiences.push(one.to_cow().into_owned()));
        }
        Audiences(audiences)
    }

    fn write(name: &str, value: &Audiences, output: &mut String) {
        match value.0.as_slice() {
            [] => {}
            [one] => {
                json::write_name(name, output);
                json::write_string(one, output);
            }
            many => {
                json::write_name(name, output);
                json::write_strings(many, output);
            }
        }
    }

    #[cfg(feature = "cache")]
    fn keep(value: Aud<'_>) -> KeptAudience {
        match value {
            Aud::One(one) => KeptAudience::One(Text::keep(one)),
            Aud::Many(text) => KeptAudience::Many(text.into()),
        }
    }

    #[cfg(feature = "cache")]
    fn lend(kept: &KeptAudience) -> Aud<'_> {
        match kept {
            KeptAudience::One(one) => Aud::One(Str::Plain(one)),
            KeptAudience::Many(text) => Aud::Many(text),
        }
    }
}

#[cfg(feature = "cache")]
pub(super) enum KeptAudience {
    One(Box<str>),
    /// The text of the array.
    Many(Box<str>),
}
