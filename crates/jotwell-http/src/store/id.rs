//! Names in a store.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The name of a session, a token or a subject in a store: the SHA-256 digest of its kind, its issuer and its own name.
/// So all names have the same length for any token, names of different issuers differ, and a copy of the store does not
/// reveal its users.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreId([u8; 32]);

/// The kinds of named things.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Session,
    Subject,
    Token,
}

impl StoreId {
    /// Creates a name from [its bytes](Self::as_bytes).
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn of(kind: Kind, issuer: &str, name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(match kind {
            Kind::Session => b"session",
            Kind::Subject => b"subject",
            Kind::Token => b"token..",
        });
        // With its length first, so that different pairs cannot become the same bytes.
        hash.update(u64::try_from(issuer.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(issuer);
        hash.update(name);
        Self(hash.finalize().into())
    }
}

/// Returns the digest as base64url.
impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&jotwell::base64url::encode(self.0))
    }
}

/// Parses the digest from base64url.
impl FromStr for StoreId {
    type Err = InvalidStoreId;

    fn from_str(text: &str) -> Result<Self, InvalidStoreId> {
        let bytes = jotwell::base64url::decode(text).map_err(|_| InvalidStoreId)?;
        bytes.try_into().map(Self).map_err(|_| InvalidStoreId)
    }
}

impl Serialize for StoreId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text is not a name in a store: 43 characters of base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidStoreId;

impl fmt::Display for InvalidStoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name in a store is 32 bytes as base64url; give one that was listed")
    }
}

impl std::error::Error for InvalidStoreId {}

impl fmt::Debug for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_issuers_and_names_are_distinguished() {
        let names = [
            StoreId::of(Kind::Token, "a", "bc"),
            StoreId::of(Kind::Token, "ab", "c"),
            StoreId::of(Kind::Session, "a", "bc"),
            StoreId::of(Kind::Subject, "a", "bc"),
        ];
        for (index, one) in names.iter().enumerate() {
            assert!(names.iter().skip(index + 1).all(|other| other != one));
        }
        assert_eq!(StoreId::from_bytes(*names[0].as_bytes()), names[0]);
        assert_eq!(names[0].to_string().parse(), Ok(names[0]));
        for text in ["", "AAAA", &"A".repeat(44), &"+".repeat(43), &format!("{}=", names[0])] {
            assert_eq!(text.parse::<StoreId>(), Err(InvalidStoreId), "{text}");
        }
    }
}
