//! What may serve as an HMAC secret: RFC 7518 §3.2, RFC 8725 §2.1 and §3.5.

use super::form;
use crate::algorithm::Algorithm;
use crate::error::KeyError;
use crate::material::{Material, Numbers};

/// Refuses a secret that is shorter than the hash. Other keys have their own rules.
pub(super) fn refuse_short(algorithm: Algorithm, material: &Material) -> Result<(), KeyError> {
    let min = algorithm.min_key_bits() / 8;
    match &material.numbers {
        Numbers::Secret(secret) if algorithm.is_symmetric() && !secret.is_empty() && secret.len() < min => {
            Err(KeyError::ShortSecret { algorithm, min, found: secret.len() })
        }
        _ => Ok(()),
    }
}

/// Refuses a secret that is the text or the DER of a key.
pub(super) fn refuse_keys(material: &Material) -> Result<(), KeyError> {
    match &material.numbers {
        Numbers::Secret(secret) => match form::of_secret(secret) {
            Some(form) => Err(KeyError::SecretIsKey { form }),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}
