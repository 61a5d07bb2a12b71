//! The header of an encrypted token: RFC 7516 §4, and RFC 7518 §4.6.1, §4.7.1 and §4.8.1.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::EncryptingKey;
use crate::algorithm::Algorithm;
use crate::base64url;
use crate::content_encryption::ContentEncryption;
use crate::error::{EncryptError, KeyError, SignError, TokenPart, VerifyError};
use crate::header::{self, MAX_HEADER_VALUES};
use crate::json::{self, JsonError};
use crate::jwk::Jwk;
use crate::key_management::KeyManagement;
use crate::names::names;
use crate::numbers::Numbers;

names! {
    /// A parameter of encrypted tokens beyond those of RFC 7515. It is read with the token.
    pub(super) enum Parameter {
        Encryption = "enc",
        Compression = "zip",
        EphemeralKey = "epk",
        PartyUInfo = "apu",
        PartyVInfo = "apv",
        Iv = "iv",
        Tag = "tag",
        Salt = "p2s",
        Iterations = "p2c",
    }
}

impl Parameter {
    pub(super) const fn invalid(self) -> VerifyError {
        VerifyError::InvalidHeader { parameter: self.name() }
    }
}

/// The number of values that may be added to a header after [`Header::with`] has parsed it: `typ`, `cty`, `kid`, those
/// of an ephemeral key, and those of party information.
const UNREAD_VALUES: usize = 12;

/// The header of an encrypted token.
///
/// It is protected: a recipient detects every change. It is not confidential: the token contains it unencrypted.
///
/// ```
/// use jotwell::jwe::{ContentEncryption, DecryptingKey, Header, KeyManagement};
///
/// let key = DecryptingKey::generate(KeyManagement::A256KW, &[ContentEncryption::A256GCM])?.with_key_id("2026-11");
/// let header = Header::for_key(&key.encrypting_key()).with_typ("session");
/// assert_eq!(header.to_json(), r#"{"alg":"A256KW","enc":"A256GCM","typ":"session","kid":"2026-11"}"#);
/// # Ok::<(), jotwell::KeyError>(())
/// ```
#[derive(Clone)]
pub struct Header {
    algorithm: KeyManagement,
    enc: ContentEncryption,
    /// The parameters of RFC 7515. Its algorithm has no meaning.
    common: header::Header,
    parameters: Parameters,
}

/// Header parameters of key management algorithms.
#[derive(Clone, Default)]
pub(super) struct Parameters {
    pub(super) epk: Option<Box<EphemeralKey>>,
    pub(super) apu: Option<Vec<u8>>,
    pub(super) apv: Option<Vec<u8>>,
    pub(super) iv: Option<Vec<u8>>,
    pub(super) tag: Option<Vec<u8>>,
    pub(super) p2s: Option<Vec<u8>>,
    pub(super) p2c: Option<u32>,
}

/// A public key with its JSON text, because a key may have members that are not read here.
#[derive(Clone)]
pub(super) struct EphemeralKey {
    jwk: Jwk,
    text: String,
}

impl EphemeralKey {
    /// Creates it from a key that was generated here.
    pub(super) fn new(jwk: Jwk) -> Result<Self, KeyError> {
        Ok(Self { text: jwk.to_json()?, jwk })
    }

    pub(super) fn numbers(&self) -> &Numbers {
        self.jwk.numbers()
    }
}

impl Header {
    /// Creates a header with only the algorithms.
    #[must_use]
    pub const fn new(algorithm: KeyManagement, enc: ContentEncryption) -> Self {
        let common = header::Header::new(Algorithm::HS256);
        let parameters =
            Parameters { epk: None, apu: None, apv: None, iv: None, tag: None, p2s: None, p2c: None };
        Self { algorithm, enc, common, parameters }
    }

    /// Creates a header with the key's algorithm, its first content encryption and its `kid`.
    #[must_use]
    pub fn for_key(key: &EncryptingKey) -> Self {
        // A key has at least one.
        let enc = key.encryptions().first().copied().unwrap_or(ContentEncryption::A256GCM);
        let header = Self::new(key.algorithm(), enc);
        match key.key_id() {
            Some(key_id) => header.with_key_id(key_id),
            None => header,
        }
    }

    /// Sets `enc` to another of the key's content encryptions.
    #[must_use]
    pub fn with_enc(self, enc: ContentEncryption) -> Self {
        Self { enc, ..self }
    }

    /// Sets `typ`, the media type of the token, with `application/` left out (RFC 7516 §4.1.11).
    #[must_use]
    pub fn with_typ(self, typ: impl Into<String>) -> Self {
        Self { common: self.common.with_typ(typ), ..self }
    }

    /// Sets `cty`, the media type of the content (RFC 7516 §4.1.12): `JWT` for a signed token (RFC 7519 §5.2).
    #[must_use]
    pub fn with_content_type(self, content_type: impl Into<String>) -> Self {
        Self { common: self.common.with_content_type(content_type), ..self }
    }

    /// Sets `kid`, the name of the recipient's key (RFC 7516 §4.1.6).
    #[must_use]
    pub fn with_key_id(self, key_id: impl Into<String>) -> Self {
        Self { common: self.common.with_key_id(key_id), ..self }
    }

    /// Sets `apu` and `apv`, which become part of the key agreement of ECDH-ES: information of sender and recipient
    /// about each other (RFC 7518 §4.6.1). Other algorithms ignore them.
    #[must_use]
    pub fn with_party_info(self, apu: impl AsRef<[u8]>, apv: impl AsRef<[u8]>) -> Self {
        let (apu, apv) = (Some(apu.as_ref().to_vec()), Some(apv.as_ref().to_vec()));
        Self { parameters: Parameters { apu, apv, ..self.parameters }, ..self }
    }

    /// Adds any other parameter: a custom one, or one of RFC 7515 without a method here. **It is readable by
    /// everyone.** A claim that is repeated here must have the same value in the content (RFC 7519 §5.3).
    ///
    /// # Errors
    /// [`EncryptError::InvalidHeader`] if the header already has the parameter, if the value is malformed, if the
    /// header would have more than [`MAX_HEADER_VALUES`], and for `crit`, `b64`, `zip` and the parameters that
    /// encryption itself sets. [`EncryptError::Sign`] if the value does not serialize to JSON.
    pub fn with(&self, name: &str, value: &impl Serialize) -> Result<Self, EncryptError> {
        let invalid = || EncryptError::InvalidHeader { parameter: Cow::Owned(name.to_owned()) };
        if Parameter::from_name(name).is_some() || matches!(name, "crit" | "b64") {
            return Err(invalid());
        }
        let value = serde_json::to_string(value).map_err(|_| SignError::Serialize)?;
        let mut text = self.open();
        json::write_name(name, &mut text);
        text.push_str(&value);
        text.push('}');
        let max_values = MAX_HEADER_VALUES.saturating_sub(UNREAD_VALUES);
        let header = Self::read(max_values, text.as_bytes()).map_err(|_| invalid())?;
        header.common.check_registered().map_err(|_| invalid())?;
        Ok(header)
    }

    /// Returns `alg`.
    #[must_use]
    pub const fn algorithm(&self) -> KeyManagement {
        self.algorithm
    }

    /// Returns `enc`.
    #[must_use]
    pub const fn enc(&self) -> ContentEncryption {
        self.enc
    }

    /// Returns `typ`.
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.common.typ()
    }

    /// Returns `kid`. In a received token it is a hint that an attacker may have written: look it up among known names,
    /// and never build a path, a query or an address from it.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.common.key_id()
    }

    /// Parses `cty`, the media type of the content, or returns `None` if the header does not have it.
    ///
    /// # Errors
    /// [`VerifyError::InvalidHeader`] if the value is not a string.
    pub fn content_type(&self) -> Result<Option<String>, VerifyError> {
        self.common.content_type()
    }

    /// Returns `apu`, decoded.
    #[must_use]
    pub fn apu(&self) -> Option<&[u8]> {
        self.parameters.apu.as_deref()
    }

    /// Returns `apv`, decoded.
    #[must_use]
    pub fn apv(&self) -> Option<&[u8]> {
        self.parameters.apv.as_deref()
    }

    /// Parses any parameter that has no method here, or returns `None` if the header does not have it.
    ///
    /// # Errors
    /// [`VerifyError::Deserialize`] if the value does not deserialize to `T`.
    pub fn get<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<Option<T>, VerifyError> {
        self.common.get(name)
    }

    /// Returns the header as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = self.open();
        text.push('}');
        text
    }

    /// Returns the JSON text without its closing brace.
    fn open(&self) -> String {
        let mut text = String::new();
        write_text("alg", self.algorithm.name(), &mut text);
        write_text(Parameter::Encryption.name(), self.enc.name(), &mut text);
        let mut text = self.common.append_common(text);
        self.parameters.write(&mut text);
        text
    }

    /// Returns the header of a message to this recipient only.
    pub(super) fn for_recipient(self, key: &EncryptingKey, parameters: Parameters) -> Self {
        let header = Self { algorithm: key.algorithm(), parameters, ..self };
        match key.key_id() {
            Some(key_id) => header.with_key_id(key_id),
            None => header,
        }
    }

    /// Returns the JSON text of the part for all recipients.
    pub(super) fn shared_json(&self) -> String {
        let mut text = String::new();
        write_text(Parameter::Encryption.name(), self.enc.name(), &mut text);
        let mut text = self.common.append_common(text);
        text.push('}');
        text
    }

    /// Returns the JSON text of the part for one recipient of several.
    pub(super) fn recipient_json(key: &EncryptingKey, parameters: &Parameters) -> String {
        let mut text = String::new();
        write_text("alg", key.algorithm().name(), &mut text);
        if let Some(key_id) = key.key_id() {
            write_text("kid", key_id, &mut text);
        }
        parameters.write(&mut text);
        text.push('}');
        text
    }

    pub(super) fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Returns whether it is the same for each token of its key: it has no value for a single token.
    pub(super) fn is_constant(&self) -> bool {
        let Parameters { epk, apu, apv, iv, tag, p2s, p2c } = &self.parameters;
        let bytes = [apu, apv, iv, tag, p2s];
        epk.is_none() && p2c.is_none() && bytes.into_iter().all(Option::is_none)
    }

    pub(super) fn take_parameters(&mut self) -> Parameters {
        core::mem::take(&mut self.parameters)
    }

    pub(super) fn set_parameters(&mut self, parameters: Parameters) {
        self.parameters = parameters;
    }

    /// Returns the parameters that are unknown to RFC 7515 and to encryption, with their JSON texts.
    pub(crate) fn custom_parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.common.custom_parameters()
    }

    /// Parses the protected header of a token in compact form.
    pub(super) fn parse(text: &[u8]) -> Result<Self, VerifyError> {
        Self::read(MAX_HEADER_VALUES, text)
    }

    /// Parses the headers of one recipient of a JWE in JSON: the protected one, the shared one, and the recipient's
    /// own. They have no name in common (RFC 7516 §7.2.1), and two of them are not protected.
    pub(super) fn joined(
        protected: Option<&[u8]>,
        shared: Option<&str>,
        own: Option<&str>,
    ) -> Result<Self, VerifyError> {
        let mut text = String::from("{");
        for header in [protected, shared.map(str::as_bytes), own.map(str::as_bytes)].into_iter().flatten() {
            let read = json::read_object_up_to::<JsonError>(MAX_HEADER_VALUES, header, |_| Ok(()));
            let object = read.map_err(|error| VerifyError::Json { part: TokenPart::Header, error })?.trim();
            let members =
                object.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default();
            if !members.trim().is_empty() {
                text.push_str(if text.len() > 1 { "," } else { "" });
                text.push_str(members);
            }
        }
        text.push('}');
        match Self::parse(text.as_bytes()) {
            // No header has a duplicate name, so the name is in two headers.
            Err(VerifyError::Json { error: JsonError::DuplicateMember { .. }, .. }) => {
                Err(VerifyError::DuplicateParameter)
            }
            read => read,
        }
    }

    /// Parses the JSON, then the parameters of RFC 7515, then those of encryption, then `enc` and `alg`.
    fn read(max_values: usize, text: &[u8]) -> Result<Self, VerifyError> {
        let (mut common, algorithm) = header::encrypted(max_values, text).map_err(|error| match error {
            // A five-part token without `enc` is neither signed nor encrypted (RFC 7516 §9).
            VerifyError::UnknownAlgorithm { .. } if !has_enc(text) => VerifyError::MissingEnc,
            error => error,
        })?;
        let mut parameters = Parameters::default();
        let (mut enc, mut wrong) = (Err(VerifyError::MissingEnc), None);
        common.take_parameters(|name, value| {
            let Some(parameter) = Parameter::from_name(name) else { return false };
            match parameter {
                Parameter::Encryption => enc = encryption(value),
                parameter => {
                    if let Err(error) = parameters.set(parameter, value) {
                        wrong.get_or_insert(error);
                    }
                }
            }
            true
        });
        match wrong {
            Some(error) => Err(error),
            None => {
                let enc = enc?;
                let algorithm = KeyManagement::from_name(&algorithm)
                    .ok_or(VerifyError::UnknownAlgorithm { found: algorithm })?;
                Ok(Self { algorithm, enc, common, parameters })
            }
        }
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Header")
            .field("algorithm", &self.algorithm)
            .field("enc", &self.enc)
            .field("typ", &self.typ())
            .field("key_id", &self.key_id())
            .finish_non_exhaustive()
    }
}

impl Parameters {
    fn set(&mut self, parameter: Parameter, value: &str) -> Result<(), VerifyError> {
        let bytes = || {
            let text: Option<Cow<'_, str>> = json::read_value(value).ok();
            text.and_then(|text| base64url::decode(text.as_bytes()).ok()).ok_or(parameter.invalid())
        };
        match parameter {
            Parameter::Encryption => {}
            Parameter::Compression => return Err(VerifyError::Compressed),
            Parameter::EphemeralKey => self.epk = Some(ephemeral_key(value)?),
            Parameter::PartyUInfo => self.apu = Some(bytes()?),
            Parameter::PartyVInfo => self.apv = Some(bytes()?),
            Parameter::Iv => self.iv = Some(bytes()?),
            Parameter::Tag => self.tag = Some(bytes()?),
            Parameter::Salt => self.p2s = Some(bytes()?),
            Parameter::Iterations => {
                self.p2c = Some(json::read_value(value).map_err(|_| parameter.invalid())?);
            }
        }
        Ok(())
    }

    /// Appends to the text of an object that is not closed.
    fn write(&self, text: &mut String) {
        if let Some(epk) = &self.epk {
            json::write_name(Parameter::EphemeralKey.name(), text);
            text.push_str(&epk.text);
        }
        let bytes = [
            (Parameter::PartyUInfo, &self.apu),
            (Parameter::PartyVInfo, &self.apv),
            (Parameter::Iv, &self.iv),
            (Parameter::Tag, &self.tag),
            (Parameter::Salt, &self.p2s),
        ];
        for (parameter, bytes) in bytes {
            if let Some(bytes) = bytes {
                write_text(parameter.name(), &base64url::encode(bytes), text);
            }
        }
        if let Some(count) = self.p2c {
            json::write_name(Parameter::Iterations.name(), text);
            text.push_str(itoa::Buffer::new().format(count));
        }
    }
}

fn write_text(name: &str, value: &str, text: &mut String) {
    json::write_name(name, text);
    json::write_string(value, text);
}

fn has_enc(text: &[u8]) -> bool {
    let mut found = false;
    let read = json::read_object::<JsonError>(text, |member| {
        found |= member.name == *Parameter::Encryption.name();
        Ok(())
    });
    found || read.is_err()
}

fn encryption(value: &str) -> Result<ContentEncryption, VerifyError> {
    let name: Cow<'_, str> = json::read_value(value).map_err(|_| Parameter::Encryption.invalid())?;
    ContentEncryption::from_name(&name).ok_or(VerifyError::UnknownEnc)
}

/// RFC 7518 §4.6.1.1: a public key. A private one was sent by mistake, and anyone can read its token.
fn ephemeral_key(value: &str) -> Result<Box<EphemeralKey>, VerifyError> {
    match Jwk::from_json(value) {
        Ok(jwk) if !jwk.is_private() => Ok(Box::new(EphemeralKey { jwk, text: value.to_owned() })),
        _ => Err(Parameter::EphemeralKey.invalid()),
    }
}
