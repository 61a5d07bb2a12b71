//! The algorithms of encrypted tokens that a key fits: RFC 7518 §4.1.

use alloc::vec::Vec;

use super::UnboundKey;
use crate::algorithm::{RSA_MAX_BITS, RSA_MIN_BITS};
use crate::content_encryption::ContentEncryption;
use crate::curve::Curve;
use crate::error::KeyError;
use crate::key_management::{Family, KeyManagement};
use crate::key_type::KeyType;
use crate::numbers::{Numbers, bit_len};

impl UnboundKey {
    /// Returns the key management algorithms of encrypted tokens that the key fits, in the order of [`KeyManagement::ALL`]: by
    /// its type, its curve, its size, and the `alg`, `use` and `key_ops` of a JWK. A private key fits as a
    /// [`DecryptingKey`](crate::jwe::DecryptingKey), a public one as an [`EncryptingKey`](crate::jwe::EncryptingKey), a
    /// shared secret as both. No key fits PBES2, which takes passwords.
    ///
    /// Whether its numbers are a valid key is checked when it is bound. A secret fits `dir` if it has the length of a
    /// content encryption key.
    ///
    /// ```
    /// use jotwell::UnboundKey;
    /// use jotwell::jwe::KeyManagement;
    ///
    /// let secret = UnboundKey::from_secret([7; 16])?;
    /// let fitting = [KeyManagement::Dir, KeyManagement::A128KW, KeyManagement::A128GCMKW];
    /// assert_eq!(secret.key_management_algorithms(), fitting);
    /// # Ok::<(), jotwell::KeyError>(())
    /// ```
    #[must_use]
    pub fn key_management_algorithms(&self) -> Vec<KeyManagement> {
        KeyManagement::ALL.iter().copied().filter(|algorithm| self.fits(*algorithm)).collect()
    }

    fn fits(&self, algorithm: KeyManagement) -> bool {
        let decrypts = self.is_private();
        let allowed = |encryptions: &[ContentEncryption]| {
            self.check_encryption_use(algorithm, encryptions, decrypts).is_ok()
        };
        match (algorithm.family(), &self.numbers) {
            (Family::Direct, Numbers::Secret(secret)) => ContentEncryption::ALL
                .iter()
                .any(|encryption| encryption.key_len() == secret.len() && allowed(&[*encryption])),
            (Family::AesKw | Family::AesGcmKw, Numbers::Secret(secret)) => {
                algorithm.wrap_len() == Some(secret.len()) && allowed(&[])
            }
            (Family::EcdhEs, Numbers::Ec { curve, .. }) => {
                matches!(curve, Curve::P256 | Curve::P384 | Curve::P521 | Curve::X25519) && allowed(&[])
            }
            (Family::RsaOaep(_), Numbers::Rsa { n, .. }) => {
                self.key_type() == KeyType::Rsa
                    && (RSA_MIN_BITS..=RSA_MAX_BITS).contains(&bit_len(n))
                    && allowed(&[])
            }
            _ => false,
        }
    }

    /// Checks the `alg`, `use` and `key_ops` of a JWK. `decrypts` is the half for which the key is used.
    pub(crate) fn check_encryption_use(
        &self,
        algorithm: KeyManagement,
        encryptions: &[ContentEncryption],
        decrypts: bool,
    ) -> Result<(), KeyError> {
        let operations: &[&str] = match (algorithm.family(), decrypts) {
            (Family::Direct, false) => &["encrypt"],
            (Family::Direct, true) => &["decrypt"],
            // Implementations disagree about the names of RSA encryption and key agreement (RFC 7517 §4.3).
            (Family::EcdhEs, _) => &["deriveKey", "deriveBits"],
            (_, false) => &["wrapKey", "encrypt"],
            (_, true) => &["unwrapKey", "decrypt"],
        };
        // A secret that encrypts directly may have the name of its content encryption (RFC 7520 §5.6.1).
        let direct = if algorithm == KeyManagement::Dir { encryptions } else { &[] };
        let mut names = alloc::vec![algorithm.name()];
        names.extend(direct.iter().map(|encryption| encryption.name()));
        match self.parameters.allow_use("enc", &names, operations) {
            // The WebCrypto API writes public keys for ECDH without any operation.
            Err(KeyError::UseNotAllowed { member: "key_ops" })
                if algorithm.family() == Family::EcdhEs
                    && !self.is_private()
                    && self.parameters.key_ops.as_ref().is_some_and(|operations| operations.is_empty()) =>
            {
                Ok(())
            }
            allowed => allowed,
        }
    }
}
