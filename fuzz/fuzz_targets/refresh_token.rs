//! A refresh token has one encoding, and only an issued one is exchanged.
#![no_main]

use std::sync::{Arc, LazyLock};

use base64ct::{Base64UrlUnpadded, Encoding};
use jotwell::NoClaims;
use jotwell_fuzz::keys;
use jotwell_fuzz::requests::ready;
use jotwell_http::store::MemoryStore;
use jotwell_http::{AccessClaims, AudienceId, IssuerId, IssuerKeys, SessionError, Sessions};
use libfuzzer_sys::fuzz_target;

/// A handle that identifies the session, a secret of 32 bytes, and 12 bytes that differ from copy to copy.
const HANDLE: usize = 16;
const LENGTH: usize = HANDLE + 32 + 12;

static SESSIONS: LazyLock<(Sessions, Vec<u8>)> = LazyLock::new(|| {
    let keys = IssuerKeys::single(keys::SIGNING[0].clone()).expect("keys");
    let (issuer, audience) = (IssuerId::new("https://auth.example"), AudienceId::new("orders-api"));
    let sessions: Sessions = Sessions::new(Arc::new(MemoryStore::new()), keys, issuer, audience);
    let login = ready(sessions.begin()).expect("an attempt");
    let login = ready(login.complete("user-42", AccessClaims::new(NoClaims))).expect("a session");
    (sessions, Base64UrlUnpadded::decode_vec(&login.refresh_token).expect("base64url"))
});

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        present(text);
    }
    if let Some(bytes) = data.first_chunk::<LENGTH>() {
        present(&Base64UrlUnpadded::encode_string(bytes));
        // The issued one with another handle: its secret is not valid for another session.
        let mut token = SESSIONS.1.clone();
        token.iter_mut().zip(bytes).take(HANDLE).for_each(|(one, change)| *one ^= change);
        present(&Base64UrlUnpadded::encode_string(&token));
    }
});

fn present(text: &str) {
    let (sessions, issued) = &*SESSIONS;
    // For the existing session: an old token ends it, as it should.
    if Base64UrlUnpadded::decode_vec(text).is_ok_and(|bytes| bytes.starts_with(&issued[..HANDLE])) {
        return;
    }
    let canonical = Base64UrlUnpadded::decode_vec(text).is_ok_and(|bytes| bytes.len() == LENGTH);
    match ready(sessions.refresh(text)) {
        Err(SessionError::Malformed) => assert!(!canonical, "{text}"),
        Err(SessionError::Ended) => assert!(canonical, "{text}"),
        other => panic!("{other:?}: {text}"),
    }
    match ready(sessions.logout_with(text)) {
        Err(SessionError::Malformed) => assert!(!canonical, "{text}"),
        Ok(ended) => assert!(canonical && !ended, "{text}"),
        Err(error) => panic!("{error}: {text}"),
    }
}
