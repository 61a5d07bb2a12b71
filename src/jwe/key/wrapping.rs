//! How a sender establishes the content encryption key: RFC 7516 §5.1, steps 1 to 6.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::agreement::Agreement;
use super::pbes2::{self, Password};
use super::wrap::KeyWrap;
use super::{concat_kdf, ecdh, random, rsa_oaep};
use crate::backend::Backend;
use crate::content_encryption::ContentEncryption;
use crate::error::{EncryptError, KeyError};
use crate::jwe::content::{ContentKey, Failed, Gcm, MessageKey};
use crate::jwe::header::{EphemeralKey, Parameters};
use crate::jwk::Jwk;
use crate::key_management::KeyManagement;
use crate::numbers::Secret;

/// The key of a sender, by family.
pub(super) enum Wrapping {
    Direct(ContentKey),
    AesKw(Box<KeyWrap>),
    AesGcmKw(Gcm),
    EcdhEs(ecdh::PublicKey),
    RsaOaep(Box<rsa_oaep::Encryptor>),
    Pbes2(Password),
}

/// A content encryption key for one recipient.
pub(in crate::jwe) struct Established<'a> {
    pub(in crate::jwe) key: MessageKey<'a>,
    pub(in crate::jwe) wrapped: Wrapped,
}

/// The recipient's part.
#[derive(Default)]
pub(in crate::jwe) struct Wrapped {
    pub(in crate::jwe) encrypted_key: Vec<u8>,
    /// Parameters for the header.
    pub(in crate::jwe) parameters: Parameters,
}

impl Wrapping {
    /// Generates or derives a content encryption key, for a message to this recipient only.
    pub(super) fn establish(
        &self,
        backend: Backend,
        algorithm: KeyManagement,
        encryption: ContentEncryption,
        parameters: Parameters,
    ) -> Result<Established<'_>, EncryptError> {
        match self {
            Self::Direct(key) => Ok(Established {
                key: MessageKey::Kept(key),
                wrapped: Wrapped { parameters, encrypted_key: Vec::new() },
            }),
            Self::EcdhEs(public) if algorithm.is_direct() => {
                let (key, parameters) =
                    agree(backend, public, encryption.name(), encryption.key_len(), parameters)?;
                let key = ContentKey::new(backend, encryption, &key).map_err(failed)?;
                let wrapped = Wrapped { parameters, encrypted_key: Vec::new() };
                Ok(Established { key: MessageKey::Made(key), wrapped })
            }
            _ => {
                let mut key = Secret::new(alloc::vec![0; encryption.key_len()]);
                random(&mut key).map_err(unavailable)?;
                let wrapped = self.wrap(backend, algorithm, &key, parameters)?;
                let key = ContentKey::new(backend, encryption, &key).map_err(failed)?;
                Ok(Established { key: MessageKey::Made(key), wrapped })
            }
        }
    }

    /// Encrypts a content encryption key to this recipient, which may be one of several.
    pub(super) fn wrap(
        &self,
        backend: Backend,
        algorithm: KeyManagement,
        key: &[u8],
        parameters: Parameters,
    ) -> Result<Wrapped, EncryptError> {
        match self {
            Self::AesKw(wrap) => Ok(Wrapped { encrypted_key: wrap.wrap(key).map_err(failed)?, parameters }),
            Self::AesGcmKw(gcm) => {
                let mut iv = alloc::vec![0; 12];
                random(&mut iv).map_err(unavailable)?;
                let mut encrypted_key = key.to_vec();
                let tag = gcm.encrypt(&iv, &[], &mut encrypted_key).map_err(failed)?;
                let tag = Some(tag.as_ref().to_vec());
                Ok(Wrapped { encrypted_key, parameters: Parameters { iv: Some(iv), tag, ..parameters } })
            }
            Self::EcdhEs(public) if !algorithm.is_direct() => {
                let len = algorithm.wrap_len().unwrap_or_default();
                let (agreed, parameters) = agree(backend, public, algorithm.name(), len, parameters)?;
                let wrap = KeyWrap::new(backend, &agreed).map_err(failed)?;
                Ok(Wrapped { encrypted_key: wrap.wrap(key).map_err(failed)?, parameters })
            }
            Self::RsaOaep(rsa) => {
                Ok(Wrapped { encrypted_key: rsa.encrypt(key).map_err(failed)?, parameters })
            }
            Self::Pbes2(password) => {
                let mut salt = alloc::vec![0; pbes2::SALT];
                random(&mut salt).map_err(unavailable)?;
                let wrap = password.derive(backend, algorithm, &salt, password.iterations).map_err(failed)?;
                let (p2s, p2c) = (Some(salt), Some(password.iterations));
                Ok(Wrapped {
                    encrypted_key: wrap.wrap(key).map_err(failed)?,
                    parameters: Parameters { p2s, p2c, ..parameters },
                })
            }
            Self::Direct(_) | Self::EcdhEs(_) => Err(EncryptError::OneRecipientOnly { algorithm }),
        }
    }
}

/// RFC 7518 §4.6: key agreement with an ephemeral key, which is added to the header.
fn agree(
    backend: Backend,
    public: &ecdh::PublicKey,
    name: &str,
    len: usize,
    parameters: Parameters,
) -> Result<(Secret, Parameters), EncryptError> {
    let (ephemeral, ephemeral_public) = Agreement::ephemeral(backend, public.curve()).map_err(unavailable)?;
    let z = ephemeral.agree(public).ok_or(EncryptError::Backend)?;
    let apu = parameters.apu.as_deref().unwrap_or_default();
    let apv = parameters.apv.as_deref().unwrap_or_default();
    let key = concat_kdf::derive(&z, name, apu, apv, len);
    let epk = EphemeralKey::new(Jwk::bare(ephemeral_public.numbers())).map_err(|_| EncryptError::Backend)?;
    let epk = Some(Box::new(epk));
    Ok((key, Parameters { epk, ..parameters }))
}

/// With a new content encryption key only the random number generator can fail.
fn failed(_: Failed) -> EncryptError {
    EncryptError::Backend
}

fn unavailable(_: KeyError) -> EncryptError {
    EncryptError::Randomness
}
