//! From a [`Jwk`] to JSON: RFC 7517 §4, RFC 7518 §6, RFC 8037 §2.

use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::Jwk;
use crate::base64url;
use crate::curve::Curve;
use crate::error::{KeyError, KeyForm};
use crate::json;
use crate::material::{Numbers, RsaFactors, RsaPrivate};

/// Members that hold text, in the order in which they are written.
type Members<'a> = Vec<(&'static str, Text<'a>)>;

pub(super) enum Text<'a> {
    Plain(&'a str),
    /// To be encoded in base64url.
    Bytes(&'a [u8]),
}

impl Jwk {
    /// The key as JSON. **Private members are left out**: of a private key the public half is
    /// written.
    ///
    /// # Errors
    /// [`KeyError::NotPublic`] for a shared secret, which has no public half, and
    /// [`KeyError::UnsupportedKind`] for a key of a kind that is read only to be named.
    pub fn to_json(&self) -> Result<String, KeyError> {
        self.write(self.public_members()?)
    }

    /// The key as JSON, **private members included**. For a secret store, and nowhere else.
    ///
    /// # Errors
    /// [`KeyError::UnsupportedKind`].
    pub fn to_json_with_private_members(&self) -> Result<String, KeyError> {
        let mut members = match &self.material.numbers {
            Numbers::Secret(secret) => alloc::vec![("kty", Text::Plain("oct")), ("k", Text::Bytes(secret))],
            _ => self.public_members()?,
        };
        match &self.material.numbers {
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
        self.write(members)
    }

    /// `kty` and the public numbers, which are also what a thumbprint is made of.
    pub(super) fn public_members(&self) -> Result<Members<'_>, KeyError> {
        match &self.material.numbers {
            Numbers::Secret(_) => Err(KeyError::NotPublic { found: KeyForm::Jwk }),
            Numbers::Other { kind, .. } => Err(KeyError::UnsupportedKind { found: *kind }),
            Numbers::Rsa { n, e, .. } => {
                Ok(alloc::vec![("kty", Text::Plain("RSA")), ("n", Text::Bytes(n)), ("e", Text::Bytes(e))])
            }
            Numbers::Ec { curve: curve @ Curve::Ed25519, public: Some(x), .. } => Ok(alloc::vec![
                ("kty", Text::Plain("OKP")),
                ("crv", Text::Plain(curve.name())),
                ("x", Text::Bytes(x)),
            ]),
            // An uncompressed point: a byte that says so, then both coordinates (SEC 1 §2.3.3).
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

    fn write(&self, members: Members<'_>) -> Result<String, KeyError> {
        let mut text = String::new();
        write_members(&members, &mut text);
        let own = [("alg", &self.algorithm), ("use", &self.public_key_use), ("kid", &self.key_id)];
        for (name, value) in own {
            if let Some(value) = value {
                json::write_name(name, &mut text);
                json::write_string(value, &mut text);
            }
        }
        if let Some(operations) = &self.key_ops {
            json::write_name("key_ops", &mut text);
            json::write_strings(operations, &mut text);
        }
        text.push('}');
        Ok(text)
    }
}

/// Writes members, and what opens the object, but nothing that closes it.
pub(super) fn write_members(members: &[(&str, Text<'_>)], text: &mut String) {
    for (name, value) in members {
        json::write_name(name, text);
        match value {
            Text::Plain(value) => json::write_string(value, text),
            Text::Bytes(bytes) => json::write_string(&Zeroizing::new(base64url::encode(bytes)), text),
        }
    }
}
