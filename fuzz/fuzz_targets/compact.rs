//! No text verifies with keys that its writer does not have, and what parses is canonical.
#![no_main]

use base64ct::{Base64UrlUnpadded, Encoding};
use jotwell::error::TokenPart;
use jotwell::{Algorithm, UnverifiedToken, VerifyError};
use jotwell_fuzz::keys::VERIFIERS;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parsed = UnverifiedToken::parse(text);
    if let Ok(token) = &parsed {
        let parts = text.split('.').map(|part| Base64UrlUnpadded::decode_vec(part).expect("base64url"));
        let parts: [Vec<u8>; 3] = parts.collect::<Vec<_>>().try_into().expect("three parts");
        assert_eq!(parts.each_ref().map(|part| Base64UrlUnpadded::encode_string(part)).join("."), text);
        assert_eq!(token.payload_without_verification(), parts[1]);
    }
    // Without a valid header all keys reject for the same reason, so only one of them is used, in turn.
    let turn = text.bytes().fold(text.len(), |sum, byte| sum + usize::from(byte)) % VERIFIERS.len();
    let keys = Algorithm::ALL.iter().zip(&*VERIFIERS).enumerate();
    for (index, (algorithm, verifier)) in keys {
        if parsed.is_err() && index != turn {
            continue;
        }
        let refused = verifier.verify(text).expect_err("a forgery");
        match &parsed {
            Ok(token) if token.header().algorithm() == *algorithm => {
                assert_eq!(refused, VerifyError::InvalidSignature);
            }
            Ok(token) => {
                let found = token.header().algorithm();
                assert_eq!(refused, VerifyError::AlgorithmMismatch { expected: *algorithm, found });
            }
            // Which of these two parts is invalid is found only after the key was selected.
            Err(VerifyError::Base64 { part: TokenPart::Payload | TokenPart::Signature, .. }) => {}
            Err(error) => assert_eq!(refused, *error),
        }
    }
});
