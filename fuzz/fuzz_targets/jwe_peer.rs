//! josekit decrypts what jotwell encrypts under a shared secret, and the other way round; of changed tokens, and of those whose
//! header is the fuzzer's, each accepts what the other accepts, but for differences that have a name in `src/jwe_peer.rs`.
//!
//! An input is a byte that chooses the key and another that chooses the content encryption, then up to four parts between zero
//! bytes, which no JSON has: the content, the header (none for the key's own), the initialization vector (none for one of the right
//! length), and changes to the token that was made of them.
#![no_main]

use jotwell::jwe::ContentEncryption;
use jotwell_fuzz::jwe_peer::{DIRECT, WRAPPING, direct};
use jotwell_fuzz::mutation::changed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [key, enc, texts @ ..] = data else { return };
    let mut texts = texts.splitn(4, |byte| *byte == 0);
    let [content, header, iv, changes] = [(); 4].map(|()| texts.next().unwrap_or_default());
    let enc = usize::from(*enc) % ContentEncryption::ALL.len();
    let (enc, (dir, secret)) = (ContentEncryption::ALL[enc], &DIRECT[enc]);
    // Most inputs are for `dir`, where a tag holds under any header.
    let (pair, token) = match WRAPPING.get(usize::from(*key) % 32) {
        Some(pair) if *key & 64 == 0 => (pair, pair.encrypt(enc, content)),
        Some(pair) => (pair, pair.encrypt_by_peer(enc, content)),
        None if *key & 64 == 0 && header.is_empty() && iv.is_empty() => (dir, dir.encrypt(enc, content)),
        None => {
            let iv = if iv.is_empty() { &[7; 16][..enc.iv_len()] } else { iv };
            let Some(token) = direct(secret, enc, header, iv, content) else { return };
            if !header.is_empty() || iv.len() != enc.iv_len() {
                dir.agree(&token);
                dir.agree(&changed(&token, changes, &[dir.tokens.clone()]));
                return;
            }
            (dir, token)
        }
    };
    if changes.is_empty() {
        pair.comes_back(&token, content);
    } else {
        pair.agree(&changed(&token, changes, &[pair.tokens.clone()]));
    }
});
