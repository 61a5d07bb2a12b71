//! Common situations with keys and tokens from other tools, and the results that users need. `docs/REAL_WORLD.md`
//! lists them with the names of these tests.

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

/// Reads a key that OpenSSL created.
fn key(name: &str) -> String {
    text(&format!("interop/keys/{name}"))
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    Base64::encode_string(bytes.as_ref())
}

/// Returns whether a signature by one verifies with the other.
fn belong_together(private: &SigningKey, public: &VerifyingKey) -> bool {
    let signature = private.sign(b"message").expect("a signature");
    public.verify(b"message", &signature).is_ok()
}

/// Asserts that an error's text contains each of these, including the remedy.
fn says(error: &KeyError, words: &[&str]) {
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "{word:?} is missing: {text}");
    }
}
