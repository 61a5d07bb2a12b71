//! Formats of key files.

use clap::ValueEnum;
use jotwell::{Jwk, KeyError, KeyFormat};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::failure::{Failure, bad_key};

/// A format that keys are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// JSON Web Key; the only format that contains the key's name and algorithm
    Jwk,
    /// PKCS#8 or SubjectPublicKeyInfo between `-----BEGIN` and `-----END`
    Pem,
    /// PKCS#8 or SubjectPublicKeyInfo as bytes
    Der,
    /// Shared secret in base64, with padding
    Base64,
    /// Shared secret in base64url, without padding
    Base64url,
}

/// How the bytes of a file encode a shared secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SecretEncoding {
    /// All bytes are the secret, including a line end
    Raw,
    /// Text in base64
    Base64,
    /// Text in base64url
    Base64url,
}

/// A key that can be written, public or private.
pub(crate) trait WriteKey {
    /// Writes it in PEM.
    fn pem(&self) -> Result<String, KeyError>;
    /// Writes it in DER.
    fn der(&self) -> Result<Vec<u8>, KeyError>;
    /// Writes it as a JWK.
    fn jwk(&self) -> Result<String, KeyError>;
}

macro_rules! write_key {
    ($($key:ty: $pem:ident, $der:ident, $json:ident;)+) => {$(
        impl WriteKey for $key {
            fn pem(&self) -> Result<String, KeyError> {
                self.$pem()
            }

            fn der(&self) -> Result<Vec<u8>, KeyError> {
                self.$der()
            }

            fn jwk(&self) -> Result<String, KeyError> {
                Jwk::$json(&self.to_jwk())
            }
        }
    )+};
}

write_key! {
    jotwell::SigningKey: to_private_pem, to_private_der, to_json_with_private_members;
    jotwell::jwe::DecryptingKey: to_private_pem, to_private_der, to_json_with_private_members;
    jotwell::VerifyingKey: to_pem, to_der, to_json;
    jotwell::jwe::EncryptingKey: to_pem, to_der, to_json;
}

impl Format {
    /// Detects the format of a file by the beginning of its text. Anything but PEM and JSON is passed to the reader of
    /// DER, whose error describes what it found.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        const BEGIN: &[u8] = b"-----BEGIN";
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        if text.starts_with(b"{") {
            Self::Jwk
        } else if bytes.windows(BEGIN.len()).any(|window| window == BEGIN) {
            Self::Pem
        } else {
            Self::Der
        }
    }

    /// Writes a key in this format. Text ends with a line end.
    pub(crate) fn write(self, key: &impl WriteKey) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let line = |mut text: String| {
            text.push('\n');
            text.into_bytes()
        };
        let bytes = match self {
            Self::Jwk => key.jwk().map(line),
            Self::Pem => key.pem().map(String::into_bytes),
            Self::Der => key.der(),
            Self::Base64 | Self::Base64url => {
                let jwk = key.jwk().map(Zeroizing::new).map_err(|error| bad_key("the key", &error))?;
                let Some(secret) = secret_of(&jwk) else {
                    return Err(Failure::misuse("only a shared secret is written in base64")
                        .hint("other keys are written as jwk, pem or der"));
                };
                Ok(line(if self == Self::Base64 { base64(&secret) } else { secret.to_string() }))
            }
        };
        bytes.map(Zeroizing::new).map_err(|error| match error {
            KeyError::UnsupportedFormat { found: KeyFormat::Bytes } => {
                Failure::misuse("PEM and DER cannot contain shared secrets").hint(SECRET_FORMATS)
            }
            _ => bad_key("the key", &error),
        })
    }
}

/// What to do about a format that cannot contain shared secrets.
pub(crate) const SECRET_FORMATS: &str = "a shared secret is written as jwk, base64 or base64url";

/// Returns the secret of a JWK, in base64url (RFC 7518 §6.4.1).
fn secret_of(jwk: &str) -> Option<Zeroizing<String>> {
    match serde_json::from_str::<Value>(jwk).ok()?.get_mut("k")?.take() {
        Value::String(secret) => Some(Zeroizing::new(secret)),
        _ => None,
    }
}

/// Converts base64url without padding (RFC 4648 §5) to base64 with padding (§4).
fn base64(base64url: &str) -> String {
    let length = base64url.len().next_multiple_of(4);
    let mut text = String::with_capacity(length.saturating_add(1));
    text.extend(base64url.chars().map(|symbol| match symbol {
        '-' => '+',
        '_' => '/',
        other => other,
    }));
    text.extend(std::iter::repeat_n('=', length.saturating_sub(base64url.len())));
    text
}
