//! Registered claims that outlive the payload they were read from.

use alloc::boxed::Box;

use super::RegisteredClaims;
use super::table::{AudienceList, Date, Kind, Text, registered_claims};

macro_rules! declare {
    ($( $(#[$attribute:meta])* $Variant:ident = $name:literal, $field:ident, $require:ident: $Kind:ident as $Owned:ty; )+) => {
        /// /// A copy of [`RegisteredClaims`], which it can return unchanged.
        ///
        /// It holds values rather than positions in the text, so no mistake can pass another string to a check for
        /// `jti`.
        pub(crate) struct OwnedClaims {
            text: Box<str>,
            $( $field: Option<<$Kind as Kind>::Kept>, )+
        }

        impl OwnedClaims {
            pub(crate) fn new(claims: &RegisteredClaims<'_>) -> Self {
                Self { text: claims.text.into(), $( $field: claims.$field.map($Kind::keep), )+ }
            }

            pub(crate) fn lend(&self) -> RegisteredClaims<'_> {
                RegisteredClaims { text: &self.text, $( $field: self.$field.as_ref().map($Kind::lend), )+ }
            }
        }
    };
}
registered_claims!(declare);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::ClaimsReader;

    #[test]
    fn claims_are_returned_as_they_were_read() {
        for payload in [
            "{}",
            r#"{"iss":"a\u00e9","sub":"","aud":"b\"","exp":1300819380,"nbf":1.5,"iat":-1,"jti":"c\ud83d\ude00"}"#,
            r#" {"aud" : [ "b", "\u0063", "" ],"own":{"jti":"other"},"sub":"s"} "#,
        ] {
            let mut reader = ClaimsReader::new(payload.as_bytes());
            let read = reader.finish().expect("claims");
            let kept = OwnedClaims::new(read);
            let lent = kept.lend();
            assert_eq!(lent.text, read.text);
            assert_eq!(lent.issuer(), read.issuer());
            assert_eq!(lent.subject(), read.subject());
            assert_eq!(lent.audience(), read.audience());
            assert_eq!(lent.expires_at(), read.expires_at());
            assert_eq!(lent.not_before(), read.not_before());
            assert_eq!(lent.issued_at(), read.issued_at());
            assert_eq!(lent.jwt_id(), read.jwt_id());
            assert_eq!(lent.has("own"), read.has("own"));
        }
    }
}
