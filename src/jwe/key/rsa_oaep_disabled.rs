//! Replaces RSAES-OAEP in a build without the `rsa` crate. No value of these types exists.

use alloc::vec::Vec;
use core::convert::Infallible;

use super::substitute::Candidate;
use crate::backend::Backend;
use crate::error::KeyError;
use crate::jwe::content::Failed;
use crate::key_management::KeyManagement;
use crate::numbers::Numbers;

pub(super) struct Encryptor(Infallible);

impl Encryptor {
    pub(super) fn new(
        _: Backend,
        algorithm: KeyManagement,
        _: &Numbers,
    ) -> Option<Result<(Self, Numbers), KeyError>> {
        Some(Err(KeyError::EncryptionDisabled { algorithm }))
    }

    pub(super) fn encrypt(&self, _: &[u8]) -> Result<Vec<u8>, Failed> {
        match self.0 {}
    }
}

pub(super) struct Decryptor(Infallible);

impl Decryptor {
    pub(super) fn new(
        _: Backend,
        algorithm: KeyManagement,
        _: &Numbers,
    ) -> Option<Result<(Self, Numbers), KeyError>> {
        Some(Err(KeyError::EncryptionDisabled { algorithm }))
    }

    pub(super) fn decrypt(&self, _: &[u8], _: usize) -> Candidate {
        match self.0 {}
    }
}
