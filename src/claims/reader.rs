//! Reads the claims of a payload in one pass.

use alloc::borrow::Cow;
use alloc::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::places::{ClaimPlaces, Led, follow};
use super::registered::{Capture, InvalidClaim, Tolerance};
use super::{Claims, RegisteredClaim, RegisteredClaims};
use crate::error::{SignError, TokenPart, VerifyError, shown};
use crate::json::{self, JsonError, Mismatch, Observer, Seen, Value};

/// A type that claims can be read into: any type that implements [`serde::Deserialize`], with or without registered
/// claims as its fields, and [`Claims`] of such a type.
///
/// Implement `Deserialize` rather than this trait. Claims are read once for each token whose signature is valid,
/// before the rest of the policy is checked (see [`Validator::verify`](crate::Validator::verify)).
///
/// Implement this trait only for a type that holds the claims of a JWT profile together with an application's own
/// claims. [`ClaimsReader::read_beside`] reads both in one pass.
#[diagnostic::on_unimplemented(
    message = "claims cannot be read into `{Self}`",
    note = "derive or implement `serde::Deserialize` for it"
)]
pub trait FromClaims<'de>: Sized {
    /// Reads the claims.
    ///
    /// # Errors
    /// Those of [`ClaimsReader::read`].
    fn from_claims(reader: &mut ClaimsReader<'de>) -> Result<Self, VerifyError>;
}

impl<'de, T: Deserialize<'de>> FromClaims<'de> for T {
    #[inline]
    fn from_claims(reader: &mut ClaimsReader<'de>) -> Result<Self, VerifyError> {
        reader.read()
    }
}

/// `Claims` does not implement `Deserialize`, so this does not overlap with the implementation above.
impl<'de, T: FromClaims<'de>> FromClaims<'de> for Claims<T> {
    #[inline]
    fn from_claims(reader: &mut ClaimsReader<'de>) -> Result<Self, VerifyError> {
        let custom = T::from_claims(reader)?;
        Ok(reader.registered().to_claims(custom))
    }
}

/// Reads the payload of a token strictly, as RFC 7515 §5.2 and RFC 7519 §4 require: one JSON object without duplicate
/// members at any depth.
///
/// For implementations of [`FromClaims`].
#[derive(Debug)]
pub struct ClaimsReader<'de> {
    payload: &'de [u8],
    tolerance: Tolerance,
    /// Where the claims of a profile are, if not under their own names.
    places: Option<Arc<ClaimPlaces>>,
    registered: RegisteredClaims<'de>,
    /// Whether the payload is valid, once it has been read.
    sound: Option<Result<(), InvalidPayload<'de>>>,
}

impl<'de> ClaimsReader<'de> {
    /// Not public: an implementation of [`FromClaims`] that could replace the reader that it receives would choose
    /// which claims the policy is checked against.
    #[inline]
    pub(crate) fn new(payload: &'de [u8]) -> Self {
        Self {
            payload,
            tolerance: Tolerance::default(),
            places: None,
            registered: RegisteredClaims::default(),
            sound: None,
        }
    }

    /// Sets the payload, and which deviations of its registered claims are accepted.
    #[inline]
    pub(crate) fn payload(&mut self, payload: &'de [u8], tolerance: Tolerance) -> &mut Self {
        self.payload = payload;
        self.tolerance = tolerance;
        self
    }

    /// Sets where the claims of a profile are.
    #[inline]
    pub(crate) fn places(&mut self, places: Option<&Arc<ClaimPlaces>>) -> &mut Self {
        self.places = places.cloned();
        self
    }

    /// Reads claims without verifying anything: those of a token that is about to be issued, or of a test.
    ///
    /// An implementation of [`FromClaims`] cannot use it to have the policy checked against claims other than the
    /// token's:
    ///
    /// ```compile_fail,E0624
    /// # use jotwell::{ClaimsReader, FromClaims, VerifyError};
    /// struct Elsewhere;
    ///
    /// impl<'de> FromClaims<'de> for Elsewhere {
    ///     fn from_claims(reader: &mut ClaimsReader<'de>) -> Result<Self, VerifyError> {
    ///         *reader = ClaimsReader::new(br#"{"exp":4102444800}"#);
    ///         Ok(Self)
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of [`read`](Self::read).
    pub fn read_unverified<T: FromClaims<'de>>(payload: &'de [u8]) -> Result<T, VerifyError> {
        Self::new(payload).read_all()
    }

    /// Reads claims, and the whole payload if their type does not.
    pub(crate) fn read_all<T: FromClaims<'de>>(&mut self) -> Result<T, VerifyError> {
        let value = T::from_claims(self);
        self.finish()?;
        value
    }

    /// Reads the whole object into a `T`.
    ///
    /// # Errors
    /// [`VerifyError::Json`] if the payload is not one strict JSON object, [`VerifyError::InvalidClaim`],
    /// [`VerifyError::NullClaim`] or [`VerifyError::DateOutOfRange`] if a registered claim is not of its type,
    /// [`VerifyError::Deserialize`] if the payload does not fit `T`.
    #[inline(always)]
    pub fn read<T: Deserialize<'de>>(&mut self) -> Result<T, VerifyError> {
        self.read_observed(|registered, text| json::read_object_as(text, registered))?
    }

    /// Reads the whole object into a `T`, and also passes the members named `names` to `member`, even if `T` has them
    /// too.
    ///
    /// `member` receives the index of the name and the value, in the order of the payload. A policy can set [another
    /// place](crate::Validator::claim_at) for a claim.
    ///
    /// # Errors
    /// Those of [`read`](Self::read), and the first error of `member`.
    pub fn read_beside<T: Deserialize<'de>>(
        &mut self,
        names: &'static [&'static str],
        member: impl FnMut(usize, ClaimReader<'de>) -> Result<(), VerifyError>,
    ) -> Result<T, VerifyError> {
        let mut error = None;
        let places = self.places.clone();
        let value = self.read_observed(|registered, text| {
            let places = places.as_deref();
            let mut beside = Beside { registered, names, places, member, error: None };
            let read = json::read_object_as(text, &mut beside);
            error = beside.error;
            read
        })?;
        match error {
            None => value,
            Some(error) => Err(error),
        }
    }

    /// Returns the registered claims, after the object has been read.
    #[must_use]
    pub fn registered(&self) -> &RegisteredClaims<'de> {
        &self.registered
    }

    /// Returns the result of reading `T`, or what is wrong with the payload.
    #[inline(always)]
    fn read_observed<T>(
        &mut self,
        read: impl FnOnce(&mut Capture<'_, 'de>, &'de str) -> (Result<T, Mismatch>, Result<(), JsonError>),
    ) -> Result<Result<T, VerifyError>, InvalidPayload<'de>> {
        let text = json::utf8(self.payload).map_err(|error| self.found(InvalidPayload::Json(error)))?;
        if self.sound.is_some() {
            self.registered = RegisteredClaims::default();
        }
        self.registered.text = text;
        let mut capture = Capture { claims: &mut self.registered, tolerance: self.tolerance, invalid: None };
        let (value, json) = read(&mut capture, text);
        match (json, capture.invalid) {
            (Ok(()), None) => {
                self.sound = Some(Ok(()));
                Ok(value.map_err(VerifyError::from))
            }
            (Err(error), _) => Err(self.found(InvalidPayload::Json(error))),
            (Ok(()), Some(claim)) => Err(self.found(InvalidPayload::Claim(claim))),
        }
    }

    #[cold]
    fn found(&mut self, error: InvalidPayload<'de>) -> InvalidPayload<'de> {
        self.sound = Some(Err(error));
        error
    }

    /// Returns the registered claims if the payload is valid. Reads the payload if that has not happened yet.
    #[inline]
    pub(crate) fn finish(&mut self) -> Result<&RegisteredClaims<'de>, InvalidPayload<'de>> {
        if self.sound.is_none() {
            // The next line checks whether it is valid.
            drop(self.read::<IgnoredAny>());
        }
        match self.sound {
            Some(Err(error)) => Err(error),
            Some(Ok(())) | None => Ok(&self.registered),
        }
    }
}

/// Finds the string value of a registered claim and stops there. The rest of the payload is read when the token is
/// verified.
pub(crate) fn find_string(
    claim: RegisteredClaim,
    payload: &[u8],
) -> Result<Option<Cow<'_, str>>, VerifyError> {
    enum Stop<'a> {
        Found(Cow<'a, str>),
        Invalid(InvalidClaim<'a>),
        Json(JsonError),
    }

    impl From<JsonError> for Stop<'_> {
        fn from(error: JsonError) -> Self {
            Self::Json(error)
        }
    }

    let read = json::read_object(payload, |member| match member.value {
        _ if member.name != *claim.name() => Ok(()),
        Value::String(text) => Err(Stop::Found(text.to_cow())),
        Value::Null => Err(Stop::Invalid(InvalidClaim::Null(claim))),
        _ => Err(Stop::Invalid(InvalidClaim::Type(claim))),
    });
    match read {
        Ok(_) => Ok(None),
        Err(Stop::Found(text)) => Ok(Some(text)),
        Err(Stop::Invalid(invalid)) => Err(InvalidPayload::Claim(invalid).into()),
        Err(Stop::Json(error)) => Err(InvalidPayload::Json(error).into()),
    }
}

/// The value of one claim, to be read into a type.
#[derive(Debug)]
pub struct ClaimReader<'de> {
    name: &'static str,
    text: &'de str,
    /// Whether the text is not the claim but a value on its path that should be an object.
    astray: bool,
}

impl<'de> ClaimReader<'de> {
    /// Reads the value into a `T`.
    ///
    /// # Errors
    /// [`VerifyError::Deserialize`] if it does not fit.
    pub fn read<T: Deserialize<'de>>(self) -> Result<T, VerifyError> {
        if self.astray {
            return Err(VerifyError::Deserialize {
                path: self.name.into(),
                expected: "an object on the path".into(),
            });
        }
        Ok(json::read_member(self.name, self.text)?)
    }
}

/// Passes some members to a function, and the registered claims to [`Capture`].
struct Beside<'c, 'r, 'de, F> {
    registered: &'c mut Capture<'r, 'de>,
    names: &'static [&'static str],
    places: Option<&'c ClaimPlaces>,
    member: F,
    error: Option<VerifyError>,
}

impl<'de, F> Observer<'de> for Beside<'_, '_, 'de, F>
where
    F: FnMut(usize, ClaimReader<'de>) -> Result<(), VerifyError>,
{
    type Wanted = (Option<RegisteredClaim>, Option<(usize, &'static str)>);

    fn wanted(&self, name: &str) -> Option<Self::Wanted> {
        let claim = self.registered.wanted(name);
        let beside = self.names.iter().enumerate().find(|(_, wanted)| match self.places {
            None => **wanted == name,
            Some(places) => places.of(wanted).is_some_and(|(first, _)| first == name),
        });
        let beside = beside.map(|(index, name)| (index, *name));
        (claim.is_some() || beside.is_some()).then_some((claim, beside))
    }

    fn see(&mut self, (claim, beside): Self::Wanted, seen: Seen<'_, 'de>) {
        let text = seen.text();
        if let Some(claim) = claim {
            self.registered.see(claim, seen);
        }
        match (beside, self.places) {
            (Some((index, name)), None) if self.error.is_none() => {
                self.error = (self.member)(index, ClaimReader { name, text, astray: false }).err();
            }
            (Some((_, name)), Some(places)) => self.see_elsewhere(places, name, text),
            _ => {}
        }
    }
}

impl<'de, F> Beside<'_, '_, 'de, F>
where
    F: FnMut(usize, ClaimReader<'de>) -> Result<(), VerifyError>,
{
    /// Passes on all claims whose paths begin with the member `name`.
    #[cold]
    fn see_elsewhere(&mut self, places: &ClaimPlaces, name: &str, text: &'de str) {
        let Some((member, _)) = places.of(name) else { return };
        for (index, name) in self.names.iter().enumerate() {
            let Some((_, rest)) = places.of(name).filter(|(first, _)| *first == member) else { continue };
            let claim = match follow(text, rest) {
                Led::To(text) => ClaimReader { name, text, astray: false },
                Led::Astray(text) => ClaimReader { name, text, astray: true },
                Led::Nowhere => continue,
            };
            if self.error.is_none() {
                self.error = (self.member)(index, claim).err();
            }
        }
    }
}

/// Why a payload is rejected: it is not JSON, or a claim has the wrong type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum InvalidPayload<'a> {
    Json(JsonError),
    Claim(InvalidClaim<'a>),
}

impl From<InvalidPayload<'_>> for VerifyError {
    fn from(error: InvalidPayload<'_>) -> Self {
        match error {
            InvalidPayload::Json(error) => Self::Json { part: TokenPart::Payload, error },
            InvalidPayload::Claim(InvalidClaim::Type(claim)) => Self::InvalidClaim { claim: claim.name() },
            InvalidPayload::Claim(InvalidClaim::Null(claim)) => Self::NullClaim { claim: claim.name() },
            InvalidPayload::Claim(InvalidClaim::Date(claim, number)) => {
                Self::DateOutOfRange { claim: claim.name(), value: shown(number) }
            }
        }
    }
}

impl InvalidPayload<'_> {
    /// Returns the error for an issuer, which may quote names in `text`, since they are the issuer's own.
    #[cold]
    pub(super) fn on_signing(self, text: &str) -> SignError {
        match self {
            Self::Json(JsonError::DuplicateMember { offset }) => {
                let name = text.get(offset..).and_then(json::leading_string);
                SignError::DuplicateMember { name: name.unwrap_or_default().into_owned() }
            }
            Self::Json(error) => SignError::Claims(error),
            Self::Claim(InvalidClaim::Type(claim)) => SignError::InvalidClaim { claim: claim.name() },
            Self::Claim(InvalidClaim::Null(claim)) => SignError::NullClaim { claim: claim.name() },
            Self::Claim(InvalidClaim::Date(claim, number)) => {
                SignError::DateOutOfRange { claim: claim.name(), value: shown(number) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use serde_json::Value as Json;

    use super::*;
    use crate::claims::NoClaims;

    fn read<'a, T: FromClaims<'a>>(text: &'a str) -> Result<T, VerifyError> {
        ClaimsReader::read_unverified(text.as_bytes())
    }

    fn mismatch<'a, T: FromClaims<'a>>(text: &'a str) -> (String, String) {
        match read::<T>(text).map(drop) {
            Err(VerifyError::Deserialize { path, expected }) => (path.into_owned(), expected.into_owned()),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn white_space_is_accepted_wherever_the_grammar_has_it() {
        for text in [
            "{ }",
            r#"{"a":  1}"#,
            r#"{"a":   "x","b" : [ ],"c"  :{ } }"#,
            "{\n\t\"a\"\r:\n\n1\t}",
            r#" {"abcdefgh":  {"i":  2}} "#,
        ] {
            assert_eq!(read::<Json>(text), Ok(serde_json::from_str(text).expect("JSON")), "{text}");
        }
    }

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "read into, never from")]
    struct Account {
        tenant: Option<String>,
        addresses: Option<Vec<Address>>,
        limits: Option<BTreeMap<String, u8>>,
        plan: Option<Plan>,
    }

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "read into, never from")]
    struct Address {
        street: String,
    }

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "read into, never from")]
    enum Plan {
        Free,
        Seats(u32),
        Custom { name: String },
    }

    #[test]
    fn a_type_error_carries_its_path_and_what_was_expected() {
        for (text, path, expected) in [
            (r#"{"tenant":7}"#, "tenant", "a string"),
            (r#"{"addresses":[{"street":"a"},{"street":1}]}"#, "addresses[1].street", "a string"),
            (r#"{"addresses":[{}]}"#, "addresses[0].street", "this member, which is missing"),
            (r#"{"limits":{"secret name":300}}"#, "limits.*", "a value that the type accepts"),
            (r#"{"plan":"Secret"}"#, "plan", "one of the variants `Free`, `Seats`, `Custom`"),
            (r#"{"plan":{"Custom":{"name":[]}}}"#, "plan.Custom.name", "a string"),
            (r#"{"plan":{"Seats":1,"Free":null}}"#, "plan", "an object with one member"),
        ] {
            assert_eq!(mismatch::<Account>(text), (path.into(), expected.into()), "{text}");
        }
        assert_eq!(
            mismatch::<BTreeMap<String, (u8, u8)>>(r#"{"a":[1,2,3]}"#),
            ("*".into(), "fewer elements".into())
        );
        assert_eq!(mismatch::<String>("{}"), (String::new(), "a string".into()));
    }

    /// Returns what `read_beside` passes on of each claim: its text, or `?` if a value on its path is not an object.
    fn beside(places: &[(&'static str, &[&str])], payload: &str) -> Vec<String> {
        const NAMES: &[&str] = &["scope", "roles"];
        let mut all = ClaimPlaces::default();
        for (claim, path) in places {
            all.set((*claim).into(), path.iter().map(ToString::to_string).collect());
        }
        let mut reader = ClaimsReader::new(payload.as_bytes());
        reader.places(Some(&Arc::new(all)));
        let mut seen = Vec::new();
        let read = reader.read_beside::<IgnoredAny>(NAMES, |index, claim| {
            let value = claim.read::<Json>().map_or("?".to_string(), |value| value.to_string());
            seen.push([NAMES[index], "=", &value].concat());
            Ok(())
        });
        read.expect("JSON");
        seen
    }

    #[test]
    fn claims_of_a_profile_are_read_where_the_policy_says() {
        let payload = r#"{"scp":"a","scope":"b","realm":{"roles":[1],"x":{"roles":[2]}},"roles":[3]}"#;
        let read = |places: &[_]| beside(places, payload).join(" ");
        assert_eq!(read(&[]), r#"scope="b" roles=[3]"#);
        assert_eq!(read(&[("scope", &["scp"]), ("roles", &["realm", "roles"])]), r#"scope="a" roles=[1]"#);
        assert_eq!(read(&[("roles", &["realm", "x", "roles"])]), r#"scope="b" roles=[2]"#);
        // Several claims in one member, a path to no value, and two claims that exchange their places.
        assert_eq!(
            read(&[("scope", &["realm", "roles"]), ("roles", &["realm", "x", "roles"])]),
            "scope=[1] roles=[2]"
        );
        assert_eq!(read(&[("scope", &[]), ("roles", &["realm", "y", "roles"])]), "");
        assert_eq!(read(&[("scope", &["roles"]), ("roles", &["scope"])]), r#"roles="b" scope=[3]"#);
    }

    #[test]
    fn a_path_through_a_value_that_is_not_an_object_is_reported_to_the_reader_of_the_claim() {
        let places: &[(&str, &[&str])] = &[("roles", &["realm", "roles"])];
        for realm in [r#""admin""#, "7", r#"["admin"]"#, "true"] {
            assert_eq!(beside(places, &["{\"realm\":", realm, "}"].concat()), ["roles=?"], "{realm}");
        }
        for realm in ["null", "{}", r#"{"roles":null}"#, r#"{"role":["admin"]}"#] {
            assert!(beside(places, &["{\"realm\":", realm, "}"].concat()).is_empty(), "{realm}");
        }
        assert_eq!(beside(places, r#"{"\u0072ealm":{"\u0072oles":["a"]}}"#), [r#"roles=["a"]"#]);
    }

    #[test]
    fn keys_that_are_bytes_are_read() {
        #[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
        struct Name(Vec<u8>);

        impl<'de> Deserialize<'de> for Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Bytes;
                impl serde::de::Visitor<'_> for Bytes {
                    type Value = Name;
                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        f.write_str("bytes")
                    }
                    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Name, E> {
                        Ok(Name(bytes.to_vec()))
                    }
                }
                deserializer.deserialize_byte_buf(Bytes)
            }
        }

        let read = read::<BTreeMap<Name, u8>>(r#"{"a":1,"\u0062":2}"#);
        assert_eq!(read, Ok(BTreeMap::from([(Name(b"a".to_vec()), 1), (Name(b"b".to_vec()), 2)])));
    }

    /// For JSON, two names that a type takes for the same field are not duplicates.
    #[test]
    fn a_field_under_two_names_is_rejected_by_its_type() {
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "read into, never from")]
        struct Renamed {
            #[serde(alias = "former")]
            tenant: u8,
        }

        let (path, expected) = mismatch::<Renamed>(r#"{"tenant":1,"former":2}"#);
        assert_eq!((path.as_str(), expected.as_str()), ("tenant", "this member once"));
    }

    #[test]
    fn claims_are_the_same_when_they_are_read_again() {
        let mut reader = ClaimsReader::new(br#"{"iss":"a","aud":"b"}"#);
        for _ in 0..2 {
            reader.read::<NoClaims>().expect("claims");
            let claims = reader.finish().expect("claims");
            assert!(claims.issuer_is("a") && claims.audience_is("b") && !claims.audience_is("a"));
        }
        let mut reader = ClaimsReader::new(b"{}");
        assert!(!reader.finish().expect("claims").audience_is("a"));
    }

    /// The policy therefore reports its errors first.
    #[test]
    fn registered_claims_are_read_even_if_the_type_fails() {
        let text = br#"{"tenant":7,"iss":"a","addresses":[[]],"exp":1300819380}"#;
        let mut reader = ClaimsReader::new(text);
        assert!(reader.read::<Account>().is_err());
        let claims = reader.finish().expect("claims");
        assert!(claims.issuer_is("a") && claims.expires_at().is_some());
    }

    #[test]
    fn what_follows_a_type_error_is_read_as_strictly() {
        for text in [
            r#"{"tenant":7,"x":}"#,
            r#"{"tenant":7,"x":1,"x":2}"#,
            r#"{"tenant":tru,"x":1}"#,
            r#"{"addresses":[1,{"street":1 "y":2}]}"#,
            r#"{"limits":{"a":"1","a","x":2}}"#,
            r#"{"plan":{"Seats":1,"Seats":1}}"#,
            r#"{"tenant":7}}"#,
        ] {
            assert!(matches!(read::<Account>(text), Err(VerifyError::Json { .. })), "{text}");
        }
    }

    #[test]
    fn keys_that_are_numbers_and_wide_integers_are_read() {
        let text = r#"{"-7":[340282366920938463463374607431768211455,-1]}"#;
        let read = read::<BTreeMap<i64, (u128, i128)>>(text);
        assert_eq!(read, Ok(BTreeMap::from([(-7, (u128::MAX, -1))])));
        for text in [r#"{"x":1}"#, r#"{"01":1}"#, r#"{"1 ":1}"#, r#"{"\u0031":1}"#, r#"{"300":1}"#] {
            assert!(self::read::<BTreeMap<u8, u8>>(text).is_err(), "{text}");
        }
        assert_eq!(
            self::read::<BTreeMap<bool, u8>>(r#"{"true":1,"false":2}"#),
            Ok(BTreeMap::from([(true, 1), (false, 2)]))
        );
        assert_eq!(self::read::<BTreeMap<i128, u8>>(r#"{"-7":1}"#), Ok(BTreeMap::from([(-7, 1)])));
        assert_eq!(self::read::<BTreeMap<u128, u8>>(r#"{"7":1}"#), Ok(BTreeMap::from([(7, 1)])));
        assert!(self::read::<BTreeMap<u128, u8>>(r#"{"-7":1}"#).is_err());
    }

    #[test]
    fn a_type_can_read_the_text_of_a_value() {
        use alloc::boxed::Box;
        use serde_json::value::RawValue;

        let read = read::<BTreeMap<&str, Box<RawValue>>>(r#"{"a": {"b": [1.50, "\u0041"]} ,"c":null}"#)
            .expect("texts");
        assert_eq!(read["a"].get(), r#"{"b": [1.50, "\u0041"]}"#);
        let whole = self::read::<&RawValue>(r#" {"exp":1300819380} "#).expect("a text");
        assert_eq!(whole.get(), r#"{"exp":1300819380}"#);
        assert!(self::read::<BTreeMap<&str, &RawValue>>(r#"{"a":[1,]}"#).is_err());
    }

    /// A number that is too great for single precision does not become infinite.
    #[test]
    fn a_number_that_does_not_fit_is_rejected() {
        assert!(read::<BTreeMap<String, f32>>(r#"{"a":1e39}"#).is_err());
        assert!(read::<BTreeMap<String, f64>>(r#"{"a":1e400}"#).is_err());
        let single = read::<BTreeMap<String, f32>>(r#"{"a":33373953.000000001}"#);
        assert_eq!(single.map(|map| map["a"]), Ok(33_373_954.0));
        assert_eq!(
            read::<BTreeMap<String, f64>>(r#"{"a":-0}"#).map(|map| map["a"].is_sign_negative()),
            Ok(true)
        );
    }

    /// Reads one member, and everything.
    struct Beside(Option<u8>, Json);

    impl<'de> FromClaims<'de> for Beside {
        fn from_claims(reader: &mut ClaimsReader<'de>) -> Result<Self, VerifyError> {
            let mut member = None;
            let all = reader.read_beside(&["b", "exp"], |index, claim| {
                if index == 0 {
                    member = Some(claim.read()?);
                }
                Ok(())
            })?;
            Ok(Self(member, all))
        }
    }

    #[test]
    fn two_types_read_the_same_members_in_one_pass() {
        let text = r#"{"a":[{"b":9}],"b":7,"exp":1300819380}"#;
        let claims = read::<Claims<Beside>>(text).expect("claims");
        assert_eq!(claims.custom.0, Some(7));
        assert_eq!(claims.custom.1["b"], 7);
        assert!(claims.expires_at.is_some());
        assert_eq!(mismatch::<Beside>(r#"{"b":"x"}"#), ("b".into(), "u8".into()));
        assert!(read::<NoClaims>(text).is_ok());
    }
}
