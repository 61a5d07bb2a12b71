//! Keys for encrypted tokens. They are new in each run, so no seed can be a token for them.

use std::sync::LazyLock;

use jotwell::Curve;
use jotwell::jwe::{ContentEncryption, DecryptingKey, KeyManagement, SharedKey};

/// The content encryption that all keys accept.
pub const ENC: ContentEncryption = ContentEncryption::A128CbcHs256;

/// One key for each algorithm that is fast, and ECDH-ES on two curves.
pub static KEYS: LazyLock<Vec<DecryptingKey>> = LazyLock::new(|| {
    let mut keys = Vec::new();
    for &algorithm in KeyManagement::ALL {
        let curves: &[Curve] = match algorithm.name() {
            // These take milliseconds each.
            name if name.starts_with("RSA") || algorithm.is_password_based() => &[],
            "ECDH-ES" => &[Curve::P256, Curve::X25519],
            _ => &[Curve::P256],
        };
        for curve in curves {
            let key = DecryptingKey::generate_on(*curve, algorithm, &[ENC]).expect("a key");
            keys.push(key.with_key_id(format!("{algorithm} {curve}")));
        }
    }
    keys
});

/// A secret for one recipient.
pub static SHARED: LazyLock<SharedKey> =
    LazyLock::new(|| SharedKey::generate(KeyManagement::Dir, &[ENC]).expect("a key"));
