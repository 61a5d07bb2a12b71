//! JSON Web Encryption: confidential tokens and messages, in compact form and in JSON: RFC 7516, RFC 7518 §4 and §5.
//!
//! ```text
//! token = BASE64URL(header) "." BASE64URL(encrypted key) "." BASE64URL(initialization vector) "."
//!         BASE64URL(ciphertext) "." BASE64URL(authentication tag)
//! ```
//!
//! A signed token (JWS) authenticates its issuer, and everyone can read it. An encrypted token (JWE) can be read only
//! by its recipient, and in general does not authenticate its sender. Hence the types:
//!
//! - An [`EncryptingKey`] encrypts to the [`DecryptingKey`] of a recipient, whose [`Decrypter`] returns
//!   [`Decrypted`] content. To know the sender as well, sign first, then encrypt:
//!   [`Claims::sign_and_encrypt`](crate::Claims::sign_and_encrypt) and
//!   [`Validator::verify_nested`](crate::Validator::verify_nested).
//! - A [`SharedKey`] encrypts and decrypts for a single recipient, so its tokens are authentic:
//!   [`Claims::encrypt`](crate::Claims::encrypt) and
//!   [`Validator::verify_encrypted`](crate::Validator::verify_encrypted).
//!
//! The guide "Encrypted tokens" in the repository describes which of them to use, and when to encrypt at all.
//!
//! As with signatures, the key decides: it is bound to one [`KeyManagement`] and to a list of [`ContentEncryption`],
//! with which a token's `alg` and `enc` are compared. There is no `RSA1_5` and no compression (`zip`). `RSA-OAEP` with
//! SHA-1 is [named as legacy](KeyManagement::RsaOaepLegacy), and a key from a password is created only by
//! [`from_password`](DecryptingKey::from_password). RSA-OAEP needs the feature `rsa`.
//!
//! ```
//! use jotwell::jwe::{ContentEncryption, Decrypter, DecryptingKey, KeyManagement};
//!
//! let recipient = DecryptingKey::generate(KeyManagement::EcdhEs, &[ContentEncryption::A256GCM])?;
//! let token = recipient.encrypting_key().encrypt(b"any bytes")?;
//! let decrypted = Decrypter::new(recipient).decrypt(&token)?;
//! assert_eq!(**decrypted, *b"any bytes");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
mod compact;
mod content;
mod decrypted;
mod decrypter;
mod header;
mod json;
mod key;
mod plaintext;

pub use decrypted::Decrypted;
pub use decrypter::Decrypter;
pub(crate) use decrypter::{Step, decrypt};
pub use header::Header;
pub use json::{JsonEncrypter, JsonJwe, MAX_RECIPIENTS};
pub use key::{DecryptingKey, DecryptingKeySource, EncryptingKey, KeyRing, RecipientKey, SharedKey};
pub(crate) use plaintext::Plaintext;

pub use crate::content_encryption::{ContentEncryption, UnknownContentEncryption};
pub use crate::key_management::{KeyManagement, UnknownKeyManagement};
