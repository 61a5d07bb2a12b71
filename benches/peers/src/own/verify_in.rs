//! jotwell, with claims that borrow from the caller's buffer.

use std::cell::RefCell;
use std::hint::black_box;

use harness::{Algorithm, Kind, Peer, Signer, Verifier, Verify};
use jotwell::{Validator, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::jotwell::{validator, verifying_key};

/// `Validator::verify_in`, with one buffer for all calls.
pub(crate) struct VerifyIn;

/// Like the type of the harness, without owned values.
#[derive(Serialize, Deserialize)]
struct AccessToken<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: u64,
    nbf: u64,
    iat: u64,
    jti: &'a str,
    #[serde(borrow)]
    roles: Vec<&'a str>,
    name: &'a str,
    email: &'a str,
}

impl Peer for VerifyIn {
    fn name(&self) -> &'static str {
        "jotwell, verify_in"
    }

    fn kind(&self) -> Kind {
        Kind::Form
    }

    fn signer(&self, _: Algorithm) -> Option<Signer> {
        None
    }

    fn verifier(&self, algorithm: Algorithm) -> Option<Verifier> {
        let validator = validator(verifying_key(algorithm));
        Some(Verifier::Token(Box::new(Borrowing { validator, buffer: RefCell::default() })))
    }
}

struct Borrowing {
    validator: Validator<VerifyingKey>,
    buffer: RefCell<Vec<u8>>,
}

impl Verify for Borrowing {
    fn accepts(&self, token: &str) -> bool {
        let mut buffer = self.buffer.borrow_mut();
        black_box(self.validator.verify_in::<AccessToken<'_>>(token, &mut buffer)).is_ok()
    }

    fn reads(&self, token: &str) -> Option<Value> {
        let mut buffer = self.buffer.borrow_mut();
        let verified = self.validator.verify_in::<AccessToken<'_>>(token, &mut buffer).ok()?;
        Some(serde_json::to_value(&*verified).expect("JSON"))
    }
}
