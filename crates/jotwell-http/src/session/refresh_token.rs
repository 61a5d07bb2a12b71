//! The opaque token by which a session goes on.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use jotwell::base64url;
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::store::TokenHash;

/// A refresh token: 48 random bytes, 64 characters of base64url.
///
/// ```text
/// handle  16 bytes, the same through the whole session
/// secret  32 bytes, other ones after each exchange
/// ```
///
/// A store has neither. It knows the session by a digest of the handle, which is the `sid` that access tokens
/// carry, and of the secret a digest too. So whoever names the session in a refresh token has had one of its
/// tokens; someone who has merely seen `sid` cannot, and hence cannot end it either.
#[derive(Clone)]
pub(crate) struct RefreshToken {
    handle: [u8; HANDLE],
    secret: [u8; SECRET],
}

const HANDLE: usize = 16;
const SECRET: usize = 32;

impl RefreshToken {
    /// The first of a session.
    pub(super) fn random() -> Result<Self, getrandom::Error> {
        let mut token = Self { handle: [0; HANDLE], secret: [0; SECRET] };
        getrandom::fill(&mut token.handle)?;
        getrandom::fill(&mut token.secret)?;
        Ok(token)
    }

    /// From the text that a client sent; `None` where it is no such token.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; HANDLE + SECRET];
        let decoded = base64url::decode_to_slice(text.as_bytes(), &mut bytes).ok()?;
        let token = decoded
            .split_first_chunk()
            .and_then(|(handle, secret)| Some(Self { handle: *handle, secret: secret.try_into().ok()? }));
        bytes.zeroize();
        token
    }

    /// The text for the client.
    pub(super) fn to_text(&self) -> String {
        let mut bytes = [0; HANDLE + SECRET];
        let (handle, secret) = bytes.split_at_mut(HANDLE);
        handle.copy_from_slice(&self.handle);
        secret.copy_from_slice(&self.secret);
        let text = base64url::encode(bytes);
        bytes.zeroize();
        text
    }

    /// `sid`: the first 128 bits of a digest of the handle and of whom the session is for. So a refresh token is
    /// good for the audience and client alone that it was issued to (RFC 6749 §6): for others there is no session.
    pub(super) fn session_id(&self, audience: &str, client_id: &str) -> String {
        let length = |text: &str| u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes();
        let digest = Sha256::new()
            .chain_update(b"jotwell sid")
            .chain_update(self.handle)
            .chain_update(length(audience))
            .chain_update(audience)
            .chain_update(client_id)
            .finalize();
        base64url::encode(digest.first_chunk::<16>().map_or(&[][..], |id| id.as_slice()))
    }

    /// What a store may know of it.
    pub(super) fn hash(&self) -> TokenHash {
        TokenHash::of(&self.secret)
    }

    /// The token that comes after it. The salt is random, so nobody can tell it beforehand who has this token
    /// alone; the store keeps the salt, so that it can be told again to who presents this token again.
    pub(super) fn successor(&self, salt: &[u8; 32]) -> Self {
        let mut secret = [0; SECRET];
        // HMAC takes keys of any length.
        if let Ok(mac) = Hmac::<Sha256>::new_from_slice(&self.secret) {
            secret = mac.chain_update(salt).finalize().into_bytes().into();
        }
        Self { handle: self.handle, secret }
    }
}

impl Drop for RefreshToken {
    fn drop(&mut self) {
        self.handle.zeroize();
        self.secret.zeroize();
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_token_are_one() {
        let token = RefreshToken::random().expect("randomness");
        let text = token.to_text();
        assert_eq!(text.len(), 64);
        let read = RefreshToken::parse(&text).expect("a token");
        assert_eq!((read.handle, read.secret), (token.handle, token.secret));
        for wrong in
            ["", "abc", &text[..63], &format!("{text}A"), &format!("{text}="), &text.replace('A', "+")]
        {
            assert!(*wrong == text || RefreshToken::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_successor_keeps_the_session_and_follows_from_salt_and_predecessor() {
        let token = RefreshToken::random().expect("randomness");
        let next = token.successor(&[1; 32]);
        let name = |token: &RefreshToken| token.session_id("api", "app");
        assert_eq!(name(&next), name(&token));
        let (other_audience, other_client) =
            (token.session_id("ap", "iapp"), token.session_id("api", "apps"));
        assert!(
            other_audience != name(&token) && other_client != name(&token) && other_audience != other_client
        );
        assert_eq!(next.hash(), token.successor(&[1; 32]).hash());
        assert_ne!(next.hash(), token.successor(&[2; 32]).hash());
        assert_ne!(next.hash(), token.hash());
        let other = RefreshToken::random().expect("randomness");
        assert_ne!(other.successor(&[1; 32]).hash(), next.hash());
        assert_ne!(name(&other), name(&token));
        assert!(!next.secret.iter().all(|byte| *byte == 0));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", RefreshToken::random().expect("randomness")), "RefreshToken(..)");
    }
}
