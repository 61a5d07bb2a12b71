//! As `jwe_peer`, for ECDH-ES on four curves.
//!
//! An input is a byte that chooses the key and who encrypts, another that chooses the content encryption, then the content, a zero
//! byte, and changes to the token.
#![no_main]

use jotwell::jwe::ContentEncryption;
use jotwell_fuzz::jwe_peer::AGREEMENT;
use jotwell_fuzz::mutation::changed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [key, enc, texts @ ..] = data else { return };
    let mut texts = texts.splitn(2, |byte| *byte == 0);
    let [content, changes] = [(); 2].map(|()| texts.next().unwrap_or_default());
    let enc = ContentEncryption::ALL[usize::from(*enc) % ContentEncryption::ALL.len()];
    // Four curves for each algorithm: P-384 and P-521 are slow, so they get a quarter.
    let curve = if *key & 0x60 == 0 { *key & 3 } else { (*key & 1) * 3 };
    let pair = &AGREEMENT[usize::from(*key & 12 | curve)];
    let token = match *key & 16 {
        0 => pair.encrypt(enc, content),
        _ => pair.encrypt_by_peer(enc, content),
    };
    if changes.is_empty() {
        pair.comes_back(&token, content);
    } else {
        pair.agree(&changed(&token, changes, &[pair.tokens.clone()]));
    }
});
