//! jotwell with its keys moved to AWS-LC.

use harness::{AccessToken, Algorithm, Kind, Peer, Signer, Verifier};
use jotwell::Backend;

use super::jotwell::{own_claims, signing_key, validator, verifying_key};

/// As `Jotwell`, with `with_backend` in front.
pub(crate) struct AwsLc;

impl Peer for AwsLc {
    fn name(&self) -> &'static str {
        "jotwell+aws-lc-rs"
    }

    fn kind(&self) -> Kind {
        Kind::Form
    }

    fn signer(&self, algorithm: Algorithm) -> Option<Signer> {
        let key = signing_key(algorithm).with_backend(Backend::AwsLcRs).expect("a key");
        let claims = own_claims();
        Signer::token(move || claims.sign(&key).expect("a token"))
    }

    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        let key = verifying_key(algorithm).with_backend(Backend::AwsLcRs).expect("a key");
        let validator = validator(key);
        Verifier::token(move |token| {
            validator.verify::<AccessToken>(token).ok().map(|verified| verified.into_inner())
        })
    }
}
