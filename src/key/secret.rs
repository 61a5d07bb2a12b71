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
    let Numbers::Secret(secret) = &material.numbers else { return Ok(()) };
    form::of_secret(secret).map_or(Ok(()), |form| Err(KeyError::SecretLooksLikeKey { form }))
}
