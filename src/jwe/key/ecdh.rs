//! Elliptic Curve Diffie-Hellman: RFC 7518 §4.6, RFC 8037 §3.2.

use alloc::vec::Vec;
use core::ops::Mul;

use curve25519_dalek::MontgomeryPoint;
use p256::NistP256;
use p256::elliptic_curve::point::AffineCoordinates;
use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use p256::elliptic_curve::{
    self, AffinePoint, CurveArithmetic, FieldBytes, FieldBytesSize, Generate, PublicKey as Point, SecretKey,
};
use p384::NistP384;
use p521::NistP521;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::curve::Curve;
use crate::error::KeyError;
use crate::key::random::SystemRng;
use crate::numbers::{Numbers, Secret};

/// A public key that has been checked: a point on its curve, and not infinity.
#[derive(Clone)]
pub(in crate::jwe) enum PublicKey {
    P256(Point<NistP256>),
    P384(Point<NistP384>),
    P521(Point<NistP521>),
    X25519([u8; 32]),
}

pub(in crate::jwe) enum PrivateKey {
    P256(SecretKey<NistP256>),
    P384(SecretKey<NistP384>),
    P521(SecretKey<NistP521>),
    X25519(Zeroizing<[u8; 32]>),
}

impl PublicKey {
    /// Returns `None` for numbers that are not on one of the four curves.
    pub(in crate::jwe) fn new(numbers: &Numbers) -> Option<Result<Self, KeyError>> {
        let Numbers::Ec { curve, public, .. } = numbers else { return None };
        if matches!(curve, Curve::Secp256k1 | Curve::Ed25519) {
            return None;
        }
        let key = Self::from_bytes(*curve, public.as_deref().unwrap_or_default());
        Some(key.ok_or(KeyError::InvalidPoint { curve: *curve }))
    }

    /// Creates it from a point as in SEC 1 §2.3.3, or the 32 bytes of X25519.
    pub(in crate::jwe) fn from_bytes(curve: Curve, public: &[u8]) -> Option<Self> {
        match curve {
            Curve::P256 => point(public).map(Self::P256),
            Curve::P384 => point(public).map(Self::P384),
            Curve::P521 => point(public).map(Self::P521),
            // RFC 7748 §5 accepts all 32-byte strings. Points of small order are detected by the result.
            Curve::X25519 => public.try_into().ok().map(Self::X25519),
            Curve::Secp256k1 | Curve::Ed25519 => None,
        }
    }

    pub(in crate::jwe) fn curve(&self) -> Curve {
        match self {
            Self::P256(_) => Curve::P256,
            Self::P384(_) => Curve::P384,
            Self::P521(_) => Curve::P521,
            Self::X25519(_) => Curve::X25519,
        }
    }

    /// Returns an uncompressed point, or the 32 bytes of X25519.
    pub(in crate::jwe) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::P256(point) => uncompressed(point),
            Self::P384(point) => uncompressed(point),
            Self::P521(point) => uncompressed(point),
            Self::X25519(bytes) => bytes.to_vec(),
        }
    }

    pub(in crate::jwe) fn numbers(&self) -> Numbers {
        Numbers::Ec { curve: self.curve(), public: Some(self.bytes()), private: None }
    }

    /// Returns whether a sender can use it for key agreement. With a point of small order the result would be zero.
    pub(in crate::jwe) fn is_usable(&self) -> bool {
        match self {
            Self::X25519(public) => x25519(&[1; 32], public).is_some(),
            Self::P256(_) | Self::P384(_) | Self::P521(_) => true,
        }
    }
}

impl PrivateKey {
    /// Returns `None` for numbers that are not on one of the four curves, or not private.
    pub(in crate::jwe) fn new(numbers: &Numbers) -> Option<Result<Self, KeyError>> {
        let Numbers::Ec { curve, public, private: Some(private) } = numbers else { return None };
        let key = match curve {
            Curve::P256 => SecretKey::from_slice(private).ok().map(Self::P256),
            Curve::P384 => SecretKey::from_slice(private).ok().map(Self::P384),
            Curve::P521 => SecretKey::from_slice(private).ok().map(Self::P521),
            Curve::X25519 => private.as_slice().try_into().ok().map(Zeroizing::new).map(Self::X25519),
            Curve::Secp256k1 | Curve::Ed25519 => return None,
        };
        let key = key.ok_or(KeyError::InvalidScalar { curve: *curve });
        Some(key.and_then(|key| match public {
            Some(_) if !key.public().is_same(numbers)? => Err(KeyError::PublicKeyMismatch),
            _ => Ok(key),
        }))
    }

    pub(in crate::jwe) fn generate(curve: Curve) -> Result<Self, KeyError> {
        match curve {
            Curve::P256 => random().map(Self::P256),
            Curve::P384 => random().map(Self::P384),
            Curve::P521 => random().map(Self::P521),
            Curve::X25519 => {
                let mut bytes = Zeroizing::new([0; 32]);
                super::random(&mut *bytes)?;
                Ok(Self::X25519(bytes))
            }
            Curve::Secp256k1 | Curve::Ed25519 => Err(KeyError::InvalidPoint { curve }),
        }
    }

    pub(in crate::jwe) fn public(&self) -> PublicKey {
        match self {
            Self::P256(key) => PublicKey::P256(key.public_key()),
            Self::P384(key) => PublicKey::P384(key.public_key()),
            Self::P521(key) => PublicKey::P521(key.public_key()),
            Self::X25519(key) => PublicKey::X25519(MontgomeryPoint::mul_base_clamped(**key).0),
        }
    }

    /// Returns the scalar, as long as the field, or the 32 bytes of X25519.
    pub(in crate::jwe) fn private_bytes(&self) -> Secret {
        Secret::new(match self {
            Self::P256(key) => Zeroizing::new(key.to_bytes()).to_vec(),
            Self::P384(key) => Zeroizing::new(key.to_bytes()).to_vec(),
            Self::P521(key) => Zeroizing::new(key.to_bytes()).to_vec(),
            Self::X25519(key) => key.to_vec(),
        })
    }

    pub(in crate::jwe) fn numbers(&self) -> Numbers {
        let public = self.public();
        let (curve, bytes) = (public.curve(), public.bytes());
        Numbers::Ec { curve, public: Some(bytes), private: Some(self.private_bytes()) }
    }

    /// Returns the shared secret Z, or `None` if the other key is on another curve or if the result is zero (RFC 7748
    /// §6.1).
    pub(in crate::jwe) fn agree(&self, other: &PublicKey) -> Option<Secret> {
        match (self, other) {
            (Self::P256(key), PublicKey::P256(point)) => Some(shared(key, point)),
            (Self::P384(key), PublicKey::P384(point)) => Some(shared(key, point)),
            (Self::P521(key), PublicKey::P521(point)) => Some(shared(key, point)),
            (Self::X25519(key), PublicKey::X25519(point)) => x25519(key, point),
            _ => None,
        }
    }
}

impl PublicKey {
    fn is_same(&self, numbers: &Numbers) -> Result<bool, KeyError> {
        let other = Self::new(numbers).ok_or(KeyError::PublicKeyMismatch)??;
        Ok(match (self.numbers(), other.numbers()) {
            (Numbers::Ec { public: one, .. }, Numbers::Ec { public: other, .. }) => one == other,
            _ => false,
        })
    }
}

/// Rejects infinity, points that are not on the curve, and encodings that are not in RFC 5480 §2.2.
fn point<C>(public: &[u8]) -> Option<Point<C>>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    public.first().filter(|form| matches!(form, 2..=4))?;
    Point::from_sec1_bytes(public).ok()
}

fn uncompressed<C>(point: &Point<C>) -> Vec<u8>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    point.to_sec1_point(false).as_bytes().to_vec()
}

fn random<C>() -> Result<SecretKey<C>, KeyError>
where
    C: CurveArithmetic + elliptic_curve::Curve,
    SecretKey<C>: Generate,
{
    SecretKey::try_generate_from_rng(&mut SystemRng).map_err(|_| KeyError::Randomness)
}

/// Returns the x coordinate of the product (SEC 1 §3.3.1). A point of prime order times a nonzero scalar is not
/// infinity.
fn shared<C>(key: &SecretKey<C>, point: &Point<C>) -> Secret
where
    C: CurveArithmetic,
    AffinePoint<C>: AffineCoordinates<FieldRepr = FieldBytes<C>>,
{
    let scalar = Zeroizing::new(key.to_nonzero_scalar());
    let product: AffinePoint<C> = point.to_projective().mul(**scalar).into();
    Secret::new(Zeroizing::new(product.x()).to_vec())
}

fn x25519(key: &[u8; 32], point: &[u8; 32]) -> Option<Secret> {
    let product = Zeroizing::new(MontgomeryPoint(*point).mul_clamped(*key).0);
    if bool::from(product.ct_eq(&[0; 32])) { None } else { Some(Secret::new(product.to_vec())) }
}
