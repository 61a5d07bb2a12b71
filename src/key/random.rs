//! Randomness from the system, or none.

#[cfg(feature = "std")]
pub(super) use self::system::*;

#[cfg(feature = "std")]
mod system {
    use crate::error::KeyError;
    use crate::material::Secret;

    #[cfg(any(feature = "rsa", feature = "ecdsa"))]
    pub(in crate::key) use getrandom::SysRng as SystemRng;

    /// `len` random bytes.
    #[cfg(any(feature = "hmac", feature = "eddsa"))]
    pub(in crate::key) fn bytes(len: usize) -> Result<Secret, KeyError> {
        let mut bytes = Secret::new(alloc::vec![0; len]);
        getrandom::fill(&mut bytes).map_err(|_| KeyError::Randomness)?;
        Ok(bytes)
    }
}

/// Without `std` there is no source that works everywhere, so what needs one fails.
#[cfg(all(not(feature = "std"), feature = "rsa"))]
pub(super) struct SystemRng;

#[cfg(all(not(feature = "std"), feature = "rsa"))]
mod none {
    use core::fmt;

    #[derive(Debug)]
    pub(in crate::key) struct NoRandomness;

    impl fmt::Display for NoRandomness {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("this build has no source of randomness")
        }
    }

    impl core::error::Error for NoRandomness {}

    impl rand_core::TryRng for super::SystemRng {
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

    impl rand_core::TryCryptoRng for super::SystemRng {}
}
