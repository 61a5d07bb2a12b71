//! Registered claims that outlive the payload they were read from.

use alloc::borrow::Cow;
use alloc::boxed::Box;

use super::RegisteredClaims;
use super::registered::{Aud, Dates};
use crate::json::Str;

/// A copy of [`RegisteredClaims`], which lends them out again as they were.
///
/// Copies of the values rather than positions in the text, which could point beside it: a check for a `jti`
/// must not be handed another string.
pub(crate) struct KeptClaims {
    text: Box<str>,
    issuer: Option<Box<str>>,
    subject: Option<Box<str>>,
    audience: Option<KeptAudience>,
    dates: Dates,
    jwt_id: Option<Box<str>>,
}

enum KeptAudience {
    One(Box<str>),
    /// The text of the array.
    Many(Box<str>),
}

impl KeptClaims {
    pub(crate) fn new(claims: &RegisteredClaims<'_>) -> Self {
        let RegisteredClaims { text, issuer, subject, audience, dates, jwt_id } = claims;
        Self {
            text: (*text).into(),
            issuer: issuer.map(value),
            subject: subject.map(value),
            audience: audience.map(|audience| match audience {
                Aud::One(one) => KeptAudience::One(value(one)),
                Aud::Many(text) => KeptAudience::Many(text.into()),
            }),
            dates: *dates,
            jwt_id: jwt_id.map(value),
        }
    }

    pub(crate) fn lend(&self) -> RegisteredClaims<'_> {
        let Self { text, issuer, subject, audience, dates, jwt_id } = self;
        RegisteredClaims {
            text,
            issuer: issuer.as_deref().map(Str::Plain),
            subject: subject.as_deref().map(Str::Plain),
            audience: audience.as_ref().map(|audience| match audience {
                KeptAudience::One(one) => Aud::One(Str::Plain(one)),
                KeptAudience::Many(text) => Aud::Many(text),
            }),
            dates: *dates,
            jwt_id: jwt_id.as_deref().map(Str::Plain),
        }
    }
}

/// Its escapes resolved.
fn value(text: Str<'_>) -> Box<str> {
    match text.to_cow() {
        Cow::Borrowed(value) => value.into(),
        Cow::Owned(value) => value.into_boxed_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_lent_as_they_were_read() {
        for payload in [
            "{}",
            r#"{"iss":"a\u00e9","sub":"","aud":"b\"","exp":1300819380,"nbf":1.5,"iat":-1,"jti":"c\ud83d\ude00"}"#,
            r#" {"aud" : [ "b", "\u0063", "" ],"own":{"jti":"other"},"sub":"s"} "#,
        ] {
            let read = RegisteredClaims::read(payload.as_bytes()).expect("claims");
            let kept = KeptClaims::new(&read);
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
