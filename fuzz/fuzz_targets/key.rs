//! What is read as a key signs and verifies, and keys and secrets are never taken for each other.
#![no_main]

use jotwell::{Algorithm, Hash, Jwk, SigningKey, VerifyingKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let jwk = Jwk::from_json(data);
    for &algorithm in Algorithm::ALL {
        let keys = [
            Some((SigningKey::from_pem(algorithm, data), VerifyingKey::from_pem(algorithm, data))),
            Some((SigningKey::from_der(algorithm, data), VerifyingKey::from_der(algorithm, data))),
            jwk.iter()
                .map(|k| (SigningKey::from_jwk(algorithm, k), VerifyingKey::from_jwk(algorithm, k)))
                .next(),
        ];
        for (signing, verifying) in keys.into_iter().flatten() {
            assert!(algorithm.is_symmetric() || signing.is_err() || verifying.is_err(), "private and public");
            signing.iter().for_each(|key| signs(key, &key.verifying_key()));
            let constants = [0, 1].map(|byte| vec![byte; algorithm.signature_len().unwrap_or(256)]);
            assert!(verifying.iter().all(|key| constants.iter().all(|s| key.verify(b"message", s).is_err())));
        }
        if let Ok(secret) = SigningKey::hmac(algorithm, data) {
            assert!(algorithm.is_symmetric() && data.len() >= algorithm.min_key_bits() / 8);
            assert!(!data.windows(11).any(|text| text == b"-----BEGIN "));
            assert!(VerifyingKey::from_der(Algorithm::RS256, data).is_err());
            signs(&secret, &VerifyingKey::hmac(algorithm, data).expect("the same secret"));
        }
    }
});

fn signs(key: &SigningKey, public: &VerifyingKey) {
    // RSA takes its time, and differs by no more than the hash.
    if key.algorithm().key_type() != "RSA" || key.algorithm().hash() == Hash::Sha256 {
        let signature = key.sign(b"message").expect("a signature");
        assert_eq!(signature.len(), key.algorithm().signature_len().unwrap_or(signature.len()));
        assert_eq!(public.verify(b"message", &signature), Ok(()));
        assert!(public.verify(b"massage", &signature).is_err());
    }
}
