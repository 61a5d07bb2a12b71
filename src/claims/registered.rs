//! The registered claims of a payload, borrowed from it: RFC 7519 §4.1.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde::Deserialize;

use super::ClaimsReader;
use super::table::{AudienceList, Date, Kind, RegisteredClaim, Text, registered_claims};
use crate::error::VerifyError;
use crate::json::{self, JsonError, Observer, Seen, Str, Value};
use crate::time::NumericDate;

/// The dates of a payload.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Dates {
    pub(crate) expires_at: Option<NumericDate>,
    pub(crate) not_before: Option<NumericDate>,
    pub(crate) issued_at: Option<NumericDate>,
}

macro_rules! declare {
    ($( $(#[$attribute:meta])* $Variant:ident = $name:literal, $field:ident, $require:ident: $Kind:ident as $Owned:ty; )+) => {
        /// The registered claims of a payload, each of the right type, borrowed from it.
        ///
        /// A [custom check](crate::Validator::check) receives these. A method that begins with `require_` rejects a
        /// token that lacks the claim.
        #[derive(Clone, Debug, Default)]
        pub struct RegisteredClaims<'a> {
            /// The payload: one strict JSON object.
            pub(super) text: &'a str,
            $( pub(super) $field: Option<<$Kind as Kind>::Value<'a>>, )+
        }

        impl<'a> RegisteredClaims<'a> {
            $( accessor! { #[doc = concat!("`", $name, "`.")] $field: $Kind } )+

            $( requirement! { $name $Variant $field $require: $Kind } )+

            pub(crate) fn is_present(&self, claim: RegisteredClaim) -> bool {
                match claim {
                    $( RegisteredClaim::$Variant => self.$field.is_some(), )+
                }
            }

            /// Returns whether no claim is present.
            pub(super) fn is_empty(&self) -> bool {
                $( self.$field.is_none() )&&+
            }

            /// Sets a value. Returns whether it is of the right type.
            #[inline]
            fn set(&mut self, claim: RegisteredClaim, value: Value<'a>) -> bool {
                match claim {
                    $( RegisteredClaim::$Variant => {
                        self.$field = $Kind::read(value);
                        self.$field.is_some()
                    } )+
                }
            }
        }
    };
}

macro_rules! accessor {
    (#[doc = $doc:expr] $field:ident: Text) => {
        #[doc = $doc]
        #[must_use]
        pub fn $field(&self) -> Option<Cow<'a, str>> {
            self.$field.map(Str::to_cow)
        }
    };
    (#[doc = $doc:expr] $field:ident: Date) => {
        #[doc = $doc]
        #[must_use]
        pub fn $field(&self) -> Option<NumericDate> {
            self.$field
        }
    };
    (#[doc = $doc:expr] $field:ident: AudienceList) => {
        #[doc = $doc]
        ///
        /// Empty if the claim is absent.
        #[must_use]
        pub fn $field(&self) -> Vec<Cow<'a, str>> {
            let mut audience = Vec::new();
            if let Some(value) = self.$field {
                value.each(|one| audience.push(one.to_cow()));
            }
            audience
        }
    };
}

macro_rules! requirement {
    ($name:literal $Variant:ident $field:ident $require:ident: Text) => {
        requirement! { $name $require: Cow<'a, str> = |claims| claims.$field(), $Variant }
    };
    ($name:literal $Variant:ident $field:ident $require:ident: Date) => {
        requirement! { $name $require: NumericDate = |claims| claims.$field, $Variant }
    };
    ($name:literal $Variant:ident $field:ident $require:ident: AudienceList) => {
        requirement! {
            $name $require: Vec<Cow<'a, str>> = |claims| claims.$field.map(|_| claims.$field()), $Variant
        }
    };
    ($name:literal $require:ident: $Value:ty = |$claims:ident| $value:expr, $Variant:ident) => {
        #[doc = concat!("Returns `", $name, "`.")]
        ///
        /// # Errors
        #[doc = concat!("[`VerifyError::MissingClaim`] if there is no `", $name, "`.")]
        pub fn $require(&self) -> Result<$Value, VerifyError> {
            let $claims = self;
            $value.ok_or_else(|| RegisteredClaim::$Variant.missing())
        }
    };
}
registered_claims!(declare);

impl<'a> RegisteredClaims<'a> {
    /// The payload: one strict JSON object.
    #[cfg(feature = "jwe")]
    pub(crate) fn payload(&self) -> &'a str {
        self.text
    }

    pub(crate) fn issuer_is(&self, issuer: &str) -> bool {
        self.issuer.is_some_and(|one| one == *issuer)
    }

    pub(crate) fn subject_is(&self, subject: &str) -> bool {
        self.subject.is_some_and(|one| one == *subject)
    }

    pub(crate) fn audience_is(&self, audience: &str) -> bool {
        let mut found = false;
        if let Some(value) = self.audience {
            value.each(|one| found |= one == *audience);
        }
        found
    }

    #[inline]
    pub(crate) fn dates(&self) -> Dates {
        Dates { expires_at: self.expires_at, not_before: self.not_before, issued_at: self.issued_at }
    }

    /// Reads the whole payload into a `T`, for a custom check that needs more than the registered claims.
    ///
    /// ```
    /// use jotwell::{Audience, Issuer, Validator, VerifyError, VerifyingKey};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Tenant<'a> {
    ///     tid: &'a str,
    /// }
    ///
    /// # fn example(key: VerifyingKey) {
    /// let validator = Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api"))
    ///     .check(|claims| match claims.read::<Tenant<'_>>()?.tid {
    ///         "acme" => Ok(()),
    ///         _ => Err(VerifyError::CustomCheck { reason: "another tenant" }),
    ///     });
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`VerifyError::Deserialize`] if the payload does not fit `T`.
    pub fn read<T: Deserialize<'a>>(&self) -> Result<T, VerifyError> {
        // The policy has already decided which deviations it accepts.
        ClaimsReader::new(&[]).payload(self.text.as_bytes(), Tolerance::ALL).read()
    }

    /// Returns whether the payload has a member of that name that is not `null`.
    pub(crate) fn has(&self, name: &str) -> bool {
        if let Some(claim) = RegisteredClaim::from_name(name) {
            return self.is_present(claim);
        }
        let mut found = false;
        json::read_object::<JsonError>(self.text.as_bytes(), |member| {
            found |= member.name == *name && !matches!(member.value, Value::Null);
            Ok(())
        })
        .is_ok_and(|_| found)
    }
}

/// Which deviations of registered claims from RFC 7519 a policy accepts. None by default.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tolerance {
    /// `null` counts as absent.
    pub(crate) null: bool,
    /// An integer counts as the string of its digits.
    pub(crate) integers: bool,
    /// An `exp` after the year 9999 counts as the end of that year, since nothing compares it.
    pub(crate) far_expiry: bool,
}

impl Tolerance {
    /// For claims that a policy has already checked, or that no policy will check.
    pub(crate) const ALL: Self = Self { null: true, integers: true, far_expiry: true };
}

/// Collects the registered claims of an object while it is read.
pub(super) struct Capture<'r, 'a> {
    pub(super) claims: &'r mut RegisteredClaims<'a>,
    pub(super) tolerance: Tolerance,
    /// The first claim that is not accepted.
    pub(super) invalid: Option<InvalidClaim<'a>>,
}

/// A registered claim with a value that is not accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum InvalidClaim<'a> {
    Type(RegisteredClaim),
    Null(RegisteredClaim),
    /// A number that is not a date.
    Date(RegisteredClaim, &'a str),
}

impl<'a> Capture<'_, 'a> {
    /// Handles a value that is not of the right type.
    #[cold]
    fn see_other(&mut self, claim: RegisteredClaim, value: Value<'a>) {
        let invalid = match value {
            Value::Null if self.tolerance.null => return,
            Value::Null => InvalidClaim::Null(claim),
            // JSON has one spelling of each integer, so no two values become the same string.
            Value::Number(number)
                if self.tolerance.integers
                    && claim.is_text()
                    && number.bytes().all(|digit| digit.is_ascii_digit()) =>
            {
                self.claims.set(claim, Value::String(Str::Plain(number)));
                return;
            }
            Value::Number(number) if claim.is_date() => {
                let is_late = !number.starts_with('-');
                if claim == RegisteredClaim::ExpirationTime && is_late && self.tolerance.far_expiry {
                    self.claims.expires_at = Some(NumericDate::MAX.to_whole_seconds());
                    return;
                }
                InvalidClaim::Date(claim, number)
            }
            _ => InvalidClaim::Type(claim),
        };
        self.invalid.get_or_insert(invalid);
    }
}

impl<'a> Observer<'a> for Capture<'_, 'a> {
    type Wanted = RegisteredClaim;

    #[inline]
    fn wanted(&self, name: &str) -> Option<RegisteredClaim> {
        RegisteredClaim::from_name(name)
    }

    #[inline(always)]
    fn see(&mut self, claim: RegisteredClaim, seen: Seen<'_, 'a>) {
        let value = seen.value();
        if !self.claims.set(claim, value) {
            self.see_other(claim, value);
        }
    }
}
