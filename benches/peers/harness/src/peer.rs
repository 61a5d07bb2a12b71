//! What is compared: a peer, and what it makes of a key.

use std::hint::black_box;

use serde::Serialize;
use serde_json::Value;

use crate::{Algorithm, Check, Decrypter, Encryption, Gap};

/// What a peer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The library that the others are measured against.
    Own,
    /// Another way to use that library.
    Form,
    /// Another library.
    Rival,
    /// A primitive alone: no base64, no JSON, no claims. No library can be faster on top of it.
    Floor,
}

/// A library, with the backend that it computes with.
pub trait Peer {
    /// As the tables have it.
    fn name(&self) -> &'static str;

    fn kind(&self) -> Kind {
        Kind::Rival
    }

    /// What it leaves out of [`Check::ALL`].
    fn gaps(&self) -> &'static [(Check, Gap)] {
        &[]
    }

    /// Signs [`claims`](crate::claims) under a header of `alg` and `typ`. Key, header and claims are
    /// made once. `None` where there is no such algorithm.
    fn signer(&self, algorithm: Algorithm) -> Option<Signer>;

    /// Verifies. Key and policy are made once.
    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier>;

    /// Decrypts a token to its content, with a key that is made once. `None` where there is no such algorithm.
    fn decrypter(&self, _: Encryption) -> Option<Decrypter> {
        None
    }
}

/// Signs the claims and gives the token.
pub type SignToken = dyn Fn() -> String;

/// Signs a signing input and gives the signature to nobody.
pub type SignRaw = dyn Fn(&[u8]);

/// Whether a signature of a signing input holds.
pub type VerifyRaw = dyn Fn(&[u8], &[u8]) -> bool;

/// Signs the same thing again and again.
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
    /// Of a closure that gives all claims of a token in a type of the library's or of the caller's,
    /// owned; `None` where the token is refused.
    pub fn token<T: Serialize>(verify: impl Fn(&str) -> Option<T> + 'static) -> Option<Self> {
        Some(Self::Token(Box::new(Owned(verify))))
    }

    pub fn raw(verify: impl Fn(&[u8], &[u8]) -> bool + 'static) -> Option<Self> {
        Some(Self::Raw(Box::new(verify)))
    }
}

/// Verification of a token, whatever type it ends with.
pub trait Verify {
    /// Verifies, gives the claims to nobody, and drops them. This is what is measured.
    fn accepts(&self, token: &str) -> bool;

    /// The claims as they were read, to see that all of them were.
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
