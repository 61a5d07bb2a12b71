//! Situations that people run into with keys and tokens of other makers, each with the answer that they need.
//! `docs/REAL_WORLD.md` lists them with the names of these tests.

mod certificates;
#[cfg(feature = "encrypted-pem")]
mod encrypted_keys;
mod foreign_formats;
mod key_choice;
mod key_sources;
mod keys_in_documents;
mod pem_text;
mod pss_keys;
mod ring_keys;
mod secrets_as_text;
mod services;
mod tokens;

use base64ct::{Base64, Encoding};
use jotwell::{KeyError, SigningKey, VerifyingKey};

/// A file of `vectors`.
fn bytes(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/vectors/{path}", env!("CARGO_MANIFEST_DIR"))).expect(path)
}

fn text(path: &str) -> String {
    String::from_utf8(bytes(path)).expect("ASCII")
}

/// A key that OpenSSL made.
fn key(name: &str) -> String {
    text(&format!("interop/keys/{name}"))
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    Base64::encode_string(bytes.as_ref())
}

/// What a signature by one verifies under the other.
fn belong_together(private: &SigningKey, public: &VerifyingKey) -> bool {
    let signature = private.sign(b"message").expect("a signature");
    public.verify(b"message", &signature).is_ok()
}

/// An error's text, which names each of these, and with them what to do next.
fn says(error: &KeyError, words: &[&str]) {
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "{word:?} is missing: {text}");
    }
}
