//! The interface of a peer.

use std::hint::black_box;

use serde::Serialize;
use serde_json::Value;

use crate::{Algorithm, Check, Decrypter, Encryption, Gap};

/// The kind of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The library that the others are measured against.
    Own,
    /// Another way to use that library.
    Form,
    /// Another library.
    Rival,
    /// Only a primitive: no base64, no JSON, no claims. A lower limit for every library that uses it.
    Floor,
}

/// A library, with its cryptographic backend.
pub trait Peer {
    /// Returns its name in the tables.
    fn name(&self) -> &'static str;

    fn kind(&self) -> Kind {
        Kind::Rival
    }

    /// Returns the checks of [`Check::ALL`] that it does not make.
    fn gaps(&self) -> &'static [(Check, Gap)] {
        &[]
    }

    /// Returns a closure that signs [`claims`](crate::claims) with a header of `alg` and `typ`. Key, header and claims
    /// are created once. `None` if it does not support the algorithm.
    fn signer(&self, algorithm: Algorithm) -> Option<Signer>;

    /// Returns a closure that verifies. Key and policy are created once.
    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier>;

    /// Decrypts a token to its content, with a key that is made once. `None` where there is no such algorithm.
    fn decrypter(&self, _: Encryption) -> Option<Decrypter> {
        None
    }
}

/// Signs the claims and returns the token.
pub type SignToken = dyn Fn() -> String;

/// Signs a signing input and drops the signature.
pub type SignRaw = dyn Fn(&[u8]);

/// Returns whether a signature of a signing input is valid.
pub type VerifyRaw = dyn Fn(&[u8], &[u8]) -> bool;

/// Signs the same input repeatedly.
pub enum Signer {
    Token(Box<SignToken>),
    Raw(Box<SignRaw>),
}

impl Signer {
    pub fn token(sign: impl Fn() -> String + 'static) -> Option<Self> {
        Some(Self::Token(Box::new(sign)))
    }

    pub fn raw<S>(sign: impl Fn(&[u8]) -> S + 'static) -> Option<Self> {
        Some(Self::Raw(Box::new(move |input| drop(black_box(sign(input))))))
    }
}

/// Verifies a token, or a signing input and a signature.
pub enum Verifier {
    Token(Box<dyn Verify>),
    Raw(Box<VerifyRaw>),
}

impl Verifier {
    /// Creates it from a closure that returns all claims of a token in an owned type, of the library or of the caller;
    /// `None` if the token is rejected.
    pub fn token<T: Serialize>(verify: impl Fn(&str) -> Option<T> + 'static) -> Option<Self> {
        Some(Self::Token(Box::new(Owned(verify))))
    }

    pub fn raw(verify: impl Fn(&[u8], &[u8]) -> bool + 'static) -> Option<Self> {
        Some(Self::Raw(Box::new(verify)))
    }
}

/// Verification of a token, into any type.
pub trait Verify {
    /// Verifies and drops the claims. This is measured.
    fn accepts(&self, token: &str) -> bool;

    /// Returns the claims that were read, to check that they are complete.
    fn reads(&self, token: &str) -> Option<Value>;
}

struct Owned<F>(F);

impl<F, T> Verify for Owned<F>
where
    F: Fn(&str) -> Option<T>,
    T: Serialize,
{
    fn accepts(&self, token: &str) -> bool {
        black_box(self.0(token)).is_some()
    }

    fn reads(&self, token: &str) -> Option<Value> {
        self.0(token).map(|claims| serde_json::to_value(claims).expect("JSON"))
    }
}
