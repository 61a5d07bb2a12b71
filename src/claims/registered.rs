//! The registered claims of a payload, borrowed from it: RFC 7519 §4.1.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::table::{AudienceList, Date, Kind, RegisteredClaim, Text, registered_claims};
use crate::json::{self, JsonError, Observer, Str, Value};
use crate::time::NumericDate;

/// The dates of a payload.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Dates {
    pub(crate) expires_at: Option<NumericDate>,
    pub(crate) not_before: Option<NumericDate>,
    pub(crate) issued_at: Option<NumericDate>,
}

macro_rules! declare {
    ($( $(#[$attribute:meta])* $Variant:ident = $name:literal, $field:ident: $Kind:ident as $Owned:ty; )+) => {
        /// The registered claims of a payload, each of the right type, borrowed from it.
        ///
        /// A [custom check](crate::Validator::check) gets these.
        #[derive(Clone, Debug, Default)]
        pub struct RegisteredClaims<'a> {
            /// The payload: one strict JSON object.
            pub(super) text: &'a str,
            $( pub(super) $field: Option<<$Kind as Kind>::Value<'a>>, )+
        }

        impl<'a> RegisteredClaims<'a> {
            $( accessor! { #[doc = concat!("`", $name, "`.")] $field: $Kind } )+

            pub(crate) fn is_present(&self, claim: RegisteredClaim) -> bool {
                match claim {
                    $( RegisteredClaim::$Variant => self.$field.is_some(), )+
                }
            }

            /// Whether none of them is there.
            pub(super) fn is_empty(&self) -> bool {
                $( self.$field.is_none() )&&+
            }

            /// Takes a value. Returns whether it is of the right type.
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
registered_claims!(declare);

impl RegisteredClaims<'_> {
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

    /// Whether the payload has a member of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        if let Some(claim) = RegisteredClaim::from_name(name) {
            return self.is_present(claim);
        }
        let mut found = false;
        json::read_object::<JsonError>(self.text.as_bytes(), |member| {
            found |= member.name == *name;
            Ok(())
        })
        .is_ok_and(|_| found)
    }
}

/// Takes the registered claims of an object as they stream by.
pub(super) struct Capture<'r, 'a> {
    pub(super) claims: &'r mut RegisteredClaims<'a>,
    /// The first claim that is not of the right type.
    pub(super) invalid: Option<RegisteredClaim>,
}

impl<'a> Observer<'a> for Capture<'_, 'a> {
    type Wanted = RegisteredClaim;

    #[inline]
    fn wanted(&self, name: &str) -> Option<RegisteredClaim> {
        RegisteredClaim::from_name(name)
    }

    #[inline(always)]
    fn see(&mut self, claim: RegisteredClaim, value: Value<'a>, _: &'a str) {
        if !self.claims.set(claim, value) {
            self.invalid.get_or_insert(claim);
        }
    }
}
