//! The kind of a file, recognized by its content, for messages about a file in the wrong place.

use jotwell::{JwkSet, KeyFormat, KeyRing, UnboundKey};
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::format::Format;
use crate::pasted::{self, looks_like_token};

/// A kind of content that a command reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Token,
    EncryptedToken,
    JsonJws,
    JsonJwe,
    PrivateKey,
    PublicKey,
    Certificate,
    Secret,
    JwkSet,
    KeyRing,
    IssuerMetadata,
}

impl Content {
    /// Returns what the bytes are, or `None` for anything else, including malformed content.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        match Format::of(bytes) {
            Format::Jwk => Self::of_json(bytes),
            Format::Pem => UnboundKey::from_pem(bytes).ok().map(|key| Self::of_key(&key)),
            _ => UnboundKey::from_der(bytes).ok().map(|key| Self::of_key(&key)).or_else(|| {
                let token = pasted::without_wrapping(std::str::from_utf8(bytes).ok()?).0;
                let dots = token.bytes().filter(|byte| *byte == b'.').count();
                match dots {
                    2 if looks_like_token(token) => Some(Self::Token),
                    4 if looks_like_token(token) => Some(Self::EncryptedToken),
                    _ => None,
                }
            }),
        }
    }

    fn of_json(json: &[u8]) -> Option<Self> {
        if let Ok(key) = UnboundKey::from_jwk(json) {
            return Some(Self::of_key(&key));
        }
        // A ring has `keys`, too.
        if KeyRing::from_json(json).is_ok() {
            return Some(Self::KeyRing);
        }
        if JwkSet::from_json(json, &[]).is_ok() {
            return Some(Self::JwkSet);
        }
        let members: Map<String, Value> = serde_json::from_slice(json).ok()?;
        let has = |name| members.contains_key(name);
        match () {
            () if has("ciphertext") => Some(Self::JsonJwe),
            () if has("signature") || has("signatures") => Some(Self::JsonJws),
            () if has("issuer") && has("jwks_uri") => Some(Self::IssuerMetadata),
            () => None,
        }
    }

    fn of_key(key: &UnboundKey) -> Self {
        match key.key_type() {
            jotwell::KeyType::Secret => Self::Secret,
            _ if key.is_private() => Self::PrivateKey,
            _ if key.format() == KeyFormat::Certificate => Self::Certificate,
            _ => Self::PublicKey,
        }
    }

    /// Returns whether it is signed or encrypted, in compact form.
    pub(crate) fn is_compact(self) -> bool {
        matches!(self, Self::Token | Self::EncryptedToken)
    }

    /// Returns whether it is signed or encrypted, and not a key.
    pub(crate) fn is_message(self) -> bool {
        self.is_compact() || matches!(self, Self::JsonJws | Self::JsonJwe)
    }

    /// Returns the error for a file of this kind where another one is needed.
    pub(crate) fn misplaced(self, name: &str, wanted: &str) -> Failure {
        let failure = Failure::misuse(format!("{name} is {}, and {wanted} is needed", self.noun()));
        self.places().iter().fold(failure, |failure, place| failure.hint(*place))
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Token => "a token",
            Self::EncryptedToken => "an encrypted token",
            Self::JsonJws => "a JWS in JSON",
            Self::JsonJwe => "a JWE in JSON",
            Self::PrivateKey => "a private key",
            Self::PublicKey => "a public key",
            Self::Certificate => "a certificate",
            Self::Secret => "a shared secret",
            Self::JwkSet => "a JWK Set",
            Self::KeyRing => "a key ring",
            Self::IssuerMetadata => "the metadata of an issuer",
        }
    }

    /// Returns the commands and options that accept it.
    fn places(self) -> &'static [&'static str] {
        match self {
            Self::Token => &["a token is the argument of `jotwell verify` and `jotwell inspect`"],
            Self::EncryptedToken | Self::JsonJwe => &["`jotwell decrypt` reads it"],
            Self::JsonJws => &["`jotwell jws verify` reads it"],
            Self::PrivateKey | Self::Secret => &["give it with --key"],
            Self::PublicKey | Self::Certificate => {
                &["give it with --key", "or make a set of it and of others: jotwell jwks merge"]
            }
            Self::JwkSet => {
                &["give it to `jotwell verify` with --jwks", "or see what is in it: jotwell jwks list"]
            }
            Self::KeyRing => &[
                "`jotwell sign` takes it with --ring",
                "the public keys in it, for --jwks: jotwell ring publish",
            ],
            Self::IssuerMetadata => &["fetch the address in its \"jwks_uri\", and give that with --jwks"],
        }
    }
}
