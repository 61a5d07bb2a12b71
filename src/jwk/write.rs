//! Writes a [`Jwk`] as JSON: RFC 7517 §4, RFC 7518 §6, RFC 8037 §2.

use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{CommonParameters, Jwk};
use crate::base64url;
use crate::curve::Curve;
use crate::error::KeyError;
use crate::json;
use crate::key_type::KeyFormat;
use crate::numbers::{Numbers, RsaFactors, RsaPrivate};

/// Members that hold text, in the order in which they are written.
type Members<'a> = Vec<(&'static str, Text<'a>)>;

pub(super) enum Text<'a> {
    Plain(&'a str),
    /// To be encoded in base64url.
    Bytes(&'a [u8]),
}

impl Jwk {
    /// Returns the key as JSON. **Private members are left out**: for a private key this is its public half.
    ///
    /// # Errors
    /// [`KeyError::NotPublic`] for a shared secret, which has no public half, and
    /// [`KeyError::UnsupportedKeyType`] for a key of a type that is named but not read.
    pub fn to_json(&self) -> Result<String, KeyError> {
        self.write(self.public_members()?)
    }

    /// Returns the key as JSON, **private members included**. Store it in a secret store only.
    ///
    /// # Errors
    /// [`KeyError::UnsupportedKeyType`].
    pub fn to_json_with_private_members(&self) -> Result<String, KeyError> {
        self.write(self.private_members()?)
    }

    fn private_members(&self) -> Result<Members<'_>, KeyError> {
        let mut members = match &self.numbers {
            Numbers::Secret(secret) => alloc::vec![("kty", Text::Plain("oct")), ("k", Text::Bytes(secret))],
            _ => self.public_members()?,
        };
        match &self.numbers {
            Numbers::Ec { private: Some(d), .. } => members.push(("d", Text::Bytes(d))),
            Numbers::Rsa { private: Some(RsaPrivate { d, factors }), .. } => {
                members.push(("d", Text::Bytes(d)));
                if let Some(RsaFactors { p, q, dp, dq, qi }) = factors {
                    let factors = [("p", p), ("q", q), ("dp", dp), ("dq", dq), ("qi", qi)];
                    members.extend(factors.map(|(name, number)| (name, Text::Bytes(number.as_slice()))));
                }
            }
            _ => {}
        }
        Ok(members)
    }

    /// Returns `kty` and the public numbers, from which a thumbprint is computed.
    pub(super) fn public_members(&self) -> Result<Members<'_>, KeyError> {
        match &self.numbers {
            Numbers::Secret(_) => Err(KeyError::NotPublic { found: KeyFormat::Jwk }),
            Numbers::Other { key_type, .. } => Err(KeyError::UnsupportedKeyType { found: *key_type }),
            Numbers::Rsa { n, e, .. } => {
                Ok(alloc::vec![("kty", Text::Plain("RSA")), ("n", Text::Bytes(n)), ("e", Text::Bytes(e))])
            }
            Numbers::Ec { curve: curve @ (Curve::Ed25519 | Curve::X25519), public: Some(x), .. } => {
                Ok(alloc::vec![
                    ("kty", Text::Plain("OKP")),
                    ("crv", Text::Plain(curve.name())),
                    ("x", Text::Bytes(x)),
                ])
            }
            // An uncompressed point: the byte 4, then both coordinates (SEC 1 §2.3.3).
            Numbers::Ec { curve, public: Some(point), .. } => {
                let (x, y) = point
                    .get(1..)
                    .and_then(|coordinates| coordinates.split_at_checked(curve.field_len()))
                    .ok_or(KeyError::InvalidPoint { curve: *curve })?;
                Ok(alloc::vec![
                    ("kty", Text::Plain("EC")),
                    ("crv", Text::Plain(curve.name())),
                    ("x", Text::Bytes(x)),
                    ("y", Text::Bytes(y)),
                ])
            }
            Numbers::Ec { curve, public: None, .. } => Err(KeyError::InvalidPoint { curve: *curve }),
        }
    }

    /// Returns the name of the key, and the members that say how it may be used.
    fn own(&self) -> impl Iterator<Item = (&'static str, &Option<String>)> {
        let CommonParameters { algorithm, public_key_use, key_id, .. } = &self.parameters;
        [("alg", algorithm), ("use", public_key_use), ("kid", key_id)].into_iter()
    }

    /// Returns an upper limit for the number of bytes that are written.
    fn room(&self, members: &Members<'_>) -> usize {
        let members = members.iter().map(|(name, value)| match value {
            Text::Plain(value) => room_of(name, escaped(value)),
            Text::Bytes(bytes) => room_of(name, base64url::encoded_len(bytes.len())),
        });
        let own = self.own().map(|(name, value)| room_of(name, value.as_deref().map_or(0, escaped)));
        let operations =
            self.parameters.key_ops.iter().flatten().map(|operation| room_of("", escaped(operation)));
        members.chain(own).chain(operations).chain([room_of("key_ops", 1)]).fold(0, usize::saturating_add)
    }

    fn write(&self, members: Members<'_>) -> Result<String, KeyError> {
        // A buffer that is reallocated would leave a copy of private members in memory.
        let mut text = String::with_capacity(self.room(&members));
        write_members(&members, &mut text);
        for (name, value) in self.own() {
            if let Some(value) = value {
                json::write_name(name, &mut text);
                json::write_string(value, &mut text);
            }
        }
        if let Some(operations) = &self.parameters.key_ops {
            json::write_name("key_ops", &mut text);
            json::write_strings(operations, &mut text);
        }
        text.push('}');
        Ok(text)
    }
}

/// Returns the most that a member takes, as `,"name":"value"`.
fn room_of(name: &str, value: usize) -> usize {
    name.len().saturating_add(value).saturating_add(6)
}

/// Returns the most that a text takes with escapes, each of up to six bytes.
fn escaped(text: &str) -> usize {
    text.len().saturating_mul(6)
}

/// Writes members and the opening brace, but not the closing one.
pub(super) fn write_members(members: &[(&str, Text<'_>)], text: &mut String) {
    for (name, value) in members {
        json::write_name(name, text);
        match value {
            Text::Plain(value) => json::write_string(value, text),
            Text::Bytes(bytes) => json::write_string(&Zeroizing::new(base64url::encode(bytes)), text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A buffer that was reallocated would be longer than what was reserved.
    #[test]
    fn no_copy_of_a_private_member_is_left_by_a_reallocation() {
        for text in [
            r#"{"kty":"oct","k":"AQAB"}"#,
            r#"{"kty":"oct","k":"","alg":"\u0001\u0001","use":"\"","kid":"\u0000\u0000\u0000\u0000","key_ops":[]}"#,
            r#"{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB","key_ops":["\u0001","\u0002","\u0003","\u0004"]}"#,
            r#"{"kty":"RSA","n":"AQAB","e":"Aw","d":"AQ","p":"AQ","q":"AQ","dp":"AQ","dq":"AQ","qi":"AQ"}"#,
        ] {
            let jwk: Jwk = text.parse().expect("a JWK");
            let members = jwk.private_members().expect("members");
            let (room, written) = (jwk.room(&members), jwk.write(members).expect("JSON"));
            assert!(written.len() <= room, "{written}");
            assert_eq!(written.capacity(), room, "{written}");
        }
    }
}
