//! jotwell with its keys moved to another backend.

use harness::{AccessToken, Algorithm, Decrypter, Encryption, Kind, Peer, Signer, Verifier};
use jotwell::Backend;

use super::jotwell::{decrypter, decrypting_key, named, own_claims, signing_key, validator, verifying_key};

/// Like `Jotwell`, after `with_backend`.
pub(crate) struct Moved {
    pub(crate) name: &'static str,
    pub(crate) backend: Backend,
}

impl Moved {
    #[cfg(feature = "native")]
    pub(crate) const AWS_LC: Self = Self { name: "jotwell+aws-lc-rs", backend: Backend::AwsLcRs };
    #[cfg(feature = "pure")]
    pub(crate) const GRAVIOLA: Self = Self { name: "jotwell+graviola", backend: Backend::Graviola };
}

impl Peer for Moved {
    fn name(&self) -> &'static str {
        self.name
    }

    fn kind(&self) -> Kind {
        Kind::Form
    }

    fn signer(&self, algorithm: Algorithm) -> Option<Signer> {
        if !named(algorithm).runs_on(self.backend) {
            return None;
        }
        let key = signing_key(algorithm).with_backend(self.backend).expect("a key");
        let claims = own_claims();
        Signer::token(move || claims.sign(&key).expect("a token"))
    }

    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        if !named(algorithm).runs_on(self.backend) {
            return None;
        }
        let key = verifying_key(algorithm).with_backend(self.backend).expect("a key");
        let validator = validator(key);
        Verifier::token(move |token| {
            validator.verify::<AccessToken>(token).ok().map(|verified| verified.into_inner())
        })
    }

    /// Graviola has no encrypted tokens here.
    fn decrypter(&self, encryption: Encryption) -> Option<Decrypter> {
        let key = decrypting_key(encryption).with_backend(self.backend).ok()?;
        Some(decrypter(key))
    }
}
