//! A header is what `serde_json` reads, and writing it loses nothing.
#![no_main]

use jotwell::{Header, JsonError, MAX_HEADER_VALUES, UnverifiedToken, VerifyError, base64url};
use jotwell_fuzz::oracle::{self, Json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    // Escapes may grow to three times their length, and the header must still be within the limit.
    if text.len() > 2000 {
        return;
    }
    let header = parse(text);
    if let Ok(header) = &header {
        let rewritten = header.to_json();
        assert_eq!(parse(rewritten.as_bytes()).expect("its own header").to_json(), rewritten);
    }
    match (header, oracle::json(text)) {
        (Ok(header), Json::Accepted(value)) => {
            assert!(oracle::values(&value) <= MAX_HEADER_VALUES);
            oracle::assert_same_header(&header, &value);
            let rewritten = oracle::json(header.to_json().as_bytes());
            assert!(matches!(rewritten, Json::Accepted(rewritten) if rewritten == value));
        }
        (Ok(_), Json::Refused) => panic!("accepted what is no strict JSON object"),
        (Err(VerifyError::Json { error: JsonError::TooManyValues { .. }, .. }), Json::Accepted(value)) => {
            assert!(oracle::values(&value) > MAX_HEADER_VALUES);
        }
        (Err(VerifyError::Json { .. }), Json::Accepted(_)) => panic!("refused a strict JSON object"),
        (_, Json::HugeNumber) | (Err(_), _) => {}
    }
});

fn parse(text: &[u8]) -> Result<Header, VerifyError> {
    UnverifiedToken::parse(&format!("{}..", base64url::encode(text))).map(|token| token.header().clone())
}
