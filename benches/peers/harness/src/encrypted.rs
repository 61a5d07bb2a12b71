//! The encrypted tokens, each for a key of its own, with A256GCM. jwcrypto created them, so that no peer decrypts its own tokens.

use serde_json::Value;

/// How the content key of a token is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// `dir`: the secret is the content key.
    Direct,
    /// `ECDH-ES` on P-256.
    P256,
    /// `ECDH-ES` on X25519.
    X25519,
}

impl Encryption {
    pub const ALL: [Self; 3] = [Self::Direct, Self::P256, Self::X25519];

    /// As the tables have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "dir",
            Self::P256 => "P-256",
            Self::X25519 => "X25519",
        }
    }

    /// The key of the recipient, as a JWK without `alg` and `use`.
    #[must_use]
    pub fn jwk(self) -> String {
        entry(self)["jwk"].to_string()
    }

    /// The secret of a symmetric key.
    ///
    /// # Panics
    /// If the key is not symmetric.
    #[must_use]
    pub fn secret(self) -> Vec<u8> {
        use base64ct::Encoding;

        let entry = entry(self);
        base64ct::Base64UrlUnpadded::decode_vec(entry["jwk"]["k"].as_str().expect("a secret")).expect("base64url")
    }

    pub(crate) fn token(self) -> String {
        entry(self)["token"].as_str().expect("a token").into()
    }
}

/// What all of them hold.
pub(crate) fn content() -> Vec<u8> {
    file()["content"].as_str().expect("text").into()
}

fn entry(encryption: Encryption) -> Value {
    let name = encryption.name();
    let file = file();
    let entries = file["tokens"].as_array().expect("tokens");
    entries.iter().find(|entry| entry["name"] == name).expect(name).clone()
}

fn file() -> Value {
    serde_json::from_str(include_str!("../encrypted.json")).expect("JSON")
}

/// Decrypts the same token again and again; `None` where it is rejected.
pub type Decrypter = Box<dyn Fn(&str) -> Option<Vec<u8>>>;

/// Holds a peer to its word: it finds the content, and rejects a token whose tag was changed.
pub(crate) fn hold_to_its_word(name: &str, encryption: Encryption, decrypt: &Decrypter) {
    let token = encryption.token();
    assert_eq!(decrypt(&token), Some(content()), "{name}, {encryption:?}");
    let (start, tag) = token.rsplit_once('.').expect("a tag");
    let other = if tag.starts_with('A') { 'B' } else { 'A' };
    assert_eq!(decrypt(&format!("{start}.{other}{}", &tag[1..])), None, "{name}, {encryption:?}");
}
