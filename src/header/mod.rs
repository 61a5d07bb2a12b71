//! The JOSE header of a JWS: RFC 7515 §4.
//!
//! Verification uses `alg`, `kid`, `typ`, `crit` and `b64`, and reads these strictly. Every other parameter is kept as
//! its JSON text and read when you ask for it, so a malformed parameter that is not used does not reject the token. A
//! key is never taken from a token, and nothing is ever fetched.

mod parameters;
mod parse;
mod raw;

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use self::parameters::{Parameter, ReadOnDemand};
#[cfg(feature = "jwe")]
pub(crate) use self::parse::encrypted;
pub(crate) use self::parse::{is_payload_encoded, joined};
use self::raw::RawParameters;
use crate::algorithm::Algorithm;
use crate::base64url;
use crate::error::{SignError, VerifyError};
use crate::json;
use crate::key::SigningKey;

/// Most values that a header may contain, counting members and elements at all depths. Real headers have fewer than
/// twenty, even with a key and a chain of certificates.
pub const MAX_HEADER_VALUES: usize = 64;

/// Number of values that can be added to a header without [`Header::with`]: `typ`, `cty` and `kid`.
const UNREAD_VALUES: usize = 3;

/// Whether the payload is encoded (RFC 7797 §3). It is by default.
pub(crate) const B64: &str = "b64";

/// The protected header of a token.
///
/// The header of a verified token has been checked: it is strict JSON, `alg`, `kid`, `typ`, `crit` and `b64` are
/// well-formed, and `crit` contains nothing unknown. Every other parameter is checked by the method that returns it.
///
/// When you issue a token, the header contains what the key does not determine:
///
/// ```
/// use jotwell::{Algorithm, Header, SigningKey};
///
/// let key = SigningKey::generate(Algorithm::EdDSA)?.with_key_id("2026-11");
/// let header = Header::for_key(&key).with_typ("at+jwt");
/// assert_eq!(header.to_json(), r#"{"alg":"EdDSA","typ":"at+jwt","kid":"2026-11"}"#);
/// # Ok::<(), jotwell::KeyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Header {
    algorithm: Algorithm,
    typ: Option<String>,
    key_id: Option<String>,
    critical: Vec<String>,
    others: RawParameters,
}

impl Header {
    /// Creates a header with the algorithm and nothing else.
    #[must_use]
    pub const fn new(algorithm: Algorithm) -> Self {
        Self { algorithm, typ: None, key_id: None, critical: Vec::new(), others: RawParameters::new() }
    }

    /// Creates a header with the key's algorithm and `kid`.
    #[must_use]
    pub fn for_key(key: &SigningKey) -> Self {
        Self { key_id: key.key_id().map(ToOwned::to_owned), ..Self::new(key.algorithm()) }
    }

    /// Sets `typ`, the media type of the token without its `application/`: `JWT`, `at+jwt`, … (RFC 7515 §4.1.9, RFC
    /// 8725 §3.11).
    #[must_use]
    pub fn with_typ(self, typ: impl Into<String>) -> Self {
        Self { typ: Some(typ.into()), ..self }
    }

    /// Sets `cty`, the media type of the payload (RFC 7515 §4.1.10).
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        let mut value = String::new();
        json::write_string(&content_type.into(), &mut value);
        self.others.set(ReadOnDemand::ContentType.name(), &value);
        self
    }

    /// Sets `kid`, the name of the key (RFC 7515 §4.1.4).
    #[must_use]
    pub fn with_key_id(self, key_id: impl Into<String>) -> Self {
        Self { key_id: Some(key_id.into()), ..self }
    }

    /// Adds any other parameter: a custom one, or a registered one that has no method here. The value of a registered
    /// one must be well-formed.
    ///
    /// ```
    /// use jotwell::{Algorithm, Header};
    ///
    /// let header = Header::new(Algorithm::HS256).with("tenant", &7)?;
    /// assert_eq!(header.get::<u32>("tenant")?, Some(7));
    /// assert!(header.with("alg", &"none").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SignError::InvalidHeader`] if the header already has the parameter, if the value is malformed, if the header
    /// could exceed [`MAX_HEADER_VALUES`] once all other parameters are set, and for `crit` and `b64`, which change
    /// the meaning of a token. [`SignError::Serialize`] if the value does not serialize to JSON.
    pub fn with(&self, name: &str, value: &impl Serialize) -> Result<Self, SignError> {
        let invalid = || SignError::InvalidHeader { parameter: Cow::Owned(name.to_owned()) };
        if name == Parameter::Critical.name() || name == B64 {
            return Err(invalid());
        }
        let value = serde_json::to_string(value).map_err(|_| SignError::Serialize)?;
        let mut text = self.writer();
        text.raw(name, &value);
        const MAX_VALUES: usize = MAX_HEADER_VALUES - UNREAD_VALUES;
        let header = parse::protected(MAX_VALUES, text.finish().as_bytes()).map_err(|_| invalid())?;
        header.check_others().map_err(|_| invalid())?;
        Ok(header)
    }

    /// Returns `alg`.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns `typ`.
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// Returns `kid`. In a token it is a hint that may come from an attacker: look it up among known names, and never
    /// build a path, a query or a URL from it.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Returns `crit`, the extensions that must be understood. Empty if it is absent.
    #[must_use]
    pub fn critical(&self) -> &[String] {
        &self.critical
    }

    /// Reads any parameter but `alg`, `typ`, `kid` and `crit`, or returns `None` if the header does not have it.
    ///
    /// # Errors
    /// [`VerifyError::Deserialize`] if the value does not fit `T`.
    pub fn get<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<Option<T>, VerifyError> {
        let Some(value) = self.others.get(name) else { return Ok(None) };
        Ok(json::read_value(value).map(Some).map_err(|mismatch| mismatch.at(name.to_owned().into()))?)
    }

    /// Returns the header as JSON. Values that were read from a token are written verbatim.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.writer().finish()
    }

    /// Returns the header as it is encoded in a token.
    pub(crate) fn encoded(&self) -> String {
        base64url::encode(self.to_json())
    }

    fn writer(&self) -> Writer {
        let mut text = Writer::default();
        text.string(Parameter::Algorithm, Some(self.algorithm.name()));
        self.write_common(&mut text);
        text
    }

    /// Writes every parameter but `alg`.
    fn write_common(&self, text: &mut Writer) {
        text.string(Parameter::Type, self.typ());
        text.string(Parameter::KeyId, self.key_id());
        text.strings(Parameter::Critical, &self.critical);
        for (name, value) in self.others.iter() {
            text.raw(name, value);
        }
    }

    /// Appends every parameter but `alg` to the text of an unclosed object.
    #[cfg(feature = "jwe")]
    pub(crate) fn append_common(&self, text: String) -> String {
        let mut text = Writer(text);
        self.write_common(&mut text);
        text.0
    }

    /// Removes the parameters that are kept as text and for which `take` returns `true`, given their names and texts.
    #[cfg(feature = "jwe")]
    pub(crate) fn take_parameters(&mut self, mut take: impl FnMut(&str, &str) -> bool) {
        let others = core::mem::take(&mut self.others);
        others.iter().filter(|(name, value)| !take(name, value)).for_each(|(name, value)| {
            self.others.push(name, value);
        });
    }

    /// Returns the parameters that RFC 7515 does not register, with their JSON texts.
    #[cfg(feature = "jwe")]
    pub(crate) fn custom_parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.others.iter().filter(|(name, _)| !parameters::is_registered(name))
    }

    /// Checks every registered parameter that is kept as text.
    #[cfg(feature = "jwe")]
    pub(crate) fn check_registered(&self) -> Result<(), VerifyError> {
        self.check_others()
    }

    /// Returns whether the payload is signed without being encoded (RFC 7797 §3).
    pub(crate) fn has_unencoded_payload(&self) -> bool {
        self.others.get(B64) == Some("false")
    }

    /// Returns the same header, for a payload that is not encoded (RFC 7797 §6).
    pub(crate) fn with_unencoded_payload(&self) -> Self {
        let mut header = self.clone();
        header.critical.push(B64.into());
        header.others.push(B64, "false");
        header
    }

    /// Reads the header of a token: JSON, then the parameters that verification uses, then `crit`, then `alg`.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, VerifyError> {
        parse::protected(MAX_HEADER_VALUES, text)
    }
}

/// The headers of one signature of a JWS in JSON (RFC 7515 §7.2.1).
pub(crate) struct Joined {
    /// Both together, from which a key is selected.
    pub(crate) whole: Header,
    /// What the signature covers, with the algorithm that was used.
    pub(crate) protected: Header,
}

#[derive(Default)]
struct Writer(String);

impl Writer {
    fn string(&mut self, parameter: Parameter, value: Option<&str>) {
        if let Some(value) = value {
            json::write_name(parameter.name(), &mut self.0);
            json::write_string(value, &mut self.0);
        }
    }

    fn strings(&mut self, parameter: Parameter, values: &[String]) {
        if !values.is_empty() {
            json::write_name(parameter.name(), &mut self.0);
            json::write_strings(values, &mut self.0);
        }
    }

    fn raw(&mut self, name: &str, value: &str) {
        json::write_name(name, &mut self.0);
        self.0.push_str(value);
    }

    fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
