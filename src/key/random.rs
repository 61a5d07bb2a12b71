//! Randomness from the system. Without `std` there is no source that works everywhere, so what needs
//! one fails.

#[cfg(all(feature = "std", any(feature = "ecdsa", feature = "rsa")))]
pub(super) use getrandom::SysRng as SystemRng;
#[cfg(all(not(feature = "std"), feature = "rsa"))]
pub(super) use none::SystemRng;

/// `len` random bytes.
#[cfg(all(feature = "std", any(feature = "eddsa", feature = "hmac")))]
pub(super) fn bytes(len: usize) -> Result<crate::material::Secret, crate::error::KeyError> {
    let mut bytes = crate::material::Secret::new(alloc::vec![0; len]);
    getrandom::fill(&mut bytes).map_err(|_| crate::error::KeyError::Randomness)?;
    Ok(bytes)
}

#[cfg(all(not(feature = "std"), feature = "rsa"))]
mod none {
    use core::fmt;

    pub(in crate::key) struct SystemRng;

    #[derive(Debug)]
    pub(in crate::key) struct NoRandomness;

    impl fmt::Display for NoRandomness {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("this build has no source of randomness")
        }
    }

    impl core::error::Error for NoRandomness {}

    impl rand_core::TryRng for SystemRng {
        type Error = NoRandomness;

        fn try_next_u32(&mut self) -> Result<u32, NoRandomness> {
            Err(NoRandomness)
        }

        fn try_next_u64(&mut self) -> Result<u64, NoRandomness> {
            Err(NoRandomness)
        }

        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), NoRandomness> {
            Err(NoRandomness)
        }
    }

    impl rand_core::TryCryptoRng for SystemRng {}
}
