//! RSAES-OAEP: RFC 7518 §4.3. The library blinds the private operation, and checks the padding without a branch on it.

use alloc::vec::Vec;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepAlgorithm, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey,
    PublicEncryptingKey, PublicKeyComponents,
};

use crate::algorithm::Hash;
use crate::jwe::content::Failed;
use crate::key::aws_lc;
use crate::numbers::{Numbers, Secret};

fn algorithm(hash: Option<Hash>) -> &'static OaepAlgorithm {
    match hash {
        None => &OAEP_SHA1_MGF1SHA1,
        Some(Hash::Sha256) => &OAEP_SHA256_MGF1SHA256,
        Some(Hash::Sha384) => &OAEP_SHA384_MGF1SHA384,
        Some(Hash::Sha512) => &OAEP_SHA512_MGF1SHA512,
    }
}

pub(in crate::jwe) struct RsaEncryptor {
    key: OaepPublicEncryptingKey,
    algorithm: &'static OaepAlgorithm,
}

impl RsaEncryptor {
    pub(in crate::jwe) fn new(hash: Option<Hash>, numbers: &Numbers) -> Result<Self, Failed> {
        let Numbers::Rsa { n, e, .. } = numbers else { return Err(Failed) };
        let der = PublicKeyComponents { n: n.as_slice(), e: e.as_slice() }.as_der()?;
        let key = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(der.as_ref())?)?;
        Ok(Self { key, algorithm: algorithm(hash) })
    }

    pub(in crate::jwe) fn encrypt(&self, key: &[u8]) -> Result<Vec<u8>, Failed> {
        let mut encrypted = alloc::vec![0; self.key.ciphertext_size()];
        let len = self.key.encrypt(self.algorithm, key, &mut encrypted, None)?.len();
        encrypted.truncate(len);
        Ok(encrypted)
    }
}

pub(in crate::jwe) struct RsaDecryptor {
    key: OaepPrivateDecryptingKey,
    algorithm: &'static OaepAlgorithm,
}

impl RsaDecryptor {
    pub(in crate::jwe) fn new(hash: Option<Hash>, numbers: &Numbers) -> Result<Self, Failed> {
        // The DER buffer of the library, which wipes it.
        let der = aws_lc::rsa::key_pair(numbers).ok_or(Failed)?.as_der()?;
        let key = OaepPrivateDecryptingKey::new(PrivateDecryptingKey::from_pkcs8(der.as_ref())?)?;
        Ok(Self { key, algorithm: algorithm(hash) })
    }

    pub(in crate::jwe) fn decrypt(&self, encrypted: &[u8]) -> Result<Secret, Failed> {
        let mut message = Secret::new(alloc::vec![0; self.key.min_output_size()]);
        let len = self.key.decrypt(self.algorithm, encrypted, &mut message, None)?.len();
        message.truncate(len);
        Ok(message)
    }
}
