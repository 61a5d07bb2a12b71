//! PBKDF2: RFC 7518 §4.8, RFC 8018.

use core::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA384, PBKDF2_HMAC_SHA512};

use crate::algorithm::Hash;
use crate::jwe::content::Failed;

/// Fills `key`.
pub(in crate::jwe) fn derive(
    hash: Hash,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    key: &mut [u8],
) -> Result<(), Failed> {
    let algorithm = match hash {
        Hash::Sha256 => PBKDF2_HMAC_SHA256,
        Hash::Sha384 => PBKDF2_HMAC_SHA384,
        Hash::Sha512 => PBKDF2_HMAC_SHA512,
    };
    // Panics only on lengths beyond those of a header, or when out of memory.
    pbkdf2::derive(algorithm, NonZeroU32::new(iterations).ok_or(Failed)?, salt, password, key);
    Ok(())
}
