//! The JOSE header of a JWS: RFC 7515 §4.
//!
//! Parameters that carry or point to keys (`jku`, `jwk`, `x5u`, `x5c`) are read, so that a wrong
//! type is refused, and nothing else: no key is ever taken from a token, nothing is ever fetched.

mod others;
mod parse;

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use self::others::Others;
pub(crate) use self::parse::{is_payload_encoded, joined};
use crate::algorithm::Algorithm;
use crate::base64url;
use crate::error::{SignError, VerifyError};
use crate::json;
use crate::jwk::Jwk;
use crate::key::SigningKey;
use crate::names::names;

names! {
    /// A header parameter that RFC 7515 §4.1 registers.
    pub(crate) enum Parameter {
        Algorithm = "alg",
        Type = "typ",
        ContentType = "cty",
        KeyId = "kid",
        Critical = "crit",
        JwkSetUrl = "jku",
        Jwk = "jwk",
        X509Url = "x5u",
        X509Chain = "x5c",
        X509Sha1 = "x5t",
        X509Sha256 = "x5t#S256",
    }
}

/// Most values that a header may hold, members and elements at all depths together. Real ones have
/// less than twenty, with a key and a chain of certificates in them.
pub const MAX_HEADER_VALUES: usize = 64;

/// Values that may join a header after [`Header::with`] has read it: `typ`, `cty` and `kid`.
const UNREAD_VALUES: usize = 3;

/// Whether the payload is encoded (RFC 7797 §3), as it is unless somebody asks for it by name.
pub(crate) const B64: &str = "b64";

/// The protected header of a token.
///
/// When a token is verified, the header has been checked as far as it can be without a key: types,
/// `crit`, and that `alg` is known. When one is issued, the header says what the key does not:
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
    content_type: Option<String>,
    key_id: Option<String>,
    critical: Vec<String>,
    jwk_set_url: Option<String>,
    /// With its text.
    jwk: Option<(Box<Jwk>, String)>,
    x509_url: Option<String>,
    x509_chain: Vec<String>,
    x509_sha1: Option<[u8; 20]>,
    x509_sha256: Option<[u8; 32]>,
    others: Others,
}

impl Header {
    /// A header that says the algorithm and nothing more.
    #[must_use]
    pub const fn new(algorithm: Algorithm) -> Self {
        Self {
            algorithm,
            typ: None,
            content_type: None,
            key_id: None,
            critical: Vec::new(),
            jwk_set_url: None,
            jwk: None,
            x509_url: None,
            x509_chain: Vec::new(),
            x509_sha1: None,
            x509_sha256: None,
            others: Others::new(),
        }
    }

    /// A header with the key's algorithm and `kid`.
    #[must_use]
    pub fn for_key(key: &SigningKey) -> Self {
        Self { key_id: key.key_id().map(ToOwned::to_owned), ..Self::new(key.algorithm()) }
    }

    /// Sets `typ`, the media type of the whole, its `application/` left out: `JWT`, `at+jwt`, …
    /// (RFC 7515 §4.1.9, RFC 8725 §3.11).
    #[must_use]
    pub fn with_typ(self, typ: impl Into<String>) -> Self {
        Self { typ: Some(typ.into()), ..self }
    }

    /// Sets `cty`, the media type of the payload (RFC 7515 §4.1.10).
    #[must_use]
    pub fn with_content_type(self, content_type: impl Into<String>) -> Self {
        Self { content_type: Some(content_type.into()), ..self }
    }

    /// Sets `kid`, the name of the key (RFC 7515 §4.1.4).
    #[must_use]
    pub fn with_key_id(self, key_id: impl Into<String>) -> Self {
        Self { key_id: Some(key_id.into()), ..self }
    }

    /// Adds any other parameter: one of the caller's own, or a registered one that has no method
    /// here. It is held to the same rules as in a token that is verified.
    ///
    /// ```
    /// use jotwell::{Algorithm, Header};
    ///
    /// let header = Header::new(Algorithm::HS256).with("tenant", &7)?;
    /// assert_eq!(header.get::<u32>("tenant"), Some(7));
    /// assert!(header.with("alg", &"none").is_err());
    /// # Ok::<(), jotwell::SignError>(())
    /// ```
    ///
    /// # Errors
    /// [`SignError::InvalidHeader`] where the header has the parameter already, where a strict
    /// verifier would refuse the value, its length aside, where the header would hold more than
    /// [`MAX_HEADER_VALUES`] together with all parameters that can be set, and for `crit` and `b64`, which
    /// change what a token means;
    /// [`SignError::Serialize`] where the value is not JSON.
    pub fn with(&self, name: &str, value: &impl Serialize) -> Result<Self, SignError> {
        let invalid = || SignError::InvalidHeader { parameter: Cow::Owned(name.to_owned()) };
        if name == Parameter::Critical.name() || name == B64 {
            return Err(invalid());
        }
        let value = serde_json::to_string(value).map_err(|_| SignError::Serialize)?;
        let mut text = self.writer();
        text.raw(name, &value);
        let max_values = MAX_HEADER_VALUES.saturating_sub(UNREAD_VALUES);
        parse::protected(max_values, text.finish().as_bytes()).map_err(|_| invalid())
    }

    /// `alg`.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// `typ`.
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// `cty`.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// `kid`. From a token it is a hint that an attacker may have written: look it up among known
    /// names, and never make a path, a query or an address of it.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// `crit`, the extensions that must be understood; empty where there is none.
    #[must_use]
    pub fn critical(&self) -> &[String] {
        &self.critical
    }

    /// `jku`. Never fetched by this crate; doing so lets the token choose its own key.
    #[must_use]
    pub fn jwk_set_url(&self) -> Option<&str> {
        self.jwk_set_url.as_deref()
    }

    /// `jwk`. Never trusted by this crate; doing so lets the token choose its own key.
    #[must_use]
    pub fn jwk(&self) -> Option<&Jwk> {
        self.jwk.as_ref().map(|(jwk, _)| &**jwk)
    }

    /// `x5u`. Never fetched by this crate; doing so lets the token choose its own key.
    #[must_use]
    pub fn x509_url(&self) -> Option<&str> {
        self.x509_url.as_deref()
    }

    /// `x5c`, certificates in base64 of DER; empty where there is none. Never trusted by this crate.
    #[must_use]
    pub fn x509_chain(&self) -> &[String] {
        &self.x509_chain
    }

    /// `x5t`, the SHA-1 digest of a certificate.
    #[must_use]
    pub const fn x509_sha1(&self) -> Option<[u8; 20]> {
        self.x509_sha1
    }

    /// `x5t#S256`, the SHA-256 digest of a certificate.
    #[must_use]
    pub const fn x509_sha256(&self) -> Option<[u8; 32]> {
        self.x509_sha256
    }

    /// A parameter beyond those of RFC 7515, or `None` where it is missing or of another type.
    #[must_use]
    pub fn get<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Option<T> {
        json::read_value(self.others.get(name)?).ok()
    }

    /// The header as JSON, without white space but for that which stood inside of values, where it was read
    /// from a token.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.writer().finish()
    }

    /// The header as it stands in a token.
    pub(crate) fn encoded(&self) -> String {
        base64url::encode(self.to_json())
    }

    fn writer(&self) -> Writer {
        let mut text = Writer::default();
        text.string(Parameter::Algorithm, Some(self.algorithm.name()));
        text.string(Parameter::Type, self.typ());
        text.string(Parameter::ContentType, self.content_type());
        text.string(Parameter::KeyId, self.key_id());
        text.strings(Parameter::Critical, &self.critical);
        text.string(Parameter::JwkSetUrl, self.jwk_set_url());
        if let Some((_, jwk)) = &self.jwk {
            text.raw(Parameter::Jwk.name(), jwk);
        }
        text.string(Parameter::X509Url, self.x509_url());
        text.strings(Parameter::X509Chain, &self.x509_chain);
        text.string(Parameter::X509Sha1, self.x509_sha1.map(base64url::encode).as_deref());
        text.string(Parameter::X509Sha256, self.x509_sha256.map(base64url::encode).as_deref());
        for (name, value) in self.others.iter() {
            text.raw(name, value);
        }
        text
    }

    /// Whether the payload goes into the signature as it is, and not encoded (RFC 7797 §3).
    pub(crate) fn has_unencoded_payload(&self) -> bool {
        self.others.get(B64) == Some("false")
    }

    /// The same header, for a payload that is not encoded (RFC 7797 §6).
    pub(crate) fn with_unencoded_payload(&self) -> Self {
        let mut header = self.clone();
        header.critical.push(B64.into());
        header.others.push(B64, "false");
        header
    }

    /// Reads the header of a token: JSON, then types, then `crit`, then `alg`.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, VerifyError> {
        parse::protected(MAX_HEADER_VALUES, text)
    }
}

/// The headers of one signature of a JWS in JSON (RFC 7515 §7.2.1).
pub(crate) struct Joined {
    /// Both together: what a key is chosen by.
    pub(crate) whole: Header,
    /// What the signature covers, under the algorithm that was used.
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
