//! The libraries that compute signatures and encrypted tokens.

use core::fmt;

/// The library that computes the operations of a key.
///
/// You choose it for each key, with [`SigningKey::with_backend`](crate::SigningKey::with_backend) and
/// [`VerifyingKey::with_backend`](crate::VerifyingKey::with_backend); keys of encrypted tokens have a method of the
/// same name. Defaults to [`RustCrypto`](Self::RustCrypto). All backends accept and reject the same signatures and
/// tokens. Not all have every algorithm: see [`Algorithm::runs_on`](crate::Algorithm::runs_on) and
/// `KeyManagement::runs_on` of the module `jwe`.
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
    /// RustCrypto, in pure Rust.
    #[default]
    RustCrypto,
    /// AWS-LC, in C and assembly, through `aws-lc-rs`. Needs the feature `aws-lc-rs`.
    AwsLcRs,
    /// Graviola, in Rust and assembly, built by rustc without other tools. Needs the feature `graviola`, Rust 1.89, and
    /// a supported processor ([`is_available`](Self::is_available)). Has RS256 to PS512, ES256, ES384, EdDSA and
    /// Ed25519.
    Graviola,
}

impl Backend {
    /// Every backend. Includes those of a disabled feature, for which
    /// [`with_backend`](crate::SigningKey::with_backend) returns
    /// [`KeyError::BackendDisabled`](crate::KeyError::BackendDisabled).
    pub const ALL: &'static [Self] = &[Self::RustCrypto, Self::AwsLcRs, Self::Graviola];

    /// Returns whether the feature of the backend is enabled in this build.
    #[must_use]
    pub const fn is_enabled(self) -> bool {
        match self {
            Self::RustCrypto => true,
            Self::AwsLcRs => cfg!(feature = "aws-lc-rs"),
            Self::Graviola => cfg!(feature = "graviola"),
        }
    }

    /// Returns whether the backend is [enabled](Self::is_enabled) and can run on this processor. Graviola needs, on
    /// x86-64, AES, PCLMULQDQ, BMI1, ADX, AVX and AVX2, which most have had since 2014, and on AArch64 Neon, AES, PMULL
    /// and SHA-2. Other backends run everywhere.
    ///
    /// ```
    /// use jotwell::{Algorithm, Backend, KeyError, SigningKey};
    ///
    /// let key = SigningKey::generate(Algorithm::ES256)?;
    /// let backend = if Backend::Graviola.is_available() { Backend::Graviola } else { Backend::default() };
    /// let key = key.with_backend(backend)?;
    /// # Ok::<(), KeyError>(())
    /// ```
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::RustCrypto | Self::AwsLcRs => self.is_enabled(),
            #[cfg(all(feature = "graviola", any(target_arch = "aarch64", target_arch = "x86_64")))]
            Self::Graviola => graviola::util::is_cpu_supported(),
            #[cfg(not(all(feature = "graviola", any(target_arch = "aarch64", target_arch = "x86_64"))))]
            Self::Graviola => false,
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RustCrypto => "RustCrypto",
            Self::AwsLcRs => "aws-lc-rs",
            Self::Graviola => "graviola",
        })
    }
}
