//! Random bytes from the system. Without `std` there is no source that works everywhere, so operations that need one
//! fail.

#[cfg(all(feature = "std", any(feature = "ecdsa", feature = "jwe", feature = "rsa")))]
pub(crate) use getrandom::SysRng as SystemRng;
#[cfg(all(not(feature = "std"), any(feature = "jwe", feature = "rsa")))]
pub(crate) use none::SystemRng;

/// Returns `len` random bytes.
#[cfg(all(feature = "std", any(feature = "eddsa", feature = "hmac", feature = "jwe")))]
pub(crate) fn bytes(len: usize) -> Result<crate::numbers::Secret, crate::error::KeyError> {
    let mut bytes = crate::numbers::Secret::new(alloc::vec![0; len]);
    getrandom::fill(&mut bytes).map_err(|_| crate::error::KeyError::Randomness)?;
    Ok(bytes)
}

#[cfg(all(not(feature = "std"), any(feature = "jwe", feature = "rsa")))]
mod none {
    use crate::error::SignError;

    pub(crate) struct SystemRng;

    impl rand_core::TryRng for SystemRng {
        type Error = SignError;

        fn try_next_u32(&mut self) -> Result<u32, SignError> {
            Err(SignError::Randomness)
        }

        fn try_next_u64(&mut self) -> Result<u64, SignError> {
            Err(SignError::Randomness)
        }

        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), SignError> {
            Err(SignError::Randomness)
        }
    }

    impl rand_core::TryCryptoRng for SystemRng {}
}
