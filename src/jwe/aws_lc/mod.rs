//! The operations of encrypted tokens with AWS-LC.
//!
//! Keys and points are already checked by this crate, so the backend does not affect which keys are valid. Failures
//! carry no details: see [`Failed`](super::content::Failed).

mod cbc_hmac;
mod ecdh;
mod gcm;
mod key_wrap;
mod pbkdf2;
#[cfg(feature = "rsa")]
mod rsa_oaep;

pub(super) use cbc_hmac::CbcHmac;
pub(super) use ecdh::PrivateKey;
pub(super) use gcm::Gcm;
pub(super) use key_wrap::KeyWrap;
pub(super) use pbkdf2::derive;
#[cfg(feature = "rsa")]
pub(super) use rsa_oaep::{RsaDecryptor, RsaEncryptor};

use super::content::Failed;

impl From<aws_lc_rs::error::Unspecified> for Failed {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self
    }
}

impl From<aws_lc_rs::error::KeyRejected> for Failed {
    fn from(_: aws_lc_rs::error::KeyRejected) -> Self {
        Self
    }
}
