//! How a recipient recovers the content encryption key: RFC 7516 §5.2, steps 6 to 13.

use alloc::boxed::Box;

use super::agreement::Agreement;
use super::pbes2::{self, Password};
use super::substitute::{Candidate, Substitute};
use super::wrap::KeyWrap;
use super::{concat_kdf, ecdh, rsa_oaep};
use crate::backend::Backend;
use crate::error::VerifyError;
use crate::jwe::content::{ContentKey, Failed, Gcm, MessageKey};
use crate::jwe::header::{Header, Parameter};
use crate::key_management::KeyManagement;
use crate::numbers::Secret;

/// The key of a recipient, by family.
pub(super) enum Unwrapping {
    Direct(ContentKey),
    AesKw(Box<KeyWrap>, Substitute),
    AesGcmKw(Gcm, Substitute),
    EcdhEs(Agreement, Substitute),
    RsaOaep(rsa_oaep::Decryptor, Substitute),
    Pbes2(Password, Substitute),
}

impl Unwrapping {
    /// Recovers the key. Errors that do not depend on a secret are named. If the encrypted key does not unwrap, the
    /// result is another key, without any indication.
    pub(super) fn unwrap(
        &self,
        backend: Backend,
        algorithm: KeyManagement,
        header: &Header,
        encrypted: &[u8],
    ) -> Result<MessageKey<'_>, VerifyError> {
        let encryption = header.enc();
        let len = encryption.key_len();
        let parameters = header.parameters();
        if algorithm.is_direct() && !encrypted.is_empty() {
            // RFC 7516 §5.2, steps 10 and 11.
            return Err(VerifyError::InvalidJwe { member: "encrypted_key" });
        }
        let key = match self {
            Self::Direct(key) => return Ok(MessageKey::Kept(key)),
            Self::AesKw(wrap, substitute) => {
                substitute.unless(&wrap.unwrap(encrypted).of_len(len), encrypted, len)
            }
            Self::AesGcmKw(gcm, substitute) => {
                let iv = sized(Parameter::Iv, parameters.iv.as_deref(), 12)?;
                let tag = sized(Parameter::Tag, parameters.tag.as_deref(), 16)?;
                let mut key = Secret::new(encrypted.to_vec());
                let holds = gcm.decrypt(iv, &[], &mut key, tag).is_ok();
                substitute.unless(&Candidate::new(key, holds).of_len(len), encrypted, len)
            }
            Self::EcdhEs(private, substitute) => {
                let (name, agreed_len) = match algorithm.wrap_len() {
                    Some(len) => (algorithm.name(), len),
                    None => (encryption.name(), len),
                };
                let agreed = agree(private, header, name, agreed_len)?;
                match algorithm.wrap_len() {
                    Some(_) => {
                        let wrap = KeyWrap::new(backend, &agreed).map_err(|_: Failed| failed())?;
                        substitute.unless(&wrap.unwrap(encrypted).of_len(len), encrypted, len)
                    }
                    None => agreed,
                }
            }
            Self::RsaOaep(rsa, substitute) => substitute.unless(&rsa.decrypt(encrypted, len), encrypted, len),
            Self::Pbes2(password, substitute) => {
                let (salt, iterations) = password_parameters(password, header)?;
                let wrap = password.derive(backend, algorithm, salt, iterations);
                let wrap = wrap.map_err(|_: Failed| failed())?;
                substitute.unless(&wrap.unwrap(encrypted).of_len(len), encrypted, len)
            }
        };
        let key = ContentKey::new(backend, encryption, &key).map_err(|_: Failed| failed())?;
        Ok(MessageKey::Made(key))
    }
}

/// Checked keys of this crate always have a correct length.
const fn failed() -> VerifyError {
    VerifyError::DecryptionFailed
}

/// RFC 7518 §4.6. Errors depend only on the header, so they may be named.
fn agree(private: &Agreement, header: &Header, name: &str, len: usize) -> Result<Secret, VerifyError> {
    let invalid = Parameter::EphemeralKey.invalid();
    let parameters = header.parameters();
    let epk = parameters.epk.as_ref().ok_or(invalid.clone())?;
    let public = match ecdh::PublicKey::new(epk.numbers()) {
        Some(Ok(public)) => public,
        Some(Err(_)) | None => return Err(invalid),
    };
    let z = private.agree(&public).ok_or(invalid)?;
    let apu = parameters.apu.as_deref().unwrap_or_default();
    let apv = parameters.apv.as_deref().unwrap_or_default();
    Ok(concat_kdf::derive(&z, name, apu, apv, len))
}

fn password_parameters<'h>(password: &Password, header: &'h Header) -> Result<(&'h [u8], u32), VerifyError> {
    let parameters = header.parameters();
    let salt = parameters.p2s.as_deref().filter(|salt| salt.len() >= pbes2::MIN_SALT);
    let salt = salt.ok_or(Parameter::Salt.invalid())?;
    let found = parameters.p2c.filter(|count| *count >= pbes2::MIN_ITERATIONS);
    let found = found.ok_or(Parameter::Iterations.invalid())?;
    if found > password.iterations {
        return Err(VerifyError::IterationsNotAllowed { found, max: password.iterations });
    }
    Ok((salt, found))
}

fn sized(parameter: Parameter, value: Option<&[u8]>, len: usize) -> Result<&[u8], VerifyError> {
    value.filter(|value| value.len() == len).ok_or(parameter.invalid())
}
