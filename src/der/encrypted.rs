//! Private keys encrypted with a passphrase: PKCS#8 (RFC 5958 §3) with PBES2 (RFC 8018 §6.2), whose key is derived by
//! PBKDF2 or scrypt (RFC 7914), and whose cipher is AES-CBC.
//!
//! ```text
//! EncryptedPrivateKeyInfo = SEQUENCE { AlgorithmIdentifier, OCTET STRING }
//! ```

use pkcs5::EncryptionScheme;
use pkcs5::pbes2::{self, Kdf, Pbkdf2Prf};
use pkcs8::der::Decode;

use super::read::read_as;
use super::{OCTET_STRING, SEQUENCE, format_of, pem, tlv};
use crate::error::KeyError;
use crate::key_type::KeyFormat;
use crate::numbers::{Numbers, Secret};

/// Most PBKDF2 iterations that are accepted: eight times what OWASP recommends for HMAC-SHA-256, a few seconds.
const MAX_ITERATIONS: u64 = 5_000_000;

/// Greatest N · r · p of scrypt that is accepted, which is the most that OWASP recommends: 128 MiB, and about a
/// second.
const MAX_SCRYPT_COST: u64 = 1 << 20;

/// Reads the one key in a PEM text, which must be encrypted.
pub(crate) fn read_pem(text: &[u8], passphrase: &[u8]) -> Result<(KeyFormat, Numbers), KeyError> {
    match pem::block(text)? {
        (KeyFormat::Encrypted, der) => decrypt(&der, passphrase),
        (found, _) => Err(KeyError::NotEncrypted { found }),
    }
}

/// Reads a key in DER, which must be encrypted.
pub(crate) fn read_der(bytes: &[u8], passphrase: &[u8]) -> Result<(KeyFormat, Numbers), KeyError> {
    match format_of(bytes) {
        Some(KeyFormat::Encrypted) => decrypt(bytes, passphrase),
        Some(found) => Err(KeyError::NotEncrypted { found }),
        None => Err(super::read::unread(bytes)),
    }
}

fn decrypt(bytes: &[u8], passphrase: &[u8]) -> Result<(KeyFormat, Numbers), KeyError> {
    let (algorithm, encrypted) =
        parts(bytes).ok_or_else(|| super::read::misfit(KeyFormat::Encrypted, bytes))?;
    let EncryptionScheme::Pbes2(scheme) =
        EncryptionScheme::from_der(algorithm).map_err(|_| KeyError::UnsupportedEncryption)?
    else {
        return Err(KeyError::UnsupportedEncryption);
    };
    check(&scheme)?;
    let mut buffer = Secret::new(encrypted.to_vec());
    let key = scheme.decrypt_in_place(passphrase, &mut buffer).map_err(|error| match error {
        pkcs5::Error::DecryptFailed => KeyError::WrongPassphrase,
        _ => KeyError::UnsupportedEncryption,
    })?;
    // One in 256 wrong passphrases leaves valid padding.
    if format_of(key) != Some(KeyFormat::Pkcs8) {
        return Err(KeyError::WrongPassphrase);
    }
    Ok((KeyFormat::Encrypted, read_as(KeyFormat::Pkcs8, key)?))
}

/// Returns the whole AlgorithmIdentifier, and the encrypted key.
fn parts(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (SEQUENCE, content, []) = tlv(bytes)? else { return None };
    let (SEQUENCE, _, rest) = tlv(content)? else { return None };
    let algorithm = content.get(..content.len().checked_sub(rest.len())?)?;
    let (OCTET_STRING, encrypted, []) = tlv(rest)? else { return None };
    Some((algorithm, encrypted))
}

/// Checks that the scheme is supported, and its cost, before anything is computed.
fn check(scheme: &pbes2::Parameters) -> Result<(), KeyError> {
    use pbes2::EncryptionScheme::{Aes128Cbc, Aes192Cbc, Aes256Cbc};
    if !matches!(scheme.encryption, Aes128Cbc { .. } | Aes192Cbc { .. } | Aes256Cbc { .. }) {
        return Err(KeyError::UnsupportedEncryption);
    }
    let (found, limit) = match &scheme.kdf {
        Kdf::Pbkdf2(parameters) if parameters.prf != Pbkdf2Prf::HmacWithSha1 => {
            (u64::from(parameters.iteration_count), MAX_ITERATIONS)
        }
        // RFC 7914 §2: N is a power of two, and greater than 1.
        Kdf::Scrypt(parameters)
            if parameters.cost_parameter > 1 && parameters.cost_parameter.is_power_of_two() =>
        {
            let factors = [parameters.block_size, parameters.parallelization].map(u64::from);
            (factors.into_iter().fold(parameters.cost_parameter, u64::saturating_mul), MAX_SCRYPT_COST)
        }
        _ => return Err(KeyError::UnsupportedEncryption),
    };
    match found {
        // RFC 8018 §A.2 and RFC 7914 §2 count from 1.
        0 => Err(KeyError::UnsupportedEncryption),
        _ if found > limit => Err(KeyError::EncryptionCost { found, limit }),
        _ => Ok(()),
    }
}
