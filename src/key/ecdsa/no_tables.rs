//! Stands in for [`tables`](super) where there is no `std`, so nothing that is built once and shared.

use core::marker::PhantomData;

use ecdsa::elliptic_curve::{AffinePoint, CurveArithmetic};
use ecdsa::{EcdsaCurve, Signature};

use crate::key::Precomputation;

pub(super) trait Tabulated: EcdsaCurve {}

impl<C: EcdsaCurve> Tabulated for C {}

pub(super) struct Tables<C>(PhantomData<C>);

impl<C: Tabulated + CurveArithmetic> Tables<C> {
    pub(super) fn new(_: Precomputation, _: &AffinePoint<C>) -> Self {
        Self(PhantomData)
    }

    #[expect(clippy::unused_self, reason = "as with tables")]
    pub(super) fn verify(&self, _: &[u8], _: &Signature<C>) -> Option<bool> {
        None
    }

    #[expect(clippy::unused_self, reason = "as with tables")]
    pub(super) fn count_success(&self, _: &AffinePoint<C>) {}
}
