//! Another JWT library accepts what jotwell accepts and refuses what it refuses, under the same key and policy, but
//! for differences that have a name; where both accept, they read the same.
//!
//! An input is a letter, which chooses the key (E for ES256, D for EdDSA) and the policy (a small one for that which
//! leaves issuer and audience open), and up to three parts between zero bytes, which no JSON has: the payload, the
//! header (none for the key's own), and changes to the token that was made of them.
#![no_main]

use jotwell_fuzz::keys::TOKENS;
use jotwell_fuzz::mutation::changed;
use jotwell_fuzz::peer::PAIRS;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, texts)) = data.split_first() else { return };
    let mut texts = texts.splitn(3, |byte| *byte == 0);
    let [payload, header, changes] = [(); 3].map(|()| texts.next().unwrap_or_default());
    // The others take ten times as long, and differ in nothing but the signature.
    let pair = &PAIRS[match choice.to_ascii_uppercase() {
        b'E' => 1,
        b'D' => 2,
        _ => 0,
    }];
    let token = pair.sign(header, payload);
    let token = changed(&token, changes, &TOKENS);
    pair.agree(!choice.is_ascii_lowercase(), &token);
});
