//! Claims are what `serde_json` reads, are accepted as a naive reading of RFC 7519 says, and are read as they were
//! issued.
#![no_main]

use std::sync::LazyLock;

use arbitrary::{Arbitrary, Unstructured};
use jotwell::{
    Audience, Claims, Expiry, Header, Issuer, NumericDate, UnsignedToken, Validator, Verified, VerifyingKey,
};
use jotwell_fuzz::{issued::Issued, keys, oracle, typed::Typed};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const NOW: NumericDate = NumericDate::from_secs(1_767_225_600);
static VALIDATOR: LazyLock<Validator<VerifyingKey>> = LazyLock::new(|| {
    let key = keys::SIGNING[0].verifying_key();
    Validator::with_clock(key, Issuer::unchecked(), Audience::unchecked(), NOW)
        .leeway(std::time::Duration::ZERO)
        .max_length(1 << 20)
});
/// For claims of any time.
static LENIENT: LazyLock<Validator<VerifyingKey>> =
    LazyLock::new(|| VALIDATOR.clone().expiry(Expiry::Unchecked).clock(NumericDate::MAX));

fuzz_target!(|data: &[u8]| {
    let token = UnsignedToken::new(&Header::for_key(&keys::SIGNING[0]), data);
    let token = token.sign(&keys::SIGNING[0]).expect("a token");
    let (claims, value) = (VALIDATOR.verify::<Claims>(&token), VALIDATOR.verify::<Value>(&token));
    oracle::assert_claims(data, NOW, claims.as_deref(), value.as_deref());
    if claims.is_ok() {
        let typed = VALIDATOR.verify::<Typed>(&token).ok().map(Verified::into_inner);
        assert_eq!(typed, serde_json::from_slice(data).ok());
    }
    // An input that begins like an object adds nothing that other bytes would not.
    if !data.starts_with(b"{") {
        Issued::arbitrary_take_rest(Unstructured::new(data)).iter().for_each(issue);
    }
});

fn issue(issued: &Issued) {
    let (token, registered) = (issued.claims().sign(&keys::SIGNING[0]), issued.registered());
    assert_eq!(token.is_ok(), registered.is_some(), "{token:?}");
    if let (Ok(token), Some(registered)) = (token, registered) {
        assert_eq!(*LENIENT.verify::<Claims>(&token).expect("its own claims"), registered);
        let value = LENIENT.verify::<Value>(&token).expect("its own claims");
        assert!(issued.private.iter().all(|(name, private)| value[name] == private.as_str()));
    }
}
