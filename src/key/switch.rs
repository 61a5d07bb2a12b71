//! The one place where a backend is chosen.

use alloc::sync::Arc;

#[cfg(not(feature = "aws-lc-rs"))]
use self::disabled as aws_lc;
#[cfg(feature = "aws-lc-rs")]
use super::aws_lc;
use super::family;
use super::primitive::{Sign, Verify};
use crate::algorithm::Algorithm;
use crate::backend::Backend;
use crate::error::{KeyError, KeyForm};
use crate::material::{Material, Numbers};

/// What signs with these numbers, which a key of that algorithm holds already.
pub(super) fn signer(
    backend: Backend,
    algorithm: Algorithm,
    numbers: &Numbers,
) -> Result<Arc<dyn Sign>, KeyError> {
    match backend {
        Backend::RustCrypto => family::signer(algorithm, &material(numbers)).map(|private| private.signer),
        Backend::AwsLcRs => aws_lc::signer(algorithm, numbers),
    }
}

/// What verifies with these numbers, likewise.
pub(super) fn verifier(
    backend: Backend,
    algorithm: Algorithm,
    numbers: &Numbers,
) -> Result<Arc<dyn Verify>, KeyError> {
    match backend {
        Backend::RustCrypto => family::verifier(algorithm, &material(numbers)).map(|public| public.verifier),
        Backend::AwsLcRs => aws_lc::verifier(algorithm, numbers),
    }
}

fn material(numbers: &Numbers) -> Material {
    Material { form: KeyForm::Bytes, numbers: numbers.clone() }
}

/// Stands in for a backend whose feature is off.
#[cfg(not(feature = "aws-lc-rs"))]
mod disabled {
    use super::{Algorithm, Arc, Backend, KeyError, Numbers, Sign, Verify};

    const DISABLED: KeyError = KeyError::BackendDisabled { backend: Backend::AwsLcRs };

    pub(super) fn signer(_: Algorithm, _: &Numbers) -> Result<Arc<dyn Sign>, KeyError> {
        Err(DISABLED)
    }

    pub(super) fn verifier(_: Algorithm, _: &Numbers) -> Result<Arc<dyn Verify>, KeyError> {
        Err(DISABLED)
    }
}
