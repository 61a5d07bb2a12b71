//! Agrees with `base64ct` on every input, in both directions and in every form.
#![no_main]

use base64ct::{Base64UrlUnpadded, Encoding};
use jotwell::base64url::{self, DecodeError, decode_to_slice, decode_to_vec, encode_to_slice};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = base64url::encode(data);
    assert_eq!(text, Base64UrlUnpadded::encode_string(data));
    assert_eq!(base64url::encoded_len(data.len()), text.len());
    assert_eq!(base64url::decode(&text).as_deref(), Ok(data));
    let mut slice = vec![b'?'; text.len() + 1];
    assert_eq!(encode_to_slice(data, &mut slice), Some(&*text));
    assert!(text.is_empty() || encode_to_slice(data, &mut slice[1..text.len()]).is_none());
    assert_eq!(slice, format!("{text}?").as_bytes());
    decodes(data);
});

fn decodes(text: &[u8]) {
    let oracle = std::str::from_utf8(text).ok().and_then(|text| Base64UrlUnpadded::decode_vec(text).ok());
    let want = oracle.as_deref().ok_or_else(|| {
        let valid = text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
        match (text.len() % 4, valid) {
            (1, _) => DecodeError::InvalidLength { length: text.len() },
            (_, valid) => [DecodeError::InvalidSymbol, DecodeError::TrailingBits][usize::from(valid)],
        }
    });
    assert_eq!(base64url::decode(text).as_deref().map_err(|error| *error), want);
    let (mut vec, mut slice) = (b"former".to_vec(), vec![b'?'; text.len()]);
    assert_eq!(decode_to_vec(text, &mut vec).map(|()| &*vec), want);
    assert_eq!(decode_to_slice(text, &mut slice).map(|bytes| &*bytes), want);
    let Some(needed) = base64url::decoded_len(text.len()) else { return };
    assert!(oracle.is_none_or(|value| value.len() == needed && base64url::encode(value).as_bytes() == text));
    if let Some(available) = needed.checked_sub(1) {
        let error = decode_to_slice(text, &mut slice[..available]);
        assert_eq!(error, Err(DecodeError::OutputTooSmall { needed, available }));
    }
}
