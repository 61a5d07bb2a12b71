//! Keys in configuration files, by serde.

use core::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::UnboundKey;
use crate::jwk;

/// Deserializes from a map, which is a JWK, or from a string, which is PEM (feature `pem`) or the JSON text of a JWK. A
/// string is never treated as a shared secret: write that as a JWK with `"kty": "oct"`.
///
/// ```
/// use jotwell::{KeyType, UnboundKey};
///
/// #[derive(serde::Deserialize)]
/// struct Settings {
///     verify_with: UnboundKey,
/// }
///
/// # #[cfg(feature = "pem")] {
/// let settings: Settings = serde_json::from_str(r#"{"verify_with":
///     "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----"
/// }"#)?;
/// assert!(!settings.verify_with.is_private());
/// # }
/// # Ok::<(), serde_json::Error>(())
/// ```
impl<'de> Deserialize<'de> for UnboundKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = UnboundKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key: PEM or the text of a JSON Web Key as a string, or a JSON Web Key")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<UnboundKey, E> {
                #[cfg(feature = "pem")]
                if !text.trim_start().starts_with('{') {
                    return UnboundKey::from_pem(text).map_err(E::custom);
                }
                UnboundKey::from_jwk(text).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<UnboundKey, A::Error> {
                UnboundKey::try_from(jwk::from_map(map)?).map_err(A::Error::custom)
            }
        }

        deserializer.deserialize_any(KeyVisitor)
    }
}
