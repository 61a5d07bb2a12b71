//! Keys, each bound to one key management algorithm and a list of content encryptions when it is created.

mod agreement;
mod concat_kdf;
mod decrypting;
mod ecdh;
mod encrypting;
mod pbes2;
mod ring;
#[cfg(feature = "rsa")]
mod rsa_oaep;
#[cfg(not(feature = "rsa"))]
mod rsa_oaep_disabled;
mod shared;
mod source;
mod substitute;
#[cfg(all(test, feature = "std"))]
mod tests;
mod unwrapping;
mod wrap;
mod wrapping;

#[cfg(not(feature = "rsa"))]
use rsa_oaep_disabled as rsa_oaep;

pub use decrypting::DecryptingKey;
pub use encrypting::EncryptingKey;
pub use ring::KeyRing;
pub use shared::SharedKey;
pub(super) use source::sealed;
pub use source::{DecryptingKeySource, RecipientKey};
pub(super) use wrapping::Wrapped;

use crate::backend::Backend;
use crate::content_encryption::ContentEncryption;
use crate::error::KeyError;
use crate::key_management::KeyManagement;
use crate::key_type::KeyType;
use crate::unbound::UnboundKey;

/// Fills `bytes` from the system's random number generator.
pub(super) fn random(bytes: &mut [u8]) -> Result<(), KeyError> {
    use rand_core::TryRng;

    crate::key::random::SystemRng.try_fill_bytes(bytes).map_err(|_| KeyError::Randomness)
}

/// Checks that a backend has the operations of the algorithm. Every backend that has the algorithm has all content
/// encryptions.
fn check_backend(backend: Backend, algorithm: KeyManagement) -> Result<(), KeyError> {
    crate::key::check_backend(backend)?;
    if algorithm.runs_on(backend) {
        Ok(())
    } else {
        Err(KeyError::EncryptionUnsupportedByBackend { backend, algorithm })
    }
}

fn rejected(backend: Backend, algorithm: KeyManagement) -> KeyError {
    KeyError::EncryptionRejectedByBackend { backend, algorithm }
}

/// Makes the checks that are common to all families. `decrypts` is which half is created.
fn check(
    algorithm: KeyManagement,
    encryptions: &[ContentEncryption],
    key: &UnboundKey,
    decrypts: bool,
) -> Result<(), KeyError> {
    if algorithm.is_password_based() {
        return Err(KeyError::PasswordAlgorithm { algorithm });
    }
    check_encryptions(algorithm, encryptions)?;
    key.check_encryption_use(algorithm, encryptions, decrypts)?;
    if !decrypts && key.is_private() && key.key_type() != KeyType::Secret {
        return Err(KeyError::NotPublic { found: key.format() });
    }
    Ok(())
}

/// RFC 7518 §4.5: with `dir` the secret is the content encryption key, and a key is for one algorithm.
fn check_encryptions(algorithm: KeyManagement, encryptions: &[ContentEncryption]) -> Result<(), KeyError> {
    let fits = match algorithm {
        KeyManagement::Dir => encryptions.len() == 1,
        _ => !encryptions.is_empty(),
    };
    if fits { Ok(()) } else { Err(KeyError::ContentEncryptions { algorithm, found: encryptions.len() }) }
}

fn wrong_type(algorithm: KeyManagement, key: &UnboundKey) -> KeyError {
    KeyError::WrongEncryptionKeyType { algorithm, found: key.key_type(), format: key.format() }
}

/// Returns the name, length and bytes of a symmetric key.
fn secret<'a>(
    algorithm: KeyManagement,
    encryptions: &[ContentEncryption],
    key: &'a UnboundKey,
) -> Result<&'a [u8], KeyError> {
    let crate::numbers::Numbers::Secret(secret) = key.numbers() else {
        return Err(wrong_type(algorithm, key));
    };
    let (name, expected) = match (algorithm.wrap_len(), encryptions) {
        (Some(len), _) => (algorithm.name(), len),
        (None, [encryption, ..]) => (encryption.name(), encryption.key_len()),
        (None, []) => (algorithm.name(), 0),
    };
    if secret.len() == expected {
        Ok(secret)
    } else {
        Err(KeyError::SecretLength { algorithm: name, expected, found: secret.len() })
    }
}
