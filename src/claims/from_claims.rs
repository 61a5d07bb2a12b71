//! From a verified payload to the caller's type.

/// What verified claims can be read into: any type that implements [`serde::Deserialize`], which
/// may hold registered claims itself or leave them out, and [`Claims`](crate::Claims) of such a type.
///
/// Sealed: implement `Deserialize` instead.
#[diagnostic::on_unimplemented(
    message = "claims cannot be read into `{Self}`",
    note = "derive or implement `serde::Deserialize` for it"
)]
pub trait FromClaims<'de>: sealed::Sealed<'de> {}

impl<'de, T: sealed::Sealed<'de>> FromClaims<'de> for T {}

mod sealed {
    use alloc::borrow::Cow;

    use serde::Deserialize;

    use crate::claims::{Audiences, Claims, RegisteredClaims};
    use crate::error::VerifyError;

    pub trait Sealed<'de>: Sized {
        /// The registered claims of a payload and the value, read together; `None` where something is
        /// wrong or unusual, which [`RegisteredClaims::read`] and [`from_claims`](Self::from_claims)
        /// find out.
        fn read(payload: &'de [u8]) -> Option<(RegisteredClaims<'de>, Self)>;

        fn from_claims(claims: &RegisteredClaims<'de>) -> Result<Self, VerifyError>;
    }

    /// `Claims` does not implement `Deserialize`, so this leaves room for its own way below.
    impl<'de, T: Deserialize<'de>> Sealed<'de> for T {
        fn read(payload: &'de [u8]) -> Option<(RegisteredClaims<'de>, Self)> {
            RegisteredClaims::read_with(payload)
        }

        fn from_claims(claims: &RegisteredClaims<'de>) -> Result<Self, VerifyError> {
            serde_json::from_str(claims.text())
                .map_err(|error| VerifyError::ClaimsType { line: error.line(), column: error.column() })
        }
    }

    impl<'de, T: Deserialize<'de>> Sealed<'de> for Claims<T> {
        fn read(payload: &'de [u8]) -> Option<(RegisteredClaims<'de>, Self)> {
            let (claims, private) = RegisteredClaims::read_with(payload)?;
            let value = with_private(&claims, private);
            Some((claims, value))
        }

        fn from_claims(claims: &RegisteredClaims<'de>) -> Result<Self, VerifyError> {
            Ok(with_private(claims, T::from_claims(claims)?))
        }
    }

    fn with_private<T>(claims: &RegisteredClaims<'_>, private: T) -> Claims<T> {
        Claims {
            issuer: claims.issuer().map(Cow::into_owned),
            subject: claims.subject().map(Cow::into_owned),
            audience: Audiences(claims.audience().into_iter().map(Cow::into_owned).collect()),
            expires_at: claims.expires_at(),
            not_before: claims.not_before(),
            issued_at: claims.issued_at(),
            jwt_id: claims.jwt_id().map(Cow::into_owned),
            private,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::string::String;

    use super::sealed::Sealed;
    use crate::claims::{Claims, NoClaims};

    type Texts = BTreeMap<String, String>;

    /// Otherwise everything would still work, in two passes.
    #[test]
    fn ordinary_claims_are_read_in_one_pass() {
        let payload =
            r#"{"iss":"https://a.example","aud":["b"],"exp":1300819380,"s\u0075b":"c","d":{"e":[1.5,null]}}"#;
        assert!(<serde_json::Value>::read(payload.as_bytes()).is_some());
        assert!(<NoClaims>::read(payload.as_bytes()).is_some());
        assert!(<Claims<NoClaims>>::read(payload.as_bytes()).is_some());
        assert!(<Texts>::read(b" { \"a\" : \"b\" } ").is_some());
    }

    #[test]
    fn what_is_wrong_is_left_to_the_second_way() {
        for payload in [
            &b"[]"[..],
            b"{",
            b"{} x",
            b"\xef\xbb\xbf{}",
            b"{\"a\":\"\xff\"}",
            br#"{"a":"1","a":"2"}"#,
            br#"{"a":"1","\u0061":"2"}"#,
            br#"{"a":1}"#,
            br#"{"exp":"1"}"#,
            br#"{"aud":[]}"#,
            br#"{"aud":["a",1]}"#,
        ] {
            assert!(<Texts>::read(payload).is_none(), "{payload:?}");
        }
    }
}
