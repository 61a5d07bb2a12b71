//! The absence of custom claims: RFC 7519 §4.3.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// No custom claims. Writes an empty JSON object, and reads any object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoClaims;

impl Serialize for NoClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(core::iter::empty::<((), ())>())
    }
}

impl<'de> Deserialize<'de> for NoClaims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}
