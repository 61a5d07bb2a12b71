//! From a verified payload to the caller's type.

/// What verified claims can be read into: any type that implements [`serde::Deserialize`], which
/// may hold registered claims itself or leave them out, and [`Claims`](crate::Claims) of such a type.
///
/// Sealed: implement `Deserialize` instead, which may run before the policy is checked, and twice (see
/// [`Validator::verify`](crate::Validator::verify)).
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
        /// Reads the registered claims of a payload and the value together, each into its place; `None` where
        /// something is wrong or unusual, which [`RegisteredClaims::read`] finds out. Where that is known to be
        /// the value alone, there is no value, and [`from_claims`](Self::from_claims) finds out.
        fn read(
            payload: &'de [u8],
            claims: &mut RegisteredClaims<'de>,
            value: &mut Option<Self>,
        ) -> Option<()>;

        fn from_claims(claims: &RegisteredClaims<'de>) -> Result<Self, VerifyError>;
    }

    /// `Claims` does not implement `Deserialize`, so this leaves room for its own way below.
    impl<'de, T: Deserialize<'de>> Sealed<'de> for T {
        fn read(
            payload: &'de [u8],
            claims: &mut RegisteredClaims<'de>,
            value: &mut Option<Self>,
        ) -> Option<()> {
            claims.read_with(payload, value)
        }

        fn from_claims(claims: &RegisteredClaims<'de>) -> Result<Self, VerifyError> {
            serde_json::from_str(claims.text)
                .map_err(|error| VerifyError::Deserialize { line: error.line(), column: error.column() })
        }
    }

    impl<'de, T: Deserialize<'de>> Sealed<'de> for Claims<T> {
        fn read(
            payload: &'de [u8],
            claims: &mut RegisteredClaims<'de>,
            value: &mut Option<Self>,
        ) -> Option<()> {
            let mut custom = None;
            claims.read_with(payload, &mut custom)?;
            *value = custom.map(|custom| with_custom(claims, custom));
            Some(())
        }

        fn from_claims(claims: &RegisteredClaims<'de>) -> Result<Self, VerifyError> {
            Ok(with_custom(claims, T::from_claims(claims)?))
        }
    }

    fn with_custom<T>(claims: &RegisteredClaims<'_>, custom: T) -> Claims<T> {
        Claims {
            issuer: claims.issuer().map(Cow::into_owned),
            subject: claims.subject().map(Cow::into_owned),
            audience: Audiences(claims.audience().into_iter().map(Cow::into_owned).collect()),
            expires_at: claims.expires_at(),
            not_before: claims.not_before(),
            issued_at: claims.issued_at(),
            jwt_id: claims.jwt_id().map(Cow::into_owned),
            custom,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::string::String;

    use super::sealed::Sealed;
    use crate::claims::{Claims, NoClaims, RegisteredClaims};

    type Texts = BTreeMap<String, String>;

    fn read_as<'de, T: Sealed<'de>>(payload: &'de [u8]) -> Option<(RegisteredClaims<'de>, Option<T>)> {
        let (mut claims, mut value) = (RegisteredClaims::default(), None);
        T::read(payload, &mut claims, &mut value)?;
        Some((claims, value))
    }

    /// Otherwise everything would still work, in two passes.
    #[test]
    fn ordinary_claims_are_read_in_one_pass() {
        let payload =
            r#"{"iss":"https://a.example","aud":["b"],"exp":1300819380,"s\u0075b":"c","d":{"e":[15,null]}}"#;
        assert!(read_as::<serde_json::Value>(payload.as_bytes()).is_some_and(|(_, value)| value.is_some()));
        assert!(read_as::<NoClaims>(payload.as_bytes()).is_some_and(|(_, value)| value.is_some()));
        assert!(read_as::<Claims<NoClaims>>(payload.as_bytes()).is_some_and(|(_, value)| value.is_some()));
        assert!(read_as::<Texts>(b" { \"a\" : \"b\" } ").is_some_and(|(_, value)| value.is_some()));
        // As Python's `json` writes it, with a short name in front.
        let payload = br#"{"iss": "a", "exp": 1300819380, "a": "b"}"#;
        assert!(read_as::<NoClaims>(payload).is_some_and(|(_, value)| value.is_some()));
        assert!(read_as::<Texts>(br#"{"a": "b", "c": "d"}"#).is_some_and(|(_, value)| value.is_some()));
    }

    /// Another crate may have turned on `serde_json/arbitrary_precision`, by which a number that is asked
    /// for as whatever it is keeps all its digits. Whether it did cannot be seen from here.
    #[test]
    fn a_fraction_that_may_keep_its_digits_is_left_to_serde_json() {
        for number in ["0.1234567890123456789", "1.50", "1e3", "-0", "18446744073709551616"] {
            let payload = alloc::format!(r#"{{"amount":{number}}}"#);
            assert!(read_as::<serde_json::Value>(payload.as_bytes()).is_none(), "{number}");
            let read = read_as::<BTreeMap<String, serde_json::Number>>(payload.as_bytes());
            assert!(read.is_none(), "{number}");
        }
        // Who asks for a double gets one in any case.
        let read = read_as::<BTreeMap<String, f64>>(br#"{"amount":1.50}"#);
        assert!(read.is_some_and(|(_, value)| value.is_some_and(|value| value["amount"] == 1.5)));
        let read = read_as::<serde_json::Value>(br#"{"amount":-5}"#);
        assert!(read.is_some_and(|(_, value)| value.is_some_and(|value| value["amount"] == -5)));
    }

    #[test]
    fn values_of_every_kind_are_read_in_one_pass() {
        #[derive(serde::Deserialize)]
        #[expect(dead_code, reason = "read into, never from")]
        enum Plan {
            Free,
            Seats(u32),
        }

        #[derive(serde::Deserialize)]
        #[expect(dead_code, reason = "read into, never from")]
        struct Account {
            active: bool,
            closed: bool,
            manager: Option<String>,
            plans: alloc::vec::Vec<Plan>,
            share: f32,
        }

        let payload = br#"{"active":true,"closed":false,"manager":null,
            "plans":["Free","Fr\u0065e",{"Seats":5},{"Free":null}],"share":0.5}"#;
        assert!(read_as::<Account>(payload).is_some_and(|(_, account)| account.is_some()));
    }

    /// Its only member may be a registered claim, which is for the second way to see.
    #[test]
    fn an_object_that_is_an_enum_is_left_to_the_second_way() {
        #[derive(serde::Deserialize)]
        #[expect(dead_code, reason = "read into, never from")]
        enum Times {
            #[serde(rename = "nbf")]
            NotBefore(i64),
        }

        assert!(read_as::<Times>(br#"{"nbf":1300819380}"#).is_none());
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
            br#"{,"a":"1"}"#,
            br#"{"abcdefg"":"1"}"#,
            br#"{"a":"1","abcdefg"":"2"}"#,
            br#"{"a":1}"#,
            br#"{"exp":"1"}"#,
            br#"{"aud":[]}"#,
            br#"{"aud":["a",1]}"#,
        ] {
            assert!(read_as::<Texts>(payload).is_none(), "{payload:?}");
        }
    }

    /// What is missing shows at the end, when all of the payload has been read.
    #[test]
    fn a_payload_that_lacks_what_the_type_has_is_read_once() {
        #[derive(serde::Deserialize)]
        struct Account {
            #[expect(dead_code, reason = "read into, never from")]
            tenant: String,
        }

        let read = read_as::<Account>(br#"{"iss":"a","exp":1300819380,"x":[{"y":"\n"}]}"#);
        assert!(read.is_some_and(|(claims, value)| claims.issuer_is("a") && value.is_none()));
        let read = read_as::<Claims<Account>>(b"{}");
        assert!(read.is_some_and(|(_, value)| value.is_none()));
        // Not where there may be more to say.
        for payload in [r#"{"x":1"#, r#"{"x":1}}"#, r#"{"exp":"","x":1}"#, r#"{"tenant":7,"x":}"#] {
            assert!(read_as::<Account>(payload.as_bytes()).is_none(), "{payload}");
        }
    }

    /// Types may swallow errors; that does not make JSON of what is none, nor one member of two.
    #[test]
    fn what_a_type_swallows_half_way_is_left_to_the_second_way() {
        #[derive(Default)]
        struct Lenient<T>(Option<T>);

        impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Lenient<T> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self(T::deserialize(deserializer).ok()))
            }
        }

        #[derive(serde::Deserialize)]
        struct Account {
            #[serde(default)]
            numbers: Lenient<alloc::vec::Vec<u8>>,
            #[serde(default)]
            texts: Lenient<Texts>,
            #[serde(default)]
            number: Lenient<u8>,
        }

        for payload in [
            r#"{"number":,"x":1}"#,
            r#"{"number":}"#,
            r#"{"numbers":[1,300,"x":2}"#,
            r#"{"numbers":[1,"x":2}"#,
            r#"{"texts":{"a":1,"x":2}"#,
            r#"{"texts":{"a":"1","a","x":2}"#,
            r#"{"number":tru,"x":1}"#,
        ] {
            assert!(read_as::<Account>(payload.as_bytes()).is_none(), "{payload}");
        }
        // What has been read to its end is another thing.
        let read = read_as::<Account>(br#"{"number":300,"numbers":[1,2],"texts":{"a":"b"}}"#);
        let (_, account) = read.expect("read in one pass");
        let account = account.expect("an account");
        assert_eq!((account.number.0, account.numbers.0), (None, Some(alloc::vec![1, 2])));
        assert!(account.texts.0.is_some());
    }

    #[test]
    fn what_a_visitor_swallows_is_left_to_the_second_way() {
        struct Swallower;

        impl<'de> serde::de::Visitor<'de> for Swallower {
            type Value = Self;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
                use serde::de::IgnoredAny;

                // Some of the errors, and not for ever.
                for _ in 0..9 {
                    match map.next_key::<IgnoredAny>() {
                        Ok(None) => break,
                        Ok(Some(_)) | Err(_) => drop(map.next_value::<IgnoredAny>()),
                    }
                }
                Ok(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for Swallower {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_map(Self)
            }
        }

        assert!(read_as::<Swallower>(br#"{"exp":1300819380,"a":1}"#).is_some());
        for payload in [
            r#"{"exp":"1300819380","a":1}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"a" :1,"a" :2}"#,
            r#"{"a":1,"b":}"#,
            r#"{"a":1,}"#,
            r#"{"a":1,,"b":2}"#,
            r#"{,"a":1}"#,
        ] {
            assert!(read_as::<Swallower>(payload.as_bytes()).is_none(), "{payload}");
        }
    }
}
