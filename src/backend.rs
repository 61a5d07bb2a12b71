//! Who computes: the libraries that keys can be moved to.

use core::fmt;

/// The library that computes a key's signatures.
///
/// Chosen key by key, by [`SigningKey::with_backend`](crate::SigningKey::with_backend) and
/// [`VerifyingKey::with_backend`](crate::VerifyingKey::with_backend); a key that nobody moved is on the
/// default. What is accepted and what is refused is the same on each.
///
/// ```
/// use jotwell::{Algorithm, Backend, SigningKey};
///
/// let key = SigningKey::generate(Algorithm::ES256)?;
/// assert_eq!(key.backend(), Backend::RustCrypto);
/// # Ok::<(), jotwell::KeyError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// RustCrypto, in Rust alone.
    #[default]
    RustCrypto,
    /// AWS-LC, in C and assembly, through `aws-lc-rs`. Needs the feature `aws-lc-rs`.
    AwsLcRs,
}

impl Backend {
    /// Every backend. Those of a disabled feature are here too: moving a key to one answers
    /// [`KeyError::BackendDisabled`](crate::KeyError::BackendDisabled).
    pub const ALL: &'static [Self] = &[Self::RustCrypto, Self::AwsLcRs];

    /// Returns whether this build has it.
    #[must_use]
    pub const fn is_enabled(self) -> bool {
        match self {
            Self::RustCrypto => true,
            Self::AwsLcRs => cfg!(feature = "aws-lc-rs"),
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RustCrypto => "RustCrypto",
            Self::AwsLcRs => "aws-lc-rs",
        })
    }
}
