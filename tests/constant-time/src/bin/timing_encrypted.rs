//! `timing_encrypted [SAMPLES]` times tokens that fail at different places of decryption, and prints Welch's t of their
//! difference, as `timing` does. RSA takes a hundredth of the samples.
#![forbid(unsafe_code)]

use aes::Aes256;
use aes_kw::{AesKw, KeyInit};
use jotwell::base64url;
use jotwell::jwe::{ContentEncryption, Decrypter, DecryptingKey, KeyManagement};
use jotwell_constant_time::some_bytes;
use jotwell_constant_time::welch::{Classes, compare, print_head};
use num_bigint::BigUint;

/// Tokens in a class.
const TOKENS: u64 = 100;
const GCM: ContentEncryption = ContentEncryption::A256GCM;
const CBC: ContentEncryption = ContentEncryption::A128CbcHs256;

fn main() {
    let samples = std::env::args().nth(1).map_or(200_000, |text| text.parse().expect("a number of samples"));
    print_head();

    let secret = some_bytes(32, 1);
    let wrapping = |enc| DecryptingKey::from_secret(KeyManagement::A256KW, &[enc], &secret).expect("a key");
    failures("A256KW", samples, &wrapping(GCM));
    let agreed = DecryptingKey::generate(KeyManagement::EcdhEsA256KW, &[GCM]).expect("a key");
    failures("ECDH-ES+A256KW", samples / 10, &agreed);
    let rsa = include_str!("../../../../vectors/interop/keys/rsa2048.pkcs8.pem");
    let rsa = DecryptingKey::from_pem(KeyManagement::RsaOaep256, &[GCM], rsa).expect("a key");
    failures("RSA-OAEP-256", samples / 100, &rsa);

    // The last block contains the padding, and a change of the block before it changes the padding.
    let (key, token) = (wrapping(CBC), new_token(&wrapping(CBC)));
    let padding = classes(|seed| changed(&token, 3, seed, true), |seed| changed(&token, 4, seed, false));
    let decrypter = Decrypter::new(&key);
    compare("A128CBC-HS256, padding or tag", samples, &padding, |token| decrypts(&decrypter, token));

    private_operation(samples / 100, &rsa);

    // Last, as in `timing`.
    let (key, token) = (wrapping(GCM), new_token(&wrapping(GCM)));
    let (wrap, decrypter) = (AesKw::<Aes256>::new_from_slice(&secret).expect("a key"), Decrypter::new(&key));
    compare("  control: stops where no key unwraps", samples, &places(&token), |token| {
        let encrypted = token.split(|byte| *byte == b'.').nth(1).expect("an encrypted key");
        let encrypted = base64url::decode(encrypted).expect("base64url");
        wrap.unwrap_key(&encrypted, &mut [0; 32]).is_ok() && decrypts(&decrypter, token)
    });
}

/// An encrypted key that does not unwrap, compared with an invalid tag.
fn failures(name: &str, samples: usize, key: &DecryptingKey) {
    let (decrypter, token) = (Decrypter::new(key), new_token(key));
    compare(&format!("{name}, key or tag"), samples, &places(&token), |token| decrypts(&decrypter, token));
    let same = classes(|seed| changed(&token, 4, seed, false), |seed| changed(&token, 4, seed, false));
    compare("  the same without a difference", samples, &same, |token| decrypts(&decrypter, token));
}

/// One ciphertext compared with many, and those that Manger's attack distinguishes: whether the encoded message begins
/// with a zero byte.
fn private_operation(samples: usize, key: &DecryptingKey) {
    let jwk: serde_json::Value = serde_json::from_str(&key.encrypting_key().to_jwk().to_json().expect("JSON")).expect("JSON");
    let number = |member: &str| BigUint::from_bytes_be(&base64url::decode(jwk[member].as_str().expect("text")).expect("base64url"));
    let (n, e) = (number("n"), number("e"));
    let token = new_token(key);
    let with_message = |first: u8, seed: u64| {
        let mut message = some_bytes(256, seed);
        message[0] = first;
        let encrypted = BigUint::from_bytes_be(&message).modpow(&e, &n).to_bytes_be();
        with_key(&token, &[vec![0; 256 - encrypted.len()], encrypted].concat())
    };
    let decrypter = Decrypter::new(key);
    let one = classes(|_| with_message(1, 1), |seed| with_message(1, seed));
    compare("RSA-OAEP-256, one ciphertext or many", samples, &one, |token| decrypts(&decrypter, token));
    let manger = classes(|seed| with_message(0, seed), |seed| with_message(1, seed));
    compare("RSA-OAEP-256, first byte zero or not", samples, &manger, |token| decrypts(&decrypter, token));
}

fn new_token(key: &DecryptingKey) -> Vec<u8> {
    key.encrypting_key().encrypt(some_bytes(40, 3)).expect("a token").into_bytes()
}

fn places(token: &[u8]) -> Classes {
    classes(|seed| changed(token, 1, seed, false), |seed| changed(token, 4, seed, false))
}

fn classes(first: impl Fn(u64) -> Vec<u8>, second: impl Fn(u64) -> Vec<u8>) -> Classes {
    Classes { first: (0..TOKENS).map(first).collect(), second: (0..TOKENS).map(second).collect() }
}

/// Returns the token with another bit in that part: in its last byte, or anywhere.
fn changed(token: &[u8], part: usize, seed: u64, last: bool) -> Vec<u8> {
    let mut parts: Vec<_> = token.split(|byte| *byte == b'.').map(<[u8]>::to_vec).collect();
    let mut bytes = base64url::decode(&parts[part]).expect("base64url");
    let random = some_bytes(4, seed);
    let at = if last { bytes.len() - 1 } else { usize::from(random[0]) % bytes.len() };
    bytes[at] ^= 1 << (random[1] % 8);
    parts[part] = base64url::encode(bytes).into_bytes();
    parts.join(&b'.')
}

fn with_key(token: &[u8], encrypted: &[u8]) -> Vec<u8> {
    let mut parts: Vec<_> = token.split(|byte| *byte == b'.').map(<[u8]>::to_vec).collect();
    parts[1] = base64url::encode(encrypted).into_bytes();
    parts.join(&b'.')
}

fn decrypts(decrypter: &Decrypter<&DecryptingKey>, token: &[u8]) -> bool {
    decrypter.decrypt(std::str::from_utf8(token).expect("ASCII")).is_ok()
}
