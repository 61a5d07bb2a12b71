//! The one place where a backend is chosen.

#[cfg(not(feature = "aws-lc-rs"))]
use self::disabled as aws_lc;
#[cfg(feature = "aws-lc-rs")]
use super::aws_lc;
use super::family;
use super::primitive::{Private, Public};
use crate::algorithm::Algorithm;
use crate::backend::Backend;
use crate::error::KeyError;
use crate::numbers::Numbers;
use crate::unbound::UnboundKey;

/// The key of these numbers, which one of that algorithm holds already.
pub(super) fn signer(backend: Backend, algorithm: Algorithm, numbers: &Numbers) -> Result<Private, KeyError> {
    match backend {
        Backend::RustCrypto => family::signer(algorithm, &UnboundKey::from_numbers(numbers.clone())?),
        Backend::AwsLcRs => Ok(Private {
            signer: aws_lc::signer(algorithm, numbers)?,
            verifier: aws_lc::verifier(algorithm, numbers)?,
            numbers: numbers.clone(),
        }),
    }
}

/// The key of these numbers that only verifies, likewise.
pub(super) fn verifier(
    backend: Backend,
    algorithm: Algorithm,
    numbers: &Numbers,
) -> Result<Public, KeyError> {
    match backend {
        Backend::RustCrypto => family::verifier(algorithm, &UnboundKey::from_numbers(numbers.clone())?),
        Backend::AwsLcRs => {
            Ok(Public { verifier: aws_lc::verifier(algorithm, numbers)?, numbers: numbers.clone() })
        }
    }
}

/// Stands in for a backend whose feature is off.
#[cfg(not(feature = "aws-lc-rs"))]
mod disabled {
    use alloc::sync::Arc;

    use super::{Algorithm, Backend, KeyError, Numbers};
    use crate::key::primitive::{Sign, Verify};

    const DISABLED: KeyError = KeyError::BackendDisabled { backend: Backend::AwsLcRs };

    pub(super) fn signer(_: Algorithm, _: &Numbers) -> Result<Arc<dyn Sign>, KeyError> {
        Err(DISABLED)
    }

    pub(super) fn verifier(_: Algorithm, _: &Numbers) -> Result<Arc<dyn Verify>, KeyError> {
        Err(DISABLED)
    }
}
