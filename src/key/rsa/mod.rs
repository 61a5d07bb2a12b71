//! RSASSA-PKCS1-v1_5 and RSASSA-PSS: RFC 7518 §3.3 and §3.5, RFC 8017 §8.
//!
//! Verification is implemented in this crate with `crypto-bigint`. Signing uses the `rsa` crate, which a build that
//! only verifies does not depend on (RUSTSEC-2023-0071).

mod modexp;
mod pkcs1;
mod pss;
mod public;
#[cfg(feature = "rsa")]
mod sign;
mod verify;

#[cfg(not(feature = "rsa"))]
use super::family::disabled as sign;
use super::primitive::Public;
use crate::algorithm::Algorithm;
use crate::error::KeyError;
use crate::numbers::Numbers;
use crate::unbound::UnboundKey;

#[cfg(feature = "std")]
pub(super) use sign::generate;
#[cfg(all(feature = "rsa", feature = "jwe", feature = "std"))]
pub(crate) use sign::generate_numbers;
pub(super) use sign::signer;
#[cfg(all(feature = "rsa", feature = "graviola", any(target_arch = "aarch64", target_arch = "x86_64")))]
pub(super) use sign::with_larger_prime_first;
#[cfg(all(feature = "rsa", feature = "jwe"))]
pub(crate) use sign::{decryption_key, encryption_key};

pub(super) fn verifier(algorithm: Algorithm, unbound: &UnboundKey) -> Result<Public, KeyError> {
    let Numbers::Rsa { n, e, .. } = unbound.numbers() else {
        return Err(unbound.wrong_type(algorithm));
    };
    unbound.check_type(algorithm)?;
    let key = public::PublicKey::new(n, e)?;
    Ok(Public { verifier: verify::verifier(algorithm, &key)?, numbers: key.numbers(None) })
}
