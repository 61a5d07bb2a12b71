//! The opaque token that continues a session.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use jotwell::base64url;
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::store::TokenHash;

/// A refresh token: 60 random bytes, 80 characters of base64url.
///
/// ```text
/// handle  16 bytes, the same through the whole session
/// secret  32 bytes, other ones after each exchange
/// copy    12 bytes, different in each response
/// ```
///
/// A store has no tokens. It knows the session by a digest of the handle, which is the `sid` in access tokens, and
/// digests of secret and copy. So a client that names the session in a refresh token has had one of its tokens; someone
/// who has only seen `sid` cannot name it, and therefore cannot end it.
///
/// Requests that present one token get the same secret, each with another copy of it. A client, or a browser with
/// several tabs, stores one of these copies. So if two copies are presented, two clients have been using one session.
#[derive(Clone)]
pub(crate) struct RefreshToken {
    handle: [u8; HANDLE],
    secret: [u8; SECRET],
    copy: [u8; COPY],
}

const HANDLE: usize = 16;
const SECRET: usize = 32;
pub(super) const COPY: usize = 12;
const LENGTH: usize = HANDLE + SECRET + COPY;

impl RefreshToken {
    /// Creates the first token of a session.
    pub(super) fn random() -> Result<Self, getrandom::Error> {
        let mut token = Self { handle: [0; HANDLE], secret: [0; SECRET], copy: [0; COPY] };
        getrandom::fill(&mut token.handle)?;
        getrandom::fill(&mut token.secret)?;
        getrandom::fill(&mut token.copy)?;
        Ok(token)
    }

    /// Parses the text from a client. Returns `None` if it is not such a token.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; LENGTH];
        let decoded = base64url::decode_to_slice(text.as_bytes(), &mut bytes).ok();
        let token = decoded.and_then(|bytes| Self::split(bytes));
        bytes.zeroize();
        token
    }

    fn split(bytes: &[u8]) -> Option<Self> {
        let (handle, rest) = bytes.split_first_chunk()?;
        let (secret, copy) = rest.split_first_chunk()?;
        Some(Self { handle: *handle, secret: *secret, copy: copy.try_into().ok()? })
    }

    /// Returns the text for the client.
    pub(super) fn to_text(&self) -> String {
        let mut bytes = [0; LENGTH];
        let (handle, rest) = bytes.split_at_mut(HANDLE);
        let (secret, copy) = rest.split_at_mut(SECRET);
        handle.copy_from_slice(&self.handle);
        secret.copy_from_slice(&self.secret);
        copy.copy_from_slice(&self.copy);
        let text = base64url::encode(bytes);
        bytes.zeroize();
        text
    }

    /// Returns `sid`: the first 128 bits of a digest of the handle, the audience and the client. So a refresh token is
    /// valid only for the audience and client that it was issued to (RFC 6749 §6): for others there is no session.
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

    /// Returns the digest of the token that a store knows.
    pub(super) fn hash(&self) -> TokenHash {
        TokenHash::of(&self.secret)
    }

    /// Returns the digest of this copy that a store knows.
    pub(super) fn copy_hash(&self) -> TokenHash {
        TokenHash::of(&self.copy)
    }

    /// Computes the successor of this token, in that copy. The salt is random, so the successor cannot be computed from
    /// the token alone; the store keeps the salt, so that the same successor can be returned again.
    pub(super) fn successor(&self, salt: &[u8; 32], copy: [u8; COPY]) -> Self {
        let mut secret = [0; SECRET];
        // HMAC accepts keys of any length.
        if let Ok(mac) = Hmac::<Sha256>::new_from_slice(&self.secret) {
            secret = mac.chain_update(salt).finalize().into_bytes().into();
        }
        Self { handle: self.handle, secret, copy }
    }
}

impl Drop for RefreshToken {
    fn drop(&mut self) {
        self.handle.zeroize();
        self.secret.zeroize();
        self.copy.zeroize();
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
    fn text_and_token_are_equivalent() {
        let token = RefreshToken::random().expect("randomness");
        let text = token.to_text();
        assert_eq!(text.len(), 80);
        let read = RefreshToken::parse(&text).expect("a token");
        assert_eq!((read.handle, read.secret, read.copy), (token.handle, token.secret, token.copy));
        let (short, long, padded) = (&text[..79], format!("{text}A"), format!("{text}="));
        for wrong in ["", "abc", short, &text[..64], &long, &padded, &text.replace('A', "+")] {
            assert!(*wrong == text || RefreshToken::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_successor_keeps_the_session_and_follows_from_salt_and_predecessor() {
        let token = RefreshToken::random().expect("randomness");
        let next = token.successor(&[1; 32], [5; COPY]);
        let name = |token: &RefreshToken| token.session_id("api", "app");
        assert_eq!(name(&next), name(&token));
        let (other_audience, other_client) =
            (token.session_id("ap", "iapp"), token.session_id("api", "apps"));
        assert!(
            other_audience != name(&token) && other_client != name(&token) && other_audience != other_client
        );
        assert_eq!(next.hash(), token.successor(&[1; 32], [5; COPY]).hash());
        assert_ne!(next.hash(), token.successor(&[2; 32], [5; COPY]).hash());
        assert_ne!(next.hash(), token.hash());
        let copy = token.successor(&[1; 32], [6; COPY]);
        assert_eq!(copy.hash(), next.hash(), "a copy is the same token");
        assert_ne!(copy.copy_hash(), next.copy_hash());
        assert_ne!(token.copy_hash(), next.copy_hash());
        let other = RefreshToken::random().expect("randomness");
        assert_ne!(other.successor(&[1; 32], [5; COPY]).hash(), next.hash());
        assert_ne!(name(&other), name(&token));
        assert!(!next.secret.iter().all(|byte| *byte == 0));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", RefreshToken::random().expect("randomness")), "RefreshToken(..)");
    }
}
