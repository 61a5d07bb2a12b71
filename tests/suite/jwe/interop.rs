//! Tokens that other libraries encrypted to keys of jotwell; `vectors/jwe/interop.jsonl` contains some.
//!
//! `tests/interop/run` creates fresh ones and passes their file in `JOTWELL_INTEROP_ENCRYPTED`.

use std::collections::BTreeMap;

use jotwell::jwe::{Decrypter, DecryptingKey};
use serde_json::Value;

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn tokens_of_other_makers_decrypt() {
    let kept = format!("{}/vectors/jwe/interop.jsonl", env!("CARGO_MANIFEST_DIR"));
    let path = std::env::var("JOTWELL_INTEROP_ENCRYPTED").unwrap_or(kept);
    let lines = std::fs::read_to_string(path).expect("the tokens");
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines.lines() {
        let entry: Value = serde_json::from_str(line).expect("JSON");
        let text = |member: &str| entry[member].as_str().expect("text");
        let name = format!("{} {} {}", text("maker"), text("alg"), text("enc"));
        let (algorithm, enc) = (text("alg").parse().expect("known"), [text("enc").parse().expect("known")]);
        let key = match entry["password"].as_str() {
            Some(password) => DecryptingKey::from_password(algorithm, &enc, password, 1_000_000),
            None => {
                DecryptingKey::from_jwk(algorithm, &enc, &entry["jwk"].to_string().parse().expect("a JWK"))
            }
        };
        let content = Decrypter::new(key.expect(&name)).decrypt(text("token"));
        let content = content.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(**content, *text("plaintext_utf8").as_bytes(), "{name}");
        *counts.entry(text("maker").to_owned()).or_default() += 1;
    }
    // Every algorithm on every curve with every content encryption, by each maker. José has neither RSA-OAEP nor
    // X25519.
    assert_eq!(counts.keys().collect::<Vec<_>>(), ["José", "jose", "joserfc", "jwcrypto"]);
    assert!(
        counts.iter().all(|(maker, count)| *count >= if maker == "José" { 22 } else { 28 }),
        "{counts:?}"
    );
    println!("decrypted: {counts:?}");
}
