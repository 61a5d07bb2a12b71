//! ECDSA: RFC 7518 §3.4, RFC 8812 §3.2. A signature is `r ‖ s`, each as long as a field element.

mod curve;
mod public_key;
mod sum;
mod table;
mod verify;

use alloc::sync::Arc;
use alloc::vec::Vec;

use ecdsa::elliptic_curve::ops::Invert;
use ecdsa::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use ecdsa::elliptic_curve::subtle::CtOption;
use ecdsa::elliptic_curve::{CurveArithmetic, Scalar};
use ecdsa::signature::Signer;
use ecdsa::{DigestAlgorithm, EcdsaCurve, Signature as RsSignature, SigningKey, VerifyingKey};
use k256::Secp256k1;
use p256::NistP256;
use p384::NistP384;
use p521::NistP521;

use self::public_key::EcdsaPublicKey;
use self::table::WithGeneratorTable;
use super::Precomputation;
use super::primitive::{Private, Public, Sign, Signature};
use crate::algorithm::Algorithm;
use crate::curve::Curve;
use crate::error::{KeyError, SignError};
use crate::numbers::{Numbers, Secret};
use crate::unbound::UnboundKey;

/// Passes the types of RustCrypto for a curve to a macro.
macro_rules! with_curve {
    ($curve:expr, $function:ident($($argument:expr),*)) => {
        match $curve {
            Curve::P256 => $function::<NistP256>($($argument),*),
            Curve::P384 => $function::<NistP384>($($argument),*),
            Curve::P521 => $function::<NistP521>($($argument),*),
            Curve::Secp256k1 => $function::<Secp256k1>($($argument),*),
            curve @ (Curve::Ed25519 | Curve::X25519) => Err(KeyError::InvalidPoint { curve }),
        }
    };
}

/// What signing and verification require of a curve.
trait Ecdsa:
    EcdsaCurve
    + CurveArithmetic<
        AffinePoint: FromSec1Point<Self> + ToSec1Point<Self>,
        Scalar: Invert<Output = CtOption<Scalar<Self>>>,
    > + DigestAlgorithm
    + WithGeneratorTable
    + ecdsa::elliptic_curve::Curve<FieldBytesSize: ModulusSize>
{
}

impl Ecdsa for NistP256 {}
impl Ecdsa for NistP384 {}
impl Ecdsa for NistP521 {}
impl Ecdsa for Secp256k1 {}

pub(super) fn signer(algorithm: Algorithm, unbound: &UnboundKey) -> Result<Private, KeyError> {
    let (curve, public) = on_curve(algorithm, unbound)?;
    let Numbers::Ec { private: Some(private), .. } = unbound.numbers() else {
        return Err(KeyError::NotPrivate { found: unbound.format() });
    };
    with_curve!(curve, private_key(curve, private, public))
}

pub(super) fn verifier(algorithm: Algorithm, unbound: &UnboundKey) -> Result<Public, KeyError> {
    let (curve, public) = on_curve(algorithm, unbound)?;
    let public = public.ok_or(KeyError::InvalidPoint { curve })?;
    with_curve!(curve, public_key(curve, public))
}

#[cfg(feature = "std")]
pub(super) fn generate(algorithm: Algorithm) -> Result<Numbers, KeyError> {
    match algorithm.curve() {
        Some(curve) => with_curve!(curve, random(curve)),
        None => Err(KeyError::Disabled { algorithm }),
    }
}

/// Returns the curve of the key, which must be that of the algorithm, and the public point.
fn on_curve(algorithm: Algorithm, unbound: &UnboundKey) -> Result<(Curve, Option<&[u8]>), KeyError> {
    match unbound.numbers() {
        Numbers::Ec { curve, public, .. } if algorithm.curve() == Some(*curve) => {
            Ok((*curve, public.as_deref()))
        }
        _ => Err(unbound.wrong_type(algorithm)),
    }
}

fn private_key<C: Ecdsa>(curve: Curve, private: &[u8], public: Option<&[u8]>) -> Result<Private, KeyError> {
    let key = SigningKey::<C>::from_slice(private).map_err(|_| KeyError::InvalidScalar { curve })?;
    match public {
        Some(public) if point::<C>(curve, public)? != *key.verifying_key() => {
            Err(KeyError::PublicKeyMismatch)
        }
        _ => Ok(Private {
            numbers: Numbers::Ec {
                curve,
                public: Some(uncompressed(key.verifying_key())),
                private: Some(Secret::new(key.to_bytes().to_vec())),
            },
            verifier: Arc::new(EcdsaPublicKey::new(*key.verifying_key(), Precomputation::default())),
            signer: Arc::new(key),
        }),
    }
}

fn public_key<C: Ecdsa>(curve: Curve, public: &[u8]) -> Result<Public, KeyError> {
    let key = point::<C>(curve, public)?;
    let numbers = Numbers::Ec { curve, public: Some(uncompressed(&key)), private: None };
    Ok(Public { verifier: Arc::new(EcdsaPublicKey::new(key, Precomputation::default())), numbers })
}

/// Rejects infinity, points that are not on the curve, and encodings that RFC 5480 §2.2 does not define.
fn point<C: Ecdsa>(curve: Curve, public: &[u8]) -> Result<VerifyingKey<C>, KeyError> {
    let public = public.first().filter(|form| matches!(form, 2..=4)).map(|_| public);
    public
        .and_then(|public| VerifyingKey::from_sec1_bytes(public).ok())
        .ok_or(KeyError::InvalidPoint { curve })
}

fn uncompressed<C: Ecdsa>(key: &VerifyingKey<C>) -> Vec<u8> {
    key.to_sec1_point(false).as_bytes().to_vec()
}

#[cfg(feature = "std")]
fn random<C: Ecdsa>(curve: Curve) -> Result<Numbers, KeyError> {
    use ecdsa::elliptic_curve::Generate;

    let key = SigningKey::<C>::try_generate_from_rng(&mut super::random::SystemRng)
        .map_err(|_| KeyError::Randomness)?;
    let private = Some(Secret::new(key.to_bytes().to_vec()));
    Ok(Numbers::Ec { curve, public: None, private })
}

impl<C: Ecdsa> Sign for SigningKey<C> {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        // The nonce is derived from the key and the message by RFC 6979, so no random number generator can fail.
        let signature: RsSignature<C> = Signer::sign(self, message);
        Ok(signature.to_bytes().as_slice().into())
    }
}
