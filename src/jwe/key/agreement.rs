//! The private half of a key agreement, on its backend.

use super::ecdh::{PrivateKey, PublicKey};
use crate::backend::Backend;
use crate::curve::Curve;
use crate::error::KeyError;
#[cfg(feature = "aws-lc-rs")]
use crate::jwe::aws_lc;
use crate::jwe::content::Failed;
use crate::numbers::Secret;

pub(super) enum Agreement {
    RustCrypto(PrivateKey),
    #[cfg(feature = "aws-lc-rs")]
    AwsLc(Curve, aws_lc::PrivateKey),
}

impl Agreement {
    /// Moves a checked key.
    pub(super) fn new(backend: Backend, key: PrivateKey) -> Result<Self, Failed> {
        match backend {
            Backend::RustCrypto => Ok(Self::RustCrypto(key)),
            #[cfg(feature = "aws-lc-rs")]
            Backend::AwsLcRs => {
                let curve = key.public().curve();
                Ok(Self::AwsLc(curve, aws_lc::PrivateKey::new(curve, &key.private_bytes())?))
            }
            _ => Err(Failed),
        }
    }

    /// Generates a key for one message, with its public half.
    pub(super) fn ephemeral(backend: Backend, curve: Curve) -> Result<(Self, PublicKey), KeyError> {
        match backend {
            Backend::RustCrypto => {
                let private = PrivateKey::generate(curve)?;
                let public = private.public();
                Ok((Self::RustCrypto(private), public))
            }
            #[cfg(feature = "aws-lc-rs")]
            Backend::AwsLcRs => {
                let unavailable = |_: Failed| KeyError::Randomness;
                let private = aws_lc::PrivateKey::generate(curve).map_err(unavailable)?;
                let public = PublicKey::from_bytes(curve, &private.public().map_err(unavailable)?);
                let public = public.ok_or(KeyError::InvalidPoint { curve })?;
                Ok((Self::AwsLc(curve, private), public))
            }
            _ => Err(KeyError::BackendDisabled { backend }),
        }
    }

    /// Returns the shared secret Z, or `None` if the other key is on another curve or if the result is zero (RFC 7748
    /// §6.1).
    pub(super) fn agree(&self, other: &PublicKey) -> Option<Secret> {
        match self {
            Self::RustCrypto(key) => key.agree(other),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLc(curve, key) if *curve == other.curve() => key.agree(&other.bytes()).ok(),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLc(..) => None,
        }
    }
}
